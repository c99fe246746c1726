#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/journal/reader.hpp"

namespace causeway::gateway::app::commands {
namespace {

constexpr const char* examples = R"(
Reads only, also while a gateway writes. `verify` checks every record's checksum and the hash chain;
`print` lists the records.

Exit code: 0 good, 1 damaged or not readable.

Examples:
  causeway journal verify
  causeway journal verify --path var/journal
  causeway journal print --from 1000
)";

int verify(const std::string& path) {
  const auto report = journal::verify(path);
  if (!report) {
    std::cerr << "causeway journal: " << report.error().text << "\n";
    return exit_failed;
  }
  std::cout << report->records << " records in " << report->segments
            << " segments, checksums and hash chain are good (" << report->chain_entries
            << " chain entries, " << report->records_after_chain << " records not covered yet)\n";
  if (report->torn_bytes > 0) {
    std::cout << report->torn_bytes
              << " bytes of an unfinished record at the end: the next start cuts them off\n";
  }
  return exit_ok;
}

int print(const std::string& path, std::uint64_t from) {
  auto reader = journal::JournalReader::open(path, from);
  if (!reader) {
    std::cerr << "causeway journal: " << reader.error().text << "\n";
    return exit_failed;
  }
  while (true) {
    const auto record = reader->next();
    if (!record) {
      std::cerr << "causeway journal: " << record.error().text << "\n";
      return exit_failed;
    }
    if (!*record) return exit_ok;
    std::cout << (*record)->sequence << " utc_ns=" << (*record)->at.utc_ns << " "
              << journal::to_text((*record)->type) << " v" << (*record)->version << " "
              << (*record)->payload.size() << " bytes, segment " << (*record)->segment << " offset "
              << (*record)->offset << "\n";
  }
}

}  // namespace

void add_journal(CLI::App& program, int& exit_code) {
  auto* journal = program.add_subcommand("journal", "Look at the write-ahead journal");
  journal->require_subcommand(1);
  journal->footer(examples);
  auto path = std::make_shared<std::string>("var/journal");
  auto from = std::make_shared<std::uint64_t>(1);
  auto* verify_command = journal->add_subcommand("verify", "Check checksums and hash chain");
  verify_command->add_option("--path", *path, "The journal's folder")->capture_default_str();
  verify_command->callback([path, &exit_code] { exit_code = verify(*path); });
  auto* print_command = journal->add_subcommand("print", "List the records");
  print_command->add_option("--path", *path, "The journal's folder")->capture_default_str();
  print_command->add_option("--from", *from, "The first record's number")->capture_default_str();
  print_command->callback([path, from, &exit_code] { exit_code = print(*path, *from); });
}

}  // namespace causeway::gateway::app::commands
