#include "fixspec/reject_code.hpp"

namespace causeway::fixspec {
namespace {

struct Row {
  RejectCode code;
  std::string_view text;
  OrdRejReason ord_rej_reason;
  CxlRejReason cxl_rej_reason;
};

using enum OrdRejReason;
using Cxl = CxlRejReason;

constexpr Row table[] = {
    {RejectCode::MissingField, "FIX.MISSING_FIELD", Other, Cxl::Other},
    {RejectCode::MalformedField, "FIX.MALFORMED_FIELD", Other, Cxl::Other},
    {RejectCode::UnsupportedValue, "FIX.UNSUPPORTED_VALUE", UnsupportedOrderCharacteristic,
     Cxl::BrokerOption},
    {RejectCode::NotPermitted, "RISK.NOT_PERMITTED", Other, Cxl::Other},
    {RejectCode::DuplicateClOrdId, "ORDER.DUPLICATE_CLORDID", DuplicateOrder,
     Cxl::DuplicateClOrdId},
    {RejectCode::UnknownOrder, "ORDER.UNKNOWN", UnknownOrder, Cxl::UnknownOrder},
    {RejectCode::AlreadyPending, "ORDER.ALREADY_PENDING", Other, Cxl::AlreadyPending},
    {RejectCode::TooLate, "ORDER.TOO_LATE", TooLateToEnter, Cxl::TooLateToCancel},
    {RejectCode::StaleRequest, "ORDER.STALE", StaleOrder, Cxl::Other},
    {RejectCode::FieldMismatch, "ORDER.FIELD_MISMATCH", Other, Cxl::Other},
    {RejectCode::UnknownAccount, "ORDER.UNKNOWN_ACCOUNT", UnknownAccount, Cxl::Other},
    {RejectCode::UnknownSymbol, "INSTRUMENT.UNKNOWN", UnknownSymbol, Cxl::Other},
    {RejectCode::AmbiguousSymbol, "INSTRUMENT.AMBIGUOUS", UnknownSymbol, Cxl::Other},
    {RejectCode::InstrumentNotTrading, "RISK.INSTRUMENT_STATUS", ExchangeClosed, Cxl::BrokerOption},
    {RejectCode::PriceOffTick, "RISK.PRICE_TICK", Other, Cxl::Other},
    {RejectCode::QuantityOffStep, "RISK.QTY_STEP", IncorrectQuantity, Cxl::Other},
    {RejectCode::QuantityTooSmall, "RISK.QTY_MIN", IncorrectQuantity, Cxl::Other},
    {RejectCode::QuantityTooLarge, "RISK.QTY_MAX", IncorrectQuantity, Cxl::Other},
    {RejectCode::NotionalTooSmall, "RISK.NOTIONAL_MIN", IncorrectQuantity, Cxl::Other},
    {RejectCode::MaxOrderQty, "RISK.MAX_ORDER_QTY", OrderExceedsLimit, Cxl::BrokerOption},
    {RejectCode::MaxOrderValue, "RISK.MAX_ORDER_VALUE", OrderExceedsLimit, Cxl::BrokerOption},
    {RejectCode::PriceCollar, "RISK.PRICE_COLLAR", Other, Cxl::Other},
    {RejectCode::NoReferencePrice, "RISK.NO_REFERENCE_PRICE", Other, Cxl::Other},
    {RejectCode::DuplicateOrder, "RISK.DUPLICATE_ORDER", OrderExceedsLimit, Cxl::BrokerOption},
    {RejectCode::PositionLimit, "RISK.POSITION_LIMIT", OrderExceedsLimit, Cxl::BrokerOption},
    {RejectCode::OpenOrders, "RISK.OPEN_ORDERS", OrderExceedsLimit, Cxl::BrokerOption},
    {RejectCode::OrderRate, "RISK.ORDER_RATE", Other, Cxl::Other},
    {RejectCode::ReduceOnly, "RISK.REDUCE_ONLY", OrderExceedsLimit, Cxl::BrokerOption},
    {RejectCode::TradingHalted, "RISK.TRADING_HALTED", ExchangeClosed, Cxl::BrokerOption},
    {RejectCode::PositionMismatch, "RISK.POSITION_MISMATCH", ExchangeClosed, Cxl::BrokerOption},
    {RejectCode::VenueDown, "LINK.VENUE_DOWN", ExchangeClosed, Cxl::BrokerOption},
    {RejectCode::Recovering, "LINK.RECOVERING", ExchangeClosed, Cxl::BrokerOption},
    {RejectCode::NotSent, "LINK.NOT_SENT", ExchangeClosed, Cxl::BrokerOption},
    {RejectCode::Overloaded, "GATEWAY.OVERLOADED", Other, Cxl::Other},
    {RejectCode::VenueCannot, "VENUE.CANNOT", UnsupportedOrderCharacteristic, Cxl::BrokerOption},
    {RejectCode::NotAcceptedInTime, "VENUE.NOT_ACCEPTED_IN_TIME", Other, Cxl::Other},
    {RejectCode::VenueRejected, "VENUE.REJECTED", BrokerOption, Cxl::BrokerOption},
    {RejectCode::PostOnlyWouldTake, "VENUE.POST_ONLY_WOULD_TAKE", Other, Cxl::Other},
    {RejectCode::InsufficientMargin, "VENUE.INSUFFICIENT_MARGIN", OrderExceedsLimit,
     Cxl::BrokerOption},
    {RejectCode::VenueRateLimit, "VENUE.RATE_LIMIT", Other, Cxl::Other},
};

const Row& row(RejectCode code) {
  for (const Row& candidate : table) {
    if (candidate.code == code) return candidate;
  }
  return table[0];
}

}  // namespace

std::string_view to_text(RejectCode code) { return row(code).text; }
OrdRejReason ord_rej_reason(RejectCode code) { return row(code).ord_rej_reason; }
CxlRejReason cxl_rej_reason(RejectCode code) { return row(code).cxl_rej_reason; }

}  // namespace causeway::fixspec
