// What everybody may ask about the market.
#include <algorithm>

#include "simulator/deribit/render.hpp"
#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {
namespace {

using fixspec::Unexpected;

constexpr std::int64_t most_rows = 1000;
constexpr std::int64_t most_levels = 10'000;
constexpr core::UtcNanos nanos_per_hour = 3600 * fixspec::nanos_per_second;

core::UtcNanos from_millis(std::int64_t value) {
  constexpr std::int64_t latest = 9'000'000'000'000;  // beyond it nanoseconds overflow
  return std::clamp<std::int64_t>(value, 0, latest) * fixspec::nanos_per_milli;
}

}  // namespace

core::InstrumentIndex Server::read_instrument(Call& call) {
  const auto name = call.params.required_text("instrument_name");
  const auto at = exchange_.find_instrument(name);
  if (!at && !call.params.error()) call.params.fail("wrong format", "instrument_name");
  return at.value_or(0);
}

// `currency` (missing: any) and `kind`; `none` where nothing here can be of that kind.
Selection Server::read_selection(Call& call, bool& none) {
  Selection selection;
  const auto currency = call.params.text("currency").value_or("any");
  const auto kind = call.params.text("kind").value_or("any");
  if (currency != "any" && currency != "ANY") {
    selection.currency = find_currency(exchange_, currency);
    if (!selection.currency && currency != "EURR") call.params.fail("wrong format", "currency");
  }
  selection.kind = kind_from_text(kind, none);
  none |= currency == "EURR";
  if (!none && !selection.kind && kind != "any") call.params.fail("wrong format", "kind");
  return selection;
}

Server::Answer Server::get_instruments(Call& call) {
  bool none = false;
  const auto selection = read_selection(call, none);
  const bool expired = call.params.boolean("expired", false);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (core::InstrumentIndex at = 0; at < exchange_.config().instruments.size(); ++at) {
    if (none || !selection.includes(exchange_, at)) continue;
    if ((book_state(exchange_.instrument(at), call.now) == "open") == expired) continue;
    write_instrument(json, exchange_, at, call.now);
  }
  return json.end().take();
}

Server::Answer Server::get_instrument(Call& call) {
  const auto at = read_instrument(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  write_instrument(json, exchange_, at, call.now);
  return json.take();
}

Server::Answer Server::get_currencies(Call&) {
  JsonWriter json;
  json.array();
  for (const auto& name : exchange_.config().currencies) {
    const bool coin = name == "BTC" || name == "ETH";
    json.object()
        .field("currency", name)
        .field("currency_long", name == "BTC"    ? "Bitcoin"
                                : name == "ETH"  ? "Ethereum"
                                : name == "USDC" ? "USD Coin"
                                                 : "Tether USD")
        .field("coin_type", name == "BTC" ? "BITCOIN" : "ETHER")
        .field("fee_precision", std::int64_t{coin ? 4 : 6})
        .field("decimals", std::int64_t{coin ? 8 : 6})
        .field("min_confirmations", std::int64_t{1})
        .field("min_withdrawal_fee", core::dec("0.0001"))
        .field("withdrawal_fee", core::dec("0.0001"))
        .key("withdrawal_priorities")
        .array()
        .end()
        .end();
  }
  return json.end().take();
}

Server::Answer Server::ticker(Call& call) {
  const auto at = read_instrument(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.object();
  write_ticker_members(json, exchange_, at, call.now);
  return json.end().take();
}

Server::Answer Server::get_order_book(Call& call) {
  const auto at = read_instrument(call);
  const auto depth = call.params.integer("depth", 5, 1, most_levels);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.object();
  write_ticker_members(json, exchange_, at, call.now);
  json.field("change_id", publisher_.change_id(at));
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    json.key(side == core::Side::Buy ? "bids" : "asks").array();
    for (const auto& [price, amount] :
         exchange_.book(at).top(side, static_cast<std::size_t>(depth))) {
      json.array().number(price.value()).number(amount.value()).end();
    }
    json.end();
  }
  return json.end().take();
}

// get_last_trades_by_instrument, _by_currency, each also with _and_time.
Server::Answer Server::get_last_trades(Call& call) {
  bool none = false;
  Selection selection;
  if (call.method.find("_by_instrument") != std::string::npos) {
    selection.instrument = read_instrument(call);
  } else {
    selection = read_selection(call, none);
  }
  const auto count = call.params.integer("count", 10, 1, most_rows);
  const auto from = from_millis(call.params.integer("start_timestamp").value_or(0));
  const auto to = from_millis(call.params.integer("end_timestamp").value_or(millis(call.now) + 1));
  const auto start_seq = call.params.integer("start_seq").value_or(0);
  const auto sorting = call.params.text("sorting").value_or("default");
  if (call.params.error()) return Unexpected{*call.params.error()};
  std::vector<core::Trade> found;
  for (core::InstrumentIndex at = 0; at < exchange_.config().instruments.size(); ++at) {
    if (none || !selection.includes(exchange_, at)) continue;
    for (const auto& trade : exchange_.trades(at)) {
      const bool late_enough =
          trade.sequence >= static_cast<std::uint64_t>(std::max<std::int64_t>(start_seq, 0));
      if (trade.time >= from && trade.time < to + fixspec::nanos_per_milli && late_enough) {
        found.push_back(trade);
      }
    }
  }
  const bool ascending = sorting == "asc";
  std::ranges::sort(found, [&](const core::Trade& a, const core::Trade& b) {
    return ascending ? a.number < b.number : a.number > b.number;
  });
  const auto rows = std::min(found.size(), static_cast<std::size_t>(count));
  JsonWriter json;
  json.object().key("trades").array();
  for (std::size_t i = 0; i < rows; ++i) write_trade(json, exchange_, found[i]);
  return json.end().field("has_more", found.size() > rows).end().take();
}

Server::Answer Server::get_index_price(Call& call) {
  const auto name = call.params.required_text("index_name");
  const auto& instruments = exchange_.config().instruments;
  const auto found = std::ranges::find(instruments, name, &core::InstrumentSpec::price_index);
  if (found == instruments.end()) call.params.fail("wrong format", "index_name");
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto index = exchange_.index(found->underlying).value();
  JsonWriter json;
  json.object().field("index_price", index).field("estimated_delivery_price", index);
  return json.end().take();
}

Server::Answer Server::get_book_summary(Call& call) {
  bool none = false;
  Selection selection;
  if (call.method.ends_with("_by_instrument"))
    selection.instrument = read_instrument(call);
  else
    selection = read_selection(call, none);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (core::InstrumentIndex at = 0; at < exchange_.config().instruments.size(); ++at) {
    if (!none && selection.includes(exchange_, at)) {
      write_book_summary(json, exchange_, at, call.now);
    }
  }
  return json.end().take();
}

Server::Answer Server::get_tradingview_chart_data(Call& call) {
  const auto at = read_instrument(call);
  const auto minutes = chart_minutes(call.params.required_text("resolution"));
  if (!minutes) call.params.fail("wrong format", "resolution");
  const auto from = call.params.integer("start_timestamp");
  const auto to = call.params.integer("end_timestamp");
  if (!from) call.params.fail("value required", "start_timestamp");
  if (!to) call.params.fail("value required", "end_timestamp");
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto candles = candles_.between(at, *minutes, from_millis(*from), from_millis(*to));
  JsonWriter json;
  json.object();
  const auto column = [&](const char* name, auto&& write) {
    json.key(name).array();
    for (const auto& candle : candles) write(candle);
    json.end();
  };
  column("ticks", [&](const core::Candle& candle) { json.integer(millis(candle.start)); });
  column("open", [&](const core::Candle& candle) { json.number(candle.open.value()); });
  column("high", [&](const core::Candle& candle) { json.number(candle.high.value()); });
  column("low", [&](const core::Candle& candle) { json.number(candle.low.value()); });
  column("close", [&](const core::Candle& candle) { json.number(candle.close.value()); });
  column("volume", [&](const core::Candle& candle) { json.number(candle.volume); });
  column("cost", [&](const core::Candle& candle) { json.number(candle.cost); });
  json.field("status", candles.empty() ? "no_data" : "ok");
  return json.end().take();
}

// The simulator charges no funding, so every rate is zero.
Server::Answer Server::get_funding_rate_value(Call& call) {
  const auto at = read_instrument(call);
  if (exchange_.instrument(at).kind != core::InstrumentKind::Perpetual) {
    call.params.fail("must be a perpetual", "instrument_name");
  }
  if (call.params.error()) return Unexpected{*call.params.error()};
  return std::string{"0.0"};
}

Server::Answer Server::get_funding_rate_history(Call& call) {
  const auto at = read_instrument(call);
  const auto from = from_millis(call.params.integer("start_timestamp").value_or(0));
  const auto to = from_millis(call.params.integer("end_timestamp").value_or(0));
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto index = exchange_.index(exchange_.instrument(at).underlying).value();
  JsonWriter json;
  json.array();
  const auto first = std::max(from, to - most_rows * nanos_per_hour) / nanos_per_hour + 1;
  for (auto hour = first; hour * nanos_per_hour <= std::min(to, call.now); ++hour) {
    json.object()
        .field("timestamp", millis(hour * nanos_per_hour))
        .field("index_price", index)
        .field("prev_index_price", index)
        .field("interest_8h", core::Decimal{})
        .field("interest_1h", core::Decimal{})
        .end();
  }
  return json.end().take();
}

}  // namespace causeway::simulator::deribit
