#include "gateway/fix/report_text.hpp"

#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "gateway/fix/tags.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr std::string_view no_symbol = "[N/A]";  // FIX's own way to say that there is none
constexpr char side_undisclosed = '7';
constexpr std::string_view no_order_id = "NONE";
constexpr std::string_view exchange_fees = "4";
constexpr int begin_string = 8;
constexpr int body_length = 9;

template <class AnId>
void put_id(FieldWriter& out, int tag, const std::optional<AnId>& id) {
  if (id) out.text(tag, id->view());
}

template <class AnAmount>
void put_amount(FieldWriter& out, int tag, const std::optional<AnAmount>& amount) {
  if (amount) out.decimal(tag, amount->value());
}

template <class Enum>
void put_number(FieldWriter& out, int tag, const std::optional<Enum>& value) {
  if (value) out.number(tag, static_cast<int>(*value));
}

void put_reject(FieldWriter& out, const fixspec::RejectDetail& reject) {
  out.number(tag::reject_code, static_cast<int>(reject.code));
  out.clean(tag::venue_error_code, reject.venue_error_code);
  out.clean(tag::venue_error_text, reject.venue_error_text);
  if (reject.risk_limit.empty() && reject.risk_used.empty()) return;
  out.text(tag::risk_rule_id, fixspec::to_text(reject.code));
  out.clean(tag::risk_limit, reject.risk_limit);
  out.clean(tag::risk_used, reject.risk_used);
}

void put_fee(FieldWriter& out, const fixspec::Trade& trade) {
  if (!trade.fee) return;
  out.number(tag::no_misc_fees, 1);
  out.decimal(tag::misc_fee_amt, trade.fee->amount);
  out.text(tag::misc_fee_curr, trade.fee->currency.view());
  out.text(tag::misc_fee_type, exchange_fees);
}

std::optional<fixspec::OrdRejReason> ord_rej_reason_of(const fixspec::ExecutionReport& report) {
  if (report.ord_rej_reason) return report.ord_rej_reason;
  if (!report.reject || report.exec_type != fixspec::ExecType::Rejected) return std::nullopt;
  return fixspec::ord_rej_reason(report.reject->code);
}

std::string_view text_of(const fixspec::ExecutionReport& report) {
  const bool reject_has_text = report.reject && !report.reject->text.empty();
  return reject_has_text ? report.reject->text : report.text;
}

// Tags 1 to 60: what every report has.
void put_first_half(FieldWriter& out, const fixspec::ExecutionReport& report, int time_digits) {
  put_id(out, tag::account, report.account);
  out.decimal(tag::avg_px, report.avg_px.value());
  out.text(tag::cl_ord_id, report.cl_ord_id.view());
  out.decimal(tag::cum_qty, report.cum_qty.value());
  out.text(tag::exec_id, report.exec_id.view());
  out.clean(tag::exec_inst, report.exec_inst);
  if (report.trade) {
    if (report.instrument) out.text(tag::last_mkt, fixspec::to_fix(report.instrument->venue));
    out.decimal(tag::last_px, report.trade->last_px.value());
    out.decimal(tag::last_qty, report.trade->last_qty.value());
  }
  out.text(tag::order_id, report.order_id ? report.order_id->view() : no_order_id);
  out.decimal(tag::order_qty, report.order_qty.value());
  out.character(tag::ord_status, static_cast<char>(report.ord_status));
  out.character(tag::ord_type, static_cast<char>(report.ord_type));
  put_id(out, tag::orig_cl_ord_id, report.orig_cl_ord_id);
  put_amount(out, tag::price, report.price);
  out.character(tag::side, report.side ? static_cast<char>(*report.side) : side_undisclosed);
  out.text(tag::symbol,
           report.instrument ? report.instrument->symbol.view() : std::string_view{no_symbol});
  out.clean(tag::text, text_of(report));
  out.character(tag::time_in_force, static_cast<char>(report.time_in_force));
  out.time(tag::transact_time, report.transact_time, time_digits);
}

void put(FieldWriter& out, const fixspec::ExecutionReport& report, int time_digits) {
  put_first_half(out, report, time_digits);
  put_amount(out, tag::stop_px, report.stop_px);
  put_number(out, tag::ord_rej_reason, ord_rej_reason_of(report));
  if (report.expire_time) out.time(tag::expire_time, *report.expire_time, time_digits);
  if (report.trade) put_fee(out, *report.trade);
  out.character(tag::exec_type, static_cast<char>(report.exec_type));
  out.decimal(tag::leaves_qty, report.leaves_qty.value());
  put_id(out, tag::secondary_order_id, report.venue_order_id);
  if (report.instrument)
    out.text(tag::security_exchange, fixspec::to_fix(report.instrument->venue));
  put_number(out, tag::exec_restatement_reason, report.restatement_reason);
  if (report.trade) out.text(tag::secondary_exec_id, report.trade->trade_id.view());
  out.text(tag::mass_status_req_id, report.mass_status_req_id);
  out.text(tag::ord_status_req_id, report.ord_status_req_id);
  if (report.trade && report.trade->liquidity) {
    out.character(tag::last_liquidity_ind, static_cast<char>(*report.trade->liquidity));
  }
  if (report.tot_num_reports) out.number(tag::tot_num_reports, *report.tot_num_reports);
  if (report.last_rpt_requested) out.character(tag::last_rpt_requested, 'Y');
  put_number(out, tag::exec_origin, report.exec_origin);
  if (report.reject) put_reject(out, *report.reject);
}

void put(FieldWriter& out, const fixspec::OrderCancelReject& report, int time_digits) {
  put_id(out, tag::account, report.account);
  out.text(tag::cl_ord_id, report.cl_ord_id.view());
  out.text(tag::order_id, report.order_id ? report.order_id->view() : no_order_id);
  out.character(tag::ord_status, static_cast<char>(report.ord_status));
  out.text(tag::orig_cl_ord_id,
           report.orig_cl_ord_id.empty() ? no_order_id : report.orig_cl_ord_id.view());
  out.clean(tag::text, report.reject.text);
  out.time(tag::transact_time, report.transact_time, time_digits);
  out.number(tag::cxl_rej_reason, static_cast<int>(report.cxl_rej_reason));
  out.character(tag::cxl_rej_response_to, static_cast<char>(report.response_to));
  put_reject(out, report.reject);
}

// MassCancelRejectReason(532) knows few reasons; RejectCode(20050) tells the rest.
int mass_cancel_reject_reason(fixspec::RejectCode code) {
  switch (fixspec::ord_rej_reason(code)) {
    case fixspec::OrdRejReason::UnknownSymbol:
      return 1;
    case fixspec::OrdRejReason::UnsupportedOrderCharacteristic:
      return 0;
    default:
      return 99;
  }
}

void put(FieldWriter& out, const fixspec::OrderMassCancelReport& report, int time_digits) {
  out.text(tag::cl_ord_id, report.cl_ord_id.view());
  out.text(tag::order_id, report.order_id.empty() ? no_order_id : report.order_id.view());
  if (report.reject) out.clean(tag::text, report.reject->text);
  out.time(tag::transact_time, report.transact_time, time_digits);
  out.character(tag::mass_cancel_request_type, static_cast<char>(report.type));
  out.character(tag::mass_cancel_response, report.accepted ? static_cast<char>(report.type) : '0');
  if (report.reject) {
    out.number(tag::mass_cancel_reject_reason, mass_cancel_reject_reason(report.reject->code));
  }
  out.number(tag::total_affected_orders, report.total_affected_orders);
  if (!report.affected_cl_ord_ids.empty()) {
    out.number(tag::no_affected_orders, report.affected_cl_ord_ids.size());
  }
  for (const fixspec::ClOrdId& id : report.affected_cl_ord_ids) {
    out.text(tag::orig_cl_ord_id, id.view());
  }
  if (report.reject) put_reject(out, *report.reject);
}

void put(FieldWriter& out, const fixspec::TradingSessionStatus& status, int) {
  out.clean(tag::text, status.text);
  out.text(tag::trading_session_id, fixspec::to_fix(status.venue));
  out.number(tag::trad_ses_status, static_cast<int>(status.status));
}

}  // namespace

std::string_view msg_type_of(const fixspec::Report& report) {
  struct Visitor {
    std::string_view operator()(const fixspec::ExecutionReport&) const { return "8"; }
    std::string_view operator()(const fixspec::OrderCancelReject&) const { return "9"; }
    std::string_view operator()(const fixspec::OrderMassCancelReport&) const { return "r"; }
    std::string_view operator()(const fixspec::TradingSessionStatus&) const { return "h"; }
  };
  return std::visit(Visitor{}, report);
}

void write_report(FieldWriter& out, const fixspec::Report& report, int time_digits) {
  std::visit([&](const auto& one) { put(out, one, time_digits); }, report);
}

ReportFrame::ReportFrame(Route route) : route_(std::move(route)) {}

std::string_view ReportFrame::make(const fixspec::Report& report, std::uint64_t msg_seq_num,
                                   fixspec::UtcNanos now, int time_digits) {
  body_.clear();
  body_.text(tag::msg_type, msg_type_of(report));
  body_.number(tag::msg_seq_num, msg_seq_num);
  body_.text(tag::sender_comp_id, route_.sender_comp_id);
  body_.time(tag::sending_time, now, time_digits);
  body_.text(tag::target_comp_id, route_.target_comp_id);
  write_report(body_, report, time_digits);

  frame_.clear();
  frame_.text(begin_string, route_.begin_string);
  frame_.number(body_length, body_.size());
  frame_.raw(body_.view());
  const std::uint8_t sum = checksum(frame_.view());
  const std::array<char, 7> trailer = {'1',
                                       '0',
                                       '=',
                                       static_cast<char>('0' + sum / 100),
                                       static_cast<char>('0' + sum / 10 % 10),
                                       static_cast<char>('0' + sum % 10),
                                       soh};
  frame_.raw({trailer.data(), trailer.size()});
  return frame_.view();
}

}  // namespace causeway::gateway::fix
