#pragma once

#include <atomic>
#include <cstdint>

namespace causeway::chaos {

/// What the fault layer does to the program it is loaded into, in a file that both map. All zero
/// but for space_left: nothing.
struct FaultControl {
  /// Added to the clock that tells the date; the monotonic one goes on as it is.
  std::atomic<std::int64_t> clock_offset_ns{0};
  /// Bytes that the program's files may still grow or be rewritten by; negative: no bound.
  std::atomic<std::int64_t> space_left{-1};
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

/// The environment variable that names the file.
inline constexpr const char* fault_control_variable = "CAUSEWAY_FAULT_CONTROL";

}  // namespace causeway::chaos
