#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"
#include "gateway/engine/ids.hpp"
#include "risk/decide.hpp"

// NewOrderSingle, OrderCancelReplaceRequest, OrderCancelRequest.
namespace causeway::gateway::engine {

using fixspec::ClOrdId;
using fixspec::CxlRejReason;
using fixspec::CxlRejResponseTo;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::RejectCode;
using fixspec::RejectDetail;
using fixspec::SessionId;

namespace {

CxlRejReason as_cxl_rej_reason(const RejectDetail& detail) {
  return fixspec::cxl_rej_reason(detail.code);
}

}  // namespace

// ---- D
// -------------------------------------------------------------------------------------------

void Engine::on(const SessionId& session, const risk::ReferencePrices& reference,
                const fixspec::NewOrderSingle& request) {
  if (const Order* known = orders_.by_cl_ord_id(session, request.cl_ord_id)) {
    if (request.poss_resend) return send(session, report_of(*known, ExecType::OrderStatus));
    return refuse_duplicate(session, request);
  }
  if (orders_.past(session, request.cl_ord_id) != nullptr) {
    const PastName* const ended = ended_order(session, request.cl_ord_id);
    if (request.poss_resend && ended != nullptr) {
      auto report = status_of(*ended, request.cl_ord_id);
      report.account = request.account;
      report.instrument = key_of(request);
      report.side = request.side;
      report.ord_type = request.ord_type;
      report.order_qty = request.order_qty;
      return send(session, std::move(report));
    }
    return refuse_duplicate(session, request);
  }
  const auto target = target_of(session, request);
  if (!target) return refuse_new(session, request, target.error());
  if (const auto detail = check_terms(request, target->venue)) {
    return refuse_new(session, request, *detail);
  }
  if (hold_new(session, request, target->instrument->key)) return;
  Order& order = make_order(session, request, target->instrument->key);
  decide_new(order, *target->instrument, reference);
}

void Engine::decide_new(Order& order, const fixspec::Instrument& instrument,
                        const risk::ReferencePrices& reference) {
  const risk::Proposal proposal = proposal_for(order, instrument, reference);
  auto verdict = risk::decide(proposal);
  if (!verdict) verdict = check_halts(order, order.order_qty);
  outputs_->push_back(
      RiskDecision{.session = order.session,
                   .account = order.account,
                   .cl_ord_id = order.cl_ord_id,
                   .accepted = !verdict,
                   .reject = verdict,
                   .reference_price = reference.mark ? reference.mark : reference.index});
  // Without a link there are no prices either; then the link is what the client should hear of.
  if (!verdict || verdict->code == RejectCode::NoReferencePrice) {
    if (auto no_link = check_link(order.account)) verdict = std::move(no_link);
  }
  if (verdict) return reject_new(order, *verdict);
  exposure_.count_message(order.terms(), true, now_);
  open_exposure(order);
  const bool was_held = order.hold_until != 0;  // and its client was told
  if (!was_held) send(order.session, report_of(order, ExecType::PendingNew));
  place(order);
  changed(order, "accepted, sent to the venue");
}

fixspec::Result<Engine::Target, RejectDetail> Engine::target_of(
    const SessionId& session, const fixspec::NewOrderSingle& request) const {
  const auto venue = venue_of(request.account);
  const auto permission = permissions_.sessions.find(session);
  if (!venue || permission == permissions_.sessions.end() ||
      !permission->second.accounts.contains(request.account)) {
    return fixspec::Unexpected{refusal(
        RejectCode::UnknownAccount,
        "Account(1) " + request.account.to_string() + " is not one that this session may use")};
  }
  if (request.instrument.venue && *request.instrument.venue != *venue) {
    return fixspec::Unexpected{
        refusal(RejectCode::UnknownSymbol,
                "SecurityExchange(207) " + std::string{fixspec::to_fix(*request.instrument.venue)} +
                    " is not the venue of account " + request.account.to_string() + ", which is " +
                    std::string{fixspec::to_fix(*venue)})};
  }
  const auto instrument = instruments_.resolve(*venue, request.instrument);
  if (!instrument) {
    // Before the first link nothing is known of the venue's instruments.
    if (const auto no_link = check_link(request.account)) return fixspec::Unexpected{*no_link};
    return fixspec::Unexpected{instrument.error()};
  }
  return Target{.instrument = *instrument, .venue = *venue};
}

// What the dialect or the venue cannot do with these fields together.
std::optional<RejectDetail> Engine::check_terms(const fixspec::NewOrderSingle& request,
                                                fixspec::Venue venue) const {
  const auto unsupported = [](const std::string& why) {
    return refusal(RejectCode::UnsupportedValue, why);
  };
  if (fixspec::has_price(request.ord_type) != request.price.has_value() ||
      fixspec::has_stop_px(request.ord_type) != request.stop_px.has_value()) {
    return refusal(RejectCode::MissingField,
                   "OrdType(40) asks for other prices than Price(44) and StopPx(99) give");
  }
  const bool waits = request.time_in_force == fixspec::TimeInForce::GoodTillCancel ||
                     request.time_in_force == fixspec::TimeInForce::GoodTillDate;
  if (request.exec_inst.participate_dont_initiate &&
      (request.ord_type != fixspec::OrdType::Limit || !waits)) {
    return unsupported("ExecInst(18)=6 goes with a limit order that may wait");
  }
  if (fixspec::has_stop_px(request.ord_type)) {
    const auto found = capabilities_.find(venue);
    if (found == capabilities_.end() || !found->second.stop_orders) {
      return refusal(RejectCode::VenueCannot, "this venue has no stop orders");
    }
    if (!waits) return unsupported("a stop order has to wait: TimeInForce(59) 1 or 6");
    if (request.trigger_ref == fixspec::TriggerRef::Index && !found->second.trigger_on_index) {
      return refusal(RejectCode::VenueCannot,
                     "this venue does not trigger on the index: TriggerRef(20045) L or M");
    }
  }
  if (request.expire_time && *request.expire_time <= now_.utc_ns) {
    return unsupported("ExpireTime(126) is in the past");
  }
  return std::nullopt;
}

std::optional<RejectDetail> Engine::check_link(const fixspec::AccountId& id) const {
  const Account& account = accounts_.at(id);
  if (!account.link_up) {
    return refusal(RejectCode::VenueDown, "no link to " +
                                              std::string{fixspec::to_fix(account.venue)} +
                                              " for account " + id.to_string());
  }
  if (account.phase != Phase::Ready) {
    return refusal(RejectCode::Recovering, "account " + id.to_string() +
                                               " is being reconciled with " +
                                               std::string{fixspec::to_fix(account.venue)});
  }
  return std::nullopt;
}

Order& Engine::make_order(const SessionId& session, const fixspec::NewOrderSingle& request,
                          const fixspec::InstrumentKey& instrument) {
  Order order;
  order.number = sequence_;
  order.order_id = make_order_id(epoch_, sequence_);
  order.client_id = make_venue_cl_ord_id(instance_, epoch_, sequence_);
  order.session = session;
  order.account = request.account;
  order.instrument = instrument;
  order.cl_ord_id = request.cl_ord_id;
  order.side = request.side;
  order.ord_type = request.ord_type;
  order.time_in_force = request.time_in_force;
  order.trigger_ref = request.trigger_ref;
  order.exec_inst = request.exec_inst;
  order.exec_inst_text = request.exec_inst_text;
  order.price = request.price;
  order.stop_px = request.stop_px;
  order.expire_time = request.expire_time;
  order.order_qty = request.order_qty;
  order.created_utc_ns = now_.utc_ns;
  return orders_.add(std::move(order));
}

// Kept, so that the same ClOrdID is answered the same when it is sent again.
void Engine::refuse_new(const SessionId& session, const fixspec::NewOrderSingle& request,
                        const RejectDetail& detail) {
  reject_new(make_order(session, request, key_of(request)), detail);
}

// What the request names, as far as it can be told: for reports on what is refused.
fixspec::InstrumentKey Engine::key_of(const fixspec::NewOrderSingle& request) const {
  const auto venue =
      request.instrument.venue ? request.instrument.venue : venue_of(request.account);
  return {.venue = venue.value_or(fixspec::Venue{}),
          .segment = request.instrument.segment.value_or(fixspec::Segment{}),
          .symbol = request.instrument.symbol};
}

risk::Proposal Engine::proposal_for(const Order& order, const fixspec::Instrument& instrument,
                                    const risk::ReferencePrices& reference) {
  risk::Proposal proposal;
  proposal.instrument = &instrument;
  if (const auto found = permissions_.sessions.find(order.session);
      found != permissions_.sessions.end()) {
    proposal.permission = &found->second;
  }
  proposal.account = order.account;
  proposal.side = order.side;
  proposal.ord_type = order.ord_type;
  proposal.order_qty = order.order_qty;
  proposal.price = order.price;
  proposal.stop_px = order.stop_px;
  proposal.added_leaves = order.order_qty;
  proposal.reference = reference;
  proposal.now = now_.utc_ns;
  proposal.exposure = exposure_.of(order.account, order.instrument);
  proposal.usages = exposure_.usages(order.terms(), now_);
  return proposal;
}

void Engine::place(Order& order) {
  order.place_valid_until = steady_ns_ + request_validity_ns_;
  translators::PlaceOrder ask{.client_id = order.client_id,
                              .instrument = order.instrument,
                              .side = order.side,
                              .ord_type = order.ord_type,
                              .time_in_force = order.time_in_force,
                              .order_qty = order.order_qty,
                              .price = order.price,
                              .stop_px = order.stop_px,
                              .trigger_ref = order.trigger_ref,
                              .exec_inst = order.exec_inst,
                              .expire_time = order.expire_time,
                              .valid_until = now_.utc_ns + request_validity_ns_};
  if (order.expire_time && !capabilities_of(order.instrument.venue).good_till_date) {
    // The venue has no such thing: it works until cancelled, and we cancel it in time.
    ask.time_in_force = fixspec::TimeInForce::GoodTillCancel;
    ask.expire_time.reset();
    order.expiry_timer = set_timer(
        {.kind = Task::Kind::Expire, .order = order.number, .account = {}}, *order.expire_time);
  }
  order.place_request = request(order.account, std::move(ask));
}

// ---- G
// -------------------------------------------------------------------------------------------

void Engine::on(const SessionId& session, const risk::ReferencePrices& reference,
                const fixspec::OrderCancelReplaceRequest& request) {
  constexpr auto to_replace = CxlRejResponseTo::CancelReplaceRequest;
  Order* order = orders_.by_cl_ord_id(session, request.orig_cl_ord_id);
  if (order == nullptr) {
    return answer_without_order(session, request.cl_ord_id, request.orig_cl_ord_id, to_replace);
  }
  const auto refuse = [&](CxlRejReason reason, const RejectDetail& detail) {
    send_cancel_reject(*order, request.cl_ord_id, order->cl_ord_id, {to_replace, reason}, detail);
  };
  if (orders_.is_used(session, request.cl_ord_id)) {
    return refuse(CxlRejReason::DuplicateClOrdId, duplicate(request.cl_ord_id));
  }
  orders_.name(*order, request.cl_ord_id, now_.utc_ns);
  if (const auto refused = check_replace(*order, request)) {
    return refuse(refused->first.reason, refused->second);
  }
  const fixspec::Instrument* instrument = instruments_.find(order->instrument);
  CAUSEWAY_ASSERT(instrument != nullptr);
  // A replacement that only gives up what is not filled is a cancel, and cancels always pass.
  if (request.order_qty > order->cum_qty) {
    risk::Proposal proposal = proposal_for(*order, *instrument, reference);
    proposal.order_qty = request.order_qty;
    proposal.price = request.price;
    proposal.stop_px = request.stop_px;
    proposal.added_leaves = request.order_qty > order->order_qty
                                ? request.order_qty - order->order_qty
                                : fixspec::Quantity{};
    proposal.is_replace = true;
    auto verdict = risk::decide(proposal);
    if (!verdict) verdict = check_halts(*order, proposal.added_leaves);
    outputs_->push_back(
        RiskDecision{.session = session,
                     .account = order->account,
                     .cl_ord_id = request.cl_ord_id,
                     .accepted = !verdict,
                     .reject = verdict,
                     .reference_price = reference.mark ? reference.mark : reference.index});
    if (verdict) return refuse(as_cxl_rej_reason(*verdict), *verdict);
    if (const auto detail = check_link(order->account)) {
      return refuse(as_cxl_rej_reason(*detail), *detail);
    }
    exposure_.count_message(order->terms(), false, now_);
  }
  start_replace(*order, request);
}

std::optional<std::pair<Engine::CancelReply, RejectDetail>> Engine::check_replace(
    const Order& order, const fixspec::OrderCancelReplaceRequest& request) const {
  const auto no = [](CxlRejReason reason, RejectCode code, const std::string& why) {
    return std::pair{CancelReply{CxlRejResponseTo::CancelReplaceRequest, reason},
                     refusal(code, why)};
  };
  const auto mismatch = [&](const std::string& field) {
    return no(CxlRejReason::Other, RejectCode::FieldMismatch,
              field + " differs from the order's, and cannot be changed");
  };
  if (order.is_final() || order.cum_qty >= order.order_qty) {
    return no(CxlRejReason::TooLateToCancel, RejectCode::TooLate,
              "the order has ended: " + std::string{fixspec::to_words(order.base_status())});
  }
  if (order.cancel || order.replace || !order.acknowledged) {
    return no(CxlRejReason::AlreadyPending, RejectCode::AlreadyPending,
              "the order is " + std::string{fixspec::to_words(order.ord_status())});
  }
  if (request.orig_cl_ord_id != order.cl_ord_id) {
    return no(CxlRejReason::Other, RejectCode::FieldMismatch,
              "OrigClOrdID(41) is not the last accepted ClOrdID, which is " +
                  order.cl_ord_id.to_string());
  }
  if (request.order_id && *request.order_id != order.order_id) return mismatch("OrderID(37)");
  if (request.instrument.symbol != order.instrument.symbol) return mismatch("Symbol(55)");
  if (request.instrument.venue && *request.instrument.venue != order.instrument.venue) {
    return mismatch("SecurityExchange(207)");
  }
  if (request.side != order.side) return mismatch("Side(54)");
  if (request.ord_type != order.ord_type) return mismatch("OrdType(40)");
  if (request.price.has_value() != order.price.has_value()) return mismatch("Price(44)");
  if (request.stop_px.has_value() != order.stop_px.has_value()) return mismatch("StopPx(99)");
  const auto cannot = [&](const std::string& what) {
    return no(
        CxlRejReason::BrokerOption, RejectCode::VenueCannot,
        what + " cannot be changed on " + std::string{fixspec::to_fix(order.instrument.venue)});
  };
  if (request.time_in_force && *request.time_in_force != order.time_in_force) {
    return cannot("TimeInForce(59)");
  }
  if (request.exec_inst && *request.exec_inst != order.exec_inst) return cannot("ExecInst(18)");
  const auto capabilities = capabilities_of(order.instrument.venue);
  if (fixspec::has_stop_px(order.ord_type) && !order.triggered && !capabilities.amend_stop_orders &&
      request.order_qty > order.cum_qty) {
    return cannot("a stop order that waits");
  }
  if (!capabilities.amend_price && request.price != order.price) return cannot("Price(44)");
  if (!capabilities.amend_qty && request.order_qty != order.order_qty &&
      request.order_qty > order.cum_qty) {
    return cannot("OrderQty(38)");
  }
  if (!capabilities.amend_stop_px && request.stop_px != order.stop_px) return cannot("StopPx(99)");
  return std::nullopt;
}

void Engine::start_replace(Order& order, const fixspec::OrderCancelReplaceRequest& request) {
  order.replace = PendingReplace{.cl_ord_id = request.cl_ord_id,
                                 .order_qty = request.order_qty,
                                 .price = request.price,
                                 .stop_px = request.stop_px,
                                 .cancel_rest = request.order_qty <= order.cum_qty,
                                 .refused = {},
                                 .valid_until = steady_ns_ + request_validity_ns_};
  refresh_reservation(order);
  auto pending = report_of(order, ExecType::PendingReplace);
  pending.cl_ord_id = request.cl_ord_id;
  pending.orig_cl_ord_id = order.cl_ord_id;
  send(order.session, std::move(pending));
  if (order.replace->cancel_rest) {
    cancel_rest(order);
    return changed(order, "replace to what is filled, cancelling the rest");
  }
  order.replace->request_id = this->request(
      order.account, translators::AmendOrder{.client_id = order.client_id,
                                             .venue_order_id = order.venue_order_id,
                                             .instrument = order.instrument,
                                             .side = order.side,
                                             .ord_type = order.ord_type,
                                             .order_qty = request.order_qty,
                                             .cum_qty = order.cum_qty,
                                             .price = request.price,
                                             .stop_px = request.stop_px,
                                             .exec_inst = order.exec_inst,
                                             .valid_until = now_.utc_ns + request_validity_ns_});
  changed(order, "replace sent to the venue");
}

// ---- F
// -------------------------------------------------------------------------------------------

void Engine::on(const SessionId& session, const risk::ReferencePrices&,
                const fixspec::OrderCancelRequest& request) {
  Order* order = nullptr;
  if (request.orig_cl_ord_id) order = orders_.by_cl_ord_id(session, *request.orig_cl_ord_id);
  if (!request.orig_cl_ord_id && request.order_id) order = orders_.by_order_id(*request.order_id);
  if (order != nullptr && order->session != session) order = nullptr;
  if (order == nullptr) {
    return answer_without_order(session, request.cl_ord_id, request.orig_cl_ord_id,
                                CxlRejResponseTo::CancelRequest);
  }
  const auto refuse = [&](CxlRejReason reason, const RejectDetail& detail) {
    send_cancel_reject(*order, request.cl_ord_id, request.orig_cl_ord_id.value_or(order->cl_ord_id),
                       {CxlRejResponseTo::CancelRequest, reason}, detail);
  };
  if (orders_.is_used(session, request.cl_ord_id)) {
    return refuse(CxlRejReason::DuplicateClOrdId, duplicate(request.cl_ord_id));
  }
  orders_.name(*order, request.cl_ord_id, now_.utc_ns);
  if (order->is_final()) {
    return refuse(
        CxlRejReason::TooLateToCancel,
        refusal(RejectCode::TooLate,
                "the order has ended: " + std::string{fixspec::to_words(order->base_status())}));
  }
  if (order->cancel && order->cancel->cl_ord_id) {
    return refuse(CxlRejReason::AlreadyPending,
                  refusal(RejectCode::AlreadyPending,
                          "cancel " + order->cancel->cl_ord_id->to_string() + " is pending"));
  }
  // An expiry may be under way; the client's own request takes its place, and the expiry comes back
  // should that be refused. A mass cancel goes on, and answers the request, too. Sending a cancel
  // twice does no harm.
  const bool goes_on = order->cancel && order->cancel->cause == PendingCancel::Cause::MassCancel;
  order->cancel = PendingCancel{
      .cause = goes_on ? PendingCancel::Cause::MassCancel : PendingCancel::Cause::Client,
      .cl_ord_id = request.cl_ord_id,
      .refused = {}};
  auto pending = report_of(*order, ExecType::PendingCancel);
  pending.cl_ord_id = request.cl_ord_id;
  pending.orig_cl_ord_id = request.orig_cl_ord_id.value_or(order->cl_ord_id);
  send(session, std::move(pending));
  if (order->held) return cancel_held(*order);
  send_cancel(*order);
  changed(*order, "cancel sent to the venue");
}

// ---- what the codec refused
// ----------------------------------------------------------------------

void Engine::on(const SessionId& session, const risk::ReferencePrices&,
                const fixspec::RefusedRequest& request) {
  if (request.msg_type == 'D') {
    fixspec::NewOrderSingle as_order{
        .cl_ord_id = request.cl_ord_id,
        .account = request.account.value_or(fixspec::AccountId{}),
        .instrument = request.instrument.value_or(fixspec::InstrumentRef{}),
        .side = request.side.value_or(fixspec::Side::Buy),
        .order_qty = request.order_qty.value_or(fixspec::Quantity{}),
        .exec_inst_text = {}};
    RejectDetail detail;
    detail.code = request.code;
    detail.text = request.text;
    if (orders_.is_used(session, request.cl_ord_id)) {
      detail = duplicate(request.cl_ord_id);
      fixspec::ExecutionReport report;
      report.exec_id = next_exec_id();
      report.cl_ord_id = request.cl_ord_id;
      report.exec_type = ExecType::Rejected;
      report.ord_status = OrdStatus::Rejected;
      report.account = request.account;
      report.side = request.side;
      report.transact_time = now_.utc_ns;
      report.reject = detail;
      return send(session, std::move(report));
    }
    return refuse_new(session, as_order, detail);
  }
  RejectDetail detail;
  detail.code = request.code;
  detail.text = request.text;
  if (request.msg_type == 'q') {
    fixspec::OrderMassCancelReport report{.order_id = make_order_id(epoch_, sequence_),
                                          .cl_ord_id = request.cl_ord_id,
                                          .affected_cl_ord_ids = {},
                                          .reject = detail,
                                          .transact_time = now_.utc_ns};
    return send(session, std::move(report));
  }
  const auto response_to = request.msg_type == 'G' ? CxlRejResponseTo::CancelReplaceRequest
                                                   : CxlRejResponseTo::CancelRequest;
  const ClOrdId orig = request.orig_cl_ord_id.value_or(request.cl_ord_id);
  const CancelReply reply{response_to, as_cxl_rej_reason(detail)};
  if (const Order* order = orders_.by_cl_ord_id(session, orig)) {
    return send_cancel_reject(*order, request.cl_ord_id, orig, reply, detail);
  }
  fixspec::OrderCancelReject reject{.cl_ord_id = request.cl_ord_id,
                                    .orig_cl_ord_id = orig,
                                    .ord_status = OrdStatus::Rejected,
                                    .response_to = response_to,
                                    .cxl_rej_reason = reply.reason,
                                    .reject = detail,
                                    .transact_time = now_.utc_ns};
  send(session, std::move(reject));
}

}  // namespace causeway::gateway::engine
