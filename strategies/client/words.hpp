#pragma once

#include <string>

#include "strategies/client/events.hpp"

namespace causeway::strategies::client {

/// An event as a sentence for people, e.g. "TRADE c1: bought 4 BTC-PERPETUAL at 60000.5 (maker),
/// 4 of 10 filled at 60000.5 on average, 6 open, fee 0.00000012 BTC".
std::string in_words(const EventBody& body);

/// "buy 10 BTC-PERPETUAL at 60000, post-only": what an order is, from its report.
std::string order_in_words(const fixspec::ExecutionReport& report);

}  // namespace causeway::strategies::client
