#include "gateway/app/run/timers.hpp"

#include <algorithm>
#include <chrono>

namespace causeway::gateway::app {

Timers::Timers(boost::asio::io_context& io, std::function<fixspec::UtcNanos()> utc_now,
               std::function<void(std::uint64_t)> on_due,
               std::function<bool(std::uint64_t)> is_outstanding)
    : timer_(io),
      utc_now_(std::move(utc_now)),
      on_due_(std::move(on_due)),
      is_outstanding_(std::move(is_outstanding)) {}

void Timers::set(std::uint64_t timer_id, fixspec::UtcNanos at) {
  const bool earliest = waiting_.empty() || at < waiting_.begin()->first;
  waiting_.emplace(at, timer_id);
  if (waiting_.size() >= prune_at_) {
    std::erase_if(waiting_, [this](const auto& timer) { return !is_outstanding_(timer.second); });
    prune_at_ = std::max<std::size_t>(1'024, 2 * waiting_.size());
  }
  if (earliest) arm();
}

void Timers::stop() {
  stopped_ = true;
  timer_.cancel();
}

void Timers::arm() {
  if (stopped_ || waiting_.empty()) return;
  const std::int64_t wait =
      std::clamp<std::int64_t>(waiting_.begin()->first - utc_now_(), 0, fixspec::nanos_per_second);
  timer_.expires_after(std::chrono::nanoseconds{wait});
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopped_) run_due();
  });
}

void Timers::run_due() {
  const fixspec::UtcNanos now = utc_now_();
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const std::uint64_t timer_id = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    on_due_(timer_id);
  }
  arm();
}

}  // namespace causeway::gateway::app
