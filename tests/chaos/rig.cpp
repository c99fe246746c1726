#include "tests/chaos/rig.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include "gateway/app/demo/http.hpp"

namespace causeway::chaos {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// 500 orders a second in all.
constexpr unsigned rate_of_desk = 167;
constexpr std::size_t desk_count = 3;
// A gateway that has not recovered by then never will.
constexpr std::chrono::seconds start_limit{120};

std::uint16_t port_in(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

FaultControl* make_control(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(FaultControl)) != 0) throw std::runtime_error(path);
  void* const mapped =
      mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) throw std::runtime_error("mmap");
  return new (mapped) FaultControl;
}

}  // namespace

std::string Rig::program(const std::string& name) {
  return (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / name).string();
}

Rig::Rig(std::uint32_t seed) : random_(seed) {
  std::string name = (fs::temp_directory_path() / "causeway-chaos-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = name;
  fs::create_directories(folder_ / "var");
  faults_ = make_control(path("faults"));
  start_simulator();
  place_house_orders();
  for (std::size_t i = 0; i < desk_count; ++i) {
    desks_.push_back(
        std::make_unique<Desk>(Desk::Settings{.comp_id = "OMS" + std::to_string(i + 1),
                                              .folder = folder_.string(),
                                              .seed = static_cast<std::uint32_t>(random_())},
                               told_));
  }
}

Rig::~Rig() {
  desks_.clear();
  gateway_.reset();
  simulator_.reset();
  munmap(faults_, sizeof(FaultControl));
  if (keep_) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

// ---- the simulator -----------------------------------------------------------------------------

void Rig::start_simulator() {
  simulator_ = std::make_unique<Program>(
      std::vector<std::string>{program("bin/causeway-sim"), "--control-port", "0", "--port-deribit",
                               "0", "--port-binance", "0", "--state", path("sim"), "--limits",
                               "off", "--flow", "off"},
      std::map<std::string, std::string>{}, path("sim.out"), path("sim.log"));
  if (!until([&] { return simulator_->has_said("ready") || !simulator_->is_running(); }, 20s) ||
      !simulator_->is_running()) {
    throw std::runtime_error("causeway-sim does not start, see " + path("sim.log"));
  }
  control_port_ = port_in(simulator_->said_after("listening control "));
}

void Rig::market(const Market& market, const std::string& action, const std::string& quantity,
                 std::string_view price) {
  const bool we_buy = market.side == fixspec::Side::Buy;
  // The house is on the other side, except where it is asked to step out of the way.
  const auto done = gateway::app::http_post(
      control_port_, "/v1/market",
      R"({"venue":")" + std::string{market.simulator_name} + R"(","action":")" + action +
          R"(","instrument":")" + std::string{market.symbol} + R"(","side":")" +
          (we_buy ? "sell" : "buy") + R"(","amount":")" + quantity + R"(","price":")" +
          std::string{price} + "\"}");
  if (!done) fail("the simulator's market: " + done.error().text);
}

void Rig::place_house_orders() {
  for (const Market& each : markets()) {
    market(each, "clear", "1", each.crossing);
    market(each, "place", each.simulator_name == "deribit" ? "50000000" : "50000", each.crossing);
  }
}

void Rig::stir_market() {
  const Market& each = markets()[pick(static_cast<std::uint32_t>(markets().size()))];
  const auto count = 1 + pick(60);
  const auto quantity =
      fixspec::Decimal::multiply(fixspec::Decimal::parse(each.step).value(),
                                 fixspec::Decimal::from_integer(count), fixspec::Rounding::HalfEven)
          .value()
          .to_string();
  if (pick(3) == 0) return market(each, "place", quantity, each.better);
  market(each, "trade", quantity, each.resting);
}

void Rig::fault(const std::string& members) {
  const auto done = gateway::app::http_post(control_port_, "/v1/faults", "{" + members + "}");
  if (!done) fail("the simulator's faults: " + done.error().text);
}

std::string Rig::ledger_json() const {
  auto json = gateway::app::http_get(control_port_, "/v1/ledger");
  if (!json) throw std::runtime_error(json.error().text);
  return std::move(*json);
}

// ---- the gateway -------------------------------------------------------------------------------

void Rig::write_config() {
  const std::string key = path("demo.key");
  std::ofstream{key} << "key=causeway-demo-key\nsecret=causeway-demo-secret-000000000000000000\n";
  chmod(key.c_str(), 0600);
  const std::string deribit = simulator_->said_after("listening deribit ");
  const std::string binance = simulator_->said_after("listening binance ");
  std::ofstream config{path("sessions.cfg")};
  config << "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=CAUSEWAY\n"
            "SocketAcceptPort="
         << fix_port_ << "\nStatePath=" << path("var")
         << "\nCheckLatency=N\nJournalSegmentBytes=1048576\nSnapshotEvery=2000\nMaxOutboundQueue="
            "1048576\n";
  for (const char* session : {"OMS1", "OMS2", "OMS3", "RESET"}) {
    config << "[SESSION]\nTargetCompID=" << session << "\nAccounts=alpha,beta\n";
  }
  config << "[VENUE]\nName=DERIBIT\nUrl=wss://" << deribit
         << "/ws/api/v2\nCAFile=" << path("sim/ca.pem") << "\n[VENUE]\nName=BINANCE\nUrl=https://"
         << binance << "\nApiUrl=wss://" << binance << "/ws-fapi/v1\nStreamUrl=wss://" << binance
         << "\nCAFile=" << path("sim/ca.pem") << "\n";
  for (const auto& [account, venue] : {std::pair{"alpha", "DERIBIT"}, {"beta", "BINANCE"}}) {
    config << "[ACCOUNT]\nName=" << account << "\nVenue=" << venue << "\nKeyRef=file:" << key
           << "\n";
  }
  config << "[AUDIT]\nPath=" << audit_path() << "\n";
}

void Rig::start_gateway(const std::string& crash_at) {
  write_config();
  std::map<std::string, std::string> environment = {
      {"LD_PRELOAD", program("tests/libcauseway_faults.so")},
      {fault_control_variable, path("faults")}};
  if (!crash_at.empty()) environment["CAUSEWAY_CRASH_AT"] = crash_at;
  gateway_ = std::make_unique<Program>(
      std::vector<std::string>{program("tests/causeway-chaos"), "run", "-c", path("sessions.cfg")},
      environment, path("gateway.out"), path("gateway.log"));
  is_noted_ = false;
}

bool Rig::is_ready() {
  return gateway_->has_said("venue DERIBIT open") && gateway_->has_said("venue BINANCE open");
}

bool Rig::bring_up() {
  if (!gateway_runs()) start_gateway();
  bool connected = false;
  const bool up = until(
      [&] {
        if (!gateway_->is_running()) return true;
        if (is_noted_ || is_ready()) {
          if (!std::exchange(is_noted_, true)) {
            recoveries_.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - gateway_->started_at())
                    .count());
          }
          return connected || connect_desks();
        }
        if (!connected && gateway_->has_said("running")) connected = connect_desks();
        return false;
      },
      start_limit);
  if (up && gateway_->is_running()) return connect_desks();
  if (!gateway_->is_running()) {
    fail("the gateway ended by itself with " + std::to_string(*gateway_->ended()));
  } else {
    fail("the gateway was not ready after " + std::to_string(start_limit.count()) + " s");
  }
  return false;
}

// ---- the desks ---------------------------------------------------------------------------------

bool Rig::connect_desks() {
  if (fix_port_ == 0) {
    fix_port_ = port_in(gateway_->said_after("listening fix "));
    for (auto& desk : desks_) desk->set_port(fix_port_);
  }
  return std::all_of(desks_.begin(), desks_.end(), [](auto& desk) { return desk->connect(); });
}

void Rig::serve(const Desk* idle) {
  for (auto& desk : desks_) {
    if (desk.get() != idle) desk->poll();
  }
}

void Rig::trade_once(const Desk* idle) {
  serve(idle);
  for (auto& desk : desks_) {
    if (desk.get() != idle) desk->trade(rate_of_desk);
  }
  if (Clock::now() >= next_stir_ && simulator_answers) {
    stir_market();
    next_stir_ = Clock::now() + 20ms;
  }
  ::poll(nullptr, 0, 1);
}

void Rig::trade_for(std::chrono::microseconds time, const Desk* idle) {
  const auto end = Clock::now() + time;
  for (auto& desk : desks_) desk->rest();
  while (Clock::now() < end) trade_once(idle);
}

bool Rig::trade_until_gateway_ends(std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  while (gateway_->is_running()) {
    if (Clock::now() > end) return false;
    if (gateway_->has_said("running")) static_cast<void>(connect_desks());
    trade_once(nullptr);
  }
  return true;
}

bool Rig::until(const std::function<bool()>& done, std::chrono::milliseconds limit,
                const Desk* idle) {
  const auto end = Clock::now() + limit;
  while (!done()) {
    if (Clock::now() > end) return false;
    serve(idle);
    ::poll(nullptr, 0, 1);
  }
  return true;
}

}  // namespace causeway::chaos
