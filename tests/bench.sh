#!/usr/bin/env bash
# Measures every budget beside its baseline and prints it with PASS or SHORT: bash tests/bench.sh [--full] [--only NAME]
#
# Quick mode takes about twenty minutes on two cores; --full takes longer runs, and a million stashes instead of 100,000.
# --only prints the rows whose names begin so. As root on Debian redis-server and postgresql get installed;
# elsewhere the rows that need them say what is missing.
# Exits with 1 when a budget is SHORT, with 2 when something failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
table="$results/rows"
: > "$table"

mode=quick
for argument in "$@"; do
  [ "$argument" != --full ] || mode=full
done

# install_redis: best effort; the rows say what is missing.
install_redis() {
  if command -v redis-server > /dev/null && command -v redis-benchmark > /dev/null; then
    return
  fi

  if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
    echo "Installing redis-server." >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server redis-tools; } > "$results/apt.log" 2>&1 ||
      tail -n 5 "$results/apt.log" >&2
  fi
}

# install_postgres: the same.
install_postgres() {
  if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
    echo "Installing postgresql." >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } > "$results/apt.log" 2>&1 ||
      tail -n 5 "$results/apt.log" >&2
  fi
}

# rows PROJECT: builds one project and has it measure its rows.
rows() {
  dotnet build "tests/$1/$1.csproj" --configuration Release --nologo --verbosity quiet -clp:NoSummary >&2 &&
    dotnet "tests/$1/bin/Release/net10.0/$1.dll" rows --results "$table" "${arguments[@]}"
}

arguments=("$@")
echo "Measuring in $mode mode on $(nproc) cores."
failed=0
rows LiveStash.Benchmarks || failed=1
rows LiveStash.Browser.Benchmarks || failed=1
install_redis
install_postgres
rows LiveStash.Orleans.Benchmarks || failed=1
rows LiveStash.Circuits.Benchmarks || failed=1

short="$(cut -f1 "$table" | grep -c '^SHORT$' || true)"
passed="$(cut -f1 "$table" | grep -c '^PASS$' || true)"
echo
echo "verdict | row | figure | budget | lowest..highest run | made from"
sed 's/\t/ | /g' "$table"
echo "Alone: bash tests/bench.sh --only ROW"
echo "$passed PASS, $short SHORT, $(wc -l < "$table") rows"
if [ ! -s "$table" ]; then
  echo "No row has a name that begins so." >&2
  exit 2
fi

if [ "$failed" -ne 0 ]; then
  echo "Something failed: what it wrote is above." >&2
  exit 2
fi

[ "$short" -eq 0 ]
