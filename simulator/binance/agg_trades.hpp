#pragma once

#include <deque>
#include <vector>

#include "simulator/binance/catalog.hpp"

namespace causeway::simulator::binance {

/// Trades at one price by takers of one side, within 100 ms.
struct AggTrade {
  std::int64_t id = 0;  ///< per symbol, without gaps
  InstrumentIndex instrument = 0;
  Price price;
  Quantity quantity;
  core::TradeNumber first = 0;  ///< Trade::sequence
  core::TradeNumber last = 0;
  UtcNanos time = 0;
  bool buyer_is_maker = false;
};

/// Puts the trades of every symbol together; the latest are kept.
class AggTrades {
 public:
  AggTrades(std::size_t instruments, std::int64_t first_id)
      : kept_(instruments), open_(instruments), next_id_(instruments, first_id) {}

  void on_trade(const core::Trade& trade);
  /// Those that are complete at `now` and were not taken yet, oldest first.
  std::vector<AggTrade> take_complete(UtcNanos now);
  /// Oldest first; the last may still grow.
  [[nodiscard]] const std::deque<AggTrade>& of(InstrumentIndex at) const { return kept_[at]; }

 private:
  std::vector<std::deque<AggTrade>> kept_;
  std::vector<bool> open_;  // whether the last one may still grow
  std::vector<std::int64_t> next_id_;
  std::vector<AggTrade> complete_;
};

}  // namespace causeway::simulator::binance
