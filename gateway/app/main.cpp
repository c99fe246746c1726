#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/exit_code.hpp"

namespace {

using namespace causeway::gateway::app;

// Every sub-command, in the order of --help.
constexpr void (*registered[])(CLI::App&, int&) = {
    commands::add_demo,  commands::add_run,     commands::add_check,   commands::add_order,
    commands::add_audit, commands::add_journal, commands::add_version,
};

constexpr const char* description =
    "Causeway: an order gateway between FIX clients and crypto venues.\n"
    "Every command has its own --help with examples.";

}  // namespace

int main(int argc, char** argv) {
  // A closed socket or pipe is an error where it is written to, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  int exit_code = exit_ok;
  CLI::App program{description, "causeway"};
  program.require_subcommand(1);
  for (const auto add : registered) add(program, exit_code);
  try {
    program.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? exit_ok : exit_usage;
  } catch (const std::exception& error) {
    std::cerr << "causeway: " << error.what() << "\n";
    return exit_failed;
  }
}
