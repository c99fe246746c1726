#pragma once

#include <cstdint>
#include <string_view>

#include "fixspec/enums.hpp"

namespace causeway::fixspec {

/// RejectCode(20050): our stable reason for a refusal. Numbers are never reused.
enum class RejectCode : std::uint16_t {
  // Request and session
  MissingField = 1001,
  MalformedField = 1002,
  UnsupportedValue = 1003,
  NotPermitted = 1004,
  DuplicateClOrdId = 1005,
  UnknownOrder = 1006,
  AlreadyPending = 1007,
  TooLate = 1008,
  StaleRequest = 1009,
  FieldMismatch = 1010,
  UnknownAccount = 1011,
  // Instrument
  UnknownSymbol = 2001,
  AmbiguousSymbol = 2002,
  InstrumentNotTrading = 2003,
  PriceOffTick = 2004,
  QuantityOffStep = 2005,
  QuantityTooSmall = 2006,
  QuantityTooLarge = 2007,
  NotionalTooSmall = 2008,
  // Risk limits
  MaxOrderQty = 3001,
  MaxOrderValue = 3002,
  PriceCollar = 3003,
  NoReferencePrice = 3004,
  DuplicateOrder = 3005,
  PositionLimit = 3006,
  OpenOrders = 3007,
  OrderRate = 3008,
  ReduceOnly = 3009,
  TradingHalted = 3010,
  PositionMismatch = 3011,  ///< the venue counts another position than we do
  // Gateway and venue link
  VenueDown = 4001,
  Recovering = 4002,
  NotSent = 4003,
  Overloaded = 4004,
  VenueCannot = 4005,
  NotAcceptedInTime = 4006,  ///< the venue provably never accepted the request
  // The venue's own refusal; VenueErrorCode(20051) and VenueErrorText(20052) say which
  VenueRejected = 5001,
  PostOnlyWouldTake = 5002,
  InsufficientMargin = 5003,
  VenueRateLimit = 5004,
};

/// RiskRuleID(20080) and the start of Text(58), e.g. "RISK.MAX_ORDER_QTY".
std::string_view to_text(RejectCode code);
/// The dialect's OrdRejReason(103) of a refused order (rules of engagement, reject codes).
OrdRejReason ord_rej_reason(RejectCode code);
/// The dialect's CxlRejReason(102) of a refused cancel or replace.
CxlRejReason cxl_rej_reason(RejectCode code);

}  // namespace causeway::fixspec
