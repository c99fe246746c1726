#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "fixspec/reject_code.hpp"
#include "fixspec/report.hpp"
#include "fixspec/time.hpp"

// The port between the engine and any venue: what the engine may ask, and what a venue may tell.
// Everything here is a value; the engine journals the events it is told, so that a replay sees the
// same. A type with a venue's own vocabulary in it belongs into that venue's folder instead.
namespace causeway::translators {

/// Numbers the requests of one run; every event that answers a request carries it. 0: none.
using RequestId = std::uint64_t;

// ---- what the engine may ask -------------------------------------------------------------------

/// A new order. The venue must be told client_id with it. Never sent twice.
struct PlaceOrder {
  fixspec::VenueClOrdId client_id;
  fixspec::InstrumentKey instrument;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::TimeInForce time_in_force = fixspec::TimeInForce::GoodTillCancel;
  fixspec::Quantity order_qty;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  fixspec::TriggerRef trigger_ref = fixspec::TriggerRef::LastTrade;
  fixspec::ExecInst exec_inst;
  std::optional<fixspec::UtcNanos> expire_time;
  /// The venue must not accept the request after this; what makes "absent" provable.
  fixspec::UtcNanos valid_until = 0;

  friend bool operator==(const PlaceOrder&, const PlaceOrder&) = default;
};

/// A change of an open order to this total quantity (fills included) and these prices.
struct AmendOrder {
  fixspec::VenueClOrdId client_id;
  std::optional<fixspec::VenueOrderId> venue_order_id;
  fixspec::InstrumentKey instrument;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::Quantity order_qty;
  fixspec::Quantity cum_qty;  ///< what the engine knows as filled, for venues that amend the rest
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  fixspec::ExecInst exec_inst;
  fixspec::UtcNanos valid_until = 0;

  friend bool operator==(const AmendOrder&, const AmendOrder&) = default;
};

/// Goes through the lane that rate limits keep free for cancels. By venue_order_id where known,
/// else by client_id.
struct CancelOrder {
  fixspec::VenueClOrdId client_id;
  std::optional<fixspec::VenueOrderId> venue_order_id;
  fixspec::InstrumentKey instrument;
  /// Some venues keep stops in a service of their own, which alone knows them by client_id.
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;

  friend bool operator==(const CancelOrder&, const CancelOrder&) = default;
};

/// Every order of the account, or of one instrument of it. Answered by OpenOrders: what is still
/// open after it. The cancelled orders themselves are told as OrderUpdates.
struct CancelAll {
  std::optional<fixspec::InstrumentKey> instrument;

  friend bool operator==(const CancelAll&, const CancelAll&) = default;
};

/// Answered by one QueryAnswer: the order as it stands with all its fills, or its absence.
struct QueryOrder {
  fixspec::VenueClOrdId client_id;
  std::optional<fixspec::VenueOrderId> venue_order_id;
  fixspec::InstrumentKey instrument;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;  ///< as in CancelOrder
  /// When the order was made, by our clock: a venue's history need not be searched beyond it. 0:
  /// not known.
  fixspec::UtcNanos placed_at = 0;

  friend bool operator==(const QueryOrder&, const QueryOrder&) = default;
};

/// Answered by OpenOrders.
struct QueryOpenOrders {
  friend bool operator==(const QueryOpenOrders&, const QueryOpenOrders&) = default;
};

/// Every trade of the account since then, in venue order; answered by Trades.
struct QueryTrades {
  fixspec::UtcNanos since = 0;
  /// Where the account has orders or positions. A venue that tells trades by instrument only is
  /// asked about these, and about whatever else it shows the account to have traded.
  std::vector<fixspec::InstrumentKey> instruments;

  friend bool operator==(const QueryTrades&, const QueryTrades&) = default;
};

/// Answered by Positions.
struct QueryPositions {
  friend bool operator==(const QueryPositions&, const QueryPositions&) = default;
};

/// Answered by Balances.
struct QueryBalances {
  friend bool operator==(const QueryBalances&, const QueryBalances&) = default;
};

using Ask = std::variant<PlaceOrder, AmendOrder, CancelOrder, CancelAll, QueryOrder,
                         QueryOpenOrders, QueryTrades, QueryPositions, QueryBalances>;

struct VenueRequest {
  RequestId request_id = 0;
  fixspec::Venue venue = fixspec::Venue::Deribit;
  fixspec::AccountId account;
  Ask ask;

  friend bool operator==(const VenueRequest&, const VenueRequest&) = default;
};

// ---- what a venue may tell ---------------------------------------------------------------------

/// Where a fact came from. Facts race; all are applied through one idempotent path.
enum class Source : std::uint8_t { Reply, Stream, Query };

/// The states an order can have at a venue.
enum class VenueOrderState : std::uint8_t {
  Open,         ///< working, or accepted with fills
  Untriggered,  ///< a stop that waits
  Triggered,    ///< a stop that has become an order
  Filled,
  Canceled,
  Rejected,  ///< accepted for processing, then refused
  Expired,
};

/// An order as the venue shows it. Absolute, so applying it twice changes nothing.
struct OrderUpdate {
  Source source = Source::Stream;
  RequestId request_id = 0;  ///< of the request this answers, for Source::Reply
  std::optional<fixspec::VenueClOrdId> client_id;  ///< absent: not an order of ours
  fixspec::VenueOrderId venue_order_id;
  fixspec::InstrumentKey instrument;
  VenueOrderState state = VenueOrderState::Open;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::Quantity order_qty;
  fixspec::Quantity cum_qty;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  fixspec::UtcNanos venue_time = 0;
  /// True on the reply to (or notice of) an AmendOrder that the venue carried out.
  bool amended = false;
  /// What the venue says of an end that nobody asked for; empty where it says nothing.
  std::string reason;
  std::optional<fixspec::RejectCode> reject_code;  ///< for Rejected, and post-only cancels
  std::optional<fixspec::ExecOrigin> origin;       ///< where not the client's doing

  friend bool operator==(const OrderUpdate&, const OrderUpdate&) = default;
};

/// A trade of the account. Keyed by (venue, account, symbol, order, trade id).
struct Fill {
  Source source = Source::Stream;
  /// Absent only where the order is not ours: a venue whose trades carry no client id is asked for
  /// the order's before the trade is told.
  std::optional<fixspec::VenueClOrdId> client_id;
  fixspec::VenueOrderId venue_order_id;
  fixspec::InstrumentKey instrument;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::Trade trade;
  fixspec::UtcNanos venue_time = 0;
  std::optional<fixspec::ExecOrigin> origin;

  friend bool operator==(const Fill&, const Fill&) = default;
};

/// Which request an outcome is about.
enum class AskKind : std::uint8_t {
  Place,
  Amend,
  Cancel,
  CancelAll,
  QueryOrder,
  QueryOpenOrders,
  QueryTrades,
  QueryPositions,
  QueryBalances,
};
AskKind kind_of(const Ask& ask);
std::string_view to_text(AskKind kind);

/// The venue explicitly refused the request. For an amend or cancel this says nothing about the
/// order itself: it may have been filled.
struct RequestRefused {
  RequestId request_id = 0;
  AskKind kind = AskKind::Place;
  fixspec::VenueClOrdId client_id;  ///< empty for requests that are not about one order
  fixspec::RejectDetail detail;
  /// True where the refusal hints at an end of the order that the engine has to look up (cancel or
  /// amend of an order that the venue calls closed, filled or unknown).
  bool order_may_be_closed = false;
  /// True where the same request may pass in a moment (a limit, a settlement, an overload). Cancels
  /// are then repeated before the client hears of a refusal.
  bool may_pass_later = false;

  friend bool operator==(const RequestRefused&, const RequestRefused&) = default;
};

/// The request failed before its first byte left this machine: the venue cannot have seen it.
struct RequestNotSent {
  RequestId request_id = 0;
  AskKind kind = AskKind::Place;
  fixspec::VenueClOrdId client_id;
  std::string reason;
  fixspec::RejectCode code = fixspec::RejectCode::NotSent;

  friend bool operator==(const RequestNotSent&, const RequestNotSent&) = default;
};

/// Nobody can say what became of the request: time-out, lost link, 5xx, an unreadable reply.
struct RequestUnknown {
  RequestId request_id = 0;
  AskKind kind = AskKind::Place;
  fixspec::VenueClOrdId client_id;
  std::string reason;

  friend bool operator==(const RequestUnknown&, const RequestUnknown&) = default;
};

/// The answer to QueryOrder.
struct QueryAnswer {
  RequestId request_id = 0;
  fixspec::VenueClOrdId client_id;
  std::optional<OrderUpdate> order;  ///< absent: the venue knows no such order (now)
  std::vector<Fill> fills;           ///< all of the order's, in venue order

  friend bool operator==(const QueryAnswer&, const QueryAnswer&) = default;
};

/// The answer to QueryOpenOrders, and to a CancelAll that was carried out: complete.
struct OpenOrders {
  RequestId request_id = 0;
  std::vector<OrderUpdate> orders;

  friend bool operator==(const OpenOrders&, const OpenOrders&) = default;
};

/// The answer to QueryTrades: complete from `since` on, in venue order.
struct Trades {
  RequestId request_id = 0;
  fixspec::UtcNanos since = 0;
  std::vector<Fill> fills;

  friend bool operator==(const Trades&, const Trades&) = default;
};

struct Position {
  fixspec::InstrumentKey instrument;
  fixspec::Quantity size;  ///< signed, in the unit of OrderQty
  std::optional<fixspec::Price> average_price;

  friend bool operator==(const Position&, const Position&) = default;
};

/// The answer to QueryPositions: instruments left out are flat.
struct Positions {
  RequestId request_id = 0;
  std::vector<Position> positions;

  friend bool operator==(const Positions&, const Positions&) = default;
};

struct Balance {
  fixspec::Currency currency;
  std::string equity;  ///< as the venue wrote it, digits kept
  std::string balance;
  std::string available;

  friend bool operator==(const Balance&, const Balance&) = default;
};

/// The answer to QueryBalances.
struct Balances {
  RequestId request_id = 0;
  std::vector<Balance> balances;

  friend bool operator==(const Balances&, const Balances&) = default;
};

/// The private link of an account came up (authenticated, every stream subscribed) or went down.
struct AccountLink {
  bool up = false;
  std::string reason;

  friend bool operator==(const AccountLink&, const AccountLink&) = default;
};

/// Instruments that are new or have changed.
struct Instruments {
  std::vector<fixspec::Instrument> instruments;
  /// True for the first, complete list of a run: what is not in it can't be traded.
  bool complete = false;

  friend bool operator==(const Instruments&, const Instruments&) = default;
};

using Told =
    std::variant<OrderUpdate, Fill, RequestRefused, RequestNotSent, RequestUnknown, QueryAnswer,
                 OpenOrders, Trades, Positions, Balances, AccountLink, Instruments>;

/// One event from a venue. `account` is empty for Instruments.
struct VenueEvent {
  fixspec::Venue venue = fixspec::Venue::Deribit;
  fixspec::AccountId account;
  Told told;

  friend bool operator==(const VenueEvent&, const VenueEvent&) = default;
};

// ---- public prices, not journalled: what a decision used is attached to the order's own input
// ----

/// Public values of an instrument; those that the venue left out keep their last value.
struct MarketUpdate {
  fixspec::InstrumentKey instrument;
  std::optional<fixspec::Price> best_bid;
  std::optional<fixspec::Quantity> best_bid_qty;
  std::optional<fixspec::Price> best_ask;
  std::optional<fixspec::Quantity> best_ask_qty;
  std::optional<fixspec::Price> last;
  std::optional<fixspec::Price> mark;
  std::optional<fixspec::Price> index;
  std::optional<fixspec::Decimal> funding_rate;  ///< of the current period, a fraction
  std::optional<fixspec::UtcNanos> next_funding_time;
  std::optional<fixspec::Decimal> open_interest;  ///< in the unit of OrderQty
  fixspec::UtcNanos venue_time = 0;
  /// True when the feed broke: earlier prices of the instrument must not be used any more.
  bool stale = false;

  friend bool operator==(const MarketUpdate&, const MarketUpdate&) = default;
};

/// One price of an order book with all that is offered at it.
struct BookLevel {
  fixspec::Price price;
  fixspec::Quantity qty;

  friend bool operator==(const BookLevel&, const BookLevel&) = default;
};

/// The levels of a book that are told on.
inline constexpr std::size_t max_book_levels = 20;

/// The best levels of an instrument's book, best first, as the translator's local copy has them
/// after the venue's own sequence rule. Complete each time.
struct BookUpdate {
  fixspec::InstrumentKey instrument;
  /// False from a gap, a lost link or a crossed book until the copy is whole again; no levels then.
  bool valid = false;
  std::string reason;  ///< why it is not valid
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
  fixspec::UtcNanos venue_time = 0;

  friend bool operator==(const BookUpdate&, const BookUpdate&) = default;
};

/// A trade between anybody and anybody.
struct PublicTrade {
  fixspec::InstrumentKey instrument;
  fixspec::TradeId trade_id;
  fixspec::Price price;
  fixspec::Quantity qty;
  std::optional<fixspec::Side> aggressor;
  fixspec::UtcNanos venue_time = 0;

  friend bool operator==(const PublicTrade&, const PublicTrade&) = default;
};

/// What of an instrument's public data is wanted.
struct MarketInterest {
  bool values = true;   ///< best prices, last, mark, index, funding, open interest: MarketUpdate
  bool book = false;    ///< BookUpdate
  bool trades = false;  ///< PublicTrade

  friend bool operator==(const MarketInterest&, const MarketInterest&) = default;
};

// ---- the port
// ------------------------------------------------------------------------------------

/// What of the dialect a venue can do; what it cannot is refused before it is sent.
struct Capabilities {
  bool amend_price = true;
  bool amend_qty = true;
  bool amend_stop_px = true;
  bool good_till_date = false;
  bool stop_orders = true;
  bool amend_stop_orders = true;  ///< while they wait; triggered ones are as any other
  bool trigger_on_index = true;
  bool request_validity = true;  ///< the venue enforces valid_until
  /// After valid_until plus this, a query that finds nothing is conclusive.
  std::int64_t visibility_lag_ms = 1'000;

  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// Receives what a venue tells, on the core thread.
class VenueSink {
 public:
  virtual ~VenueSink() = default;
  virtual void on_venue_event(VenueEvent event) = 0;
  virtual void on_market_update(const MarketUpdate& update) = 0;
  virtual void on_book_update(const BookUpdate& update) = 0;
  virtual void on_public_trade(const PublicTrade& trade) = 0;
};

/// A venue, connected. All calls and all callbacks are on the core thread.
class Venue {
 public:
  virtual ~Venue() = default;
  [[nodiscard]] virtual fixspec::Venue id() const = 0;
  [[nodiscard]] virtual const Capabilities& capabilities() const = 0;
  /// Connects, loads instruments, logs every account on; reconnects until stop().
  virtual void start() = 0;
  virtual void stop() = 0;
  /// Sends now, or tells why not through the sink (never from inside this call). Each request is
  /// answered by exactly one event that carries its id, besides what the streams say.
  virtual void send(const VenueRequest& request) = 0;
  /// This of the instrument's public data from now on, instead of what was wanted before; with
  /// nothing in `interest`, none any more.
  virtual void subscribe_market(const fixspec::InstrumentKey& instrument,
                                MarketInterest interest) = 0;
};

}  // namespace causeway::translators
