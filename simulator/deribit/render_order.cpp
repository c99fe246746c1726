// Orders and trades.
#include <charconv>

#include "simulator/deribit/render_parts.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::CancelReason;
using core::InstrumentSpec;
using core::Order;
using core::OrderState;
using core::OrderType;
using core::TimeInForce;
using core::Trigger;

std::string_view currency_prefix(const InstrumentSpec& spec) {
  if (!spec.inverse) return "USDC-";
  return spec.settlement == "BTC" ? "" : "ETH-";
}

std::string_view text_of(TimeInForce value) {
  switch (value) {
    case TimeInForce::GoodTillCancel:
      return "good_til_cancelled";
    case TimeInForce::GoodTillDay:
      return "good_til_day";
    case TimeInForce::ImmediateOrCancel:
      return "immediate_or_cancel";
    case TimeInForce::FillOrKill:
      return "fill_or_kill";
  }
  return "";
}

std::string_view text_of(OrderType value) {
  switch (value) {
    case OrderType::Limit:
    case OrderType::MarketLimit:  // never shown under its own name
      return "limit";
    case OrderType::Market:
      return "market";
    case OrderType::StopLimit:
      return "stop_limit";
    case OrderType::StopMarket:
      return "stop_market";
    case OrderType::TakeLimit:
      return "take_limit";
    case OrderType::TakeMarket:
      return "take_market";
    case OrderType::TrailingStopMarket:
      return "trailing_stop";
  }
  return "";
}

std::string_view text_of(OrderState value) {
  switch (value) {
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

std::string_view text_of(Trigger value) {
  switch (value) {
    case Trigger::LastPrice:
      return "last_price";
    case Trigger::MarkPrice:
      return "mark_price";
    case Trigger::IndexPrice:
      return "index_price";
  }
  return "";
}

std::string_view text_of(CancelReason value) {
  switch (value) {
    case CancelReason::None:
    case CancelReason::TimeInForce:
      return "";  // the venue names none
    case CancelReason::UserRequest:
      return "user_request";
    case CancelReason::CancelOnDisconnect:
      return "cancel_on_disconnect";
    case CancelReason::PostOnlyEdit:
      return "edit_post_only_reject";
    case CancelReason::ReduceOnly:
      return "reduce_only";
    case CancelReason::SelfTrade:
      return "self_trade";
    case CancelReason::Settlement:
      return "settlement";
    case CancelReason::Expired:
      return "expired";
    case CancelReason::TriggerRefused:
      return "trigger_rejected";
  }
  return "";
}

std::string_view direction(core::Side side) { return side == core::Side::Buy ? "buy" : "sell"; }

bool reduces_risk(const Exchange& exchange, const Order& order) {
  return order.request.reduce_only || (order.request.account != core::house && [&] {
           const auto& held =
               exchange.account(order.request.account).position(order.request.instrument).size;
           return order.request.side == core::Side::Buy ? held.value().is_negative()
                                                        : held.is_positive();
         }());
}

void write_price(JsonWriter& json, const Order& order) {
  json.key("price");
  if (order.price.is_zero())
    json.text("market_price");
  else
    json.number(order.price.value());
}

}  // namespace

std::string order_id(const Exchange& exchange, const Order& order) {
  std::string id{currency_prefix(exchange.instrument(order.request.instrument))};
  const bool linear = !exchange.instrument(order.request.instrument).inverse;
  if (core::is_triggered_type(order.request.type) && !linear) {
    static constexpr std::string_view letters = "TMI";
    id += std::string{"SL"} + letters[static_cast<std::size_t>(order.request.trigger)] + "S-";
  }
  return id + std::to_string(order.number);
}

std::optional<core::OrderNumber> order_number(std::string_view order_id) {
  if (const auto dash = order_id.rfind('-'); dash != std::string_view::npos) {
    order_id.remove_prefix(dash + 1);
  }
  core::OrderNumber number = 0;
  const char* end = order_id.data() + order_id.size();
  const auto parsed = std::from_chars(order_id.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || order_id.empty()) return std::nullopt;
  return number;
}

std::string trade_id(const Exchange& exchange, const core::Trade& trade) {
  return std::string{currency_prefix(exchange.instrument(trade.instrument))} +
         std::to_string(trade.number);
}

void write_order(JsonWriter& json, const Exchange& exchange, const Order& order) {
  const auto& request = order.request;
  const auto& spec = exchange.instrument(request.instrument);
  json.object().field("label", request.label);
  write_price(json, order);
  json.field("user_id", demo_user_id)
      .field("amount", request.amount.value())
      .field("direction", direction(request.side))
      .field("time_in_force", text_of(request.time_in_force))
      .field("instrument_name", spec.name)
      .field("web", false)
      .field("api", true)
      .field("order_id", order_id(exchange, order))
      .field("creation_timestamp", millis(order.created))
      .field("replaced", order.replaced)
      .field("filled_amount", order.filled.value())
      .field("last_update_timestamp", millis(order.updated))
      .field("post_only", request.post_only != core::PostOnly::No)
      .field("reduce_only", request.reduce_only);
  if (const auto reason = text_of(order.cancel_reason); !reason.empty()) {
    json.field("cancel_reason", reason);
  }
  json.field("average_price", order.average_price().value());
  if (request.trigger_price) {
    json.field("trigger_price", request.trigger_price->value());
    json.field("trigger", text_of(request.trigger));
    json.field("triggered", order.state == OrderState::Triggered);
  }
  if (order.trigger_order != 0) {
    const Order* parent = exchange.find_order(request.account, order.trigger_order);
    json.field("trigger_order_id", order_id(exchange, *parent));
  }
  if (request.type == OrderType::MarketLimit) json.field("original_order_type", "market_limit");
  json.field("mmp", false)
      .field("contracts", contracts(spec, request.amount))
      .field("reject_post_only", request.post_only == core::PostOnly::Reject)
      .field("order_state", text_of(order.state))
      .field("order_type", text_of(request.type))
      .field("is_liquidation", false)
      .field("risk_reducing", reduces_risk(exchange, order))
      .end();
}

void write_user_trade(JsonWriter& json, const Exchange& exchange, const core::Execution& execution,
                      core::UtcNanos now) {
  const auto& trade = execution.trade;
  const auto& spec = exchange.instrument(trade.instrument);
  const auto* order = exchange.find_order(execution.account, execution.order);
  json.object()
      .field("trade_seq", static_cast<std::int64_t>(trade.sequence))
      .field("trade_id", trade_id(exchange, trade))
      .field("timestamp", millis(trade.time))
      .field("tick_direction", std::int64_t{trade.tick_direction})
      .field("state", text_of(execution.state))
      .field("reduce_only", execution.reduce_only)
      .field("price", trade.price.value())
      .field("post_only", execution.post_only)
      .field("order_type", text_of(execution.type))
      .field("order_id", order_id(exchange, *order))
      .key("matching_id")
      .null()
      .field("mark_price", trade.mark.value())
      .field("liquidity", execution.maker ? "M" : "T")
      .field("instrument_name", spec.name)
      .field("index_price", trade.index.value())
      .field("fee_currency", spec.settlement)
      .field("fee", execution.fee)
      .field("direction", direction(execution.side))
      .field("amount", trade.amount.value())
      .field("contracts", contracts(spec, trade.amount))
      .field("label", execution.label)
      .field("api", true)
      .field("mmp", false)
      .field("risk_reducing", execution.reduce_only)
      .field("profit_loss", coin(execution.profit_loss))
      .field("user_id", demo_user_id);
  if (spec.is_option()) {
    json.field("iv", volatility_percent(spec));
    json.field("underlying_price", trade.index.value());
  }
  (void)now;
  json.end();
}

void write_trade(JsonWriter& json, const Exchange& exchange, const core::Trade& trade) {
  const auto& spec = exchange.instrument(trade.instrument);
  json.object()
      .field("timestamp", millis(trade.time))
      .field("price", trade.price.value())
      .field("amount", trade.amount.value())
      .field("direction", direction(trade.taker_side))
      .field("index_price", trade.index.value())
      .field("instrument_name", spec.name)
      .field("trade_seq", static_cast<std::int64_t>(trade.sequence))
      .field("mark_price", trade.mark.value())
      .field("tick_direction", std::int64_t{trade.tick_direction})
      .field("contracts", contracts(spec, trade.amount))
      .field("trade_id", trade_id(exchange, trade));
  if (spec.is_option()) json.field("iv", volatility_percent(spec));
  json.end();
}

}  // namespace causeway::simulator::deribit
