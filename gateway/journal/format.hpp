#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fixspec/time.hpp"

// The bytes of a journal's files; FORMAT.md describes them for readers in other languages.
namespace causeway::gateway::journal {

/// What a record is. Numbers are never reused.
enum class RecordType : std::uint16_t {
  EngineInput = 1,      ///< payload: gateway/engine's codec
  VenueIntent = 2,      ///< payload: gateway/engine's codec; written before a request is sent
  FixOutgoing = 3,      ///< a message given to a FIX session
  FixNumbers = 4,       ///< a session's sequence numbers
  FixReset = 5,         ///< a session was made or reset
  EpochStart = 6,       ///< a run of the gateway began
  ChainCheckpoint = 7,  ///< the hash chain as it stood before this record
};
inline constexpr std::uint16_t last_record_type = 7;
/// "EngineInput" and so on; empty for a number that no version had.
std::string_view to_text(RecordType type);

/// One record, valid until the next one is asked for.
struct RecordView {
  std::uint64_t sequence = 0;
  RecordType type = RecordType::EngineInput;
  std::uint16_t version = 0;
  fixspec::Timestamp at;
  std::span<const std::byte> payload;
  std::span<const std::byte> whole;  ///< header, payload and padding, as they are in the file
  std::uint32_t crc = 0;
  std::uint64_t segment = 0;  ///< the number of its file
  std::uint64_t offset = 0;   ///< in that file
};

/// The layout that this build writes. A file with a higher one is refused.
inline constexpr std::uint16_t format_version = 1;
inline constexpr std::size_t segment_header_size = 64;
inline constexpr std::size_t record_header_size = 40;
/// Records begin at multiples of this.
inline constexpr std::size_t record_alignment = 8;
/// A payload is never longer.
inline constexpr std::size_t max_payload = 16 * 1024 * 1024;

/// The bytes a record with such a payload takes, padding included.
constexpr std::size_t record_size(std::size_t payload_size) {
  return (record_header_size + payload_size + record_alignment - 1) / record_alignment *
         record_alignment;
}

struct SegmentHeader {
  std::uint64_t number = 1;          ///< counts from 1
  std::uint64_t first_sequence = 1;  ///< of its first record
  std::uint32_t previous_crc = 0;    ///< of the last record of the segment before; 0: the first
  fixspec::UtcNanos created_utc_ns = 0;
  bool waits_for_disk = false;  ///< begun at Durability::Disk
  std::uint32_t crc = 0;        ///< its own; where each record's checksum starts from
};

using SegmentHeaderBytes = std::array<std::byte, segment_header_size>;
/// The header's bytes; sets header.crc.
SegmentHeaderBytes encode(SegmentHeader& header);

/// Why bytes are not a segment's header.
enum class HeaderFault : std::uint8_t { None, NotAJournal, NewerFormat, Damaged };
/// Reads `bytes` (segment_header_size of them) into `header`.
HeaderFault decode(std::span<const std::byte> bytes, SegmentHeader& header);

/// What a record's first record_header_size bytes claim, unchecked.
struct RecordHeader {
  std::uint32_t crc = 0;
  std::uint32_t payload_size = 0;
  std::uint16_t type = 0;
  std::uint16_t version = 0;
  /// How many records before this one are the newest that was known to be on disk when this one was
  /// appended; 0: nobody waits for the disk (Durability::Process).
  std::uint32_t durable_distance = 0;
  std::uint64_t sequence = 0;
  fixspec::Timestamp at;
};
RecordHeader decode_record_header(std::span<const std::byte> bytes);
/// Writes the header (crc and payload_size are computed) and the padding around the payload that
/// already stands at `record + record_header_size`; `record` has record_size(payload_size) bytes.
/// Answers the record's CRC.
std::uint32_t seal_record(std::span<std::byte> record, std::size_t payload_size,
                          const RecordHeader& header, std::uint32_t segment_crc);
/// True where the record (header, payload, padding) has the checksum it claims.
bool crc_matches(std::span<const std::byte> record, std::uint32_t segment_crc);

/// "0000000001.journal"
std::string segment_file_name(std::uint64_t number);
/// The number in a segment's file name, or nullopt for any other name.
std::optional<std::uint64_t> segment_number(std::string_view file_name);

}  // namespace causeway::gateway::journal
