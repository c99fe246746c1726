#include <limits>
#include <string>

#include "translators/binance/map.hpp"
#include "translators/binance/numbers.hpp"

namespace causeway::translators::binance {
namespace {

using fixspec::Decimal;

Mapped<fixspec::InstrumentKey> required_key(std::string_view symbol) {
  const auto key = key_of(symbol);
  if (!key) return fault("not a symbol", symbol);
  return *key;
}

// ---- account
// ------------------------------------------------------------------------------------------

// Wallet and unrealised profit together; the digits are the venue's own sums.
std::string equity_of(const wire::Balance& balance) {
  const auto wallet = Decimal::parse_rounded(balance.balance, fixspec::Rounding::HalfEven);
  const auto profit = Decimal::parse_rounded(balance.cross_un_pnl, fixspec::Rounding::HalfEven);
  if (!wallet || !profit) return std::string{balance.balance};
  const auto sum = Decimal::checked_add(*wallet, *profit);
  return sum ? sum->to_string() : std::string{balance.balance};
}

// ---- instruments
// --------------------------------------------------------------------------------------

enum class Kind : std::uint8_t { Perpetual, Dated, Other };

Kind kind_of(std::string_view contract_type) {
  for (const std::string_view perpetual :
       {"PERPETUAL", "TRADIFI_PERPETUAL", "PERPETUAL_DELIVERING"}) {
    if (contract_type == perpetual) return Kind::Perpetual;
  }
  for (const std::string_view dated :
       {"CURRENT_MONTH", "NEXT_MONTH", "CURRENT_QUARTER", "NEXT_QUARTER",
        "CURRENT_QUARTER_DELIVERING", "NEXT_QUARTER_DELIVERING"}) {
    if (contract_type == dated) return Kind::Dated;
  }
  return Kind::Other;
}

fixspec::SecurityTradingStatus status_of(std::string_view status) {
  using enum fixspec::SecurityTradingStatus;
  if (status == "TRADING") return ReadyToTrade;
  if (status == "PRE_SETTLE" || status == "SETTLING") return TradingHalt;
  // Not yet, not any more, or a state that we don't know.
  return NotAvailableForTrading;
}

}  // namespace

Mapped<std::optional<Position>> to_position(const wire::Position& position) {
  const auto key = required_key(position.symbol);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  const auto size = fixspec::Quantity{numbers.exact("positionAmt", position.position_amt)};
  std::optional<fixspec::Price> average;
  if (position.entry_price) {
    average = fixspec::Price{numbers.rounded("entryPrice", *position.entry_price)};
  }
  if (!numbers.fault().empty()) return as_error(numbers);
  if (size.is_zero()) return std::optional<Position>{};
  if (position.position_side != to_text(wire::PositionSide::Both)) {
    return fault("a position in hedge mode, which the gateway cannot hold", position.symbol);
  }
  return std::optional{Position{.instrument = *key, .size = size, .average_price = average}};
}

Mapped<Balance> to_balance(const wire::Balance& balance) {
  const auto currency = fixspec::Currency::parse(balance.asset);
  if (!currency) return fault("balance: asset's name is too long", balance.asset);
  return Balance{.currency = *currency,
                 .equity = equity_of(balance),
                 .balance = std::string{balance.balance},
                 .available = std::string{balance.available_balance}};
}

Mapped<std::optional<fixspec::Instrument>> to_instrument(const wire::Instrument& instrument) {
  const Kind kind = kind_of(instrument.contract_type);
  if (kind == Kind::Other) return std::optional<fixspec::Instrument>{};
  const auto key = required_key(instrument.symbol);
  if (!key) return fixspec::Unexpected{key.error()};
  const auto base = fixspec::Currency::parse(instrument.base_asset);
  const auto quote = fixspec::Currency::parse(instrument.quote_asset);
  const auto settle = fixspec::Currency::parse(instrument.margin_asset);
  if (!base || !quote || !settle) return fault("symbol: an asset has no name", instrument.symbol);
  if (*quote != *settle) return fault("symbol: settles in another asset", instrument.symbol);
  if (!instrument.tick_size || !instrument.step_size || !instrument.min_qty) {
    return fault("symbol: no tick, step or least quantity", instrument.symbol);
  }
  Numbers numbers;
  fixspec::Instrument made;
  made.key = *key;
  made.base = *base;
  made.quote = *quote;
  made.settle = *settle;
  made.price_index = instrument.pair;
  made.tick = fixspec::Price{numbers.exact("tickSize", *instrument.tick_size)};
  made.qty_step = fixspec::Quantity{numbers.exact("stepSize", *instrument.step_size)};
  made.min_qty = fixspec::Quantity{numbers.exact("minQty", *instrument.min_qty)};
  made.max_qty = numbers.unless_zero<fixspec::Quantity>("maxQty", instrument.max_qty);
  made.min_notional = numbers.unless_zero<fixspec::Notional>("notional", instrument.min_notional);
  made.status = status_of(instrument.status);
  if (kind == Kind::Dated) {
    constexpr std::int64_t latest_ms =
        std::numeric_limits<fixspec::UtcNanos>::max() / fixspec::nanos_per_milli;
    if (instrument.delivery_date_ms <= 0 || instrument.delivery_date_ms > latest_ms) {
      return fault("symbol: no usable delivery date", instrument.symbol);
    }
    made.expiry_utc_ns = nanos(instrument.delivery_date_ms);
  }
  if (!numbers.fault().empty()) return as_error(numbers);
  if (!made.tick.is_positive() || !made.qty_step.is_positive()) {
    return fault("symbol: tick and step must be positive", instrument.symbol);
  }
  return std::optional{std::move(made)};
}

// ---- market
// ---------------------------------------------------------------------------------------------

namespace {

// An empty side is told as a quantity of zero without a price.
void set_side(std::optional<fixspec::Price>& price, std::optional<fixspec::Quantity>& qty,
              Numbers& numbers, wire::Number wire_price, wire::Number wire_qty) {
  price = numbers.unless_zero<fixspec::Price>("price", wire_price);
  qty = fixspec::Quantity{numbers.exact("quantity", wire_qty)};
  if (!price || qty->is_zero()) {
    price.reset();
    qty = fixspec::Quantity{};
  }
}

// An absent number, also where the venue writes an empty text (dated futures have no funding).
std::optional<Decimal> some(Numbers& numbers, std::string_view what,
                            const std::optional<wire::Number>& text) {
  if (!text) return std::nullopt;
  return numbers.rounded(what, *text);
}

Mapped<MarketUpdate> finished(const Numbers& numbers, const MarketUpdate& update) {
  if (!numbers.fault().empty()) return as_error(numbers);
  return update;
}

template <class Ticker>
Mapped<MarketUpdate> best_prices(const Ticker& ticker, std::int64_t time_ms) {
  const auto key = required_key(ticker.symbol);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  MarketUpdate update;
  update.instrument = *key;
  set_side(update.best_bid, update.best_bid_qty, numbers, ticker.bid_price, ticker.bid_qty);
  set_side(update.best_ask, update.best_ask_qty, numbers, ticker.ask_price, ticker.ask_qty);
  update.venue_time = nanos(time_ms);
  return finished(numbers, update);
}

template <class Values>
Mapped<MarketUpdate> mark_and_funding(const Values& values, std::int64_t time_ms,
                                      const std::optional<wire::Number>& funding_rate) {
  const auto key = required_key(values.symbol);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  MarketUpdate update;
  update.instrument = *key;
  update.mark = fixspec::Price{numbers.rounded("mark price", values.mark_price)};
  update.index = fixspec::Price{numbers.rounded("index price", values.index_price)};
  // Dated futures have neither, and the venue writes an empty rate or a zero time.
  if (values.next_funding_time_ms > 0) {
    update.funding_rate = some(numbers, "funding rate", funding_rate);
    update.next_funding_time = nanos(values.next_funding_time_ms);
  }
  update.venue_time = nanos(time_ms);
  return finished(numbers, update);
}

template <class Trade>
Mapped<PublicTrade> public_trade(const Trade& trade, std::int64_t id) {
  const auto key = required_key(trade.symbol);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  PublicTrade made{.instrument = *key,
                   .trade_id = trade_id_of(id),
                   .price = fixspec::Price{numbers.exact("p", trade.price)},
                   .qty = fixspec::Quantity{numbers.exact("q", trade.qty)},
                   .aggressor = trade.buyer_is_maker ? fixspec::Side::Sell : fixspec::Side::Buy,
                   .venue_time = nanos(trade.trade_time_ms)};
  if (!numbers.fault().empty()) return as_error(numbers);
  return made;
}

}  // namespace

Mapped<MarketUpdate> to_market_update(const wire::BookTicker& ticker) {
  return best_prices(
      ticker, ticker.transaction_time_ms != 0 ? ticker.transaction_time_ms : ticker.event_time_ms);
}

Mapped<MarketUpdate> to_market_update(const wire::BookTickerReply& ticker) {
  return best_prices(ticker, ticker.time_ms);
}

Mapped<MarketUpdate> to_market_update(const wire::MarkPriceUpdate& update) {
  return mark_and_funding(update, update.event_time_ms, update.funding_rate);
}

Mapped<MarketUpdate> to_market_update(const wire::PremiumIndex& index) {
  return mark_and_funding(index, index.time_ms, index.last_funding_rate);
}

Mapped<MarketUpdate> to_market_update(const wire::OpenInterest& interest) {
  const auto key = required_key(interest.symbol);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  MarketUpdate update;
  update.instrument = *key;
  update.open_interest = numbers.rounded("openInterest", interest.open_interest);
  update.venue_time = nanos(interest.time_ms);
  return finished(numbers, update);
}

Mapped<PublicTrade> to_public_trade(const wire::AggTrade& trade) {
  return public_trade(trade, trade.agg_id);
}

Mapped<std::optional<PublicTrade>> to_public_trade(const wire::Trade& trade) {
  if (!trade.origin.empty() && trade.origin != "MARKET") return std::optional<PublicTrade>{};
  const auto made = public_trade(trade, trade.trade_id);
  if (!made) return fixspec::Unexpected{made.error()};
  if (made->qty.is_zero()) return std::optional<PublicTrade>{};
  return std::optional{*made};
}

Mapped<fixspec::Done> append_levels(std::span<const wire::Level> wire_levels,
                                    std::vector<BookLevel>& levels) {
  Numbers numbers;
  for (const wire::Level& level : wire_levels) {
    levels.push_back({.price = fixspec::Price{numbers.exact("price", level.price)},
                      .qty = fixspec::Quantity{numbers.exact("quantity", level.qty)}});
  }
  if (!numbers.fault().empty()) return as_error(numbers);
  return fixspec::Done{};
}

}  // namespace causeway::translators::binance
