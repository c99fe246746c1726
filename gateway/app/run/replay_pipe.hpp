#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "gateway/core/core.hpp"

namespace causeway::gateway::app {

/// Feeds a Replayer on two threads: the caller's reads and decodes the records, one of its own
/// applies them, in the same order and with the same result. The Replayer and its engine are the
/// pipe's until finish() has returned.
class ReplayPipe {
 public:
  explicit ReplayPipe(core::Replayer& replayer);
  /// Without finish() what was handed over last may not be applied.
  ~ReplayPipe();
  ReplayPipe(const ReplayPipe&) = delete;
  ReplayPipe& operator=(const ReplayPipe&) = delete;

  /// As Replayer::on_record().
  void on_record(const journal::RecordView& record);
  /// As Replayer::restore(), behind everything that was taken before.
  fixspec::Result<fixspec::Done, fixspec::Error> restore(std::uint16_t version,
                                                         std::span<const std::byte> state);
  /// Returns when everything is applied; what the engine threw is thrown again.
  void finish();

 private:
  using Batch = std::vector<core::Replayer::Step>;

  void hand_over();
  void wait_until_idle();
  void run();

  core::Replayer& replayer_;
  Batch filling_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;
  std::vector<Batch> emptied_;  // so that their memory is used again
  bool busy_ = false;
  bool ended_ = false;
  std::exception_ptr thrown_;
  std::thread thread_;
};

}  // namespace causeway::gateway::app
