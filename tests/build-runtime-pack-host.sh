#!/usr/bin/env bash
# Builds the sample hosts a second time, with the browser script of .NET 9, for the tests that run against both scripts:
# bash tests/build-runtime-pack-host.sh [configuration]. Where the runtime pack does not restore, the reason is left for
# the tests to print.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
configuration="${1:-Release}"
# Output and intermediate files apart from those of the usual build; ignored and cleaned like any bin folder.
out="$root/tests/LiveStash.Browser.Tests/bin/runtime-pack"
mkdir -p "$out"

for host in Embedded; do
  reason="$out/$host.skipped.txt"
  project="$root/samples/$host/$host.csproj"
  rm -f "$reason"
  options=(-p:BlazorScript=runtime-pack --artifacts-path "$out" -nodeReuse:false)
  if ! dotnet restore "$project" "${options[@]}" --verbosity quiet > "$out/$host.restore.log" 2>&1; then
    echo "The runtime pack of .NET 9, from which its browser script comes, does not restore here." | tee "$reason"
    rm -rf "$out/bin/$host"
    continue
  fi
  dotnet build "$project" "${options[@]}" --no-restore --configuration "$configuration" --nologo --verbosity quiet -p:UseSharedCompilation=false
done
