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

echo "Starting it."
# Says where it is once its pages can be opened. exec, so that Ctrl+C and every other signal reach the server itself.
exec dotnet "$here/Cluster/bin/Release/net10.0/Cluster.dll" --urls "http://127.0.0.1:$port" "$@"
