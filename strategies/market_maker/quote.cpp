#include "strategies/market_maker/quote.hpp"

#include <algorithm>

namespace causeway::strategies::market_maker {

using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Quantity;

namespace {

bool is_end(OrdStatus status) {
  return status == OrdStatus::Filled || status == OrdStatus::Canceled ||
         status == OrdStatus::Rejected || status == OrdStatus::Expired;
}

}  // namespace

bool Quote::is_named(const fixspec::ClOrdId& cl_ord_id) const {
  return cl_ord_id == cl_ord_id_ || cl_ord_id == replace_id_ || cl_ord_id == cancel_id_;
}

fixspec::NewOrderSingle Quote::place(fixspec::ClOrdId cl_ord_id, const Target& target,
                                     std::int64_t now_ns) {
  phase_ = Phase::PendingNew;
  refused_cancel_ = false;
  cl_ord_id_ = cl_ord_id;
  replace_id_.reset();
  cancel_id_.reset();
  price_ = target.price;
  order_qty_ = target.qty;
  cum_qty_ = Quantity{};
  changed_ns_ = now_ns;
  fixspec::NewOrderSingle order;
  order.cl_ord_id = cl_ord_id;
  order.account = settings_.account;
  order.instrument = settings_.instrument;
  order.side = side_;
  order.order_qty = target.qty;
  order.price = target.price;
  order.exec_inst.participate_dont_initiate = true;
  order.exec_inst_text.assign(1, '6');
  return order;
}

fixspec::OrderCancelReplaceRequest Quote::amend(fixspec::ClOrdId cl_ord_id, const Target& target,
                                                std::int64_t now_ns) {
  phase_ = Phase::PendingReplace;
  replace_id_ = cl_ord_id;
  changed_ns_ = now_ns;
  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = cl_ord_id;
  replace.orig_cl_ord_id = cl_ord_id_;
  replace.instrument = settings_.instrument;
  replace.side = side_;
  replace.order_qty = cum_qty_ + target.qty;
  replace.price = target.price;
  return replace;
}

fixspec::OrderCancelRequest Quote::cancel(fixspec::ClOrdId cl_ord_id, std::int64_t now_ns) {
  phase_ = Phase::PendingCancel;
  cancel_id_ = cl_ord_id;
  changed_ns_ = now_ns;
  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = cl_ord_id;
  // Never the name that a replace in flight gives it: where that was lost with the connection, the
  // gateway knows no such order, while this one still works. An old name finds a replaced order,
  // too.
  cancel.orig_cl_ord_id = cl_ord_id_;
  cancel.instrument = settings_.instrument;
  cancel.side = side_;
  return cancel;
}

void Quote::on_report(const fixspec::ExecutionReport& report) {
  if (phase_ == Phase::None) return;
  cum_qty_ = std::max(cum_qty_, report.cum_qty);
  if (report.exec_type == ExecType::Replaced && replace_id_ && report.cl_ord_id == *replace_id_) {
    cl_ord_id_ = *replace_id_;
    replace_id_.reset();
  }
  const bool tells_terms =
      report.exec_type == ExecType::New || report.exec_type == ExecType::Replaced ||
      report.exec_type == ExecType::Restated || report.exec_type == ExecType::OrderStatus;
  if (tells_terms) {
    order_qty_ = report.order_qty;
    if (report.price) price_ = *report.price;
  }
  if (is_end(report.ord_status)) return end();
  if (phase_ == Phase::PendingCancel) return;
  const bool works =
      report.ord_status == OrdStatus::New || report.ord_status == OrdStatus::PartiallyFilled;
  if (works) phase_ = replace_id_ ? Phase::PendingReplace : Phase::Working;
}

void Quote::on_not_sent(const fixspec::ClOrdId& cl_ord_id) {
  if (phase_ == Phase::None) return;
  if (cl_ord_id == cl_ord_id_) return end();
  if (cl_ord_id == replace_id_) replace_id_.reset();
  if (cl_ord_id == cancel_id_) cancel_id_.reset();
  if (!cancel_id_) phase_ = replace_id_ ? Phase::PendingReplace : Phase::Working;
}

void Quote::on_cancel_reject(const fixspec::OrderCancelReject& reject) {
  if (phase_ == Phase::None) return;
  if (reject.cl_ord_id == replace_id_) replace_id_.reset();
  if (reject.cl_ord_id == cancel_id_) cancel_id_.reset();
  if (is_end(reject.ord_status)) return end();
  if (reject.response_to == fixspec::CxlRejResponseTo::CancelRequest) refused_cancel_ = true;
  // An earlier cancel is still on its way: asking again brings nothing.
  if (cancel_id_ || reject.ord_status == OrdStatus::PendingCancel) return;
  phase_ = replace_id_ ? Phase::PendingReplace : Phase::Working;
}

}  // namespace causeway::strategies::market_maker
