#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/quickfix.hpp"
#include "fixspec/result.hpp"
#include "translators/venue.hpp"

namespace causeway::gateway::fix {

/// MDEntryType(269): what of an instrument is asked for.
struct MarketDataEntries {
  bool bid = false;            ///< 0
  bool offer = false;          ///< 1
  bool trade = false;          ///< 2
  bool index_value = false;    ///< 3
  bool mark_price = false;     ///< 6
  bool open_interest = false;  ///< C
  bool funding_rate = false;   ///< f

  [[nodiscard]] bool any_book() const { return bid || offer; }
  [[nodiscard]] bool any_value() const {
    return index_value || mark_price || open_interest || funding_rate;
  }
  friend bool operator==(const MarketDataEntries&, const MarketDataEntries&) = default;
};

/// SubscriptionRequestType(263).
enum class SubscriptionType : char { Snapshot = '0', Subscribe = '1', Unsubscribe = '2' };

/// A MarketDataRequest (35=V).
struct MarketDataRequest {
  std::string id;  ///< MDReqID(262)
  SubscriptionType type = SubscriptionType::Snapshot;
  std::size_t depth = translators::max_book_levels;  ///< levels a side, from 1
  bool incremental = false;                          ///< MDUpdateType(265)=1
  MarketDataEntries entries;
  std::vector<fixspec::InstrumentKey> instruments;

  /// What the venues have to send for it. One level a side comes faster as best price than from a
  /// book.
  [[nodiscard]] translators::MarketInterest interest() const;
  [[nodiscard]] bool is_top_of_book() const { return depth == 1; }
};

/// MDReqRejReason(281).
enum class MdReqRejReason : char {
  UnknownSymbol = '0',
  DuplicateMdReqId = '1',
  InsufficientBandwidth = '2',
  InsufficientPermission = '3',
  UnsupportedSubscriptionType = '4',
  UnsupportedMarketDepth = '5',
  UnsupportedMdUpdateType = '6',
  UnsupportedAggregatedBook = '7',
  UnsupportedMdEntryType = '8',
};

/// A MarketDataRequestReject (35=Y).
struct MarketDataRefusal {
  std::string id;
  MdReqRejReason reason = MdReqRejReason::UnknownSymbol;
  std::string text;
};

/// The request in a V that passed the dictionary, or why it is refused, by the first reason found.
/// `may_see` says which instruments the session may have.
fixspec::Result<MarketDataRequest, MarketDataRefusal> read_market_data_request(
    const FIX::Message& message, const std::vector<fixspec::Instrument>& instruments,
    const std::function<bool(const fixspec::InstrumentKey&)>& may_see);

}  // namespace causeway::gateway::fix
