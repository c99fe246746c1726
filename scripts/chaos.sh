#!/usr/bin/env bash
# chaos.sh <preset> <rounds> <first seed>: rounds of kills and faults, see tests/chaos. Every twenty
# are judged and written down; stopped and started again, it goes on behind them.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
rounds=$2
seed_from=$3
results=build/$preset/chaos-$seed_from.txt
echo "results: $results (remove it to begin anew)"
exec "build/$preset/tests/chaos_run" --rounds "$rounds" --seed-from "$seed_from" --results "$results"
