#include "simulator/binance/agg_trades.hpp"

namespace causeway::simulator::binance {
namespace {
constexpr UtcNanos window = 100 * fixspec::nanos_per_milli;
constexpr std::size_t kept = 1000;
}  // namespace

void AggTrades::on_trade(const core::Trade& trade) {
  const auto at = trade.instrument;
  auto& all = kept_[at];
  const bool buyer_is_maker = trade.taker_side == core::Side::Sell;
  if (open_[at]) {
    auto& last = all.back();
    if (last.price == trade.price && last.buyer_is_maker == buyer_is_maker &&
        trade.time - last.time < window) {
      last.quantity += trade.amount;
      last.last = trade.sequence;
      return;
    }
    complete_.push_back(last);
  }
  all.push_back({.id = next_id_[at]++,
                 .instrument = at,
                 .price = trade.price,
                 .quantity = trade.amount,
                 .first = trade.sequence,
                 .last = trade.sequence,
                 .time = trade.time,
                 .buyer_is_maker = buyer_is_maker});
  if (all.size() > kept) all.pop_front();
  open_[at] = true;
}

std::vector<AggTrade> AggTrades::take_complete(UtcNanos now) {
  for (InstrumentIndex at = 0; at < kept_.size(); ++at) {
    if (!open_[at] || now - kept_[at].back().time < window) continue;
    complete_.push_back(kept_[at].back());
    open_[at] = false;
  }
  return std::exchange(complete_, {});
}

}  // namespace causeway::simulator::binance
