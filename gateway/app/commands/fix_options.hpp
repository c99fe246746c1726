#pragma once

#include <cstdint>
#include <string>

#include "fixspec/result.hpp"
#include "strategies/client/client.hpp"

namespace CLI {
class App;
}

namespace causeway::gateway::app::commands {

/// How a command reaches the gateway over FIX.
struct FixOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: 5001, or 5002 with TLS
  std::string comp_id = "CLI";
  std::string gateway_comp_id = "CAUSEWAY";
  bool tls = false;
  std::string ca_file;
  std::string server_name;
  std::string username;
  std::string password_file;
  std::string state_path = "var/client";
  bool reset = false;
  int timeout_s = 10;
};

/// Adds --host, --port, --comp-id, --tls ... to a command.
void add_fix_options(CLI::App& command, FixOptions& options);

/// The client's settings, or what is wrong with the password file.
fixspec::Result<strategies::client::Settings, fixspec::Error> client_settings(
    const FixOptions& options);

}  // namespace causeway::gateway::app::commands
