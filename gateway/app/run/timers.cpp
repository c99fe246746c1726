#include "gateway/app/run/timers.hpp"

#include <algorithm>

namespace causeway::gateway::app {
namespace {

constexpr std::int64_t longest_wait = 60 * fixspec::nanos_per_second;
constexpr std::chrono::seconds look_again{1};

}  // namespace

Timers::Timers(boost::asio::io_context& io, std::function<fixspec::UtcNanos()> utc_now,
               std::function<void(std::uint64_t)> on_due,
               std::function<bool(std::uint64_t)> is_outstanding)
    : timer_(io),
      utc_now_(std::move(utc_now)),
      on_due_(std::move(on_due)),
      is_outstanding_(std::move(is_outstanding)) {}

void Timers::set(std::uint64_t timer_id, fixspec::UtcNanos at) {
  const std::int64_t wait = at - utc_now_();
  const auto due = Clock::now() + std::chrono::nanoseconds{std::max<std::int64_t>(wait, 0)};
  const bool is_soon = wait <= longest_wait;
  const bool is_earliest =
      is_soon ? soon_.empty() || due < soon_.begin()->first : soon_.empty() && later_.empty();
  if (is_soon) {
    soon_.emplace(due, timer_id);
  } else {
    later_.emplace(at, timer_id);
  }
  prune();
  if (is_earliest) arm();
}

void Timers::prune() {
  if (soon_.size() + later_.size() < prune_at_) return;
  const auto is_gone = [this](const auto& timer) { return !is_outstanding_(timer.second); };
  std::erase_if(soon_, is_gone);
  std::erase_if(later_, is_gone);
  prune_at_ = std::max<std::size_t>(1'024, 2 * (soon_.size() + later_.size()));
}

void Timers::stop() {
  stopped_ = true;
  timer_.cancel();
}

void Timers::arm() {
  if (stopped_ || (soon_.empty() && later_.empty())) return;
  auto wake = Clock::now() + look_again;
  if (!soon_.empty()) wake = std::min(wake, soon_.begin()->first);
  timer_.expires_at(wake);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopped_) run_due();
  });
}

void Timers::run_due() {
  const auto steady_now = Clock::now();
  while (!soon_.empty() && soon_.begin()->first <= steady_now) {
    const std::uint64_t timer_id = soon_.begin()->second;
    soon_.erase(soon_.begin());
    on_due_(timer_id);
  }
  const fixspec::UtcNanos now = utc_now_();
  while (!later_.empty() && later_.begin()->first <= now) {
    const std::uint64_t timer_id = later_.begin()->second;
    later_.erase(later_.begin());
    on_due_(timer_id);
  }
  arm();
}

}  // namespace causeway::gateway::app
