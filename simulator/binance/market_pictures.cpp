// What a MarketStreams shows: books, candles, tickers, marks and trades as stream events.
#include "simulator/binance/market_streams.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr UtcNanos nanos_per_minute = 60 * fixspec::nanos_per_second;

void begin_event(JsonWriter& json, std::string_view event, const std::string& symbol,
                 UtcNanos now) {
  json.object().field("e", event).field("E", millis(now)).field("s", symbol);
}

void begin_depth(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now) {
  json.object()
      .field("e", "depthUpdate")
      .field("E", millis(now))
      .field("T", millis(now))
      .field("s", view.exchange.instrument(at).name)
      .field("ps", view.symbols[at].pair)
      .field("st", std::int64_t{1});
}

}  // namespace

// The number that the event itself takes lies behind it, so that a snapshot that is taken before
// the next change falls into the next event.
void MarketStreams::send_depth(Entry& entry, UtcNanos now) {
  const auto at = *entry.stream.instrument;
  const auto last = update_ids_[at]++;
  JsonWriter json;
  begin_depth(json, view_, at, now);
  json.field("U", entry.last_id + 1).field("u", last).field("pu", entry.last_id);
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    const bool buy = side == core::Side::Buy;
    json.key(buy ? "b" : "a").array();
    for (const auto& key : std::exchange(entry.changed[buy ? 0 : 1], {})) {
      const auto price = core::OrderBook::price(side, key);
      json.array()
          .text(price_text(view_, at, price))
          .text(quantity_text(view_, at, view_.exchange.book(at).amount_at(side, price)))
          .end();
    }
    json.end();
  }
  entry.last_id = last;
  send(entry, json.end().view(), now);
}

void MarketStreams::send_partial_depth(Entry& entry, UtcNanos now) {
  const auto at = *entry.stream.instrument;
  const auto last = update_ids_[at];
  JsonWriter json;
  begin_depth(json, view_, at, now);
  json.field("U", entry.last_id + 1).field("u", last).field("pu", entry.last_id);
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    json.key(side == core::Side::Buy ? "b" : "a").array();
    for (const auto& [price, amount] : view_.exchange.book(at).top(side, entry.stream.depth)) {
      json.array().text(price_text(view_, at, price)).text(quantity_text(view_, at, amount)).end();
    }
    json.end();
  }
  entry.last_id = last;
  send(entry, json.end().view(), now);
}

// A candle that is over is told once more, closed.
void MarketStreams::send_candles(Entry& entry, UtcNanos now) {
  const auto at = *entry.stream.instrument;
  const auto minutes = *candle_minutes(entry.stream.candle);
  const auto length = minutes * nanos_per_minute;
  const auto start = now / length * length;
  if (entry.candle_start != 0 && entry.candle_start != start) {
    for (const auto& candle :
         view_.candles.between(at, minutes, entry.candle_start, entry.candle_start)) {
      send_candle(entry, candle, true, now);
    }
  }
  entry.candle_start = start;
  if (!entry.dirty) return;
  for (const auto& candle : view_.candles.between(at, minutes, start, now)) {
    send_candle(entry, candle, false, now);
  }
}

void MarketStreams::send_candle(Entry& entry, const core::Candle& candle, bool closed,
                                UtcNanos now) {
  const auto at = *entry.stream.instrument;
  const auto length = *candle_minutes(entry.stream.candle) * nanos_per_minute;
  const auto& name = view_.exchange.instrument(at).name;
  JsonWriter json;
  begin_event(json, "kline", name, now);
  json.key("k")
      .object()
      .field("t", millis(candle.start))
      .field("T", millis(candle.start + length) - 1)
      .field("s", name)
      .field("i", entry.stream.candle)
      .field("f", trade_id(view_, candle.first_trade))
      .field("L", trade_id(view_, candle.last_trade))
      .field("o", price_text(view_, at, candle.open))
      .field("c", price_text(view_, at, candle.close))
      .field("h", price_text(view_, at, candle.high))
      .field("l", price_text(view_, at, candle.low))
      .field("v", quantity_text(view_, at, Quantity{candle.volume}))
      .field("n", candle.trades)
      .field("x", closed)
      .field("q", fixed(candle.cost, 5))
      .field("V", quantity_text(view_, at, Quantity{candle.taker_buy_volume}))
      .field("Q", fixed(candle.taker_buy_cost, 5))
      .field("B", "0")
      .end();
  send(entry, json.end().view(), now);
}

void MarketStreams::send_picture(Entry& entry, UtcNanos now) {
  const auto picture = [&](InstrumentIndex at) {
    return entry.stream.feed == Feed::MarkPrice
               ? mark_price(at, now)
               : ticker(at, entry.stream.feed == Feed::MiniTicker, now);
  };
  if (!entry.stream.array) {
    for (const auto at : symbols_of(entry)) send(entry, picture(at), now);
    return;
  }
  JsonWriter json;
  json.array();
  for (const auto at : symbols_of(entry)) json.raw(picture(at));
  send(entry, json.end().view(), now);
}

std::string MarketStreams::mark_price(InstrumentIndex at, UtcNanos now) const {
  const auto& spec = view_.exchange.instrument(at);
  const auto mark = money(view_.exchange.quote(at).mark.value());
  const auto index = money(view_.exchange.index(spec.underlying).value());
  JsonWriter json;
  begin_event(json, "markPriceUpdate", spec.name, now);
  json.field("p", mark)
      .field("ap", mark)
      .field("i", index)
      .field("P", index)
      .field("r", spec.expires == 0 ? "0.00000000" : "")
      .field("T", next_funding_ms(view_, at, now))
      .field("st", std::int64_t{1})
      .end();
  return json.take();
}

std::string MarketStreams::ticker(InstrumentIndex at, bool mini, UtcNanos now) const {
  JsonWriter full;
  write_ticker_24h(full, view_, at, now);
  const auto known = *core::parse_json(full.view());
  const auto& symbol = view_.exchange.instrument(at).name;
  JsonWriter json;
  begin_event(json, mini ? "24hrMiniTicker" : "24hrTicker", symbol, now);
  const auto copy = [&](const char* name, const char* from) {
    const auto* value = known.find(from);
    json.key(name);
    value->kind == core::JsonValue::Kind::Number ? json.raw(value->text) : json.text(value->text);
  };
  if (!mini) {
    copy("p", "priceChange");
    copy("P", "priceChangePercent");
    copy("w", "weightedAvgPrice");
  }
  copy("c", "lastPrice");
  if (!mini) copy("Q", "lastQty");
  copy("o", "openPrice");
  copy("h", "highPrice");
  copy("l", "lowPrice");
  copy("v", "volume");
  copy("q", "quoteVolume");
  if (!mini) {
    copy("O", "openTime");
    copy("C", "closeTime");
    copy("F", "firstId");
    copy("L", "lastId");
    copy("n", "count");
  }
  json.field("ps", view_.symbols[at].pair).field("st", std::int64_t{1}).end();
  return json.take();
}

std::string MarketStreams::trade(const core::Trade& trade, UtcNanos now) const {
  const auto at = trade.instrument;
  JsonWriter json;
  json.object()
      .field("e", "trade")
      .field("E", millis(now))
      .field("T", millis(trade.time))
      .field("s", view_.exchange.instrument(at).name)
      .field("t", trade_id(view_, trade))
      .field("p", price_text(view_, at, trade.price))
      .field("q", quantity_text(view_, at, trade.amount))
      .field("X", "MARKET")
      .field("m", trade.taker_side == core::Side::Sell)
      .end();
  return json.take();
}

std::string MarketStreams::agg_trade(const AggTrade& trade, UtcNanos now) const {
  const auto at = trade.instrument;
  const auto quantity = quantity_text(view_, at, trade.quantity);
  JsonWriter json;
  begin_event(json, "aggTrade", view_.exchange.instrument(at).name, now);
  json.field("a", trade.id)
      .field("p", price_text(view_, at, trade.price))
      .field("q", quantity)
      .field("nq", quantity)
      .field("f", trade_id(view_, trade.first))
      .field("l", trade_id(view_, trade.last))
      .field("T", millis(trade.time))
      .field("m", trade.buyer_is_maker)
      .field("st", std::int64_t{1})
      .end();
  return json.take();
}

}  // namespace causeway::simulator::binance
