#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fixspec/order.hpp"
#include "fixspec/time.hpp"
#include "risk/limits.hpp"
#include "risk/reference_prices.hpp"
#include "translators/venue.hpp"

// Everything that can change the engine's state. Each input is journalled before it is applied, so
// the journal alone reproduces the state.
namespace causeway::gateway::engine {

/// A client's message. session is the client's CompID.
struct ClientInput {
  fixspec::SessionId session;
  fixspec::ClientRequest request;
  risk::ReferencePrices reference;  ///< of the instrument of a D or G; empty otherwise
  /// The message's MsgSeqNum(34), so that a crash cannot take a message twice or not at all.
  std::uint64_t msg_seq_num = 0;

  friend bool operator==(const ClientInput&, const ClientInput&) = default;
};

/// A venue's fact or answer.
struct VenueInput {
  translators::VenueEvent event;

  friend bool operator==(const VenueInput&, const VenueInput&) = default;
};

/// A timer the engine had asked for went off.
struct TimerInput {
  std::uint64_t timer_id = 0;
  risk::ReferencePrices reference;  ///< where an order is decided by it: Engine::priced_timer()

  friend bool operator==(const TimerInput&, const TimerInput&) = default;
};

/// How an account is handled: [ACCOUNT] of sessions.cfg.
struct AccountSettings {
  /// WhileRecovering=hold: new orders wait until the account is reconciled, at most so many, each
  /// at most so long.
  bool hold_while_recovering = false;
  std::uint32_t max_held_orders = 1'000;
  std::int64_t max_hold_ms = 5'000;
  bool cancel_external = false;  ///< ExternalOrders=cancel
  bool adopt_position = false;   ///< PositionMismatch=adopt
  /// Open orders and positions are compared with the venue's this often; 0: never.
  std::int64_t audit_interval_ms = 0;

  friend bool operator==(const AccountSettings&, const AccountSettings&) = default;
};

/// Start of a run: who we are and what holds from now on. The first input of each epoch.
struct StartInput {
  std::uint32_t instance = 0;  ///< drawn once, when the state directory was made
  std::uint32_t epoch = 0;     ///< counts the runs over one state directory
  risk::Limits limits;
  risk::Permissions permissions;
  std::map<fixspec::Venue, translators::Capabilities> venues;
  /// How long a request may take to be accepted by its venue; what makes "absent" provable.
  std::int64_t request_validity_ms = 3'000;
  /// Orders that have ended: how many are kept whole, and how many ClOrdIDs of others.
  std::uint32_t kept_ended_orders = 20'000;
  std::uint32_t kept_cl_ord_ids = 10'000;
  std::map<fixspec::AccountId, AccountSettings> account_settings;
  std::vector<std::uint64_t> cleared_halts;  ///< ClearHalts: by number

  friend bool operator==(const StartInput&, const StartInput&) = default;
};

using InputBody = std::variant<ClientInput, VenueInput, TimerInput, StartInput>;

/// `sequence` is the journal's number of this input: it makes every id of ours.
struct Input {
  std::uint64_t sequence = 0;
  fixspec::Timestamp now;
  InputBody body;

  friend bool operator==(const Input&, const Input&) = default;
};

}  // namespace causeway::gateway::engine
