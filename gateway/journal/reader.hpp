#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "fixspec/result.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/log_scanner.hpp"

namespace causeway::gateway::journal {

/// Reads a journal without changing it, also while a gateway writes it: then the end is where the
/// gateway was. On any thread.
class JournalReader {
 public:
  /// Records before `from_sequence` are passed over.
  static fixspec::Result<JournalReader, fixspec::Error> open(const std::string& directory,
                                                             std::uint64_t from_sequence = 1);

  /// The next record, valid until the next call; nullopt at the end. An error names file and
  /// offset.
  fixspec::Result<std::optional<RecordView>, fixspec::Error> next() { return scanner_.next(); }
  /// Where the journal ends, once next() has answered nullopt.
  [[nodiscard]] const LogEnd& end() const { return scanner_.end(); }

 private:
  explicit JournalReader(LogScanner scanner) : scanner_(std::move(scanner)) {}

  LogScanner scanner_;
};

/// What verify() has seen.
struct VerifyReport {
  std::uint64_t records = 0;
  std::size_t segments = 0;
  std::uint64_t last_sequence = 0;
  /// Entries of the chain file, and checkpoints within the journal, that agree with the records.
  std::size_t chain_entries = 0;
  std::size_t chain_checkpoints = 0;
  /// Records behind the newest chain entry: not yet covered by one.
  std::uint64_t records_after_chain = 0;
  /// The chain's hash after the last record. Kept elsewhere, it proves the journal up to here.
  Hash hash{};
  /// The first record that is there; earlier segments may have been taken out of the archive.
  std::uint64_t first_sequence = 1;
  std::size_t archived_segments = 0;
  /// Snapshots that are whole.
  std::size_t snapshots = 0;
  /// An unfinished record at the end, which the next start of the gateway cuts off.
  std::uint64_t torn_bytes = 0;
};

/// Checks every record's checksum and the whole hash chain. An error is the first thing that is
/// wrong: damage with file and offset, or the interval of records that were altered with their
/// checksums.
fixspec::Result<VerifyReport, fixspec::Error> verify(const std::string& directory);

}  // namespace causeway::gateway::journal
