#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "gateway/app/bounded_queue.hpp"
#include "gateway/app/log_line.hpp"

namespace causeway::gateway::app {

/// Operators' log: JSON lines, or lines for people on a terminal, written by a thread of its own
/// behind a bounded queue. write() never waits: where the queue is full the line is dropped,
/// counted, and the count is written as soon as there is room ("log_lines_dropped").
class Log final : public fixspec::LogSink {
 public:
  enum class Format : std::uint8_t { Json, Human };

  struct Options {
    Level level = Level::Info;  ///< what is less important is left out
    Format format = Format::Json;
    std::size_t capacity = 8192;  ///< lines that may wait, a power of two
    /// Wall clock, called by the writers.
    std::function<fixspec::UtcNanos()> now;
    /// False: no thread; do_work() must be called. For tests.
    bool own_thread = true;
  };

  /// Writes to `descriptor`, which stays open and is not closed.
  Log(int descriptor, Options options);
  /// Writes what waits.
  ~Log() override;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(Level level, std::string_view event,
             std::initializer_list<fixspec::LogField> fields) override;

  /// Where secrets are registered so that no line shows them.
  Redactor& redactor() { return redactor_; }
  /// Lines lost so far: a full queue, or a file that could not be written.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

  /// Writes every waiting line; the number written. On the log's thread, or a test's.
  std::size_t do_work();

 private:
  void run();
  bool write_out(const LogLine& line);
  void say_drops();

  int descriptor_;
  Options options_;
  Redactor redactor_;
  BoundedQueue<LogLine> queue_;
  std::atomic<std::uint64_t> dropped_{0};
  std::uint64_t said_dropped_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Opens `path` for appending, making its folder and the file (mode 0640) where they are missing.
/// The descriptor is the caller's to close.
fixspec::Result<int, fixspec::Error> open_log_file(const std::string& path);

/// The wall clock.
fixspec::UtcNanos utc_now();

}  // namespace causeway::gateway::app
