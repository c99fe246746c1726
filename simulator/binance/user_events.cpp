// The events of a UserStreams, member by member.
#include <set>

#include "simulator/binance/user_streams.hpp"

namespace causeway::simulator::binance {
namespace {

std::string average_text(Decimal value, Quantity filled) {
  if (filled.is_zero()) return "0";
  return core::rounded(core::over(value, filled.value()), 8, fixspec::Rounding::HalfEven)
      .to_string();
}

std::string text_of(const std::optional<Price>& price) {
  return price ? price->to_string() : std::string{"0"};
}

}  // namespace

void UserStreams::tell_order(const Report& report, UtcNanos now) {
  const auto& order = report.order;
  if (!is_heard(order.request.account)) return;
  const auto& request = order.request;
  const auto& terms = view_.orders.terms(order.number);
  const auto* execution = report.execution;
  const auto& spec = view_.exchange.instrument(request.instrument);
  const auto& position =
      view_.exchange.account(request.account).position(request.instrument, request.position_side);
  JsonWriter json;
  json.object()
      .field("e", "ORDER_TRADE_UPDATE")
      .field("T", millis(now))
      .field("E", millis(now))
      .key("o")
      .object()
      .field("s", spec.name)
      .field("c", request.label)
      .field("S", side_text(request.side))
      .field("o", type_text(request.type))
      .field("f", to_text(terms.time_in_force))
      .field("q", request.amount.to_string())
      .field("p", text_of(request.price))
      .field("ap", average_text(report.value, report.filled))
      .field("sp", "0")
      .field("x", report.execution_type)
      .field("X", report.status)
      .field("i", static_cast<std::int64_t>(order.number))
      .field("l", execution ? execution->trade.amount.to_string() : "0")
      .field("z", report.filled.to_string())
      .field("L", execution ? execution->trade.price.to_string() : "0");
  if (execution) json.field("n", execution->fee.to_string()).field("N", spec.settlement);
  json.field("T", millis(execution ? execution->trade.time : order.updated))
      .field("t", execution ? trade_id(view_, execution->trade) : 0)
      .field("b", position.open_buy_value.to_string())
      .field("a", position.open_sell_value.to_string())
      .field("m", execution != nullptr && execution->maker)
      .field("R", request.reduce_only)
      .field("wt", terms.mark_price ? "MARK_PRICE" : "CONTRACT_PRICE");
  const auto* algo =
      terms.algo == 0 ? nullptr : view_.exchange.find_order(request.account, terms.algo);
  json.field("ot", type_text(algo ? algo->request.type : request.type))
      .field("ps", to_text(request.position_side))
      .field("cp", request.close_position)
      .field("rp", execution ? execution->profit_loss.to_string() : "0")
      .field("pP", terms.price_protect)
      .field("si", std::int64_t{0})
      .field("ss", std::int64_t{0})
      .field("V", to_text(request.self_trade))
      .field("pm", to_text(terms.price_match))
      .field("gtd", terms.good_till_ms)
      .field("er", report.expiry_reason)
      .end()
      .end();
  send(request.account, "ORDER_TRADE_UPDATE", report.execution_type, json.view(), now);
}

void UserStreams::tell_lite(const core::Execution& execution, UtcNanos now) {
  if (!is_heard(execution.account)) return;
  const auto& trade = execution.trade;
  const auto& order = *view_.exchange.find_order(execution.account, execution.order);
  JsonWriter json;
  json.object()
      .field("e", "TRADE_LITE")
      .field("E", millis(now))
      .field("T", millis(trade.time))
      .field("s", view_.exchange.instrument(trade.instrument).name)
      .field("q", order.request.amount.to_string())
      .field("p", text_of(order.request.price))
      .field("m", execution.maker)
      .field("c", order.request.label)
      .field("S", side_text(execution.side))
      .field("L", trade.price.to_string())
      .field("l", trade.amount.to_string())
      .field("t", trade_id(view_, trade))
      .field("i", static_cast<std::int64_t>(execution.order))
      .end();
  send(execution.account, "TRADE_LITE", "", json.view(), now);
}

void UserStreams::write_position(JsonWriter& json, const Account& account, InstrumentIndex at,
                                 core::PositionSide side) const {
  const auto facts = position_facts(view_, account.id, at, side);
  const auto& spec = view_.exchange.instrument(at);
  const bool isolated = account.symbols[at].isolated;
  const auto entry = facts.position.average_price(spec).to_string();
  json.object()
      .field("s", spec.name)
      .field("pa", facts.position.size.to_string())
      .field("ep", entry)
      .field("bep", entry)
      .field("cr", facts.position.realized.to_string())
      .field("up", money(facts.unrealized))
      .field("mt", isolated ? "isolated" : "cross")
      .field("iw", isolated ? money(facts.position_margin) : "0")
      .field("ps", to_text(side))
      .field("ma", spec.settlement)
      .end();
}

void UserStreams::tell_account(const Account& account, Operation events, UtcNanos now) {
  if (!is_heard(account.id)) return;
  std::set<std::pair<InstrumentIndex, core::PositionSide>> touched;
  for (const auto& event : events) {
    const auto* executed = std::get_if<core::Executed>(&event.what);
    if (executed == nullptr || executed->execution.account != account.id) continue;
    const auto& order = *view_.exchange.find_order(account.id, executed->execution.order);
    touched.emplace(order.request.instrument, order.request.position_side);
  }
  const auto wallet = money(view_.exchange.account(account.id).balance(0));
  JsonWriter json;
  json.object()
      .field("e", "ACCOUNT_UPDATE")
      .field("T", millis(now))
      .field("E", millis(now))
      .key("a")
      .object()
      .field("m", "ORDER");
  json.key("B").array().object();
  json.field("a", "USDT").field("wb", wallet).field("cw", wallet).field("bc", "0").end().end();
  json.key("P").array();
  for (const auto& [at, side] : touched) write_position(json, account, at, side);
  json.end().end().end();
  send(account.id, "ACCOUNT_UPDATE", "ORDER", json.view(), now);
}

void UserStreams::tell_algo(const Order& order, const Algo& algo, std::string_view status,
                            UtcNanos now) {
  const auto& request = order.request;
  const auto& terms = view_.orders.terms(order.number);
  const auto* child =
      algo.child == 0 ? nullptr : view_.exchange.find_order(request.account, algo.child);
  JsonWriter json;
  json.object()
      .field("e", "ALGO_UPDATE")
      .field("T", millis(now))
      .field("E", millis(now))
      .key("o")
      .object()
      .field("caid", request.label)
      .field("aid", algo.id)
      .field("at", "CONDITIONAL")
      .field("o", type_text(request.type))
      .field("s", view_.exchange.instrument(request.instrument).name)
      .field("S", side_text(request.side))
      .field("ps", to_text(request.position_side))
      .field("f", to_text(terms.time_in_force))
      .field("q", request.amount.to_string())
      .field("X", status)
      .field("ai", child ? std::to_string(child->number) : "")
      .field("ap", child ? child->average_price().to_string() : "0")
      .field("aq", child ? child->filled.to_string() : "0")
      .field("act", child ? type_text(child->request.type) : "0")
      .field("tp", text_of(request.trigger_price))
      .field("p", text_of(request.price))
      .field("V", to_text(request.self_trade))
      .field("wt", terms.mark_price ? "MARK_PRICE" : "CONTRACT_PRICE")
      .field("pm", to_text(terms.price_match))
      .field("cp", request.close_position)
      .field("pP", terms.price_protect)
      .field("R", request.reduce_only)
      .field("tt", millis(algo.triggered))
      .field("gtd", terms.good_till_ms)
      .field("rm", algo.reject_reason)
      .end()
      .end();
  send(request.account, "ALGO_UPDATE", status, json.view(), now);
}

void UserStreams::tell_leverage(const Account& account, InstrumentIndex at, UtcNanos now) {
  JsonWriter json;
  json.object()
      .field("e", "ACCOUNT_CONFIG_UPDATE")
      .field("E", millis(now))
      .field("T", millis(now))
      .key("ac")
      .object()
      .field("s", view_.exchange.instrument(at).name)
      .field("l", account.symbols[at].leverage)
      .end()
      .end();
  send(account.id, "ACCOUNT_CONFIG_UPDATE", "", json.view(), now);
}

void UserStreams::tell_multi_assets(const Account& account, UtcNanos now) {
  JsonWriter json;
  json.object()
      .field("e", "ACCOUNT_CONFIG_UPDATE")
      .field("E", millis(now))
      .field("T", millis(now))
      .key("ai")
      .object()
      .field("j", account.multi_assets)
      .end()
      .end();
  send(account.id, "ACCOUNT_CONFIG_UPDATE", "", json.view(), now);
}

void UserStreams::tell_margin_type(const Account& account, InstrumentIndex at, UtcNanos now) {
  JsonWriter json;
  json.object()
      .field("e", "ACCOUNT_UPDATE")
      .field("T", millis(now))
      .field("E", millis(now))
      .key("a")
      .object()
      .field("m", "MARGIN_TYPE_CHANGE")
      .key("B")
      .array()
      .end()
      .key("P")
      .array();
  for (const auto side : account.sides()) write_position(json, account, at, side);
  json.end().end().end();
  send(account.id, "ACCOUNT_UPDATE", "MARGIN_TYPE_CHANGE", json.view(), now);
}

}  // namespace causeway::simulator::binance
