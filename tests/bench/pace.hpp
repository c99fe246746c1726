#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/bench/figures.hpp"

namespace causeway::bench {

/// How many, and how far apart.
struct Pace {
  std::size_t count = 0;
  std::int64_t period_ns = 0;
};

/// Calls `step` so many times at the pace, spinning in between. One that comes late is not made up
/// for. On the driver's core.
template <class Step>
void at_pace(Pace pace, const Step& step) {
  const OnCore pinned{driver_core};
  std::int64_t next = now_ns();
  for (std::size_t i = 0; i < pace.count; ++i) {
    while (now_ns() < next) {
    }
    step();
    next = next + pace.period_ns < now_ns() ? now_ns() : next + pace.period_ns;
  }
}

}  // namespace causeway::bench
