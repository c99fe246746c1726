#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/market_state.hpp"
#include "gateway/fix/market_data_request.hpp"

namespace causeway::gateway::fix {

/// What one subscriber sees of one instrument: the part of its state that was asked for, as of one
/// moment. Trades are no part of it: they happen and are not.
struct MarketPicture {
  bool is_good = false;  ///< false: the book is not valid, or the values are too old to be used
  std::string reason;    ///< why it is not good
  std::vector<translators::BookLevel> bids;  ///< best first
  std::vector<translators::BookLevel> asks;
  std::optional<fixspec::Decimal> index_value;
  std::optional<fixspec::Decimal> mark_price;
  std::optional<fixspec::Decimal> open_interest;
  std::optional<fixspec::Decimal> funding_rate;
  fixspec::UtcNanos venue_time = 0;

  /// `picture` becomes what `request` may see of `state`; its memory is used again.
  static void take(const core::MarketState& state, const MarketDataRequest& request,
                   MarketPicture& picture);
  /// True where the two show the same, whenever it was.
  [[nodiscard]] bool shows_same_as(const MarketPicture& other) const;
  /// What of the entries has not come yet, for people; empty: nothing is missing.
  [[nodiscard]] std::string missing(const MarketDataEntries& entries) const;
};

}  // namespace causeway::gateway::fix
