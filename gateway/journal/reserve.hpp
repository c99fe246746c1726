#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "gateway/journal/io.hpp"

namespace causeway::gateway::journal {

/// Disk space set aside so that cancels and fills can still be journalled when the disk is full: a
/// file that is deleted in that moment and made again when there is room. On any thread.
class Reserve {
 public:
  static constexpr const char* file_name = "reserve";

  Reserve(Io& io, const std::string& directory, std::uint64_t bytes);

  /// True where the space is set aside (always, for a reserve of 0 bytes).
  [[nodiscard]] bool is_held() const { return held_.load(std::memory_order_relaxed); }
  /// Sets the space aside, where the disk has twice as much to give: a reserve that takes the last
  /// bytes would be needed again at once. Answers is_held().
  bool make();
  /// Gives the space to whoever writes next; false where there is none to give.
  bool release();

 private:
  Io* io_;
  std::string directory_;
  std::string path_;
  std::uint64_t bytes_;
  std::mutex mutex_;
  std::atomic<bool> held_{false};
};

}  // namespace causeway::gateway::journal
