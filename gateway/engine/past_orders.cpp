#include <utility>

#include "gateway/engine/engine.hpp"
#include "gateway/engine/ids.hpp"

// Requests about orders that ended so long ago that only their ClOrdIDs are kept.
namespace causeway::gateway::engine {

using fixspec::ClOrdId;
using fixspec::CxlRejReason;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::RejectCode;
using fixspec::SessionId;

fixspec::RejectDetail duplicate(const ClOrdId& cl_ord_id) {
  return refusal(RejectCode::DuplicateClOrdId,
                 "ClOrdID(11) " + cl_ord_id.to_string() + " was used before in this session");
}

const PastName* Engine::ended_order(const SessionId& session, const ClOrdId& cl_ord_id) const {
  const PastName* const past = orders_.past(session, cl_ord_id);
  return past != nullptr && past->final_status ? past : nullptr;
}

// The order as it ended: what else it was is no longer known here, and the audit has it.
fixspec::ExecutionReport Engine::status_of(const PastName& past, const ClOrdId& cl_ord_id) {
  fixspec::ExecutionReport report;
  report.order_id = make_order_id(past.epoch, past.number);
  report.exec_id = next_exec_id();
  report.cl_ord_id = cl_ord_id;
  report.exec_type = ExecType::OrderStatus;
  report.ord_status = *past.final_status;
  report.cum_qty = past.cum_qty;
  report.avg_px = past.avg_px;
  report.transact_time = past.ended_utc_ns;
  return report;
}

void Engine::refuse_duplicate(const SessionId& session, const fixspec::NewOrderSingle& request) {
  fixspec::ExecutionReport report;
  report.exec_id = next_exec_id();
  report.cl_ord_id = request.cl_ord_id;
  report.exec_type = ExecType::Rejected;
  report.ord_status = OrdStatus::Rejected;
  report.account = request.account;
  report.instrument = key_of(request);
  report.side = request.side;
  report.ord_type = request.ord_type;
  report.order_qty = request.order_qty;
  report.transact_time = now_.utc_ns;
  report.reject = duplicate(request.cl_ord_id);
  send(session, std::move(report));
}

void Engine::answer_without_order(const SessionId& session, const ClOrdId& cl_ord_id,
                                  const std::optional<ClOrdId>& orig_cl_ord_id,
                                  fixspec::CxlRejResponseTo response_to) {
  fixspec::OrderCancelReject reject{.cl_ord_id = cl_ord_id,
                                    .orig_cl_ord_id = orig_cl_ord_id.value_or(cl_ord_id),
                                    .ord_status = OrdStatus::Rejected,
                                    .response_to = response_to,
                                    .cxl_rej_reason = CxlRejReason::UnknownOrder,
                                    .reject = {},
                                    .transact_time = now_.utc_ns};
  const PastName* const ended = orig_cl_ord_id ? ended_order(session, *orig_cl_ord_id) : nullptr;
  if (ended != nullptr) {
    reject.order_id = make_order_id(ended->epoch, ended->number);
    reject.ord_status = *ended->final_status;
    reject.cxl_rej_reason = CxlRejReason::TooLateToCancel;
    reject.reject =
        refusal(RejectCode::TooLate,
                "the order has ended: " + std::string{fixspec::to_words(*ended->final_status)});
  } else {
    reject.reject = refusal(
        RejectCode::UnknownOrder,
        (orig_cl_ord_id ? "OrigClOrdID(41) " + orig_cl_ord_id->to_string() : "OrderID(37)") +
            std::string{" names no order of this session"});
  }
  send(session, std::move(reject));
}

}  // namespace causeway::gateway::engine
