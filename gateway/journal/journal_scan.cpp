#include "gateway/journal/journal.hpp"

// Looks through a part of the log for messages whose places are not kept in memory.
namespace causeway::gateway::journal {
namespace {

constexpr std::size_t window_bytes = 256 * 1024;

void advance(RecordPlace& place, std::size_t bytes) {
  place.unit += static_cast<std::uint32_t>(bytes / record_alignment);
}

// The whole record that `bytes` begin with; empty where they end before it does.
std::span<const std::byte> first_record(std::span<const std::byte> bytes) {
  if (bytes.size() < record_header_size) return {};
  const std::size_t payload_size = decode_record_header(bytes).payload_size;
  if (payload_size > max_payload || record_size(payload_size) > bytes.size()) return {};
  return bytes.first(record_size(payload_size));
}

}  // namespace

bool Journal::scan(RecordPlace from, RecordPlace until, const OnMessage& on_message) {
  std::vector<std::byte> window(window_bytes);
  RecordPlace at = from;
  std::optional<RecordHeader> last;  // of the record before `at`, where it was read here
  while (at < until) {
    const auto waiting = writer_.pending(at);
    if (!waiting && is_taken_away(at.segment)) {
      at = {.segment = at.segment + 1, .unit = segment_header_size / record_alignment};
      last.reset();
      continue;
    }
    std::span<const std::byte> bytes = waiting.value_or(std::span<const std::byte>{});
    const ReadFile* const file = waiting ? nullptr : open_for_reading(at.segment);
    if (!waiting && file == nullptr) return cannot_read(at, "the segment cannot be opened");
    if (file != nullptr) {
      const bool at_begin = at.offset() == segment_header_size;
      if (at_begin && last &&
          (file->header.previous_crc != last->crc ||
           file->header.first_sequence != last->sequence + 1)) {
        return cannot_read(at, "the segment does not continue the one before it");
      }
      const ssize_t size = read_fully(*io_, file->file.get(), window, at.offset());
      if (size < 0) return cannot_read(at, describe_error(size));
      bytes = std::span<const std::byte>{window}.first(static_cast<std::size_t>(size));
    }
    if (bytes.empty()) {  // the segment ends here
      at = {.segment = at.segment + 1, .unit = segment_header_size / record_alignment};
      continue;
    }
    const RecordPlace began = at;
    for (auto record = first_record(bytes); !record.empty() && at < until;
         record = first_record(bytes)) {
      if (file != nullptr && !crc_matches(record, file->header.crc)) {
        return cannot_read(at, "the checksum is wrong");
      }
      const RecordHeader header = decode_record_header(record);
      last = header;
      if (header.type == static_cast<std::uint16_t>(RecordType::FixOutgoing)) {
        on_message(at, record.subspan(record_header_size, header.payload_size));
      }
      bytes = bytes.subspan(record.size());
      advance(at, record.size());
    }
    if (at != began) continue;
    // A record that is longer than the window, or none.
    if (window.size() > record_size(max_payload) || bytes.size() < window.size()) {
      return cannot_read(at, "the record does not end");
    }
    window.resize(window.size() * 4);
  }
  return true;
}

bool Journal::cannot_read(RecordPlace place, std::string_view why) {
  read_error_ = "journal: " + segment_path(directory_, place.segment) + ", offset " +
                std::to_string(place.offset()) + ": " + std::string{why};
  return false;
}

}  // namespace causeway::gateway::journal
