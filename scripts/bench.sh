#!/usr/bin/env bash
# bench.sh <preset> <jobs>: builds the measurements and runs them one after the other. Two cores or
# more, and nothing else running: every thread that is measured polls.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 jobs=$2

log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" -DCAUSEWAY_BUILD_TESTS=ON >"$log" 2>&1 || { cat "$log"; exit 1; }
cmake --build --preset "$preset" -j "$jobs" --target bench_programs >"$log" 2>&1 ||
  { grep -vE '^\[[0-9]+/' "$log" | tail -n 200; exit 1; }
bin="build/$preset/bench"
echo "$(date -u +%F) $(nproc) cores, $(uname -sr), $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2)"
"$bin/codec_bench"
"$bin/path_bench" 10000 3
"$bin/throughput_bench" 200000
"$bin/restart_bench" 100000
"$bin/journal_bench" "${TMPDIR:-/tmp}"
