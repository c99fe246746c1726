#include "gateway/core/market.hpp"

namespace causeway::gateway::core {
namespace {

template <class T>
void take(std::optional<T>& value, const std::optional<T>& told) {
  if (told) value = told;
}

void merge(translators::MarketUpdate& values, const translators::MarketUpdate& update) {
  if (update.stale) values = {};
  values.instrument = update.instrument;
  values.stale = update.stale;
  values.venue_time = update.venue_time;
  // A side without offers is a quantity of zero without a price.
  if (update.best_bid || update.best_bid_qty) {
    values.best_bid = update.best_bid;
    values.best_bid_qty = update.best_bid_qty;
  }
  if (update.best_ask || update.best_ask_qty) {
    values.best_ask = update.best_ask;
    values.best_ask_qty = update.best_ask_qty;
  }
  take(values.last, update.last);
  take(values.mark, update.mark);
  take(values.index, update.index);
  take(values.funding_rate, update.funding_rate);
  take(values.next_funding_time, update.next_funding_time);
  take(values.open_interest, update.open_interest);
}

}  // namespace

bool Market::put(const translators::MarketUpdate& update, fixspec::Timestamp now) {
  Entry& entry = entries_[update.instrument];
  merge(entry.state.values, update);
  if (update.mark || update.index) entry.priced_at_mono_ns = now.mono_ns;
  if (update.mark && !without_price_.empty()) without_price_.erase(update.instrument);
  return entry.values > 0;
}

// What nobody watches (any more) is not kept: it would be old when somebody does.
bool Market::put(const translators::BookUpdate& update) {
  const auto found = entries_.find(update.instrument);
  if (found == entries_.end() || found->second.book == 0) return false;
  found->second.state.book = update;
  return true;
}

bool Market::put(const translators::PublicTrade& trade) {
  const auto found = entries_.find(trade.instrument);
  if (found == entries_.end() || found->second.trades == 0) return false;
  found->second.state.trades.push(trade);
  return true;
}

std::optional<Market::Interest> Market::want_prices(const fixspec::InstrumentKey& instrument) {
  Entry& entry = entries_[instrument];
  if (entry.is_for_risk) return std::nullopt;
  const Interest before = entry.interest();
  entry.is_for_risk = true;
  if (!entry.state.values.mark) without_price_.insert(instrument);
  return change(entry, before);
}

std::optional<Market::Interest> Market::watch(const fixspec::InstrumentKey& instrument,
                                              Interest interest) {
  Entry& entry = entries_[instrument];
  const Interest before = entry.interest();
  if (interest.values) ++entry.values;
  if (interest.book) ++entry.book;
  if (interest.trades) ++entry.trades;
  return change(entry, before);
}

std::optional<Market::Interest> Market::unwatch(const fixspec::InstrumentKey& instrument,
                                                Interest interest) {
  Entry& entry = entries_.at(instrument);
  const Interest before = entry.interest();
  if (interest.values) --entry.values;
  if (interest.book) --entry.book;
  if (interest.trades) --entry.trades;
  return change(entry, before);
}

std::optional<Market::Interest> Market::change(Entry& entry, Interest before) {
  const Interest now = entry.interest();
  if (now == before) return std::nullopt;
  if (!now.values) entry.state.values = {};
  if (!now.book) entry.state.book = MarketState{}.book;
  if (!now.trades) entry.state.trades.forget();
  return now;
}

risk::ReferencePrices Market::reference(const fixspec::InstrumentKey& instrument,
                                        fixspec::Timestamp now) const {
  const auto found = entries_.find(instrument);
  if (found == entries_.end()) return {};
  const Entry& entry = found->second;
  return {.mark = entry.state.values.mark,
          .index = entry.state.values.index,
          .age_ms = (now.mono_ns - entry.priced_at_mono_ns) / fixspec::nanos_per_milli};
}

}  // namespace causeway::gateway::core
