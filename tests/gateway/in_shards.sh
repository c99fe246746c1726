#!/usr/bin/env bash
# in_shards.sh <shards> <test program>: runs its cases in so many processes at once; 0 if all pass.
set -uo pipefail
shards=$1
program=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
processes=()
for ((i = 0; i < shards; ++i)); do
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$i "$program" > "$folder/$i" 2>&1 &
  processes+=($!)
done
failed=0
for ((i = 0; i < shards; ++i)); do
  wait "${processes[i]}" || failed=1
  cat "$folder/$i"
done
exit "$failed"
