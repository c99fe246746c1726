#include "gateway/audit/step_writer.hpp"

namespace causeway::gateway::audit {
namespace {

/// What a request to a venue has for the table.
struct AskRow {
  std::optional<std::string> venue_cl_ord_id;
  std::optional<std::string> symbol;
  std::optional<fixspec::Quantity> order_qty;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  std::optional<fixspec::UtcNanos> valid_until;
};

AskRow ask_row(const translators::Ask& ask) {
  struct Visitor {
    AskRow operator()(const translators::PlaceOrder& a) const {
      return {a.client_id.to_string(),
              a.instrument.symbol.to_string(),
              a.order_qty,
              a.price,
              a.stop_px,
              a.valid_until};
    }
    AskRow operator()(const translators::AmendOrder& a) const {
      return {a.client_id.to_string(),
              a.instrument.symbol.to_string(),
              a.order_qty,
              a.price,
              a.stop_px,
              a.valid_until};
    }
    AskRow operator()(const translators::CancelOrder& a) const {
      return {.venue_cl_ord_id = a.client_id.to_string(),
              .symbol = a.instrument.symbol.to_string()};
    }
    AskRow operator()(const translators::CancelAll& a) const {
      AskRow row;
      if (a.instrument) row.symbol = a.instrument->symbol.to_string();
      return row;
    }
    AskRow operator()(const translators::QueryOrder& a) const {
      return {.venue_cl_ord_id = a.client_id.to_string(),
              .symbol = a.instrument.symbol.to_string()};
    }
    AskRow operator()(const translators::QueryOpenOrders&) const { return {}; }
    AskRow operator()(const translators::QueryTrades&) const { return {}; }
    AskRow operator()(const translators::QueryPositions&) const { return {}; }
    AskRow operator()(const translators::QueryBalances&) const { return {}; }
  };
  return std::visit(Visitor{}, ask);
}

std::string on_the_wire(fixspec::ExecType type) { return std::string(1, static_cast<char>(type)); }
std::string on_the_wire(fixspec::OrdStatus status) {
  return std::string(1, static_cast<char>(status));
}

std::optional<std::int64_t> code_of(const std::optional<fixspec::RejectDetail>& reject) {
  return reject ? std::optional{static_cast<std::int64_t>(reject->code)} : std::nullopt;
}

}  // namespace

void StepWriter::on(const engine::RiskDecision& decision) {
  OptionalText rule;
  OptionalText limit;
  OptionalText used;
  if (decision.reject) {
    rule = std::string{to_text(decision.reject->code)};
    limit = if_any(decision.reject->risk_limit);
    used = if_any(decision.reject->risk_used);
  }
  // A replace is decided under its own ClOrdID, which the order takes on only later.
  OptionalText order_id = order_in_step(decision.cl_ord_id.view());
  if (!order_id) order_id = order_in_step({});
  run(sql_.risk.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(decision.session.view())
          .bind(decision.account.view())
          .bind(decision.cl_ord_id.view())
          .bind(order_id)
          .bind(decision.accepted)
          .bind(code_of(decision.reject))
          .bind(rule)
          .bind(text_of(decision.reference_price))
          .bind(limit)
          .bind(used)
          .bind(describe(decision)));
}

void StepWriter::on(const engine::SendRequest& sent) {
  const auto& request = sent.request;
  const AskRow row = ask_row(request.ask);
  run(sql_.venue_request.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(request.request_id)
          .bind(to_fix(request.venue))
          .bind(request.account.view())
          .bind(to_text(kind_of(request.ask)))
          .bind(order_at_venue(row.venue_cl_ord_id, std::nullopt, request.account))
          .bind(row.venue_cl_ord_id)
          .bind(row.symbol)
          .bind(text_of(row.order_qty))
          .bind(text_of(row.price))
          .bind(text_of(row.stop_px))
          .bind(row.valid_until)
          .bind(describe(request.ask)));
}

void StepWriter::on(const engine::OrderChanged& changed) {
  run(sql_.order_event.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(changed.order_id.view())
          .bind(changed.what)
          .bind(to_words(changed.ord_status))
          .bind(changed.unknown)
          .bind(changed.order_qty.to_string())
          .bind(changed.cum_qty.to_string())
          .bind(changed.leaves_qty.to_string())
          .bind(changed.avg_px.to_string())
          .bind(text_of(changed.price))
          .bind(text_of(changed.stop_px))
          .bind(describe(changed)));
}

void StepWriter::on(const engine::Alarm& alarm) {
  run(sql_.alarm.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(to_words(alarm.severity))
          .bind(alarm.event)
          .bind(alarm.text));
}

void StepWriter::on(const engine::VenueStatusChanged& changed) {
  run(sql_.venue_status.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(to_fix(changed.status.venue))
          .bind(to_words(changed.status.status))
          .bind(changed.status.text));
}

void StepWriter::on(const engine::SendReport& sent) {
  std::visit([&](const auto& report) { on(sent.session, report); }, sent.report);
}

void StepWriter::on(const fixspec::SessionId& session, const fixspec::ExecutionReport& report) {
  const OptionalText order_id = known(report.order_id);
  OptionalText last_qty;
  OptionalText last_px;
  if (report.trade) {
    last_qty = report.trade->last_qty.to_string();
    last_px = report.trade->last_px.to_string();
  }
  run(sql_.report.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(session.view())
          .bind("8")
          .bind(report.exec_id.view())
          .bind(order_id)
          .bind(text_of(report.order_id))
          .bind(report.cl_ord_id.view())
          .bind(text_of(report.orig_cl_ord_id))
          .bind(on_the_wire(report.exec_type))
          .bind(on_the_wire(report.ord_status))
          .bind(report.order_qty.to_string())
          .bind(report.cum_qty.to_string())
          .bind(report.leaves_qty.to_string())
          .bind(report.avg_px.to_string())
          .bind(last_qty)
          .bind(last_px)
          .bind(code_of(report.reject))
          .bind(report.transact_time)
          .bind(describe(fixspec::Report{report})));
  if (report.trade && order_id) write_execution(report);
  if (report.reject) {
    write_reject(session, "new order", report.cl_ord_id, order_id, *report.reject);
  }
}

void StepWriter::write_execution(const fixspec::ExecutionReport& report) {
  const fixspec::Trade& trade = *report.trade;
  OptionalText fee;
  OptionalText fee_currency;
  if (trade.fee) {
    fee = trade.fee->amount.to_string();
    fee_currency = trade.fee->currency.to_string();
  }
  run(sql_.execution.bind(report.exec_id.view())
          .bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(report.transact_time)
          .bind(report.order_id->view())
          .bind(report.cl_ord_id.view())
          .bind(trade.trade_id.view())
          .bind(trade.last_qty.to_string())
          .bind(trade.last_px.to_string())
          .bind(words_of(trade.liquidity))
          .bind(fee)
          .bind(fee_currency)
          .bind(report.cum_qty.to_string())
          .bind(report.leaves_qty.to_string())
          .bind(report.avg_px.to_string())
          .bind(words_of(report.exec_origin)));
}

void StepWriter::on(const fixspec::SessionId& session, const fixspec::OrderCancelReject& report) {
  const OptionalText order_id = known(report.order_id);
  run(sql_.report.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(session.view())
          .bind("9")
          .bind_null()
          .bind(order_id)
          .bind(text_of(report.order_id))
          .bind(report.cl_ord_id.view())
          .bind(report.orig_cl_ord_id.view())
          .bind_null()
          .bind(on_the_wire(report.ord_status))
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind(static_cast<std::int64_t>(report.reject.code))
          .bind(report.transact_time)
          .bind(describe(fixspec::Report{report})));
  const bool is_cancel = report.response_to == fixspec::CxlRejResponseTo::CancelRequest;
  write_reject(session, is_cancel ? "cancel" : "replace", report.cl_ord_id, order_id,
               report.reject);
}

void StepWriter::on(const fixspec::SessionId& session,
                    const fixspec::OrderMassCancelReport& report) {
  run(sql_.report.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(session.view())
          .bind("r")
          .bind_null()
          .bind_null()
          .bind(report.order_id.view())
          .bind(report.cl_ord_id.view())
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind(code_of(report.reject))
          .bind(report.transact_time)
          .bind(describe(fixspec::Report{report})));
  if (report.reject) {
    write_reject(session, "mass cancel", report.cl_ord_id, std::nullopt, *report.reject);
  }
}

void StepWriter::on(const fixspec::SessionId& session,
                    const fixspec::TradingSessionStatus& report) {
  run(sql_.report.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(session.view())
          .bind("h")
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind_null()
          .bind(describe(fixspec::Report{report})));
}

void StepWriter::write_reject(const fixspec::SessionId& session, std::string_view what,
                              const fixspec::ClOrdId& cl_ord_id, const OptionalText& order_id,
                              const fixspec::RejectDetail& detail) {
  run(sql_.reject.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(session.view())
          .bind(what)
          .bind(cl_ord_id.view())
          .bind(order_id)
          .bind(static_cast<std::int64_t>(detail.code))
          .bind(to_text(detail.code))
          .bind(detail.text)
          .bind(if_any(detail.risk_limit))
          .bind(if_any(detail.risk_used))
          .bind(if_any(detail.venue_error_code))
          .bind(if_any(detail.venue_error_text)));
}

}  // namespace causeway::gateway::audit
