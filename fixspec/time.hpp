#pragma once

#include <compare>
#include <cstdint>

namespace causeway::fixspec {

/// Nanoseconds since 1970-01-01T00:00:00Z.
using UtcNanos = std::int64_t;

inline constexpr std::int64_t nanos_per_second = 1'000'000'000;
inline constexpr std::int64_t nanos_per_milli = 1'000'000;

/// When an input entered: wall clock for people and venues, monotonic clock for intervals.
struct Timestamp {
  UtcNanos utc_ns = 0;
  std::int64_t mono_ns = 0;

  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

}  // namespace causeway::fixspec
