#!/usr/bin/env bash
# Measures how long a page takes to be back after its server was killed and started again, and prints it:
# bash tests/measure-recovery.sh. Fails when the 95th percentile is over one second. Wants the machine for itself.
set -euo pipefail
project="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/LiveStash.Browser.Tests"
dotnet build "$project" --configuration Release --nologo --verbosity quiet -nodeReuse:false -p:UseSharedCompilation=false
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
status=0
dotnet test "$project" --configuration Release --no-build --filter Category=Measure --logger 'console;verbosity=detailed' > "$log" 2>&1 || status=$?
sed -n 's/^ *measured: //p' "$log"
if [ "$status" -ne 0 ]; then
  grep -A 15 'Error Message:' "$log" >&2 || tail -n 30 "$log" >&2
fi
exit "$status"
