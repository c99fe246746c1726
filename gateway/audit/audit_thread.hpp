#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "gateway/audit/database.hpp"
#include "gateway/audit/projector.hpp"
#include "gateway/audit/step_queue.hpp"

namespace causeway::gateway::audit {

/// Receives steps in order; false: stop replaying.
using StepSink = std::function<bool(const Step&)>;
/// Replays the journal through an engine of its own and hands the sink each step whose input's
/// sequence is at least `from_sequence`. Answers an error where the journal can't be read; a sink
/// that answers false is none. Called on the audit thread.
using ReplaySteps = std::function<fixspec::Result<fixspec::Done, fixspec::Error>(
    std::uint64_t from_sequence, const StepSink& sink)>;

/// Keeps the database up with the engine, on a thread of its own. It can be locked, full,
/// read-only, damaged or deleted: the core thread never notices. What does not fit into the queue,
/// or was not written when the gateway ended, is taken from the journal later.
class AuditThread {
 public:
  struct Options {
    std::string path;
    /// The journal's instance: a database of another journal is put aside and made anew.
    std::uint32_t instance = 0;
    /// The newest input in the journal when the gateway started; the database catches up to it.
    std::uint64_t last_sequence = 0;
    std::size_t queue_capacity = 8192;  ///< steps; a power of two
    std::size_t rows_per_commit = 500;
    std::chrono::milliseconds commit_interval{50};
    std::chrono::milliseconds poll_interval{5};
    std::chrono::milliseconds retry_interval{250};  ///< after an error
  };

  /// start() begins the work. `log` and what `replay` uses must outlive this.
  AuditThread(Options options, ReplaySteps replay, fixspec::LogSink& log);
  AuditThread(const AuditThread&) = delete;
  AuditThread& operator=(const AuditThread&) = delete;
  /// Writes what waits if the database takes it at once, and ends the thread.
  ~AuditThread();

  void start();
  /// Hands a step over; never waits and makes no system call. Steps come in the order of their
  /// inputs, none left out. Core thread.
  void push(Step&& step);

  /// Inputs up to this one are in the database. Any thread.
  [[nodiscard]] std::uint64_t projected_sequence() const {
    return projected_.load(std::memory_order_acquire);
  }
  /// Steps that did not fit into the queue so far. Any thread.
  [[nodiscard]] std::uint64_t overflowed() const {
    return overflowed_.load(std::memory_order_relaxed);
  }

  /// One round of the thread: takes from the queue, commits what is due (`flush`: all), catches up.
  /// True where something was done. Called by the thread, or by a test that never calls start().
  bool do_work(bool flush);

 private:
  enum class Connection : std::uint8_t { Closed, Open, Refused };

  void run();
  bool take_from_queue();
  [[nodiscard]] bool is_behind() const;
  void catch_up();
  /// Writes the batch in one transaction; false: it waits for another try.
  bool commit();
  DatabaseDone write_batch();
  bool ensure_open();
  DatabaseDone open_database();
  void close_database();
  void put_aside(const std::string& reason);
  void on_error(const DatabaseError& error);
  [[nodiscard]] bool file_was_replaced() const;

  Options options_;
  ReplaySteps replay_;
  fixspec::LogSink& log_;
  StepQueue queue_;
  std::uint64_t last_given_ = 0;          // core thread only
  std::atomic<std::uint64_t> newest_{0};  // the newest input that the database must come to hold
  std::atomic<std::uint64_t> projected_{0};
  std::atomic<std::uint64_t> overflowed_{0};

  // The audit thread's own.
  std::unique_ptr<Database> database_;
  std::unique_ptr<Projector> projector_;
  Connection connection_ = Connection::Closed;
  std::uint64_t device_ = 0;  // of the open file, to notice that another took its place
  std::uint64_t inode_ = 0;
  std::vector<Step> batch_;
  std::size_t batch_rows_ = 0;
  std::uint64_t batch_end_ = 0;     // the sequence of its last step, else projected_
  std::optional<QueuedStep> held_;  // taken from the queue, but there is a gap before it
  std::chrono::steady_clock::time_point batch_started_;
  std::chrono::steady_clock::time_point retry_at_;
  std::string last_error_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace causeway::gateway::audit
