#pragma once

#include <cstdint>

#include "simulator/core/instrument.hpp"

// What the venues' catalogs share.
namespace causeway::simulator::core {

inline constexpr UtcNanos nanos_per_day = 86'400 * fixspec::nanos_per_second;
inline constexpr UtcNanos expiry_hour = 8 * 3600 * fixspec::nanos_per_second;

/// The last Friday of the quarter that ends at least two months after `now`, in days since 1970.
std::int64_t quarterly_expiry(UtcNanos now);
/// Where numbers begin so that none that was given before `now`, at most one in `nanos_each`,
/// returns.
std::uint64_t number_at(UtcNanos now, UtcNanos nanos_each);

}  // namespace causeway::simulator::core
