#!/usr/bin/env bash
# program_test.sh <causeway-sim>: starting, a port in use, a wrong option, and an orderly end.
set -euo pipefail
program=$1
state=$(mktemp -d)
trap 'kill "$first" 2>/dev/null || true; rm -rf "$state"' EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

"$program" --port-deribit 0 --control-port 0 --state "$state" >"$state/out" 2>&1 &
first=$!
for _ in $(seq 200); do
  grep -q '^ready$' "$state/out" && break
  kill -0 "$first" || fail "it ended before it was ready: $(cat "$state/out")"
  sleep 0.05
done
grep -q '^ready$' "$state/out" || fail "never ready"
port=$(sed -n 's/^listening deribit 127\.0\.0\.1://p' "$state/out")
grep -q '^listening control 127\.0\.0\.1:[0-9]*$' "$state/out" || fail "no control line"
grep -q '^listening binance 127\.0\.0\.1:[0-9]*$' "$state/out" || fail "no binance line"
[ -s "$state/ca.pem" ] || fail "no ca.pem"
[ "$(stat -c %a "$state/binance-ed25519.pem")" = 600 ] || fail "others can read the private key"
grep -q 'BEGIN PRIVATE KEY' "$state/binance-ed25519.pem" || fail "no private key"

status=0
"$program" --port-deribit "$port" --control-port 0 --state "$state" >"$state/second" 2>&1 || status=$?
[ "$status" = 69 ] || fail "a port in use ends with $status: $(cat "$state/second")"
grep -q "127.0.0.1:$port: the port is in use" "$state/second" || fail "$(cat "$state/second")"

status=0
"$program" --limits sometimes >"$state/third" 2>&1 || status=$?
[ "$status" = 64 ] || fail "a wrong option ends with $status"
status=0
"$program" --host not-an-address --state "$state" >"$state/fourth" 2>&1 || status=$?
[ "$status" = 69 ] || fail "a wrong host ends with $status"
"$program" --help | grep -q 'Examples:' || fail "no examples in --help"

kill -TERM "$first"
status=0
wait "$first" || status=$?
[ "$status" = 0 ] || fail "SIGTERM ends it with $status"
grep -q '^stopped$' "$state/out" || fail "it did not say that it stopped"
echo ok
