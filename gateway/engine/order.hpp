#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "gateway/engine/rare.hpp"
#include "risk/exposure.hpp"
#include "translators/venue.hpp"

namespace causeway::gateway::engine {

/// A cancel that the venue has not yet confirmed.
struct PendingCancel {
  enum class Cause : std::uint8_t { Client, MassCancel, Expiry };
  Cause cause = Cause::Client;
  /// ClOrdID(11) of the OrderCancelRequest; absent for a mass cancel alone, or an expiry.
  std::optional<fixspec::ClOrdId> cl_ord_id;
  /// The request in flight; 0: none is, it has to be sent (again).
  translators::RequestId request_id = 0;
  /// The venue's refusal, held until the order's fate is known.
  std::optional<fixspec::RejectDetail> refused;
  std::uint32_t attempts = 0;
};

/// A replacement that the venue has not yet confirmed.
struct PendingReplace {
  fixspec::ClOrdId cl_ord_id;
  fixspec::Quantity order_qty;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  /// The new total is not above what is filled: the rest is cancelled instead (dialect C6, C7).
  bool cancel_rest = false;
  translators::RequestId request_id = 0;
  bool unknown = false;
  std::optional<fixspec::RejectDetail> refused;
  std::int64_t valid_until = 0;  ///< of the request, on the engine's steady clock
};

/// The end that the venue reported, held until the fills that explain it are known.
struct VenueFinal {
  translators::VenueOrderState state = translators::VenueOrderState::Canceled;
  fixspec::Quantity cum_qty;
  fixspec::UtcNanos venue_time = 0;
  std::string reason;
  std::optional<fixspec::RejectCode> reject_code;
  std::optional<fixspec::ExecOrigin> origin;
};

/// One order of a client, from its NewOrderSingle on.
struct Order {
  std::uint64_t number = 0;  ///< the sequence of the input that made it
  std::uint64_t parent = 0;  ///< the number of the order it is a child of; 0: none
  fixspec::OrderId order_id;
  fixspec::VenueClOrdId client_id;
  std::optional<fixspec::VenueOrderId> venue_order_id;  ///< the newest
  /// Every id the venue ever gave it: a triggered stop goes on under a second one.
  std::vector<fixspec::VenueOrderId> venue_order_ids;
  fixspec::SessionId session;
  fixspec::AccountId account;
  fixspec::InstrumentKey instrument;
  fixspec::ClOrdId cl_ord_id;           ///< of the last accepted request of the chain
  std::vector<fixspec::ClOrdId> chain;  ///< every ClOrdID that ever named it or a request on it
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::TimeInForce time_in_force = fixspec::TimeInForce::GoodTillCancel;
  fixspec::TriggerRef trigger_ref = fixspec::TriggerRef::LastTrade;
  fixspec::ExecInst exec_inst;
  std::string exec_inst_text;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  std::optional<fixspec::UtcNanos> expire_time;
  fixspec::Quantity order_qty;
  fixspec::Quantity cum_qty;
  fixspec::Decimal gross;  ///< sum of LastPx·LastQty

  bool acknowledged = false;  ///< ExecType New was reported
  bool triggered = false;
  std::optional<fixspec::OrdStatus> final_status;
  Rare<PendingCancel> cancel;
  Rare<PendingReplace> replace;
  std::optional<VenueFinal> venue_final;

  translators::RequestId place_request = 0;  ///< in flight; 0: answered
  bool place_unknown = false;
  std::int64_t place_valid_until = 0;  ///< on the engine's steady clock
  bool held = false;  ///< waits until its account has recovered; nothing has been sent
  std::uint64_t hold_timer = 0;
  fixspec::UtcNanos hold_until = 0;
  translators::RequestId query_request = 0;  ///< in flight
  std::uint32_t query_attempts = 0;
  std::int64_t query_sent = 0;  ///< on the engine's steady clock
  bool verify = false;          ///< the venue did not list it: it has to be asked about
  bool reopened = false;        ///< a late fact opened it again after it was reported as rejected
  bool missing_alarmed = false;
  /// The most that the venue said was filled; more than cum_qty: fills are missing.
  fixspec::Quantity venue_cum_qty;
  fixspec::UtcNanos last_venue_time = 0;
  std::unordered_set<fixspec::TradeId> trades;

  fixspec::Quantity reserved;  ///< counted in risk::Exposure
  bool counted_open = false;
  std::uint64_t resolve_timer = 0;
  std::uint64_t expiry_timer = 0;
  fixspec::UtcNanos created_utc_ns = 0;

  /// The state without regard to pending requests.
  [[nodiscard]] fixspec::OrdStatus base_status() const;
  /// OrdStatus(39): of the states that hold, the one that takes precedence.
  [[nodiscard]] fixspec::OrdStatus ord_status() const;
  /// LeavesQty(151).
  [[nodiscard]] fixspec::Quantity leaves_qty() const;
  /// AvgPx(6), rounded half-even to 12 decimals; 0 without a fill.
  [[nodiscard]] fixspec::Price avg_px() const;
  [[nodiscard]] bool is_final() const { return final_status.has_value(); }
  /// True while nobody can say what became of a request of this order.
  [[nodiscard]] bool is_unknown() const;
  /// What risk must keep reserved: the larger of the order and its pending replacement.
  [[nodiscard]] fixspec::Quantity to_reserve() const;
  [[nodiscard]] risk::OrderTerms terms() const;
};

}  // namespace causeway::gateway::engine
