#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>

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
  std::uint16_t deribit_port = 7104;
  deribit::ServerOptions deribit;
};

constexpr const char* examples = R"(Examples:
  causeway-sim                                  the defaults: Deribit on 7104, control on 7100
  causeway-sim --seed 7 --limits off            another market, no rate limits
  causeway-sim --port-deribit 0 --control-port 0 --state sim
                                                free ports, printed as "listening ..." lines
  curl --cacert var/sim/ca.pem https://127.0.0.1:7104/api/v2/public/get_time
  curl http://127.0.0.1:7100/v1/ledger)";

void declare(CLI::App& app, Options& options) {
  app.add_option("--host", options.host, "address to listen on")->capture_default_str();
  app.add_option("--control-port", options.control_port, "control API; 0: a free port")
      ->capture_default_str();
  app.add_option("--port-deribit", options.deribit_port, "Deribit; 0: a free port")
      ->capture_default_str();
  app.add_option("--state", options.state, "folder of the certificate authority (ca.pem)")
      ->capture_default_str();
  app.add_option("--seed", options.deribit.seed, "of the synthetic market")->capture_default_str();
  app.add_option("--limits", options.limits, "rate limits as on the venue, or none")
      ->check(CLI::IsMember({"real", "off"}))
      ->capture_default_str();
  app.add_option("--flow", options.flow, "whether the synthetic market moves from the start")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  app.add_option("--token-lifetime", options.deribit.token_lifetime_seconds,
                 "expires_in of access tokens, seconds")
      ->check(CLI::Range(1, 31'536'000))
      ->capture_default_str();
  app.footer(examples);
}

int run(Options& options) {
  options.deribit.real_limits = options.limits == "real";
  options.deribit.flow = options.flow == "on";
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  deribit::Server venue{options.deribit, now};
  net::Control control{{&venue}};
  const auto certificate = net::prepare_certificate(options.state);
  net::Server server{options.host,
                     {{.name = "deribit", .port = options.deribit_port, .venue = &venue},
                      {.name = "control", .port = options.control_port, .venue = nullptr}},
                     certificate,
                     control};
  for (const char* name : {"deribit", "control"}) {
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
