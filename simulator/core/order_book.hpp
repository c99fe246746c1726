#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "simulator/core/order.hpp"

namespace causeway::simulator::core {

/// The open orders of one instrument, by price and then by time. Owns no orders: it links those
/// of the Exchange.
class OrderBook {
 public:
  struct Level {
    Quantity total;
    Order* first = nullptr;
    Order* last = nullptr;
  };
  /// Best price first: the key is the price for asks, the negated price for bids.
  using Levels = std::map<Decimal, Level>;

  /// Adds `order` at the end of the queue of order.price.
  void insert(Order& order);
  /// Takes `order` out, wherever it stands.
  void remove(Order& order);
  /// `order` has become smaller by `amount` (a fill or an amendment); keeps its place.
  void reduce(Order& order, Quantity amount);

  /// The first order in line on `side`, or nullptr.
  [[nodiscard]] Order* best(Side side) const;
  [[nodiscard]] std::optional<Price> best_price(Side side) const;
  /// What stands on `side` at `price`.
  [[nodiscard]] Quantity amount_at(Side side, Price price) const;
  [[nodiscard]] const Levels& levels(Side side) const { return side == Side::Buy ? bids_ : asks_; }
  /// The best `depth` levels as (price, amount).
  [[nodiscard]] std::vector<std::pair<Price, Quantity>> top(Side side, std::size_t depth) const;

  /// True where an order of `side` at `price` would meet a resting one at `resting`.
  static bool crosses(Side side, Price price, Price resting) {
    return side == Side::Buy ? resting <= price : resting >= price;
  }
  static Decimal key(Side side, Price price) {
    return side == Side::Buy ? -price.value() : price.value();
  }
  static Price price(Side side, Decimal key) { return Price{side == Side::Buy ? -key : key}; }

 private:
  Levels& levels_of(Side side) { return side == Side::Buy ? bids_ : asks_; }

  Levels bids_;
  Levels asks_;
};

}  // namespace causeway::simulator::core
