#include "tests/simulation/ground.hpp"

#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <limits>

#include "fixspec/crash_point.hpp"
#include "translators/net/clock.hpp"

namespace causeway::simulation {
namespace {

Ground* current = nullptr;

// 2026-11-21 12:00 UTC, and a machine that has been up for a while.
constexpr fixspec::UtcNanos first_utc = 1'795'262'400 * fixspec::nanos_per_second;
constexpr std::int64_t first_mono = 5'000 * fixspec::nanos_per_second;

}  // namespace

Ground::Ground(std::uint64_t seed) : random(seed) { current = this; }
Ground::~Ground() { current = nullptr; }
Ground& Ground::get() {
  if (current == nullptr) std::abort();
  return *current;
}

fixspec::UtcNanos Ground::utc() const { return true_utc() + wall_error_; }
fixspec::UtcNanos Ground::true_utc() const { return first_utc + elapsed_; }
fixspec::UtcNanos Ground::mono() const { return first_mono + elapsed_; }
void Ground::advance_to(std::int64_t elapsed) { elapsed_ = std::max(elapsed_, elapsed); }

void Ground::after(std::int64_t nanos, std::function<void()> event) {
  events_.emplace(std::pair{elapsed_ + nanos, next_event_++}, std::move(event));
}

std::int64_t Ground::next_due() const {
  return events_.empty() ? std::numeric_limits<std::int64_t>::max() : events_.begin()->first.first;
}

bool Ground::run_one() {
  if (next_due() > elapsed_) return false;
  const auto event = std::move(events_.begin()->second);
  events_.erase(events_.begin());
  event();
  return true;
}

bool Ground::effect() {
  if (ended_) return false;
  if (effects_left_ > 0 && --effects_left_ == 0) ended_ = true;
  return !ended_;
}

void Ground::end_process_at(std::uint64_t effects) { effects_left_ = effects; }

void Ground::begin_process() {
  ended_ = false;
  effects_left_ = 0;
}

void Ground::trace(std::string_view bytes) {
  for (const std::string& text : watched) {
    if (bytes.find(text) == std::string_view::npos) continue;
    std::string line{bytes};
    std::replace(line.begin(), line.end(), '\x01', '|');
    std::cout << elapsed_ / 1'000 << " us " << line << "\n";
    break;
  }
  for (const char byte : bytes) {
    trace_ = (trace_ ^ static_cast<unsigned char>(byte)) * 1'099'511'628'211ULL;
  }
  trace_ = (trace_ ^ static_cast<std::uint64_t>(elapsed_)) * 1'099'511'628'211ULL;
}

}  // namespace causeway::simulation

namespace causeway::fixspec {

// In the place of the one that does nothing.
void crash_point(std::string_view /*name*/) { simulation::Ground::get().effect(); }

}  // namespace causeway::fixspec

namespace causeway::translators::net {

fixspec::Timestamp read_clock() {
  const auto& ground = simulation::Ground::get();
  return {.utc_ns = ground.utc(), .mono_ns = ground.mono()};
}

std::uint64_t draw_seed() { return simulation::Ground::get().random.next(); }

}  // namespace causeway::translators::net

// In the place of the C library's: the standard library, Asio and QuickFIX read these and no other
// clocks. Outside a simulation they show the real time.
extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  using causeway::simulation::current;
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  const bool steady =
      clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME;
  if (current == nullptr || (!wall && !steady)) {
    return static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  }
  const std::int64_t now = wall ? current->utc() : current->mono();
  time->tv_sec = now / causeway::fixspec::nanos_per_second;
  time->tv_nsec = now % causeway::fixspec::nanos_per_second;
  return 0;
}

int gettimeofday(timeval* time, void* /*zone*/) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* result) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != nullptr) *result = now.tv_sec;
  return now.tv_sec;
}

// Asio then looks at its timers, by the clock above, whenever it is asked what is ready.
int timerfd_create(int /*clock*/, int /*flags*/) noexcept {
  errno = ENOSYS;
  return -1;
}
}
