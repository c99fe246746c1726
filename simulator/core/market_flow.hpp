#pragma once

#include <vector>

#include "simulator/core/exchange.hpp"
#include "simulator/core/random.hpp"

namespace causeway::simulator::core {

/// The rest of the market, made up from one seed: an index that walks, quotes around the mark, and
/// takers that meet whatever stands at the touch, so that a client's passive order there fills
/// within seconds. Every move depends on the seed and on how many steps were made, never on when.
class MarketFlow {
 public:
  static constexpr UtcNanos step_interval = 100 * fixspec::nanos_per_milli;

  MarketFlow(Exchange& exchange, std::uint64_t seed);

  /// Sets the indexes and places the first quotes.
  void start(UtcNanos now);
  /// Makes the steps that are due at `now`, unless paused; after a long gap only some of them.
  void advance(UtcNanos now);
  /// Makes one step, paused or not.
  void step(UtcNanos now);
  void pause() { paused_ = true; }
  void resume(UtcNanos now);
  [[nodiscard]] bool paused() const { return paused_; }

  /// Moves an index; the quotes follow unless paused.
  void set_index(UnderlyingIndex at, Price price, UtcNanos now);
  /// Takes the house's quotes of an instrument out of the book; they come back with the next step.
  void clear(InstrumentIndex at, UtcNanos now);
  /// Places a resting order of the house, which no step moves. House quotes in its way step aside.
  Result<OrderNumber, Refusal> place(InstrumentIndex at, Side side, Quantity amount, Price price,
                                     UtcNanos now);
  /// Trades as the house with what clients have at `price` or better: house orders in the way step
  /// aside. Without a price it goes through the book as it stands. How much was traded.
  Result<Quantity, Refusal> trade(InstrumentIndex at, Side side, Quantity amount,
                                  std::optional<Price> price, UtcNanos now);

 private:
  struct Quotes {
    std::vector<OrderNumber> bids;
    std::vector<OrderNumber> asks;
  };

  void walk(UnderlyingIndex at, UtcNanos now);
  void requote(InstrumentIndex at, UtcNanos now);
  void take(InstrumentIndex at, UtcNanos now);
  void step_aside(InstrumentIndex at, Side side, Price price, UtcNanos now);
  Quantity random_amount(const InstrumentSpec& spec, std::int64_t low, std::int64_t high);

  Exchange& exchange_;
  Random random_;
  std::vector<Quotes> quotes_;
  std::uint64_t steps_ = 0;
  UtcNanos next_step_ = 0;
  bool paused_ = false;
};

}  // namespace causeway::simulator::core
