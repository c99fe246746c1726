#include "gateway/audit/step_writer.hpp"

#include <utility>
#include <vector>

namespace causeway::gateway::audit {
namespace {

using fixspec::Done;
using fixspec::Unexpected;

/// "INSERT INTO table VALUES(?,?,...)" with so many columns.
std::string insert_into(std::string_view table, int columns) {
  std::string sql = "INSERT INTO " + std::string{table} + " VALUES(";
  for (int i = 0; i < columns; ++i) sql += i == 0 ? "?" : ",?";
  return sql + ")";
}

const std::string upsert_order =
    insert_into("orders", 26) +
    " ON CONFLICT(order_id) DO UPDATE SET cl_ord_id = excluded.cl_ord_id, "
    "venue_order_id = excluded.venue_order_id, ord_type = excluded.ord_type, "
    "time_in_force = excluded.time_in_force, price = excluded.price, "
    "stop_px = excluded.stop_px, order_qty = excluded.order_qty, cum_qty = excluded.cum_qty, "
    "leaves_qty = excluded.leaves_qty, avg_px = excluded.avg_px, "
    "ord_status = excluded.ord_status, is_open = excluded.is_open, "
    "is_unknown = excluded.is_unknown, last_step = excluded.last_step, "
    "updated_utc_ns = excluded.updated_utc_ns";
const std::string upsert_session =
    insert_into("sessions", 4) +
    " ON CONFLICT(session) DO UPDATE SET requests = requests + excluded.requests, "
    "last_utc_ns = CASE excluded.requests WHEN 0 THEN last_utc_ns ELSE excluded.last_utc_ns END";
const std::string replace_instrument =
    "INSERT OR REPLACE" + insert_into("instruments", 20).substr(sizeof("INSERT") - 1);
const std::string select_order_at_venue =
    "SELECT order_id FROM orders WHERE venue_cl_ord_id = ? "
    "UNION ALL SELECT order_id FROM orders WHERE venue_order_id = ? AND account = ? LIMIT 1";

}  // namespace

DatabaseResult<std::unique_ptr<Statements>> Statements::prepare(const Database& database) {
  const std::vector<std::string> texts{
      insert_into("runs", 6),
      upsert_session,
      replace_instrument,
      upsert_order,
      insert_into("order_events", 14),
      insert_into("requests", 20),
      insert_into("risk_decisions", 14),
      insert_into("venue_requests", 15),
      insert_into("venue_events", 21),
      insert_into("reports", 21),
      insert_into("executions", 17),
      insert_into("rejects", 14),
      insert_into("alarms", 6),
      insert_into("venue_status", 6),
      "UPDATE watermark SET sequence = ?, instance = coalesce(?, instance)",
      select_order_at_venue,
      "SELECT order_id FROM orders WHERE order_id = ?"};
  std::vector<Statement> made;
  for (const std::string& text : texts) {
    auto statement = database.prepare(text);
    if (!statement) return Unexpected{statement.error()};
    made.push_back(*std::move(statement));
  }
  std::size_t i = 0;
  const auto next = [&] { return std::move(made[i++]); };
  // Braces evaluate in order: that of the members, and of the texts.
  return std::unique_ptr<Statements>{new Statements{next(), next(), next(), next(), next(), next(),
                                                    next(), next(), next(), next(), next(), next(),
                                                    next(), next(), next(), next(), next()}};
}

DatabaseDone StepWriter::write() {
  write_orders();
  std::visit([this](const auto& body) { on(body); }, step_.input.body);
  for (std::size_t i = 0; i < step_.outputs.size(); ++i) {
    position_ = static_cast<std::int64_t>(i) + 1;
    std::visit([this](const auto& output) { on(output); }, step_.outputs[i]);
  }
  std::optional<std::uint32_t> instance;
  if (const auto* start = std::get_if<engine::StartInput>(&step_.input.body)) {
    instance = start->instance;
  }
  run(sql_.watermark.bind(sequence_).bind(instance));
  if (failed_) return Unexpected{*failed_};
  return Done{};
}

// Where the disk is full SQLite may have ended the transaction: what came after the failure would
// be kept without what came before it, the watermark too.
void StepWriter::run(Statement& statement) {
  if (failed_) return statement.reset();
  const auto done = statement.run();
  if (!done) failed_ = done.error();
}

void StepWriter::write_orders() {
  for (const auto& output : step_.outputs) {
    const auto* order = std::get_if<engine::OrderChanged>(&output);
    if (order == nullptr) continue;
    write_session(order->session, 0);
    run(sql_.order.bind(order->order_id.view())
            .bind(order->session.view())
            .bind(order->account.view())
            .bind(to_fix(order->instrument.venue))
            .bind(to_text(order->instrument.segment))
            .bind(order->instrument.symbol.view())
            .bind(order->cl_ord_id.view())
            .bind(order->venue_cl_ord_id.view())
            .bind(text_of(order->venue_order_id))
            .bind(to_words(order->side))
            .bind(to_words(order->ord_type))
            .bind(to_words(order->time_in_force))
            .bind(text_of(order->price))
            .bind(text_of(order->stop_px))
            .bind(order->exec_inst)
            .bind(order->order_qty.to_string())
            .bind(order->cum_qty.to_string())
            .bind(order->leaves_qty.to_string())
            .bind(order->avg_px.to_string())
            .bind(to_words(order->ord_status))
            .bind(!is_terminal(order->ord_status))
            .bind(order->unknown)
            .bind(order->what)
            .bind(sequence_)
            .bind(now_)
            .bind(now_));
  }
}

void StepWriter::write_session(const fixspec::SessionId& session, int requests) {
  run(sql_.session.bind(session.view()).bind(now_).bind(now_).bind(requests));
}

StepWriter::OptionalText StepWriter::order_in_step(std::string_view cl_ord_id) {
  const auto is_meant = [&](const fixspec::ClOrdId& id) {
    return cl_ord_id.empty() || id.view() == cl_ord_id;
  };
  for (const auto& output : step_.outputs) {
    const auto* order = std::get_if<engine::OrderChanged>(&output);
    if (order != nullptr && is_meant(order->cl_ord_id)) return order->order_id.to_string();
  }
  for (const auto& output : step_.outputs) {
    const auto* sent = std::get_if<engine::SendReport>(&output);
    if (sent == nullptr) continue;
    if (const auto* report = std::get_if<fixspec::ExecutionReport>(&sent->report)) {
      if (is_meant(report->cl_ord_id)) return known(report->order_id);
    } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&sent->report)) {
      if (is_meant(reject->cl_ord_id)) return known(reject->order_id);
    }
  }
  return std::nullopt;
}

StepWriter::OptionalText StepWriter::first_row(Statement& statement) {
  OptionalText found;
  if (failed_) {
    statement.reset();
    return found;
  }
  while (true) {
    const auto row = statement.next();
    if (!row) failed_ = row.error();
    if (!row || !*row) return found;
    found = statement.text(0);
  }
}

StepWriter::OptionalText StepWriter::known(const std::optional<fixspec::OrderId>& order_id) {
  if (!order_id) return std::nullopt;
  return first_row(sql_.find_order.bind(order_id->view()));
}

StepWriter::OptionalText StepWriter::order_at_venue(const OptionalText& venue_cl_ord_id,
                                                    const OptionalText& venue_order_id,
                                                    const fixspec::AccountId& account) {
  if (!venue_cl_ord_id && !venue_order_id) return std::nullopt;
  return first_row(
      sql_.find_order_at_venue.bind(venue_cl_ord_id).bind(venue_order_id).bind(account.view()));
}

}  // namespace causeway::gateway::audit
