#pragma once

#include <string>
#include <string_view>

#include "simulator/core/exchange.hpp"
#include "simulator/core/json.hpp"

namespace causeway::simulator::deribit {

// The venue's JSON objects. Every function writes one whole value.

using core::Exchange;
using core::JsonWriter;

inline constexpr std::int64_t demo_user_id = 7104;

std::string order_id(const Exchange& exchange, const core::Order& order);
/// The order number in an order id; nullopt where it is none.
std::optional<core::OrderNumber> order_number(std::string_view order_id);
std::string trade_id(const Exchange& exchange, const core::Trade& trade);

void write_order(JsonWriter& json, const Exchange& exchange, const core::Order& order);
/// A fill as its own account sees it.
void write_user_trade(JsonWriter& json, const Exchange& exchange, const core::Execution& execution,
                      core::UtcNanos now);
/// A trade as everybody sees it.
void write_trade(JsonWriter& json, const Exchange& exchange, const core::Trade& trade);
void write_position(JsonWriter& json, const Exchange& exchange, core::AccountId account,
                    core::InstrumentIndex at, core::UtcNanos now);
void write_instrument(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                      core::UtcNanos now);
/// The members of a ticker, into an object that is open.
void write_ticker_members(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                          core::UtcNanos now);
void write_quote(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                 core::UtcNanos now);
/// The members of one currency's summary (also user.portfolio), into an object that is open.
void write_portfolio_members(JsonWriter& json, const Exchange& exchange, core::AccountId account,
                             core::CurrencyIndex currency);
void write_book_summary(JsonWriter& json, const Exchange& exchange, core::InstrumentIndex at,
                        core::UtcNanos now);

inline std::int64_t millis(core::UtcNanos time) { return time / fixspec::nanos_per_milli; }
/// "option" or "future".
std::string_view kind_text(core::InstrumentKind kind);
/// "open", or "inactive" after expiry.
std::string_view book_state(const core::InstrumentSpec& spec, core::UtcNanos now);

}  // namespace causeway::simulator::deribit
