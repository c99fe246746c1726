#pragma once

#include <deque>
#include <vector>

#include "simulator/core/order.hpp"

namespace causeway::simulator::deribit {

/// What traded in one interval that begins at `start`.
struct Candle {
  core::UtcNanos start = 0;
  core::Price open;
  core::Price high;
  core::Price low;
  core::Price close;
  core::Decimal volume;  ///< in the base currency
  core::Decimal cost;    ///< in the quote currency

  void add(const Candle& later);
};

/// One-minute candles of every instrument, made from its trades; a day of them is kept.
class Candles {
 public:
  explicit Candles(const std::vector<core::InstrumentSpec>& instruments)
      : instruments_(instruments), minutes_(instruments.size()) {}

  void on_trade(const core::Trade& trade);
  /// The candles of `minutes` that begin in [from, to], oldest first.
  [[nodiscard]] std::vector<Candle> between(core::InstrumentIndex at, int minutes,
                                            core::UtcNanos from, core::UtcNanos to) const;

 private:
  const std::vector<core::InstrumentSpec>& instruments_;
  std::vector<std::deque<Candle>> minutes_;
};

}  // namespace causeway::simulator::deribit
