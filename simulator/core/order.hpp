#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "simulator/core/instrument.hpp"

namespace causeway::simulator::core {

using OrderNumber = std::uint64_t;
using TradeNumber = std::uint64_t;
using AccountId = std::uint32_t;
/// Where an order came from (a connection of the protocol layer); 0: nowhere in particular.
using Origin = std::uint64_t;

/// The account of the synthetic flow: it needs no margin and may trade with itself.
inline constexpr AccountId house = 0;

enum class OrderType : std::uint8_t {
  Limit,
  Market,
  MarketLimit,  ///< what does not fill at once rests at the last fill's price
  StopLimit,
  StopMarket,
  TakeLimit,
  TakeMarket,
  TrailingStopMarket,
};
constexpr bool is_triggered_type(OrderType type) { return type >= OrderType::StopLimit; }
constexpr bool has_limit_price(OrderType type) {
  return type == OrderType::Limit || type == OrderType::StopLimit || type == OrderType::TakeLimit;
}

enum class TimeInForce : std::uint8_t {
  GoodTillCancel,
  GoodTillDay,
  ImmediateOrCancel,
  FillOrKill
};
enum class Trigger : std::uint8_t { LastPrice, MarkPrice, IndexPrice };
/// What happens to an order that must not take but would: it is moved one tick off, or refused.
enum class PostOnly : std::uint8_t { No, Reprice, Reject };

enum class OrderState : std::uint8_t { Open, Filled, Cancelled, Untriggered, Triggered };
constexpr bool is_closed(OrderState state) {
  return state != OrderState::Open && state != OrderState::Untriggered;
}

enum class CancelReason : std::uint8_t {
  None,
  UserRequest,
  CancelOnDisconnect,
  TimeInForce,  ///< the rest of an order that may not stand in the book
  PostOnlyEdit,
  ReduceOnly,  ///< nothing left to reduce
  SelfTrade,
  Settlement,
  TriggerRefused,  ///< the order that the trigger made was refused
  Expired,         ///< its own date has passed
};

/// Which of an account's positions in an instrument an order is for. Venues that net keep one; in
/// hedge mode there is one for each direction.
enum class PositionSide : std::uint8_t { Net, Long, Short };
inline constexpr std::array position_sides{PositionSide::Net, PositionSide::Long,
                                           PositionSide::Short};

/// What happens where an order meets one of its own account.
enum class SelfTrade : std::uint8_t {
  AsAccount,  ///< Account::self_trade_cancels_maker decides
  Allow,
  CancelTaker,
  CancelMaker,
  CancelBoth,
};

/// What a client asks for. Checked by Exchange::submit.
struct OrderRequest {
  AccountId account = house;
  InstrumentIndex instrument = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  Quantity amount;
  std::optional<Price> price = {};  ///< for the types with has_limit_price()
  TimeInForce time_in_force = TimeInForce::GoodTillCancel;
  PostOnly post_only = PostOnly::No;
  bool reduce_only = false;
  Trigger trigger = Trigger::LastPrice;
  std::optional<Price> trigger_price = {};  ///< for the types with is_triggered_type()
  std::string label = {};
  Origin origin = 0;
  PositionSide position_side = PositionSide::Net;
  SelfTrade self_trade = SelfTrade::AsAccount;
  /// A triggered order for the whole position as it is when it triggers; `amount` is zero.
  bool close_position = false;
  Decimal trailing = {};  ///< TrailingStopMarket: the fraction it follows the extreme by
  std::optional<Price> activation_price = {};  ///< TrailingStopMarket; absent: active at once

  /// True where the order may never open or enlarge a position.
  [[nodiscard]] bool only_reduces() const {
    return reduce_only || (position_side == PositionSide::Long && side == Side::Sell) ||
           (position_side == PositionSide::Short && side == Side::Buy);
  }
};

/// One order through its life. Never forgotten once a client sent it.
struct Order {
  OrderNumber number = 0;
  OrderRequest request;  ///< amount, price and flags as last amended
  Price price;           ///< where it stands, or stood; a market order's worst fill
  Quantity filled;
  Decimal filled_value;  ///< sum of amount · price
  OrderState state = OrderState::Open;
  CancelReason cancel_reason = CancelReason::None;
  bool replaced = false;
  std::uint32_t amendments = 0;
  OrderNumber trigger_order = 0;  ///< the triggered order that made this one; 0: none
  UtcNanos created = 0;
  UtcNanos updated = 0;
  Price extreme = {};  ///< TrailingStopMarket: the lowest (buy) or highest price since it came

  // Where it stands in the queue of its price level; owned by OrderBook.
  Order* queue_previous = nullptr;
  Order* queue_next = nullptr;

  [[nodiscard]] Quantity remaining() const { return request.amount - filled; }
  [[nodiscard]] Price average_price() const;
};

/// A match of two orders, as everybody may see it.
struct Trade {
  TradeNumber number = 0;
  InstrumentIndex instrument = 0;
  std::uint64_t sequence = 0;  ///< per instrument, without gaps
  Price price;
  Quantity amount;
  Side taker_side = Side::Buy;
  int tick_direction = 0;  ///< 0 plus, 1 zero-plus, 2 minus, 3 zero-minus
  Price mark;
  Price index;
  UtcNanos time = 0;
};

/// One account's side of a Trade.
struct Execution {
  Trade trade;
  AccountId account = house;
  OrderNumber order = 0;
  Side side = Side::Buy;
  bool maker = false;
  Decimal fee;  ///< in the settlement currency; positive is paid
  Decimal profit_loss;
  OrderState state = OrderState::Open;  ///< of the order, after this trade
  Quantity order_filled;                ///< of the order, after this trade
  std::string label;
  OrderType type = OrderType::Limit;
  bool post_only = false;
  bool reduce_only = false;
};

}  // namespace causeway::simulator::core
