#pragma once

#include <algorithm>
#include <cstdint>

#include "simulator/core/instrument.hpp"

namespace causeway::simulator::deribit {

/// A leaky bucket: `pool` credits, refilled by `refill` a second.
class Credits {
 public:
  Credits(std::int64_t pool, std::int64_t refill) : pool_(pool), refill_(refill), left_(pool) {}

  /// Takes `cost` credits; false (and takes none) where too few are left.
  bool take(std::int64_t cost, core::UtcNanos now) {
    const auto micros = (now - last_) / 1000;
    if (last_ == 0 || micros > full_after_micros) {
      left_ = pool_;
      last_ = now;
    } else if (const auto gained = micros * refill_ / 1'000'000; gained > 0) {
      left_ = std::min(pool_, left_ + gained);
      last_ += gained * 1'000'000 / refill_ * 1000;
    }
    if (left_ < cost) return false;
    left_ -= cost;
    return true;
  }

 private:
  static constexpr std::int64_t full_after_micros = 3'600'000'000;

  std::int64_t pool_;
  std::int64_t refill_;
  std::int64_t left_;
  core::UtcNanos last_ = 0;
};

/// What a request is paid from. The smallest tier of the venue's table, as of a new account.
enum class Bucket : std::uint8_t { Plain, Instruments, Subscribe, Matching, CancelAll };

/// The buckets of one sub-account, or of all unauthenticated callers of one address.
struct Budget {
  Credits plain{50'000, 10'000};
  Credits instruments{500'000, 10'000};
  Credits subscribe{30'000, 10'000};
  Credits matching{20'000, 5'000};
  Credits cancel_all{250'000, 200'000};

  bool take(Bucket bucket, core::UtcNanos now) {
    switch (bucket) {
      case Bucket::Plain:
        return plain.take(500, now);
      case Bucket::Instruments:
        return instruments.take(10'000, now);
      case Bucket::Subscribe:
        return subscribe.take(3'000, now);
      case Bucket::Matching:
        return matching.take(1'000, now);
      case Bucket::CancelAll:
        return cancel_all.take(1'000, now);
    }
    return true;
  }
};

}  // namespace causeway::simulator::deribit
