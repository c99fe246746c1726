#include "gateway/journal/sync_thread.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "fixspec/crash_point.hpp"
#include "gateway/journal/log_scanner.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Error;

constexpr std::size_t read_size = 256 * 1024;
/// A tampered record is found to lie within this many.
constexpr std::uint64_t records_per_entry = 1000;

}  // namespace

SyncThread::SyncThread(Io& io, std::string directory, ChainFile chain, const ChainEntry& position,
                       Options options, Callbacks callbacks)
    : io_(&io),
      directory_(std::move(directory)),
      chain_(std::move(chain)),
      options_(options),
      callbacks_(std::move(callbacks)),
      hasher_(position.hash),
      flushed_sequence_(position.sequence),
      flushed_segment_(position.segment),
      durable_(0),
      sequence_(position.sequence),
      segment_(position.segment),
      offset_(position.end_offset),
      buffer_(read_size),
      sync_segment_(chain_.last() ? chain_.last()->segment : 1) {}

SyncThread::~SyncThread() {
  {
    const std::lock_guard lock{mutex_};
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SyncThread::start() {
  thread_ = std::thread{[this] { run(); }};
}

void SyncThread::publish(std::uint64_t sequence, std::uint64_t segment) {
  flushed_segment_.store(segment, std::memory_order_relaxed);
  flushed_sequence_.store(sequence, std::memory_order_release);
  if (!options_.sync_each_flush) return;
  // Taken so that the thread is either before its check or already asleep.
  { const std::lock_guard lock{mutex_}; }
  wake_.notify_one();
}

void SyncThread::run() {
  auto next_entry = std::chrono::steady_clock::now() + options_.interval;
  bool stopping = false;
  while (!stopping) {
    {
      std::unique_lock lock{mutex_};
      wake_.wait_until(lock, next_entry, [this] {
        const bool work = options_.sync_each_flush && !failed_ &&
                          flushed_sequence_.load(std::memory_order_acquire) > durable_sequence();
        return stop_ || work;
      });
      stopping = stop_;
    }
    const auto now = std::chrono::steady_clock::now();
    const bool interval_passed = now >= next_entry;
    do_work(interval_passed || stopping);
    if (interval_passed) {
      next_entry = now + options_.interval;
      if (callbacks_.on_interval) callbacks_.on_interval();
    }
  }
}

void SyncThread::do_work(bool entry_due) {
  const std::uint64_t target = flushed_sequence_.load(std::memory_order_acquire);
  const std::uint64_t segment = flushed_segment_.load(std::memory_order_relaxed);
  if (failed_) return;
  if (target > durable_sequence()) {
    fixspec::crash_point("sync_due");
    if (!sync_segments(segment)) return;
    fixspec::crash_point("sync_done");
    durable_.store(target, std::memory_order_release);
    if (callbacks_.on_durable) callbacks_.on_durable(target);
  }
  if (!hash_up_to(target)) return;
  const std::uint64_t last_entry = chain_.last() ? chain_.last()->sequence : 0;
  if (sequence_ == last_entry || (!entry_due && sequence_ - last_entry < records_per_entry)) return;
  fixspec::crash_point("chain_entry_due");
  // An entry that can't be written now (a full disk) is made up for by a later one.
  static_cast<void>(chain_.append(
      {.sequence = sequence_, .segment = segment_, .end_offset = offset_, .hash = hasher_.hash()}));
  fixspec::crash_point("chain_entry_written");
}

// After a failed fdatasync the kernel forgets which pages were dirty, so that a second one would
// succeed without having written them: the failure is final.
bool SyncThread::sync_segments(std::uint64_t last) {
  for (; true; ++sync_segment_, sync_file_ = File{}) {
    if (!sync_file_.is_open()) {
      sync_file_ = File{io_->open(path(sync_segment_), O_RDONLY)};
      if (!sync_file_.is_open()) {
        fail("can't open " + path(sync_segment_) + ": " + describe_error(sync_file_.get()));
        return false;
      }
      const File directory{io_->open(directory_, O_RDONLY | O_DIRECTORY)};
      if (!directory.is_open() || io_->sync(directory.get()) < 0) {
        fail("can't sync the directory " + directory_);
        return false;
      }
    }
    if (const int error = io_->sync(sync_file_.get()); error < 0) {
      fail("can't sync " + path(sync_segment_) + ": " + describe_error(error));
      return false;
    }
    if (sync_segment_ >= last) return true;
  }
}

bool SyncThread::hash_up_to(std::uint64_t sequence) {
  buffer_size_ = 0;  // what stood behind the last record then may be old
  std::string reason;
  while (sequence_ < sequence) {
    const auto record = read_record(reason);
    if (record.empty()) {
      fail(path(segment_) + ", offset " + std::to_string(offset_) + ": record " +
           std::to_string(sequence_ + 1) + " can't be read back: " + reason);
      return false;
    }
    hasher_.add(record);
    offset_ += record.size();
    ++sequence_;
  }
  return true;
}

std::span<const std::byte> SyncThread::read_record(std::string& reason) {
  if (!hash_file_.is_open() && !enter_segment(reason)) return {};
  const auto available = [&] {
    return std::span<const std::byte>{buffer_}
        .first(buffer_size_)
        .subspan(static_cast<std::size_t>(offset_ - buffer_offset_));
  };
  const auto load = [&](std::size_t size) {
    if (buffer_size_ > 0 && offset_ >= buffer_offset_ && available().size() >= size) return true;
    if (buffer_.size() < size) buffer_.resize(size);
    const ssize_t got = read_fully(*io_, hash_file_.get(), buffer_, offset_);
    if (got < 0) reason = describe_error(got);
    buffer_offset_ = offset_;
    buffer_size_ = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    return buffer_size_ >= size;
  };
  if (!load(record_header_size)) {
    const bool segment_ended = buffer_size_ == 0 && reason.empty();
    if (!segment_ended || segment_ >= flushed_segment_.load(std::memory_order_relaxed)) {
      if (reason.empty()) reason = "the file ends before it";
      return {};
    }
    ++segment_;
    hash_file_ = File{};
    offset_ = segment_header_size;
    return read_record(reason);
  }
  const RecordHeader header = decode_record_header(available());
  const std::size_t size = record_size(std::min<std::size_t>(header.payload_size, max_payload));
  if (header.sequence != sequence_ + 1 || !load(size) ||
      !crc_matches(available().first(size), header_.crc)) {
    reason = "the checksum is wrong";
    return {};
  }
  return available().first(size);
}

bool SyncThread::enter_segment(std::string& reason) {
  hash_file_ = File{io_->open(path(segment_), O_RDONLY)};
  SegmentHeaderBytes bytes{};
  if (!hash_file_.is_open() ||
      read_fully(*io_, hash_file_.get(), bytes, 0) != static_cast<ssize_t>(bytes.size()) ||
      decode(bytes, header_) != HeaderFault::None) {
    reason = "the segment's header can't be read";
    hash_file_ = File{};
    return false;
  }
  buffer_size_ = 0;
  return true;
}

void SyncThread::fail(std::string what) {
  failed_ = true;
  if (callbacks_.on_failure) callbacks_.on_failure(Error{"journal: " + std::move(what)});
}

std::string SyncThread::path(std::uint64_t segment) const {
  return segment_path(directory_, segment);  // the chain may end within what is archived
}

}  // namespace causeway::gateway::journal
