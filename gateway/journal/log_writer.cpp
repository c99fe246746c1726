#include "gateway/journal/log_writer.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "fixspec/assert.hpp"
#include "fixspec/crash_point.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

std::uint32_t distance(std::uint64_t sequence, std::uint64_t durable_sequence) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(sequence - durable_sequence, UINT32_MAX));
}

bool is_out_of_space(std::int64_t error) { return error == -ENOSPC || error == -EDQUOT; }

}  // namespace

LogWriter::LogWriter(Io& io, std::string directory, std::uint64_t segment_bytes,
                     bool waits_for_disk, std::function<bool()> free_space)
    : io_(&io),
      directory_(std::move(directory)),
      segment_bytes_(segment_bytes),
      waits_for_disk_(waits_for_disk),
      free_space_(std::move(free_space)) {}

std::string LogWriter::path(std::uint64_t segment) const {
  return directory_ + "/" + segment_file_name(segment);
}

Result<Done, Error> LogWriter::resume(const LogEnd& end) {
  CAUSEWAY_ASSERT(chunks_.empty());
  last_sequence_ = end.last_sequence;
  flushed_sequence_ = end.last_sequence;
  last_crc_ = end.last_crc;
  if (!end.segment) return Done{};
  flushed_segment_ = end.segment->number;
  file_ = File{io_->open(path(end.segment->number), O_RDWR)};
  if (!file_.is_open()) {
    return Unexpected{Error{"journal: can't open " + path(end.segment->number) +
                            " for writing: " + describe_error(file_.get())}};
  }
  chunks_.push_back(Chunk{.header = *end.segment,
                          .created = true,
                          .offset = end.offset,
                          .bytes = {},
                          .last_sequence = end.last_sequence});
  return Done{};
}

void LogWriter::start_segment(fixspec::Timestamp at) {
  SegmentHeader header{.number = chunks_.empty() ? 1 : chunks_.back().header.number + 1,
                       .first_sequence = last_sequence_ + 1,
                       .previous_crc = last_crc_,
                       .created_utc_ns = at.utc_ns,
                       .waits_for_disk = waits_for_disk_};
  encode(header);  // for its checksum, on which those of the records build
  chunks_.push_back(Chunk{.header = header,
                          .created = false,
                          .offset = segment_header_size,
                          .bytes = {},
                          .last_sequence = last_sequence_});
}

LogWriter::Appended LogWriter::append(RecordType type, std::uint16_t version, fixspec::Timestamp at,
                                      std::span<const std::byte> payload,
                                      std::optional<std::uint64_t> durable_sequence) {
  CAUSEWAY_ASSERT(payload.size() <= max_payload);
  const std::size_t size = record_size(payload.size());
  const auto end_of = [](const Chunk& chunk) { return chunk.offset + chunk.bytes.size(); };
  const bool full = !chunks_.empty() && end_of(chunks_.back()) + size > segment_bytes_ &&
                    end_of(chunks_.back()) > segment_header_size;
  if (chunks_.empty() || full) start_segment(at);

  Chunk& chunk = chunks_.back();
  const std::uint64_t offset = end_of(chunk);
  chunk.bytes.resize(chunk.bytes.size() + size);
  const auto record = std::span{chunk.bytes}.last(size);
  if (!payload.empty()) {
    std::memcpy(record.data() + record_header_size, payload.data(), payload.size());
  }
  RecordHeader header{.type = static_cast<std::uint16_t>(type), .version = version, .at = at};
  header.sequence = ++last_sequence_;
  if (durable_sequence) header.durable_distance = distance(last_sequence_, *durable_sequence);
  last_crc_ = seal_record(record, payload.size(), header, chunk.header.crc);
  chunk.last_sequence = last_sequence_;
  return {.sequence = last_sequence_,
          .place = {.segment = static_cast<std::uint32_t>(chunk.header.number),
                    .unit = static_cast<std::uint32_t>(offset / record_alignment)}};
}

Result<Done, Error> LogWriter::flush() {
  while (!chunks_.empty()) {
    if (auto flushed = flush_chunk(chunks_.front()); !flushed) return flushed;
    if (chunks_.size() == 1) break;
    chunks_.pop_front();
    file_ = File{};
  }
  return Done{};
}

Result<Done, Error> LogWriter::flush_chunk(Chunk& chunk) {
  if (chunk.bytes.empty()) return Done{};
  if (!chunk.created) {
    if (auto created = create_segment(chunk); !created) return created;
  }
  fixspec::crash_point("journal_before_write");
  const Written written = write_fully(file_.get(), chunk.bytes, chunk.offset);
  fixspec::crash_point("journal_written");
  flushed_segment_ = chunk.header.number;
  if (written.error == 0) {
    chunk.offset += chunk.bytes.size();
    chunk.bytes.clear();
    flushed_sequence_ = chunk.last_sequence;
    return Done{};
  }
  keep_unwritten(chunk, written.count);
  return Unexpected{Error{"journal: can't write " + path(chunk.header.number) + ": " +
                          describe_error(written.error)}};
}

// A segment gets its name when its header is in it, so a file of that name without one is damage.
Result<Done, Error> LogWriter::create_segment(Chunk& chunk) {
  const std::string name = path(chunk.header.number);
  const std::string unfinished = name + ".new";
  const auto failed = [&](const char* action, std::int64_t error) {
    return Unexpected{
        Error{std::string{"journal: can't "} + action + " " + name + ": " + describe_error(error)}};
  };
  File file{io_->open(unfinished, O_RDWR | O_CREAT | O_TRUNC)};
  if (is_out_of_space(file.get()) && free_space_()) {
    file = File{io_->open(unfinished, O_RDWR | O_CREAT | O_TRUNC)};
  }
  if (!file.is_open()) return failed("create", file.get());
  SegmentHeader header = chunk.header;
  const Written written = write_fully(file.get(), encode(header), 0);
  if (written.error != 0) return failed("write", written.error);
  if (const int error = waits_for_disk_ ? io_->sync(file.get()) : 0; error < 0) {
    return failed("sync", error);
  }
  fixspec::crash_point("segment_made");
  if (const int error = io_->rename(unfinished, name); error < 0) return failed("name", error);
  fixspec::crash_point("segment_named");
  file_ = std::move(file);
  chunk.created = true;
  return Done{};
}

LogWriter::Written LogWriter::write_fully(int file, std::span<const std::byte> bytes,
                                          std::uint64_t offset) {
  Written written;
  while (written.count < bytes.size()) {
    const ssize_t count = io_->pwrite(file, bytes.subspan(written.count), offset + written.count);
    if (count > 0) {
      written.count += static_cast<std::size_t>(count);
      continue;
    }
    const std::int64_t error = count < 0 ? count : -ENOSPC;
    if (is_out_of_space(error) && free_space_()) continue;
    written.error = error;
    break;
  }
  return written;
}

// Whole records of the part that was written count as written; of the next one nothing may stay in
// the file. Should the file refuse even that, the next flush writes the same bytes over it, and an
// end of the process before then leaves what every start cuts off: a torn tail.
void LogWriter::keep_unwritten(Chunk& chunk, std::size_t written) {
  std::size_t whole = 0;
  while (whole + record_header_size <= written) {
    const RecordHeader header = decode_record_header(std::span{chunk.bytes}.subspan(whole));
    const std::size_t size = record_size(header.payload_size);
    if (whole + size > written) break;
    whole += size;
    flushed_sequence_ = header.sequence;
  }
  chunk.bytes.erase(chunk.bytes.begin(), chunk.bytes.begin() + static_cast<std::ptrdiff_t>(whole));
  chunk.offset += whole;
  if (written > whole) io_->ftruncate(file_.get(), chunk.offset);
}

std::size_t LogWriter::pending_bytes() const {
  std::size_t bytes = 0;
  for (const Chunk& chunk : chunks_) bytes += chunk.bytes.size();
  return bytes;
}

std::optional<std::span<const std::byte>> LogWriter::pending(RecordPlace place) const {
  for (const Chunk& chunk : chunks_) {
    if (chunk.header.number != place.segment || place.offset() < chunk.offset) continue;
    return std::span<const std::byte>{chunk.bytes}.subspan(
        static_cast<std::size_t>(place.offset() - chunk.offset));
  }
  return std::nullopt;
}

}  // namespace causeway::gateway::journal
