#include "gateway/engine/account_books.hpp"

namespace causeway::gateway::engine {

bool RecentTrades::insert(const fixspec::InstrumentKey& instrument, const fixspec::TradeId& trade,
                          fixspec::Side side, std::uint64_t number) {
  const Key key{instrument, trade, side};
  if (!known_.emplace(key, number).second) return false;
  oldest_first_.push_back(key);
  if (oldest_first_.size() > most) {
    known_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
  return true;
}

std::optional<std::uint64_t> RecentTrades::find(const fixspec::InstrumentKey& instrument,
                                                const fixspec::TradeId& trade,
                                                fixspec::Side side) const {
  const auto found = known_.find({instrument, trade, side});
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

risk::OrderTerms ExternalOrder::terms(const fixspec::AccountId& account) const {
  return {.session = {},
          .account = account,
          .instrument = shown.instrument,
          .side = shown.side,
          .ord_type = shown.ord_type,
          .order_qty = shown.order_qty,
          .price = shown.price};
}

std::string_view to_text(Check check) {
  switch (check) {
    case Check::PositionMismatch:
      return "position_mismatch";
    case Check::Overfill:
      return "overfill";
    case Check::CumQtyFell:
      return "cum_qty_fell";
    case Check::TradeTwice:
      return "trade_told_twice";
    case Check::FillSum:
      return "fills_and_position_differ";
    case Check::ReservedRisk:
      return "reserved_risk_differs";
    case Check::SecondVenueOrder:
      return "second_venue_order";
  }
  return "?";
}

}  // namespace causeway::gateway::engine
