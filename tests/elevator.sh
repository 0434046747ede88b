#!/usr/bin/env bash
# Tries to lose what a page was told is saved: bash tests/elevator.sh [--config NAME] [--faults N] [--seed S] [--long] [--out FOLDER]
#
# Starts a cluster, a proxy without stickiness and browser tabs, makes one fault after the other, and prints what each cost. The
# first line is the command that repeats the run. Wants the programs that bash tests/run.sh installs. Exits with 1 when a promise was broken. --help tells the other options.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
project=tests/LiveStash.Elevator
[ -n "${ELEVATOR_BUILT:-}" ] || dotnet build "$project" --configuration Release --nologo --verbosity quiet -clp:NoSummary

# Wires between servers can be cut in a network namespace of the run's own, where that may be made.
wires=()
if command -v iptables > /dev/null && command -v setpriv > /dev/null && command -v ip > /dev/null && unshare --net true 2> /dev/null; then
  wires=(env ELEVATOR_WIRES=1 unshare --net bash -c 'ip link set lo up && exec "$@"' bash)
fi
exec ${wires[@]+"${wires[@]}"} dotnet "$project/bin/Release/net10.0/LiveStash.Elevator.dll" "$@"
