// Conditional orders: an id space of their own, waiting for a price.
#include <algorithm>
#include <array>

#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

using core::OrderType;

constexpr std::array<std::pair<std::string_view, OrderType>, 5> types{
    {{"STOP", OrderType::StopLimit},
     {"STOP_MARKET", OrderType::StopMarket},
     {"TAKE_PROFIT", OrderType::TakeLimit},
     {"TAKE_PROFIT_MARKET", OrderType::TakeMarket},
     {"TRAILING_STOP_MARKET", OrderType::TrailingStopMarket}}};

std::string success(const Algo& algo, const Order& order) {
  JsonWriter json;
  return json.object()
      .field("algoId", algo.id)
      .field("clientAlgoId", order.request.label)
      .field("code", "200")
      .field("msg", "success")
      .end()
      .take();
}

}  // namespace

ApiResult<Server::NewOrder> Server::read_algo(Call& call) {
  auto& params = call.params;
  NewOrder order;
  const auto kind = params.required_text("algoType");
  if (kind != "CONDITIONAL" && !kind.empty()) params.fail(invalid("algoType"));
  read_parties(call, order);
  auto& request = order.request;
  const auto type = params.required_text("type");
  const auto found = std::ranges::find(types, type, &std::pair<std::string_view, OrderType>::first);
  if (found == types.end()) {
    if (!type.empty()) params.fail(error(-1116));
  } else {
    request.type = found->second;
  }
  if (params.error()) return Unexpected{*params.error()};
  read_time_in_force(call, order, true);
  const auto working = params.text("workingType").value_or("CONTRACT_PRICE");
  if (working != "CONTRACT_PRICE" && working != "MARK_PRICE") params.fail(invalid("workingType"));
  order.terms.mark_price = working == "MARK_PRICE";
  order.terms.price_protect = params.boolean("priceProtect", false);
  request.trigger = order.terms.mark_price ? core::Trigger::MarkPrice : core::Trigger::LastPrice;
  read_close_position(call, order);
  read_price_match(call, order);
  if (core::has_limit_price(request.type) && !request.price) {
    request.price = Price{params.required_decimal("price")};
  }
  if (request.type == OrderType::TrailingStopMarket) {
    read_trailing(call, order);
  } else {
    request.trigger_price = Price{params.required_decimal("triggerPrice")};
  }
  read_client_id(call, order, "clientAlgoId");
  if (params.error()) return Unexpected{*params.error()};
  return order;
}

void Server::read_close_position(Call& call, NewOrder& order) {
  auto& params = call.params;
  auto& request = order.request;
  request.close_position = params.boolean("closePosition", false);
  if (!request.close_position) {
    request.amount = Quantity{params.required_decimal("quantity")};
    return;
  }
  const bool market =
      request.type == OrderType::StopMarket || request.type == OrderType::TakeMarket;
  if (!market) params.fail(not_required("closePosition"));
  if (params.has("quantity")) params.fail(error(-4137));
  if (params.has("reduceOnly")) params.fail(not_required("reduceOnly"));
}

void Server::read_trailing(Call& call, NewOrder& order) {
  auto& params = call.params;
  order.callback_rate = params.required_text("callbackRate");
  const auto rate = params.required_decimal("callbackRate");
  if (rate < core::dec("0.1") || rate > core::dec("10")) params.fail(invalid("callbackRate"));
  order.request.trailing = core::scaled(rate, 1, 100);
  // The documentation's name, and the one that it had before.
  for (const char* name : {"activatePrice", "activationPrice"}) {
    if (const auto price = params.decimal(name)) order.request.activation_price = Price{*price};
  }
  const auto& from = order.request.activation_price;
  if (!from) return;
  const auto& quote = exchange_.quote(order.request.instrument);
  const Price now_at = order.terms.mark_price ? quote.mark : quote.last;
  const bool buy = order.request.side == core::Side::Buy;
  if (buy ? *from >= now_at : *from <= now_at) params.fail(error(-2021));
}

Server::Answer Server::place_algo(Call& call) {
  const auto order = read_algo(call);
  if (!order) return Unexpected{order.error()};
  if (const auto wrong = check_filters(*order)) return Unexpected{*wrong};
  core::OrderRequest trigger = order->request;
  trigger.price = order->request.trigger_price;
  if (const auto wrong = check_price(trigger)) return Unexpected{*wrong};
  const auto number = exchange_.submit(order->request, call.now);
  if (!number) return Unexpected{from_refusal(number.error())};
  keep_terms(*number, *order);
  auto& algo = orders_.add_algo(*number);
  algo.callback_rate = order->callback_rate;
  JsonWriter json;
  write_algo(json, view(), algo, false);
  return json.take();
}

ApiResult<const Algo*> Server::find_algo(Call& call, bool open, int not_found) {
  const auto id = call.params.integer("algoId");
  const auto client_id = call.params.text("clientAlgoId");
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (!id && !client_id) {
    return Unexpected{ApiError{.code = -1102,
                               .message =
                                   "Param 'clientAlgoId' or 'algoId' must be sent, but both were "
                                   "empty/null!"}};
  }
  const Algo* found = nullptr;
  if (id) {
    found = std::as_const(orders_).algo(*id);
  } else {
    for (const auto* order : exchange_.labelled_orders(call.account->id, *client_id)) {
      if (is_algo(*order)) found = std::as_const(orders_).algo_of(order->number);
    }
  }
  const auto* order =
      found == nullptr ? nullptr : exchange_.find_order(call.account->id, found->order);
  if (order == nullptr || (open && core::is_closed(order->state))) {
    return Unexpected{error(not_found)};
  }
  return found;
}

Server::Answer Server::cancel_algo(Call& call) {
  const auto algo = find_algo(call, true, -2011);
  if (!algo) return Unexpected{algo.error()};
  const auto& order = *exchange_.find_order(call.account->id, (*algo)->order);
  (void)exchange_.cancel(call.account->id, order.number, core::CancelReason::UserRequest, call.now);
  return success(**algo, order);
}

Server::Answer Server::cancel_all_algos(Call& call) {
  core::OrderFilter filter;
  filter.instrument = read_symbol(call);
  filter.triggered = true;
  if (call.params.error()) return Unexpected{*call.params.error()};
  exchange_.cancel_all(call.account->id, filter, core::CancelReason::UserRequest, call.now);
  return std::string{R"({"code":200,"msg":"The operation of cancel all open order is done."})"};
}

Server::Answer Server::get_algo(Call& call) {
  const auto algo = find_algo(call, false, -2013);
  if (!algo) return Unexpected{algo.error()};
  JsonWriter json;
  write_algo(json, view(), **algo, true);
  return json.take();
}

Server::Answer Server::get_open_algos(Call& call) {
  core::OrderFilter filter;
  filter.instrument = read_optional_symbol(call);
  filter.triggered = true;
  const auto id = call.params.integer("algoId");
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (const auto* order : exchange_.open_orders(call.account->id, filter)) {
    const auto* algo = std::as_const(orders_).algo_of(order->number);
    if (!id || algo->id == *id) write_algo(json, view(), *algo, true);
  }
  return json.end().take();
}

Server::Answer Server::get_all_algos(Call& call) {
  const auto at = read_symbol(call);
  const auto from = call.params.integer("algoId").value_or(0);
  const auto limit = read_limit(call, 500, 1000);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  std::size_t written = 0;
  for (const auto& [id, algo] : orders_.algos()) {
    const auto* order = exchange_.find_order(call.account->id, algo.order);
    if (order == nullptr || order->request.instrument != at || id < from) continue;
    if (written++ == limit) break;
    write_algo(json, view(), algo, true);
  }
  return json.end().take();
}

}  // namespace causeway::simulator::binance
