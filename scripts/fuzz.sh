#!/usr/bin/env bash
# Runs every libFuzzer target for TIME seconds with address and undefined-behaviour sanitizers. What
# is found new is kept in build/fuzz/corpus; what breaks a target in build/fuzz/findings. Printed of
# each: runs, edges and features reached, and the share of the edges in the target's own files.
# scripts/fuzz.sh [seconds] [jobs]; TARGETS="fix journal" runs those alone
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
jobs=${2:-$(nproc)}
targets="${TARGETS:-binance config control deribit fix fix_session journal records simulator}"

cmake --preset fuzz > /dev/null
# shellcheck disable=SC2086
cmake --build --preset fuzz -j "$jobs" --target $(printf 'fuzz_%s ' $targets)

seeds_of() {
  case $1 in
    binance) echo tests/fuzz/corpus/binance tests/wire/binance ;;
    deribit) echo tests/fuzz/corpus/deribit tests/wire/deribit ;;
    fix | fix_session) echo "tests/fuzz/corpus/$1" fixspec/messages ;;
    *) echo "tests/fuzz/corpus/$1" ;;
  esac
}

# The files that a target is about.
files_of() {
  case $1 in
    binance) echo '/translators/binance/' ;;
    config) echo '/gateway/app/config' ;;
    control) echo '/simulator/(net/control|core/)' ;;
    deribit) echo '/translators/deribit/' ;;
    fix) echo '/gateway/fix/(decode|field_reader|frame|frame_fields|hot_request|report_text)[.]' ;;
    fix_session) echo '/gateway/fix/' ;;
    journal) echo '/gateway/journal/' ;;
    records) echo '/gateway/core/record' ;;
    simulator) echo '/simulator/(binance|deribit|core)/' ;;
  esac
}

# "COVERED_FUNC: hits: 1 edges: 4/15 name file:line" and the same of UNCOVERED_FUNC
share_of_edges() {
  awk -v files="$1" '/^(UN)?COVERED_FUNC/ && $NF ~ files {
      split($5, edges, "/"); reached += edges[1]; all += edges[2]
    } END { if (all) printf "%.0f %% of %d edges of its files", 100 * reached / all, all }' "$2"
}

# What no mutation would find: the dialect's tags and values, or the words in the target's sources.
words_of() {
  local literal='"[A-Za-z0-9_./:@-]{2,40}"'
  case $1 in
    binance) grep -ohE "$literal" translators/binance/*.cpp ;;
    config) grep -ohE "$literal" gateway/app/config*.cpp ;;
    control) grep -ohE "$literal" simulator/net/control.cpp simulator/core/faults.cpp ;;
    deribit) grep -ohE "$literal" translators/deribit/*.cpp ;;
    fix | fix_session)
      grep -oE '<(field number|value enum)="[^"\\]+"' fixspec/dictionary/FIX44.xml |
        sed -E 's/<field number="(.*)"/"|\1="/; s/<value enum="(.*)"/"=\1|"/'
      ;;
    simulator) grep -ohE "$literal" simulator/binance/*.cpp simulator/deribit/*.cpp ;;
  esac
}

findings=0
for target in $targets; do
  program=build/fuzz/tests/fuzz_$target
  corpus=build/fuzz/corpus/$target
  found=build/fuzz/findings/$target
  log=build/fuzz/$target.log
  mkdir -p "$corpus" "$found"
  if [ "$target" = config ]; then cp sessions.cfg "$corpus/"; fi
  dictionary=build/fuzz/$target.dict
  words_of "$target" | sort -u > "$dictionary"
  words=()
  if [ -s "$dictionary" ]; then words=("-dict=$dictionary"); fi
  # shellcheck disable=SC2046
  if "$program" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
      -malloc_limit_mb=256 -print_final_stats=1 -artifact_prefix="$found/" "${words[@]}" \
      "$corpus" $(seeds_of "$target") > "$log" 2>&1; then
    verdict="nothing found"
  else
    verdict="FINDING, see $log and $found"
    findings=$((findings + 1))
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1 || true)
  share=
  # The corpus once more: of a short run it would take longer than the run.
  if [ "$seconds" -ge 60 ]; then
    # shellcheck disable=SC2046
    "$program" -runs=0 -print_coverage=1 "$corpus" $(seeds_of "$target") > "$log.coverage" 2>&1 ||
      true
    share=", $(share_of_edges "$(files_of "$target")" "$log.coverage")"
  fi
  printf '%-11s %9s runs, %s%s: %s\n' "$target" "${runs:-?}" "${coverage:-no coverage}" "$share" \
    "$verdict"
done
if [ "$findings" -gt 0 ]; then
  echo "$findings of the targets found something"
  exit 1
fi
