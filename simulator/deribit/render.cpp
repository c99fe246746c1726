#include "simulator/deribit/render.hpp"

#include <charconv>
#include <cmath>

#include "simulator/core/option_model.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::CancelReason;
using core::Decimal;
using core::InstrumentKind;
using core::InstrumentSpec;
using core::Order;
using core::OrderState;
using core::OrderType;
using core::over;
using core::rounded;
using core::TimeInForce;
using core::times;
using core::Trigger;

constexpr int coin_decimals = 8;
constexpr std::int64_t never_expires_ms = 32'503'708'800'000;
constexpr std::int64_t instrument_id_base = 124'970;

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
    case CancelReason::TriggerRefused:
      return "trigger_rejected";
  }
  return "";
}

std::string_view direction(core::Side side) { return side == core::Side::Buy ? "buy" : "sell"; }

Decimal coin(Decimal value) { return rounded(value, coin_decimals, fixspec::Rounding::HalfEven); }

Decimal contracts(const InstrumentSpec& spec, core::Quantity amount) {
  return core::over(amount.value(), spec.contract_size.value());
}

Decimal from_double(double value, int decimals) {
  double scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  const auto units = static_cast<std::int64_t>(std::llround(value * scale));
  return core::scaled(Decimal::from_integer(units), 1, static_cast<std::int64_t>(scale));
}

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

std::string_view kind_text(InstrumentKind kind) {
  return kind == InstrumentKind::Option ? "option" : "future";
}

std::string_view book_state(const InstrumentSpec& spec, core::UtcNanos now) {
  return spec.expires != 0 && now >= spec.expires ? "inactive" : "open";
}

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
    json.field("iv", from_double(spec.volatility * 100.0, 2));
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
  if (spec.is_option()) json.field("iv", from_double(spec.volatility * 100.0, 2));
  json.end();
}

void write_position(JsonWriter& json, const Exchange& exchange, core::AccountId account,
                    core::InstrumentIndex at, core::UtcNanos now) {
  const auto& spec = exchange.instrument(at);
  const auto& position = exchange.account(account).position(at);
  const auto& quote = exchange.quote(at);
  const auto index = exchange.index(spec.underlying);
  const auto average = position.average_price(spec);
  const Decimal floating = position.unrealized(spec, quote.mark);
  const Decimal size = position.size.value();
  core::Position orders_only;
  orders_only.open_buy = position.open_buy;
  orders_only.open_sell = position.open_sell;
  orders_only.open_buy_value = position.open_buy_value;
  core::Position held_only;
  held_only.size = position.size;
  json.object()
      .field("instrument_name", spec.name)
      .field("kind", kind_text(spec.kind))
      .field("size", size)
      .field("direction", size.is_zero()       ? "zero"
                          : size.is_negative() ? "sell"
                                               : "buy")
      .field("average_price", average.value())
      .field("mark_price", quote.mark.value())
      .field("index_price", index.value())
      .field("settlement_price", quote.open.value())
      .field("floating_profit_loss", coin(floating))
      .field("realized_profit_loss", coin(position.realized))
      .field("total_profit_loss", coin(floating + position.realized))
      .field("initial_margin", coin(initial_margin(spec, held_only, quote.mark)))
      .field("maintenance_margin", coin(maintenance_margin(spec, position, quote.mark)))
      .field("open_orders_margin", coin(initial_margin(spec, orders_only, quote.mark)));
  if (spec.is_option()) {
    const auto value = core::value_option(spec, index, now);
    const double amount = core::approximate(size);
    json.field("delta", from_double(value.delta * amount, 6))
        .field("gamma", from_double(value.gamma * amount, 8))
        .field("vega", from_double(value.vega * amount, 5))
        .field("theta", from_double(value.theta * amount, 5))
        .field("average_price_usd", times(average.value(), index.value()))
        .field("floating_profit_loss_usd", times(floating, index.value()));
  } else {
    const Decimal in_coin = spec.inverse ? over(size, quote.mark.value()) : size;
    json.field("size_currency", coin(in_coin))
        .field("delta", coin(in_coin))
        .field("leverage", std::int64_t{50})
        .field("realized_funding", Decimal{})
        .field("interest_value", Decimal{})
        .key("estimated_liquidation_price")
        .null();
  }
  json.end();
}

void write_instrument(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                      core::UtcNanos now) {
  const auto& spec = exchange.instrument(at);
  const std::string_view type = spec.inverse ? "reversed" : "linear";
  json.object()
      .field("price_index", spec.price_index)
      .field("kind", kind_text(spec.kind))
      .field("instrument_name", spec.name);
  if (spec.option) {
    json.field("option_type", spec.option->right == fixspec::PutOrCall::Call ? "call" : "put");
    json.field("strike", spec.option->strike.value());
  }
  json.field("max_leverage", std::int64_t{spec.is_option() ? 1 : 50})
      .field("maker_commission", spec.maker_fee)
      .field("taker_commission", spec.taker_fee)
      .field("instrument_type", type)
      .field("expiration_timestamp", spec.expires == 0 ? never_expires_ms : millis(spec.expires))
      .field("creation_timestamp", millis(spec.created))
      .field("is_active", book_state(spec, now) == "open")
      .field("tick_size", spec.tick.value())
      .field("contract_size", spec.contract_size.value())
      .field("instrument_id", instrument_id_base + std::int64_t{at})
      .field("min_trade_amount", spec.amount_step.value());
  if (!spec.is_option()) json.field("future_type", type);
  json.field("max_liquidation_commission", core::dec("0.0075"))
      .field("block_trade_commission", core::dec("0.00025"))
      .field("settlement_currency", spec.settlement)
      .field("settlement_period", spec.kind == InstrumentKind::Perpetual ? "perpetual" : "month")
      .field("base_currency", spec.base)
      .field("counter_currency", spec.counter)
      .field("quote_currency", spec.is_option() && spec.inverse ? spec.base : spec.counter)
      .key("tick_size_steps")
      .array();
  for (const auto& step : spec.tick_steps) {
    json.object()
        .field("above_price", step.above.value())
        .field("tick_size", step.tick.value())
        .end();
  }
  json.end().field("state", book_state(spec, now)).end();
}

namespace {

void write_best(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at) {
  for (const auto side : {core::Side::Sell, core::Side::Buy}) {
    const auto best = exchange.book(at).best_price(side);
    json.key(side == core::Side::Sell ? "best_ask_price" : "best_bid_price");
    if (best)
      json.number(best->value());
    else
      json.null();
  }
  for (const auto side : {core::Side::Sell, core::Side::Buy}) {
    const auto best = exchange.book(at).best_price(side);
    json.field(side == core::Side::Sell ? "best_ask_amount" : "best_bid_amount",
               best ? exchange.book(at).amount_at(side, *best).value() : Decimal{});
  }
}

void write_stats(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at) {
  const auto& quote = exchange.quote(at);
  const auto& spec = exchange.instrument(at);
  const Decimal change =
      rounded(over(core::scaled((quote.last - quote.open).value(), 100, 1), quote.open.value()), 4,
              fixspec::Rounding::HalfEven);
  // Volume is in the base currency, its value in dollars.
  const bool in_dollars = spec.is_inverse_future();
  const Decimal volume =
      in_dollars ? over(quote.volume.value(), quote.mark.value()) : quote.volume.value();
  const Decimal dollars = in_dollars ? quote.volume.value() : quote.turnover;
  json.key("stats")
      .object()
      .field("high", quote.high.value())
      .field("low", quote.low.value())
      .field("price_change", change)
      .field("volume", coin(volume))
      .field("volume_usd", coin(dollars))
      .field("volume_notional", coin(dollars))
      .end();
}

void write_greeks(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                  core::UtcNanos now) {
  const auto& spec = exchange.instrument(at);
  const auto index = exchange.index(spec.underlying);
  const auto value = core::value_option(spec, index, now);
  const Decimal iv = from_double(spec.volatility * 100.0, 2);
  json.field("mark_iv", iv)
      .field("bid_iv", iv)
      .field("ask_iv", iv)
      .field("underlying_price", index.value())
      .field("underlying_index", "index_price")
      .field("interest_rate", Decimal{})
      .key("greeks")
      .object()
      .field("delta", from_double(value.delta, 5))
      .field("gamma", from_double(value.gamma, 8))
      .field("vega", from_double(value.vega, 5))
      .field("theta", from_double(value.theta, 5))
      .field("rho", from_double(value.rho, 5))
      .end();
}

}  // namespace

void write_ticker_members(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                          core::UtcNanos now) {
  const auto& spec = exchange.instrument(at);
  const auto& quote = exchange.quote(at);
  const auto band = exchange.band(at);
  const Decimal index = exchange.index(spec.underlying).value();
  json.field("timestamp", millis(now)).field("state", book_state(spec, now));
  write_stats(json, exchange, at);
  json.field("index_price", index)
      .field("instrument_name", spec.name)
      .field("last_price", quote.last.value())
      .field("settlement_price", quote.open.value())
      .field("min_price", band.low.value())
      .field("max_price", band.high.value())
      .field("open_interest", exchange.account(core::house).position(at).size.value().abs())
      .field("mark_price", quote.mark.value())
      .field("estimated_delivery_price", index);
  write_best(json, exchange, at);
  if (spec.kind == InstrumentKind::Perpetual) {
    json.field("current_funding", Decimal{});
    json.field("funding_8h", Decimal{});
    json.field("interest_value", Decimal{});
  }
  if (spec.is_option()) write_greeks(json, exchange, at, now);
}

void write_quote(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                 core::UtcNanos now) {
  json.object()
      .field("timestamp", millis(now))
      .field("instrument_name", exchange.instrument(at).name);
  write_best(json, exchange, at);
  json.end();
}

void write_portfolio_members(JsonWriter& json, const Exchange& exchange, core::AccountId account,
                             core::CurrencyIndex currency) {
  Decimal futures_pl, options_pl, options_value, delta, maintenance;
  for (core::InstrumentIndex at = 0; at < exchange.config().instruments.size(); ++at) {
    const auto& spec = exchange.instrument(at);
    const auto& position = exchange.account(account).position(at);
    if (spec.currency != currency || position.size.is_zero()) continue;
    const auto mark = exchange.quote(at).mark;
    const Decimal floating = position.unrealized(spec, mark);
    (spec.is_option() ? options_pl : futures_pl) += floating;
    if (spec.is_option())
      options_value += times(position.size.value(), mark.value());
    else if (spec.inverse)
      delta += over(position.size.value(), mark.value());
    else
      delta += position.size.value();
    maintenance += maintenance_margin(spec, position, mark);
  }
  const Decimal balance = exchange.account(account).balance(currency);
  const Decimal equity = exchange.equity(account, currency);
  const Decimal margin = exchange.margin(account, currency);
  json.field("currency", exchange.config().currencies[currency])
      .field("equity", coin(equity))
      .field("balance", coin(balance))
      .field("margin_balance", coin(equity))
      .field("available_funds", coin(equity - margin))
      .field("available_withdrawal_funds", coin(std::min(balance, equity) - margin))
      .field("initial_margin", coin(margin))
      .field("maintenance_margin", coin(maintenance))
      .field("projected_initial_margin", coin(margin))
      .field("projected_maintenance_margin", coin(maintenance))
      .field("delta_total", coin(delta))
      .field("projected_delta_total", coin(delta))
      .field("options_value", coin(options_value))
      .field("options_pl", coin(options_pl))
      .field("options_session_upl", coin(options_pl))
      .field("options_session_rpl", Decimal{})
      .field("futures_pl", coin(futures_pl))
      .field("futures_session_upl", coin(futures_pl))
      .field("futures_session_rpl", Decimal{})
      .field("session_upl", coin(futures_pl + options_pl))
      .field("session_rpl", Decimal{})
      .field("total_pl", coin(futures_pl + options_pl))
      .field("fee_balance", Decimal{})
      .field("spot_reserve", Decimal{})
      .field("additional_reserve", Decimal{})
      .field("margin_model", "segregated_sm")
      .field("portfolio_margining_enabled", false)
      .field("cross_collateral_enabled", false);
}

void write_book_summary(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                        core::UtcNanos now) {
  const auto& spec = exchange.instrument(at);
  const auto& quote = exchange.quote(at);
  const auto bid = exchange.book(at).best_price(core::Side::Buy);
  const auto ask = exchange.book(at).best_price(core::Side::Sell);
  const auto optional = [&](const char* name, std::optional<core::Price> price) {
    json.key(name);
    if (price)
      json.number(price->value());
    else
      json.null();
  };
  std::optional<core::Price> mid;
  if (bid && ask) mid = core::Price{core::scaled((*bid + *ask).value(), 1, 2)};
  json.object()
      .field("instrument_name", spec.name)
      .field("base_currency", spec.base)
      .field("quote_currency", spec.is_option() && spec.inverse ? spec.base : spec.counter)
      .field("creation_timestamp", millis(now))
      .field("mark_price", quote.mark.value())
      .field("last", quote.last.value())
      .field("high", quote.high.value())
      .field("low", quote.low.value())
      .field("volume", quote.volume.value())
      .field("volume_usd", spec.is_inverse_future() ? quote.volume.value() : quote.turnover)
      .field("open_interest", exchange.account(core::house).position(at).size.value().abs())
      .field("estimated_delivery_price", exchange.index(spec.underlying).value());
  optional("bid_price", bid);
  optional("ask_price", ask);
  optional("mid_price", mid);
  if (spec.is_option()) {
    json.field("mark_iv", from_double(spec.volatility * 100.0, 2))
        .field("underlying_price", exchange.index(spec.underlying).value())
        .field("underlying_index", "index_price")
        .field("interest_rate", Decimal{});
  }
  json.end();
}

}  // namespace causeway::simulator::deribit
