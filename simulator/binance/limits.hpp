#pragma once

#include <cstdint>

#include "simulator/core/instrument.hpp"

namespace causeway::simulator::binance {

/// What is used up in the current one of fixed windows.
class Window {
 public:
  Window(std::int64_t seconds, std::int64_t limit)
      : length_(seconds * fixspec::nanos_per_second), limit_(limit) {}

  [[nodiscard]] std::int64_t limit() const { return limit_; }
  [[nodiscard]] std::int64_t used(core::UtcNanos now) const {
    return now / length_ == window_ ? used_ : 0;
  }
  [[nodiscard]] bool has_room(std::int64_t cost, core::UtcNanos now) const {
    return used(now) + cost <= limit_;
  }
  void take(std::int64_t cost, core::UtcNanos now) {
    used_ = used(now) + cost;
    window_ = now / length_;
  }
  /// Whole seconds until the next window, at least one.
  [[nodiscard]] std::int64_t seconds_left(core::UtcNanos now) const {
    return (length_ - now % length_) / fixspec::nanos_per_second + 1;
  }

 private:
  core::UtcNanos length_;
  std::int64_t limit_;
  std::int64_t window_ = -1;
  std::int64_t used_ = 0;
};

/// What all callers of one address share. Going on after the limit is answered with a ban.
struct AddressLimits {
  static constexpr std::int64_t weight_per_minute = 2400;
  static constexpr int refusals_until_ban = 10;
  static constexpr core::UtcNanos first_ban = 120 * fixspec::nanos_per_second;

  Window weight{60, weight_per_minute};
  int refusals = 0;
  int bans = 0;
  core::UtcNanos banned_until = 0;
};

/// What one account may send of orders.
struct OrderLimits {
  static constexpr std::int64_t per_10_seconds = 300;
  static constexpr std::int64_t per_minute = 1200;

  Window short_window{10, per_10_seconds};
  Window long_window{60, per_minute};
};

}  // namespace causeway::simulator::binance
