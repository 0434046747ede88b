#!/usr/bin/env bash
# Makes the moving picture of the README again: bash tests/film.sh. Wants Chromium, and img2webp (apt-get install webp).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
project=tests/LiveStash.Elevator
[ -n "${ELEVATOR_BUILT:-}" ] || dotnet build "$project" --configuration Release --nologo --verbosity quiet -clp:NoSummary
pictures="$(mktemp -d)"
trap 'rm -rf "$pictures"' EXIT
dotnet "$project/bin/Release/net10.0/LiveStash.Elevator.dll" film "$pictures"

frames=()
for picture in "$pictures"/*.png; do
  shown="${picture##*-}"
  frames+=(-lossless -d "${shown%.png}" "$picture")
done
img2webp -loop 0 "${frames[@]}" -o samples/kill.webp
ls -l samples/kill.webp
