#include "simulator/core/order_book.hpp"

#include "fixspec/assert.hpp"

namespace causeway::simulator::core {

Price Order::average_price() const {
  if (filled.is_zero()) return {};
  return Price{rounded(over(filled_value, filled.value()), 8, fixspec::Rounding::HalfEven)};
}

void OrderBook::insert(Order& order) {
  auto& level = levels_of(order.request.side)[key(order.request.side, order.price)];
  order.queue_previous = level.last;
  order.queue_next = nullptr;
  (level.last != nullptr ? level.last->queue_next : level.first) = &order;
  level.last = &order;
  level.total += order.remaining();
}

void OrderBook::remove(Order& order) {
  auto& side = levels_of(order.request.side);
  const auto found = side.find(key(order.request.side, order.price));
  CAUSEWAY_ASSERT(found != side.end());
  auto& level = found->second;
  (order.queue_previous != nullptr ? order.queue_previous->queue_next : level.first) =
      order.queue_next;
  (order.queue_next != nullptr ? order.queue_next->queue_previous : level.last) =
      order.queue_previous;
  order.queue_previous = order.queue_next = nullptr;
  level.total -= order.remaining();
  if (level.first == nullptr) side.erase(found);
}

void OrderBook::reduce(Order& order, Quantity amount) {
  auto& side = levels_of(order.request.side);
  const auto found = side.find(key(order.request.side, order.price));
  CAUSEWAY_ASSERT(found != side.end());
  found->second.total -= amount;
}

Order* OrderBook::best(Side side) const {
  const auto& all = levels(side);
  return all.empty() ? nullptr : all.begin()->second.first;
}

std::optional<Price> OrderBook::best_price(Side side) const {
  const auto& all = levels(side);
  if (all.empty()) return std::nullopt;
  return price(side, all.begin()->first);
}

Quantity OrderBook::amount_at(Side side, Price at) const {
  const auto& all = levels(side);
  const auto found = all.find(key(side, at));
  return found == all.end() ? Quantity{} : found->second.total;
}

std::vector<std::pair<Price, Quantity>> OrderBook::top(Side side, std::size_t depth) const {
  std::vector<std::pair<Price, Quantity>> result;
  for (const auto& [at, level] : levels(side)) {
    if (result.size() == depth) break;
    result.emplace_back(price(side, at), level.total);
  }
  return result;
}

}  // namespace causeway::simulator::core
