#!/usr/bin/env bash
# build.sh <preset> <jobs>: configures and compiles. WITHOUT_TESTS=1 compiles the programs only.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1 jobs=$2

tests=ON
[ "${WITHOUT_TESTS:-}" = 1 ] && tests=OFF
# Don't drop tests that an earlier build has made.
if [ $tests = OFF ] && [ -f "build/$preset/tests/CTestTestfile.cmake" ]; then tests=ON; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" -DCAUSEWAY_BUILD_TESTS=$tests >"$log" 2>&1 || { cat "$log"; exit 1; }
# A terminal gets one moving line, a log file one line in twenty.
if [ -t 1 ]; then
  cmake --build --preset "$preset" -j "$jobs"
else
  NINJA_STATUS='[%f/%t %es] ' cmake --build --preset "$preset" -j "$jobs" >"$log" 2>&1 ||
    { grep -vE '^\[[0-9]+/' "$log" | tail -n 200; exit 1; }
  tail -n 1 "$log"
fi
