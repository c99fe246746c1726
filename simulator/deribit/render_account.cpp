// Positions and balances.
#include "simulator/core/option_model.hpp"
#include "simulator/deribit/render_parts.hpp"

namespace causeway::simulator::deribit {

using core::Decimal;
using core::over;
using core::times;

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

}  // namespace causeway::simulator::deribit
