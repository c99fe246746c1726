#include "gateway/journal/reserve.hpp"

#include <fcntl.h>

namespace causeway::gateway::journal {

Reserve::Reserve(Io& io, const std::string& directory, std::uint64_t bytes)
    : io_(&io), directory_(directory), path_(directory + "/" + file_name), bytes_(bytes) {}

bool Reserve::make() {
  const std::lock_guard lock{mutex_};
  if (is_held()) return true;
  if (bytes_ > 0) {
    File file{io_->open(path_, O_RDWR | O_CREAT)};
    if (!file.is_open()) return false;
    const bool is_there = file.size() == static_cast<std::int64_t>(bytes_);
    const bool has_room = io_->free_bytes(directory_) >= static_cast<std::int64_t>(2 * bytes_);
    if (!is_there && !(has_room && io_->allocate(file.get(), bytes_) == 0)) {
      io_->unlink(path_);
      return false;
    }
  }
  held_.store(true, std::memory_order_relaxed);
  return true;
}

bool Reserve::release() {
  const std::lock_guard lock{mutex_};
  if (bytes_ == 0 || !is_held()) return false;
  held_.store(false, std::memory_order_relaxed);
  return io_->unlink(path_) == 0;
}

}  // namespace causeway::gateway::journal
