#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "fixspec/enums.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/result.hpp"
#include "translators/deribit/wire.hpp"
#include "translators/venue.hpp"

// Between Deribit's words and ours, both ways. Nothing is guessed: a word that is not in a table is
// an error that names it.
namespace causeway::translators::deribit {

// ---- the wire's spelling of its closed choices
// ---------------------------------------------------

std::string_view to_text(wire::Direction value);
std::string_view to_text(wire::OrderType value);
std::string_view to_text(wire::OrderState value);
std::string_view to_text(wire::TimeInForce value);
std::string_view to_text(wire::Trigger value);
std::string_view to_text(wire::Advanced value);
std::string_view to_text(wire::Kind value);
/// "private/cancel" and so on.
std::string_view to_text(wire::Method value);
/// "instrument_name" and so on.
std::string_view to_text(wire::Parameter value);

std::optional<wire::Direction> direction_from_text(std::string_view text);
std::optional<wire::OrderType> order_type_from_text(std::string_view text);
std::optional<wire::OrderState> order_state_from_text(std::string_view text);
std::optional<wire::TimeInForce> time_in_force_from_text(std::string_view text);
std::optional<wire::Trigger> trigger_from_text(std::string_view text);
std::optional<wire::Advanced> advanced_from_text(std::string_view text);
std::optional<wire::Kind> kind_from_text(std::string_view text);
std::optional<wire::Method> method_from_text(std::string_view text);

/// The parameters that a method takes, in the order in which we send them.
std::span<const wire::Parameter> parameters_of(wire::Method method);

// ---- our words in the wire's
// ------------------------------------------------------------------------

wire::Direction to_wire(fixspec::Side side);
wire::OrderType to_wire(fixspec::OrdType type);
/// GoodTillDate is held by the gateway; the venue sees good_til_cancelled.
wire::TimeInForce to_wire(fixspec::TimeInForce time_in_force);
wire::Trigger to_wire(fixspec::TriggerRef trigger_ref);
/// `valid_until_ms` is in the venue's clock; the request's texts are viewed, not copied.
wire::NewOrder to_wire(const PlaceOrder& ask, std::optional<std::int64_t> valid_until_ms);
wire::Edit to_wire(const AmendOrder& ask, std::optional<std::int64_t> valid_until_ms);

// ---- the wire's words in ours
// ---------------------------------------------------------------------

fixspec::Side to_side(wire::Direction direction);
/// Take-profit, trailing and market-limit orders, which only others on the account can have made,
/// are shown as the kind that they are closest to.
fixspec::OrdType to_ord_type(wire::OrderType type);
VenueOrderState to_state(wire::OrderState state);

/// The segment of a symbol by its spelling; nullopt for combos, which have none.
std::optional<fixspec::Segment> segment_of(std::string_view instrument_name);
/// What Deribit calls the instrument's currency in queries: USDC for BTC_USDC-PERPETUAL, BTC for
/// BTC-PERPETUAL.
std::string_view currency_of(std::string_view instrument_name);
/// The label as our client id; nullopt where it cannot be one of ours.
std::optional<fixspec::VenueClOrdId> client_id_of(std::string_view label);

template <class T>
using Mapped = fixspec::Result<T, fixspec::Error>;

Mapped<OrderUpdate> to_order_update(const wire::Order& order, Source source);
Mapped<Fill> to_fill(const wire::Trade& trade, Source source);
/// nullopt: flat.
Mapped<std::optional<Position>> to_position(const wire::Position& position);
Mapped<Balance> to_balance(const wire::Summary& summary);
/// nullopt for kinds that the gateway does not trade (combos).
Mapped<std::optional<fixspec::Instrument>> to_instrument(const wire::Instrument& instrument);
Mapped<MarketUpdate> to_market_update(const wire::Ticker& ticker);
/// A quantity of zero takes the price out of the book.
Mapped<BookLevel> to_book_level(const wire::BookLevel& level);
Mapped<PublicTrade> to_public_trade(const wire::PublicTrade& trade);

}  // namespace causeway::translators::deribit
