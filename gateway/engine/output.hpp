#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fixspec/report.hpp"
#include "fixspec/time.hpp"
#include "translators/venue.hpp"

// Everything the engine wants done. Outputs follow from the inputs alone; a replay makes the same.
namespace causeway::gateway::engine {

/// A message for a client session, made by input `input_sequence` as its `index`-th output: the
/// pair names it for ever, so that after a crash it is sent exactly once.
struct SendReport {
  fixspec::SessionId session;
  fixspec::Report report;
  std::uint64_t input_sequence = 0;
  std::uint32_t index = 0;

  friend bool operator==(const SendReport&, const SendReport&) = default;
};

/// A venue's link came up or went down: for every session that wants to know (35=h).
struct VenueStatusChanged {
  fixspec::TradingSessionStatus status;

  friend bool operator==(const VenueStatusChanged&, const VenueStatusChanged&) = default;
};

/// A request for a venue.
struct SendRequest {
  translators::VenueRequest request;

  friend bool operator==(const SendRequest&, const SendRequest&) = default;
};

/// Deliver TimerInput{timer_id} at `at_utc_ns`, not earlier.
struct SetTimer {
  std::uint64_t timer_id = 0;
  fixspec::UtcNanos at_utc_ns = 0;

  friend bool operator==(const SetTimer&, const SetTimer&) = default;
};

/// Something a person should look at. `event` is a stable snake_case name.
struct Alarm {
  enum class Severity : std::uint8_t { Info, Warning, Critical };
  Severity severity = Severity::Warning;
  std::string event;
  std::string text;

  friend bool operator==(const Alarm&, const Alarm&) = default;
};

/// A risk decision, for the audit: what was asked, under which rule, with which values.
struct RiskDecision {
  fixspec::SessionId session;
  fixspec::AccountId account;
  fixspec::ClOrdId cl_ord_id;
  bool accepted = false;
  std::optional<fixspec::RejectDetail> reject;
  std::optional<fixspec::Price> reference_price;

  friend bool operator==(const RiskDecision&, const RiskDecision&) = default;
};

/// An order's state after an input, for the audit: one row of its timeline.
struct OrderChanged {
  fixspec::OrderId order_id;
  fixspec::SessionId session;
  fixspec::AccountId account;
  fixspec::ClOrdId cl_ord_id;
  fixspec::VenueClOrdId venue_cl_ord_id;
  std::optional<fixspec::VenueOrderId> venue_order_id;
  fixspec::InstrumentKey instrument;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::TimeInForce time_in_force = fixspec::TimeInForce::GoodTillCancel;
  fixspec::OrdStatus ord_status = fixspec::OrdStatus::PendingNew;
  fixspec::Quantity order_qty;
  fixspec::Quantity cum_qty;
  fixspec::Quantity leaves_qty;
  fixspec::Price avg_px;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  std::string exec_inst;
  /// True while nobody can say what became of a request of this order.
  bool unknown = false;
  std::string what;  ///< the step in a word or two, e.g. "accepted", "fill", "cancel unknown"

  friend bool operator==(const OrderChanged&, const OrderChanged&) = default;
};

using Output = std::variant<SendReport, VenueStatusChanged, SendRequest, SetTimer, Alarm,
                            RiskDecision, OrderChanged>;
using Outputs = std::vector<Output>;

}  // namespace causeway::gateway::engine
