#pragma once

#include <cstdint>

namespace causeway::translators::net {

/// How long to wait before each further attempt to connect: doubling up to a bound, and spread at
/// random over the upper half, so that many clients do not come back at once. It never gives up.
/// Pure: the random number is an argument.
class Backoff {
 public:
  struct Limits {
    std::int64_t first_ns = 250'000'000;
    std::int64_t longest_ns = 30'000'000'000;
  };

  Backoff() = default;
  explicit Backoff(Limits limits) : limits_(limits) {}

  /// The wait before the next attempt; `random` is any number, evenly spread.
  std::int64_t next_ns(std::uint64_t random);
  /// After a connection that held: the next failure starts from the shortest wait again.
  void reset() { attempts_ = 0; }
  /// Failures in a row so far.
  [[nodiscard]] std::uint32_t attempts() const { return attempts_; }

 private:
  Limits limits_;
  std::uint32_t attempts_ = 0;
};

}  // namespace causeway::translators::net
