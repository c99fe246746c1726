#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fixspec/assert.hpp"
#include "translators/venue.hpp"

namespace causeway::gateway::core {

/// The newest trades of an instrument, numbered from 1 in the order in which they came.
class NewestTrades {
 public:
  static constexpr std::size_t kept = 64;

  void push(const translators::PublicTrade& trade) {
    if (ring_.size() < kept) {
      ring_.push_back(trade);
    } else {
      ring_[total_ % kept] = trade;
    }
    ++total_;
  }
  /// The number of the newest trade; 0: there was none.
  [[nodiscard]] std::uint64_t total() const { return total_; }
  /// The number of the oldest that is still here; total() + 1 where none is.
  [[nodiscard]] std::uint64_t oldest() const { return total_ - ring_.size() + 1; }
  /// `number` is from oldest() to total().
  [[nodiscard]] const translators::PublicTrade& at(std::uint64_t number) const {
    CAUSEWAY_ASSERT(number >= oldest() && number <= total_);
    return ring_[(number - 1) % kept];
  }
  /// Drops what is here; the numbers go on.
  void forget() {
    ring_.clear();
    total_ += (kept - total_ % kept) % kept;  // the ring begins at a multiple of its size
  }

 private:
  std::vector<translators::PublicTrade> ring_;
  std::uint64_t total_ = 0;
};

/// The newest public state of one instrument.
struct MarketState {
  /// Each value as it was told last; all empty after the feed broke (stale) or before it began.
  translators::MarketUpdate values;
  /// Not valid, with the reason, until the venue has told one.
  translators::BookUpdate book{.reason = "the venue has not told the book yet"};
  NewestTrades trades;
};

}  // namespace causeway::gateway::core
