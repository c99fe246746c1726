#include "gateway/journal/reader.hpp"

#include <filesystem>
#include <system_error>

#include "gateway/journal/journal.hpp"
#include "gateway/journal/snapshot.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

Io& system_io() {
  static Io io;
  return io;
}

/// Walks along the chain file while the records go by.
class ChainCheck {
 public:
  explicit ChainCheck(const ChainFile& file) : file_(&file) {}

  /// Earlier segments are not there: the chain goes on at the first entry behind them.
  void begin_with_segment(std::uint64_t segment) {
    for (; index_ < file_->size(); ++index_) {
      const auto entry = file_->read(index_);
      if (!entry || entry->segment < segment) continue;
      hasher_ = ChainHasher{entry->hash};
      trusted_ = entry->sequence;
      anchor_ = *entry;
      ++index_;
      return;
    }
  }

  Result<Done, Error> on_record(const RecordView& record, VerifyReport& report) {
    if (record.sequence < anchor_.sequence) return Done{};
    if (record.sequence == anchor_.sequence) {
      const bool is_there = record.segment == anchor_.segment &&
                            record.offset + record.whole.size() == anchor_.end_offset;
      return is_there ? Result<Done, Error>{Done{}} : altered(record.sequence);
    }
    if (record.type == RecordType::ChainCheckpoint) {
      const auto checkpoint = decode_chain_checkpoint(record.payload);
      if (!checkpoint || checkpoint->sequence + 1 != record.sequence ||
          checkpoint->hash != hasher_.hash()) {
        return altered(record.sequence);
      }
      ++report.chain_checkpoints;
      trusted_ = record.sequence;
    }
    hasher_.add(record.whole);
    report.hash = hasher_.hash();
    if (index_ >= file_->size()) return Done{};
    const auto entry = file_->read(index_);
    if (!entry) {
      return Unexpected{Error{"journal: entry " + std::to_string(index_) +
                              " of the chain file is damaged: restore the file from a copy"}};
    }
    if (entry->sequence != record.sequence) return Done{};
    const ChainEntry seen{.sequence = record.sequence,
                          .segment = record.segment,
                          .end_offset = record.offset + record.whole.size(),
                          .hash = hasher_.hash()};
    if (seen != *entry) return altered(record.sequence);
    ++report.chain_entries;
    ++index_;
    trusted_ = record.sequence;
    return Done{};
  }

 private:
  [[nodiscard]] Unexpected<Error> altered(std::uint64_t sequence) const {
    return Unexpected{Error{"journal: the hash chain does not hold: a record from " +
                            std::to_string(trusted_ + 1) + " to " + std::to_string(sequence) +
                            " was altered after it was written, or the chain file was"}};
  }

  const ChainFile* file_;
  ChainEntry anchor_;
  ChainHasher hasher_;
  std::size_t index_ = 0;      // of the next entry to meet
  std::uint64_t trusted_ = 0;  // the chain holds up to this record
};

}  // namespace

Result<JournalReader, Error> JournalReader::open(const std::string& directory,
                                                 std::uint64_t from_sequence) {
  auto scanner =
      LogScanner::open(system_io(), directory,
                       {.from_sequence = from_sequence, .may_begin_late = from_sequence > 1});
  if (!scanner) return Unexpected{scanner.error()};
  return JournalReader{*std::move(scanner)};
}

Result<VerifyReport, Error> verify(const std::string& directory) {
  // The chain file first: a gateway that is running adds entries only for records that are there.
  const auto chain = ChainFile::open(system_io(), directory, false, false);
  if (!chain) return Unexpected{chain.error()};
  const std::uint64_t covered = chain->last() ? chain->last()->sequence : 0;
  auto scanner =
      LogScanner::open(system_io(), directory, {.whole_until = covered, .may_begin_late = true});
  if (!scanner) return Unexpected{scanner.error()};
  ChainCheck check{*chain};
  VerifyReport report;
  if (scanner->first_segment() > 1) check.begin_with_segment(scanner->first_segment());
  report.segments = scanner->segment_count();
  while (true) {
    const auto next = scanner->next();
    if (!next) return Unexpected{next.error()};
    if (!next->has_value()) break;
    if (++report.records == 1) report.first_sequence = (*next)->sequence;
    if (auto checked = check.on_record(**next, report); !checked) {
      return Unexpected{checked.error()};
    }
  }
  report.last_sequence = scanner->end().last_sequence;
  report.records_after_chain = report.last_sequence - covered;
  report.torn_bytes = scanner->end().torn_bytes;
  std::error_code error;
  const std::string archive = directory + "/" + archive_name;
  if (std::filesystem::exists(archive, error)) {
    const auto archived = list_segments(archive);
    if (!archived) return Unexpected{archived.error()};
    report.archived_segments = archived->size();
  }
  for (const std::uint64_t sequence : list_snapshots(directory)) {
    if (auto read = read_snapshot(system_io(), directory, sequence); !read) {
      return Unexpected{
          Error{read.error().text + "; a start passes it over, remove it where it is in the way"}};
    }
    ++report.snapshots;
  }
  return report;
}

}  // namespace causeway::gateway::journal
