#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <limits>
#include <memory>
#include <string>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/app/journal_line.hpp"
#include "gateway/core/core.hpp"
#include "gateway/journal/reader.hpp"

namespace causeway::gateway::app::commands {
namespace {

constexpr const char* examples = R"(
Reads only, also while a gateway writes. `verify` checks every record's checksum and the hash chain;
`print` lists the records, a line each; `replay` puts the inputs through an engine and tells the
state that they make.

Exit code: 0 good, 1 damaged or not readable (the text names file, offset and what to do),
2 the command line makes no sense.

Examples:
  causeway journal verify
  causeway journal verify --path var/journal
  causeway journal print --from 1000 --to 1100
  causeway journal print --order A17          (a ClOrdID, an OrderID, or an id at the venue)
  causeway journal replay
)";

struct Options {
  std::string path = "var/journal";
  std::uint64_t from = 1;
  std::uint64_t to = std::numeric_limits<std::uint64_t>::max();
  std::string order;
};

int failed(const fixspec::Error& error) {
  std::cerr << "causeway journal: " << error.text << "\n";
  return exit_failed;
}

int verify(const Options& options) {
  const auto report = journal::verify(options.path);
  if (!report) return failed(report.error());
  std::cout << report->records << " records in " << report->segments
            << " segments, checksums and hash chain are good (" << report->chain_entries
            << " chain entries, " << report->records_after_chain << " records not covered yet)\n";
  if (report->snapshots + report->archived_segments > 0) {
    std::cout << report->snapshots << " snapshots are whole, " << report->archived_segments
              << " of the segments are archived\n";
  }
  if (report->first_sequence > 1) {
    std::cout << "begins with record " << report->first_sequence
              << ": earlier segments are not there; a start needs its snapshot\n";
  }
  if (report->torn_bytes > 0) {
    std::cout << report->torn_bytes
              << " bytes of an unfinished record at the end: the next start cuts them off\n";
  }
  return exit_ok;
}

int print(const Options& options) {
  // An order's names are learned from its first record on.
  auto reader =
      journal::JournalReader::open(options.path, options.order.empty() ? options.from : 1);
  if (!reader) return failed(reader.error());
  OrderFilter filter{options.order};
  while (std::cout) {
    const auto record = reader->next();
    if (!record) return failed(record.error());
    if (!*record || (*record)->sequence > options.to) break;
    const JournalLine line = line_of(**record);
    if (filter.wants(**record, line) && (*record)->sequence >= options.from) {
      std::cout << line.text << "\n";
    }
  }
  return exit_ok;
}

int replay(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  auto reader = journal::JournalReader::open(options.path);
  if (!reader) return failed(reader.error());
  engine::Engine engine;
  core::Replayer replayer{engine};
  std::uint64_t records = 0;
  while (true) {
    const auto record = reader->next();
    if (!record) return failed(record.error());
    if (!*record || (*record)->sequence > options.to) break;
    replayer.on_record(**record);
    if (!replayer.error().empty()) return failed({"journal: " + replayer.error()});
    ++records;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::cout << records << " records, " << replayer.inputs() << " inputs in " << std::fixed
            << std::setprecision(3) << seconds.count() << " s, " << std::setprecision(0)
            << static_cast<double>(records) / seconds.count() << " records/s\n"
            << "orders " << engine.orders().all().size() << ", open "
            << engine.orders().open().size() << "\n"
            << "state hash " << std::hex << std::setw(16) << std::setfill('0')
            << engine.state_hash() << " after record " << std::dec << replayer.last_sequence()
            << "\n";
  return exit_ok;
}

void add_path(CLI::App& command, Options& options) {
  command.add_option("--path", options.path, "The journal's folder")->capture_default_str();
}

}  // namespace

void add_journal(CLI::App& program, int& exit_code) {
  auto* journal = program.add_subcommand("journal", "Look at the write-ahead journal");
  journal->require_subcommand(1);
  journal->footer(examples);
  auto options = std::make_shared<Options>();
  auto* verify_command = journal->add_subcommand("verify", "Check checksums and hash chain");
  add_path(*verify_command, *options);
  verify_command->callback([options, &exit_code] { exit_code = verify(*options); });

  auto* print_command = journal->add_subcommand("print", "List the records, a line each");
  add_path(*print_command, *options);
  print_command->add_option("--from", options->from, "The first record's number")
      ->capture_default_str();
  print_command->add_option("--to", options->to, "The last record's number");
  print_command->add_option("--order", options->order,
                            "Only what is about this order: a ClOrdID(11), an OrderID(37), the "
                            "venue's order id, or the client id that the venue was given");
  print_command->callback([options, &exit_code] { exit_code = print(*options); });

  auto* replay_command =
      journal->add_subcommand("replay", "Put the inputs through an engine, and tell its state");
  add_path(*replay_command, *options);
  replay_command->add_option("--to", options->to, "The last record's number");
  replay_command->callback([options, &exit_code] { exit_code = replay(*options); });
}

}  // namespace causeway::gateway::app::commands
