// Symbols, books, tickers, marks and candles.
#include "simulator/binance/render.hpp"
#include "simulator/core/listing.hpp"

namespace causeway::simulator::binance {
namespace {

using core::dec;

constexpr UtcNanos funding_period = 8 * 3600 * fixspec::nanos_per_second;

void write_filters(JsonWriter& json, const View& view, InstrumentIndex at) {
  const auto& spec = view.exchange.instrument(at);
  const auto& symbol = view.symbols[at];
  const auto step = quantity_text(view, at, spec.amount_step);
  json.key("filters").array();
  json.object()
      .field("filterType", "PRICE_FILTER")
      .field("minPrice", price_text(view, at, symbol.min_price))
      .field("maxPrice", symbol.max_price.to_string())
      .field("tickSize", price_text(view, at, spec.tick))
      .end();
  json.object()
      .field("filterType", "LOT_SIZE")
      .field("stepSize", step)
      .field("maxQty", symbol.max_quantity.to_string())
      .field("minQty", step)
      .end();
  json.object()
      .field("filterType", "MARKET_LOT_SIZE")
      .field("stepSize", step)
      .field("maxQty", symbol.max_market_quantity.to_string())
      .field("minQty", step)
      .end();
  json.object().field("filterType", "MAX_NUM_ORDERS").field("limit", max_open_orders).end();
  json.object()
      .field("filterType", "MIN_NOTIONAL")
      .field("notional", symbol.min_notional.to_string())
      .end();
  json.object()
      .field("filterType", "PERCENT_PRICE")
      .field("multiplierDown", fixed(Decimal::from_integer(1) - spec.band, 4))
      .field("multiplierUp", fixed(Decimal::from_integer(1) + spec.band, 4))
      .field("multiplierDecimal", "4")
      .end();
  json.end();
}

void write_names(JsonWriter& json, std::string_view name,
                 std::initializer_list<const char*> values) {
  json.key(name).array();
  for (const char* value : values) json.text(value);
  json.end();
}

}  // namespace

std::string fixed(Decimal value, int decimals) {
  auto text = core::rounded(value, decimals, fixspec::Rounding::HalfEven).to_string();
  if (decimals == 0) return text;
  const auto point = text.find('.');
  const auto have = point == std::string::npos ? 0 : text.size() - point - 1;
  if (point == std::string::npos) text += '.';
  text.append(static_cast<std::size_t>(decimals) - have, '0');
  return text;
}

std::string price_text(const View& view, InstrumentIndex at, Price price) {
  return fixed(price.value(), view.symbols[at].price_decimals);
}

std::string quantity_text(const View& view, InstrumentIndex at, Quantity quantity) {
  return fixed(quantity.value(), view.symbols[at].quantity_decimals);
}

std::string money(Decimal value) { return fixed(value, 8); }

std::int64_t trade_id(const View& view, core::TradeNumber sequence) {
  return static_cast<std::int64_t>(view.exchange.config().first_number + sequence);
}

std::int64_t trade_id(const View& view, const core::Trade& trade) {
  return trade_id(view, trade.sequence);
}

void write_symbol(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now) {
  const auto& spec = view.exchange.instrument(at);
  const auto& symbol = view.symbols[at];
  const bool dated = spec.expires != 0;
  json.object()
      .field("symbol", spec.name)
      .field("pair", symbol.pair)
      .field("contractType", symbol.contract_type)
      .field("deliveryDate", dated ? millis(spec.expires) : never_delivered_ms)
      .field("onboardDate", millis(spec.created))
      .field("status", dated && now >= spec.expires ? "CLOSE" : "TRADING")
      .field("maintMarginPercent", "2.5000")
      .field("requiredMarginPercent", "5.0000")
      .field("baseAsset", spec.base)
      .field("quoteAsset", spec.counter)
      .field("marginAsset", spec.settlement)
      .field("pricePrecision", std::int64_t{symbol.price_decimals})
      .field("quantityPrecision", std::int64_t{symbol.quantity_decimals})
      .field("baseAssetPrecision", std::int64_t{8})
      .field("quotePrecision", std::int64_t{8})
      .field("underlyingType", "COIN");
  json.key("underlyingSubType").array().text(symbol.sub_type).end();
  json.field("settlePlan", std::int64_t{0})
      .field("triggerProtect", "0.0500")
      .field("liquidationFee", "0.012500")
      .field("marketTakeBound", price_band)
      .field("maxMoveOrderLimit", std::int64_t{10'000});
  write_filters(json, view, at);
  write_names(json, "orderTypes",
              {"LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET",
               "TRAILING_STOP_MARKET"});
  write_names(json, "timeInForce", {"GTC", "IOC", "FOK", "GTX", "GTD", "RPI"});
  json.end();
}

void write_levels(JsonWriter& json, const View& view, InstrumentIndex at, std::size_t depth) {
  json.array();
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    if (side == core::Side::Sell) json.end().key("asks").array();
    for (const auto& [price, amount] : view.exchange.book(at).top(side, depth)) {
      json.array().text(price_text(view, at, price)).text(quantity_text(view, at, amount)).end();
    }
  }
  json.end();
}

void write_ticker_24h(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now) {
  const auto& quote = view.exchange.quote(at);
  const auto& trades = view.exchange.trades(at);
  const Decimal change = (quote.last - quote.open).value();
  const Decimal percent = core::over(core::scaled(change, 100, 1), quote.open.value());
  const Price average =
      quote.volume.is_zero() ? quote.last : Price{core::over(quote.turnover, quote.volume.value())};
  const auto last_id = trades.empty() ? 0 : trades.back().sequence;
  json.object()
      .field("symbol", view.exchange.instrument(at).name)
      .field("priceChange", price_text(view, at, Price{change}))
      .field("priceChangePercent", fixed(percent, 3))
      .field("weightedAvgPrice", price_text(view, at, average))
      .field("lastPrice", price_text(view, at, quote.last))
      .field("lastQty", quantity_text(view, at, trades.empty() ? Quantity{} : trades.back().amount))
      .field("openPrice", price_text(view, at, quote.open))
      .field("highPrice", price_text(view, at, quote.high))
      .field("lowPrice", price_text(view, at, quote.low))
      .field("volume", quantity_text(view, at, quote.volume))
      .field("quoteVolume", fixed(quote.turnover, 2))
      .field("openTime", millis(now - core::nanos_per_day))
      .field("closeTime", millis(now))
      .field("firstId", trade_id(view, core::TradeNumber{1}))
      .field("lastId", trade_id(view, last_id))
      .field("count", static_cast<std::int64_t>(last_id))
      .end();
}

void write_book_ticker(JsonWriter& json, const View& view, InstrumentIndex at,
                       std::int64_t update_id, UtcNanos now) {
  json.object().field("symbol", view.exchange.instrument(at).name);
  const auto& book = view.exchange.book(at);
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    const bool buy = side == core::Side::Buy;
    const auto best = book.best_price(side);
    const auto amount = best ? book.amount_at(side, *best) : Quantity{};
    json.field(buy ? "bidPrice" : "askPrice", price_text(view, at, best.value_or(Price{})))
        .field(buy ? "bidQty" : "askQty", quantity_text(view, at, amount));
  }
  json.field("time", millis(now)).field("lastUpdateId", update_id).end();
}

std::int64_t next_funding_ms(const View& view, InstrumentIndex at, UtcNanos now) {
  if (view.exchange.instrument(at).expires != 0) return 0;
  return millis((now / funding_period + 1) * funding_period);
}

void write_premium_index(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now) {
  const auto& spec = view.exchange.instrument(at);
  const auto index = view.exchange.index(spec.underlying).value();
  const bool dated = spec.expires != 0;
  json.object()
      .field("symbol", spec.name)
      .field("markPrice", money(view.exchange.quote(at).mark.value()))
      .field("indexPrice", money(index))
      .field("estimatedSettlePrice", money(index))
      .field("lastFundingRate", dated ? "" : "0.00000000")
      .field("interestRate", dated ? "" : "0.00000000")
      .field("nextFundingTime", next_funding_ms(view, at, now))
      .field("time", millis(now))
      .end();
}

void write_candle(JsonWriter& json, const View& view, InstrumentIndex at,
                  const core::Candle& candle, UtcNanos length) {
  json.array()
      .integer(millis(candle.start))
      .text(price_text(view, at, candle.open))
      .text(price_text(view, at, candle.high))
      .text(price_text(view, at, candle.low))
      .text(price_text(view, at, candle.close))
      .text(quantity_text(view, at, Quantity{candle.volume}))
      .integer(millis(candle.start + length) - 1)
      .text(fixed(candle.cost, 5))
      .integer(candle.trades)
      .text(quantity_text(view, at, Quantity{candle.taker_buy_volume}))
      .text(fixed(candle.taker_buy_cost, 5))
      .text("0")
      .end();
}

}  // namespace causeway::simulator::binance
