#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "fixspec/instrument.hpp"
#include "fixspec/time.hpp"
#include "risk/reference_prices.hpp"
#include "translators/venue.hpp"

namespace causeway::gateway::core {

/// The newest public prices of each instrument, for the risk decisions on orders. Not journalled:
/// what a decision used goes into the order's own input.
class Market {
 public:
  /// Takes the update in; what it leaves out stays, unless it says that the feed broke.
  void put(const translators::MarketUpdate& update, fixspec::Timestamp now);
  /// Mark and index of the instrument with their age at `now`; empty where there are none.
  [[nodiscard]] risk::ReferencePrices reference(const fixspec::InstrumentKey& instrument,
                                                fixspec::Timestamp now) const;
  /// True the first time it is asked about an instrument: then its feed is to be subscribed.
  bool subscribe_once(const fixspec::InstrumentKey& instrument);
  /// Subscribed instruments whose price has not come yet.
  [[nodiscard]] std::size_t without_price() const { return without_price_.size(); }

 private:
  struct Prices {
    std::optional<fixspec::Price> mark;
    std::optional<fixspec::Price> index;
    std::int64_t at_mono_ns = 0;
  };
  std::unordered_map<fixspec::InstrumentKey, Prices> prices_;
  std::unordered_set<fixspec::InstrumentKey> subscribed_;
  std::unordered_set<fixspec::InstrumentKey> without_price_;
};

}  // namespace causeway::gateway::core
