// Instruments, tickers and book summaries.
#include <cmath>

#include "simulator/core/option_model.hpp"
#include "simulator/deribit/render_parts.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::Decimal;
using core::InstrumentKind;
using core::InstrumentSpec;
using core::over;
using core::rounded;

constexpr int coin_decimals = 8;
constexpr std::int64_t never_expires_ms = 32'503'708'800'000;
constexpr std::int64_t instrument_id_base = 124'970;

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
  const Decimal iv = volatility_percent(spec);
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

Decimal volatility_percent(const InstrumentSpec& spec) {
  return from_double(spec.volatility * 100.0, 2);
}

std::string_view kind_text(InstrumentKind kind) {
  return kind == InstrumentKind::Option ? "option" : "future";
}

std::string_view book_state(const InstrumentSpec& spec, core::UtcNanos now) {
  return spec.expires != 0 && now >= spec.expires ? "inactive" : "open";
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
    json.field("mark_iv", volatility_percent(spec))
        .field("underlying_price", exchange.index(spec.underlying).value())
        .field("underlying_index", "index_price")
        .field("interest_rate", Decimal{});
  }
  json.end();
}

}  // namespace causeway::simulator::deribit
