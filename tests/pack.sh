#!/usr/bin/env bash
# Packs, and tries the packages as a stranger would: bash tests/pack.sh
#
# Makes new apps outside of the repo, does in each what README.md says word for word, builds them with warnings as errors, starts
# them and looks at their pages; the same with each flavour of dotnet new livestash-blazor, one of them in Chromium, its server
# killed. Packages come from the sources of the machine and a folder of their own, which is gone at the end. Wants the Chromium
# that bash tests/run.sh installs. The last line has the totals. Exits non-zero when a test failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
project=tests/LiveStash.Packages.Tests
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT

# All that is packed is built by the tests' project.
dotnet build "$project" --configuration Release --nologo --verbosity quiet -clp:NoSummary
status=0
dotnet test "$project" --no-build --configuration Release --nologo --logger "trx;LogFileName=$results/packages.trx" \
  --logger 'console;verbosity=normal' < /dev/null || status=$?

number() {
  sed -n "s/.*<Counters [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$results/packages.trx" 2> /dev/null | head -n 1
}
total="$(number total)" executed="$(number executed)" passed="$(number passed)"
echo "${passed:-0} passed, $((${executed:-0} - ${passed:-0})) failed, $((${total:-0} - ${executed:-0})) skipped"
[ "$status" -eq 0 ] && [ "${passed:-0}" -gt 0 ]
