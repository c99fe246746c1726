#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "fixspec/time.hpp"

namespace causeway::translators::deribit {

/// A count of `unit` nanoseconds since 1970, at most the last time that 64 bits hold: Deribit
/// writes "never" as a time in the year 3000, which is beyond them. Before 1970: 0.
inline fixspec::UtcNanos nanos_of(std::int64_t count, std::int64_t unit) {
  const std::int64_t latest = std::numeric_limits<fixspec::UtcNanos>::max() / unit;
  return std::clamp<std::int64_t>(count, 0, latest) * unit;
}
inline fixspec::UtcNanos nanos_of_millis(std::int64_t ms) {
  return nanos_of(ms, fixspec::nanos_per_milli);
}
inline fixspec::UtcNanos nanos_of_micros(std::int64_t us) { return nanos_of(us, 1'000); }

}  // namespace causeway::translators::deribit
