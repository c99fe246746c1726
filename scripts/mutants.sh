#!/usr/bin/env bash
# mutants.sh <jobs> <seeds>: applies each patch of tests/simulation/mutants to a copy of the tree, one
# at a time, and runs the simulation until it notices. A patch that it does not notice, or that does
# not apply any more, is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$1 seeds=$2
root=$PWD
copy=$root/build/mutants/tree
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1
rm -rf "$copy" && mkdir -p "$copy"
git ls-files -z | tar --null -T - -cf - | tar -C "$copy" -xf -
cd "$copy"
cmake --preset release > /dev/null
build() { cmake --build --preset release -j "$jobs" --target simulate > build/log 2>&1 || { tail -30 build/log; exit 1; }; }
build
build/release/tests/simulate --seeds 20 > build/log || { echo "the unbroken tree fails:"; cat build/log; exit 1; }
missed=0 caught=0
for patch in "$root"/tests/simulation/mutants/*.patch; do
  name=$(basename "$patch" .patch)
  if ! patch -p1 --forward --quiet --no-backup-if-mismatch < "$patch"; then
    echo "$name: does not apply" && exit 1
  fi
  build
  if timeout 900 build/release/tests/simulate --seeds "$seeds" > build/log 2>&1; then
    echo "$name: NOT CAUGHT by $seeds seeds"
    missed=$((missed + 1))
  elif rule=$(grep -m1 -o "BROKEN: .*" build/log); then
    held=$(grep -o "that held: [0-9]*" build/log | grep -o "[0-9]*$")
    echo "$name: caught by seed $((held + 1)), ${rule:0:150}"
    caught=$((caught + 1))
  else
    echo "$name: caught, the gateway ended by itself: $(tail -n 1 build/log | cut -c1-150)"
    caught=$((caught + 1))
  fi
  patch -p1 --reverse --quiet --no-backup-if-mismatch < "$patch"
done
echo "$caught mutants caught, $missed not"
[ "$missed" = 0 ]
