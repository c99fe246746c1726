// Modifying and cancelling orders.
#include <algorithm>

#include "simulator/binance/server.hpp"
#include "simulator/core/url.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr std::size_t most_in_batch = 5;
constexpr std::size_t most_cancelled_at_once = 10;
constexpr std::uint32_t most_amendments = 10'000;

ApiError neither_id() {
  return {.code = -1102,
          .message =
              "Param 'origClientOrderId' or 'orderId' must be sent, but both were "
              "empty/null!"};
}

}  // namespace

// By orderId, or else by origClientOrderId: the open order of that name, or the latest.
ApiResult<const Order*> Server::find_order(Call& call, bool open, int not_found) {
  const auto at = read_symbol(call);
  const auto id = call.params.integer("orderId");
  const auto client_id = call.params.text("origClientOrderId");
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (!id && !client_id) return Unexpected{neither_id()};
  const Order* found = nullptr;
  if (id) {
    found = exchange_.find_order(call.account->id, static_cast<OrderNumber>(*id));
  } else {
    for (const auto* order : exchange_.labelled_orders(call.account->id, *client_id)) {
      if (order->request.instrument != at || is_algo(*order)) continue;
      if (found == nullptr || core::is_closed(found->state)) found = order;
      if (core::is_closed(order->state) && core::is_closed(found->state)) found = order;
    }
  }
  const bool fits = found != nullptr && found->request.instrument == at && !is_algo(*found) &&
                    !(open && core::is_closed(found->state));
  if (!fits) return Unexpected{error(not_found)};
  return found;
}

Server::Answer Server::modify_order(Call& call) {
  const auto side = call.params.required_text("side");
  core::Amendment wanted;
  wanted.amount = Quantity{call.params.required_decimal("quantity")};
  const auto found = find_order(call, true, -2013);
  if (!found) return Unexpected{found.error()};
  const auto& order = **found;
  if (side != side_text(order.request.side)) return Unexpected{error(-1117)};
  if (order.request.type != core::OrderType::Limit) return Unexpected{error(-5025)};
  NewOrder match{.request = order.request};
  match.request.price.reset();
  read_price_match(call, match);
  wanted.price = match.request.price;
  if (!wanted.price) wanted.price = Price{call.params.required_decimal("price")};
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto answer = modify_found(call, order, wanted);
  if (answer) orders_.terms(order.number).price_match = match.terms.price_match;
  return answer;
}

Server::Answer Server::modify_found(Call& call, const Order& order, const core::Amendment& wanted) {
  core::OrderRequest changed = order.request;
  changed.amount = *wanted.amount;
  changed.price = wanted.price;
  if (const auto wrong = check_quantity(changed)) return Unexpected{*wrong};
  if (const auto wrong = check_price(changed)) return Unexpected{*wrong};
  if (const auto wrong = check_notional(changed, -5029)) return Unexpected{*wrong};
  if (changed.amount == order.request.amount && changed.price == order.request.price) {
    return Unexpected{error(-5027)};
  }
  if (order.amendments >= most_amendments) return Unexpected{error(-5026)};
  const AmendmentRecord record{.id = next_amendment_,
                               .time = call.now,
                               .price_before = order.price,
                               .price_after = *wanted.price,
                               .quantity_before = order.request.amount,
                               .quantity_after = *wanted.amount};
  const auto modify_id = call.params.integer("modifyId");
  JsonWriter json;
  // Two traps of the venue: an amount that is filled already, and a post-only order that would
  // take, cancel the order.
  if (order.filled.is_positive() && *wanted.amount <= order.filled) {
    (void)exchange_.cancel(order.request.account, order.number, core::CancelReason::UserRequest,
                           call.now);
    write_ack(json, view(), order, false, modify_id);
    return json.take();
  }
  auto amendment = wanted;
  amendment.self_trade = core::SelfTrade::Allow;
  const auto done = exchange_.amend(order.request.account, order.number, amendment, call.now);
  if (!done && done.error().code != core::RefusalCode::PostOnlyWouldTake) {
    return Unexpected{from_refusal(done.error())};
  }
  if (done) {
    ++next_amendment_;
    orders_.amendments(order.number).push_back(record);
  }
  write_ack(json, view(), order, false, modify_id);
  return json.take();
}

Server::Answer Server::modify_batch(Call& call) {
  return for_each_in_batch(call, "batchOrders", most_in_batch, &Server::modify_order);
}

Server::Answer Server::cancel_found(Call& call, const Order& order) {
  (void)exchange_.cancel(order.request.account, order.number, core::CancelReason::UserRequest,
                         call.now);
  JsonWriter json;
  write_ack(json, view(), order, false);
  return json.take();
}

Server::Answer Server::cancel_order(Call& call) {
  const auto order = find_order(call, true, -2011);
  if (!order) return Unexpected{order.error()};
  return cancel_found(call, **order);
}

// orderIdList [1,2] or origClientOrderIdList ["a","b"]; the names also in lower case.
Server::Answer Server::cancel_batch(Call& call) {
  const auto symbol = call.params.required_text("symbol");
  const auto list_of = [&](const char* name, const char* lower) {
    const auto text = call.params.text(name);
    return text ? text : call.params.text(lower);
  };
  const auto ids = list_of("orderIdList", "orderidlist");
  const auto names = list_of("origClientOrderIdList", "origclientorderidlist");
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (!ids && !names) return Unexpected{neither_id()};
  const auto list = core::parse_json(ids ? *ids : *names);
  if (!list || list->kind != core::JsonValue::Kind::Array) {
    return Unexpected{invalid(ids ? "orderIdList" : "origClientOrderIdList")};
  }
  if (list->items.empty() || list->items.size() > most_cancelled_at_once) {
    return Unexpected{error(-1128)};
  }
  JsonWriter json;
  json.array();
  for (const auto& item : list->items) {
    Params params{
        Params::Pairs{{"symbol", symbol}, {ids ? "orderId" : "origClientOrderId", item.text}}};
    Call one = {.params = params, .account = call.account, .key = call.key, .now = call.now};
    const auto answer = cancel_order(one);
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

Server::Answer Server::cancel_all(Call& call) {
  core::OrderFilter filter;
  filter.instrument = read_symbol(call);
  filter.triggered = false;
  if (call.params.error()) return Unexpected{*call.params.error()};
  exchange_.cancel_all(call.account->id, filter, core::CancelReason::UserRequest, call.now);
  return std::string{R"({"code":200,"msg":"The operation of cancel all open order is done."})"};
}

Server::Answer Server::countdown_cancel(Call& call) {
  const auto at = read_symbol(call);
  const auto after = call.params.required_integer("countdownTime");
  if (call.params.error()) return Unexpected{*call.params.error()};
  constexpr std::int64_t longest = 1'000'000'000;
  if (after > longest) return Unexpected{invalid("countdownTime")};
  call.account->countdowns.erase(at);
  if (after > 0) {
    call.account->countdowns[at] = call.now + after * fixspec::nanos_per_milli;
  }
  JsonWriter json;
  return json.object()
      .field("symbol", exchange_.instrument(at).name)
      .field("countdownTime", std::to_string(after))
      .end()
      .take();
}

}  // namespace causeway::simulator::binance
