#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "fixspec/instrument.hpp"
#include "fixspec/time.hpp"
#include "gateway/core/market_state.hpp"
#include "risk/reference_prices.hpp"
#include "translators/venue.hpp"

namespace causeway::gateway::core {

/// The newest public state of each instrument, for the risk decisions on orders and for those who
/// watch it, and what the venues are to send of it. Not journalled: what a decision used goes into
/// the order's own input.
class Market {
 public:
  using Interest = translators::MarketInterest;

  /// Takes the update in; what it leaves out stays, unless it says that the feed broke. True where
  /// somebody watches the instrument.
  bool put(const translators::MarketUpdate& update, fixspec::Timestamp now);
  bool put(const translators::BookUpdate& update);
  bool put(const translators::PublicTrade& trade);

  /// Mark and index of the instrument with their age at `now`; empty where there are none.
  [[nodiscard]] risk::ReferencePrices reference(const fixspec::InstrumentKey& instrument,
                                                fixspec::Timestamp now) const;
  /// Risk decisions need the instrument's prices, for ever. As watch().
  std::optional<Interest> want_prices(const fixspec::InstrumentKey& instrument);
  /// Instruments of want_prices() whose price has not come yet.
  [[nodiscard]] std::size_t without_price() const { return without_price_.size(); }

  /// One more watches this of the instrument. What its venue is to send from now on, where that has
  /// changed.
  std::optional<Interest> watch(const fixspec::InstrumentKey& instrument, Interest interest);
  /// One fewer: to be called once for each watch(), with the same interest.
  std::optional<Interest> unwatch(const fixspec::InstrumentKey& instrument, Interest interest);
  /// Stays where it is as long as somebody watches the instrument.
  [[nodiscard]] const MarketState& state(const fixspec::InstrumentKey& instrument) const {
    return entries_.at(instrument).state;
  }

 private:
  struct Entry {
    MarketState state;
    std::int64_t priced_at_mono_ns = 0;  ///< when mark or index came last
    bool is_for_risk = false;
    std::uint32_t values = 0;  ///< who watches each
    std::uint32_t book = 0;
    std::uint32_t trades = 0;

    [[nodiscard]] bool is_watched() const { return values + book + trades > 0; }
    [[nodiscard]] Interest interest() const {
      return {.values = is_for_risk || values > 0, .book = book > 0, .trades = trades > 0};
    }
  };
  /// What has to be told the venue after `before`; drops what it will not send any more.
  static std::optional<Interest> change(Entry& entry, Interest before);

  std::unordered_map<fixspec::InstrumentKey, Entry> entries_;
  std::unordered_set<fixspec::InstrumentKey> without_price_;
};

}  // namespace causeway::gateway::core
