#include "translators/deribit/market_channels.hpp"

#include <algorithm>

namespace causeway::translators::deribit {
namespace {

// The finest interval that a connection without log-on may have.
constexpr std::string_view interval = ".100ms";

std::string book_channel(const fixspec::InstrumentKey& instrument) {
  return "book." + instrument.symbol.to_string() + std::string{interval};
}

std::set<std::string> channels_of(const fixspec::InstrumentKey& instrument,
                                  MarketInterest interest) {
  std::set<std::string> channels;
  const std::string symbol = instrument.symbol.to_string();
  if (interest.values) {
    channels.insert("quote." + symbol);
    channels.insert("ticker." + symbol + std::string{interval});
  }
  if (interest.book) channels.insert(book_channel(instrument));
  if (interest.trades) channels.insert("trades." + symbol + std::string{interval});
  return channels;
}

constexpr MarketInterest nothing{.values = false, .book = false, .trades = false};

}  // namespace

void MarketChannels::want(const fixspec::InstrumentKey& instrument, MarketInterest interest) {
  const auto known = wanted_.find(instrument);
  const auto before = channels_of(instrument, known == wanted_.end() ? nothing : known->second);
  const auto after = channels_of(instrument, interest);
  for (const std::string& channel : before) {
    if (after.contains(channel)) continue;
    add_.erase(channel);
    if (asked_.contains(channel)) drop_.insert(channel);
  }
  // One that is about to be dropped begins anew: whoever wants it needs its first picture.
  for (const std::string& channel : after) {
    if (!before.contains(channel)) add_.insert(channel);
  }
  if (interest == nothing) {
    wanted_.erase(instrument);
  } else {
    wanted_[instrument] = interest;
  }
}

void MarketChannels::renew_book(const fixspec::InstrumentKey& instrument) {
  const auto known = wanted_.find(instrument);
  if (known == wanted_.end() || !known->second.book) return;
  const std::string channel = book_channel(instrument);
  if (asked_.contains(channel)) drop_.insert(channel);
  add_.insert(channel);
}

void MarketChannels::forget_connection() {
  asked_.clear();
  drop_.clear();
  for (const auto& [instrument, interest] : wanted_) {
    add_.merge(channels_of(instrument, interest));
  }
}

MarketChannels::Batch MarketChannels::next(std::size_t most) {
  Batch batch;
  while (!drop_.empty() && batch.unsubscribe.size() < most) {
    auto channel = drop_.extract(drop_.begin());
    asked_.erase(channel.value());
    batch.unsubscribe.push_back(std::move(channel.value()));
  }
  for (auto it = add_.begin(); it != add_.end() && batch.subscribe.size() < most;) {
    if (drop_.contains(*it)) {
      ++it;
      continue;
    }
    asked_.insert(*it);
    batch.subscribe.push_back(*it);
    it = add_.erase(it);
  }
  return batch;
}

}  // namespace causeway::translators::deribit
