#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"

// What became of our requests: refused, never sent, or unknown. Only a refusal by the venue, or a
// failure before the first byte left, becomes a reject.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::CxlRejReason;
using fixspec::CxlRejResponseTo;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::RejectCode;
using fixspec::RejectDetail;
using translators::AskKind;

namespace {

// Tries before a client is told that the venue will not cancel an order that it shows working.
constexpr std::uint32_t cancel_tries = 5;

}  // namespace

void Engine::on(Account& account, const AccountId& id, const translators::RequestRefused& refused) {
  if (is_recovery_request(account, id, refused.request_id)) return;
  Order* order = orders_.by_client_id(refused.client_id);
  if (order == nullptr) return;
  if (refused.request_id == order->place_request) {
    order->place_request = 0;
    if (!order->acknowledged && !order->is_final()) return reject_new(*order, refused.detail);
    if (!order->is_final()) {
      alarm(Alarm::Severity::Critical, "refused_order_is_alive",
            "the venue refused order " + order->order_id.to_string() + " that it shows working");
      order->verify = true;
      resolve_later(*order);
    }
    return;
  }
  if (order->replace && refused.request_id == order->replace->request_id) {
    order->replace->request_id = 0;
    if (fills_cover_replace(*order)) return cancel_rest(*order);
    if (!refused.order_may_be_closed) return reject_replace(*order, refused.detail);
    order->replace->refused = refused.detail;
    return resolve(*order);
  }
  if (order->cancel && refused.request_id == order->cancel->request_id) {
    order->cancel->request_id = 0;
    // Nobody but us can repeat a mass cancel or an expiry: they are tried until the order ends.
    const bool may_work_later =
        refused.may_pass_later || order->cancel->cause != PendingCancel::Cause::Client;
    if (!refused.order_may_be_closed && !may_work_later) {
      return reject_cancel(*order, refused.detail);
    }
    order->cancel->refused = refused.detail;
    // Before the order's own acknowledgement the cancel may simply have overtaken it.
    if (!order->acknowledged && order->place_request != 0) return;
    return may_work_later ? resolve_later(*order) : resolve(*order);
  }
  if (refused.request_id == order->query_request) {
    order->query_request = 0;
    resolve_later(*order);
  }
}

void Engine::on(Account& account, const AccountId& id,
                const translators::RequestNotSent& not_sent) {
  if (is_recovery_request(account, id, not_sent.request_id)) return;
  Order* order = orders_.by_client_id(not_sent.client_id);
  if (order == nullptr) return;
  if (not_sent.request_id == order->place_request) {
    order->place_request = 0;
    return reject_new(*order, refusal(not_sent.code, not_sent.reason));
  }
  if (order->replace && not_sent.request_id == order->replace->request_id) {
    order->replace->request_id = 0;
    if (!order->replace->cancel_rest) {
      return reject_replace(*order, refusal(not_sent.code, not_sent.reason));
    }
    order->replace->unknown = true;  // a cancel: it goes out again as soon as it can
    return resolve_later(*order);
  }
  if (order->cancel && not_sent.request_id == order->cancel->request_id) {
    order->cancel->request_id = 0;
    return resolve_later(*order);
  }
  if (not_sent.request_id == order->query_request) {
    order->query_request = 0;
    resolve_later(*order);
  }
}

void Engine::on(Account& account, const AccountId& id, const translators::RequestUnknown& unknown) {
  if (is_recovery_request(account, id, unknown.request_id)) return;
  Order* order = orders_.by_client_id(unknown.client_id);
  if (order == nullptr || order->is_final()) return;
  if (unknown.request_id == order->place_request) {
    order->place_request = 0;
    return place_outcome_unknown(*order, unknown.reason);
  }
  if (order->replace && unknown.request_id == order->replace->request_id) {
    order->replace->request_id = 0;
    order->replace->unknown = true;
    changed(*order, "replace: outcome unknown, " + unknown.reason);
    return resolve(*order);
  }
  if (order->cancel && unknown.request_id == order->cancel->request_id) {
    order->cancel->request_id = 0;
    changed(*order, "cancel: outcome unknown, " + unknown.reason);
    return resolve(*order);
  }
  if (unknown.request_id == order->query_request) {
    order->query_request = 0;
    resolve_later(*order);
  }
}

void Engine::place_outcome_unknown(Order& order, const std::string& reason) {
  if (order.acknowledged) return;  // the stream has already shown it
  order.place_unknown = true;
  auto report = report_of(order, ExecType::OrderStatus);
  report.text = "outcome unknown (" + reason + "): asking the venue";
  send(order.session, std::move(report));
  changed(order, "outcome unknown, " + reason);
  resolve(order);
}

void Engine::reject_new(Order& order, const RejectDetail& detail) {
  if (order.is_final() || order.cum_qty.is_positive()) return;
  order.place_unknown = false;
  const auto cancel = std::exchange(order.cancel, std::nullopt);
  end(order, OrdStatus::Rejected);
  auto report = report_of(order, ExecType::Rejected);
  report.reject = detail;
  send(order.session, std::move(report));
  order.cancel = cancel;
  answer_cancel_too_late(order, CxlRejReason::UnknownOrder);
  changed(order, "rejected: " + detail.text);
  resolved(order.account, order.number);
}

void Engine::reject_replace(Order& order, const RejectDetail& detail) {
  const PendingReplace replace = *std::exchange(order.replace, std::nullopt);
  refresh_reservation(order);
  send_cancel_reject(order, replace.cl_ord_id, order.cl_ord_id,
                     {CxlRejResponseTo::CancelReplaceRequest, fixspec::cxl_rej_reason(detail.code)},
                     detail);
  changed(order, "replace refused");
  try_finish(order);
}

// True where fills have overtaken a decrease: nothing of what is left is wanted any more.
bool Engine::fills_cover_replace(const Order& order) const {
  return order.replace && order.cum_qty >= order.replace->order_qty &&
         order.cum_qty < order.order_qty;
}

// A decrease to what is filled, or below, is a cancel of the rest (dialect C6, C7).
void Engine::cancel_rest(Order& order) {
  order.replace->cancel_rest = true;
  order.replace->request_id =
      request(order.account, translators::CancelOrder{.client_id = order.client_id,
                                                      .venue_order_id = order.venue_order_id,
                                                      .instrument = order.instrument,
                                                      .ord_type = order.ord_type});
}

void Engine::reject_cancel(Order& order, const RejectDetail& detail) {
  const PendingCancel cancel = *std::exchange(order.cancel, std::nullopt);
  if (cancel.cl_ord_id) {
    send_cancel_reject(order, *cancel.cl_ord_id, order.cl_ord_id,
                       {CxlRejResponseTo::CancelRequest, fixspec::cxl_rej_reason(detail.code)},
                       detail);
  }
  changed(order, "cancel refused");
  if (order.expire_time && order.expiry_timer == 0 && *order.expire_time <= now_.utc_ns) {
    expire(order);
  }
}

// ---- the resolver
// --------------------------------------------------------------------------------

bool Engine::needs_resolving(const Order& order) const {
  if (order.is_final()) return false;
  if (order.held) return false;
  return order.place_unknown || order.verify || order.reopened || order.venue_final ||
         order.venue_cum_qty > order.cum_qty || (order.replace && order.replace->request_id == 0) ||
         (order.cancel && order.cancel->request_id == 0 && order.cancel->attempts > 0);
}

void Engine::resolve(Order& order) {
  if (!needs_resolving(order) || order.query_request != 0) return;
  // Without a link there is nobody to ask: the recovery after the next connect does.
  if (!accounts_.at(order.account).link_up) return;
  clear_timer(order.resolve_timer);
  ++order.query_attempts;
  order.query_sent = steady_ns_;
  order.query_request =
      request(order.account, translators::QueryOrder{.client_id = order.client_id,
                                                     .venue_order_id = order.venue_order_id,
                                                     .instrument = order.instrument,
                                                     .ord_type = order.ord_type,
                                                     .placed_at = order.created_utc_ns});
}

void Engine::resolve_later(Order& order) {
  constexpr std::int64_t first_ms = 250, longest_ms = 4'000;
  if (order.is_final() || order.resolve_timer != 0 || order.query_request != 0) return;
  std::int64_t wait_ms = first_ms;
  for (std::uint32_t i = 1; i < order.query_attempts && wait_ms < longest_ms; ++i) wait_ms *= 2;
  fixspec::UtcNanos at = now_.utc_ns + wait_ms * fixspec::nanos_per_milli;
  // No later than absence can be proven.
  if (order.place_unknown && !order.acknowledged) {
    const std::int64_t until_proof = conclusive_from(order, order.place_valid_until) - steady_ns_;
    if (until_proof > 0) at = std::min(at, now_.utc_ns + until_proof);
  }
  order.resolve_timer =
      set_timer({.kind = Task::Kind::Resolve, .order = order.number, .account = {}}, at);
}

// By the clock that nobody sets: one that was set ahead would make an order absent that the venue
// may yet accept, one that was set back would keep it pending for as long. A query sent from then
// on finds whatever the venue has taken.
std::int64_t Engine::conclusive_from(const Order& order, std::int64_t valid_until) const {
  constexpr std::int64_t clock_skew_ms = 1'000;
  constexpr std::int64_t without_validity_ms = 60'000;
  const auto capabilities = capabilities_of(order.instrument.venue);
  const std::int64_t lag_ms = capabilities.visibility_lag_ms + clock_skew_ms +
                              (capabilities.request_validity ? 0 : without_validity_ms);
  return valid_until + lag_ms * fixspec::nanos_per_milli + 1;
}

bool Engine::is_conclusive(const Order& order, std::int64_t valid_until) const {
  return order.query_sent >= conclusive_from(order, valid_until);
}

void Engine::on(Account& account, const AccountId& id, const translators::QueryAnswer& answer) {
  Order* order = orders_.by_client_id(answer.client_id);
  if (order == nullptr) return;
  // One to an earlier query, from before the link was lost, brings facts as old as that query: what
  // it does not show yet may have come since.
  const bool was_asked = answer.request_id != 0 && answer.request_id == order->query_request;
  if (was_asked) order->query_request = 0;
  for (const translators::Fill& fill : answer.fills) {
    know_fills_until(account, fill.venue_time);
    account.comparison.moved.insert(fill.instrument);
    apply_fill(*order, fill);
  }
  if (was_asked) order->verify = false;
  if (answer.order) apply_update(*order, *answer.order);
  if (!was_asked) return;
  if (answer.order) {
    conclude_present(*order, Shown::ByAnswer);
  } else {
    conclude_absent(*order);
  }
  resolved(id, order->number);
}

void Engine::conclude_present(Order& order, Shown shown) {
  if (order.is_final()) return;
  if (order.replace && order.replace->request_id == 0) {
    if (order.replace->cancel_rest || fills_cover_replace(order)) {
      cancel_rest(order);
    } else if (order.replace->refused) {
      reject_replace(order, RejectDetail{*order.replace->refused});
    } else if (shown == Shown::ByAnswer && is_conclusive(order, order.replace->valid_until)) {
      reject_replace(order, refusal(RejectCode::NotAcceptedInTime,
                                    "the venue did not take the replacement before its validity "
                                    "ended"));
    }
  }
  if (!order.is_final() && order.cancel && order.cancel->request_id == 0) {
    const bool is_clients = order.cancel->cause == PendingCancel::Cause::Client;
    if (!is_clients && order.cancel->attempts == cancel_tries) {
      alarm(Alarm::Severity::Critical, "cancel_refused",
            "the venue will not cancel order " + order.order_id.to_string() +
                "; it is asked again until the order ends");
    }
    if (is_clients && order.cancel->refused && order.cancel->attempts >= cancel_tries) {
      reject_cancel(order, RejectDetail{*order.cancel->refused});
    } else {
      send_cancel(order);
    }
  }
  if (needs_resolving(order)) {
    resolve_later(order);
  } else {
    order.query_attempts = 0;
  }
}

void Engine::conclude_absent(Order& order) {
  if (order.is_final()) return;
  if (!order.acknowledged && order.place_request == 0 &&
      is_conclusive(order, order.place_valid_until)) {
    return reject_new(order, refusal(RejectCode::NotAcceptedInTime,
                                     "the venue did not accept the order before its validity "
                                     "ended"));
  }
  if (order.acknowledged && !order.missing_alarmed) {
    order.missing_alarmed = true;
    alarm(Alarm::Severity::Critical, "order_not_found",
          "the venue does not find order " + order.order_id.to_string() +
              ", which it had acknowledged; it stays open here until that is explained");
  }
  // Who asked for its cancel is not left waiting for an order that nobody finds.
  if (order.acknowledged && order.cancel && order.cancel->request_id == 0 &&
      order.cancel->cause == PendingCancel::Cause::Client && order.query_attempts >= cancel_tries) {
    reject_cancel(order, refusal(RejectCode::VenueRejected,
                                 "the venue does not find the order, which it had acknowledged; it "
                                 "stays open until that is explained"));
  }
  // Absence proves nothing yet, and an acknowledged order cannot just vanish: ask again.
  order.verify = order.verify || order.acknowledged;
  resolve_later(order);
}

void Engine::send_cancel(Order& order) {
  // Also while the link is down: a venue may have another way for cancels. One that has none says
  // that it was not sent, and it is sent again as soon as the link is back.
  order.cancel->request_id =
      request(order.account, translators::CancelOrder{.client_id = order.client_id,
                                                      .venue_order_id = order.venue_order_id,
                                                      .instrument = order.instrument,
                                                      .ord_type = order.ord_type});
  ++order.cancel->attempts;
}

}  // namespace causeway::gateway::engine
