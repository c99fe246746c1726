#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "fixspec/log.hpp"

namespace causeway::gateway::app {

/// Makes snapshots of the journal beside the running gateway: a thread of low priority replays the
/// journal's files into an engine of its own, so that the core thread has no part in it.
class SnapshotThread {
 public:
  struct Options {
    std::string directory;    ///< the journal's
    std::uint64_t every = 0;  ///< records from one snapshot to the next; 0: none are made
  };

  SnapshotThread(Options options, fixspec::LogSink& log);
  SnapshotThread(const SnapshotThread&) = delete;
  SnapshotThread& operator=(const SnapshotThread&) = delete;
  /// Gives up what is being made, and ends the thread.
  ~SnapshotThread();

 private:
  void run();
  void give_memory_back();
  /// Makes one if it is due. True where all went well.
  bool do_work();
  [[nodiscard]] bool is_stopping();

  Options options_;
  fixspec::LogSink& log_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  bool memory_is_free_ = false;  ///< the engine of a snapshot has gone
  std::thread thread_;
  std::thread giver_;
};

}  // namespace causeway::gateway::app
