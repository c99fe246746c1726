#pragma once

#include <string>
#include <vector>

#include "simulator/core/exchange.hpp"

namespace causeway::simulator::binance {

using core::Decimal;
using core::InstrumentIndex;
using core::Price;
using core::Quantity;
using core::UtcNanos;

/// What the venue's filters and listing say of a symbol beyond the matching engine's own terms.
struct Symbol {
  std::string pair;
  std::string contract_type;
  std::string sub_type;
  int price_decimals = 2;     ///< pricePrecision
  int quantity_decimals = 3;  ///< quantityPrecision
  Price min_price;
  Price max_price;
  Quantity max_quantity;
  Quantity max_market_quantity;
  Decimal min_notional;
};

/// The symbols in the order of the exchange's instruments.
struct Catalog {
  core::ExchangeConfig exchange;
  std::vector<Symbol> symbols;
};

/// BTCUSDT, ETHUSDT and SOLUSDT perpetuals and a quarterly BTCUSDT future.
Catalog make_catalog(UtcNanos now);

/// One step of the table of leverage and maintenance margin; the same for every symbol here.
struct Bracket {
  int number;
  std::int64_t leverage;  ///< the highest allowed up to `cap`
  std::int64_t floor;     ///< notional, USDT
  std::int64_t cap;
  const char* maintenance_ratio;
  const char* cumulated;  ///< what the steps below save
};
const std::vector<Bracket>& brackets();
/// The largest notional that a leverage allows.
std::int64_t largest_notional(std::int64_t leverage);
/// The maintenance margin of a position of that notional.
Decimal maintenance_of(Decimal notional);

inline constexpr std::int64_t never_delivered_ms = 4'133'404'800'000;
inline constexpr const char* price_band = "0.05";  ///< PERCENT_PRICE and marketTakeBound
inline constexpr std::int64_t max_open_orders = 200;

}  // namespace causeway::simulator::binance
