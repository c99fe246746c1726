#pragma once

namespace CLI {
class App;
}

// The sub-commands of `causeway`. Each function adds one to the program and, when the user chose
// it, leaves its exit code (exit_code.hpp) in `exit_code`. main.cpp lists them.
namespace causeway::gateway::app::commands {

void add_audit(CLI::App& program, int& exit_code);
void add_check(CLI::App& program, int& exit_code);
void add_demo(CLI::App& program, int& exit_code);
void add_journal(CLI::App& program, int& exit_code);
void add_order(CLI::App& program, int& exit_code);
void add_run(CLI::App& program, int& exit_code);
void add_version(CLI::App& program, int& exit_code);

}  // namespace causeway::gateway::app::commands
