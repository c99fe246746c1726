#include "gateway/journal/log_scanner.hpp"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace causeway::gateway::journal {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

constexpr std::size_t buffer_size = 1024 * 1024;
constexpr const char* restore_advice = "restore the file from a copy";

}  // namespace

LogScanner::LogScanner(Io& io, std::string directory, Options options)
    : io_(&io), directory_(std::move(directory)), options_(options) {}

Result<LogScanner, Error> LogScanner::open(Io& io, const std::string& directory, Options options) {
  LogScanner scanner{io, directory, options};
  if (auto listed = scanner.list_segments(); !listed) return Unexpected{listed.error()};
  if (auto found = scanner.find_first_segment(); !found) return Unexpected{found.error()};
  return scanner;
}

std::string LogScanner::path() const {
  if (segments_.empty()) return directory_;
  return directory_ + "/" + segment_file_name(segments_[std::min(index_, segments_.size() - 1)]);
}

Unexpected<Error> LogScanner::fault(std::uint64_t offset, const std::string& what) const {
  return Unexpected{
      Error{"journal: " + path() + ", offset " + std::to_string(offset) + ": " + what}};
}

Result<Done, Error> LogScanner::list_segments() {
  std::error_code error;
  for (std::filesystem::directory_iterator entry{directory_, error}, last; !error && entry != last;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (const auto number = segment_number(name)) {
      segments_.push_back(*number);
    } else if (name.find(".journal") != std::string::npos && !name.ends_with(".new")) {
      return Unexpected{Error{"journal: " + directory_ + "/" + name +
                              ": not a segment's name; move the file out of the directory"}};
    }
  }
  if (error) return Unexpected{Error{"journal: can't list " + directory_ + ": " + error.message()}};
  std::sort(segments_.begin(), segments_.end());
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i] == i + 1) continue;
    return Unexpected{Error{"journal: " + directory_ + "/" + segment_file_name(i + 1) +
                            " is missing, and there are later segments: " + restore_advice}};
  }
  return Done{};
}

Result<SegmentHeader, Error> LogScanner::read_header(int file) const {
  std::array<std::byte, segment_header_size> bytes{};
  const ssize_t got = read_fully(*io_, file, bytes, 0);
  if (got < 0) return fault(0, "can't read: " + describe_error(got));
  if (got != static_cast<ssize_t>(bytes.size())) {
    return fault(0, "the file has " + std::to_string(got) +
                        " bytes, too few for a segment's header: " + restore_advice);
  }
  SegmentHeader header;
  switch (decode(bytes, header)) {
    case HeaderFault::None:
      return header;
    case HeaderFault::NotAJournal:
      return fault(0, std::string{"not a segment of a journal, or its header is damaged: "} +
                          restore_advice);
    case HeaderFault::NewerFormat:
      return fault(8,
                   "was written by a newer version of causeway; use that version or a newer one");
    case HeaderFault::Damaged:
      break;
  }
  return fault(0, std::string{"the segment's header is damaged: "} + restore_advice);
}

Result<Done, Error> LogScanner::find_first_segment() {
  if (options_.from_sequence <= 1) return Done{};
  for (std::size_t i = segments_.size(); i-- > 1;) {
    index_ = i;
    const File file{io_->open(path(), O_RDONLY)};
    if (!file.is_open()) return fault(0, "can't open: " + describe_error(file.get()));
    const auto header = read_header(file.get());
    if (!header) return Unexpected{header.error()};
    if (header->first_sequence <= options_.from_sequence) return Done{};
  }
  index_ = 0;
  return Done{};
}

Result<Done, Error> LogScanner::enter_segment() {
  file_ = File{io_->open(path(), O_RDONLY)};
  if (!file_.is_open()) return fault(0, "can't open: " + describe_error(file_.get()));
  const auto header = read_header(file_.get());
  if (!header) return Unexpected{header.error()};
  if (header->number != segments_[index_]) {
    return fault(16, "the file holds segment " + std::to_string(header->number) +
                         ": it was renamed or copied; " + restore_advice);
  }
  // Only when reading begins in the middle is there nothing to compare the link with.
  const bool linked = !first_ || index_ == 0;
  if (linked && header->first_sequence != end_.last_sequence + 1) {
    return fault(24, "the segment begins with record " + std::to_string(header->first_sequence) +
                         ", but the one before ends with " + std::to_string(end_.last_sequence) +
                         ": " + restore_advice);
  }
  if (linked && header->previous_crc != end_.last_crc) {
    return fault(12,
                 std::string{"the segment does not continue the one before it: "} + restore_advice);
  }
  first_ = false;
  entered_ = true;
  file_size_ = static_cast<std::uint64_t>(file_.size());
  buffer_size_ = 0;
  buffer_offset_ = 0;
  end_.last_sequence = header->first_sequence - 1;
  end_.last_crc = header->previous_crc;
  end_.segment = *header;
  end_.offset = segment_header_size;
  return Done{};
}

Result<std::span<const std::byte>, Error> LogScanner::window(std::uint64_t offset,
                                                             std::size_t size) {
  const bool inside = offset >= buffer_offset_ && offset + size <= buffer_offset_ + buffer_size_;
  if (!inside) {
    if (buffer_.size() < std::max(size, buffer_size)) buffer_.resize(std::max(size, buffer_size));
    const ssize_t got = read_fully(*io_, file_.get(), buffer_, offset);
    if (got < 0) return fault(offset, "can't read: " + describe_error(got));
    buffer_offset_ = offset;
    buffer_size_ = static_cast<std::size_t>(got);
  }
  const auto start = static_cast<std::size_t>(offset - buffer_offset_);
  return std::span<const std::byte>{buffer_}.subspan(start, std::min(size, buffer_size_ - start));
}

Result<std::optional<RecordView>, Error> LogScanner::next() {
  while (true) {
    if (index_ >= segments_.size()) {
      if (auto checked = check_end(); !checked) return Unexpected{checked.error()};
      return std::optional<RecordView>{};
    }
    if (!entered_) {
      if (auto entered = enter_segment(); !entered) return Unexpected{entered.error()};
    }
    if (end_.offset == file_size_) {
      ++index_;
      entered_ = false;
      continue;
    }
    RecordView view;
    const auto step = read_record(view);
    if (!step) return Unexpected{step.error()};
    if (*step == Step::Finished) continue;
    if (view.sequence >= options_.from_sequence) return std::optional{view};
  }
}

Result<LogScanner::Step, Error> LogScanner::read_record(RecordView& view) {
  const auto head = window(end_.offset, record_header_size);
  if (!head) return Unexpected{head.error()};
  if (head->size() < record_header_size) return on_bad_record("an unfinished record");
  const RecordHeader header = decode_record_header(*head);
  const std::uint64_t expected = end_.last_sequence + 1;
  if (header.payload_size > max_payload || header.reserved != 0) {
    return on_bad_record("no record's header");
  }
  const std::size_t size = record_size(header.payload_size);
  const auto whole = window(end_.offset, size);
  if (!whole) return Unexpected{whole.error()};
  if (whole->size() < size) return on_bad_record("an unfinished record");
  if (!crc_matches(*whole, end_.segment->crc)) return on_bad_record("the checksum is wrong");
  if (header.sequence != expected) {
    return fault(end_.offset, "record " + std::to_string(header.sequence) + " stands where " +
                                  std::to_string(expected) + " belongs: " + restore_advice);
  }
  if (header.type == 0 || header.type > last_record_type) {
    return fault(end_.offset, "record " + std::to_string(expected) + " has type " +
                                  std::to_string(header.type) +
                                  ", which only a newer version of causeway knows; use that one");
  }
  view = RecordView{.sequence = header.sequence,
                    .type = static_cast<RecordType>(header.type),
                    .version = header.version,
                    .at = header.at,
                    .payload = whole->subspan(record_header_size, header.payload_size),
                    .whole = *whole,
                    .crc = header.crc,
                    .segment = end_.segment->number,
                    .offset = end_.offset};
  end_.last_sequence = header.sequence;
  end_.last_crc = header.crc;
  end_.offset += size;
  return Step::Record;
}

// A bad record may be cut off only where nothing speaks against its being the end of an unfinished
// write: it is in the last segment, no whole record follows, and nobody had seen it whole.
Result<LogScanner::Step, Error> LogScanner::on_bad_record(const std::string& reason) {
  const std::uint64_t expected = end_.last_sequence + 1;
  const std::string what = "record " + std::to_string(expected) + ": " + reason;
  if (index_ + 1 < segments_.size()) {
    return fault(end_.offset, what + ", and later segments follow: " + restore_advice);
  }
  if (expected <= options_.whole_until) {
    return fault(end_.offset, what + ", but it was whole on disk before: " + restore_advice);
  }
  const auto whole = find_whole_record(end_.offset + record_alignment);
  if (!whole) return Unexpected{whole.error()};
  if (*whole) {
    return fault(end_.offset, what + ", and a whole record follows at offset " +
                                  std::to_string(**whole) + ": " + restore_advice);
  }
  end_.torn_bytes = file_size_ - end_.offset;
  ++index_;
  return Step::Finished;
}

Result<std::optional<std::uint64_t>, Error> LogScanner::find_whole_record(std::uint64_t from) {
  for (std::uint64_t offset = from; offset + record_header_size <= file_size_;
       offset += record_alignment) {
    const auto head = window(offset, record_header_size);
    if (!head) return Unexpected{head.error()};
    if (head->size() < record_header_size) break;
    const RecordHeader header = decode_record_header(*head);
    const bool plausible = header.payload_size <= max_payload && header.reserved == 0 &&
                           header.type != 0 && header.type <= last_record_type &&
                           header.sequence > end_.last_sequence &&
                           offset + record_size(header.payload_size) <= file_size_;
    if (!plausible) continue;
    const auto whole = window(offset, record_size(header.payload_size));
    if (!whole) return Unexpected{whole.error()};
    if (whole->size() == record_size(header.payload_size) &&
        crc_matches(*whole, end_.segment->crc)) {
      return std::optional{offset};
    }
  }
  return std::optional<std::uint64_t>{};
}

Result<Done, Error> LogScanner::check_end() const {
  if (end_.last_sequence >= options_.whole_until) return Done{};
  return fault(end_.offset, "the journal ends with record " + std::to_string(end_.last_sequence) +
                                ", but record " + std::to_string(options_.whole_until) +
                                " was on disk: the file was cut or a segment is missing; " +
                                restore_advice);
}

}  // namespace causeway::gateway::journal
