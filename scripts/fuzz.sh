#!/usr/bin/env bash
# Runs every libFuzzer target for TIME seconds with address and undefined-behaviour sanitizers. What
# is found new is kept in build/fuzz/corpus; what breaks a target in build/fuzz/findings.
# scripts/fuzz.sh [seconds] [jobs]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
jobs=${2:-$(nproc)}
targets="binance config deribit fix journal records"

cmake --preset fuzz > /dev/null
# shellcheck disable=SC2086
cmake --build --preset fuzz -j "$jobs" --target $(printf 'fuzz_%s ' $targets)

seeds_of() {
  case $1 in
    binance) echo tests/wire/binance ;;
    config) echo tests/fuzz/corpus/config ;;
    deribit) echo tests/fuzz/corpus/deribit tests/wire/deribit ;;
    fix) echo tests/fuzz/corpus/fix fixspec/messages ;;
    *) echo "tests/fuzz/corpus/$1" ;;
  esac
}

findings=0
for target in $targets; do
  corpus=build/fuzz/corpus/$target
  found=build/fuzz/findings/$target
  log=build/fuzz/$target.log
  mkdir -p "$corpus" "$found"
  # shellcheck disable=SC2046
  if build/fuzz/tests/fuzz_"$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
      -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$found/" \
      "$corpus" $(seeds_of "$target") > "$log" 2>&1; then
    verdict="nothing found"
  else
    verdict="FINDING, see $log and $found"
    findings=$((findings + 1))
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1 || true)
  printf '%-8s %9s runs, %s: %s\n' "$target" "${runs:-?}" "${coverage:-no coverage}" "$verdict"
done
if [ "$findings" -gt 0 ]; then
  echo "$findings of the targets found something"
  exit 1
fi
