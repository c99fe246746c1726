#include <utility>

#include "gateway/engine/engine.hpp"
#include "gateway/engine/ids.hpp"

// OrderMassCancelRequest, OrderStatusRequest, OrderMassStatusRequest.
namespace causeway::gateway::engine {

using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::RejectCode;
using fixspec::SessionId;

namespace {

bool names(const fixspec::InstrumentRef& reference, const fixspec::InstrumentKey& instrument) {
  return reference.symbol == instrument.symbol &&
         (!reference.venue || *reference.venue == instrument.venue) &&
         (!reference.segment || *reference.segment == instrument.segment);
}

// The filters that q and AF share.
template <class Request>
bool selects(const Request& request, const SessionId& session, const Order& order) {
  return order.session == session && (!request.account || *request.account == order.account) &&
         (!request.side || *request.side == order.side) &&
         (!request.instrument || names(*request.instrument, order.instrument));
}

}  // namespace

void Engine::on(const SessionId& session, const risk::ReferencePrices&,
                const fixspec::OrderMassCancelRequest& request) {
  fixspec::OrderMassCancelReport report{.order_id = make_order_id(epoch_, sequence_),
                                        .cl_ord_id = request.cl_ord_id,
                                        .type = request.type,
                                        .affected_cl_ord_ids = {},
                                        .reject = {},
                                        .transact_time = now_.utc_ns};
  const bool needs_instrument = request.type == fixspec::MassCancelRequestType::Security;
  const bool needs_market = request.type == fixspec::MassCancelRequestType::Market;
  if ((needs_instrument && !request.instrument) || (needs_market && !request.market)) {
    report.reject = refusal(RejectCode::MissingField,
                            needs_instrument ? "MassCancelRequestType(530)=1 needs Symbol(55)"
                                             : "MassCancelRequestType(530)=8 needs MarketID(1301)");
    return send(session, std::move(report));
  }
  std::vector<std::uint64_t> selected;
  for (const std::uint64_t number : orders_.open()) {
    const Order& order = *orders_.by_number(number);
    if (!selects(request, session, order)) continue;
    if (request.market && *request.market != order.instrument.venue) continue;
    selected.push_back(number);
    report.affected_cl_ord_ids.push_back(order.cl_ord_id);
  }
  report.accepted = true;
  report.total_affected_orders = static_cast<std::uint32_t>(selected.size());
  for (const std::uint64_t number : selected) {
    Order& order = *orders_.by_number(number);
    if (!order.cancel) {
      order.cancel =
          PendingCancel{.cause = PendingCancel::Cause::MassCancel, .cl_ord_id = {}, .refused = {}};
    } else if (order.cancel->cause == PendingCancel::Cause::Client) {
      // From now on it is tried until the order ends; nobody would repeat the mass cancel.
      order.cancel->cause = PendingCancel::Cause::MassCancel;
    }
    if (order.held) {
      cancel_held(order);
      continue;
    }
    send_cancel(order);
    changed(order, "mass cancel sent to the venue");
  }
  send(session, std::move(report));
}

void Engine::on(const SessionId& session, const risk::ReferencePrices&,
                const fixspec::OrderStatusRequest& request) {
  const Order* order = nullptr;
  if (request.cl_ord_id) order = orders_.by_cl_ord_id(session, *request.cl_ord_id);
  if (order == nullptr && request.order_id) order = orders_.by_order_id(*request.order_id);
  if (order != nullptr && order->session == session) {
    auto report = report_of(*order, ExecType::OrderStatus);
    report.ord_status_req_id = request.ord_status_req_id;
    return send(session, std::move(report));
  }
  const PastName* const ended =
      request.cl_ord_id ? ended_order(session, *request.cl_ord_id) : nullptr;
  if (ended != nullptr) {
    auto report = status_of(*ended, *request.cl_ord_id);
    report.ord_status_req_id = request.ord_status_req_id;
    report.side = request.side;
    return send(session, std::move(report));
  }
  fixspec::ExecutionReport report;
  report.exec_id = next_exec_id();
  report.cl_ord_id = request.cl_ord_id.value_or(fixspec::ClOrdId{"NONE"});
  report.exec_type = ExecType::OrderStatus;
  report.ord_status = OrdStatus::Rejected;
  report.ord_rej_reason = fixspec::OrdRejReason::UnknownOrder;
  report.side = request.side;
  report.text = "no such order in this session";
  report.ord_status_req_id = request.ord_status_req_id;
  report.transact_time = now_.utc_ns;
  send(session, std::move(report));
}

void Engine::on(const SessionId& session, const risk::ReferencePrices&,
                const fixspec::OrderMassStatusRequest& request) {
  std::vector<const Order*> selected;
  for (const std::uint64_t number : orders_.open()) {
    const Order* order = orders_.by_number(number);
    if (selects(request, session, *order)) selected.push_back(order);
  }
  if (selected.empty()) {
    fixspec::ExecutionReport report;
    report.exec_id = next_exec_id();
    report.cl_ord_id = fixspec::ClOrdId{"NONE"};
    report.exec_type = ExecType::OrderStatus;
    report.ord_status = OrdStatus::Rejected;
    report.ord_rej_reason = fixspec::OrdRejReason::UnknownOrder;
    report.text = "no open order";
    report.mass_status_req_id = request.mass_status_req_id;
    report.tot_num_reports = 0;
    report.last_rpt_requested = true;
    report.transact_time = now_.utc_ns;
    return send(session, std::move(report));
  }
  for (std::size_t i = 0; i < selected.size(); ++i) {
    auto report = report_of(*selected[i], ExecType::OrderStatus);
    report.mass_status_req_id = request.mass_status_req_id;
    report.tot_num_reports = static_cast<std::uint32_t>(selected.size());
    report.last_rpt_requested = i + 1 == selected.size();
    send(session, std::move(report));
  }
}

}  // namespace causeway::gateway::engine
