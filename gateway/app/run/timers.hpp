#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "fixspec/time.hpp"

namespace causeway::gateway::app {

/// The engine's timers on one Asio timer. They are due by the wall clock, which may be set, so it
/// is looked at again at least once a second.
class Timers {
 public:
  Timers(boost::asio::io_context& io, std::function<fixspec::UtcNanos()> utc_now,
         std::function<void(std::uint64_t)> on_due);

  void set(std::uint64_t timer_id, fixspec::UtcNanos at);
  void stop();

 private:
  void arm();
  void run_due();

  boost::asio::steady_timer timer_;
  std::function<fixspec::UtcNanos()> utc_now_;
  std::function<void(std::uint64_t)> on_due_;
  std::set<std::pair<fixspec::UtcNanos, std::uint64_t>> waiting_;
  bool stopped_ = false;
};

}  // namespace causeway::gateway::app
