// Balances, positions, income, fees, and the user stream's key.
#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr std::size_t listen_key_size = 64;
constexpr std::int64_t week_ms = 7LL * 86'400'000;

std::string rate_text(Decimal rate) { return rate.to_string(); }

}  // namespace

Server::Answer Server::get_balances(Call& call) {
  JsonWriter json;
  write_balances(json, view(), *call.account, call.now);
  return json.take();
}

Server::Answer Server::get_account_v2(Call& call) {
  JsonWriter json;
  write_account(json, view(), *call.account, true, call.now);
  return json.take();
}

Server::Answer Server::get_account_v3(Call& call) {
  JsonWriter json;
  write_account(json, view(), *call.account, false, call.now);
  return json.take();
}

Server::Answer Server::get_positions_v2(Call& call) {
  const auto only = read_optional_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  write_positions(json, view(), *call.account, only, true);
  return json.take();
}

Server::Answer Server::get_positions_v3(Call& call) {
  const auto only = read_optional_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  write_positions(json, view(), *call.account, only, false);
  return json.take();
}

// Fees and realized profits, one entry each; what is paid is negative.
Server::Answer Server::get_income(Call& call) {
  const auto only = read_optional_symbol(call);
  const auto type = call.params.text("incomeType");
  const auto from = call.params.integer("startTime").value_or(millis(call.now) - week_ms);
  const auto to = call.params.integer("endTime").value_or(millis(call.now));
  const auto limit = read_limit(call, 100, 1000);
  const auto page = call.params.integer("page").value_or(1);
  constexpr std::int64_t last_page = 1'000'000;
  if (page < 1 || page > last_page) call.params.fail(invalid("page"));
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  std::int64_t number = 0;
  const auto size = static_cast<std::int64_t>(limit);
  const auto write = [&](const core::Execution& execution, const char* kind, Decimal amount) {
    const auto& trade = execution.trade;
    const auto at = millis(trade.time);
    if (amount.is_zero() || at < from || at > to || (type && *type != kind)) return;
    const auto place = number++;
    if (place < (page - 1) * size || place >= page * size) return;
    json.object()
        .field("symbol", exchange_.instrument(trade.instrument).name)
        .field("incomeType", kind)
        .field("income", money(amount))
        .field("asset", "USDT")
        .field("info", kind)
        .field("time", at)
        .field("tranId", static_cast<std::int64_t>(trade.number))
        .field("tradeId", std::to_string(binance::trade_id(view(), trade)))
        .end();
  };
  for (const auto& execution : exchange_.executions()) {
    if (execution.account != call.account->id) continue;
    if (only && execution.trade.instrument != *only) continue;
    write(execution, "COMMISSION", -execution.fee);
    write(execution, "REALIZED_PNL", execution.profit_loss);
  }
  return json.end().take();
}

Server::Answer Server::get_commission(Call& call) {
  const auto at = read_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto& spec = exchange_.instrument(at);
  JsonWriter json;
  return json.object()
      .field("symbol", spec.name)
      .field("makerCommissionRate", rate_text(spec.maker_fee))
      .field("takerCommissionRate", rate_text(spec.taker_fee))
      .field("rpiCommissionRate", rate_text(spec.maker_fee))
      .end()
      .take();
}

Server::Answer Server::get_order_limits(Call& /*call*/) {
  constexpr std::int64_t no_limit = 100'000'000;
  const bool real = options_.real_limits;
  JsonWriter json;
  json.array();
  json.object()
      .field("rateLimitType", "ORDERS")
      .field("interval", "SECOND")
      .field("intervalNum", std::int64_t{10})
      .field("limit", real ? OrderLimits::per_10_seconds : no_limit)
      .end();
  json.object()
      .field("rateLimitType", "ORDERS")
      .field("interval", "MINUTE")
      .field("intervalNum", std::int64_t{1})
      .field("limit", real ? OrderLimits::per_minute : no_limit)
      .end();
  return json.end().take();
}

// Asked for again, the same key lives on.
Server::Answer Server::start_listen_key(Call& call) {
  auto& key = call.account->listen_key;
  if (!key) key = ListenKey{.text = random_text(listen_key_size)};
  key->expires = call.now + options_.listen_key_lifetime_seconds * fixspec::nanos_per_second;
  JsonWriter json;
  return json.object().field("listenKey", key->text).end().take();
}

Server::Answer Server::renew_listen_key(Call& call) {
  if (!call.account->listen_key) return Unexpected{error(-1125)};
  return start_listen_key(call);
}

Server::Answer Server::close_listen_key(Call& call) {
  if (!call.account->listen_key) return Unexpected{error(-1125)};
  users_.expire(call.account->listen_key->text, call.now);
  call.account->listen_key.reset();
  return std::string{"{}"};
}

}  // namespace causeway::simulator::binance
