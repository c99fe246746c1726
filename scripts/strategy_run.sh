#!/usr/bin/env bash
# Every [STRATEGY] of sessions.cfg for some time against the simulator's moving market: starts
# simulator and gateway as the demo does, and ends with 0 only if each strategy ended flat.
# scripts/strategy_run.sh [preset] [seconds]
set -euo pipefail
cd "$(dirname "$0")/.."
bin=build/${1:-release}/bin
seconds=${2:-600}
mkdir -p var/log

"$bin/causeway" demo > var/log/strategy-run-demo.log 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null; wait "$demo" 2>/dev/null || true' EXIT
for _ in $(seq 1 60); do
  grep -q "Ctrl-C ends the demo" var/log/strategy-run-demo.log && break
  if ! kill -0 "$demo" 2>/dev/null; then
    tail -5 var/log/strategy-run-demo.log
    exit 1
  fi
  sleep 0.5
done

declare -A runs
strategies=$(awk '/^\[/ { in_one = $0 == "[STRATEGY]" } in_one && /^Name=/ { print substr($0, 6) }' sessions.cfg)
for name in $strategies; do
  "$bin/causeway-strategies" -c sessions.cfg --name "$name" --seconds "$seconds" &
  runs[$name]=$!
done
failed=0
for name in "${!runs[@]}"; do
  wait "${runs[$name]}" || { echo "$name did not end flat"; failed=1; }
done
exit "$failed"
