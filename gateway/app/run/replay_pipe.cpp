#include "gateway/app/run/replay_pipe.hpp"

#include <utility>

namespace causeway::gateway::app {
namespace {

constexpr std::size_t steps_a_batch = 256;
constexpr std::size_t most_waiting = 4;

}  // namespace

ReplayPipe::ReplayPipe(core::Replayer& replayer)
    : replayer_(replayer), thread_([this] { run(); }) {}

ReplayPipe::~ReplayPipe() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ReplayPipe::on_record(const journal::RecordView& record) {
  auto step = core::Replayer::read(record);
  if (std::holds_alternative<std::monostate>(step)) return;
  filling_.push_back(std::move(step));
  if (filling_.size() >= steps_a_batch) hand_over();
}

fixspec::Result<fixspec::Done, fixspec::Error> ReplayPipe::restore(
    std::uint16_t version, std::span<const std::byte> state) {
  wait_until_idle();
  return replayer_.restore(version, state);
}

void ReplayPipe::finish() {
  wait_until_idle();
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void ReplayPipe::hand_over() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return waiting_.size() < most_waiting; });
  waiting_.push_back(std::move(filling_));
  filling_.clear();
  if (!emptied_.empty()) {
    filling_ = std::move(emptied_.back());
    emptied_.pop_back();
  }
  changed_.notify_all();
}

void ReplayPipe::wait_until_idle() {
  if (!filling_.empty()) hand_over();
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
}

void ReplayPipe::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (ended_) return;
    Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      for (core::Replayer::Step& step : batch) replayer_.apply(std::move(step));
    } catch (...) {
      thrown = std::current_exception();
    }
    batch.clear();
    lock.lock();
    busy_ = false;
    if (!thrown_) thrown_ = thrown;
    emptied_.push_back(std::move(batch));
    changed_.notify_all();
  }
}

}  // namespace causeway::gateway::app
