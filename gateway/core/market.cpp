#include "gateway/core/market.hpp"

namespace causeway::gateway::core {

void Market::put(const translators::MarketUpdate& update, fixspec::Timestamp now) {
  Prices& prices = prices_[update.instrument];
  if (update.stale) prices = {};
  if (update.mark) prices.mark = update.mark;
  if (update.index) prices.index = update.index;
  if (update.mark || update.index) prices.at_mono_ns = now.mono_ns;
  if (update.mark) without_price_.erase(update.instrument);
}

bool Market::subscribe_once(const fixspec::InstrumentKey& instrument) {
  if (!subscribed_.insert(instrument).second) return false;
  without_price_.insert(instrument);
  return true;
}

risk::ReferencePrices Market::reference(const fixspec::InstrumentKey& instrument,
                                        fixspec::Timestamp now) const {
  const auto found = prices_.find(instrument);
  if (found == prices_.end()) return {};
  return {.mark = found->second.mark,
          .index = found->second.index,
          .age_ms = (now.mono_ns - found->second.at_mono_ns) / fixspec::nanos_per_milli};
}

}  // namespace causeway::gateway::core
