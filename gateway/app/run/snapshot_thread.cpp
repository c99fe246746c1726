#include "gateway/app/run/snapshot_thread.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <utility>

#include "gateway/core/state.hpp"
#include "gateway/journal/snapshot.hpp"

namespace causeway::gateway::app {
namespace {

constexpr std::chrono::seconds look_every{1};
// After a failure, e.g. of a full disk.
constexpr std::chrono::minutes try_again_after{1};
constexpr int lowest_priority = 19;

}  // namespace

SnapshotThread::SnapshotThread(Options options, fixspec::LogSink& log)
    : options_(std::move(options)), log_(log) {
  if (options_.every == 0) return;
  thread_ = std::thread{[this] { run(); }};
  giver_ = std::thread{[this] { give_memory_back(); }};
}

SnapshotThread::~SnapshotThread() {
  {
    const std::lock_guard lock{mutex_};
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (giver_.joinable()) giver_.join();
}

// A second engine has come and gone: else its memory stays, more with each snapshot. At the usual
// priority, for the allocator's locks are held meanwhile.
void SnapshotThread::give_memory_back() {
  std::unique_lock lock{mutex_};
  while (true) {
    wake_.wait(lock, [this] { return stop_ || memory_is_free_; });
    if (stop_) return;
    memory_is_free_ = false;
    lock.unlock();
    ::malloc_trim(0);
    lock.lock();
  }
}

void SnapshotThread::run() {
  // Of this thread alone, on Linux.
  ::setpriority(PRIO_PROCESS, 0, lowest_priority);
  std::chrono::milliseconds pause = look_every;
  while (true) {
    {
      std::unique_lock lock{mutex_};
      if (wake_.wait_for(lock, pause, [this] { return stop_; })) return;
    }
    pause = do_work() ? std::chrono::milliseconds{look_every}
                      : std::chrono::milliseconds{try_again_after};
  }
}

bool SnapshotThread::is_stopping() {
  const std::lock_guard lock{mutex_};
  return stop_;
}

bool SnapshotThread::do_work() {
  auto source = std::make_unique<core::SnapshotSource>();
  journal::Io io;
  journal::SnapshotMaker maker = source->maker();
  maker.is_stopped = [this] { return is_stopping(); };
  const auto made = journal::make_snapshot(io, options_.directory, options_.every, maker);
  maker = {};
  source.reset();
  if (!made || made->sequence != 0) {
    {
      const std::lock_guard lock{mutex_};
      memory_is_free_ = true;
    }
    wake_.notify_all();
  }
  if (!made) {
    log_.warning("snapshot_failed", {{"text", made.error().text}});
    return false;
  }
  for (const std::string& text : made->passed_over) {
    log_.warning("snapshot_passed_over", {{"text", text}});
  }
  if (made->sequence == 0) return true;
  log_.info("snapshot_made", {{"sequence", std::to_string(made->sequence)},
                              {"bytes", std::to_string(made->bytes)},
                              {"archived_segments", std::to_string(made->archived_segments)}});
  return true;
}

}  // namespace causeway::gateway::app
