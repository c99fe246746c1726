#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixspec/order.hpp"
#include "gateway/app/demo/agreement.hpp"
#include "gateway/app/demo/process.hpp"
#include "strategies/client/client.hpp"
#include "tests/gateway/venue_case.hpp"

namespace causeway::gateway {

/// The whole way of an order with real processes: causeway-sim, `causeway run`, and FIX clients, in
/// a folder of its own and on free ports. What fails to start fails the test.
class Stack {
 public:
  struct Options {
    /// The venues to connect to, each with its account; the first is the one that market(),
    /// fault() and Oms mean.
    std::vector<const VenueCase*> venues = {&deribit};
    bool flow = false;           ///< the synthetic market moves
    std::string default_config;  ///< more lines of [DEFAULT]
    std::string extra_config;    ///< more sections
    std::string key = "causeway-demo-key";
    std::string secret = "causeway-demo-secret-000000000000000000";
    bool wait_until_open = true;
  };
  Stack() : Stack(Options{}) {}
  explicit Stack(Options options);
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// More lines of every [ACCOUNT], from the next start_gateway() on.
  void account_config(std::string lines) { account_config_ = std::move(lines); }
  void start_simulator();
  /// True: the venues stand still (SIGSTOP): they take what comes and answer nothing.
  void pause_simulator(bool paused);
  /// The port of the FIX acceptor stays the same over restarts.
  void start_gateway();
  void kill_gateway();  ///< SIGKILL
  void stop_gateway();  ///< SIGTERM, and waits

  // The simulator.
  /// POST /v1/market with the first venue filled in.
  void market(const std::string& members) { market(venue(), members); }
  void market(const VenueCase& venue, const std::string& members);
  /// The house puts a sell order of so many units into the book.
  void house_offers(const std::string& units, const std::string& price) {
    house_offers(venue(), units, price);
  }
  void house_offers(const VenueCase& venue, const std::string& units, const std::string& price);
  /// Somebody sells so many units at that price to whoever buys.
  void house_sells(const std::string& units, const std::string& price) {
    house_sells(venue(), units, price);
  }
  void house_sells(const VenueCase& venue, const std::string& units, const std::string& price);
  void clear_book() { clear_book(venue()); }
  void clear_book(const VenueCase& venue);
  /// POST /v1/faults with the first venue filled in.
  void fault(const std::string& members);
  /// POST /v1/faults for the venue of that name in the simulator.
  void fault_at(std::string_view simulator_name, const std::string& members);
  /// The fault hits the next request of that method.
  void fault(std::string_view name, std::string_view method, const std::string& members = {});
  /// No more faults than have hit.
  void clear_faults();
  [[nodiscard]] std::map<std::string, app::OrderAccount> ledger() const;
  [[nodiscard]] std::string ledger_json() const;

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  /// The path of a program of ours.
  [[nodiscard]] std::string program(const std::string& name) const;
  [[nodiscard]] std::string audit_path() const { return path("var/audit.db").string(); }
  [[nodiscard]] std::string log() const;  ///< what the gateway has logged so far
  [[nodiscard]] std::uint16_t fix_port() const { return fix_port_; }
  [[nodiscard]] const VenueCase& venue() const { return *options_.venues.front(); }
  [[nodiscard]] const std::vector<const VenueCase*>& venues() const { return options_.venues; }
  [[nodiscard]] bool gateway_is_running() { return gateway_ && gateway_->is_running(); }
  [[nodiscard]] const std::string& config() const { return config_; }
  [[nodiscard]] app::ChildProcess& gateway() { return *gateway_; }

 private:
  void write_config();

  Options options_;
  std::filesystem::path folder_;
  std::filesystem::path old_folder_;
  std::string config_;
  std::string account_config_;
  std::uint16_t fix_port_ = 0;
  std::map<std::string_view, std::uint16_t> venue_ports_;  // by the name in the simulator
  std::uint16_t control_port_ = 0;
  std::optional<app::ChildProcess> simulator_;
  std::optional<app::ChildProcess> gateway_;
};

/// A FIX client that remembers all it was told. Quantities go in and come out in the units of the
/// stack's venue.
class Oms {
 public:
  explicit Oms(const Stack& stack, std::string comp_id = "OMS1");

  void connect();
  void disconnect() { client_.reset(); }
  /// Sends a limit order to buy the venue's perpetual, changed by `change`.
  void buy(const std::string& cl_ord_id, const std::string& qty, const std::string& price,
           const std::function<void(fixspec::NewOrderSingle&)>& change = {});
  void replace(const std::string& cl_ord_id, const std::string& orig, const std::string& qty,
               const std::string& price);
  void cancel(const std::string& cl_ord_id, const std::string& orig);
  void send(const fixspec::ClientRequest& request);

  /// Every instrument that the gateway lists (35=x, 35=y).
  [[nodiscard]] const std::vector<fixspec::Instrument>& list_instruments();

  /// Waits until the newest report on `cl_ord_id` has this status.
  [[nodiscard]] bool sees(const std::string& cl_ord_id, fixspec::OrdStatus status,
                          int seconds = 10);
  /// Waits until `lines` holds `line`.
  [[nodiscard]] bool is_told(const std::string& line, int seconds = 10);
  /// Handles what arrives for that long.
  void listen(int milliseconds);

  /// Every order report in the notation of the order-state cases: "8(Y/X) 150/39 38/14/151",
  /// repeats (43=Y) with the same ExecID left out.
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const app::ToldOrders& told() const { return told_; }
  [[nodiscard]] const fixspec::ExecutionReport* newest(const std::string& cl_ord_id) const;

 private:
  void on_event(const strategies::client::Event& event);

  const VenueCase& venue_;
  strategies::client::Settings settings_;
  std::unique_ptr<strategies::client::Client> client_;
  std::vector<std::string> lines_;
  std::map<std::string, fixspec::ExecutionReport> newest_;
  std::map<std::string, int> exec_ids_;
  app::ToldOrders told_;
  std::vector<fixspec::Instrument> instruments_;
  bool listed_ = false;
};

/// Compares ledger, reports and audit until they agree or ten seconds have passed; what differs.
std::string disagreement(const Stack& stack, const app::ToldOrders& told);
inline std::string disagreement(const Stack& stack, const Oms& oms) {
  return disagreement(stack, oms.told());
}

/// Polls `condition` until it holds; false after that many seconds.
bool eventually(const std::function<bool()>& condition, int seconds = 10);

}  // namespace causeway::gateway
