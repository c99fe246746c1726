#include "translators/venue.hpp"

namespace causeway::translators {

AskKind kind_of(const Ask& ask) {
  struct Visitor {
    AskKind operator()(const PlaceOrder&) const { return AskKind::Place; }
    AskKind operator()(const AmendOrder&) const { return AskKind::Amend; }
    AskKind operator()(const CancelOrder&) const { return AskKind::Cancel; }
    AskKind operator()(const CancelAll&) const { return AskKind::CancelAll; }
    AskKind operator()(const QueryOrder&) const { return AskKind::QueryOrder; }
    AskKind operator()(const QueryOpenOrders&) const { return AskKind::QueryOpenOrders; }
    AskKind operator()(const QueryTrades&) const { return AskKind::QueryTrades; }
    AskKind operator()(const QueryPositions&) const { return AskKind::QueryPositions; }
    AskKind operator()(const QueryBalances&) const { return AskKind::QueryBalances; }
  };
  return std::visit(Visitor{}, ask);
}

std::string_view to_text(AskKind kind) {
  switch (kind) {
    case AskKind::Place:
      return "place";
    case AskKind::Amend:
      return "amend";
    case AskKind::Cancel:
      return "cancel";
    case AskKind::CancelAll:
      return "cancel-all";
    case AskKind::QueryOrder:
      return "query-order";
    case AskKind::QueryOpenOrders:
      return "query-open-orders";
    case AskKind::QueryTrades:
      return "query-trades";
    case AskKind::QueryPositions:
      return "query-positions";
    case AskKind::QueryBalances:
      return "query-balances";
  }
  return "";
}

}  // namespace causeway::translators
