// Orders, fills, positions and balances, asked for.
#include <algorithm>
#include <span>

#include "simulator/deribit/render.hpp"
#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {
namespace {

using fixspec::Unexpected;

constexpr std::int64_t most_rows = 1000;
constexpr core::UtcNanos closed_orders_kept = 1800 * fixspec::nanos_per_second;

bool in_currency(const core::Exchange& exchange, const core::Order& order,
                 std::optional<core::CurrencyIndex> currency) {
  return !currency || exchange.instrument(order.request.instrument).currency == *currency;
}

// What the account may do, for clients that keep to it: the smallest tier's, or, where no credits
// are counted, more than anybody sends.
void write_limits(JsonWriter& json, bool real) {
  constexpr std::int64_t uncounted = 1'000'000;
  const auto rate = [&](const char* name, std::int64_t burst, std::int64_t per_second) {
    json.key(name)
        .object()
        .field("burst", real ? burst : uncounted)
        .field("rate", real ? per_second : uncounted)
        .end();
  };
  json.key("limits").object().field("limits_per_currency", false);
  rate("non_matching_engine", 100, 20);
  json.key("matching_engine").object().key("trading").object();
  rate("total", 20, 5);
  json.end();
  rate("cancel_all", 250, 200);
  json.end().end();
}

}  // namespace

Server::Answer Server::get_order_state(Call& call) {
  const auto order = find_order(call);
  if (!order) return Unexpected{order.error()};
  JsonWriter json;
  write_order(json, exchange_, **order);
  return json.take();
}

// Open orders and those that closed lately, newest first.
Server::Answer Server::get_order_state_by_label(Call& call) {
  const auto label = call.params.text("label").value_or("");
  const auto currency = call.params.required_text("currency");
  const auto selected = find_currency(exchange_, currency);
  if (!selected && currency != "any") call.params.fail("wrong format", "currency");
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  auto orders = exchange_.labelled_orders(call.account(), label);
  std::ranges::reverse(orders);
  for (const auto* order : orders) {
    const bool recent =
        !core::is_closed(order->state) || order->updated > call.now - closed_orders_kept;
    if (recent && in_currency(exchange_, *order, selected)) write_order(json, exchange_, *order);
  }
  return json.end().take();
}

Server::Answer Server::get_open_orders(Call& call) {
  bool none = false;
  auto filter = read_filter(call, none);
  const auto label = call.params.text("label");
  if (call.method.ends_with("by_label")) filter.label = label.value_or("");
  if (call.method.ends_with("by_instrument")) filter.instrument = read_instrument(call);
  if (call.method.ends_with("by_currency") && !call.params.has("currency")) {
    call.params.fail("value required", "currency");
  }
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  if (!none) {
    for (const auto* order : exchange_.open_orders(call.account(), filter)) {
      write_order(json, exchange_, *order);
    }
  }
  return json.end().take();
}

Server::Answer Server::get_order_history(Call& call) {
  bool none = false;
  Selection selection;
  if (call.method.ends_with("by_instrument"))
    selection.instrument = read_instrument(call);
  else
    selection = read_selection(call, none);
  auto count = call.params.integer("count", 20, 1, most_rows);
  auto offset = call.params.integer("offset", 0, 0, 1'000'000);
  const bool unfilled = call.params.boolean("include_unfilled", false);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  const auto& orders = exchange_.client_orders();
  for (auto at = orders.rbegin(); at != orders.rend(); ++at) {
    const core::Order& order = *at;
    if (none || order.request.account != call.account() || !core::is_closed(order.state) ||
        !selection.includes(exchange_, order.request.instrument) ||
        (order.filled.is_zero() && !unfilled)) {
      continue;
    }
    if (offset-- > 0) continue;
    if (count-- <= 0) break;
    write_order(json, exchange_, order);
  }
  return json.end().take();
}

// get_user_trades_by_instrument, _by_currency, each also with _and_time.
Server::Answer Server::get_user_trades(Call& call) {
  bool none = false;
  Selection selection;
  if (call.method.find("_by_instrument") != std::string::npos) {
    selection.instrument = read_instrument(call);
  } else {
    selection = read_selection(call, none);
  }
  const auto count = static_cast<std::size_t>(call.params.integer("count", 10, 1, most_rows));
  const auto from = call.params.integer("start_timestamp").value_or(0);
  const auto to = call.params.integer("end_timestamp").value_or(millis(call.now));
  const auto start = order_number(call.params.text("start_id").value_or("")).value_or(0);
  const auto start_seq = call.params.integer("start_seq").value_or(0);
  const bool ascending = call.params.text("sorting").value_or("default") == "asc";
  if (call.params.error()) return Unexpected{*call.params.error()};
  std::vector<const core::Execution*> found;
  for (const auto& execution : exchange_.executions()) {
    const auto at = millis(execution.trade.time);
    if (!none && execution.account == call.account() && at >= from && at <= to &&
        execution.trade.number >= start &&
        static_cast<std::int64_t>(execution.trade.sequence) >= start_seq &&
        selection.includes(exchange_, execution.trade.instrument)) {
      found.push_back(&execution);
    }
  }
  if (!ascending) std::ranges::reverse(found);
  JsonWriter json;
  json.object().key("trades").array();
  for (const auto* execution : std::span{found}.first(std::min(count, found.size()))) {
    write_user_trade(json, exchange_, *execution, call.now);
  }
  return json.end().field("has_more", found.size() > count).end().take();
}

// A bare array, unlike its relatives.
Server::Answer Server::get_user_trades_by_order(Call& call) {
  const auto order = find_order(call);
  if (!order) return Unexpected{order.error()};
  JsonWriter json;
  json.array();
  for (const auto& execution : exchange_.executions()) {
    if (execution.order == (*order)->number) {
      write_user_trade(json, exchange_, execution, call.now);
    }
  }
  return json.end().take();
}

Server::Answer Server::get_position(Call& call) {
  const auto at = read_instrument(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  write_position(json, exchange_, call.account(), at, call.now);
  return json.take();
}

Server::Answer Server::get_positions(Call& call) {
  bool none = false;
  const auto selection = read_selection(call, none);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (core::InstrumentIndex at = 0; at < exchange_.config().instruments.size(); ++at) {
    const auto& position = exchange_.account(call.account()).position(at);
    const bool traded = !position.size.is_zero() || !position.realized.is_zero();
    if (none || !traded || !selection.includes(exchange_, at)) continue;
    write_position(json, exchange_, call.account(), at, call.now);
  }
  return json.end().take();
}

Server::Answer Server::get_account_summary(Call& call) {
  const auto currency = find_currency(exchange_, call.params.required_text("currency"));
  if (!currency) call.params.fail("wrong format", "currency");
  const bool extended = call.params.boolean("extended", false);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.object();
  write_portfolio_members(json, exchange_, call.account(), *currency);
  write_limits(json, options_.real_limits);
  if (extended) {
    const bool cancels_maker = exchange_.account(call.account()).self_trade_cancels_maker;
    json.field("id", demo_user_id)
        .field("email", "demo@example.com")
        .field("username", exchange_.account(call.account()).name())
        .field("system_name", exchange_.account(call.account()).name())
        .field("type", "main")
        .field("login_enabled", true)
        .field("mmp_enabled", false)
        .field("creation_timestamp", std::int64_t{0})
        .field("self_trading_reject_mode", cancels_maker ? "cancel_maker" : "reject_taker")
        .field("self_trading_extended_to_subaccounts", false);
  }
  return json.end().take();
}

Server::Answer Server::get_account_summaries(Call& call) {
  const bool cancels_maker = exchange_.account(call.account()).self_trade_cancels_maker;
  JsonWriter json;
  json.object()
      .field("id", demo_user_id)
      .field("username", exchange_.account(call.account()).name())
      .field("type", "main")
      .field("self_trading_reject_mode", cancels_maker ? "cancel_maker" : "reject_taker")
      .key("summaries")
      .array();
  for (core::CurrencyIndex at = 0; at < exchange_.config().currencies.size(); ++at) {
    json.object();
    write_portfolio_members(json, exchange_, call.account(), at);
    write_limits(json, options_.real_limits);
    json.end();
  }
  return json.end().end().take();
}

Server::Answer Server::get_subaccounts(Call& call) {
  JsonWriter json;
  json.array()
      .object()
      .field("id", demo_user_id)
      .field("username", exchange_.account(call.account()).name())
      .field("system_name", exchange_.account(call.account()).name())
      .field("type", "main")
      .field("login_enabled", true)
      .field("is_password", true)
      .end();
  return json.end().take();
}

Server::Answer Server::set_self_trading_config(Call& call) {
  const auto mode = call.params.required_text("mode");
  if (mode != "reject_taker" && mode != "cancel_maker") {
    call.params.fail("must be one of reject_taker, cancel_maker", "mode");
  }
  if (call.params.error()) return Unexpected{*call.params.error()};
  exchange_.account(call.account()).self_trade_cancels_maker = mode == "cancel_maker";
  return std::string{"\"ok\""};
}

Server::Answer Server::get_margins(Call& call) {
  const auto at = read_instrument(call);
  const auto& spec = exchange_.instrument(at);
  const auto amount = read_amount(call.params, spec);
  const auto price = call.params.decimal("price");
  if (!amount) call.params.fail("value required", "amount");
  if (!price) call.params.fail("value required", "price");
  if (call.params.error()) return Unexpected{*call.params.error()};
  core::Position buys, sells;
  buys.open_buy = sells.open_sell = *amount;
  if (spec.is_option()) buys.open_buy_value = core::times(amount->value(), *price);
  const auto mark = exchange_.quote(at).mark;
  const auto band = exchange_.band(at);
  JsonWriter json;
  json.object()
      .field("buy", initial_margin(spec, buys, mark))
      .field("sell", initial_margin(spec, sells, mark))
      .field("min_price", band.low.value())
      .field("max_price", band.high.value());
  return json.end().take();
}

}  // namespace causeway::simulator::deribit
