#pragma once

#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "gateway/engine/input.hpp"
#include "translators/venue.hpp"

// The fields of every value in a record, in the order in which they are laid down. One list serves
// writing and reading: an archive takes each field by reference. A field that a later version added
// stands behind `if (a.version >= n)` and keeps its default when an older record is read; a line of
// an older version never changes.
namespace causeway::gateway::core::record {

template <class T>
concept Archive = requires {
  typename T::is_archive;
};

// Const when writing, mutable when reading.
template <class T, class Plain>
concept Is = std::same_as<std::remove_const_t<T>, Plain>;

// ---- fixspec
// -------------------------------------------------------------------------------------

void fields(Archive auto& a, Is<fixspec::InstrumentKey> auto& v) {
  a(v.venue, v.segment, v.symbol);
}
void fields(Archive auto& a, Is<fixspec::InstrumentRef> auto& v) {
  a(v.symbol, v.venue, v.segment);
}
void fields(Archive auto& a, Is<fixspec::TickStep> auto& v) { a(v.above_price, v.tick); }
void fields(Archive auto& a, Is<fixspec::Instrument> auto& v) {
  a(v.key, v.security_type, v.contract_type, v.base, v.quote, v.settle, v.price_index,
    v.expiry_utc_ns, v.put_or_call, v.strike, v.qty_type, v.contract_multiplier, v.tick,
    v.tick_steps, v.qty_step, v.min_qty, v.max_qty, v.min_notional, v.status);
}
void fields(Archive auto& a, Is<fixspec::ExecInst> auto& v) {
  a(v.participate_dont_initiate, v.do_not_increase);
}
void fields(Archive auto& a, Is<fixspec::NewOrderSingle> auto& v) {
  a(v.cl_ord_id, v.account, v.instrument, v.side, v.ord_type, v.time_in_force, v.order_qty, v.price,
    v.stop_px, v.trigger_ref, v.exec_inst, v.exec_inst_text, v.expire_time, v.poss_resend);
}
void fields(Archive auto& a, Is<fixspec::OrderCancelReplaceRequest> auto& v) {
  a(v.cl_ord_id, v.orig_cl_ord_id, v.order_id, v.instrument, v.side, v.ord_type, v.time_in_force,
    v.order_qty, v.price, v.stop_px, v.exec_inst);
}
void fields(Archive auto& a, Is<fixspec::OrderCancelRequest> auto& v) {
  a(v.cl_ord_id, v.orig_cl_ord_id, v.order_id, v.instrument, v.side);
}
void fields(Archive auto& a, Is<fixspec::OrderMassCancelRequest> auto& v) {
  a(v.cl_ord_id, v.type, v.account, v.instrument, v.market, v.side);
}
void fields(Archive auto& a, Is<fixspec::OrderStatusRequest> auto& v) {
  a(v.cl_ord_id, v.order_id, v.ord_status_req_id, v.instrument, v.side);
}
void fields(Archive auto& a, Is<fixspec::OrderMassStatusRequest> auto& v) {
  a(v.mass_status_req_id, v.type, v.account, v.instrument, v.side);
}
void fields(Archive auto& a, Is<fixspec::RefusedRequest> auto& v) {
  a(v.msg_type, v.cl_ord_id, v.orig_cl_ord_id, v.account, v.instrument, v.side, v.order_qty, v.code,
    v.text);
}
void fields(Archive auto& a, Is<fixspec::RejectDetail> auto& v) {
  a(v.code, v.text, v.venue_error_code, v.venue_error_text, v.risk_limit, v.risk_used);
}
void fields(Archive auto& a, Is<fixspec::Fee> auto& v) { a(v.amount, v.currency); }
void fields(Archive auto& a, Is<fixspec::Trade> auto& v) {
  a(v.trade_id, v.last_qty, v.last_px, v.liquidity, v.fee);
}

// ---- what a venue tells and is asked
// -------------------------------------------------------------

void fields(Archive auto& a, Is<translators::OrderUpdate> auto& v) {
  a(v.source, v.request_id, v.client_id, v.venue_order_id, v.instrument, v.state, v.side,
    v.ord_type, v.order_qty, v.cum_qty, v.price, v.stop_px, v.venue_time, v.amended, v.reason,
    v.reject_code, v.origin);
}
void fields(Archive auto& a, Is<translators::Fill> auto& v) {
  a(v.source, v.client_id, v.venue_order_id, v.instrument, v.side, v.trade, v.venue_time, v.origin);
}
void fields(Archive auto& a, Is<translators::RequestRefused> auto& v) {
  a(v.request_id, v.kind, v.client_id, v.detail, v.order_may_be_closed);
  if (a.version >= 2) a(v.may_pass_later);
}
void fields(Archive auto& a, Is<translators::RequestNotSent> auto& v) {
  a(v.request_id, v.kind, v.client_id, v.reason, v.code);
}
void fields(Archive auto& a, Is<translators::RequestUnknown> auto& v) {
  a(v.request_id, v.kind, v.client_id, v.reason);
}
void fields(Archive auto& a, Is<translators::QueryAnswer> auto& v) {
  a(v.request_id, v.client_id, v.order, v.fills);
}
void fields(Archive auto& a, Is<translators::OpenOrders> auto& v) { a(v.request_id, v.orders); }
void fields(Archive auto& a, Is<translators::Trades> auto& v) { a(v.request_id, v.since, v.fills); }
void fields(Archive auto& a, Is<translators::Position> auto& v) {
  a(v.instrument, v.size, v.average_price);
}
void fields(Archive auto& a, Is<translators::Positions> auto& v) { a(v.request_id, v.positions); }
void fields(Archive auto& a, Is<translators::Balance> auto& v) {
  a(v.currency, v.equity, v.balance, v.available);
}
void fields(Archive auto& a, Is<translators::Balances> auto& v) { a(v.request_id, v.balances); }
void fields(Archive auto& a, Is<translators::AccountLink> auto& v) { a(v.up, v.reason); }
void fields(Archive auto& a, Is<translators::Instruments> auto& v) { a(v.instruments, v.complete); }
void fields(Archive auto& a, Is<translators::VenueEvent> auto& v) { a(v.venue, v.account, v.told); }
void fields(Archive auto& a, Is<translators::Capabilities> auto& v) {
  a(v.amend_price, v.amend_qty, v.amend_stop_px, v.good_till_date, v.stop_orders,
    v.request_validity, v.visibility_lag_ms);
  if (a.version >= 2) a(v.amend_stop_orders, v.trigger_on_index);
}
void fields(Archive auto& a, Is<translators::PlaceOrder> auto& v) {
  a(v.client_id, v.instrument, v.side, v.ord_type, v.time_in_force, v.order_qty, v.price, v.stop_px,
    v.trigger_ref, v.exec_inst, v.expire_time, v.valid_until);
}
void fields(Archive auto& a, Is<translators::AmendOrder> auto& v) {
  a(v.client_id, v.venue_order_id, v.instrument, v.side, v.ord_type, v.order_qty, v.cum_qty,
    v.price, v.stop_px, v.exec_inst, v.valid_until);
}
void fields(Archive auto& a, Is<translators::CancelOrder> auto& v) {
  a(v.client_id, v.venue_order_id, v.instrument);
  if (a.version >= 2) a(v.ord_type);
}
void fields(Archive auto& a, Is<translators::CancelAll> auto& v) { a(v.instrument); }
void fields(Archive auto& a, Is<translators::QueryOrder> auto& v) {
  a(v.client_id, v.venue_order_id, v.instrument);
  if (a.version >= 2) a(v.ord_type);
  if (a.version >= 3) a(v.placed_at);
}
void fields(Archive auto&, Is<translators::QueryOpenOrders> auto&) {}
void fields(Archive auto& a, Is<translators::QueryTrades> auto& v) {
  a(v.since);
  if (a.version >= 2) a(v.instruments);
}
void fields(Archive auto&, Is<translators::QueryPositions> auto&) {}
void fields(Archive auto&, Is<translators::QueryBalances> auto&) {}
void fields(Archive auto& a, Is<translators::VenueRequest> auto& v) {
  a(v.request_id, v.venue, v.account, v.ask);
}

// ---- limits and inputs
// ---------------------------------------------------------------------------

void fields(Archive auto& a, Is<risk::ReferencePrices> auto& v) { a(v.mark, v.index, v.age_ms); }
void fields(Archive auto& a, Is<risk::Scope> auto& v) {
  a(v.session, v.account, v.venue, v.symbol);
}
void fields(Archive auto& a, Is<risk::LimitSet> auto& v) {
  a(v.name, v.scope, v.max_order_qty, v.max_order_value, v.price_collar_percent,
    v.reference_max_age_ms, v.duplicate_max, v.duplicate_window_ms, v.max_position,
    v.max_open_orders, v.max_orders_per_second);
}
void fields(Archive auto& a, Is<risk::Permission> auto& v) { a(v.accounts, v.symbols, v.trade); }
void fields(Archive auto& a, Is<risk::Permissions> auto& v) { a(v.sessions, v.accounts); }
void fields(Archive auto& a, Is<engine::ClientInput> auto& v) {
  a(v.session, v.request, v.reference, v.msg_seq_num);
}
void fields(Archive auto& a, Is<engine::VenueInput> auto& v) { a(v.event); }
void fields(Archive auto& a, Is<engine::TimerInput> auto& v) {
  a(v.timer_id);
  if (a.version >= 4) a(v.reference);
}
void fields(Archive auto& a, Is<engine::AccountSettings> auto& v) {
  a(v.hold_while_recovering, v.max_held_orders, v.max_hold_ms, v.cancel_external, v.adopt_position,
    v.audit_interval_ms);
}
void fields(Archive auto& a, Is<engine::StartInput> auto& v) {
  a(v.instance, v.epoch, v.limits, v.permissions, v.venues, v.request_validity_ms);
  if (a.version >= 3) a(v.kept_ended_orders, v.kept_cl_ord_ids);
  if (a.version >= 4) a(v.account_settings, v.cleared_halts);
}

}  // namespace causeway::gateway::core::record
