#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "strategies/client/events.hpp"
#include "strategies/inventory.hpp"

namespace causeway::strategies {

/// What comes before the first quote: every order that an earlier run left open on the session's
/// instrument is cancelled and has ended, and what became of each is in the inventory. Without
/// sockets and clock. Times are monotonic nanoseconds.
class Takeover {
 public:
  /// `id_prefix` begins the ids of its requests; it must be unique among runs.
  Takeover(const fixspec::InstrumentRef& instrument, Inventory& inventory, std::string id_prefix,
           std::int64_t now_ns);

  /// Reports have gone to the inventory before.
  void on_event(const client::Event& event, std::int64_t now_ns);
  /// At least every 100 ms.
  void on_timer(std::int64_t now_ns);

  /// What it wants sent since the last call, in order.
  [[nodiscard]] std::vector<fixspec::ClientRequest> take_requests();
  [[nodiscard]] bool is_done() const { return phase_ == Phase::Done; }
  /// Why it will not come to an end; empty while it may.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  enum class Phase : std::uint8_t {
    Cancelling,  // q is on its way
    Asking,      // AF is on its way
    Waiting,     // something is still open: it is asked for again soon
    Done,
  };

  void cancel_all(std::int64_t now_ns);
  void ask(std::int64_t now_ns);
  void on_status(const fixspec::ExecutionReport& report, std::int64_t now_ns);

  fixspec::InstrumentRef instrument_;
  Inventory& inventory_;
  std::string id_prefix_;
  Phase phase_ = Phase::Cancelling;
  std::int64_t started_ns_;
  std::int64_t cancelled_ns_ = 0;
  std::int64_t asked_ns_ = 0;
  int requests_made_ = 0;
  std::string mass_cancel_id_;
  std::string mass_status_id_;
  std::vector<std::string> open_;  // of the answer so far
  std::string error_;
  std::vector<fixspec::ClientRequest> requests_;
};

}  // namespace causeway::strategies
