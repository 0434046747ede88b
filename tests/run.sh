#!/usr/bin/env bash
# Sets up what the tests need, builds, and runs every suite: bash tests/run.sh [--quick]
#
# A suite is a folder tests/*.Tests; the Elevator Test counts as two more tests. --quick takes the unit tests whole and of the others what is marked as smoke: a cluster, and
# a browser with each engine, and leaves out the packages. As root on Debian the system packages that are missing get installed; elsewhere it says which. At
# the end: what was skipped and why, the slowest tests, what failed, and the totals as the last line. Exits non-zero when a test failed, or
# when a suite crashed or ran no test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

quick=""
case "${1:-}" in
  "") ;;
  --quick) quick=1 ;;
  *) echo "usage: bash tests/run.sh [--quick]" >&2; exit 2 ;;
esac

configuration=Release
suite_timeout="${SUITE_TIMEOUT:-15m}"
results="$(mktemp -d)"
passed=0 failed=0 skipped=0 broken=0
ran=() not_run=() together=() alone=()
declare -A group_of=()

# No build or compiler server may outlive the run.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The group of a suite's processes: whatever is left of it when the suite is over (a server of a crashed test) goes.
end_group() {
  kill -KILL -- "-$1" 2> /dev/null || true
}

clean_up() {
  for suite in "${!group_of[@]}"; do
    end_group "${group_of[$suite]}"
  done
  rm -rf "$results"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# install COMMAND PACKAGE: makes sure that the command is there.
install() {
  if command -v "$1" > /dev/null; then
    return 0
  fi

  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "$1 is not there. Install it, on Debian with: apt-get install $2"
    return 1
  fi

  echo "Installing $2." >&2
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"; } > "$results/apt.log" 2>&1; then
    tail -n 20 "$results/apt.log" >&2
    echo "$2 could not be installed."
    return 1
  fi
}

# What a suite needs besides NuGet's packages. The path of another Chromium may be in LIVESTASH_CHROMIUM, that of another Firefox
# in LIVESTASH_FIREFOX. A test starts databases itself, with data and ports of its own.
prepare() {
  case "$1" in *Browser* | *Processes* | *Packages*) [ -n "${LIVESTASH_CHROMIUM:-}" ] || install chromium-headless-shell chromium-headless-shell || return 1 ;; esac
  case "$quick:$1" in
    :*Browser*) [ -n "${LIVESTASH_FIREFOX:-}" ] || command -v firefox > /dev/null || install firefox-esr firefox-esr || return 1 ;;
  esac
  case "$1" in
    *Processes*)
      compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || install initdb postgresql || return 1
      install redis-server redis-server || return 1
      install nginx nginx-light
      ;;
  esac
}

# start SUITE: runs it beside this script, in a process group of its own.
start() {
  local options=()
  case "$quick:$1" in
    :* | *:LiveStash.Tests | *:LiveStash.Analyzers.Tests) ;;
    *) options=(--filter Category=Smoke) ;;
  esac
  set -m
  timeout --kill-after=30s "$suite_timeout" dotnet test "tests/$1/$1.csproj" --no-build --configuration "$configuration" --nologo \
    --logger "trx;LogFileName=$results/$1.trx" --logger 'console;verbosity=minimal' "${options[@]}" < /dev/null > "$results/$1.log" 2>&1 &
  group_of[$1]=$!
  set +m
}

# number FILE NAME: one of the counters of a trx file; 0 without it.
number() {
  local value
  value="$(sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" 2> /dev/null | head -n 1)"
  echo "${value:-0}"
}

# finish SUITE: waits for its end, prints what it wrote and counts.
finish() {
  local trx="$results/$1.trx" status=0
  wait "${group_of[$1]}" || status=$?
  end_group "${group_of[$1]}"
  unset "group_of[$1]"
  printf '\n== %s\n' "$1"
  cat "$results/$1.log"

  local total executed good bad
  total="$(number "$trx" total)" executed="$(number "$trx" executed)"
  good="$(number "$trx" passed)" bad="$((executed - good))"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  local line="$1: $good passed, $bad failed, $((total - executed)) skipped"
  if [ "$total" -eq 0 ]; then
    broken=1
    line="$line. It ran no test (exit code $status)."
  elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    broken=1
    line="$line. It ended with exit code $status, crashed or out of time."
  fi
  ran+=("$line")
}

# The names of what failed, each with the first line of why: a log may be cut where they are.
failures() {
  local trx
  for trx in "$results"/*.trx; do
    tr '\n' '\r' < "$trx" | sed 's/<UnitTestResult /\n&/g' | sed -n '/outcome="Failed"/s/.*testName="\([^"]*\)".*<Message>\([^<\r]*\).*/  \1: \2/p' | plain
  done
}

# Takes back what XML wants written otherwise.
plain() {
  sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#xD;//g; s/&amp;/\&/g'
}

slowest() {
  sed -n 's/.*<UnitTestResult .*testName="\([^"]*\)".* duration="\([^"]*\)".*/\2 \1/p' "$results"/*.trx 2> /dev/null | sort -r | sed -n 1,5p |
    plain | awk -F '[: ]' '{ printf "  %5.1f s  %s\n", $1 * 3600 + $2 * 60 + $3, substr($0, index($0, " ") + 1) }'
}

skip_reasons() {
  local trx
  for trx in "$results"/*.trx; do
    tr '\n' ' ' < "$trx" | sed 's/<UnitTestResult /\n&/g' | sed -n '/outcome="NotExecuted"/s/.*<\(StdOut\|Message\)>\([^<]*\)<.*/\2/p' |
      sort | uniq -c | sed "s/^ *\([0-9]*\) /  $(basename "$trx" .trx): \1 skipped: /"
  done
}

# Runs what counts as one test.
count() {
  local name="$1" is_failed=0
  shift
  "$@" < /dev/null || is_failed=1
  passed=$((passed + 1 - is_failed))
  failed=$((failed + is_failed))
  ran+=("$name: $((1 - is_failed)) passed, $is_failed failed, 0 skipped")
}

if ! command -v dotnet > /dev/null; then
  echo "dotnet is not there. Install the .NET 10 SDK." >&2
  exit 1
fi

for folder in tests/*.Tests; do
  suite="$(basename "$folder")"
  # New apps with the packages take minutes.
  [ -z "$quick" ] || [ "$suite" != LiveStash.Packages.Tests ] || continue
  if ! reason="$(prepare "$suite")"; then
    not_run+=("$suite: ${reason##*$'\n'}")
    broken=1
  elif [ -z "$quick" ] && [[ "$suite" = *Browser* || "$suite" = *Processes* || "$suite" = *Packages* ]]; then
    alone+=("$suite") # what has to happen within a time is for a machine that has the time
  else
    together+=("$suite")
  fi
done

echo "Building LiveStash.Orleans.sln."
dotnet build LiveStash.Orleans.sln --configuration "$configuration" --nologo --verbosity quiet -clp:NoSummary

echo "Testing."
for suite in "${together[@]}"; do start "$suite"; done
for suite in "${together[@]}"; do finish "$suite"; done
for suite in "${alone[@]}"; do
  start "$suite"
  finish "$suite"
done

# The short form of the Elevator Test: one promise, kept or broken. And what keeps nothing has to lose: a checker that sees nothing would find nothing.
if [ -z "$quick" ]; then
  export ELEVATOR_BUILT=1
  printf '\n== LiveStash.Elevator\n'
  count "LiveStash.Elevator" timeout --kill-after=30s "$suite_timeout" bash tests/elevator.sh --faults 15 --out "$results/elevator"
  count "LiveStash.Elevator without LiveStash" timeout --kill-after=30s "$suite_timeout" bash -o pipefail -c \
    'bash tests/elevator.sh --config plain --only AllKilled --faults 1 --tabs 2 --visitors 2 | tee >(cat >&2) | grep -qE " [1-9][0-9]* lost$"'
fi

echo
echo "Suites that ran:"
printf '  %s\n' "${ran[@]:-none}"
if [ "${#not_run[@]}" -gt 0 ]; then
  echo "Suites that did not run:"
  printf '  %s\n' "${not_run[@]}"
fi
reasons="$(skip_reasons)"
[ -z "$reasons" ] || printf 'Skipped:\n%s\n' "$reasons"
echo "Slowest tests:"
slowest
failures="$(failures)"
[ -z "$failures" ] || printf 'Failed:\n%s\n' "$failures"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
