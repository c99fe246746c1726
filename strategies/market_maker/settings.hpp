#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fixspec/amount.hpp"
#include "fixspec/id.hpp"
#include "fixspec/order.hpp"

namespace causeway::strategies::market_maker {

/// The parameters of one market maker: [STRATEGY] of sessions.cfg.
struct Settings {
  std::string name;
  fixspec::AccountId account;
  fixspec::InstrumentRef instrument;
  fixspec::Quantity order_qty;      ///< of each quote, in the venue's unit
  fixspec::Quantity max_inventory;  ///< the position never goes beyond this on either side
  /// gamma: the reservation price moves by gamma·sigma²·tau ticks for each order_qty that is held.
  double risk_aversion = 0.001;
  double horizon_s = 60;       ///< tau, over which inventory is expected to be held
  double arrival_decay = 1.5;  ///< k, per tick: how fast fills thin out away from the mid
  double volatility_window_s = 60;  ///< over which sigma is estimated from the mid
  std::int64_t min_spread_ticks = 2;
  /// A quote is amended once its target is this far off, and it is this old.
  std::int64_t amend_threshold_ticks = 2;
  std::int64_t min_quote_life_ns = 200'000'000;
  std::int64_t stale_after_ns = 2'000'000'000;  ///< no market data for so long: quotes are pulled
  std::optional<fixspec::Decimal> max_loss;     ///< in the P&L's currency; then it stops for good
  bool flatten_on_exit = true;
};

}  // namespace causeway::strategies::market_maker
