#include "gateway/journal/format.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "fixspec/assert.hpp"
#include "gateway/journal/crc32c.hpp"

namespace causeway::gateway::journal {
namespace {

constexpr std::string_view magic = "CSWYJRNL";
constexpr std::string_view segment_suffix = ".journal";
constexpr std::size_t segment_digits = 10;
constexpr std::size_t header_crc_offset = segment_header_size - 4;
constexpr std::size_t record_crc_size = 4;

template <class T>
void put(std::byte* to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    to[i] = static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xff);
  }
}

template <class T>
T get(const std::byte* from) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= std::to_integer<std::uint64_t>(from[i]) << (8 * i);
  }
  return static_cast<T>(value);
}

}  // namespace

std::string_view to_text(RecordType type) {
  switch (type) {
    case RecordType::EngineInput:
      return "EngineInput";
    case RecordType::VenueIntent:
      return "VenueIntent";
    case RecordType::FixOutgoing:
      return "FixOutgoing";
    case RecordType::FixNumbers:
      return "FixNumbers";
    case RecordType::FixReset:
      return "FixReset";
    case RecordType::EpochStart:
      return "EpochStart";
    case RecordType::ChainCheckpoint:
      return "ChainCheckpoint";
  }
  return {};
}

SegmentHeaderBytes encode(SegmentHeader& header) {
  SegmentHeaderBytes bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  put<std::uint16_t>(&bytes[8], format_version);
  put<std::uint16_t>(&bytes[10], segment_header_size);
  put(&bytes[12], header.previous_crc);
  put(&bytes[16], header.number);
  put(&bytes[24], header.first_sequence);
  put(&bytes[32], header.created_utc_ns);
  put<std::uint16_t>(&bytes[40], header.waits_for_disk ? 1 : 0);
  header.crc = crc32c(0, std::span{bytes}.first(header_crc_offset));
  put(&bytes[header_crc_offset], header.crc);
  return bytes;
}

HeaderFault decode(std::span<const std::byte> bytes, SegmentHeader& header) {
  CAUSEWAY_ASSERT(bytes.size() == segment_header_size);
  if (std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) return HeaderFault::NotAJournal;
  // Asked before the checksum: a newer layout may keep its checksum elsewhere.
  const auto version = get<std::uint16_t>(&bytes[8]);
  const bool whole =
      get<std::uint32_t>(&bytes[header_crc_offset]) == crc32c(0, bytes.first(header_crc_offset));
  if (version > format_version) return HeaderFault::NewerFormat;
  if (!whole || version == 0 || get<std::uint16_t>(&bytes[10]) != segment_header_size) {
    return HeaderFault::Damaged;
  }
  header.previous_crc = get<std::uint32_t>(&bytes[12]);
  header.number = get<std::uint64_t>(&bytes[16]);
  header.first_sequence = get<std::uint64_t>(&bytes[24]);
  header.created_utc_ns = get<fixspec::UtcNanos>(&bytes[32]);
  header.waits_for_disk = get<std::uint16_t>(&bytes[40]) != 0;
  header.crc = get<std::uint32_t>(&bytes[header_crc_offset]);
  return HeaderFault::None;
}

std::uint32_t seal_record(std::span<std::byte> record, std::size_t payload_size,
                          const RecordHeader& header, std::uint32_t segment_crc) {
  CAUSEWAY_ASSERT(record.size() == record_size(payload_size));
  put(&record[4], static_cast<std::uint32_t>(payload_size));
  put(&record[8], header.type);
  put(&record[10], header.version);
  put(&record[12], header.durable_distance);
  put(&record[16], header.sequence);
  put(&record[24], header.at.utc_ns);
  put(&record[32], header.at.mono_ns);
  const auto padding = record.subspan(record_header_size + payload_size);
  std::fill(padding.begin(), padding.end(), std::byte{0});
  const std::uint32_t crc = crc32c(segment_crc, record.subspan(record_crc_size));
  put(record.data(), crc);
  return crc;
}

RecordHeader decode_record_header(std::span<const std::byte> bytes) {
  CAUSEWAY_ASSERT(bytes.size() >= record_header_size);
  RecordHeader header;
  header.crc = get<std::uint32_t>(&bytes[0]);
  header.payload_size = get<std::uint32_t>(&bytes[4]);
  header.type = get<std::uint16_t>(&bytes[8]);
  header.version = get<std::uint16_t>(&bytes[10]);
  header.durable_distance = get<std::uint32_t>(&bytes[12]);
  header.sequence = get<std::uint64_t>(&bytes[16]);
  header.at.utc_ns = get<fixspec::UtcNanos>(&bytes[24]);
  header.at.mono_ns = get<std::int64_t>(&bytes[32]);
  return header;
}

bool crc_matches(std::span<const std::byte> record, std::uint32_t segment_crc) {
  return get<std::uint32_t>(record.data()) == crc32c(segment_crc, record.subspan(record_crc_size));
}

std::string segment_file_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < segment_digits) digits.insert(0, segment_digits - digits.size(), '0');
  return digits + std::string{segment_suffix};
}

std::optional<std::uint64_t> segment_number(std::string_view file_name) {
  if (!file_name.ends_with(segment_suffix)) return std::nullopt;
  const auto digits = file_name.substr(0, file_name.size() - segment_suffix.size());
  const bool all_digits =
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.size() != segment_digits || !all_digits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

}  // namespace causeway::gateway::journal
