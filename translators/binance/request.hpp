#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "fixspec/decimal.hpp"

// What can be asked of Binance's USDⓈ-M futures, as the venue spells it. Texts are views into the
// caller's memory.
namespace causeway::translators::binance::wire {

// ---- closed choices -----------------------------------------------------------------------------

enum class Side : std::uint8_t { Buy, Sell };

/// LIMIT and MARKET are orders; the others are algo orders, since December 2025.
enum class OrderType : std::uint8_t {
  Limit,
  Market,
  Stop,
  StopMarket,
  TakeProfit,
  TakeProfitMarket,
  TrailingStopMarket,
};

enum class TimeInForce : std::uint8_t {
  GoodTillCancel,
  ImmediateOrCancel,
  FillOrKill,
  PostOnly,      ///< GTX
  GoodTillDate,  ///< GTD
  RetailPriceImprovement,
};

enum class PositionSide : std::uint8_t { Both, Long, Short };

/// The price that a trigger watches.
enum class WorkingType : std::uint8_t { ContractPrice, MarkPrice };

enum class ResponseType : std::uint8_t { Ack, Result };

enum class StpMode : std::uint8_t { None, ExpireTaker, ExpireMaker, ExpireBoth };

enum class PriceMatch : std::uint8_t { None, Opponent, Opponent5, Queue, Queue5, Queue10, Queue20 };

enum class MarginType : std::uint8_t { Isolated, Crossed };

enum class OrderStatus : std::uint8_t {
  New,
  PartiallyFilled,
  Filled,
  Canceled,
  Rejected,
  Expired,
  ExpiredInMatch,
  NewInsurance,
  NewAdl,
};

enum class ExecutionType : std::uint8_t { New, Trade, Canceled, Expired, Calculated, Amendment };

enum class AlgoStatus : std::uint8_t {
  New,
  Canceled,
  Triggering,
  Triggered,
  Finished,
  Rejected,
  Expired,
};

// ---- requests
// ------------------------------------------------------------------------------------

/// order.place, POST /fapi/v1/order. A field that is absent is not sent.
struct NewOrder {
  std::string_view symbol;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  std::optional<PositionSide> position_side;  ///< hedge mode must say it
  std::optional<TimeInForce> time_in_force;
  std::optional<fixspec::Decimal> quantity;
  std::optional<fixspec::Decimal> price;
  std::optional<bool> reduce_only;       ///< not in hedge mode
  std::string_view new_client_order_id;  ///< empty: the venue makes one
  std::optional<ResponseType> response_type;
  std::optional<PriceMatch> price_match;  ///< excludes price
  std::optional<StpMode> stp_mode;
  std::optional<std::int64_t> good_till_date_ms;
  bool test = false;  ///< POST /fapi/v1/order/test: checked, not placed
};

/// algoOrder.place, POST /fapi/v1/algoOrder with algoType CONDITIONAL.
struct NewAlgoOrder {
  std::string_view symbol;
  Side side = Side::Buy;
  OrderType type = OrderType::StopMarket;
  std::optional<PositionSide> position_side;
  std::optional<TimeInForce> time_in_force;
  std::optional<fixspec::Decimal> quantity;
  std::optional<fixspec::Decimal> price;
  std::optional<fixspec::Decimal> trigger_price;
  std::optional<WorkingType> working_type;
  std::optional<PriceMatch> price_match;
  std::optional<bool> close_position;  ///< excludes quantity and reduce_only
  std::optional<bool> price_protect;
  std::optional<bool> reduce_only;
  std::optional<fixspec::Decimal> activate_price;  ///< trailing stops
  std::optional<fixspec::Decimal> callback_rate;   ///< percent
  std::string_view client_algo_id;
  std::optional<ResponseType> response_type;
  std::optional<StpMode> stp_mode;
  std::optional<std::int64_t> good_till_date_ms;
};

/// order.modify, PUT /fapi/v1/order: limit orders only, both quantity and price.
struct ModifyOrder {
  std::string_view symbol;
  Side side = Side::Buy;
  std::optional<std::int64_t> order_id;  ///< wins over the client id
  std::string_view orig_client_order_id;
  std::optional<PositionSide> position_side;
  std::optional<fixspec::Decimal> quantity;  ///< the new total, fills included
  std::optional<fixspec::Decimal> price;
  std::optional<PriceMatch> price_match;
  std::optional<std::int64_t> modify_id;
};

/// POST /fapi/v1/batchOrders: at most 5.
struct NewOrders {
  std::span<const NewOrder> orders;
};

/// PUT /fapi/v1/batchOrders: at most 5.
struct ModifyOrders {
  std::span<const ModifyOrder> orders;
};

/// DELETE /fapi/v1/batchOrders: at most 10, by one kind of id.
struct CancelOrders {
  std::string_view symbol;
  std::span<const std::int64_t> order_ids;
  std::span<const std::string_view> orig_client_order_ids;
};

/// Every other call: a name and plain parameters. Where a method exists in the WebSocket API, too,
/// both forms are known.
enum class Method : std::uint8_t {
  SessionLogon,
  SessionStatus,
  SessionLogout,
  CancelOrder,
  QueryOrder,
  QueryOpenOrder,
  OpenOrders,
  AllOrders,
  CancelAllOpenOrders,
  CountdownCancelAll,
  OrderAmendments,
  CancelAlgoOrder,
  CancelAllAlgoOrders,
  QueryAlgoOrder,
  OpenAlgoOrders,
  AllAlgoOrders,
  UserTrades,
  ForceOrders,
  Positions,
  PositionsV2,
  Balances,
  BalancesV2,
  Account,
  AccountV2,
  AccountConfig,
  SymbolConfig,
  GetPositionMode,
  SetPositionMode,
  GetMultiAssetsMargin,
  SetMultiAssetsMargin,
  SetLeverage,
  SetMarginType,
  ChangePositionMargin,
  PositionMarginHistory,
  LeverageBrackets,
  CommissionRate,
  Income,
  OrderRateLimit,
  AdlQuantile,
  ApiTradingStatus,
  GetFeeBurn,
  SetFeeBurn,
  ListenKeyStart,
  ListenKeyPing,
  ListenKeyStop,
  Ping,
  Time,
  ExchangeInfo,
  Depth,
  RpiDepth,
  Trades,
  HistoricalTrades,
  AggTrades,
  Klines,
  PremiumIndex,
  FundingRates,
  FundingInfo,
  OpenInterest,
  Ticker24h,
  TickerPrice,
  BookTicker,
};

/// The parameters, in the order of their names: that is the order in which they are signed and
/// sent.
enum class Parameter : std::uint8_t {
  ActivatePrice,
  AlgoId,
  AlgoType,
  Amount,
  ApiKey,
  Asset,
  AutoCloseType,
  BatchOrders,
  CallbackRate,
  ClientAlgoId,
  ClosePosition,
  CountdownTime,
  DualSidePosition,
  EndTime,
  FeeBurn,
  FromId,
  GoodTillDate,
  IncomeType,
  Interval,
  Leverage,
  Limit,
  MarginType,
  ModifyId,
  MultiAssetsMargin,
  NewClientOrderId,
  NewOrderRespType,
  OrderId,
  OrderIdList,
  OrigClientOrderId,
  OrigClientOrderIdList,
  Page,
  PositionSide,
  Price,
  PriceMatch,
  PriceProtect,
  Quantity,
  RecvWindow,
  ReduceOnly,
  ReturnRateLimits,
  SelfTradePreventionMode,
  Side,
  StartTime,
  Symbol,
  TimeInForce,
  Timestamp,
  TriggerPrice,
  Type,
  WorkingType,
};

using Value = std::variant<std::string_view, fixspec::Decimal, std::int64_t, bool>;

/// A call of a Method. Its arguments are kept in the order of their names.
class Call {
 public:
  static constexpr std::size_t max_arguments = 8;
  struct Argument {
    Parameter parameter = Parameter::Symbol;
    Value value;
  };

  explicit Call(Method method) : method_(method) {}
  /// Adds an argument, or changes the one of this name. More than max_arguments is our bug.
  Call& with(Parameter parameter, Value value);

  [[nodiscard]] Method method() const { return method_; }
  [[nodiscard]] std::span<const Argument> arguments() const { return {arguments_.data(), size_}; }

 private:
  Method method_;
  std::array<Argument, max_arguments> arguments_;
  std::size_t size_ = 0;
};

using Request =
    std::variant<NewOrder, NewAlgoOrder, ModifyOrder, Call, NewOrders, ModifyOrders, CancelOrders>;

}  // namespace causeway::translators::binance::wire
