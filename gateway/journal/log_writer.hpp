#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fixspec/result.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/io.hpp"
#include "gateway/journal/log_scanner.hpp"

namespace causeway::gateway::journal {

/// Where a record begins.
struct RecordPlace {
  std::uint32_t segment = 0;
  std::uint32_t unit = 0;  ///< offset / record_alignment

  [[nodiscard]] std::uint64_t offset() const { return std::uint64_t{unit} * record_alignment; }
  /// In the order of the log.
  friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

/// Adds records behind the end of a journal. Numbers and places are given at once, bytes wait in
/// memory until flush(); a flush that fails keeps what it could not write and takes back what was
/// written of a record in half. On the core thread.
class LogWriter {
 public:
  /// `free_space` is asked to make room when the disk is full; true: it did, try again.
  /// `waits_for_disk` (Durability::Disk): a segment's header is on disk before the segment has its
  /// name.
  LogWriter(Io& io, std::string directory, std::uint64_t segment_bytes, bool waits_for_disk,
            std::function<bool()> free_space);

  /// Goes on at `end`, where a torn tail was already cut off.
  fixspec::Result<fixspec::Done, fixspec::Error> resume(const LogEnd& end);

  struct Appended {
    std::uint64_t sequence = 0;
    RecordPlace place;
  };
  /// `durable_sequence`: the newest record that is known to be on disk; nullopt at
  /// Durability::Process.
  Appended append(RecordType type, std::uint16_t version, fixspec::Timestamp at,
                  std::span<const std::byte> payload,
                  std::optional<std::uint64_t> durable_sequence);
  /// Writes everything that waits.
  fixspec::Result<fixspec::Done, fixspec::Error> flush();

  [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }
  /// Every record up to this one is in a file.
  [[nodiscard]] std::uint64_t flushed_sequence() const { return flushed_sequence_; }
  /// The segment in which that record is, or a later one.
  [[nodiscard]] std::uint64_t flushed_segment() const { return flushed_segment_; }
  [[nodiscard]] std::size_t pending_bytes() const;
  /// The bytes from `place` on, if they still wait in memory.
  [[nodiscard]] std::optional<std::span<const std::byte>> pending(RecordPlace place) const;

 private:
  /// What waits for one segment.
  struct Chunk {
    SegmentHeader header;
    bool created = false;          // its file has its name and its header
    std::uint64_t offset = 0;      // in the file, of bytes[0]
    std::vector<std::byte> bytes;  // whole records
    std::uint64_t last_sequence = 0;
  };

  void start_segment(fixspec::Timestamp at);
  fixspec::Result<fixspec::Done, fixspec::Error> flush_chunk(Chunk& chunk);
  fixspec::Result<fixspec::Done, fixspec::Error> create_segment(Chunk& chunk);
  /// Writes all of `bytes`, making room once; how many were written, and the error if not all.
  struct Written {
    std::size_t count = 0;
    std::int64_t error = 0;
  };
  Written write_fully(int file, std::span<const std::byte> bytes, std::uint64_t offset);
  void keep_unwritten(Chunk& chunk, std::size_t written);
  [[nodiscard]] std::string path(std::uint64_t segment) const;

  Io* io_;
  std::string directory_;
  std::uint64_t segment_bytes_;
  bool waits_for_disk_;
  std::function<bool()> free_space_;
  std::deque<Chunk> chunks_;  // never empty once there is a segment; the last takes new records
  File file_;                 // of the first chunk's segment, once created
  std::uint64_t last_sequence_ = 0;
  std::uint64_t flushed_sequence_ = 0;
  std::uint64_t flushed_segment_ = 1;
  std::uint32_t last_crc_ = 0;
};

}  // namespace causeway::gateway::journal
