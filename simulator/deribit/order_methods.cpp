// Entering, changing and cancelling orders.
#include <array>

#include "simulator/deribit/render.hpp"
#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::OrderType;
using core::PostOnly;
using core::TimeInForce;
using core::Trigger;
using fixspec::Unexpected;

constexpr std::size_t longest_label = 64;

template <class T, std::size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

constexpr Names<OrderType, 7> order_types{{{"limit", OrderType::Limit},
                                           {"market", OrderType::Market},
                                           {"market_limit", OrderType::MarketLimit},
                                           {"stop_limit", OrderType::StopLimit},
                                           {"stop_market", OrderType::StopMarket},
                                           {"take_limit", OrderType::TakeLimit},
                                           {"take_market", OrderType::TakeMarket}}};
constexpr Names<TimeInForce, 4> times_in_force{
    {{"good_til_cancelled", TimeInForce::GoodTillCancel},
     {"good_til_day", TimeInForce::GoodTillDay},
     {"immediate_or_cancel", TimeInForce::ImmediateOrCancel},
     {"fill_or_kill", TimeInForce::FillOrKill}}};
constexpr Names<Trigger, 3> triggers{{{"last_price", Trigger::LastPrice},
                                      {"mark_price", Trigger::MarkPrice},
                                      {"index_price", Trigger::IndexPrice}}};

template <class T, std::size_t N>
T read_choice(Params& params, std::string_view name, const Names<T, N>& names, T otherwise) {
  const auto text = params.text(name);
  if (!text) return otherwise;
  for (const auto& [known, value] : names) {
    if (known == *text) return value;
  }
  params.fail("wrong format", name);
  return otherwise;
}

PostOnly read_post_only(Params& params) {
  if (!params.boolean("post_only", false)) return PostOnly::No;
  return params.boolean("reject_post_only", false) ? PostOnly::Reject : PostOnly::Reprice;
}

std::optional<core::Price> read_price(Params& params, std::string_view name) {
  const auto value = params.decimal(name);
  if (!value) return std::nullopt;
  return core::Price{*value};
}

RpcError not_supported(std::string_view what) {
  return {
      .code = 11030, .message = "other_reject", .reason = std::string{what} + " is not simulated"};
}

}  // namespace

// `amount` or `contracts`; where both are sent they must agree.
std::optional<core::Quantity> Server::read_amount(Params& params,
                                                  const core::InstrumentSpec& spec) {
  const auto amount = params.decimal("amount");
  const auto contracts = params.decimal("contracts");
  if (!contracts) return amount ? std::optional{core::Quantity{*amount}} : std::nullopt;
  const auto converted = core::times(*contracts, spec.contract_size.value());
  if (amount && *amount != converted) params.fail("must agree with contracts", "amount");
  return core::Quantity{converted};
}

std::optional<RpcError> Server::read_terms(Call& call, core::OrderRequest& request) {
  auto& params = call.params;
  for (const char* feature : {"linked_order_type", "otoco_config", "display_amount", "advanced",
                              "mmp", "trigger_offset"}) {
    if (params.is_set(feature)) return not_supported(feature);
  }
  request.instrument = read_instrument(call);
  const auto amount = read_amount(params, exchange_.instrument(request.instrument));
  if (!amount) params.fail("value required", "amount");
  request.amount = amount.value_or(core::Quantity{});
  if (params.text("type") == "trailing_stop") return not_supported("trailing_stop");
  request.type = read_choice(params, "type", order_types, OrderType::Limit);
  if (core::has_limit_price(request.type)) request.price = read_price(params, "price");
  request.time_in_force =
      read_choice(params, "time_in_force", times_in_force, TimeInForce::GoodTillCancel);
  request.post_only = read_post_only(params);
  request.reduce_only = params.boolean("reduce_only", false);
  request.label = params.text("label").value_or("");
  if (request.label.size() > longest_label) params.fail("longer than 64 characters", "label");
  if (core::is_triggered_type(request.type)) {
    request.trigger = read_choice(params, "trigger", triggers, Trigger::LastPrice);
    if (!params.has("trigger")) params.fail("value required", "trigger");
    request.trigger_price = read_price(params, "trigger_price");
  }
  const bool may_stand =
      request.time_in_force == TimeInForce::GoodTillCancel && core::has_limit_price(request.type);
  if (request.post_only != PostOnly::No && !may_stand) {
    params.fail("post_only is for good_til_cancelled limit orders", "post_only");
  }
  return params.error();
}

Server::Answer Server::enter_order(Call& call, core::Side side) {
  core::OrderRequest request;
  request.account = call.account();
  request.side = side;
  request.origin = call.origin();
  if (const auto error = read_terms(call, request)) return Unexpected{*error};
  const auto first_execution = exchange_.executions().size();
  const auto number = exchange_.submit(request, call.now);
  if (!number) return Unexpected{from_refusal(number.error())};
  return order_and_trades(call, *number, first_execution);
}

// {order, trades} as of this call; trades are those of the order's own number.
Server::Answer Server::order_and_trades(Call& call, core::OrderNumber number,
                                        std::size_t first_execution) {
  const auto* order = exchange_.find_order(call.account(), number);
  JsonWriter json;
  json.object().key("order");
  write_order(json, exchange_, *order);
  json.key("trades").array();
  const auto& executions = exchange_.executions();
  for (auto i = first_execution; i < executions.size(); ++i) {
    if (executions[i].order == number) {
      write_user_trade(json, exchange_, executions[i], call.now);
    }
  }
  return json.end().end().take();
}

RpcResult<const core::Order*> Server::find_order(Call& call) {
  const auto id = call.params.required_text("order_id");
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto number = order_number(id);
  if (!number) return Unexpected{RpcError{.code = 10025, .message = "invalid_order_id"}};
  const auto* order = exchange_.find_order(call.account(), *number);
  if (order == nullptr || order_id(*order) != id) {
    return Unexpected{RpcError{.code = 10004, .message = "order_not_found"}};
  }
  return order;
}

RpcResult<const core::Order*> Server::find_by_label(Call& call, const core::OrderFilter& filter) {
  const auto orders = exchange_.open_orders(call.account(), filter);
  if (orders.empty()) return Unexpected{RpcError{.code = 10004, .message = "order_not_found"}};
  if (orders.size() > 1) {
    return Unexpected{RpcError{.code = 13032, .message = "non_unique_order_label"}};
  }
  return orders.front();
}

Server::Answer Server::edit(Call& call) {
  const auto order = find_order(call);
  if (!order) return Unexpected{order.error()};
  return edit_order(call, **order);
}

Server::Answer Server::edit_by_label(Call& call) {
  const auto label = call.params.text("label").value_or("");
  core::OrderFilter filter;
  filter.label = label;
  filter.instrument = read_instrument(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto order = find_by_label(call, filter);
  if (!order) return Unexpected{order.error()};
  return edit_order(call, **order);
}

Server::Answer Server::edit_order(Call& call, const core::Order& order) {
  auto& params = call.params;
  core::Amendment amendment;
  amendment.amount = read_amount(params, exchange_.instrument(order.request.instrument));
  if (!amendment.amount) params.fail("value required", "amount");
  amendment.price = read_price(params, "price");
  amendment.trigger_price = read_price(params, "trigger_price");
  if (params.has("post_only")) amendment.post_only = read_post_only(params);
  amendment.reduce_only = params.boolean("reduce_only");
  if (params.error()) return Unexpected{*params.error()};
  const auto number = order.number;
  const auto first_execution = exchange_.executions().size();
  const auto done = exchange_.amend(call.account(), number, amendment, call.now);
  if (!done) return Unexpected{from_refusal(done.error())};
  return order_and_trades(call, number, first_execution);
}

Server::Answer Server::cancel(Call& call) {
  const auto order = find_order(call);
  if (!order) return Unexpected{order.error()};
  const auto done =
      exchange_.cancel(call.account(), (*order)->number, core::CancelReason::UserRequest, call.now);
  if (!done) return Unexpected{from_refusal(done.error())};
  JsonWriter json;
  write_order(json, exchange_, **order);
  return json.take();
}

// What `type`, `kind`, `currency`, `instrument_name` and `label` select of the open orders.
core::OrderFilter Server::read_filter(Call& call, bool& none) {
  core::OrderFilter filter;
  const auto currency = call.params.text("currency");
  if (currency && *currency != "any") {
    filter.currency = find_currency(exchange_, *currency);
    if (!filter.currency) call.params.fail("wrong format", "currency");
  }
  if (call.params.has("instrument_name")) filter.instrument = read_instrument(call);
  const auto kind = call.params.text("kind").value_or("any");
  filter.kind = kind_from_text(kind, none);
  const auto type = call.params.text("type").value_or("all");
  static constexpr std::array triggered{"trigger_all", "stop",       "take",        "stop_all",
                                        "stop_limit",  "take_limit", "stop_market", "take_market"};
  if (type == "limit")
    filter.triggered = false;
  else if (std::ranges::find(triggered, type) != triggered.end())
    filter.triggered = true;
  else if (type == "trailing_stop" || type == "trailing_all")
    none = true;
  else if (type != "all")
    call.params.fail("wrong format", "type");
  return filter;
}

// cancel_all and its relatives, cancel_by_label: how many, or with `detailed` which.
Server::Answer Server::cancel_many(Call& call) {
  bool none = false;
  auto filter = read_filter(call, none);
  const auto label = call.params.text("label");
  if (call.method.ends_with("by_label")) {
    if (!label)
      call.params.fail("value required", "label");
    else
      filter.label = *label;
  }
  if (call.method.ends_with("by_instrument")) filter.instrument = read_instrument(call);
  if (call.method.ends_with("by_currency") && !call.params.has("currency")) {
    call.params.fail("value required", "currency");
  }
  if (call.method.ends_with("by_currency_pair")) {
    const auto pair = call.params.required_text("currency_pair");
    const auto& instruments = exchange_.config().instruments;
    none |= std::ranges::find(instruments, pair, &core::InstrumentSpec::price_index) ==
            instruments.end();
  }
  const bool detailed = call.params.boolean("detailed", false);
  if (call.params.error()) return Unexpected{*call.params.error()};

  std::vector<const core::Order*> orders;
  if (!none) orders = exchange_.open_orders(call.account(), filter);
  if (call.method.ends_with("by_currency_pair")) {
    const auto pair = *call.params.text("currency_pair");
    std::erase_if(orders, [&](const core::Order* order) {
      return exchange_.instrument(order->request.instrument).price_index != pair;
    });
  }
  JsonWriter json;
  json.array();
  for (const auto* order : orders) {
    (void)exchange_.cancel(call.account(), order->number, core::CancelReason::UserRequest,
                           call.now);
    const auto& spec = exchange_.instrument(order->request.instrument);
    json.object()
        .field("currency", spec.settlement)
        .field("type", core::is_triggered_type(order->request.type) ? "trigger" : "limit")
        .field("instrument_name", spec.name)
        .key("result")
        .array();
    write_order(json, exchange_, *order);
    json.end().end();
  }
  json.end();
  return detailed ? json.take() : std::to_string(orders.size());
}

Server::Answer Server::close_position(Call& call) {
  core::OrderRequest request;
  request.account = call.account();
  request.origin = call.origin();
  request.instrument = read_instrument(call);
  request.reduce_only = true;
  const auto type = call.params.required_text("type");
  request.type = type == "limit" ? OrderType::Limit : OrderType::Market;
  if (type != "limit" && type != "market") call.params.fail("wrong format", "type");
  if (request.type == OrderType::Limit) request.price = read_price(call.params, "price");
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto held = exchange_.account(request.account).position(request.instrument).size;
  if (held.is_zero()) {
    return Unexpected{from_refusal({.code = core::RefusalCode::NothingToReduce, .limit = {}})};
  }
  request.side = held.is_positive() ? core::Side::Sell : core::Side::Buy;
  request.amount = core::Quantity{held.value().abs()};
  const auto first_execution = exchange_.executions().size();
  const auto number = exchange_.submit(request, call.now);
  if (!number) return Unexpected{from_refusal(number.error())};
  return order_and_trades(call, *number, first_execution);
}

}  // namespace causeway::simulator::deribit
