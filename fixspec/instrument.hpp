#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/time.hpp"

namespace causeway::fixspec {

/// Which market of a venue a symbol belongs to: some venues spell spot and perpetual alike.
enum class Segment : std::uint8_t { Spot, Linear, Inverse, Option };
std::string_view to_text(Segment segment);
std::optional<Segment> segment_from_text(std::string_view text);

/// An instrument's full name. The journal and the audit use it; an index never leaves a run.
struct InstrumentKey {
  Venue venue = Venue::Deribit;
  Segment segment = Segment::Linear;
  Symbol symbol;

  friend auto operator<=>(const InstrumentKey&, const InstrumentKey&) = default;
};

/// From `above_price` (exclusive) on, prices are multiples of `tick`.
struct TickStep {
  Price above_price;
  Price tick;

  friend bool operator==(const TickStep&, const TickStep&) = default;
};

/// What can be traded, as the venue's instrument list defines it.
struct Instrument {
  InstrumentKey key;
  SecurityType security_type = SecurityType::Future;  ///< 167
  ContractType contract_type = ContractType::Linear;  ///< 20040
  Currency base;                                      ///< the underlying asset
  Currency quote;                                     ///< Currency(15): what prices count
  Currency settle;                                    ///< SettlCurrency(120)
  std::string price_index;                            ///< the venue's name of the index, if any
  std::optional<UtcNanos> expiry_utc_ns;              ///< absent for spot and perpetuals
  std::optional<PutOrCall> put_or_call;               ///< options only
  std::optional<Price> strike;                        ///< options only, 202
  QtyType qty_type = QtyType::Units;                  ///< 854
  /// ContractMultiplier(231): the units one contract stands for, in the unit the venue counts.
  Decimal contract_multiplier = Decimal::from_integer(1);
  Price tick;                     ///< MinPriceIncrement(969) below the first of tick_steps
  std::vector<TickStep> tick_steps;  ///< ascending by above_price
  Quantity qty_step;              ///< QtyStep(20041)
  Quantity min_qty;               ///< MinTradeVol(562)
  std::optional<Quantity> max_qty;        ///< MaxTradeVol(1140)
  std::optional<Notional> min_notional;   ///< MinNotional(20042), in quote currency
  SecurityTradingStatus status = SecurityTradingStatus::ReadyToTrade;

  [[nodiscard]] bool is_perpetual() const {
    return security_type == SecurityType::Future && !expiry_utc_ns;
  }
  friend bool operator==(const Instrument&, const Instrument&) = default;
};

/// The tick that applies at `price` (its magnitude counts).
Price tick_at(const Instrument& instrument, Price price);

/// The value of `qty` at `price` in the instrument's quote currency (USD for Deribit's), rounded up:
/// linear qty·price, inverse qty (it counts quote currency already), option qty·price where `price`
/// is the underlying's index. OutOfRange where it does not fit.
Result<Notional, DecimalError> notional(const Instrument& instrument, Quantity qty, Price price);

}  // namespace causeway::fixspec

template <>
struct std::hash<causeway::fixspec::InstrumentKey> {
  std::size_t operator()(const causeway::fixspec::InstrumentKey& key) const noexcept {
    return std::hash<causeway::fixspec::Symbol>{}(key.symbol) ^
           (static_cast<std::size_t>(key.venue) << 8) ^ static_cast<std::size_t>(key.segment);
  }
};
