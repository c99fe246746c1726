#include <utility>

#include "gateway/engine/engine.hpp"
#include "gateway/engine/ids.hpp"

namespace causeway::gateway::engine {

fixspec::ExecId Engine::next_exec_id() {
  return make_exec_id(epoch_, sequence_, next_exec_index_++);
}

fixspec::ExecutionReport Engine::report_of(const Order& order, fixspec::ExecType exec_type) {
  fixspec::ExecutionReport report;
  report.order_id = order.order_id;
  report.exec_id = next_exec_id();
  report.cl_ord_id = order.cl_ord_id;
  report.venue_order_id = order.venue_order_id;
  report.exec_type = exec_type;
  report.ord_status = order.ord_status();
  if (!order.account.empty()) report.account = order.account;
  if (!order.instrument.symbol.empty()) report.instrument = order.instrument;
  report.side = order.side;
  report.ord_type = order.ord_type;
  report.time_in_force = order.time_in_force;
  report.price = order.price;
  report.stop_px = order.stop_px;
  report.exec_inst = order.exec_inst_text;
  report.expire_time = order.expire_time;
  report.order_qty = order.order_qty;
  report.cum_qty = order.cum_qty;
  report.leaves_qty = order.leaves_qty();
  report.avg_px = order.avg_px();
  report.transact_time = now_.utc_ns;
  return report;
}

void Engine::send(const fixspec::SessionId& session, fixspec::Report report) {
  outputs_->push_back(SendReport{.session = session,
                                 .report = std::move(report),
                                 .input_sequence = sequence_,
                                 .index = next_report_index_++});
}

void Engine::send_cancel_reject(const Order& order, const fixspec::ClOrdId& cl_ord_id,
                                const fixspec::ClOrdId& orig_cl_ord_id, CancelReply reply,
                                const fixspec::RejectDetail& detail) {
  send(order.session, fixspec::OrderCancelReject{.order_id = order.order_id,
                                                 .cl_ord_id = cl_ord_id,
                                                 .orig_cl_ord_id = orig_cl_ord_id,
                                                 .ord_status = order.ord_status(),
                                                 .account = order.account,
                                                 .response_to = reply.response_to,
                                                 .cxl_rej_reason = reply.reason,
                                                 .reject = detail,
                                                 .transact_time = now_.utc_ns});
}

void Engine::changed(const Order& order, std::string what) {
  outputs_->push_back(OrderChanged{.order_id = order.order_id,
                                   .session = order.session,
                                   .account = order.account,
                                   .cl_ord_id = order.cl_ord_id,
                                   .venue_cl_ord_id = order.client_id,
                                   .venue_order_id = order.venue_order_id,
                                   .instrument = order.instrument,
                                   .side = order.side,
                                   .ord_type = order.ord_type,
                                   .time_in_force = order.time_in_force,
                                   .ord_status = order.ord_status(),
                                   .order_qty = order.order_qty,
                                   .cum_qty = order.cum_qty,
                                   .leaves_qty = order.leaves_qty(),
                                   .avg_px = order.avg_px(),
                                   .price = order.price,
                                   .stop_px = order.stop_px,
                                   .exec_inst = order.exec_inst_text,
                                   .unknown = order.is_unknown(),
                                   .what = std::move(what)});
}

}  // namespace causeway::gateway::engine
