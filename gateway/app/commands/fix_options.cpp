#include "gateway/app/commands/fix_options.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/secrets.hpp"
#include "strategies/client/session_file.hpp"

namespace causeway::gateway::app::commands {

void add_fix_options(CLI::App& command, FixOptions& options) {
  constexpr const char* group = "Connection";
  command.add_option("--host", options.host, "The gateway's address")
      ->envname("CAUSEWAY_HOST")
      ->capture_default_str()
      ->group(group);
  command.add_option("--port", options.port, "The gateway's FIX port [5001, with --tls 5002]")
      ->envname("CAUSEWAY_PORT")
      ->group(group);
  command
      .add_option("--comp-id", options.comp_id, "Our CompID: a TargetCompID of its sessions.cfg")
      ->envname("CAUSEWAY_COMP_ID")
      ->capture_default_str()
      ->group(group);
  command.add_option("--gateway-comp-id", options.gateway_comp_id, "The gateway's CompID")
      ->capture_default_str()
      ->group(group);
  command.add_flag("--tls", options.tls, "Use TLS; the certificate is always verified")
      ->group(group);
  command
      .add_option("--ca", options.ca_file, "PEM file of the authorities to trust [the system's]")
      ->group(group);
  command.add_option("--server-name", options.server_name, "Name in the certificate [the host]")
      ->group(group);
  command.add_option("--username", options.username, "Username(553)")->group(group);
  command
      .add_option("--password-file", options.password_file,
                  "File of mode 0600 with a password=... line, for Password(554)")
      ->group(group);
  command.add_option("--state", options.state_path, "Folder for sequence numbers")
      ->capture_default_str()
      ->group(group);
  command.add_flag("--reset", options.reset, "Start the FIX session over at sequence number 1")
      ->group(group);
  command.add_option("--timeout", options.timeout_s, "Seconds to wait for an answer")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str()
      ->group(group);
}

fixspec::Result<strategies::client::Settings, fixspec::Error> client_settings(
    const FixOptions& options) {
  strategies::client::Settings settings;
  settings.host = options.host;
  settings.port = options.port != 0 ? options.port : options.tls ? 5002 : 5001;
  if (options.tls) {
    settings.tls = strategies::client::Tls{options.ca_file, options.server_name};
  }
  settings.comp_id = options.comp_id;
  settings.gateway_comp_id = options.gateway_comp_id;
  settings.username = options.username;
  if (!options.password_file.empty()) {
    auto password = FileSecrets{}.password(options.password_file);
    if (!password) return fixspec::Unexpected{password.error()};
    settings.password = *std::move(password);
  }
  keep_numbers(settings, options.state_path, options.reset);
  settings.connect_timeout = std::chrono::seconds{options.timeout_s};
  return settings;
}

}  // namespace causeway::gateway::app::commands
