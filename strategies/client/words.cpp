#include "strategies/client/words.hpp"

namespace causeway::strategies::client {
namespace {

using fixspec::ExecType;
using fixspec::ExecutionReport;

std::string upper(std::string_view words) {
  std::string text;
  for (const char c : words) {
    const bool capital = c >= 'A' && c <= 'Z';
    // "PendingNew" reads "PENDING NEW".
    if (capital && !text.empty()) text += ' ';
    text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return text;
}

std::string spaced(std::string_view words) {
  std::string text = upper(words);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string symbol_of(const ExecutionReport& report) {
  return report.instrument ? report.instrument->symbol.to_string() : "?";
}

std::string filled(const ExecutionReport& report) {
  std::string text = report.cum_qty.to_string() + " of " + report.order_qty.to_string() + " filled";
  if (!report.cum_qty.is_zero()) text += " at " + report.avg_px.to_string() + " on average";
  return text + ", " + report.leaves_qty.to_string() + " open";
}

std::string trade_in_words(const ExecutionReport& report) {
  const fixspec::Trade& trade = *report.trade;
  std::string text = report.side == fixspec::Side::Sell ? "sold " : "bought ";
  text += trade.last_qty.to_string() + " " + symbol_of(report) + " at " + trade.last_px.to_string();
  if (trade.liquidity) {
    text += *trade.liquidity == fixspec::LiquidityInd::Added ? " (maker)" : " (taker)";
  }
  text += ", " + filled(report);
  if (trade.fee) {
    text += trade.fee->amount.is_negative() ? ", rebate " : ", fee ";
    text += trade.fee->amount.abs().to_string() + " " + trade.fee->currency.to_string();
  }
  return text;
}

std::string refusal(const fixspec::RejectDetail& detail) {
  std::string text = detail.text.empty() ? "no reason was given" : detail.text;
  if (!detail.venue_error_code.empty()) {
    text += " (venue error " + detail.venue_error_code;
    if (!detail.venue_error_text.empty()) text += ": " + detail.venue_error_text;
    text += ")";
  }
  return text;
}

std::string what_happened(const ExecutionReport& report) {
  switch (report.exec_type) {
    case ExecType::PendingNew:
      return order_in_words(report) + ", on its way to the venue";
    case ExecType::New:
      return order_in_words(report) + ", works at the venue";
    case ExecType::PendingCancel:
      return "the venue is asked to cancel; " + filled(report);
    case ExecType::PendingReplace:
      return "the venue is asked to change the order; " + filled(report);
    case ExecType::Replaced:
      return "now " + order_in_words(report) + "; " + filled(report);
    case ExecType::Trade:
      return report.trade ? trade_in_words(report) : filled(report);
    case ExecType::Canceled:
    case ExecType::Expired:
    case ExecType::Restated:
    case ExecType::Triggered:
      return order_in_words(report) + "; " + filled(report);
    case ExecType::Rejected:
      return report.reject ? refusal(*report.reject) : report.text;
    case ExecType::OrderStatus:
      if (report.ord_rej_reason) return report.text.empty() ? "no such order" : report.text;
      return spaced(to_words(report.ord_status)) + ": " + order_in_words(report) + "; " +
             filled(report);
  }
  return "";
}

struct Words {
  std::string operator()(const ExecutionReport& report) const {
    std::string text = upper(to_words(report.exec_type));
    // FIX says NONE where a status is about no order at all.
    if (report.cl_ord_id.view() != "NONE") text += " " + report.cl_ord_id.to_string();
    if (report.exec_type == ExecType::Replaced && report.orig_cl_ord_id) {
      text += " (was " + report.orig_cl_ord_id->to_string() + ")";
    }
    text += ": " + what_happened(report);
    const bool reason_is_told =
        report.exec_type == ExecType::Rejected || report.exec_type == ExecType::OrderStatus;
    if (!report.text.empty() && !reason_is_told) text += " (" + report.text + ")";
    return text;
  }

  std::string operator()(const fixspec::OrderCancelReject& reject) const {
    const bool cancel = reject.response_to == fixspec::CxlRejResponseTo::CancelRequest;
    return std::string{cancel ? "CANCEL" : "REPLACE"} + " REJECTED " +
           reject.cl_ord_id.to_string() + " for " + reject.orig_cl_ord_id.to_string() + ": " +
           refusal(reject.reject) +
           (reject.order_id ? "; the order is " + spaced(to_words(reject.ord_status)) : "");
  }

  std::string operator()(const fixspec::OrderMassCancelReport& report) const {
    const std::string id = report.cl_ord_id.to_string();
    if (!report.accepted) {
      return "MASS CANCEL REJECTED " + id + ": " +
             (report.reject ? refusal(*report.reject) : std::string{"no reason was given"});
    }
    return "MASS CANCEL " + id + ": the venue is asked to cancel " +
           std::to_string(report.total_affected_orders) + " orders";
  }

  std::string operator()(const fixspec::TradingSessionStatus& status) const {
    const char* state = status.status == fixspec::TradSesStatus::Open     ? "open"
                        : status.status == fixspec::TradSesStatus::Halted ? "halted"
                                                                          : "closed";
    return "VENUE " + std::string{to_fix(status.venue)} + " is " + state +
           (status.text.empty() ? "" : ": " + status.text);
  }

  std::string operator()(const SecurityList& list) const {
    return "INSTRUMENTS: " + std::to_string(list.instruments.size()) +
           (list.last ? " (last page)" : "") + (list.text.empty() ? "" : ": " + list.text);
  }

  std::string operator()(const SessionReject& reject) const {
    return "MESSAGE REJECTED: the gateway could not read message " +
           std::to_string(reject.ref_seq_num) +
           (reject.ref_tag.empty() ? "" : ", tag " + reject.ref_tag) + ": " + reject.text;
  }

  std::string operator()(const BusinessReject& reject) const {
    return "NOT SERVED: message " + std::to_string(reject.ref_seq_num) + " of type " +
           reject.ref_msg_type + ": " + reject.text;
  }

  std::string operator()(const MarketDataSnapshot& snapshot) const {
    std::string text = "MARKET " + snapshot.symbol.to_string();
    for (const MarketDataEntry& entry : snapshot.entries) {
      text += " " + entry.id + (entry.size ? " x " + entry.size->to_string() : std::string{});
    }
    return text + (snapshot.text.empty() ? "" : ": " + snapshot.text);
  }

  std::string operator()(const MarketDataReject& reject) const {
    return "MARKET DATA REFUSED: " + reject.text;
  }

  std::string operator()(const Unreadable& unreadable) const {
    return "UNREADABLE message of type " + unreadable.msg_type + ": " + unreadable.why;
  }
};

}  // namespace

std::string order_in_words(const ExecutionReport& report) {
  using enum fixspec::OrdType;
  std::string text = report.side == fixspec::Side::Sell ? "sell " : "buy ";
  text += report.order_qty.to_string() + " " + symbol_of(report);
  const std::string price = report.price ? report.price->to_string() : "?";
  const std::string stop = report.stop_px ? report.stop_px->to_string() : "?";
  switch (report.ord_type) {
    case Market:
      text += " at market";
      break;
    case Limit:
      text += " at " + price;
      break;
    case Stop:
      text += " at market from " + stop;
      break;
    case StopLimit:
      text += " at " + price + " from " + stop;
      break;
  }
  if (report.time_in_force == fixspec::TimeInForce::ImmediateOrCancel) {
    text += ", immediate or cancel";
  }
  if (report.time_in_force == fixspec::TimeInForce::FillOrKill) text += ", fill or kill";
  if (report.exec_inst.find('6') != std::string::npos) text += ", post-only";
  if (report.exec_inst.find('E') != std::string::npos) text += ", reduce-only";
  return text;
}

std::string in_words(const EventBody& body) { return std::visit(Words{}, body); }

}  // namespace causeway::strategies::client
