#!/usr/bin/env bash
# Restores, builds and starts the showcase: bash samples/run.sh [--port N] [-- arguments for the host]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
port=5080

usage() {
  echo "usage: bash samples/run.sh [--port N] [-- arguments for the host]"
}

while [ $# -gt 0 ]; do
  case "$1" in
    --port) port="${2:-}"; shift; [ $# -gt 0 ] && shift ;;
    --port=*) port="${1#--port=}"; shift ;;
    --) shift; break ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

if ! [[ "$port" =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1 || 10#$port > 65535)); then
  echo "A port is a number from 1 to 65535." >&2
  exit 2
fi

if ! command -v dotnet > /dev/null; then
  echo "dotnet is not there. Install the .NET 10 SDK." >&2
  exit 1
fi

echo "Building the showcase. The first time takes a minute."
# Prints errors only, and no build node stays behind that would hold on to the terminal.
dotnet msbuild "$here/Cluster/Cluster.csproj" -restore -property:Configuration=Release -nologo -verbosity:quiet -nodeReuse:false

# Its pages have a button that kills it with -9: then it is started again, as a supervisor of services would.
server=
is_stopping=
stop() {
  is_stopping=1
  [ -z "$server" ] || kill -TERM "$server" 2> /dev/null || true
}
trap stop INT TERM HUP

echo "Starting it."
while :; do
  # Says where it is once its pages can be opened.
  dotnet "$here/Cluster/bin/Release/net10.0/Cluster.dll" --urls "http://127.0.0.1:$port" --Showcase:Kill=true "$@" &
  server=$!
  code=0
  wait "$server" || code=$?
  while kill -0 "$server" 2> /dev/null; do
    # A signal ended the wait, and the server is on its way out.
    code=0
    wait "$server" || code=$?
  done
  if [ "$code" -ne 137 ] || [ -n "$is_stopping" ]; then
    exit "$code"
  fi

  echo "Killed. Starting it again."
done
