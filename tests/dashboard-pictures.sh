#!/usr/bin/env bash
# Takes the pictures of the dashboard that src/LiveStash.Blazor/README.md shows: bash tests/dashboard-pictures.sh [minutes]
# Two nodes of samples/Cluster, and some dozens of tabs that type, reload and come and go for so many minutes (default 15).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
minutes="${1:-15}"
ports=(15180 15181)
work="$(mktemp -d)"
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$work"
}
trap stop EXIT

for project in samples/Cluster tests/LiveStash.Browser.Tests; do
  dotnet build "$root/$project" --configuration Release --nologo --verbosity quiet -nodeReuse:false -p:UseSharedCompilation=false
done
for node in 0 1; do
  "$root/samples/Cluster/bin/Release/net10.0/Cluster" --Dashboard:Enabled=true "--urls=http://127.0.0.1:${ports[$node]}" \
    --LiveStash:DefaultDurability=WriteBehind "--DataProtection:Keys=$work/keys" "--Orleans:Name=silo-$((node + 1))" \
    --Orleans:Clustering:PrimarySiloEndPoint=127.0.0.1:15111 "--Orleans:Endpoints:SiloPort=1511$((node + 1))" "--Orleans:Endpoints:GatewayPort=1513$((node + 1))" \
    > "$work/node$node.log" 2>&1 &
  pids+=($!)
  for _ in $(seq 120); do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:${ports[$node]}/healthz"; then break; fi
    sleep 0.5
  done
done

export LIVESTASH_PICTURES_OF="http://127.0.0.1:${ports[0]} http://127.0.0.1:${ports[1]}"
export LIVESTASH_PICTURES_MINUTES="$minutes"
export LIVESTASH_PICTURES_TO="$root/src/LiveStash.Blazor/Dashboard/Pictures"
status=0
dotnet test "$root/tests/LiveStash.Browser.Tests" --configuration Release --no-build --nologo --filter Category=Pictures > "$work/test.log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
  tail -n 40 "$work/test.log" "$work"/node*.log >&2
  exit "$status"
fi
ls -l "$LIVESTASH_PICTURES_TO"
