#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "risk/limits.hpp"
#include "risk/reference_prices.hpp"

namespace causeway::risk {

/// What is open and held on one instrument of one account, in the unit of OrderQty. Open quantities
/// count from the moment an order is accepted, so what is in flight is in them.
struct InstrumentExposure {
  fixspec::Quantity position;  ///< signed
  fixspec::Quantity open_buy;  ///< leaves of all buys, pending ones at the larger of old and new
  fixspec::Quantity open_sell;

  friend bool operator==(const InstrumentExposure&, const InstrumentExposure&) = default;
};

/// One [RISK] section that applies, with what is already used under it.
struct Usage {
  const LimitSet* limits = nullptr;
  std::uint32_t open_orders = 0;
  std::uint32_t orders_in_last_second = 0;
  std::uint32_t alike_in_window = 0;  ///< orders with the same terms within DuplicateWindowMs
};

/// One new order, or one replacement, with everything it is judged by. A value: a check reads it
/// and nothing else.
struct Proposal {
  const fixspec::Instrument* instrument = nullptr;
  const Permission* permission = nullptr;  ///< null: the session has none
  fixspec::AccountId account;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::Quantity order_qty;  ///< total
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  fixspec::Quantity added_leaves;  ///< what it adds to the open quantity of its side
  bool is_replace = false;
  ReferencePrices reference;
  fixspec::UtcNanos now = 0;
  InstrumentExposure exposure;  ///< without this order
  std::vector<Usage> usages;    ///< narrowest first does not matter: all must hold
};

}  // namespace causeway::risk
