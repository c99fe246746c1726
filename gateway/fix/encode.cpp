#include "gateway/fix/encode.hpp"

#include <string_view>
#include <variant>

#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr std::string_view no_symbol = "[N/A]";  // FIX's own way to say that there is none
constexpr char side_undisclosed = '7';
constexpr std::string_view no_order_id = "NONE";
constexpr std::string_view exchange_fees = "4";

FIX::Message message_of_type(const std::string& type) {
  FIX::Message message;
  message.getHeader().setField(tag::msg_type, type);
  return message;
}

void put(FIX::FieldMap& fields, int tag, std::string_view value) {
  if (!value.empty()) fields.setField(tag, std::string{value});
}

// FIX::Message hides this function of its base.
void add_group(FIX::FieldMap& fields, int count_tag, const FIX::Group& group) {
  fields.addGroup(count_tag, group);
}

template <class Number>
void put_number(FIX::FieldMap& fields, int tag, Number value) {
  fields.setField(tag, std::to_string(value));
}

void put_char(FIX::FieldMap& fields, int tag, char value) {
  fields.setField(tag, std::string(1, value));
}

// Text from elsewhere: whatever could break a FIX field becomes a space.
void put_text(FIX::FieldMap& fields, int tag, std::string_view value) {
  std::string clean{value};
  for (char& c : clean) {
    if (c < ' ' || c > '~') c = ' ';
  }
  put(fields, tag, clean);
}

template <class AnId>
void put_id(FIX::FieldMap& fields, int tag, const std::optional<AnId>& id) {
  if (id) put(fields, tag, id->view());
}

template <class AnAmount>
void put_amount(FIX::FieldMap& fields, int tag, const std::optional<AnAmount>& amount) {
  if (amount) fields.setField(tag, amount->to_string());
}

// SecurityType(167) and CFICode(461) of an instrument; spot has no 167.
struct TypeTexts {
  std::string_view security_type;
  std::string_view cfi_code;
};

TypeTexts type_texts(const fixspec::Instrument& instrument) {
  switch (instrument.security_type) {
    case fixspec::SecurityType::Spot:
      return {"", "IXXXXX"};
    case fixspec::SecurityType::Future:
      return {"FUT", "FFCCSX"};
    case fixspec::SecurityType::Option:
      return {"OPT", instrument.put_or_call == fixspec::PutOrCall::Put ? "OPECCS" : "OCECCS"};
  }
  return {};
}

void put_reject(FIX::FieldMap& fields, const fixspec::RejectDetail& reject) {
  put_number(fields, tag::reject_code, static_cast<int>(reject.code));
  put_text(fields, tag::venue_error_code, reject.venue_error_code);
  put_text(fields, tag::venue_error_text, reject.venue_error_text);
  if (reject.risk_limit.empty() && reject.risk_used.empty()) return;
  put(fields, tag::risk_rule_id, fixspec::to_text(reject.code));
  put_text(fields, tag::risk_limit, reject.risk_limit);
  put_text(fields, tag::risk_used, reject.risk_used);
}

void put_trade(FIX::FieldMap& fields, const fixspec::Trade& trade) {
  put(fields, tag::secondary_exec_id, trade.trade_id.view());
  put(fields, tag::last_qty, trade.last_qty.to_string());
  put(fields, tag::last_px, trade.last_px.to_string());
  if (trade.liquidity) {
    put_char(fields, tag::last_liquidity_ind, static_cast<char>(*trade.liquidity));
  }
  if (!trade.fee) return;
  const int order[] = {tag::misc_fee_amt, tag::misc_fee_curr, tag::misc_fee_type, 0};
  FIX::Group fee{tag::no_misc_fees, tag::misc_fee_amt, order};
  put(fee, tag::misc_fee_amt, trade.fee->amount.to_string());
  put(fee, tag::misc_fee_curr, trade.fee->currency.view());
  put(fee, tag::misc_fee_type, exchange_fees);
  add_group(fields, tag::no_misc_fees, fee);
}

void put_order_terms(FIX::FieldMap& fields, const fixspec::ExecutionReport& report) {
  put_id(fields, tag::account, report.account);
  put(fields, tag::symbol,
      report.instrument ? report.instrument->symbol.view() : std::string_view{no_symbol});
  if (report.instrument) {
    put(fields, tag::security_exchange, fixspec::to_fix(report.instrument->venue));
  }
  put_char(fields, tag::side, report.side ? static_cast<char>(*report.side) : side_undisclosed);
  put(fields, tag::order_qty, report.order_qty.to_string());
  put_char(fields, tag::ord_type, static_cast<char>(report.ord_type));
  put_char(fields, tag::time_in_force, static_cast<char>(report.time_in_force));
  put_amount(fields, tag::price, report.price);
  put_amount(fields, tag::stop_px, report.stop_px);
  put_text(fields, tag::exec_inst, report.exec_inst);
}

FIX::Message execution_report(const fixspec::ExecutionReport& report, int time_digits) {
  FIX::Message message = message_of_type("8");
  put(message, tag::order_id, report.order_id ? report.order_id->view() : no_order_id);
  put_id(message, tag::secondary_order_id, report.venue_order_id);
  put(message, tag::cl_ord_id, report.cl_ord_id.view());
  put_id(message, tag::orig_cl_ord_id, report.orig_cl_ord_id);
  put(message, tag::exec_id, report.exec_id.view());
  put_char(message, tag::exec_type, static_cast<char>(report.exec_type));
  put_char(message, tag::ord_status, static_cast<char>(report.ord_status));
  put_order_terms(message, report);
  if (report.expire_time) {
    put(message, tag::expire_time, to_fix_time(*report.expire_time, time_digits));
  }
  put(message, tag::leaves_qty, report.leaves_qty.to_string());
  put(message, tag::cum_qty, report.cum_qty.to_string());
  put(message, tag::avg_px, report.avg_px.to_string());
  put(message, tag::transact_time, to_fix_time(report.transact_time, time_digits));
  if (report.trade) {
    if (report.instrument) put(message, tag::last_mkt, fixspec::to_fix(report.instrument->venue));
    put_trade(message, *report.trade);
  }
  if (report.reject) put_reject(message, *report.reject);
  if (report.ord_rej_reason) {
    put_number(message, tag::ord_rej_reason, static_cast<int>(*report.ord_rej_reason));
  } else if (report.reject && report.exec_type == fixspec::ExecType::Rejected) {
    put_number(message, tag::ord_rej_reason,
               static_cast<int>(fixspec::ord_rej_reason(report.reject->code)));
  }
  if (report.restatement_reason) {
    put_number(message, tag::exec_restatement_reason, static_cast<int>(*report.restatement_reason));
  }
  if (report.exec_origin) {
    put_number(message, tag::exec_origin, static_cast<int>(*report.exec_origin));
  }
  const bool reject_has_text = report.reject && !report.reject->text.empty();
  put_text(message, tag::text, reject_has_text ? report.reject->text : report.text);
  put(message, tag::ord_status_req_id, report.ord_status_req_id);
  put(message, tag::mass_status_req_id, report.mass_status_req_id);
  if (report.tot_num_reports) put_number(message, tag::tot_num_reports, *report.tot_num_reports);
  if (report.last_rpt_requested) put_char(message, tag::last_rpt_requested, 'Y');
  return message;
}

FIX::Message cancel_reject(const fixspec::OrderCancelReject& report, int time_digits) {
  FIX::Message message = message_of_type("9");
  put(message, tag::order_id, report.order_id ? report.order_id->view() : no_order_id);
  put(message, tag::cl_ord_id, report.cl_ord_id.view());
  put(message, tag::orig_cl_ord_id,
      report.orig_cl_ord_id.empty() ? no_order_id : report.orig_cl_ord_id.view());
  put_char(message, tag::ord_status, static_cast<char>(report.ord_status));
  put_id(message, tag::account, report.account);
  put(message, tag::transact_time, to_fix_time(report.transact_time, time_digits));
  put_char(message, tag::cxl_rej_response_to, static_cast<char>(report.response_to));
  put_number(message, tag::cxl_rej_reason, static_cast<int>(report.cxl_rej_reason));
  put_text(message, tag::text, report.reject.text);
  put_reject(message, report.reject);
  return message;
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

FIX::Message mass_cancel_report(const fixspec::OrderMassCancelReport& report, int time_digits) {
  FIX::Message message = message_of_type("r");
  put(message, tag::cl_ord_id, report.cl_ord_id.view());
  put(message, tag::order_id, report.order_id.empty() ? no_order_id : report.order_id.view());
  put_char(message, tag::mass_cancel_request_type, static_cast<char>(report.type));
  put_char(message, tag::mass_cancel_response,
           report.accepted ? static_cast<char>(report.type) : '0');
  put_number(message, tag::total_affected_orders, report.total_affected_orders);
  const int order[] = {tag::orig_cl_ord_id, 0};
  for (const fixspec::ClOrdId& id : report.affected_cl_ord_ids) {
    FIX::Group affected{tag::no_affected_orders, tag::orig_cl_ord_id, order};
    put(affected, tag::orig_cl_ord_id, id.view());
    add_group(message, tag::no_affected_orders, affected);
  }
  put(message, tag::transact_time, to_fix_time(report.transact_time, time_digits));
  if (report.reject) {
    put_number(message, tag::mass_cancel_reject_reason,
               mass_cancel_reject_reason(report.reject->code));
    put_text(message, tag::text, report.reject->text);
    put_reject(message, *report.reject);
  }
  return message;
}

void put_tick_rules(FIX::FieldMap& fields, const fixspec::Instrument& instrument) {
  const int order[] = {tag::start_tick_price_range, tag::tick_increment, 0};
  for (const fixspec::TickStep& step : instrument.tick_steps) {
    FIX::Group rule{tag::no_tick_rules, tag::start_tick_price_range, order};
    put(rule, tag::start_tick_price_range, step.above_price.to_string());
    put(rule, tag::tick_increment, step.tick.to_string());
    add_group(fields, tag::no_tick_rules, rule);
  }
}

void put_instrument(FIX::Group& entry, const fixspec::Instrument& instrument) {
  put(entry, tag::symbol, instrument.key.symbol.view());
  const TypeTexts types = type_texts(instrument);
  put(entry, tag::security_type, types.security_type);
  put(entry, tag::cfi_code, types.cfi_code);
  put(entry, tag::security_exchange, fixspec::to_fix(instrument.key.venue));
  if (instrument.expiry_utc_ns) {
    constexpr std::size_t date_size = 8;
    put(entry, tag::maturity_date, to_fix_time(*instrument.expiry_utc_ns, 0).substr(0, date_size));
  }
  if (instrument.put_or_call) {
    put_char(entry, tag::put_or_call, static_cast<char>(*instrument.put_or_call));
  }
  put_amount(entry, tag::strike_price, instrument.strike);
  put(entry, tag::contract_multiplier, instrument.contract_multiplier.to_string());
  put_char(entry, tag::qty_type, static_cast<char>(instrument.qty_type));
  put(entry, tag::currency, instrument.quote.view());
  put(entry, tag::settl_currency, instrument.settle.view());
  put(entry, tag::min_price_increment, instrument.tick.to_string());
  put_tick_rules(entry, instrument);
  put(entry, tag::min_trade_vol, instrument.min_qty.to_string());
  put_amount(entry, tag::max_trade_vol, instrument.max_qty);
  put_number(entry, tag::security_trading_status, static_cast<int>(instrument.status));
  put_char(entry, tag::contract_type, static_cast<char>(instrument.contract_type));
  put(entry, tag::qty_step, instrument.qty_step.to_string());
  put_amount(entry, tag::min_notional, instrument.min_notional);
}

}  // namespace

FIX::Message encode(const fixspec::Report& report, int time_digits) {
  struct Visitor {
    int time_digits;
    FIX::Message operator()(const fixspec::ExecutionReport& r) const {
      return execution_report(r, time_digits);
    }
    FIX::Message operator()(const fixspec::OrderCancelReject& r) const {
      return cancel_reject(r, time_digits);
    }
    FIX::Message operator()(const fixspec::OrderMassCancelReport& r) const {
      return mass_cancel_report(r, time_digits);
    }
    FIX::Message operator()(const fixspec::TradingSessionStatus& r) const { return encode(r, ""); }
  };
  return std::visit(Visitor{time_digits}, report);
}

FIX::Message business_reject(std::uint64_t ref_seq_num, const std::string& ref_msg_type, int reason,
                             const std::string& text) {
  FIX::Message message = message_of_type("j");
  put_number(message, tag::ref_seq_num, ref_seq_num);
  put(message, tag::ref_msg_type, ref_msg_type);
  put_number(message, tag::business_reject_reason, reason);
  put_text(message, tag::text, text);
  return message;
}

FIX::Message encode(const SecurityListPage& page) {
  FIX::Message message = message_of_type("y");
  put(message, tag::security_req_id, page.request_id);
  put(message, tag::security_response_id, page.response_id);
  put_number(message, tag::security_request_result, page.result);
  put_number(message, tag::tot_no_related_sym, page.total);
  put_char(message, tag::last_fragment, page.last ? 'Y' : 'N');
  put_text(message, tag::text, page.text);
  const int order[] = {
      tag::symbol,        tag::security_type, tag::cfi_code,       tag::security_exchange,
      tag::maturity_date, tag::put_or_call,   tag::strike_price,   tag::contract_multiplier,
      tag::qty_type,      tag::currency,      tag::settl_currency, tag::min_price_increment,
      tag::no_tick_rules, tag::min_trade_vol, tag::max_trade_vol,  tag::security_trading_status,
      tag::contract_type, tag::qty_step,      tag::min_notional,   0};
  for (const fixspec::Instrument* instrument : page.instruments) {
    FIX::Group entry{tag::no_related_sym, tag::symbol, order};
    put_instrument(entry, *instrument);
    add_group(message, tag::no_related_sym, entry);
  }
  return message;
}

FIX::Message encode(const fixspec::TradingSessionStatus& status, const std::string& request_id) {
  FIX::Message message = message_of_type("h");
  put(message, tag::trad_ses_req_id, request_id);
  put(message, tag::trading_session_id, fixspec::to_fix(status.venue));
  put_number(message, tag::trad_ses_status, static_cast<int>(status.status));
  put_text(message, tag::text, status.text);
  return message;
}

}  // namespace causeway::gateway::fix
