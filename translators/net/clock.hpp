#pragma once

#include <cstdint>

#include "fixspec/time.hpp"

namespace causeway::translators::net {

/// Now, by the system's wall clock and its monotonic clock.
fixspec::Timestamp read_clock();

/// A number from the system's random source, to seed ours with.
std::uint64_t draw_seed();

}  // namespace causeway::translators::net
