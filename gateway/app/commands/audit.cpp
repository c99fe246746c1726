#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/app/run/replay_steps.hpp"
#include "gateway/audit/rebuild.hpp"

namespace causeway::gateway::app::commands {
namespace {

constexpr const char* examples = R"(
Makes the audit database anew from the journal, beside the old one, and puts it in its place when it
is whole. A running gateway may go on: it notices, and continues in the new file.

Exit code: 0 done, 1 the journal or the database cannot be used, 78 mistakes in the file.

Examples:
  causeway audit rebuild
  causeway audit rebuild -c desk-a.cfg
)";

int rebuild(const std::string& path) {
  const auto config = load_config(path);
  if (!config) {
    std::cerr << to_text(config.error(), path);
    return exit_config;
  }
  std::cerr << "Replaying " << config->gateway.state_path << "/journal ...\n";
  const auto inputs =
      audit::rebuild(config->audit.path, replay_steps(config->gateway.state_path + "/journal"));
  if (!inputs) {
    std::cerr << "causeway audit: " << inputs.error().text << "\n";
    return exit_failed;
  }
  std::cout << config->audit.path << ": " << *inputs << " inputs\n";
  return exit_ok;
}

}  // namespace

void add_audit(CLI::App& program, int& exit_code) {
  auto* audit = program.add_subcommand("audit", "The audit database");
  audit->require_subcommand(1);
  auto* command = audit->add_subcommand("rebuild", "Make it anew from the journal");
  auto path = std::make_shared<std::string>("sessions.cfg");
  command->add_option("-c,--config", *path, "The configuration file")->capture_default_str();
  command->footer(examples);
  command->callback([path, &exit_code] { exit_code = rebuild(*path); });
}

}  // namespace causeway::gateway::app::commands
