// Orders, fills and conditional orders.
#include "simulator/binance/render.hpp"

namespace causeway::simulator::binance {
namespace {

const std::string& symbol_name(const View& view, InstrumentIndex at) {
  return view.exchange.instrument(at).name;
}

std::string limit_price_text(const View& view, const Order& order) {
  return price_text(view, order.request.instrument, order.request.price.value_or(Price{}));
}

// What every kind of reply has, after its own first members.
void write_common(JsonWriter& json, const View& view, const Order& order) {
  const auto& request = order.request;
  const auto& terms = view.orders.terms(order.number);
  json.field("stopPrice", price_text(view, request.instrument, {}))
      .field("closePosition", request.close_position)
      .field("symbol", symbol_name(view, request.instrument))
      .field("timeInForce", to_text(terms.time_in_force))
      .field("type", type_text(request.type))
      .field("origType", type_text(request.type))
      .field("updateTime", millis(order.updated))
      .field("workingType", terms.mark_price ? "MARK_PRICE" : "CONTRACT_PRICE")
      .field("priceProtect", terms.price_protect)
      .field("priceMatch", to_text(terms.price_match))
      .field("selfTradePreventionMode", to_text(request.self_trade))
      .field("goodTillDate", terms.good_till_ms);
}

void write_terms(JsonWriter& json, const View& view, const Order& order, std::string_view status) {
  const auto& request = order.request;
  json.field("orderId", static_cast<std::int64_t>(order.number))
      .field("origQty", quantity_text(view, request.instrument, request.amount))
      .field("price", limit_price_text(view, order))
      .field("reduceOnly", request.reduce_only)
      .field("side", side_text(request.side))
      .field("positionSide", to_text(request.position_side))
      .field("status", status);
}

std::string optional_price(const View& view, InstrumentIndex at,
                           const std::optional<Price>& price) {
  return price ? price_text(view, at, *price) : std::string{};
}

}  // namespace

void write_ack(JsonWriter& json, const View& view, const Order& order, bool fresh,
               const std::optional<std::int64_t>& modify_id) {
  const auto at = order.request.instrument;
  const auto filled = quantity_text(view, at, fresh ? Quantity{} : order.filled);
  json.object()
      .field("clientOrderId", order.request.label)
      .field("cumQty", filled)
      .field("executedQty", filled);
  write_terms(json, view, order, fresh ? "NEW" : status_text(order));
  write_common(json, view, order);
  if (modify_id) json.field("modifyId", *modify_id);
  json.end();
}

void write_order(JsonWriter& json, const View& view, const Order& order) {
  const auto at = order.request.instrument;
  json.object()
      .field("avgPrice", price_text(view, at, order.average_price()))
      .field("clientOrderId", order.request.label)
      .field("cumQuote", fixed(order.filled_value, 5))
      .field("executedQty", quantity_text(view, at, order.filled));
  write_terms(json, view, order, status_text(order));
  json.field("time", millis(order.created));
  write_common(json, view, order);
  json.end();
}

void write_algo(JsonWriter& json, const View& view, const Algo& algo, bool query) {
  const auto account_of = [&](OrderNumber number) -> const Order* {
    for (core::AccountId id = 1; id < view.exchange.account_count(); ++id) {
      if (const auto* order = view.exchange.find_order(id, number)) return order;
    }
    return nullptr;
  };
  const auto& order = *account_of(algo.order);
  const auto* child = algo.child == 0 ? nullptr : account_of(algo.child);
  const auto& request = order.request;
  const auto& terms = view.orders.terms(order.number);
  const auto at = request.instrument;
  const bool trailing = request.type == core::OrderType::TrailingStopMarket;
  json.object()
      .field("algoId", algo.id)
      .field("clientAlgoId", request.label)
      .field("algoType", "CONDITIONAL")
      .field("orderType", type_text(request.type))
      .field("symbol", symbol_name(view, at))
      .field("side", side_text(request.side))
      .field("positionSide", to_text(request.position_side))
      .field("timeInForce", to_text(terms.time_in_force))
      .field("quantity", quantity_text(view, at, request.amount))
      .field("algoStatus", algo_status_text(order, child));
  if (query) {
    json.field("actualOrderId", child == nullptr ? "" : std::to_string(child->number))
        .field("actualPrice", price_text(view, at, child ? child->average_price() : Price{}))
        .field("actualQty", quantity_text(view, at, child ? child->filled : Quantity{}))
        .field("actualType", child == nullptr ? "" : type_text(child->request.type))
        .field("tpOrderType", "");
  }
  json.field("triggerPrice", price_text(view, at, request.trigger_price.value_or(Price{})))
      .field("price", limit_price_text(view, order))
      .key("icebergQuantity")
      .null()
      .field("selfTradePreventionMode", to_text(request.self_trade))
      .field("workingType", terms.mark_price ? "MARK_PRICE" : "CONTRACT_PRICE")
      .field("priceMatch", to_text(terms.price_match))
      .field("closePosition", request.close_position)
      .field("priceProtect", terms.price_protect)
      .field("reduceOnly", request.reduce_only)
      .field("activatePrice", trailing ? optional_price(view, at, request.activation_price) : "")
      .field("callbackRate", algo.callback_rate)
      .field("createTime", millis(order.created))
      .field("updateTime", millis(order.updated))
      .field("triggerTime", millis(algo.triggered))
      .field("goodTillDate", terms.good_till_ms)
      .end();
}

void write_user_trade(JsonWriter& json, const View& view, const core::Execution& execution) {
  const auto& trade = execution.trade;
  const auto at = trade.instrument;
  const auto& order = *view.exchange.find_order(execution.account, execution.order);
  json.object()
      .field("buyer", execution.side == core::Side::Buy)
      .field("commission", money(execution.fee))
      .field("commissionAsset", view.exchange.instrument(at).settlement)
      .field("id", trade_id(view, trade))
      .field("maker", execution.maker)
      .field("orderId", static_cast<std::int64_t>(execution.order))
      .field("price", price_text(view, at, trade.price))
      .field("qty", quantity_text(view, at, trade.amount))
      .field("quoteQty", core::times(trade.price.value(), trade.amount.value()).to_string())
      .field("realizedPnl", money(execution.profit_loss))
      .field("side", side_text(execution.side))
      .field("positionSide", to_text(order.request.position_side))
      .field("symbol", symbol_name(view, at))
      .field("time", millis(trade.time))
      .end();
}

void write_amendment(JsonWriter& json, const View& view, const Order& order, std::size_t count) {
  const auto at = order.request.instrument;
  const auto& record = (*view.orders.find_amendments(order.number))[count];
  json.object()
      .field("amendmentId", record.id)
      .field("symbol", symbol_name(view, at))
      .field("pair", view.symbols[at].pair)
      .field("orderId", static_cast<std::int64_t>(order.number))
      .field("clientOrderId", order.request.label)
      .field("time", millis(record.time))
      .key("amendment")
      .object()
      .key("price")
      .object()
      .field("before", price_text(view, at, record.price_before))
      .field("after", price_text(view, at, record.price_after))
      .end()
      .key("origQty")
      .object()
      .field("before", quantity_text(view, at, record.quantity_before))
      .field("after", quantity_text(view, at, record.quantity_after))
      .end()
      .field("count", static_cast<std::int64_t>(count + 1))
      .end()
      .field("priceMatch", to_text(view.orders.terms(order.number).price_match))
      .end();
}

}  // namespace causeway::simulator::binance
