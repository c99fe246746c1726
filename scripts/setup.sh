#!/usr/bin/env bash
# Installs the Debian 12 packages that building, running and testing need, if any is missing.
# WITHOUT_TESTS=1 leaves out what only the tests need; WITH_CLANG=1 adds what fuzzing needs.
set -euo pipefail

packages=(g++ cmake ninja-build ccache make ca-certificates openssl sqlite3
  libquickfix-dev libboost-dev libssl-dev rapidjson-dev libsqlite3-dev libcli11-dev)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev git)
[ "${WITHOUT_TESTS:-}" = 1 ] || packages+=("${test_packages[@]}")
[ "${WITH_CLANG:-}" = 1 ] && packages+=(clang libclang-rt-14-dev)
# A newer Node than Debian's may be on the machine already; then it is used.
if [ "${WITHOUT_TESTS:-}" != 1 ] && ! command -v npm >/dev/null; then packages+=(nodejs npm); fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
    missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "setup: these packages are missing and need root to install: ${missing[*]}" >&2
    exit 69
  }
  sudo=(sudo)
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done"
