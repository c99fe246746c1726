#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "fixspec/time.hpp"

namespace causeway::gateway::app {

/// The engine's timers on one Asio timer. What is due within a minute waits that long, whatever
/// happens to the wall clock. What is due later is due at a date: by the wall clock, which may be
/// set, so it is looked at again at least once a second. Timers that nobody waits for any more (of
/// orders that ended before they expired) are dropped when they have become many.
class Timers {
 public:
  Timers(boost::asio::io_context& io, std::function<fixspec::UtcNanos()> utc_now,
         std::function<void(std::uint64_t)> on_due,
         std::function<bool(std::uint64_t)> is_outstanding);

  void set(std::uint64_t timer_id, fixspec::UtcNanos at);
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  void prune();
  void arm();
  void run_due();

  boost::asio::steady_timer timer_;
  std::function<fixspec::UtcNanos()> utc_now_;
  std::function<void(std::uint64_t)> on_due_;
  std::function<bool(std::uint64_t)> is_outstanding_;
  std::set<std::pair<Clock::time_point, std::uint64_t>> soon_;
  std::set<std::pair<fixspec::UtcNanos, std::uint64_t>> later_;
  std::size_t prune_at_ = 1'024;
  bool stopped_ = false;
};

}  // namespace causeway::gateway::app
