#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <ctime>
#include <iostream>
#include <string>

#include "gateway/app/config.hpp"
#include "gateway/app/exit_code.hpp"
#include "strategies/client/session_file.hpp"
#include "strategies/runner.hpp"

// causeway-strategies: one [STRATEGY] of sessions.cfg as a FIX client. It has no venue's key and
// knows no venue's protocol; the gateway's limits hold for its session as for any other.
namespace causeway::gateway::app {
namespace {

constexpr const char* examples = R"(
Runs a strategy of the configuration as a FIX client of the gateway, which must be running. Its
parameters are in [STRATEGY], the session that it logs on as and that session's limits beside it.
Ctrl-C (or SIGTERM) pulls its quotes, flattens its position if FlattenOnExit says so, and prints
what it has earned, split into spread, inventory and fees.

Before its first quote it cancels every order that an earlier run has left on its instrument and
waits for their ends. What it holds is kept in StatePath/client/<session>...inventory over all runs.

Exit code: 0 ended as asked, 1 could not run or did not end flat, 78 a mistake in the configuration.

Examples:
  causeway-strategies -c sessions.cfg
  causeway-strategies -c sessions.cfg --name MM-BINANCE
  causeway-strategies -c sessions.cfg --seconds 600
)";

std::atomic<bool> stop_asked{false};

void on_signal(int) { stop_asked = true; }

struct Options {
  std::string config = "sessions.cfg";
  std::string name;
  std::uint16_t port = 0;
  unsigned seconds = 0;
  bool reset = false;
};

const StrategyConfig* choose(const Config& config, const std::string& name) {
  for (const StrategyConfig& strategy : config.strategies) {
    if (name.empty() || strategy.settings.name == name) return &strategy;
  }
  std::cerr << "causeway-strategies: "
            << (name.empty() ? std::string{"the configuration has no [STRATEGY]"}
                             : "there is no [STRATEGY] Name=" + name)
            << "\n";
  for (const StrategyConfig& strategy : config.strategies) {
    std::cerr << "  there is " << strategy.settings.name << "\n";
  }
  return nullptr;
}

std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%H:%M:%S", &parts);
  return text;
}

int run(const Options& options) {
  const auto config = load_config(options.config);
  if (!config) {
    std::cerr << to_text(config.error(), options.config);
    return exit_config;
  }
  const StrategyConfig* strategy = choose(*config, options.name);
  if (strategy == nullptr) return exit_config;

  strategies::client::Settings client;
  client.host = config->gateway.plain.host;
  client.port = options.port != 0 ? options.port : config->gateway.plain.port;
  client.gateway_comp_id = config->gateway.sender_comp_id;
  client.comp_id = strategy->session.to_string();
  keep_numbers(client, config->gateway.state_path + "/client", options.reset);
  for (const SessionConfig& session : config->sessions) {
    if (session.target_comp_id != strategy->session || !session.password) continue;
    auto password = load_password(*session.password);
    if (!password) {
      std::cerr << "causeway-strategies: " << password.error().text << "\n";
      return exit_config;
    }
    client.password = std::move(*password);
  }

  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int signal : {SIGINT, SIGTERM, SIGALRM}) sigaction(signal, &action, nullptr);
  if (options.seconds > 0) alarm(options.seconds);
  const auto result = strategies::run_market_maker(
      client, strategy->settings, stop_asked, [&](const std::string& line) {
        std::cout << time_text() << " " << strategy->settings.name << " " << line << std::endl;
      });
  if (!result) {
    std::cerr << "causeway-strategies: " << strategies::client::with_advice(result.error().text)
              << "\n";
    return exit_failed;
  }
  std::cout << strategies::to_text(*result) << std::flush;
  const bool flat = result->position == "0" || !strategy->settings.flatten_on_exit;
  const bool stopped = result->state == strategies::market_maker::State::Stopped;
  return stopped && flat && !result->failed ? exit_ok : exit_failed;
}

}  // namespace
}  // namespace causeway::gateway::app

int main(int argc, char** argv) {
  namespace app = causeway::gateway::app;
  CLI::App program{"Causeway's strategies: FIX clients of the gateway"};
  app::Options options;
  program.add_option("-c,--config", options.config, "The configuration file")
      ->capture_default_str();
  program.add_option("--name", options.name, "The [STRATEGY] to run; the first one without it");
  program.add_option("--port", options.port, "The gateway's port, if not SocketAcceptPort")
      ->check(CLI::Range(1, 65'535));
  program.add_option("--seconds", options.seconds, "End by itself after so many seconds")
      ->check(CLI::Range(1U, 1'000'000U));
  program.add_flag("--reset", options.reset,
                   "Start the FIX session over at sequence number 1: missed reports are given up");
  program.footer(app::examples);
  CLI11_PARSE(program, argc, argv);
  try {
    return app::run(options);
  } catch (const std::exception& error) {
    std::cerr << "causeway-strategies: " << error.what() << "\n";
    return app::exit_failed;
  }
}
