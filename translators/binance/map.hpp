#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fixspec/enums.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/result.hpp"
#include "translators/binance/wire.hpp"
#include "translators/venue.hpp"

// Between Binance's words and ours, both ways. Nothing is guessed: a word that is not in a table is
// an error that names it.
namespace causeway::translators::binance {

// ---- the wire's spelling of its closed choices
// ---------------------------------------------------

std::string_view to_text(wire::Side value);
std::string_view to_text(wire::OrderType value);
std::string_view to_text(wire::TimeInForce value);
std::string_view to_text(wire::PositionSide value);
std::string_view to_text(wire::WorkingType value);
std::string_view to_text(wire::ResponseType value);
std::string_view to_text(wire::StpMode value);
std::string_view to_text(wire::PriceMatch value);
std::string_view to_text(wire::MarginType value);
std::string_view to_text(wire::OrderStatus value);
std::string_view to_text(wire::ExecutionType value);
std::string_view to_text(wire::AlgoStatus value);
/// "recvWindow" and so on.
std::string_view to_text(wire::Parameter value);

std::optional<wire::Side> side_from_text(std::string_view text);
std::optional<wire::OrderType> order_type_from_text(std::string_view text);
std::optional<wire::TimeInForce> time_in_force_from_text(std::string_view text);
std::optional<wire::PositionSide> position_side_from_text(std::string_view text);
std::optional<wire::WorkingType> working_type_from_text(std::string_view text);
std::optional<wire::ResponseType> response_type_from_text(std::string_view text);
std::optional<wire::StpMode> stp_mode_from_text(std::string_view text);
std::optional<wire::PriceMatch> price_match_from_text(std::string_view text);
std::optional<wire::MarginType> margin_type_from_text(std::string_view text);
std::optional<wire::OrderStatus> order_status_from_text(std::string_view text);
std::optional<wire::ExecutionType> execution_type_from_text(std::string_view text);
std::optional<wire::AlgoStatus> algo_status_from_text(std::string_view text);

// ---- ids
// -----------------------------------------------------------------------------------------

/// An order of the order service, or an algo order: two services, whose numbers collide.
struct OrderNumber {
  std::int64_t number = 0;
  bool algo = false;

  friend bool operator==(const OrderNumber&, const OrderNumber&) = default;
};
/// "283194212", or "algo-2146760": how both fit into one space of ids.
fixspec::VenueOrderId to_venue_order_id(OrderNumber number);
/// nullopt where the text is neither.
std::optional<OrderNumber> order_number_of(std::string_view venue_order_id);
/// The client id as ours; nullopt where it cannot be one of ours (foreign, or the venue's own).
std::optional<fixspec::VenueClOrdId> client_id_of(std::string_view client_order_id);
/// Whose doing an order is that the venue made itself, by its client id: liquidation
/// ("autoclose-"), auto-deleveraging ("adl_autoclose"), settlement ("settlement_autoclose-",
/// "delivery_autoclose-"). nullopt: somebody sent it.
std::optional<fixspec::ExecOrigin> origin_of(std::string_view client_order_id);
/// USDⓈ-M futures are linear; nullopt where the symbol is too long to be one.
std::optional<fixspec::InstrumentKey> key_of(std::string_view symbol);

// ---- our words in the wire's
// ----------------------------------------------------------------------

template <class T>
using Mapped = fixspec::Result<T, fixspec::Error>;

wire::Side to_wire(fixspec::Side side);
wire::OrderType to_wire(fixspec::OrdType type);
/// GoodTillDate is held by the gateway; the venue sees GTC.
wire::TimeInForce to_wire(fixspec::TimeInForce time_in_force, bool post_only);

/// A NewOrder or, for stops, a NewAlgoOrder; texts are views into `ask`. One-way position mode. An
/// error where the venue has no such thing (a stop on the index price).
Mapped<wire::Request> to_wire(const PlaceOrder& ask);
/// An error where the venue cannot: stops that wait, market orders, an algo order's id.
Mapped<wire::Request> to_wire(const AmendOrder& ask);
/// By the venue's id where it is known, whose form tells the service; else by client id, and then
/// ord_type tells the service.
Mapped<wire::Request> to_wire(const CancelOrder& ask);
/// The same for one order's state. An algo order can only be asked for by REST.
Mapped<wire::Request> to_wire(const QueryOrder& ask);

// ---- the wire's words in ours
// -----------------------------------------------------------------------

fixspec::Side to_side(wire::Side side);
/// Take-profit and trailing orders, which only others on the account can have made, are shown as
/// the kind that they are closest to.
fixspec::OrdType to_ord_type(wire::OrderType type);

/// From a reply; request_id and amended are the caller's to set. `reason`, `reject_code` and
/// `origin` of an end follow from what the order was: the reply itself does not say why.
Mapped<OrderUpdate> to_order_update(const wire::Order& order, Source source);

/// What one ORDER_TRADE_UPDATE says.
struct OrderFacts {
  std::optional<Fill> fill;
  OrderUpdate update;
  /// A fill without a trade id (a liquidation's may be): it can't be told without being counted
  /// twice later, so the order's trades have to be asked for.
  bool fill_unnamed = false;
};
Mapped<OrderFacts> to_order_facts(const wire::OrderTradeUpdate& event);

/// The same fill as ORDER_TRADE_UPDATE's, without its fee.
Mapped<Fill> to_fill(const wire::TradeLite& event);
/// The venue's trades have no client id: the caller knows it from the order.
Mapped<Fill> to_fill(const wire::UserTrade& trade, Source source,
                     std::optional<fixspec::VenueClOrdId> client_id);

/// What an algo order shows, and the order that it has become. TRIGGERED and FINISHED are Triggered
/// here: what became of it is the child order's to tell. TRIGGERING still waits.
struct AlgoFacts {
  OrderUpdate update;
  std::optional<fixspec::VenueOrderId> child;  ///< its client id is not documented: link by this
  /// Whether an order may have come of it that is not named yet: it triggers, or has triggered.
  bool may_have_child = false;
  bool finished = false;  ///< all that came of it has ended
};
Mapped<AlgoFacts> to_algo_facts(const wire::AlgoOrder& order, Source source);
Mapped<AlgoFacts> to_algo_facts(const wire::AlgoUpdate& event);

/// nullopt: flat. An error in hedge mode (LONG, SHORT): two positions in one instrument are not
/// something that the gateway can show.
Mapped<std::optional<Position>> to_position(const wire::Position& position);
Mapped<Balance> to_balance(const wire::Balance& balance);
/// nullopt for kinds that the gateway does not trade.
Mapped<std::optional<fixspec::Instrument>> to_instrument(const wire::Instrument& instrument);

Mapped<MarketUpdate> to_market_update(const wire::BookTicker& ticker);
Mapped<MarketUpdate> to_market_update(const wire::BookTickerReply& ticker);
Mapped<MarketUpdate> to_market_update(const wire::MarkPriceUpdate& update);
Mapped<MarketUpdate> to_market_update(const wire::PremiumIndex& index);
Mapped<MarketUpdate> to_market_update(const wire::OpenInterest& interest);
Mapped<PublicTrade> to_public_trade(const wire::AggTrade& trade);
/// nullopt where it is no trade of the market (the insurance fund's, auto-deleveraging).
Mapped<std::optional<PublicTrade>> to_public_trade(const wire::Trade& trade);
/// Exact: a book's price or quantity is never rounded. Appends to `levels`, whose memory is the
/// caller's to keep.
Mapped<fixspec::Done> append_levels(std::span<const wire::Level> wire_levels,
                                    std::vector<BookLevel>& levels);

}  // namespace causeway::translators::binance
