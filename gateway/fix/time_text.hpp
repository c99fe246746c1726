#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fixspec/time.hpp"

namespace causeway::gateway::fix {

/// The longest UTCTimestamp: nine decimals.
inline constexpr std::size_t max_fix_time = 27;

/// A UTCTimestamp as FIX writes it, `YYYYMMDD-HH:MM:SS`, with `digits` (0 to 9) decimals, cut off.
std::string to_fix_time(fixspec::UtcNanos utc_ns, int digits);
/// Writes to_fix_time()'s text at `first`, where max_fix_time characters must be free; returns its
/// end.
char* write_fix_time(char* first, fixspec::UtcNanos utc_ns, int digits);

/// The time a UTCTimestamp names, or nullopt where it is none; up to nine decimals.
std::optional<fixspec::UtcNanos> parse_fix_time(std::string_view text);

/// The wall clock.
fixspec::UtcNanos utc_now();

}  // namespace causeway::gateway::fix
