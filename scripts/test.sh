#!/usr/bin/env bash
# test.sh <preset> <jobs>: runs every test and closes with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
preset=$1 jobs=$2

log=$(mktemp)
trap 'rm -f "$log"' EXIT
ctest --preset "$preset" -j "$jobs" --output-on-failure --no-tests=error 2>&1 | tee "$log" |
  grep -vE '^ *Start |Passed +[0-9.]+ sec$'
status=${PIPESTATUS[0]}
if [ ! -d ../shared ]; then
  echo "tests: ../shared is absent, so the tests that read it were left out:" \
    "$(grep -rhoE 'causeway_shared_test\([a-z_]+' tests --include=CMakeLists.txt | wc -l)"
fi
passed=$(grep -cE ' Passed +[0-9.]+ sec' "$log")
failed=$(grep -cE '\*\*\*(Failed|Timeout|Exception|Not Run)' "$log")
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
exit "$status"
