#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fixspec/result.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/io.hpp"

namespace causeway::gateway::journal {

/// The thread that brings what was written to disk (fdatasync, one for everything that was written
/// meanwhile) and computes the hash chain from the files, checking every record on the way.
class SyncThread {
 public:
  struct Options {
    /// True: woken by each publish(). False: looks every `interval`, and publish() costs nothing.
    bool sync_each_flush = false;
    std::chrono::milliseconds interval{1000};
  };
  struct Callbacks {
    /// Records up to this one are on disk. On the sync thread.
    std::function<void(std::uint64_t)> on_durable;
    /// Nothing is known about what is on disk any more; only a restart helps. On the sync thread.
    std::function<void(const fixspec::Error&)> on_failure;
    /// Once an interval, on the sync thread.
    std::function<void()> on_interval;
  };

  /// `position`: the end of the journal as it was opened. start() begins the work.
  SyncThread(Io& io, std::string directory, ChainFile chain, const ChainEntry& position,
             Options options, Callbacks callbacks);
  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;
  /// Finishes what was published, writes a last chain entry, ends the thread.
  ~SyncThread();

  void start();
  /// Records up to `sequence`, the last of them in `segment`, are written. Core thread.
  void publish(std::uint64_t sequence, std::uint64_t segment);
  [[nodiscard]] std::uint64_t durable_sequence() const {
    return durable_.load(std::memory_order_acquire);
  }

  /// One round: sync, hash, and a chain entry where `entry_due` or many records passed. Called by
  /// the thread, or by a test that never calls start().
  void do_work(bool entry_due);
  /// An interval has passed, for a caller that has no thread.
  void pass_interval() const {
    if (callbacks_.on_interval) callbacks_.on_interval();
  }

 private:
  void run();
  /// From the one that was synced last to `last`.
  [[nodiscard]] bool sync_segments(std::uint64_t last);
  [[nodiscard]] bool hash_up_to(std::uint64_t sequence);
  /// The whole record at the position, or an empty span and a reason.
  std::span<const std::byte> read_record(std::string& reason);
  bool enter_segment(std::string& reason);
  void fail(std::string what);
  [[nodiscard]] std::string path(std::uint64_t segment) const;

  Io* io_;
  std::string directory_;
  ChainFile chain_;
  Options options_;
  Callbacks callbacks_;
  ChainHasher hasher_;
  std::atomic<std::uint64_t> flushed_sequence_;
  std::atomic<std::uint64_t> flushed_segment_;
  std::atomic<std::uint64_t> durable_;
  bool failed_ = false;

  // Where hashing stands; used by the sync thread alone.
  std::uint64_t sequence_;
  std::uint64_t segment_;
  std::uint64_t offset_;
  SegmentHeader header_;
  File hash_file_;
  std::vector<std::byte> buffer_;
  std::uint64_t buffer_offset_ = 0;
  std::size_t buffer_size_ = 0;
  // The segment that sync_segments() has open: no record behind it is known to be on disk.
  std::uint64_t sync_segment_;
  File sync_file_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace causeway::gateway::journal
