#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"

// What a venue shows of an order, applied so that neither repetition nor another order of arrival
// changes the end: fills by their trade id, states as absolute pictures.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::ExecOrigin;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Quantity;
using fixspec::RejectCode;
using translators::Fill;
using translators::OrderUpdate;
using translators::Source;
using translators::VenueOrderState;

namespace {

std::string reason_of(const OrderUpdate& update) {
  return update.reason.empty() ? "the venue gave no reason" : update.reason;
}

}  // namespace

Order* Engine::order_of(const AccountId& account,
                        const std::optional<fixspec::VenueClOrdId>& client_id,
                        const fixspec::VenueOrderId& venue_order_id) {
  Order* order = client_id ? orders_.by_client_id(*client_id) : nullptr;
  if (order == nullptr && !venue_order_id.empty()) {
    order = orders_.by_venue_order_id(account, venue_order_id);
  }
  return order != nullptr && order->account == account ? order : nullptr;
}

void Engine::on(Account& account, const AccountId& id, const OrderUpdate& update) {
  account.venue_time = std::max(account.venue_time, update.venue_time);
  if (account.phase == Phase::Querying && update.source == Source::Stream) {
    return buffer(account, id, update);
  }
  if (Order* order = order_of(id, update.client_id, update.venue_order_id)) {
    apply_update(*order, update);
  } else {
    external_update(id, update);
  }
}

void Engine::on(Account& account, const AccountId& id, const Fill& fill) {
  account.venue_time = std::max(account.venue_time, fill.venue_time);
  if (account.phase == Phase::Querying && fill.source == Source::Stream) {
    return buffer(account, id, fill);
  }
  know_fills_until(account, fill.venue_time);
  if (Order* order = order_of(id, fill.client_id, fill.venue_order_id)) {
    account.comparison.moved.insert(fill.instrument);
    apply_fill(*order, fill);
  } else {
    external_fill(account, id, fill);
  }
}

// ---- fills
// ---------------------------------------------------------------------------------------

void Engine::apply_fill(Order& order, const Fill& fill) {
  if (!fill.trade.last_qty.is_positive()) {
    return alarm(Alarm::Severity::Critical, "impossible_fill",
                 "trade " + fill.trade.trade_id.to_string() + " of order " +
                     order.order_id.to_string() + " has the quantity " +
                     fill.trade.last_qty.to_string() + "; it is not counted");
  }
  if (order.trades.contains(fill.trade.trade_id) || !check_trade_once(order, fill)) return;
  order.trades.insert(fill.trade.trade_id);
  learn_venue_order_id(order, fill.venue_order_id);
  const bool after_reject = order.final_status == OrdStatus::Rejected;
  if (after_reject) reopen(order);
  order.place_unknown = false;
  if (!order.is_final() && !order.acknowledged) acknowledge(order, fill.venue_time);
  // More than the order was for: the replacement that is pending has taken effect.
  if (order.replace && !order.replace->cancel_rest && !order.is_final() &&
      order.cum_qty + fill.trade.last_qty > order.order_qty &&
      order.cum_qty + fill.trade.last_qty <= order.replace->order_qty) {
    OrderUpdate replaced;
    replaced.order_qty = order.replace->order_qty;
    replaced.price = order.replace->price;
    replaced.stop_px = order.replace->stop_px;
    replaced.venue_time = fill.venue_time;
    apply_replaced(order, replaced);
  }
  // A stop that trades has triggered, whether or not the venue's word of it has come.
  if (fixspec::has_stop_px(order.ord_type) && !order.is_final()) trigger(order, fill.venue_time);

  const auto value = fixspec::Decimal::multiply(
      fill.trade.last_px.value(), fill.trade.last_qty.value(), fixspec::Rounding::HalfEven);
  order.cum_qty += fill.trade.last_qty;
  const auto gross = value ? fixspec::Decimal::checked_add(order.gross, *value) : value;
  if (gross) {
    order.gross = *gross;
  } else {
    alarm(Alarm::Severity::Critical, "average_price_lost",
          "order " + order.order_id.to_string() + " has traded more than can be counted");
  }
  // A trade that was told without its order's name before is in the position already.
  if (!external_trades_[order.account].find(fill.instrument, fill.trade.trade_id, fill.side)) {
    exposure_.trade(order.account, order.instrument, order.side, fill.trade.last_qty);
    add_to_fill_sum({order.account, order.instrument}, order.side, fill.trade.last_qty);
  }
  refresh_reservation(order);
  check_filled(order);

  auto report = report_of(order, ExecType::Trade);
  report.trade = fill.trade;
  report.transact_time = fill.venue_time;
  report.exec_origin = after_reject ? ExecOrigin::LateAfterReject : fill.origin;
  if (after_reject) report.text = "a fill of an order that had been reported as rejected";
  send(order.session, std::move(report));
  changed(order, order.is_final() ? "late fill" : "fill");
  try_finish(order);
}

// A fact shows that an order works, or has traded, which had been reported as rejected.
void Engine::reopen(Order& order) {
  alarm(Alarm::Severity::Critical, "rejected_order_is_alive",
        "order " + order.order_id.to_string() + " was reported as rejected, but the venue has it");
  order.final_status.reset();
  order.venue_final.reset();
  order.acknowledged = true;
  order.reopened = true;
  orders_.mark_open(order);
  open_exposure(order);
  resolve_later(order);
}

// ---- pictures of an order
// ------------------------------------------------------------------------

void Engine::apply_update(Order& order, const OrderUpdate& update) {
  if (update.source == Source::Reply) {
    if (update.request_id == order.place_request) order.place_request = 0;
    if (order.cancel && update.request_id == order.cancel->request_id && !is_end(update.state)) {
      order.cancel->request_id = 0;  // the answer to a cancel shows it working: ask again
      resolve_later(order);
    }
  }
  learn_venue_order_id(order, update.venue_order_id);
  if (order.is_final()) {
    const bool shows_life = !is_end(update.state) || update.cum_qty.is_positive();
    if (order.final_status != OrdStatus::Rejected || !shows_life) return;
    reopen(order);
  }
  const bool refused = update.state == VenueOrderState::Rejected ||
                       update.reject_code == RejectCode::PostOnlyWouldTake;
  if (refused && !order.acknowledged && update.cum_qty.is_zero() && is_end(update.state)) {
    auto detail =
        refusal(update.reject_code.value_or(RejectCode::VenueRejected), reason_of(update));
    detail.venue_error_text = update.reason;
    return reject_new(order, detail);
  }
  order.place_unknown = false;
  if (!order.acknowledged) acknowledge(order, update.venue_time);
  check_picture(order, update);
  order.venue_cum_qty = std::max(order.venue_cum_qty, update.cum_qty);

  const bool newest = update.venue_time >= order.last_venue_time;
  order.last_venue_time = std::max(order.last_venue_time, update.venue_time);
  if (order.reopened && !is_end(update.state)) {
    order.reopened = false;
    auto report = report_of(order, ExecType::Restated);
    report.restatement_reason = fixspec::ExecRestatementReason::Other;
    report.exec_origin = ExecOrigin::LateAfterReject;
    report.text = "reinstated: the venue has the order that had been reported as rejected";
    send(order.session, std::move(report));
    changed(order, "reinstated");
  }
  if (update.state == VenueOrderState::Triggered) trigger(order, update.venue_time);
  const bool answers_replace = update.source == Source::Reply && update.amended;
  if ((newest || answers_replace) && carries_out_replace(order, update)) {
    apply_replaced(order, update);
  } else if (newest && !order.replace && !is_end(update.state)) {
    apply_restated(order, update);
  }
  if (is_end(update.state) && !order.is_final()) {
    order.venue_final = VenueFinal{.state = update.state,
                                   .cum_qty = update.cum_qty,
                                   .venue_time = update.venue_time,
                                   .reason = update.reason,
                                   .reject_code = update.reject_code,
                                   .origin = update.origin};
  }
  try_finish(order);
  if (needs_resolving(order)) resolve_later(order);
}

void Engine::acknowledge(Order& order, fixspec::UtcNanos venue_time) {
  order.acknowledged = true;
  auto report = report_of(order, ExecType::New);
  report.transact_time = venue_time;
  send(order.session, std::move(report));
  changed(order, "acknowledged by the venue");
  // A cancel that overtook the order may have found nothing: now there is something to cancel.
  if (order.cancel && order.cancel->request_id == 0) send_cancel(order);
}

void Engine::trigger(Order& order, fixspec::UtcNanos venue_time) {
  if (std::exchange(order.triggered, true)) return;
  auto report = report_of(order, ExecType::Triggered);
  report.transact_time = venue_time;
  send(order.session, std::move(report));
  changed(order, "triggered");
}

// True where the picture shows the pending replacement done: it answers our request, or it shows
// what only the replacement can have brought about.
bool Engine::carries_out_replace(const Order& order, const OrderUpdate& update) const {
  if (!order.replace || order.replace->cancel_rest) return false;
  const PendingReplace& replace = *order.replace;
  if (update.source == Source::Reply && update.amended && update.request_id == replace.request_id) {
    return true;
  }
  const bool shows_it = update.order_qty == replace.order_qty &&
                        (!update.price || update.price == replace.price) &&
                        (!update.stop_px || update.stop_px == replace.stop_px);
  if (!shows_it) return false;
  const bool shows_change = replace.order_qty != order.order_qty ||
                            (update.price && replace.price != order.price) ||
                            (update.stop_px && replace.stop_px != order.stop_px);
  return shows_change || update.source == Source::Query;
}

void Engine::apply_replaced(Order& order, const OrderUpdate& update) {
  const PendingReplace replace = *std::exchange(order.replace, std::nullopt);
  const fixspec::ClOrdId previous = std::exchange(order.cl_ord_id, replace.cl_ord_id);
  order.order_qty = update.order_qty.is_positive() ? update.order_qty : replace.order_qty;
  // Fills that crossed the request may be more than it asked for.
  order.order_qty = std::max(order.order_qty, order.cum_qty);
  order.price = update.price && order.price ? update.price : replace.price;
  order.stop_px = update.stop_px && order.stop_px ? update.stop_px : replace.stop_px;
  refresh_reservation(order);
  auto report = report_of(order, ExecType::Replaced);
  report.orig_cl_ord_id = previous;
  report.transact_time = update.venue_time;
  send(order.session, std::move(report));
  changed(order, "replaced");
}

// The venue changed the order by itself (a repricing, a self-trade decrement, another interface).
void Engine::apply_restated(Order& order, const OrderUpdate& update) {
  const bool repriced = update.price && order.price && update.price != order.price;
  const bool resized = update.order_qty.is_positive() && update.order_qty != order.order_qty &&
                       update.order_qty >= order.cum_qty;
  if (!repriced && !resized) return;
  if (repriced) order.price = update.price;
  if (resized) order.order_qty = update.order_qty;
  refresh_reservation(order);
  auto report = report_of(order, ExecType::Restated);
  report.restatement_reason = repriced ? fixspec::ExecRestatementReason::RepricingOfOrder
                                       : fixspec::ExecRestatementReason::Market;
  report.exec_origin = update.origin.value_or(ExecOrigin::Venue);
  report.text = update.reason;
  report.transact_time = update.venue_time;
  send(order.session, std::move(report));
  changed(order, "restated by the venue");
}

void Engine::refresh_reservation(Order& order) {
  if (!order.counted_open) return;
  const Quantity wanted = order.to_reserve();
  if (wanted != order.reserved) set_reserved(order, wanted);
}

// ---- the end
// -------------------------------------------------------------------------------------

// An end counts once the fills that the venue counts in it are known.
void Engine::try_finish(Order& order) {
  if (order.is_final()) return;
  if (!order.venue_final) {
    if (order.cum_qty >= order.order_qty && !order.replace) finish(order, OrdStatus::Filled);
    return;
  }
  if (order.cum_qty < order.venue_final->cum_qty) return;
  switch (order.venue_final->state) {
    case VenueOrderState::Filled:
      if (order.cum_qty < order.order_qty) {
        alarm(Alarm::Severity::Critical, "filled_below_quantity",
              "the venue calls order " + order.order_id.to_string() + " filled at " +
                  order.cum_qty.to_string() + " of " + order.order_qty.to_string());
      }
      return finish(order, OrdStatus::Filled);
    case VenueOrderState::Expired:
      return finish(order, OrdStatus::Expired);
    default:
      return finish(order, order.cum_qty >= order.order_qty && !order.replace
                               ? OrdStatus::Filled
                               : OrdStatus::Canceled);
  }
}

// The books of an ended order; what clients are told of it is the caller's.
void Engine::end(Order& order, OrdStatus status) {
  order.final_status = status;
  clear_timer(order.resolve_timer);
  clear_timer(order.expiry_timer);
  if (order.counted_open) {
    exposure_.close(order.terms(), order.reserved);
    add_to_sweep(order, -order.reserved);
    order.counted_open = false;
    order.reserved = Quantity{};
  }
  orders_.mark_final(order, now_.utc_ns);
}

void Engine::finish(Order& order, OrdStatus status) {
  if (status == OrdStatus::Canceled && order.cancel &&
      order.cancel->cause == PendingCancel::Cause::Expiry) {
    status = OrdStatus::Expired;
  }
  // Some venues carry out a decrease below what is filled by cancelling.
  if (status == OrdStatus::Canceled && fills_cover_replace(order) && !order.cancel) {
    order.replace->cancel_rest = true;
  }
  if (status == OrdStatus::Canceled && order.replace && order.replace->cancel_rest) {
    status = OrdStatus::Filled;  // dialect C6, C7: replaced to what is filled
  }
  // The last fill has told of an order that nothing else was asked of.
  const bool told = status == OrdStatus::Filled && !order.replace && !order.cancel;
  end(order, status);
  if (order.replace && order.replace->cancel_rest && order.venue_final &&
      order.venue_final->state != VenueOrderState::Filled) {
    report_canceled(order);
  } else if (status == OrdStatus::Filled) {
    report_filled(order);
  } else {
    report_canceled(order);
  }
  if (!told) changed(order, std::string{fixspec::to_words(status)});
  resolved(order.account, order.number);
}

void Engine::answer_replace_too_late(Order& order) {
  if (!order.replace) return;
  const PendingReplace replace = *std::exchange(order.replace, std::nullopt);
  auto detail = replace.refused.value_or(
      refusal(RejectCode::TooLate, "the order ended before it could be replaced"));
  send_cancel_reject(
      order, replace.cl_ord_id, order.cl_ord_id,
      {fixspec::CxlRejResponseTo::CancelReplaceRequest, fixspec::CxlRejReason::TooLateToCancel},
      detail);
}

void Engine::answer_cancel_too_late(Order& order, fixspec::CxlRejReason reason) {
  if (!order.cancel) return;
  const PendingCancel cancel = *std::exchange(order.cancel, std::nullopt);
  if (!cancel.cl_ord_id) return;
  auto detail = cancel.refused.value_or(refusal(reason == fixspec::CxlRejReason::UnknownOrder
                                                    ? RejectCode::UnknownOrder
                                                    : RejectCode::TooLate,
                                                "the order ended before it could be cancelled"));
  send_cancel_reject(order, *cancel.cl_ord_id, order.cl_ord_id,
                     {fixspec::CxlRejResponseTo::CancelRequest, reason}, detail);
}

// The last fill has been reported; what was still asked comes too late.
void Engine::report_filled(Order& order) {
  answer_replace_too_late(order);
  answer_cancel_too_late(order, fixspec::CxlRejReason::TooLateToCancel);
}

void Engine::report_canceled(Order& order) {
  const fixspec::UtcNanos time = order.venue_final ? order.venue_final->venue_time : now_.utc_ns;
  if (order.replace && order.replace->cancel_rest) {
    const PendingReplace replace = *std::exchange(order.replace, std::nullopt);
    const fixspec::ClOrdId previous = std::exchange(order.cl_ord_id, replace.cl_ord_id);
    order.order_qty = order.cum_qty;
    auto report = report_of(order, ExecType::Replaced);
    report.orig_cl_ord_id = previous;
    report.transact_time = time;
    send(order.session, std::move(report));
    return answer_cancel_too_late(order, fixspec::CxlRejReason::TooLateToCancel);
  }
  answer_replace_too_late(order);
  const auto cancel = std::exchange(order.cancel, std::nullopt);
  const bool expired = order.final_status == OrdStatus::Expired;
  auto report = report_of(order, expired ? ExecType::Expired : ExecType::Canceled);
  report.transact_time = time;
  if (cancel && cancel->cl_ord_id) {
    report.cl_ord_id = *cancel->cl_ord_id;
    report.orig_cl_ord_id = order.cl_ord_id;
  } else if (cancel && cancel->cause == PendingCancel::Cause::MassCancel) {
    report.exec_origin = ExecOrigin::Client;
  } else if (!cancel && order.venue_final) {
    const bool own_terms = order.time_in_force == fixspec::TimeInForce::ImmediateOrCancel ||
                           order.time_in_force == fixspec::TimeInForce::FillOrKill ||
                           order.ord_type == fixspec::OrdType::Market;
    report.exec_origin = order.venue_final->origin;
    if (!own_terms) {
      if (!report.exec_origin) report.exec_origin = ExecOrigin::Venue;
      report.restatement_reason = fixspec::ExecRestatementReason::Other;
    }
    report.text = order.venue_final->reason;
    if (order.venue_final->reject_code) {
      report.reject = refusal(*order.venue_final->reject_code, order.venue_final->reason);
    }
  }
  send(order.session, std::move(report));
}

}  // namespace causeway::gateway::engine
