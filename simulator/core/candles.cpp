#include "simulator/core/candles.hpp"

#include <algorithm>

namespace causeway::simulator::core {
namespace {
constexpr UtcNanos nanos_per_minute = 60 * fixspec::nanos_per_second;
constexpr std::size_t candles_kept = 1440;
}  // namespace

void Candle::add(const Candle& later) {
  high = std::max(high, later.high);
  low = std::min(low, later.low);
  close = later.close;
  volume += later.volume;
  cost += later.cost;
  trades += later.trades;
  taker_buy_volume += later.taker_buy_volume;
  taker_buy_cost += later.taker_buy_cost;
  last_trade = later.last_trade;
}

void Candles::on_trade(const Trade& trade) {
  const auto& spec = instruments_[trade.instrument];
  const auto amount = trade.amount.value();
  const auto price = trade.price.value();
  const bool in_dollars = spec.is_inverse_future();
  Candle tick{.start = trade.time / nanos_per_minute * nanos_per_minute,
              .open = trade.price,
              .high = trade.price,
              .low = trade.price,
              .close = trade.price,
              .volume = in_dollars ? over(amount, price) : amount,
              .cost = in_dollars ? amount : times(amount, price)};
  tick.first_trade = tick.last_trade = trade.sequence;
  if (trade.taker_side == Side::Buy) {
    tick.taker_buy_volume = tick.volume;
    tick.taker_buy_cost = tick.cost;
  }
  auto& candles = minutes_[trade.instrument];
  if (!candles.empty() && candles.back().start == tick.start) {
    candles.back().add(tick);
    return;
  }
  candles.push_back(tick);
  if (candles.size() > candles_kept) candles.pop_front();
}

std::vector<Candle> Candles::between(InstrumentIndex at, int minutes, UtcNanos from,
                                     UtcNanos to) const {
  const auto length = minutes * nanos_per_minute;
  std::vector<Candle> result;
  for (Candle candle : minutes_[at]) {
    candle.start = candle.start / length * length;
    if (candle.start < from / length * length || candle.start > to) continue;
    if (!result.empty() && result.back().start == candle.start) {
      result.back().add(candle);
    } else {
      result.push_back(candle);
    }
  }
  return result;
}

}  // namespace causeway::simulator::core
