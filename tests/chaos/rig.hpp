#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/desk.hpp"
#include "tests/chaos/fault_control.hpp"
#include "tests/chaos/program.hpp"

namespace causeway::chaos {

/// causeway-sim with every venue, causeway-chaos in front of them, and three desks that trade, in a
/// folder of their own. Single-threaded: time passes in trade_for() and until(), which serve the
/// desks.
class Rig {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts the simulator; the gateway is started by the first start_gateway(). Throws
  /// std::runtime_error where something does not start.
  explicit Rig(std::uint32_t seed);
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  // ---- the gateway
  /// Starts it, with CAUSEWAY_CRASH_AT where `crash_at` is not empty.
  void start_gateway(const std::string& crash_at = {});
  [[nodiscard]] Program& gateway() { return *gateway_; }
  [[nodiscard]] bool gateway_runs() { return gateway_ && gateway_->is_running(); }
  /// Starts it where it is down, connects the desks, and waits until it is ready: every venue has
  /// been reconciled and takes orders. The time from the start of the process to then is noted.
  /// False, with the reason in failures(), where that takes too long.
  bool bring_up();
  /// Milliseconds from start to ready, a figure for each start since the last take.
  [[nodiscard]] std::vector<double> take_recoveries() { return std::exchange(recoveries_, {}); }

  // ---- the simulator
  [[nodiscard]] Program& simulator() { return *simulator_; }
  /// POST /v1/faults with these members.
  void fault(const std::string& members);
  /// The house trades into what rests, and offers a little at better prices.
  void stir_market();
  [[nodiscard]] std::string ledger_json() const;

  // ---- the machine
  [[nodiscard]] FaultControl& faults() { return *faults_; }

  // ---- the desks
  [[nodiscard]] std::vector<std::unique_ptr<Desk>>& desks() { return desks_; }
  [[nodiscard]] Desk& pick_desk() { return *desks_[pick(3)]; }
  /// Lets that time pass while the desks trade. A desk that `idle` names is neither read nor
  /// trading.
  void trade_for(std::chrono::microseconds time, const Desk* idle = nullptr);
  /// The same until the gateway ends or the limit; desks that fall off log on again. Whether it
  /// ended.
  bool trade_until_gateway_ends(std::chrono::milliseconds limit);
  /// Serves the desks, without new orders, until `done` or the limit; whether it was done.
  bool until(const std::function<bool()>& done, std::chrono::milliseconds limit,
             const Desk* idle = nullptr);
  /// Connects the desks that are not logged on; false where one could not be.
  bool connect_desks();
  [[nodiscard]] gateway::app::ToldOrders& told() { return told_; }

  // ---- files and figures
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  [[nodiscard]] std::string audit_path() const { return path("var/audit.db"); }
  [[nodiscard]] std::uint16_t fix_port() const { return fix_port_; }
  void fail(const std::string& what) { failures_.push_back(what); }
  [[nodiscard]] std::vector<std::string>& failures() { return failures_; }
  void keep_folder() { keep_ = true; }
  /// The audit's file was damaged behind the gateway's back; what the gateway cannot see, an
  /// operator has to mend with `causeway audit rebuild`.
  bool audit_was_damaged = false;
  /// False while it is stopped: nothing is asked of it then.
  bool simulator_answers = true;

  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  std::chrono::microseconds pick_ms(std::uint32_t from, std::uint32_t to) {
    return std::chrono::microseconds{from * 1000 + pick((to - from) * 1000 + 1)};
  }

  /// The path of a program of the build: "bin/causeway-sim".
  static std::string program(const std::string& name);

 private:
  void start_simulator();
  void write_config();
  void place_house_orders();
  void market(const Market& market, const std::string& action, const std::string& steps,
              std::string_view price);
  void serve(const Desk* idle);
  void trade_once(const Desk* idle);
  [[nodiscard]] bool is_ready();

  std::mt19937 random_;
  std::filesystem::path folder_;
  bool keep_ = false;
  FaultControl* faults_ = nullptr;
  std::unique_ptr<Program> simulator_;
  std::unique_ptr<Program> gateway_;
  std::uint16_t fix_port_ = 0;
  std::uint16_t control_port_ = 0;
  gateway::app::ToldOrders told_;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::vector<double> recoveries_;
  bool is_noted_ = false;  // the recovery of this start
  Clock::time_point next_stir_;
  std::vector<std::string> failures_;
};

}  // namespace causeway::chaos
