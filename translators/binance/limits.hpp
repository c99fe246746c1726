#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "translators/binance/wire.hpp"

namespace causeway::translators::binance {

/// At most so many within any span of this length. The venue counts in spans of its own choosing;
/// whoever keeps to any span keeps to the venue's. Pure: time is an argument, monotonic
/// nanoseconds.
class WindowLimit {
 public:
  /// `reserved` of the limit can be taken by cancels alone.
  WindowLimit(std::int64_t limit, std::int64_t window_ns, std::int64_t reserved = 0)
      : limit_(limit), window_ns_(window_ns), reserved_(reserved) {}

  void set_limit(std::int64_t limit, std::int64_t reserved);
  /// Whether `count` more fit now, in the lane of cancels or in the ordinary one.
  [[nodiscard]] bool has_room(std::int64_t count, bool cancel, std::int64_t now_ns);
  /// Counts what is sent, whether or not there was room.
  void take(std::int64_t count, std::int64_t now_ns);
  /// The venue's own count of the current span: where it is higher, somebody else is using it, too.
  void learn(std::int64_t used, std::int64_t now_ns);
  [[nodiscard]] std::int64_t used(std::int64_t now_ns);
  [[nodiscard]] std::int64_t limit() const { return limit_; }
  [[nodiscard]] std::int64_t window_ns() const { return window_ns_; }

 private:
  struct Taken {
    std::int64_t at_ns = 0;
    std::int64_t count = 0;
  };
  void forget_old(std::int64_t now_ns);

  std::int64_t limit_;
  std::int64_t window_ns_;
  std::int64_t reserved_;
  std::int64_t used_ = 0;
  std::deque<Taken> taken_;
};

/// What all connections from one address share: the weight of requests a minute, and whether the
/// venue has told us to stop. Used on the core thread alone.
class AddressLimits {
 public:
  /// Whether a request of this weight may go out now. Nothing is counted: that is take()'s, once it
  /// is certain that it goes out.
  [[nodiscard]] bool has_room(int weight, bool cancel, std::int64_t now_ns);
  /// Counts what goes out.
  void take(int weight, std::int64_t now_ns) { weight_.take(weight, now_ns); }
  /// Both in one, where nothing else can stop the request.
  bool try_take(int weight, bool cancel, std::int64_t now_ns);
  void learn_used(std::int64_t used, std::int64_t now_ns) { weight_.learn(used, now_ns); }
  void set_limit(std::int64_t limit);
  /// 429: nothing but cancels for so long. 418: nothing at all.
  void hold(std::int64_t until_ns, bool banned);
  [[nodiscard]] bool banned(std::int64_t now_ns) const { return now_ns < banned_until_ns_; }
  [[nodiscard]] std::int64_t used(std::int64_t now_ns) { return weight_.used(now_ns); }

 private:
  // The documented limit, until exchangeInfo tells the one that holds.
  WindowLimit weight_{2'400, std::int64_t{60} * 1'000'000'000, 240};
  std::int64_t held_until_ns_ = 0;
  std::int64_t banned_until_ns_ = 0;
};

/// The orders that one account may send in ten seconds and in a minute.
class OrderLimits {
 public:
  /// Whether so many more may go out now; take() counts them.
  [[nodiscard]] bool has_room(int orders, std::int64_t now_ns);
  void take(int orders, std::int64_t now_ns);
  /// Limits and counts as the venue tells them, in replies and in exchangeInfo.
  void learn(std::span<const wire::RateLimit> limits, std::int64_t now_ns);
  void learn_used_10s(std::int64_t used, std::int64_t now_ns) { ten_seconds_.learn(used, now_ns); }
  void learn_used_1m(std::int64_t used, std::int64_t now_ns) { minute_.learn(used, now_ns); }
  /// The venue says that a limit is reached: nothing more for a while.
  void fill(std::int64_t now_ns);

 private:
  WindowLimit ten_seconds_{300, std::int64_t{10} * 1'000'000'000};
  WindowLimit minute_{1'200, std::int64_t{60} * 1'000'000'000};
};

/// The length of a limit's span in nanoseconds; 0 where the interval's name is not known.
std::int64_t window_ns_of(const wire::RateLimit& limit);

}  // namespace causeway::translators::binance
