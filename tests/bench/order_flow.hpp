#pragma once

#include <cstddef>

#include "tests/bench/fix_driver.hpp"
#include "tests/bench/running_gateway.hpp"

namespace causeway::bench {

/// How many orders drive() keeps unanswered.
inline constexpr std::size_t outstanding_most = 1'024;

/// Spins until the venue takes orders.
void wait_until_open(const RunningGateway& gateway);

/// Sends `count` orders, at most outstanding_most of them unanswered; a report with the ExecType
/// `last` ends one. How many a second.
double drive(FixDriver& client, std::size_t count, char last);

}  // namespace causeway::bench
