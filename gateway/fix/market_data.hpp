#pragma once

#include <chrono>
#include <cstddef>

#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "gateway/core/market_state.hpp"
#include "translators/venue.hpp"

namespace causeway::gateway::fix {

/// Where public prices come from. On the core thread.
class MarketSource {
 public:
  virtual ~MarketSource() = default;
  /// Whether the session may have the instrument's prices.
  [[nodiscard]] virtual bool may_see(const fixspec::SessionId& session,
                                     const fixspec::InstrumentKey& instrument) const = 0;
  /// One more subscriber wants this of the instrument: its venue sends it from now on. The state
  /// stays where it is, and is kept up to date, until unwatch() with the same interest; each change
  /// is told by Acceptor::market_changed().
  virtual const core::MarketState& watch(const fixspec::InstrumentKey& instrument,
                                         translators::MarketInterest interest) = 0;
  virtual void unwatch(const fixspec::InstrumentKey& instrument,
                       translators::MarketInterest interest) = 0;
};

/// Bounds of what one session may have of market data, so that nobody waits behind it.
struct MarketDataLimits {
  /// Instruments subscribed at once, counted once for each request.
  std::size_t max_subscriptions = 500;
  /// A message is made only while fewer bytes than this wait for the client: it gets the newest
  /// state when it has read, and not what was new before.
  std::size_t queue_mark_bytes = 32U << 10U;
  /// Messages made in one turn; then everybody else has a turn.
  std::size_t messages_per_turn = 16;
  /// How long the first picture waits to be complete, in seconds; then it says what is missing.
  int patience_s = 2;
};

}  // namespace causeway::gateway::fix
