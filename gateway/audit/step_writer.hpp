#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/audit/database.hpp"
#include "gateway/audit/step.hpp"
#include "gateway/audit/words.hpp"

namespace causeway::gateway::audit {

/// The statements that write rows, prepared once.
struct Statements {
  Statement run;
  Statement session;
  Statement instrument;
  Statement order;
  Statement order_event;
  Statement request;
  Statement risk;
  Statement venue_request;
  Statement venue_event;
  Statement report;
  Statement execution;
  Statement reject;
  Statement alarm;
  Statement venue_status;
  Statement watermark;
  Statement find_order_at_venue;
  Statement find_order;

  static DatabaseResult<std::unique_ptr<Statements>> prepare(const Database& database);
};

/// Writes the rows of one step.
class StepWriter {
 public:
  StepWriter(Statements& statements, const Step& step)
      : sql_(statements),
        step_(step),
        sequence_(step.input.sequence),
        now_(step.input.now.utc_ns) {}

  /// All of them, and the watermark; the first error is answered.
  DatabaseDone write();

 private:
  using OptionalText = std::optional<std::string>;

  // step_writer_inputs.cpp
  void on(const engine::ClientInput& client);
  void on(const engine::VenueInput& venue);
  void on(const engine::TimerInput&) {}
  void on(const engine::StartInput& start);
  struct RequestRow;
  struct EventRow;
  void write(const engine::ClientInput& client, const RequestRow& row);
  void write(const engine::VenueInput& venue, const EventRow& row);
  void write_instrument(const fixspec::Instrument& instrument);
  static RequestRow row_of(const fixspec::ClientRequest& request);
  static EventRow row_of(const translators::OrderUpdate& update);
  static EventRow row_of(const translators::Fill& fill);
  static EventRow row_of(const translators::Told& told);

  // step_writer_outputs.cpp
  void on(const engine::SendReport& sent);
  void on(const engine::VenueStatusChanged& changed);
  void on(const engine::SendRequest& sent);
  void on(const engine::SetTimer&) {}
  void on(const engine::Alarm& alarm);
  void on(const engine::RiskDecision& decision);
  void on(const engine::OrderChanged& changed);
  void on(const fixspec::SessionId& session, const fixspec::ExecutionReport& report);
  void on(const fixspec::SessionId& session, const fixspec::OrderCancelReject& report);
  void on(const fixspec::SessionId& session, const fixspec::OrderMassCancelReport& report);
  void on(const fixspec::SessionId& session, const fixspec::TradingSessionStatus& report);
  void write_execution(const fixspec::ExecutionReport& report);
  void write_reject(const fixspec::SessionId& session, std::string_view what,
                    const fixspec::ClOrdId& cl_ord_id, const OptionalText& order_id,
                    const fixspec::RejectDetail& detail);

  // step_writer.cpp
  /// Every order that the step touched, as it stands after it: others refer to it.
  void write_orders();
  void write_session(const fixspec::SessionId& session, int requests);
  /// The order that the step is about, as far as its outputs name it under this ClOrdID (or any).
  OptionalText order_in_step(std::string_view cl_ord_id);
  /// The id, if the database has that order.
  OptionalText known(const std::optional<fixspec::OrderId>& order_id);
  OptionalText order_at_venue(const OptionalText& venue_cl_ord_id,
                              const OptionalText& venue_order_id,
                              const fixspec::AccountId& account);
  OptionalText first_row(Statement& statement);
  void run(Statement& statement);

  Statements& sql_;
  const Step& step_;
  std::uint64_t sequence_;
  fixspec::UtcNanos now_;
  std::int64_t position_ = 0;
  std::optional<DatabaseError> failed_;
};

// Small conversions that rows are made of.
template <class T>
std::optional<std::string> text_of(const std::optional<T>& value) {
  return value ? std::optional{value->to_string()} : std::nullopt;
}
template <class E>
std::optional<std::string> words_of(const std::optional<E>& value) {
  return value ? std::optional{std::string{to_words(*value)}} : std::nullopt;
}
inline std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}
template <class Tag>
std::optional<std::string> if_any(const fixspec::Id<Tag>& id) {
  return id.empty() ? std::nullopt : std::optional{id.to_string()};
}

}  // namespace causeway::gateway::audit
