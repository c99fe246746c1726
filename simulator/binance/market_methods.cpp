// What anybody may ask: the listing, books, trades, prices.
#include <algorithm>
#include <array>

#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr std::int64_t no_limit = 100'000'000;  // what a venue that counts nothing announces
constexpr std::array<std::int64_t, 7> depths{5, 10, 20, 50, 100, 500, 1000};
constexpr UtcNanos nanos_per_minute = 60 * fixspec::nanos_per_second;

void write_rate_limit(JsonWriter& json, const char* type, const char* interval, std::int64_t number,
                      std::int64_t limit) {
  json.object()
      .field("rateLimitType", type)
      .field("interval", interval)
      .field("intervalNum", number)
      .field("limit", limit)
      .end();
}

// The last `limit` of `all`, or from an id onwards.
template <class T, class Id>
std::vector<const T*> page_of(const std::deque<T>& all, const Id& id_of,
                              const std::optional<std::int64_t>& from, std::size_t limit) {
  std::vector<const T*> found;
  for (const auto& one : all) {
    if (!from || id_of(one) >= *from) found.push_back(&one);
  }
  if (found.size() <= limit) return found;
  if (from)
    found.resize(limit);
  else
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
  return found;
}

}  // namespace

template <class Write>
Server::Answer Server::for_symbols(Call& call, const Write& write) {
  const auto only = read_optional_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  if (only) {
    write(json, *only);
    return json.take();
  }
  json.array();
  for (InstrumentIndex at = 0; at < symbols_.size(); ++at) write(json, at);
  return json.end().take();
}

Server::Answer Server::ping(Call& /*call*/) { return std::string{"{}"}; }

Server::Answer Server::get_time(Call& call) {
  JsonWriter json;
  return json.object().field("serverTime", millis(call.now)).end().take();
}

Server::Answer Server::get_exchange_info(Call& call) {
  const bool real = options_.real_limits;
  JsonWriter json;
  json.object().field("timezone", "UTC").field("serverTime", millis(call.now));
  json.field("futuresType", "U_MARGINED").key("rateLimits").array();
  write_rate_limit(json, "REQUEST_WEIGHT", "MINUTE", 1,
                   real ? AddressLimits::weight_per_minute : no_limit);
  write_rate_limit(json, "ORDERS", "MINUTE", 1, real ? OrderLimits::per_minute : no_limit);
  write_rate_limit(json, "ORDERS", "SECOND", 10, real ? OrderLimits::per_10_seconds : no_limit);
  json.end().key("exchangeFilters").array().end();
  json.key("assets").array().object();
  json.field("asset", "USDT").field("marginAvailable", true).field("autoAssetExchange", "0");
  json.end().end().key("symbols").array();
  for (InstrumentIndex at = 0; at < symbols_.size(); ++at) {
    write_symbol(json, view(), at, call.now);
  }
  return json.end().end().take();
}

Server::Answer Server::get_depth(Call& call) {
  const auto at = read_symbol(call);
  const auto limit = call.params.integer("limit").value_or(500);
  if (std::ranges::find(depths, limit) == depths.end()) {
    call.params.fail({.code = -4021, .message = "Invalid depth limit."});
  }
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.object()
      .field("lastUpdateId", markets_.update_id(at))
      .field("E", millis(call.now))
      .field("T", millis(call.now))
      .key("bids");
  write_levels(json, view(), at, static_cast<std::size_t>(limit));
  return json.end().take();
}

Server::Answer Server::get_trades(Call& call) {
  const auto at = read_symbol(call);
  const auto from = call.params.integer("fromId");
  const auto limit = read_limit(call, 500, 1000);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  const auto id_of = [&](const core::Trade& trade) { return binance::trade_id(view(), trade); };
  for (const auto* trade : page_of(exchange_.trades(at), id_of, from, limit)) {
    json.object()
        .field("id", id_of(*trade))
        .field("price", price_text(view(), at, trade->price))
        .field("qty", quantity_text(view(), at, trade->amount))
        .field("quoteQty", fixed(core::times(trade->price.value(), trade->amount.value()),
                                 symbols_[at].price_decimals))
        .field("time", millis(trade->time))
        .field("isBuyerMaker", trade->taker_side == core::Side::Sell)
        .end();
  }
  return json.end().take();
}

Server::Answer Server::get_agg_trades(Call& call) {
  const auto at = read_symbol(call);
  const auto from = call.params.integer("fromId");
  const auto limit = read_limit(call, 500, 1000);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  const auto id_of = [](const AggTrade& trade) { return trade.id; };
  for (const auto* trade : page_of(markets_.agg_trades().of(at), id_of, from, limit)) {
    json.object()
        .field("a", trade->id)
        .field("p", price_text(view(), at, trade->price))
        .field("q", quantity_text(view(), at, trade->quantity))
        .field("nq", quantity_text(view(), at, trade->quantity))
        .field("f", binance::trade_id(view(), trade->first))
        .field("l", binance::trade_id(view(), trade->last))
        .field("T", millis(trade->time))
        .field("m", trade->buyer_is_maker)
        .end();
  }
  return json.end().take();
}

Server::Answer Server::get_klines(Call& call) {
  const auto at = read_symbol(call);
  const auto minutes = candle_minutes(call.params.required_text("interval"));
  const auto limit = read_limit(call, 500, 1500);
  const auto from = call.params.integer("startTime").value_or(0);
  const auto to = call.params.integer("endTime").value_or(millis(call.now));
  if (!call.params.error() && !minutes) call.params.fail(error(-1120));
  constexpr std::int64_t latest_ms = 9'000'000'000'000;  // still fits when counted in nanoseconds
  if (from > latest_ms || to > latest_ms) call.params.fail(invalid("startTime"));
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto all = candles_.between(at, *minutes, from * fixspec::nanos_per_milli,
                                    to * fixspec::nanos_per_milli);
  const bool oldest = call.params.has("startTime");
  const auto skipped = oldest || all.size() <= limit ? 0 : all.size() - limit;
  JsonWriter json;
  json.array();
  for (auto i = skipped; i < all.size() && i - skipped < limit; ++i) {
    write_candle(json, view(), at, all[i], *minutes * nanos_per_minute);
  }
  return json.end().take();
}

Server::Answer Server::get_ticker(Call& call) {
  return for_symbols(call, [&](JsonWriter& json, InstrumentIndex at) {
    write_ticker_24h(json, view(), at, call.now);
  });
}

Server::Answer Server::get_price(Call& call) {
  return for_symbols(call, [&](JsonWriter& json, InstrumentIndex at) {
    json.object()
        .field("symbol", exchange_.instrument(at).name)
        .field("price", price_text(view(), at, exchange_.quote(at).last))
        .field("time", millis(call.now))
        .end();
  });
}

Server::Answer Server::get_book_ticker(Call& call) {
  return for_symbols(call, [&](JsonWriter& json, InstrumentIndex at) {
    write_book_ticker(json, view(), at, markets_.update_id(at), call.now);
  });
}

Server::Answer Server::get_premium_index(Call& call) {
  return for_symbols(call, [&](JsonWriter& json, InstrumentIndex at) {
    write_premium_index(json, view(), at, call.now);
  });
}

// No funding is ever charged here, so there is no history of it.
Server::Answer Server::get_funding_rates(Call& call) {
  (void)read_optional_symbol(call);
  (void)read_limit(call, 100, 1000);
  if (call.params.error()) return Unexpected{*call.params.error()};
  return std::string{"[]"};
}

// The list of symbols whose funding was adjusted: none.
Server::Answer Server::get_funding_info(Call& /*call*/) { return std::string{"[]"}; }

// What the clients hold long; the house is on the other side.
Server::Answer Server::get_open_interest(Call& call) {
  const auto at = read_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  Quantity sum;
  for (core::AccountId id = 0; id < exchange_.account_count(); ++id) {
    for (const auto side : core::position_sides) {
      const auto size = exchange_.account(id).position(at, side).size;
      if (size.is_positive()) sum += size;
    }
  }
  JsonWriter json;
  return json.object()
      .field("openInterest", quantity_text(view(), at, sum))
      .field("symbol", exchange_.instrument(at).name)
      .field("time", millis(call.now))
      .end()
      .take();
}

}  // namespace causeway::simulator::binance
