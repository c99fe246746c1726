#include "translators/net/rate_limiter.hpp"

#include <algorithm>
#include <limits>

#include "fixspec/assert.hpp"
#include "fixspec/time.hpp"

namespace causeway::translators::net {

void RateLimiter::configure(std::string_view name, const Bucket& bucket, std::int64_t now_ns) {
  CAUSEWAY_ASSERT(bucket.capacity > 0 && bucket.refill_per_second > 0);
  CAUSEWAY_ASSERT(bucket.reserved_for_cancels >= 0 &&
                  bucket.reserved_for_cancels < bucket.capacity);
  const auto full = static_cast<State::Nanotokens>(bucket.capacity) * fixspec::nanos_per_second;
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    buckets_.emplace(name, State{bucket, full, now_ns});
    return;
  }
  State& state = refilled(name, now_ns);
  // A bucket that was full is full under the new limits too.
  const bool was_full = state.level == static_cast<State::Nanotokens>(state.limits.capacity) *
                                           fixspec::nanos_per_second;
  state.limits = bucket;
  state.level = was_full ? full : std::min(state.level, full);
}

bool RateLimiter::try_take(std::string_view name, std::int64_t tokens, Lane lane,
                           std::int64_t now_ns) {
  State& state = refilled(name, now_ns);
  if (state.level < needed(state, tokens, lane)) return false;
  state.level -= static_cast<State::Nanotokens>(tokens) * fixspec::nanos_per_second;
  return true;
}

std::int64_t RateLimiter::ready_at(std::string_view name, std::int64_t tokens, Lane lane,
                                   std::int64_t now_ns) {
  const State& state = refilled(name, now_ns);
  const auto missing = needed(state, tokens, lane) - state.level;
  if (missing <= 0) return now_ns;
  const auto full =
      static_cast<State::Nanotokens>(state.limits.capacity) * fixspec::nanos_per_second;
  if (needed(state, tokens, lane) > full) return std::numeric_limits<std::int64_t>::max();
  const auto rate = state.limits.refill_per_second;
  return now_ns + static_cast<std::int64_t>((missing + rate - 1) / rate);
}

void RateLimiter::drain(std::string_view name, std::int64_t now_ns) {
  refilled(name, now_ns).level = 0;
}

RateLimiter::State& RateLimiter::refilled(std::string_view name, std::int64_t now_ns) {
  const auto found = buckets_.find(name);
  CAUSEWAY_ASSERT(found != buckets_.end());
  State& state = found->second;
  const std::int64_t elapsed = now_ns - state.refilled_at_ns;
  if (elapsed <= 0) return state;
  const auto full =
      static_cast<State::Nanotokens>(state.limits.capacity) * fixspec::nanos_per_second;
  const auto gained = static_cast<State::Nanotokens>(elapsed) * state.limits.refill_per_second;
  state.level = std::min(full, state.level + gained);
  state.refilled_at_ns = now_ns;
  return state;
}

RateLimiter::State::Nanotokens RateLimiter::needed(const State& state, std::int64_t tokens,
                                                   Lane lane) {
  const std::int64_t kept = lane == Lane::Cancel ? 0 : state.limits.reserved_for_cancels;
  return static_cast<State::Nanotokens>(tokens + kept) * fixspec::nanos_per_second;
}

}  // namespace causeway::translators::net
