#include <openssl/crypto.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/exit_code.hpp"

namespace causeway::gateway::app::commands {
namespace {

constexpr const char* examples = R"(
Examples:
  causeway version
  causeway version --json
)";

void print_version(bool json) {
  if (json) {
    std::cout << "{\"name\":\"causeway\",\"version\":\"" << CAUSEWAY_VERSION << "\",\"compiler\":\""
              << CAUSEWAY_COMPILER << "\",\"build\":\"" << CAUSEWAY_BUILD_TYPE
              << "\",\"openssl\":\"" << OpenSSL_version(OPENSSL_VERSION_STRING) << "\"}\n";
  } else {
    std::cout << "causeway " << CAUSEWAY_VERSION << "\n"
              << "built with " << CAUSEWAY_COMPILER << ", " << CAUSEWAY_BUILD_TYPE << ", OpenSSL "
              << OpenSSL_version(OPENSSL_VERSION_STRING) << "\n";
  }
}

}  // namespace

void add_version(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand("version", "Print the version");
  command->footer(examples);
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print it as JSON");
  command->callback([json, &exit_code] {
    print_version(*json);
    exit_code = exit_ok;
  });
}

}  // namespace causeway::gateway::app::commands
