#pragma once

#include <string>

#include "simulator/binance/accounts.hpp"
#include "simulator/binance/orders.hpp"
#include "simulator/core/candles.hpp"
#include "simulator/core/json.hpp"

namespace causeway::simulator::binance {

using core::JsonWriter;

/// What the rendering functions read.
struct View {
  const core::Exchange& exchange;
  const std::vector<Symbol>& symbols;
  const Orders& orders;
  const core::Candles& candles;
};

inline std::int64_t millis(UtcNanos time) { return time / fixspec::nanos_per_milli; }
/// `value` with exactly so many decimals, rounded half-even.
std::string fixed(Decimal value, int decimals);
std::string price_text(const View& view, InstrumentIndex at, Price price);
std::string quantity_text(const View& view, InstrumentIndex at, Quantity quantity);
/// Eight decimals, as the venue writes money.
std::string money(Decimal value);

/// The public id of a trade: counts per symbol, and goes on from start to start.
std::int64_t trade_id(const View& view, const core::Trade& trade);
std::int64_t trade_id(const View& view, core::TradeNumber sequence);

// Every function below writes one whole JSON value.

/// The reply to placing, changing or cancelling. `fresh`: as the order was accepted, whatever
/// became of it at once.
void write_ack(JsonWriter& json, const View& view, const Order& order, bool fresh,
               const std::optional<std::int64_t>& modify_id = {});
/// The reply to a query.
void write_order(JsonWriter& json, const View& view, const Order& order);
void write_algo(JsonWriter& json, const View& view, const Algo& algo, bool query);
void write_user_trade(JsonWriter& json, const View& view, const core::Execution& execution);
void write_amendment(JsonWriter& json, const View& view, const Order& order, std::size_t at);

void write_symbol(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now);
/// The array of bids, and "asks" behind it: into an object, after its key "bids".
void write_levels(JsonWriter& json, const View& view, InstrumentIndex at, std::size_t depth);
void write_ticker_24h(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now);
void write_book_ticker(JsonWriter& json, const View& view, InstrumentIndex at,
                       std::int64_t update_id, UtcNanos now);
void write_premium_index(JsonWriter& json, const View& view, InstrumentIndex at, UtcNanos now);
void write_candle(JsonWriter& json, const View& view, InstrumentIndex at,
                  const core::Candle& candle, UtcNanos length);
/// The next 00:00, 08:00 or 16:00 UTC, in milliseconds; 0 for what is delivered on a date.
std::int64_t next_funding_ms(const View& view, InstrumentIndex at, UtcNanos now);

/// What of an account's position in one direction is worth showing.
struct PositionFacts {
  const core::Position& position;
  Price mark;
  Decimal notional;  ///< signed
  Decimal unrealized;
  Decimal initial_margin;
  Decimal position_margin;
  Decimal maintenance_margin;
};
PositionFacts position_facts(const View& view, core::AccountId account, InstrumentIndex at,
                             core::PositionSide side);
void write_balances(JsonWriter& json, const View& view, const Account& account, UtcNanos now);
void write_account(JsonWriter& json, const View& view, const Account& account, bool version_2,
                   UtcNanos now);
void write_positions(JsonWriter& json, const View& view, const Account& account,
                     std::optional<InstrumentIndex> only, bool version_2);

}  // namespace causeway::simulator::binance
