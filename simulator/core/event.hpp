#pragma once

#include <variant>

#include "simulator/core/order.hpp"

namespace causeway::simulator::core {

/// A client's order is new or has changed: its state after the operation.
struct OrderChanged {
  Order order;
};
/// A match, as everybody may see it.
struct Traded {
  Trade trade;
};
/// A client's side of a match.
struct Executed {
  Execution execution;
};
/// What stands at one price is different now.
struct LevelChanged {
  InstrumentIndex instrument;
  Side side;
  Price price;
};
/// Index and marks of an underlying have moved.
struct IndexMoved {
  UnderlyingIndex underlying;
};

/// What happened, in the order in which it happened. Events of one operation (one request, one
/// trigger, one order of the house) carry the same number.
struct Event {
  std::uint64_t operation = 0;
  std::variant<OrderChanged, Traded, Executed, LevelChanged, IndexMoved> what;
};

}  // namespace causeway::simulator::core
