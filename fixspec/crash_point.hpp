#pragma once

#include <string_view>

namespace causeway::fixspec {

/// Marks a step between which and the next the end of the process matters: written but not sent,
/// sent but not answered. Does nothing in the programs that people run. A test's program that
/// defines this function itself gets that definition instead, and may end there. Any thread.
void crash_point(std::string_view name);

}  // namespace causeway::fixspec
