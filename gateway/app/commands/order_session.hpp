#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "fixspec/order.hpp"
#include "gateway/app/commands/fix_options.hpp"
#include "strategies/client/client.hpp"

namespace causeway::gateway::app::commands {

/// What became of a request, from the reports so far.
enum class Outcome : std::uint8_t {
  Pending,  ///< nothing that ends the wait
  Working,  ///< the venue has it: an order works, a change holds
  Done,     ///< the order is at an end that was asked for or that it ran to
  Rejected,
};

/// What the reports of one request say: the newest of the order, and how far it is.
struct Progress {
  Outcome outcome = Outcome::Pending;
  std::optional<fixspec::ExecutionReport> last;
};

/// `event` applied to `progress` of the request `cl_ord_id`; events of other requests change
/// nothing.
void apply(const strategies::client::EventBody& event, const fixspec::ClOrdId& cl_ord_id,
           Progress& progress);

/// A logged-on client that prints each event in words, sends one request and follows it.
class OrderSession {
 public:
  explicit OrderSession(const FixOptions& options);

  /// Logs on; an exit code where that fails, with the reason on standard error.
  std::optional<int> connect();
  /// Sends the request and prints reports until it works, is done or is rejected, then for `follow`
  /// more while the order is open. Its exit code.
  int run(const fixspec::ClientRequest& request, const fixspec::ClOrdId& cl_ord_id,
          std::chrono::milliseconds follow);
  /// Asks for the order of `cl_ord_id` without printing; nullopt where there is no answer.
  std::optional<fixspec::ExecutionReport> status(const fixspec::ClOrdId& cl_ord_id);
  /// Prints the status of the order; its exit code.
  int print_status(const fixspec::ClOrdId& cl_ord_id);
  /// Prints every open order; its exit code.
  int print_open_orders();
  void logout();

 private:
  void on_event(const strategies::client::Event& event);
  int fail(const std::string& why, int code);

  std::string comp_id_;
  std::chrono::milliseconds limit_;
  bool quiet_ = false;
  std::optional<fixspec::ClOrdId> cl_ord_id_;
  std::string status_request_;
  Progress progress_;
  std::optional<fixspec::ExecutionReport> status_;
  bool status_is_last_ = false;
  bool refused_ = false;
  std::optional<strategies::client::Client> client_;
  std::string settings_error_;
};

}  // namespace causeway::gateway::app::commands
