#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "simulator/binance/server.hpp"
#include "simulator/core/crypto.hpp"
#include "simulator/deribit/server.hpp"
#include "simulator/net/server.hpp"

namespace {

using namespace causeway::simulator;

constexpr int exit_usage = 64;
constexpr int exit_unavailable = 69;  // a port is in use
constexpr int exit_failure = 70;

struct Options {
  std::string host = "127.0.0.1";
  std::string state = "var/sim";
  std::string limits = "real";
  std::string flow = "on";
  std::uint16_t control_port = 7100;
  std::uint16_t binance_port = 7101;
  std::uint16_t deribit_port = 7104;
  std::uint64_t seed = 1;
  std::int64_t token_lifetime_seconds = 900;
};

constexpr const char* ed25519_file = "binance-ed25519.pem";

constexpr const char* examples = R"(Examples:
  causeway-sim                                  the defaults: Binance USDS-M on 7101, Deribit on
                                                7104, control on 7100
  causeway-sim --seed 7 --limits off            another market, no rate limits
  causeway-sim --port-deribit 0 --port-binance 0 --control-port 0 --state sim
                                                free ports, printed as "listening ..." lines
  curl --cacert var/sim/ca.pem https://127.0.0.1:7104/api/v2/public/get_time
  curl --cacert var/sim/ca.pem https://127.0.0.1:7101/fapi/v1/exchangeInfo
  curl http://127.0.0.1:7100/v1/ledger)";

void declare(CLI::App& app, Options& options) {
  app.add_option("--host", options.host, "address to listen on")->capture_default_str();
  app.add_option("--control-port", options.control_port, "control API; 0: a free port")
      ->capture_default_str();
  app.add_option("--port-binance", options.binance_port, "Binance USDS-M; 0: a free port")
      ->capture_default_str();
  app.add_option("--port-deribit", options.deribit_port, "Deribit; 0: a free port")
      ->capture_default_str();
  app.add_option("--state", options.state, "folder of ca.pem and binance-ed25519.pem")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the synthetic market")->capture_default_str();
  app.add_option("--limits", options.limits, "rate limits as on the venue, or none")
      ->check(CLI::IsMember({"real", "off"}))
      ->capture_default_str();
  app.add_option("--flow", options.flow, "whether the synthetic market moves from the start")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  app.add_option("--token-lifetime", options.token_lifetime_seconds,
                 "expires_in of access tokens, seconds")
      ->check(CLI::Range(1, 31'536'000))
      ->capture_default_str();
  app.footer(examples);
}

// Once a port is chosen, venues whose port is not take a free one: then several can run.
void choose_ports(const CLI::App& app, Options& options) {
  const bool binance = app.count("--port-binance") > 0;
  const bool deribit = app.count("--port-deribit") > 0;
  if (deribit && !binance) options.binance_port = 0;
  if (binance && !deribit) options.deribit_port = 0;
}

// A new key pair for Binance's demo account; its private half goes to a file that only its owner
// can read. The public half.
std::string prepare_ed25519_key(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  const auto pair = core::make_ed25519_pair();
  fs::create_directories(folder);
  const auto path = folder / ed25519_file;
  fs::remove(path);
  std::ofstream out{path};
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  out << pair.private_pem;
  if (!out.flush()) throw std::runtime_error(path.string() + ": cannot be written");
  return pair.public_key;
}

int run(const Options& options) {
  const bool real_limits = options.limits == "real";
  const bool flow = options.flow == "on";
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  binance::Server binance{{.seed = options.seed,
                           .real_limits = real_limits,
                           .flow = flow,
                           .ed25519_public_key = prepare_ed25519_key(options.state)},
                          now};
  deribit::Server deribit{{.seed = options.seed,
                           .real_limits = real_limits,
                           .flow = flow,
                           .token_lifetime_seconds = options.token_lifetime_seconds},
                          now};
  net::Control control{{&binance, &deribit}};
  const auto certificate = net::prepare_certificate(options.state);
  net::Server server{options.host,
                     {{.name = "binance", .port = options.binance_port, .venue = &binance},
                      {.name = "deribit", .port = options.deribit_port, .venue = &deribit},
                      {.name = "control", .port = options.control_port, .venue = nullptr}},
                     certificate,
                     control};
  for (const char* name : {"binance", "deribit", "control"}) {
    std::cout << "listening " << name << " " << options.host << ":" << server.port(name) << "\n";
  }
  std::cout << "ca " << certificate.ca.string() << "\nready" << std::endl;
  server.run();
  std::cout << "stopped" << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Crypto venues on loopback, for tests and demonstrations"};
  declare(app, options);
  try {
    app.parse(argc, argv);
    choose_ports(app, options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  }
  try {
    return run(options);
  } catch (const net::BindError& error) {
    std::cerr << "causeway-sim: " << error.what() << "\n";
    return exit_unavailable;
  } catch (const std::exception& error) {
    std::cerr << "causeway-sim: " << error.what() << "\n";
    return exit_failure;
  }
}
