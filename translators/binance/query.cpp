#include "translators/binance/query.hpp"

#include <algorithm>

#include "translators/binance/query_kinds.hpp"

namespace causeway::translators::binance {
namespace {

using wire::Method;

// One request, one answer: positions and balances.
class ListQuery final : public Query {
 public:
  using Query::Query;

  Step begin(fixspec::Timestamp) override {
    const bool positions = kind_of(request_.ask) == AskKind::QueryPositions;
    return Call{.make = [positions] {
      return wire::Call{positions ? Method::Positions : Method::Balances};
    }};
  }

  Step on_reply(const Decoder& body) override {
    return kind_of(request_.ask) == AskKind::QueryPositions ? positions(body) : balances(body);
  }

 private:
  Step positions(const Decoder& body) {
    const auto rows = body.positions();
    if (!rows) return unknown(rows.error().text);
    Positions answer{.request_id = request_.request_id, .positions = {}};
    for (const wire::Position& row : *rows) {
      auto position = to_position(row);
      if (!position) return unknown(position.error().text);
      if (*position) answer.positions.push_back(std::move(**position));
    }
    return answer;
  }

  Step balances(const Decoder& body) {
    const auto rows = body.balances();
    if (!rows) return unknown(rows.error().text);
    Balances answer{.request_id = request_.request_id, .balances = {}};
    for (const wire::Balance& row : *rows) {
      auto balance = to_balance(row);
      if (!balance) return unknown(balance.error().text);
      answer.balances.push_back(std::move(*balance));
    }
    return answer;
  }
};

}  // namespace

Told Query::unknown(std::string reason) const {
  return RequestUnknown{.request_id = request_.request_id,
                        .kind = kind_of(request_.ask),
                        .client_id = client_id_of(request_.ask),
                        .reason = std::move(reason)};
}

std::unique_ptr<Query> make_query(const VenueRequest& request, AlgoOrders& orders,
                                  fixspec::LogSink& log) {
  switch (kind_of(request.ask)) {
    case AskKind::QueryOrder:
      return make_order_query(request, orders);
    case AskKind::QueryTrades:
      return make_trades_query(request, orders, log);
    case AskKind::QueryOpenOrders:
    case AskKind::CancelAll:
      return make_open_orders_query(request, orders, log);
    case AskKind::QueryPositions:
    case AskKind::QueryBalances:
      return std::make_unique<ListQuery>(request, orders);
    case AskKind::Place:
    case AskKind::Amend:
    case AskKind::Cancel:
      break;
  }
  return nullptr;
}

fixspec::VenueClOrdId client_id_of(const Ask& ask) {
  return std::visit(
      [](const auto& body) -> fixspec::VenueClOrdId {
        if constexpr (requires { body.client_id; }) {
          return body.client_id;
        } else {
          return {};
        }
      },
      ask);
}

void sort_by_time(std::vector<Fill>& fills) {
  std::stable_sort(fills.begin(), fills.end(),
                   [](const Fill& a, const Fill& b) { return a.venue_time < b.venue_time; });
}

}  // namespace causeway::translators::binance
