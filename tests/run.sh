#!/usr/bin/env bash
# Sets up what the tests need, builds, and runs every suite: bash tests/run.sh
#
# A suite is a folder tests/*.Tests. As root on Debian the system packages that are missing get installed; elsewhere it says which. At the end: which suites
# ran, which did not and why, and the totals as the last line. Exits non-zero when a test failed, or when a suite crashed
# or ran no test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=Release
suite_timeout="${SUITE_TIMEOUT:-45m}"
results="$(mktemp -d)"
suite_group=""
passed=0 failed=0 skipped=0 broken=0
ran=() not_run=() reasons=()

# No build or compiler server may outlive the run.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The group of a suite's processes: whatever is left of it when the suite is over (a server of a crashed test) goes.
end_suite_group() {
  if [ -n "$suite_group" ]; then
    kill -KILL -- "-$suite_group" 2> /dev/null || true
    suite_group=""
  fi
}

clean_up() {
  end_suite_group
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

# What the browser tests need besides packages. The path of another Chromium may be in LIVESTASH_CHROMIUM.
prepare_browser() {
  [ -n "${LIVESTASH_CHROMIUM:-}" ] || install chromium chromium
}

# What the Orleans suites need besides packages. A test starts PostgreSQL itself, with data and port of its own.
prepare_orleans() {
  prepare_browser && { compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || install initdb postgresql; }
}

# number FILE NAME: one of the counters of a trx file; 0 without it.
number() {
  local value
  value="$(sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" 2> /dev/null | head -n 1)"
  echo "${value:-0}"
}

run_suite() {
  local name="$1" project="tests/$1/$1.csproj" trx="$results/$1.trx" status=0
  echo
  echo "== $name"
  # Job control gives the suite a process group of its own.
  set -m
  timeout --kill-after=30s "$suite_timeout" dotnet test "$project" --no-build --configuration "$configuration" --nologo \
    --logger "trx;LogFileName=$trx" --logger 'console;verbosity=minimal' < /dev/null &
  suite_group=$!
  set +m
  wait "$suite_group" || status=$?
  end_suite_group

  local total executed good bad
  total="$(number "$trx" total)" executed="$(number "$trx" executed)"
  good="$(number "$trx" passed)" bad="$((executed - good))"
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  local line="$name: $good passed, $bad failed, $((total - executed)) skipped"
  if [ "$total" -eq 0 ]; then
    broken=1
    line="$line. It ran no test (exit code $status)."
  elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    broken=1
    line="$line. It ended with exit code $status, crashed or out of time."
  fi
  ran+=("$line")
  collect_skip_reasons "$name" "$trx"
}

collect_skip_reasons() {
  local count reason
  while read -r count reason; do
    reasons+=("$1: $count skipped: $reason")
  done < <(tr '\n' ' ' < "$2" 2> /dev/null | sed 's/<UnitTestResult /\n&/g' | sed -n '/outcome="NotExecuted"/s/.*<\(StdOut\|Message\)>\([^<]*\)<.*/\2/p' | sort | uniq -c)
}

if ! command -v dotnet > /dev/null; then
  echo "dotnet is not there. Install the .NET 10 SDK." >&2
  exit 1
fi

solution=LiveStash.Orleans.sln
echo "Building $solution."
dotnet build "$solution" --configuration "$configuration" --nologo --verbosity quiet -clp:NoSummary

for folder in tests/*.Tests; do
  suite="$(basename "$folder")"
  case "$suite" in
    *Orleans*)
      reason="$(prepare_orleans)" || { not_run+=("$suite: $reason"); broken=1; continue; }
      ;;
    *Browser*)
      reason="$(prepare_browser)" || { not_run+=("$suite: ${reason##*$'\n'}"); broken=1; continue; }
      ;;
  esac
  run_suite "$suite"
done

echo
echo "Suites that ran:"
printf '  %s\n' "${ran[@]:-none}"
if [ "${#not_run[@]}" -gt 0 ]; then
  echo "Suites that did not run:"
  printf '  %s\n' "${not_run[@]}"
fi
if [ "${#reasons[@]}" -gt 0 ]; then
  echo "Skipped:"
  printf '  %s\n' "${reasons[@]}"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ]
