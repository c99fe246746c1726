// Placing orders, one by one and in batches.
#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {
constexpr std::size_t most_in_batch = 5;
}  // namespace

ApiResult<OrderNumber> Server::place(Call& call, const NewOrder& order) {
  if (const auto wrong = check_filters(order)) return Unexpected{*wrong};
  const auto number = exchange_.submit(order.request, call.now);
  if (!number) return Unexpected{from_refusal(number.error())};
  keep_terms(*number, order);
  return *number;
}

void Server::keep_terms(OrderNumber number, const NewOrder& order) {
  orders_.terms(number) = order.terms;
  if (order.terms.good_till_ms != 0) good_till_.emplace(order.terms.good_till_ms, number);
}

Server::Answer Server::place_one(Call& call) {
  const auto order = read_order(call);
  if (!order) return Unexpected{order.error()};
  const auto number = place(call, *order);
  if (!number) return Unexpected{number.error()};
  const auto* placed = exchange_.find_order(call.account->id, *number);
  // Only what cannot stand in the book is answered with what became of it.
  const bool immediate = order->request.type == core::OrderType::Market ||
                         order->terms.time_in_force == TimeInForce::Ioc ||
                         order->terms.time_in_force == TimeInForce::Fok;
  JsonWriter json;
  write_ack(json, view(), *placed, !(order->result && immediate));
  return json.take();
}

Server::Answer Server::place_order(Call& call) { return place_one(call); }

Server::Answer Server::test_order(Call& call) {
  const auto order = read_order(call);
  if (!order) return Unexpected{order.error()};
  if (const auto wrong = check_filters(*order)) return Unexpected{*wrong};
  return std::string{"{}"};
}

Server::Answer Server::place_batch(Call& call) {
  return for_each_in_batch(call, "batchOrders", most_in_batch, &Server::place_one);
}

// Every item succeeds or fails by itself; the answer has one element for each.
Server::Answer Server::for_each_in_batch(Call& call, std::string_view name, std::size_t most,
                                         Answer (Server::*handle)(Call&)) {
  const auto text = call.params.required_text(name);
  const auto list = core::parse_json(text);
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (!list || list->kind != core::JsonValue::Kind::Array) return Unexpected{invalid(name)};
  if (list->items.empty() || list->items.size() > most) return Unexpected{error(-4082)};
  JsonWriter json;
  json.array();
  for (const auto& item : list->items) {
    Params params{item};
    Call one = {.params = params,
                .account = call.account,
                .key = call.key,
                .now = call.now,
                .connection = call.connection};
    const auto answer = (this->*handle)(one);
    if (answer) {
      json.raw(*answer);
    } else {
      json.object()
          .field("code", std::int64_t{answer.error().code})
          .field("msg", answer.error().message)
          .end();
    }
  }
  return json.end().take();
}

}  // namespace causeway::simulator::binance
