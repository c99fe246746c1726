#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace causeway::chaos {

/// What has to happen so that a crash point is reached.
enum class Reached : std::uint8_t {
  Trading,   ///< orders and their fills
  Starting,  ///< a start of the gateway, and its links coming up
  Idling,    ///< about a second passes, or some records are written
  Rolling,   ///< the journal begins a new segment, the first one of a new journal too
  Resetting  ///< a session starts over at 1
};

/// One fixspec::crash_point("...") of the gateway.
struct CrashPoint {
  std::string_view name;
  Reached reached;
};

/// Every crash point there is, each by the name that stands in the source.
std::span<const CrashPoint> crash_points();

}  // namespace causeway::chaos
