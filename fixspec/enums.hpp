#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace causeway::fixspec {

// Closed choices, named and numbered as FIX names and numbers them: the enumerator's value is the
// character or number on the FIX wire. from_fix() answers nullopt for what this dialect has not.

/// SecurityExchange(207), ExDestination(100), LastMkt(30).
enum class Venue : std::uint8_t { Binance, Bybit, Okx, Deribit, Hyperliquid };
inline constexpr Venue all_venues[] = {Venue::Binance, Venue::Bybit, Venue::Okx, Venue::Deribit,
                                       Venue::Hyperliquid};
/// "DERIBIT" and so on.
std::string_view to_fix(Venue venue);
std::optional<Venue> venue_from_fix(std::string_view text);

/// Side(54).
enum class Side : char { Buy = '1', Sell = '2' };
std::optional<Side> side_from_fix(std::string_view text);
constexpr Side opposite(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }

/// OrdType(40). The dialect's take-profit (40=3/4 with 1109, or J) and trailing stop come later.
enum class OrdType : char { Market = '1', Limit = '2', Stop = '3', StopLimit = '4' };
std::optional<OrdType> ord_type_from_fix(std::string_view text);
constexpr bool has_price(OrdType type) {
  return type == OrdType::Limit || type == OrdType::StopLimit;
}
constexpr bool has_stop_px(OrdType type) {
  return type == OrdType::Stop || type == OrdType::StopLimit;
}

/// TimeInForce(59).
enum class TimeInForce : char {
  GoodTillCancel = '1',
  ImmediateOrCancel = '3',
  FillOrKill = '4',
  GoodTillDate = '6',
};
std::optional<TimeInForce> time_in_force_from_fix(std::string_view text);

/// TriggerRef(20045): the price that a stop watches. LastTrade unless the order says otherwise.
enum class TriggerRef : char { LastTrade = 'L', Mark = 'M', Index = 'I' };
std::optional<TriggerRef> trigger_ref_from_fix(std::string_view text);

/// OrdStatus(39).
enum class OrdStatus : char {
  New = '0',
  PartiallyFilled = '1',
  Filled = '2',
  Canceled = '4',
  PendingCancel = '6',
  Rejected = '8',
  PendingNew = 'A',
  Expired = 'C',
  PendingReplace = 'E',
};
constexpr bool is_terminal(OrdStatus status) {
  return status == OrdStatus::Filled || status == OrdStatus::Canceled ||
         status == OrdStatus::Rejected || status == OrdStatus::Expired;
}
/// "PartiallyFilled" and so on, for people.
std::string_view to_words(OrdStatus status);

/// ExecType(150).
enum class ExecType : char {
  New = '0',
  Canceled = '4',
  Replaced = '5',
  PendingCancel = '6',
  Rejected = '8',
  PendingNew = 'A',
  Expired = 'C',
  Restated = 'D',
  PendingReplace = 'E',
  Trade = 'F',
  OrderStatus = 'I',
  Triggered = 'L',
};
std::string_view to_words(ExecType type);

/// OrdRejReason(103).
enum class OrdRejReason : std::uint8_t {
  BrokerOption = 0,
  UnknownSymbol = 1,
  ExchangeClosed = 2,
  OrderExceedsLimit = 3,
  TooLateToEnter = 4,
  UnknownOrder = 5,
  DuplicateOrder = 6,
  StaleOrder = 8,
  UnsupportedOrderCharacteristic = 11,
  IncorrectQuantity = 13,
  UnknownAccount = 15,
  Other = 99,
};

/// CxlRejReason(102).
enum class CxlRejReason : std::uint8_t {
  TooLateToCancel = 0,
  UnknownOrder = 1,
  BrokerOption = 2,
  AlreadyPending = 3,
  DuplicateClOrdId = 6,
  Other = 99,
};

/// CxlRejResponseTo(434).
enum class CxlRejResponseTo : char { CancelRequest = '1', CancelReplaceRequest = '2' };

/// LastLiquidityInd(851).
enum class LiquidityInd : char { Added = '1', Removed = '2' };

/// ExecOrigin(20020): who caused what an unsolicited report says.
enum class ExecOrigin : std::uint8_t {
  Client = 0,
  Liquidation = 1,
  AutoDeleveraging = 2,
  VenueInterface = 3,
  ExpiryOrSettlement = 4,
  StrategyModule = 5,
  KillSwitch = 6,
  CancelOnDisconnect = 7,
  Operator = 8,
  Venue = 9,          ///< the venue's own rules (self-trade, risk, halt)
  LateAfterReject = 10  ///< a fill of an order that had been reported as rejected
};

/// ExecRestatementReason(378).
enum class ExecRestatementReason : std::uint8_t { RepricingOfOrder = 3, Market = 8, Other = 99 };

/// SecurityTradingStatus(326), as far as a venue's instrument list tells it.
enum class SecurityTradingStatus : std::uint8_t {
  TradingHalt = 2,
  ReadyToTrade = 17,
  NotAvailableForTrading = 18,
};

/// SecurityType(167) of an instrument; a perpetual is a future without maturity.
enum class SecurityType : std::uint8_t { Spot, Future, Option };
/// ContractType(20040).
enum class ContractType : char { Linear = 'L', Inverse = 'I', Quanto = 'Q' };
/// PutOrCall(201).
enum class PutOrCall : char { Put = '0', Call = '1' };
/// QtyType(854): what OrderQty counts.
enum class QtyType : char { Units = '0', Contracts = '1' };

/// TradSesStatus(340) of a venue, as a client may be told it.
enum class TradSesStatus : std::uint8_t { Halted = 1, Open = 2, Closed = 3 };

}  // namespace causeway::fixspec
