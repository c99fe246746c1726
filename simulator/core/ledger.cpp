#include "simulator/core/ledger.hpp"

namespace causeway::simulator::core {
namespace {

std::string_view to_text(Side side) { return side == Side::Buy ? "buy" : "sell"; }

// Absent where a venue keeps one position an instrument.
void write_position_side(JsonWriter& json, PositionSide side) {
  if (side != PositionSide::Net) {
    json.field("position_side", side == PositionSide::Long ? "long" : "short");
  }
}

std::string_view to_text(TimeInForce value) {
  switch (value) {
    case TimeInForce::GoodTillCancel:
      return "gtc";
    case TimeInForce::GoodTillDay:
      return "day";
    case TimeInForce::ImmediateOrCancel:
      return "ioc";
    case TimeInForce::FillOrKill:
      return "fok";
  }
  return "";
}

void write_order(JsonWriter& json, Venue& venue, const Order& order) {
  const auto& exchange = venue.exchange();
  const auto& request = order.request;
  json.object()
      .field("order_id", venue.order_id(order))
      .field("account", exchange.account(request.account).name())
      .field("instrument", exchange.instrument(request.instrument).name)
      .field("label", request.label)
      .field("side", to_text(request.side))
      .field("type", to_text(request.type))
      .field("time_in_force", to_text(request.time_in_force))
      .field("post_only", request.post_only != PostOnly::No)
      .field("reduce_only", request.reduce_only)
      .field("amount", request.amount.to_string())
      .field("filled", order.filled.to_string())
      .field("price", order.price.to_string())
      .field("average_price", order.average_price().to_string());
  write_position_side(json, request.position_side);
  if (request.trigger_price) json.field("trigger_price", request.trigger_price->to_string());
  if (order.trigger_order != 0) {
    const auto* parent = exchange.find_order(request.account, order.trigger_order);
    json.field("trigger_order_id", venue.order_id(*parent));
  }
  json.field("state", to_text(order.state))
      .field("cancel_reason", to_text(order.cancel_reason))
      .field("replaced", order.replaced)
      .field("created_ns", order.created)
      .field("updated_ns", order.updated)
      .end();
}

void write_fill(JsonWriter& json, Venue& venue, const Execution& execution) {
  const auto& exchange = venue.exchange();
  const auto& trade = execution.trade;
  const auto& spec = exchange.instrument(trade.instrument);
  json.object()
      .field("trade_id", venue.trade_id(trade))
      .field("order_id", venue.order_id(*exchange.find_order(execution.account, execution.order)))
      .field("account", exchange.account(execution.account).name())
      .field("instrument", spec.name)
      .field("label", execution.label)
      .field("side", to_text(execution.side))
      .field("amount", trade.amount.to_string())
      .field("price", trade.price.to_string())
      .field("liquidity", execution.maker ? "maker" : "taker")
      .field("fee", execution.fee.to_string())
      .field("fee_currency", spec.settlement)
      .field("time_ns", trade.time)
      .end();
}

void write_account(JsonWriter& json, const Exchange& exchange, AccountId id) {
  const auto& account = exchange.account(id);
  const auto& config = exchange.config();
  json.object().field("account", account.name()).key("balances").object();
  for (CurrencyIndex at = 0; at < config.currencies.size(); ++at) {
    json.field(config.currencies[at], account.balance(at).to_string());
  }
  json.end().key("positions").array();
  for (InstrumentIndex at = 0; at < config.instruments.size(); ++at) {
    for (const auto side : position_sides) {
      const auto& position = account.position(at, side);
      if (position.size.is_zero()) continue;
      json.object().field("instrument", exchange.instrument(at).name);
      write_position_side(json, side);
      json.field("size", position.size.to_string())
          .field("average_price", position.average_price(exchange.instrument(at)).to_string())
          .end();
    }
  }
  json.end().end();
}

}  // namespace

std::string_view to_text(OrderState state) {
  switch (state) {
    case OrderState::Open:
      return "open";
    case OrderState::Filled:
      return "filled";
    case OrderState::Cancelled:
      return "cancelled";
    case OrderState::Untriggered:
      return "untriggered";
    case OrderState::Triggered:
      return "triggered";
  }
  return "";
}

std::string_view to_text(OrderType type) {
  switch (type) {
    case OrderType::Limit:
      return "limit";
    case OrderType::Market:
      return "market";
    case OrderType::MarketLimit:
      return "market_limit";
    case OrderType::StopLimit:
      return "stop_limit";
    case OrderType::StopMarket:
      return "stop_market";
    case OrderType::TakeLimit:
      return "take_limit";
    case OrderType::TakeMarket:
      return "take_market";
    case OrderType::TrailingStopMarket:
      return "trailing_stop_market";
  }
  return "";
}

std::string_view to_text(CancelReason reason) {
  switch (reason) {
    case CancelReason::None:
      return "";
    case CancelReason::UserRequest:
      return "user_request";
    case CancelReason::CancelOnDisconnect:
      return "cancel_on_disconnect";
    case CancelReason::TimeInForce:
      return "time_in_force";
    case CancelReason::PostOnlyEdit:
      return "post_only_edit";
    case CancelReason::ReduceOnly:
      return "reduce_only";
    case CancelReason::SelfTrade:
      return "self_trade";
    case CancelReason::Settlement:
      return "settlement";
    case CancelReason::TriggerRefused:
      return "trigger_refused";
    case CancelReason::Expired:
      return "expired";
  }
  return "";
}

void write_ledger(JsonWriter& json, Venue& venue) {
  const auto& exchange = venue.exchange();
  json.object().key("orders").array();
  for (const auto& order : exchange.client_orders()) write_order(json, venue, order);
  json.end().key("fills").array();
  for (const auto& execution : exchange.executions()) write_fill(json, venue, execution);
  json.end().key("accounts").array();
  for (AccountId id = 1; id < exchange.account_count(); ++id) write_account(json, exchange, id);
  json.end().end();
}

}  // namespace causeway::simulator::core
