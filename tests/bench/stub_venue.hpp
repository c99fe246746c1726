#pragma once

#include <cstdint>
#include <memory>

#include "gateway/app/run/gateway.hpp"

namespace causeway::bench {

/// What becomes of an order at the stubbed venue.
enum class StubFate : std::uint8_t {
  Silence,  ///< nothing: the order stays open
  Filled,   ///< acknowledged, then filled, both in a later turn
  Working,  ///< acknowledged; listed as open also by the next venue of the same stub_venue()
};

/// A venue without a socket, for what the gateway costs alone: each request is encoded by Deribit's
/// codec and goes nowhere; the link is up from the start, with BTC-PERPETUAL and `options` options.
/// `position` is what it says the account holds of BTC-PERPETUAL.
gateway::app::MakeVenue stub_venue(StubFate fate, std::size_t options, std::int64_t position = 0);

}  // namespace causeway::bench
