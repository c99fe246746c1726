#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/app/hide_secrets.hpp"
#include "gateway/app/log.hpp"
#include "gateway/app/run/gateway.hpp"

namespace causeway::gateway::app::commands {
namespace {

// SIGTERM and SIGINT are taken by a thread that waits for them, so that no handler has to be safe.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    // Every thread made from now on inherits it.
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void on_signal(std::function<void()> stop) {
    thread_ = std::thread{[this, stop = std::move(stop)] {
      int signal = 0;
      sigwait(&signals_, &signal);
      stop();
    }};
  }
  ~StopSignals() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  sigset_t signals_{};
  std::thread thread_;
};

// The log of a run: where sessions.cfg says, else standard error, for people on a terminal.
struct OpenLog {
  int descriptor = STDERR_FILENO;
  std::unique_ptr<Log> log;
};

fixspec::Result<OpenLog, fixspec::Error> open_log(const GatewayConfig& config) {
  OpenLog open;
  Log::Options options{.level = config.log_level, .now = utc_now};
  if (config.log_file) {
    const auto file = open_log_file(*config.log_file);
    if (!file) return fixspec::Unexpected{file.error()};
    open.descriptor = *file;
  } else if (isatty(STDERR_FILENO) != 0) {
    options.format = Log::Format::Human;
  }
  open.log = std::make_unique<Log>(open.descriptor, options);
  return open;
}

int run(const std::string& path) {
  const auto config = load_config(path);
  if (!config) {
    std::cerr << to_text(config.error(), path);
    return exit_config;
  }
  StopSignals signals;
  const auto log = open_log(config->gateway);
  if (!log) {
    std::cerr << "causeway: " << log.error().text << "\n";
    return exit_config;
  }
  hide_secrets(*config, log->log->redactor());
  const auto announce = [](const std::string& line) { std::cout << line << std::endl; };
  const auto gateway = Gateway::open(*config, *log->log, announce);
  if (!gateway) {
    std::cerr << "causeway: " << gateway.error().text << "\n";
    return gateway.error().exit_code;
  }
  signals.on_signal([&] { (*gateway)->stop(); });
  std::cout << "listening fix " << config->gateway.plain.host << ":" << (*gateway)->plain_port()
            << "\n";
  if (const auto& tls = config->gateway.tls) {
    std::cout << "listening fix-tls " << tls->address.host << ":" << (*gateway)->tls_port() << "\n";
  }
  std::cout << "running" << std::endl;
  (*gateway)->run();
  return exit_ok;
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("run", "Run the gateway until SIGTERM or SIGINT");
  auto path = std::make_shared<std::string>("sessions.cfg");
  command->add_option("-c,--config", *path, "The configuration file")->capture_default_str();
  command->footer(
      "Examples:\n"
      "  causeway run                    with ./sessions.cfg\n"
      "  causeway run -c desk-a.cfg\n"
      "  causeway check -c desk-a.cfg    look for mistakes first\n"
      "Prints `listening fix HOST:PORT` for each port, `running`, and `venue DERIBIT open` (or\n"
      "`halted`) whenever that changes. Orders stay at their venues when it ends; the next run\n"
      "finds them again.");
  command->callback([path, &exit_code] { exit_code = run(*path); });
}

}  // namespace causeway::gateway::app::commands
