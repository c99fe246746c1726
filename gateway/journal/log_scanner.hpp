#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fixspec/result.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/io.hpp"

namespace causeway::gateway::journal {

/// Where a journal ends.
struct LogEnd {
  std::uint64_t last_sequence = 0;       ///< 0: no record
  std::uint32_t last_crc = 0;            ///< of that record
  std::optional<SegmentHeader> segment;  ///< the last one; absent: no file yet
  std::uint64_t offset = 0;              ///< in that segment, where the next record goes
  /// Bytes behind the end, in this segment and later ones: what a crash left of the last writes.
  std::uint64_t torn_bytes = 0;
  /// Later segments that hold nothing else, ascending.
  std::vector<std::uint64_t> torn_segments;
};

/// A record from which on a journal is read, because what it says is known already.
struct LogStart {
  std::uint64_t sequence = 0;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;      ///< of the record
  std::uint64_t end_offset = 0;  ///< behind it
  std::uint32_t crc = 0;

  friend bool operator==(const LogStart&, const LogStart&) = default;
};

/// The folder in a journal's directory to which segments are moved that a start no longer needs.
inline constexpr const char* archive_name = "archive";
/// The numbers of the segments in `directory` itself; unordered.
fixspec::Result<std::vector<std::uint64_t>, fixspec::Error> list_segments(
    const std::string& directory);
/// The path of a segment, which may have been archived.
std::string segment_path(const std::string& directory, std::uint64_t number);

/// Reads all records of a directory in order and believes nothing: lengths, checksums, sequence
/// numbers, the segments' order and links are checked. A torn tail ends the journal: an unfinished
/// record at the very end, or what the end of the machine left of records that nobody relied on yet
/// (FORMAT.md has the rule). Anything else that is wrong is an error with file, offset, advice.
class LogScanner {
 public:
  struct Options {
    /// Records before this one are passed over (whole segments without being read).
    std::uint64_t from_sequence = 1;
    /// Records up to this one are known to have been whole on disk, so they can't be a torn tail.
    std::uint64_t whole_until = 0;
    /// The first record is the one behind this; earlier segments need not be there.
    std::optional<LogStart> start = std::nullopt;
    /// Earlier segments need not be there: reading begins with the first that is.
    bool may_begin_late = false;
  };

  static fixspec::Result<LogScanner, fixspec::Error> open(Io& io, const std::string& directory,
                                                          Options options);

  /// The next record; nullopt at the end.
  fixspec::Result<std::optional<RecordView>, fixspec::Error> next();
  /// The end, once next() has answered nullopt.
  [[nodiscard]] const LogEnd& end() const { return end_; }
  [[nodiscard]] std::size_t segment_count() const { return segments_.size(); }
  /// The number of the first segment that is there; 1 where there is none.
  [[nodiscard]] std::uint64_t first_segment() const {
    return segments_.empty() ? 1 : segments_.front();
  }
  /// The path of the file that is being read.
  [[nodiscard]] std::string path() const;

 private:
  enum class Step : std::uint8_t { Record, Finished };

  LogScanner(Io& io, std::string directory, Options options);
  fixspec::Result<fixspec::Done, fixspec::Error> list_segments();
  fixspec::Result<SegmentHeader, fixspec::Error> read_header(int file) const;
  fixspec::Result<fixspec::Done, fixspec::Error> find_first_segment();
  fixspec::Result<fixspec::Done, fixspec::Error> go_to_start(const LogStart& start);
  fixspec::Result<Step, fixspec::Error> enter_segment();
  fixspec::Result<fixspec::Done, fixspec::Error> open_file();
  fixspec::Result<Step, fixspec::Error> read_record(RecordView& view);
  /// The bytes [offset, offset + size) of the file, as far as it has them.
  fixspec::Result<std::span<const std::byte>, fixspec::Error> window(std::uint64_t offset,
                                                                     std::size_t size);
  /// Something at `offset` of path() does not fit: the torn tail begins at end_, or an error.
  fixspec::Result<Step, fixspec::Error> on_misfit(std::uint64_t offset, const std::string& what);
  /// What speaks against a torn tail that begins at end_: a record behind it that was written when
  /// the one at end_ counted as kept. Empty: nothing.
  fixspec::Result<std::string, fixspec::Error> find_objection();
  fixspec::Result<std::string, fixspec::Error> find_objection_in_file(std::uint32_t segment_crc,
                                                                      std::uint64_t from);
  fixspec::Result<fixspec::Done, fixspec::Error> check_end() const;
  [[nodiscard]] fixspec::Unexpected<fixspec::Error> fault(std::uint64_t offset,
                                                          const std::string& what) const;

  Io* io_;
  std::string directory_;
  Options options_;
  std::vector<std::uint64_t> segments_;  // numbers, ascending
  std::size_t index_ = 0;                // into segments_
  bool entered_ = false;                 // segment index_ is open
  bool first_ = true;                    // no segment has been entered yet
  File file_;
  std::uint64_t file_size_ = 0;
  std::vector<std::byte> buffer_;
  std::uint64_t buffer_offset_ = 0;  // in the file
  std::size_t buffer_size_ = 0;
  LogEnd end_;
  bool last_waited_for_disk_ = false;  // the last record was written at Durability::Disk
};

}  // namespace causeway::gateway::journal
