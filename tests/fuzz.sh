#!/usr/bin/env bash
# Fuzzes everything that comes from a browser, and the grain's requests: bash tests/fuzz.sh [inputs]
#
# 1,000,000 inputs in all, or as many as are said; tests/run.sh has 50,000. The seed is fixed; LIVESTASH_FUZZ_SEED takes another.
# Ends with a table: inputs of each kind, and the worst that one of them took and made the code allocate. Exits non-zero when
# an exception escaped, a spoiled input recovered something, or one went over its bounds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LIVESTASH_FUZZ_INPUTS="${1:-1000000}" MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
LIVESTASH_FUZZ_REPORT="$(mktemp)"
export LIVESTASH_FUZZ_REPORT
trap 'rm -f "$LIVESTASH_FUZZ_REPORT"' EXIT

status=0
for suite in LiveStash.Tests LiveStash.Orleans.Tests; do
  dotnet build "tests/$suite" --configuration Release --nologo --verbosity quiet -clp:NoSummary
  dotnet test "tests/$suite" --configuration Release --no-build --nologo --filter FullyQualifiedName~Fuzzing --logger 'console;verbosity=minimal' || status=1
done

{ echo "kind|inputs|worst time|most allocated|seed"; cat "$LIVESTASH_FUZZ_REPORT"; } | awk -F '|' '{ printf "%-18s %8s %12s %16s %10s\n", $1, $2, $3, $4, $5 }'
exit "$status"
