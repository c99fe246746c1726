#include "gateway/fix/market_data_picture.hpp"

#include <algorithm>

namespace causeway::gateway::fix {
namespace {

using translators::BookLevel;

// The best price of a side as a book of one level.
void take_top(const std::optional<fixspec::Price>& price,
              const std::optional<fixspec::Quantity>& qty, std::vector<BookLevel>& levels) {
  levels.clear();
  if (price && qty) levels.push_back({*price, *qty});
}

void take_levels(const std::vector<BookLevel>& all, std::size_t depth,
                 std::vector<BookLevel>& levels) {
  levels.assign(all.begin(),
                all.begin() + static_cast<std::ptrdiff_t>(std::min(depth, all.size())));
}

template <class Amount>
std::optional<fixspec::Decimal> value_of(bool wanted, const std::optional<Amount>& amount) {
  if (!wanted || !amount) return std::nullopt;
  return amount->value();
}
std::optional<fixspec::Decimal> value_of(bool wanted,
                                         const std::optional<fixspec::Decimal>& value) {
  return wanted ? value : std::nullopt;
}

}  // namespace

void MarketPicture::take(const core::MarketState& state, const MarketDataRequest& request,
                         MarketPicture& picture) {
  const MarketDataEntries& wanted = request.entries;
  const translators::MarketInterest interest = request.interest();
  const translators::MarketUpdate& values = state.values;
  const translators::BookUpdate& book = state.book;
  picture.is_good = true;
  picture.reason.clear();
  picture.bids.clear();
  picture.asks.clear();
  picture.venue_time = 0;
  if (interest.values && values.stale) {
    picture.is_good = false;
    picture.reason = "the venue's prices are interrupted";
  }
  if (interest.values) picture.venue_time = values.venue_time;
  if (interest.book) {
    picture.venue_time = std::max(picture.venue_time, book.venue_time);
    if (!book.valid) {
      picture.is_good = false;
      picture.reason = book.reason;
    }
    if (wanted.bid) take_levels(book.bids, request.depth, picture.bids);
    if (wanted.offer) take_levels(book.asks, request.depth, picture.asks);
  } else {
    if (wanted.bid) take_top(values.best_bid, values.best_bid_qty, picture.bids);
    if (wanted.offer) take_top(values.best_ask, values.best_ask_qty, picture.asks);
  }
  picture.index_value = value_of(wanted.index_value, values.index);
  picture.mark_price = value_of(wanted.mark_price, values.mark);
  picture.open_interest = value_of(wanted.open_interest, values.open_interest);
  picture.funding_rate = value_of(wanted.funding_rate, values.funding_rate);
}

bool MarketPicture::shows_same_as(const MarketPicture& other) const {
  return is_good == other.is_good && bids == other.bids && asks == other.asks &&
         index_value == other.index_value && mark_price == other.mark_price &&
         open_interest == other.open_interest && funding_rate == other.funding_rate;
}

std::string MarketPicture::missing(const MarketDataEntries& entries) const {
  if (!is_good) return reason;
  std::string names;
  const auto note = [&](bool wanted, const auto& value, std::string_view name) {
    if (wanted && !value) names.append(names.empty() ? "" : ", ").append(name);
  };
  note(entries.index_value, index_value, "the index value");
  note(entries.mark_price, mark_price, "the mark price");
  note(entries.open_interest, open_interest, "the open interest");
  note(entries.funding_rate, funding_rate, "the funding rate");
  const bool untold = entries.any_book() && venue_time == 0;
  if (untold) names.append(names.empty() ? "" : ", ").append("the best prices");
  return names.empty() ? names : "the venue has not told yet: " + names;
}

}  // namespace causeway::gateway::fix
