#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/demo/agreement.hpp"
#include "gateway/app/demo/http.hpp"
#include "gateway/app/demo/process.hpp"
#include "gateway/app/demo/scenario.hpp"
#include "gateway/app/exit_code.hpp"

namespace causeway::gateway::app::commands {
namespace {

namespace fs = std::filesystem;
using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

constexpr const char* examples = R"(
Starts the simulator and the gateway, trades through FIX as an OMS would on every venue of the
configuration, shows each ExecutionReport in words and what the audit kept of one order, and stays up so that you can go on. Ctrl-C ends all
three. With --once it ends by itself, with 0 only if the simulator's ledger, the ExecutionReports and
the audit agree order by order.

State that an earlier run left in StatePath is put aside, never deleted.

Examples:
  causeway demo
  causeway demo --once
  causeway demo -c sessions.cfg --control-port 7100
)";

struct Options {
  std::string config = "sessions.cfg";
  std::uint16_t control_port = 7100;
  bool once = false;
};

// The key of the simulator's demo account; it opens nothing else.
Result<Done, Error> write_demo_key(const std::string& path) {
  if (fs::exists(path)) return Done{};
  fs::create_directories(fs::path{path}.parent_path());
  const auto old_mask = umask(0077);
  std::ofstream file{path};
  file << "# The simulator's demo account.\n"
          "key=causeway-demo-key\n"
          "secret=causeway-demo-secret-000000000000000000\n";
  file.close();
  umask(old_mask);
  if (!file) return Unexpected{Error{path + ": cannot be written"}};
  return Done{};
}

// True while a gateway holds the journal of this state.
bool is_in_use(const std::string& state_path) {
  const int lock = open((state_path + "/journal/lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return false;
  const bool in_use = flock(lock, LOCK_EX | LOCK_NB) != 0;
  close(lock);
  return in_use;
}

// The last line that a program has logged, for people.
std::string last_line(const std::string& log) {
  std::ifstream file{log};
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

// The simulator begins with an empty book each time; a journal of orders that it no longer has
// would only confuse.
void put_old_state_aside(const std::string& state_path) {
  const fs::path state{state_path};
  fs::path aside;
  for (const char* name : {"journal", "client", "audit.db", "audit.db-wal", "audit.db-shm"}) {
    if (!fs::exists(state / name)) continue;
    if (aside.empty()) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
      aside = state / ("earlier-" + std::to_string(seconds));
      fs::create_directories(aside);
      std::cout << "Earlier state is put aside in " << aside.string() << "\n";
    }
    fs::rename(state / name, aside / name);
  }
}

std::string beside_us(const std::string& program) {
  return (fs::read_symlink("/proc/self/exe").parent_path() / program).string();
}

// The audit lags the reports by some milliseconds.
Result<std::vector<std::string>, Error> compare_when_settled(const Scenario& scenario,
                                                             const std::string& database,
                                                             std::uint16_t control_port) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (true) {
    const auto json = http_get(control_port, "/v1/ledger");
    if (!json) return Unexpected{json.error()};
    const auto ledger = read_ledger(*json);
    if (!ledger) return Unexpected{ledger.error()};
    const auto audited = read_audit(database);
    std::vector<std::string> differences;
    if (audited) {
      differences = compare(scenario.told(), *audited, *ledger);
    } else {
      differences.push_back(audited.error().text);
    }
    if (differences.empty() || std::chrono::steady_clock::now() > until) return differences;
    pollfd nothing{};
    poll(&nothing, 0, 50);
  }
}

void print_next(const Config& config) {
  const std::string database = "'file:" + config.audit.path + "?mode=ro'";
  std::cout << "\nThe gateway stays up and listens for FIX 4.4 on " << config.gateway.plain.host
            << ":" << config.gateway.plain.port << " (TargetCompID "
            << config.gateway.sender_comp_id
            << "). Try in another terminal:\n"
               "  build/release/bin/causeway order buy 10 BTC-PERPETUAL@80000 --account "
            << config.accounts.front().name.to_string()
            << "\n"
               "  build/release/bin/causeway order status\n"
               "  sqlite3 -box "
            << database
            << " 'SELECT * FROM v_open_orders'\n"
               "  sqlite3 -box "
            << database
            << " 'SELECT time, rule, text FROM v_rejects'\n"
               "Ctrl-C ends the demo.\n"
            << std::flush;
}

// All addresses of a venue are this machine's.
bool is_simulated(const VenueConfig& venue) {
  for (const auto& url : {std::optional{venue.url}, venue.api_url, venue.stream_url}) {
    if (url && url->host != "127.0.0.1") return false;
  }
  return tour_stop(venue.name) != nullptr;
}

// One account for each venue: the first that the first session may use.
std::vector<std::pair<std::string, const TourStop*>> tour(const Config& config) {
  std::vector<std::pair<std::string, const TourStop*>> accounts;
  for (const VenueConfig& venue : config.venues) {
    for (const AccountConfig& account : config.accounts) {
      const auto& allowed = config.sessions.front().accounts;
      if (account.venue != venue.name ||
          std::find(allowed.begin(), allowed.end(), account.name) == allowed.end()) {
        continue;
      }
      accounts.emplace_back(account.name.to_string(), tour_stop(venue.name));
      break;
    }
  }
  return accounts;
}

// Simulator, gateway, scenario, comparison; the exit code.
int play(const Options& options, const Config& config) {
  const std::string log_folder = config.gateway.state_path + "/log";
  fs::create_directories(log_folder);
  const auto fail = [&](const Error& error) {
    std::cerr << "causeway demo: " << error.text << "\n";
    for (const char* name : {"sim", "gateway"}) {
      const std::string log = log_folder + "/" + name + ".log";
      std::cerr << "  " << log << ": " << last_line(log) << "\n";
    }
    return static_cast<int>(exit_unavailable);
  };
  if (is_in_use(config.gateway.state_path)) {
    std::cerr << "causeway demo: a gateway is running on " << config.gateway.state_path
              << "/journal; end it first\n";
    return exit_unavailable;
  }
  put_old_state_aside(config.gateway.state_path);
  for (const AccountConfig& account : config.accounts) {
    if (auto written = write_demo_key(account.key.where); !written) return fail(written.error());
  }
  std::cout << "Starting the simulator ..." << std::endl;
  std::vector<std::string> command = {beside_us("causeway-sim"), "--control-port",
                                      std::to_string(options.control_port), "--state",
                                      config.gateway.state_path + "/sim"};
  for (const VenueConfig& venue : config.venues) {
    command.push_back("--port-" + tour_stop(venue.name)->simulator_name);
    command.push_back(std::to_string(venue.url.port));
  }
  auto simulator = ChildProcess::start(command, log_folder + "/sim.log");
  if (!simulator) return fail(simulator.error());
  if (auto up = simulator->wait_for_line("ready", std::chrono::seconds{15}); !up) {
    return fail(up.error());
  }
  std::cout << "Starting the gateway ..." << std::endl;
  auto gateway = ChildProcess::start({beside_us("causeway"), "run", "-c", options.config},
                                     log_folder + "/gateway.log");
  if (!gateway) return fail(gateway.error());
  if (auto up = gateway->wait_for_line("running", std::chrono::seconds{15}); !up) {
    return fail(up.error());
  }
  std::vector<std::string> lines;
  for (const VenueConfig& venue : config.venues) {
    lines.push_back("venue " + std::string{fixspec::to_fix(venue.name)} + " open");
  }
  lines.emplace_back("prices complete");
  for (const std::string& line : lines) {
    if (auto up = gateway->wait_for_line(line, std::chrono::seconds{15}); !up) {
      return fail(up.error());
    }
  }
  strategies::client::Settings client;
  client.host = config.gateway.plain.host;
  client.port = config.gateway.plain.port;
  client.comp_id = config.sessions.front().target_comp_id.to_string();
  client.gateway_comp_id = config.gateway.sender_comp_id;
  Scenario scenario{
      {.client = client, .accounts = tour(config), .control_port = options.control_port},
      [](const std::string& line) { std::cout << line << std::endl; }};
  if (auto done = scenario.run(); !done) return fail(done.error());

  const auto differences = compare_when_settled(scenario, config.audit.path, options.control_port);
  if (!differences) return fail(differences.error());
  std::cout << "\nWhat the audit kept of order " << scenario.filled_order_id()
            << " (view v_order_timeline in " << config.audit.path << "):\n";
  const auto timeline = read_timeline(config.audit.path, scenario.filled_order_id());
  if (!timeline) return fail(timeline.error());
  for (const std::string& line : *timeline) std::cout << "  " << line << "\n";
  std::cout << "\n";
  if (differences->empty()) {
    std::cout << "The simulator's ledger, the ExecutionReports and the audit agree on all "
              << scenario.told().by_order_id().size() << " orders.\n";
  } else {
    std::cout << "They do NOT agree:\n";
    for (const std::string& line : *differences) std::cout << "  " << line << "\n";
  }
  const int exit_code = differences->empty() ? exit_ok : exit_failed;
  if (options.once) return exit_code;
  print_next(config);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  timespec second{.tv_sec = 1, .tv_nsec = 0};
  while (sigtimedwait(&signals, nullptr, &second) < 0) {
    if (!gateway->is_running() || !simulator->is_running()) {
      return fail({"the gateway or the simulator has ended"});
    }
  }
  std::cout << "\nEnding.\n";
  return exit_code;
}

int demo(const Options& options) {
  const auto config = load_config(options.config);
  if (!config) {
    std::cerr << to_text(config.error(), options.config);
    return exit_config;
  }
  if (config->venues.empty() || config->accounts.empty() || config->sessions.empty()) {
    std::cerr << "causeway demo: " << options.config
              << " needs a [SESSION], a [VENUE] and an [ACCOUNT]\n";
    return exit_config;
  }
  if (config->gateway.plain.port == 0) {
    std::cerr << "causeway demo: SocketAcceptPort= in " << options.config
              << " must be a number other than 0\n";
    return exit_config;
  }
  for (const VenueConfig& venue : config->venues) {
    const std::string section = "[VENUE] " + std::string{fixspec::to_fix(venue.name)};
    if (!is_simulated(venue)) {
      std::cerr << "causeway demo: " << section << " of " << options.config
                << " is not on this machine; the demo trades on the simulator only\n";
      return exit_not_allowed;
    }
  }
  if (tour(*config).empty()) {
    std::cerr << "causeway demo: the first [SESSION] of " << options.config
              << " has no account on any venue\n";
    return exit_config;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return play(options, *config);
}

}  // namespace

void add_demo(CLI::App& program, int& exit_code) {
  auto* command =
      program.add_subcommand("demo", "Simulator, gateway and a first conversation over FIX");
  auto options = std::make_shared<Options>();
  command->add_option("-c,--config", options->config, "The configuration file")
      ->capture_default_str();
  command->add_option("--control-port", options->control_port, "The simulator's control port")
      ->capture_default_str();
  command->add_flag("--once", options->once, "End by itself; 0 only if all accounts agree");
  command->footer(examples);
  command->callback([options, &exit_code] { exit_code = demo(*options); });
}

}  // namespace causeway::gateway::app::commands
