#pragma once

#include <deque>
#include <vector>

#include "simulator/core/order.hpp"

namespace causeway::simulator::core {

/// What traded in one interval that begins at `start`.
struct Candle {
  UtcNanos start = 0;
  Price open;
  Price high;
  Price low;
  Price close;
  Decimal volume;  ///< in the base currency
  Decimal cost;    ///< in the quote currency
  std::int64_t trades = 1;
  Decimal taker_buy_volume;  ///< of `volume` and `cost` what buyers took
  Decimal taker_buy_cost;
  TradeNumber first_trade = 0;  ///< Trade::sequence
  TradeNumber last_trade = 0;

  void add(const Candle& later);
};

/// One-minute candles of every instrument, made from its trades; a day of them is kept.
class Candles {
 public:
  explicit Candles(const std::vector<InstrumentSpec>& instruments)
      : instruments_(instruments), minutes_(instruments.size()) {}

  void on_trade(const Trade& trade);
  /// The candles of `minutes` that begin in [from, to], oldest first.
  [[nodiscard]] std::vector<Candle> between(InstrumentIndex at, int minutes, UtcNanos from,
                                            UtcNanos to) const;

 private:
  const std::vector<InstrumentSpec>& instruments_;
  std::vector<std::deque<Candle>> minutes_;
};

}  // namespace causeway::simulator::core
