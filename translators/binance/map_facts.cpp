#include <string>

#include "translators/binance/map.hpp"
#include "translators/binance/numbers.hpp"

namespace causeway::translators::binance {
namespace {

using fixspec::Decimal;
using fixspec::ExecOrigin;

// ---- how orders end
// -------------------------------------------------------------------------------

/// The state that a picture of an order shows, and why it ended where nobody asked for it.
struct Ending {
  VenueOrderState state = VenueOrderState::Open;
  std::string_view reason;
  std::optional<fixspec::RejectCode> code = std::nullopt;
  std::optional<ExecOrigin> origin = std::nullopt;
};

struct ExpiryReason {
  std::string_view er;
  Ending ending;
};

// `er` of ORDER_TRADE_UPDATE. The rest of an IOC or market order ends on the order's own terms, so
// it has no origin; C (Expired) is for what ends by time alone.
constexpr ExpiryReason expiry_reasons[] = {
    {"1", {VenueOrderState::Canceled, "self-trade prevention", {}, ExecOrigin::Venue}},
    {"2", {VenueOrderState::Canceled, "the rest of an IOC order"}},
    {"3",
     {VenueOrderState::Canceled,
      "the rest of an IOC order, for self-trade prevention",
      {},
      ExecOrigin::Venue}},
    {"4",
     {VenueOrderState::Canceled,
      "reduce-only: displaced, or it would reverse the position",
      {},
      ExecOrigin::Venue}},
    {"5", {VenueOrderState::Canceled, "the account was liquidated", {}, ExecOrigin::Liquidation}},
    {"6",
     {VenueOrderState::Canceled, "the position that it was for is closed", {}, ExecOrigin::Venue}},
    {"7",
     {VenueOrderState::Expired, "the instrument was delisted", {}, ExecOrigin::ExpiryOrSettlement}},
    {"8", {VenueOrderState::Canceled, "expired when its stop triggered", {}, ExecOrigin::Venue}},
    {"9", {VenueOrderState::Canceled, "the rest of a market order"}},
    {"10", {VenueOrderState::Canceled, "a FOK order that could not be filled at once"}},
    {"11",
     {VenueOrderState::Canceled, "a post-only order that would have taken",
      fixspec::RejectCode::PostOnlyWouldTake}},
};

/// What of an order decides how its end is to be read.
struct Terms {
  std::string_view expiry_reason;  ///< empty: the message has none
  std::string_view time_in_force;
  std::string_view type;
  bool filled = false;  ///< in part
};

// Messages without a reason (replies, queries, old events): the order's own terms tell.
Ending expired(const Terms& terms) {
  for (const ExpiryReason& row : expiry_reasons) {
    if (row.er == terms.expiry_reason) return row.ending;
  }
  if (!terms.expiry_reason.empty() && terms.expiry_reason != "0") {
    return {VenueOrderState::Canceled,
            "ended by the venue for a reason that it only numbers",
            {},
            ExecOrigin::Venue};
  }
  if (terms.time_in_force == "GTX" && !terms.filled) {
    return {VenueOrderState::Canceled, "a post-only order that would have taken",
            fixspec::RejectCode::PostOnlyWouldTake};
  }
  if (terms.type == "MARKET" || terms.time_in_force == "IOC" || terms.time_in_force == "FOK") {
    return {VenueOrderState::Canceled, "the rest of an order that does not wait"};
  }
  return {VenueOrderState::Expired, "expired", {}, ExecOrigin::ExpiryOrSettlement};
}

Ending ending_of(wire::OrderStatus status, const Terms& terms) {
  switch (status) {
    case wire::OrderStatus::New:
    case wire::OrderStatus::PartiallyFilled:
      return {};
    case wire::OrderStatus::NewInsurance:
      return {VenueOrderState::Open, {}, {}, ExecOrigin::Liquidation};
    case wire::OrderStatus::NewAdl:
      return {VenueOrderState::Open, {}, {}, ExecOrigin::AutoDeleveraging};
    case wire::OrderStatus::Filled:
      return {VenueOrderState::Filled, {}};
    case wire::OrderStatus::Canceled:
      return {VenueOrderState::Canceled, {}};
    case wire::OrderStatus::Rejected:
      return {VenueOrderState::Rejected, "rejected by the venue",
              fixspec::RejectCode::VenueRejected};
    case wire::OrderStatus::Expired:
      return expired(terms);
    case wire::OrderStatus::ExpiredInMatch:
      return {VenueOrderState::Canceled, "self-trade prevention", {}, ExecOrigin::Venue};
  }
  return {};
}

void apply(OrderUpdate& update, const Ending& ending, std::string_view client_order_id) {
  update.state = ending.state;
  update.reason = ending.reason;
  update.reject_code = ending.code;
  update.origin = origin_of(client_order_id);
  if (!update.origin) update.origin = ending.origin;
}

// ---- parts that all pictures share
// ------------------------------------------------------------------

// New kinds of orders appear (liquidations are one), and no fill may be lost over a word: what is
// not in the table is shown by whether it has a price.
fixspec::OrdType ord_type_of(std::string_view orig_type, std::string_view type, bool has_price) {
  const auto known = order_type_from_text(orig_type.empty() ? type : orig_type);
  if (known) return to_ord_type(*known);
  return has_price ? fixspec::OrdType::Limit : fixspec::OrdType::Market;
}

struct Named {
  fixspec::InstrumentKey instrument;
  fixspec::Side side = fixspec::Side::Buy;
};

Mapped<Named> named(std::string_view what, std::string_view symbol, std::string_view side) {
  const auto key = key_of(symbol);
  if (!key) return fault(std::string{what} + ": not a symbol", symbol);
  const auto known = side_from_text(side);
  if (!known) return fault(std::string{what} + ": unknown side", side);
  return Named{.instrument = *key, .side = to_side(*known)};
}

fixspec::UtcNanos first_time(std::int64_t first_ms, std::int64_t second_ms) {
  return nanos(first_ms != 0 ? first_ms : second_ms);
}

}  // namespace

Mapped<OrderUpdate> to_order_update(const wire::Order& order, Source source) {
  const auto about = named("order", order.symbol, order.side);
  if (!about) return fixspec::Unexpected{about.error()};
  const auto status = order_status_from_text(order.status);
  if (!status) return fault("order: unknown status", order.status);
  Numbers numbers;
  OrderUpdate update;
  update.source = source;
  update.client_id = client_id_of(order.client_order_id);
  update.venue_order_id = to_venue_order_id({.number = order.order_id, .algo = false});
  update.instrument = about->instrument;
  update.side = about->side;
  update.order_qty = fixspec::Quantity{numbers.exact("origQty", order.orig_qty)};
  update.cum_qty = fixspec::Quantity{numbers.exact("executedQty", order.executed_qty)};
  update.price = numbers.unless_zero<fixspec::Price>("price", order.price);
  update.stop_px = numbers.unless_zero<fixspec::Price>("stopPrice", order.stop_price);
  update.venue_time = first_time(order.update_time_ms, order.time_ms);
  update.ord_type = ord_type_of(order.orig_type, order.type, update.price.has_value());
  const Terms terms{.expiry_reason = {},
                    .time_in_force = order.time_in_force,
                    .type = order.type,
                    .filled = update.cum_qty.is_positive()};
  apply(update, ending_of(*status, terms), order.client_order_id);
  if (!numbers.fault().empty()) return as_error(numbers);
  return update;
}

namespace {

// The fill of an event that has one: `l` of it at `L`.
Fill fill_of(const wire::OrderTradeUpdate& event, const Named& about, Numbers& numbers,
             fixspec::Quantity last_qty) {
  Fill fill;
  fill.source = Source::Stream;
  fill.client_id = client_id_of(event.client_order_id);
  fill.venue_order_id = to_venue_order_id({.number = event.order_id, .algo = false});
  fill.instrument = about.instrument;
  fill.side = about.side;
  fill.trade.trade_id = trade_id_of(event.trade_id);
  fill.trade.last_qty = last_qty;
  fill.trade.last_px = fixspec::Price{numbers.exact("L", event.last_price)};
  fill.trade.liquidity =
      event.maker ? fixspec::LiquidityInd::Added : fixspec::LiquidityInd::Removed;
  const auto currency = fixspec::Currency::parse(event.commission_asset);
  if (event.commission && currency) {
    fill.trade.fee = fixspec::Fee{numbers.rounded("n", *event.commission), *currency};
  }
  fill.venue_time = first_time(event.trade_time_ms, event.transaction_time_ms);
  fill.origin = origin_of(event.client_order_id);
  return fill;
}

}  // namespace

Mapped<OrderFacts> to_order_facts(const wire::OrderTradeUpdate& event) {
  const auto about = named("ORDER_TRADE_UPDATE", event.symbol, event.side);
  if (!about) return fixspec::Unexpected{about.error()};
  const auto status = order_status_from_text(event.status);
  if (!status) return fault("ORDER_TRADE_UPDATE: unknown status", event.status);
  const bool calculated = event.execution_type == to_text(wire::ExecutionType::Calculated);
  Numbers numbers;
  OrderFacts facts;
  OrderUpdate& update = facts.update;
  update.source = Source::Stream;
  update.client_id = client_id_of(event.client_order_id);
  update.venue_order_id = to_venue_order_id({.number = event.order_id, .algo = false});
  update.instrument = about->instrument;
  update.side = about->side;
  update.order_qty = fixspec::Quantity{numbers.exact("q", event.qty)};
  update.cum_qty = fixspec::Quantity{numbers.exact("z", event.filled_qty)};
  update.price = numbers.unless_zero<fixspec::Price>("p", event.price);
  update.stop_px = numbers.unless_zero<fixspec::Price>("sp", event.stop_price);
  update.venue_time = first_time(event.transaction_time_ms, event.trade_time_ms);
  update.ord_type = ord_type_of(event.orig_type, event.type, update.price.has_value());
  update.amended = event.execution_type == to_text(wire::ExecutionType::Amendment);
  const Terms terms{.expiry_reason = event.expiry_reason,
                    .time_in_force = event.time_in_force,
                    .type = event.type,
                    .filled = update.cum_qty.is_positive()};
  apply(update, ending_of(*status, terms), event.client_order_id);

  const auto last_qty = fixspec::Quantity{numbers.exact("l", event.last_qty)};
  if (last_qty.is_positive()) {
    facts.fill_unnamed = event.trade_id <= 0;
    if (!facts.fill_unnamed) facts.fill = fill_of(event, *about, numbers, last_qty);
  }
  if (calculated) {
    if (!update.origin) update.origin = ExecOrigin::Liquidation;
    if (facts.fill) facts.fill->origin = update.origin;
  }
  if (!numbers.fault().empty()) return as_error(numbers);
  return facts;
}

Mapped<Fill> to_fill(const wire::TradeLite& event) {
  const auto about = named("TRADE_LITE", event.symbol, event.side);
  if (!about) return fixspec::Unexpected{about.error()};
  Numbers numbers;
  Fill fill;
  fill.source = Source::Stream;
  fill.client_id = client_id_of(event.client_order_id);
  fill.venue_order_id = to_venue_order_id({.number = event.order_id, .algo = false});
  fill.instrument = about->instrument;
  fill.side = about->side;
  fill.trade = {
      .trade_id = trade_id_of(event.trade_id),
      .last_qty = fixspec::Quantity{numbers.exact("l", event.last_qty)},
      .last_px = fixspec::Price{numbers.exact("L", event.last_price)},
      .liquidity = event.maker ? fixspec::LiquidityInd::Added : fixspec::LiquidityInd::Removed,
      .fee = std::nullopt};
  fill.venue_time = first_time(event.transaction_time_ms, event.event_time_ms);
  fill.origin = origin_of(event.client_order_id);
  if (!numbers.fault().empty()) return as_error(numbers);
  if (!fill.trade.last_qty.is_positive()) return fault("TRADE_LITE: no quantity", event.last_qty);
  return fill;
}

Mapped<Fill> to_fill(const wire::UserTrade& trade, Source source,
                     std::optional<fixspec::VenueClOrdId> client_id) {
  const auto about = named("trade", trade.symbol, trade.side);
  if (!about) return fixspec::Unexpected{about.error()};
  Numbers numbers;
  Fill fill;
  fill.source = source;
  fill.client_id = client_id;
  fill.venue_order_id = to_venue_order_id({.number = trade.order_id, .algo = false});
  fill.instrument = about->instrument;
  fill.side = about->side;
  fill.trade = {
      .trade_id = trade_id_of(trade.id),
      .last_qty = fixspec::Quantity{numbers.exact("qty", trade.qty)},
      .last_px = fixspec::Price{numbers.exact("price", trade.price)},
      .liquidity = trade.maker ? fixspec::LiquidityInd::Added : fixspec::LiquidityInd::Removed,
      .fee = std::nullopt};
  const auto currency = fixspec::Currency::parse(trade.commission_asset);
  if (trade.commission && currency) {
    fill.trade.fee = fixspec::Fee{numbers.rounded("commission", *trade.commission), *currency};
  }
  fill.venue_time = nanos(trade.time_ms);
  if (!numbers.fault().empty()) return as_error(numbers);
  if (!fill.trade.last_qty.is_positive()) return fault("trade: no quantity", trade.qty);
  return fill;
}

// ---- algo orders
// -------------------------------------------------------------------------------------

namespace {

/// What the two shapes of an algo order have in common.
struct AlgoPicture {
  std::string_view client_id;
  std::int64_t algo_id = 0;
  std::string_view symbol;
  std::string_view side;
  std::string_view type;
  std::string_view status;
  wire::Number qty;
  std::optional<wire::Number> price;
  std::optional<wire::Number> trigger_price;
  std::optional<wire::Number> child_qty;
  std::string_view child_id;
  std::string_view reject_reason;
  fixspec::UtcNanos time = 0;
};

Ending ending_of(wire::AlgoStatus status, std::string_view reject_reason) {
  switch (status) {
    case wire::AlgoStatus::New:
    case wire::AlgoStatus::Triggering:
      return {VenueOrderState::Untriggered, {}};
    case wire::AlgoStatus::Triggered:
    case wire::AlgoStatus::Finished:
      return {VenueOrderState::Triggered, {}};
    case wire::AlgoStatus::Canceled:
      // The venue repeats a reason here that means nothing for a cancel.
      return {VenueOrderState::Canceled, {}};
    case wire::AlgoStatus::Rejected:
      return {VenueOrderState::Rejected,
              reject_reason.empty() ? "rejected when it triggered" : reject_reason,
              fixspec::RejectCode::VenueRejected};
    case wire::AlgoStatus::Expired:
      return {VenueOrderState::Expired, "expired", {}, ExecOrigin::ExpiryOrSettlement};
  }
  return {};
}

Mapped<AlgoFacts> algo_facts(const AlgoPicture& picture, Source source) {
  const auto about = named("algo order", picture.symbol, picture.side);
  if (!about) return fixspec::Unexpected{about.error()};
  const auto status = algo_status_from_text(picture.status);
  if (!status) return fault("algo order: unknown status", picture.status);
  Numbers numbers;
  AlgoFacts facts;
  OrderUpdate& update = facts.update;
  update.source = source;
  update.client_id = client_id_of(picture.client_id);
  update.venue_order_id = to_venue_order_id({.number = picture.algo_id, .algo = true});
  update.instrument = about->instrument;
  update.side = about->side;
  update.order_qty = fixspec::Quantity{numbers.exact("quantity", picture.qty)};
  update.price = numbers.unless_zero<fixspec::Price>("price", picture.price);
  update.stop_px = numbers.unless_zero<fixspec::Price>("triggerPrice", picture.trigger_price);
  if (picture.child_qty) {
    update.cum_qty = fixspec::Quantity{numbers.exact("actualQty", *picture.child_qty)};
  }
  update.ord_type = ord_type_of({}, picture.type, update.price.has_value());
  update.venue_time = picture.time;
  apply(update, ending_of(*status, picture.reject_reason), picture.client_id);
  if (!picture.child_id.empty() && picture.child_id != "0") {
    const auto child = order_number_of(picture.child_id);
    if (!child || child->algo) return fault("algo order: not an order id", picture.child_id);
    facts.child = to_venue_order_id(*child);
  }
  facts.finished = *status == wire::AlgoStatus::Finished;
  facts.may_have_child =
      update.state == VenueOrderState::Triggered || *status == wire::AlgoStatus::Triggering;
  if (!numbers.fault().empty()) return as_error(numbers);
  return facts;
}

}  // namespace

Mapped<AlgoFacts> to_algo_facts(const wire::AlgoOrder& order, Source source) {
  return algo_facts({.client_id = order.client_algo_id,
                     .algo_id = order.algo_id,
                     .symbol = order.symbol,
                     .side = order.side,
                     .type = order.order_type,
                     .status = order.algo_status,
                     .qty = order.quantity,
                     .price = order.price,
                     .trigger_price = order.trigger_price,
                     .child_qty = order.actual_qty,
                     .child_id = order.actual_order_id,
                     .reject_reason = {},
                     .time = first_time(order.update_time_ms, order.create_time_ms)},
                    source);
}

Mapped<AlgoFacts> to_algo_facts(const wire::AlgoUpdate& event) {
  return algo_facts({.client_id = event.client_algo_id,
                     .algo_id = event.algo_id,
                     .symbol = event.symbol,
                     .side = event.side,
                     .type = event.order_type,
                     .status = event.status,
                     .qty = event.qty,
                     .price = event.price,
                     .trigger_price = event.trigger_price,
                     .child_qty = event.child_filled_qty,
                     .child_id = event.child_order_id,
                     .reject_reason = event.reject_reason,
                     .time = first_time(event.transaction_time_ms, event.event_time_ms)},
                    Source::Stream);
}

}  // namespace causeway::translators::binance
