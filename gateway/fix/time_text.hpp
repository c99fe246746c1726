#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fixspec/time.hpp"

namespace causeway::gateway::fix {

/// A UTCTimestamp as FIX writes it, `YYYYMMDD-HH:MM:SS`, with `digits` (0 to 9) decimals, cut off.
std::string to_fix_time(fixspec::UtcNanos utc_ns, int digits);

/// The time a UTCTimestamp names, or nullopt where it is none; up to nine decimals.
std::optional<fixspec::UtcNanos> parse_fix_time(std::string_view text);

/// The wall clock.
fixspec::UtcNanos utc_now();

}  // namespace causeway::gateway::fix
