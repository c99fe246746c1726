#pragma once

#include <cstdint>

namespace causeway::bench {

/// How often the calling thread has called operator new since it began. Counted in programs that
/// link allocations.cpp, which replaces it.
std::uint64_t allocations();

}  // namespace causeway::bench
