#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace causeway::translators::net {

/// Token buckets by name, kept on our side so that the venue never has to refuse. Each bucket
/// keeps a share that only cancels may take: when orders have used it up, cancels still pass.
/// Pure: time is an argument, monotonic nanoseconds.
class RateLimiter {
 public:
  struct Bucket {
    std::int64_t capacity = 0;           ///< the burst, in tokens
    std::int64_t refill_per_second = 0;  ///< the sustained rate, in tokens
    std::int64_t reserved_for_cancels = 0;

    friend bool operator==(const Bucket&, const Bucket&) = default;
  };
  enum class Lane : std::uint8_t { Ordinary, Cancel };

  /// Defines a bucket, full; or changes the limits of one, its level kept (and capped).
  void configure(std::string_view name, const Bucket& bucket, std::int64_t now_ns);
  /// Takes `tokens`, or nothing at all and says false. The bucket must have been configured.
  bool try_take(std::string_view name, std::int64_t tokens, Lane lane, std::int64_t now_ns);
  /// When the same try_take() would succeed, at the earliest; `now_ns` where it would at once, and
  /// INT64_MAX where it never would.
  [[nodiscard]] std::int64_t ready_at(std::string_view name, std::int64_t tokens, Lane lane,
                                      std::int64_t now_ns);
  /// Empties a bucket: the venue said that we are over its limit, so our count was wrong.
  void drain(std::string_view name, std::int64_t now_ns);

 private:
  struct State {
    Bucket limits;
    // In 10^-9 tokens, so that refilling loses nothing.
    __extension__ typedef __int128 Nanotokens;
    Nanotokens level = 0;
    std::int64_t refilled_at_ns = 0;
  };
  State& refilled(std::string_view name, std::int64_t now_ns);
  static State::Nanotokens needed(const State& state, std::int64_t tokens, Lane lane);

  std::map<std::string, State, std::less<>> buckets_;
};

}  // namespace causeway::translators::net
