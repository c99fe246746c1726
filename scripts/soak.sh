#!/usr/bin/env bash
# A gateway under steady load (200 orders a second, connections that break every five minutes); says
# how memory and descriptors grew, and ends with 0 only if neither did.
# scripts/soak.sh [minutes] [preset] [jobs]
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-30}
preset=${2:-release}
jobs=${3:-$(nproc)}
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" -j "$jobs" --target soak causeway causeway-sim
exec "build/$preset/tests/soak" "$minutes" build/soak.csv
