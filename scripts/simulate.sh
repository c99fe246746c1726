#!/bin/bash
# simulate.sh <preset> <jobs> <seeds> <first seed>: builds the simulation and runs the seeds, a part
# on each core. A failure prints its seed and how to replay it.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 jobs=$2 seeds=$3 first=$4
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" -j "$jobs" --target simulate
simulate=build/$preset/tests/simulate
part=$(((seeds + jobs - 1) / jobs))
pids=()
for ((i = 0; i < jobs && i * part < seeds; ++i)); do
  count=$((seeds - i * part < part ? seeds - i * part : part))
  "$simulate" --from $((first + i * part)) --seeds "$count" --progress 200 &
  pids+=($!)
done
result=0
for pid in "${pids[@]}"; do wait "$pid" || result=1; done
exit $result
