#include "translators/binance/limits.hpp"

#include <algorithm>

#include "fixspec/time.hpp"

namespace causeway::translators::binance {
namespace {

// What a venue says is believed up to here: sums of it fit, and no limit is near.
constexpr std::int64_t most_used = 1'000'000'000'000;
constexpr std::int64_t longest_interval = 1'000;

}  // namespace

void WindowLimit::set_limit(std::int64_t limit, std::int64_t reserved) {
  limit_ = limit;
  reserved_ = reserved;
}

void WindowLimit::forget_old(std::int64_t now_ns) {
  while (!taken_.empty() && taken_.front().at_ns <= now_ns - window_ns_) {
    used_ -= taken_.front().count;
    taken_.pop_front();
  }
}

bool WindowLimit::has_room(std::int64_t count, bool cancel, std::int64_t now_ns) {
  forget_old(now_ns);
  return used_ + count <= limit_ - (cancel ? 0 : reserved_);
}

void WindowLimit::take(std::int64_t count, std::int64_t now_ns) {
  if (count <= 0) return;
  forget_old(now_ns);
  used_ += count;
  // One entry a hundredth of the window is fine enough, and bounds the memory at any rate. It is
  // dated at its end: an entry never leaves the window early.
  const std::int64_t grain_ns = std::max<std::int64_t>(window_ns_ / 100, 1);
  const std::int64_t at_ns = (now_ns / grain_ns + 1) * grain_ns;
  if (!taken_.empty() && taken_.back().at_ns == at_ns) {
    taken_.back().count += count;
  } else {
    taken_.push_back({at_ns, count});
  }
}

void WindowLimit::learn(std::int64_t used, std::int64_t now_ns) {
  forget_old(now_ns);
  used = std::min(used, most_used);
  if (used > used_) take(used - used_, now_ns);
}

std::int64_t WindowLimit::used(std::int64_t now_ns) {
  forget_old(now_ns);
  return used_;
}

bool AddressLimits::has_room(int weight, bool cancel, std::int64_t now_ns) {
  if (banned(now_ns)) return false;
  if (!cancel && now_ns < held_until_ns_) return false;
  return weight_.has_room(weight, cancel, now_ns);
}

bool AddressLimits::try_take(int weight, bool cancel, std::int64_t now_ns) {
  if (!has_room(weight, cancel, now_ns)) return false;
  take(weight, now_ns);
  return true;
}

void AddressLimits::set_limit(std::int64_t limit) {
  // A tenth is for cancels alone.
  if (limit > 0) weight_.set_limit(limit, limit / 10);
}

void AddressLimits::hold(std::int64_t until_ns, bool banned) {
  std::int64_t& until = banned ? banned_until_ns_ : held_until_ns_;
  until = std::max(until, until_ns);
}

bool OrderLimits::has_room(int orders, std::int64_t now_ns) {
  if (orders <= 0) return true;
  return ten_seconds_.has_room(orders, false, now_ns) && minute_.has_room(orders, false, now_ns);
}

void OrderLimits::take(int orders, std::int64_t now_ns) {
  ten_seconds_.take(orders, now_ns);
  minute_.take(orders, now_ns);
}

void OrderLimits::learn(std::span<const wire::RateLimit> limits, std::int64_t now_ns) {
  for (const wire::RateLimit& limit : limits) {
    if (limit.type != "ORDERS" || limit.limit <= 0) continue;
    for (WindowLimit* window : {&ten_seconds_, &minute_}) {
      if (window_ns_of(limit) != window->window_ns()) continue;
      window->set_limit(limit.limit, 0);
      window->learn(limit.count, now_ns);
    }
  }
}

void OrderLimits::fill(std::int64_t now_ns) { ten_seconds_.learn(ten_seconds_.limit(), now_ns); }

std::int64_t window_ns_of(const wire::RateLimit& limit) {
  if (limit.interval_num < 1 || limit.interval_num > longest_interval) return 0;
  std::int64_t unit_s = 0;
  if (limit.interval == "SECOND") unit_s = 1;
  if (limit.interval == "MINUTE") unit_s = 60;
  if (limit.interval == "HOUR") unit_s = 3'600;
  if (limit.interval == "DAY") unit_s = 86'400;
  return limit.interval_num * unit_s * fixspec::nanos_per_second;
}

}  // namespace causeway::translators::binance
