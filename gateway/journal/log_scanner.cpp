#include "gateway/journal/log_scanner.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
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

Result<std::vector<std::uint64_t>, Error> list_segments(const std::string& directory) {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{directory, error}, last; !error && entry != last;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (const auto number = segment_number(name)) {
      numbers.push_back(*number);
    } else if (name.find(".journal") != std::string::npos && !name.ends_with(".new")) {
      return Unexpected{Error{"journal: " + directory + "/" + name +
                              ": not a segment's name; move the file out of the directory"}};
    }
  }
  if (error) return Unexpected{Error{"journal: can't list " + directory + ": " + error.message()}};
  return numbers;
}

std::string segment_path(const std::string& directory, std::uint64_t number) {
  const std::string name = segment_file_name(number);
  std::string path = directory + "/" + name;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return path;
  std::string archived = directory + "/" + archive_name + "/" + name;
  return std::filesystem::exists(archived, error) ? archived : path;
}

LogScanner::LogScanner(Io& io, std::string directory, Options options)
    : io_(&io), directory_(std::move(directory)), options_(options) {}

Result<LogScanner, Error> LogScanner::open(Io& io, const std::string& directory, Options options) {
  LogScanner scanner{io, directory, options};
  if (auto listed = scanner.list_segments(); !listed) return Unexpected{listed.error()};
  auto found = options.start ? scanner.go_to_start(*options.start) : scanner.find_first_segment();
  if (!found) return Unexpected{found.error()};
  return scanner;
}

std::string LogScanner::path() const {
  if (segments_.empty()) return directory_;
  return segment_path(directory_, segments_[std::min(index_, segments_.size() - 1)]);
}

Unexpected<Error> LogScanner::fault(std::uint64_t offset, const std::string& what) const {
  return Unexpected{
      Error{"journal: " + path() + ", offset " + std::to_string(offset) + ": " + what}};
}

Result<Done, Error> LogScanner::list_segments() {
  // The archive last: a segment may be on its way there.
  auto numbers = journal::list_segments(directory_);
  if (!numbers) return Unexpected{numbers.error()};
  const std::string archive = directory_ + "/" + archive_name;
  std::error_code error;
  if (std::filesystem::exists(archive, error)) {
    const auto archived = journal::list_segments(archive);
    if (!archived) return Unexpected{archived.error()};
    numbers->insert(numbers->end(), archived->begin(), archived->end());
  }
  std::sort(numbers->begin(), numbers->end());
  numbers->erase(std::unique(numbers->begin(), numbers->end()), numbers->end());
  segments_ = *std::move(numbers);
  const bool may_begin_late = options_.may_begin_late || options_.start;
  const std::uint64_t first = may_begin_late ? first_segment() : 1;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i] == first + i) continue;
    return Unexpected{Error{"journal: " + directory_ + "/" + segment_file_name(first + i) +
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

Result<Done, Error> LogScanner::go_to_start(const LogStart& start) {
  const auto found = std::find(segments_.begin(), segments_.end(), start.segment);
  if (found == segments_.end()) {
    return Unexpected{Error{"journal: " + directory_ + "/" + segment_file_name(start.segment) +
                            " is missing: " + restore_advice}};
  }
  index_ = static_cast<std::size_t>(found - segments_.begin());
  if (auto opened = open_file(); !opened) return opened;
  const auto header = read_header(file_.get());
  if (!header) return Unexpected{header.error()};
  end_.segment = *header;
  end_.offset = start.offset;
  end_.last_sequence = start.sequence - 1;
  const auto whole =
      window(start.offset, static_cast<std::size_t>(start.end_offset - start.offset));
  if (!whole) return Unexpected{whole.error()};
  const bool is_whole = whole->size() == start.end_offset - start.offset &&
                        whole->size() >= record_header_size && crc_matches(*whole, header->crc);
  const RecordHeader record = is_whole ? decode_record_header(*whole) : RecordHeader{};
  if (header->number != start.segment || !is_whole || record.sequence != start.sequence ||
      record.crc != start.crc) {
    return fault(start.offset,
                 "record " + std::to_string(start.sequence) + " is not there as it was");
  }
  end_.last_sequence = record.sequence;
  end_.last_crc = record.crc;
  end_.offset = start.end_offset;
  last_waited_for_disk_ = record.durable_distance != 0;
  entered_ = true;
  first_ = false;
  return Done{};
}

Result<Done, Error> LogScanner::open_file() {
  file_ = File{io_->open(path(), O_RDONLY)};
  // It may have been archived in between.
  if (file_.get() == -ENOENT) file_ = File{io_->open(path(), O_RDONLY)};
  if (!file_.is_open()) return fault(0, "can't open: " + describe_error(file_.get()));
  file_size_ = static_cast<std::uint64_t>(file_.size());
  buffer_size_ = 0;
  buffer_offset_ = 0;
  return Done{};
}

Result<LogScanner::Step, Error> LogScanner::enter_segment() {
  if (auto opened = open_file(); !opened) return Unexpected{opened.error()};
  const auto header = read_header(file_.get());
  if (!header) return Unexpected{header.error()};
  if (header->number != segments_[index_]) {
    return fault(16, "the file holds segment " + std::to_string(header->number) +
                         ": it was renamed or copied; " + restore_advice);
  }
  // Only when reading begins in the middle is there nothing to compare the link with.
  const bool linked = !first_ || segments_[index_] == 1;
  const std::string before = index_ == 0 ? "nothing" : segment_file_name(segments_[index_ - 1]);
  if (linked && header->first_sequence != end_.last_sequence + 1) {
    return on_misfit(24, "the segment begins with record " +
                             std::to_string(header->first_sequence) + ", but " + before +
                             " ends with " + std::to_string(end_.last_sequence));
  }
  if (linked && header->previous_crc != end_.last_crc) {
    return on_misfit(12, "the segment does not continue " + before);
  }
  // The first record has none before it that tells.
  if (index_ == 0) last_waited_for_disk_ = header->waits_for_disk;
  first_ = false;
  entered_ = true;
  end_.last_sequence = header->first_sequence - 1;
  end_.last_crc = header->previous_crc;
  end_.segment = *header;
  end_.offset = segment_header_size;
  return Step::Record;
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
      const auto entered = enter_segment();
      if (!entered) return Unexpected{entered.error()};
      if (*entered == Step::Finished) continue;
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
  const std::uint64_t expected = end_.last_sequence + 1;
  const auto misfit = [&](const char* reason) {
    return on_misfit(end_.offset, "record " + std::to_string(expected) + ": " + reason);
  };
  const auto head = window(end_.offset, record_header_size);
  if (!head) return Unexpected{head.error()};
  if (head->size() < record_header_size) return misfit("an unfinished record");
  const RecordHeader header = decode_record_header(*head);
  if (header.payload_size > max_payload) return misfit("no record's header");
  const std::size_t size = record_size(header.payload_size);
  const auto whole = window(end_.offset, size);
  if (!whole) return Unexpected{whole.error()};
  if (whole->size() < size) return misfit("an unfinished record");
  if (!crc_matches(*whole, end_.segment->crc)) return misfit("the checksum is wrong");
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
  last_waited_for_disk_ = header.durable_distance != 0;
  return Step::Record;
}

// Records may be cut off only where nothing speaks against their being the end of unfinished
// writes. Either it is one record at the very end of the last segment. Or the gateway waited for
// the disk, the machine ended, and of what was not synced some sectors are there and some are not:
// then every whole record behind the gap says itself that the gap's records were not yet known to
// be on disk.
Result<LogScanner::Step, Error> LogScanner::on_misfit(std::uint64_t offset,
                                                      const std::string& what) {
  if (end_.last_sequence + 1 <= options_.whole_until) {
    return fault(offset, what + ", but it was whole on disk before: " + restore_advice);
  }
  const bool at_segment_start = !entered_;
  const bool others_follow = at_segment_start || index_ + 1 < segments_.size();
  if (others_follow && !last_waited_for_disk_) {
    return fault(offset, what + (at_segment_start ? "" : ", and later segments follow") + ": " +
                             restore_advice);
  }
  const std::size_t misfit = index_;
  const auto objection = find_objection();
  if (!objection) return Unexpected{objection.error()};
  if (!objection->empty()) {
    index_ = misfit;
    return fault(offset, what + ", and " + *objection + ": " + restore_advice);
  }
  index_ = segments_.size();
  return Step::Finished;
}

Result<std::string, Error> LogScanner::find_objection() {
  end_.torn_bytes = 0;
  end_.torn_segments.clear();
  if (entered_) {
    auto here = find_objection_in_file(end_.segment->crc, end_.offset + record_alignment);
    if (!here || !here->empty()) return here;
    end_.torn_bytes = file_size_ - end_.offset;
    ++index_;
  }
  for (; index_ < segments_.size(); ++index_) {
    if (auto opened = open_file(); !opened) return Unexpected{opened.error()};
    const auto header = read_header(file_.get());
    if (!header) return Unexpected{header.error()};
    auto there = find_objection_in_file(header->crc, segment_header_size);
    if (!there || !there->empty()) return there;
    end_.torn_bytes += file_size_;
    end_.torn_segments.push_back(segments_[index_]);
  }
  return std::string{};
}

Result<std::string, Error> LogScanner::find_objection_in_file(std::uint32_t segment_crc,
                                                              std::uint64_t from) {
  for (std::uint64_t offset = from; offset + record_header_size <= file_size_;) {
    const auto head = window(offset, record_header_size);
    if (!head) return Unexpected{head.error()};
    if (head->size() < record_header_size) break;
    const RecordHeader header = decode_record_header(*head);
    const std::size_t size = record_size(std::min<std::size_t>(header.payload_size, max_payload));
    const bool plausible = header.payload_size <= max_payload && header.type != 0 &&
                           header.sequence > end_.last_sequence && offset + size <= file_size_;
    if (plausible) {
      const auto whole = window(offset, size);
      if (!whole) return Unexpected{whole.error()};
      if (whole->size() == size && crc_matches(*whole, segment_crc)) {
        const bool gap_was_kept = header.durable_distance == 0 ||
                                  header.sequence - header.durable_distance > end_.last_sequence;
        if (gap_was_kept) {
          return "a whole record (" + std::to_string(header.sequence) + ") follows at offset " +
                 std::to_string(offset) + " of " + segment_file_name(segments_[index_]);
        }
        offset += size;
        continue;
      }
    }
    offset += record_alignment;
  }
  return std::string{};
}

Result<Done, Error> LogScanner::check_end() const {
  if (end_.last_sequence >= options_.whole_until) return Done{};
  return fault(end_.offset, "the journal ends with record " + std::to_string(end_.last_sequence) +
                                ", but record " + std::to_string(options_.whole_until) +
                                " was on disk: the file was cut or a segment is missing; " +
                                restore_advice);
}

}  // namespace causeway::gateway::journal
