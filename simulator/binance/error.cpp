#include "simulator/binance/error.hpp"

#include <array>

#include "fixspec/assert.hpp"

namespace causeway::simulator::binance {
namespace {

struct Known {
  int code;
  unsigned status;
  std::string_view message;
};

// The errors of the venue's documentation (derivatives, "Error Codes", May 2026) that can happen
// here. Statuses: 401 for keys, 408 and 503 where the outcome is open or the venue is at fault.
constexpr std::array known_errors{
    Known{-1000, 503, "Unknown error, please check your request or try again later."},
    Known{-1001, 503, "Internal error; unable to process your request. Please try again."},
    Known{-1002, 401, "You are not authorized to execute this request."},
    Known{-1007, 408,
          "Timeout waiting for response from backend server. Send status unknown; execution status "
          "unknown."},
    Known{-1008, 503,
          "Request throttled by system-level protection. Reduce-only/close-position orders are "
          "exempt. Please try again."},
    Known{-1016, 503, "Service Unavailable."},
    Known{-1020, 400, "This operation is not supported."},
    Known{-1022, 400, "Signature for this request is not valid."},
    Known{-1111, 400, "Precision is over the maximum defined for this asset."},
    Known{-1115, 400, "Invalid timeInForce."},
    Known{-1116, 400, "Invalid orderType."},
    Known{-1117, 400, "Invalid side."},
    Known{-1120, 400, "Invalid interval."},
    Known{-1121, 400, "Invalid symbol."},
    Known{-1122, 400, "Invalid symbol status."},
    Known{-1125, 400, "This listenKey does not exist."},
    Known{-1128, 400, "Combination of optional parameters invalid."},
    Known{-2011, 400, "Unknown order sent."},
    Known{-2013, 400, "Order does not exist."},
    Known{-2014, 401, "API-key format invalid."},
    Known{-2015, 401, "Invalid API-key, IP, or permissions for action."},
    Known{-2019, 400, "Margin is insufficient."},
    Known{-2020, 400, "Unable to fill."},
    Known{-2021, 400, "Order would immediately trigger."},
    Known{-2022, 400, "ReduceOnly Order is rejected."},
    Known{-2025, 400, "Reach max open order limit."},
    Known{-2027, 400, "Exceeded the maximum allowable position at current leverage."},
    Known{-2028, 400, "Leverage is smaller than permitted: insufficient margin balance."},
    Known{-4001, 400, "Price less than 0."},
    Known{-4002, 400, "Price greater than max price."},
    Known{-4003, 400, "Quantity less than or equal to zero."},
    Known{-4004, 400, "Quantity less than min quantity."},
    Known{-4005, 400, "Quantity greater than max quantity."},
    Known{-4006, 400, "Stop price less than zero."},
    Known{-4007, 400, "Stop price greater than max price."},
    Known{-4013, 400, "Price less than min price."},
    Known{-4014, 400, "Price not increased by tick size."},
    Known{-4015, 400, "Client order id is not valid."},
    Known{-4016, 400, "Price is higher than mark price multiplier cap."},
    Known{-4023, 400, "Qty not increased by step size."},
    Known{-4024, 400, "Price is lower than mark price multiplier floor."},
    Known{-4045, 400, "Reach max stop order limit."},
    Known{-4046, 400, "No need to change margin type."},
    Known{-4047, 400, "Margin type cannot be changed if there exists open orders."},
    Known{-4048, 400, "Margin type cannot be changed if there exists position."},
    Known{-4059, 400, "No need to change position side."},
    Known{-4060, 400, "Invalid position side."},
    Known{-4061, 400, "Order's position side does not match user's setting."},
    Known{-4062, 400, "Invalid or improper reduceOnly value."},
    Known{-4067, 400, "Position side cannot be changed if there exists open orders."},
    Known{-4068, 400, "Position side cannot be changed if there exists position."},
    Known{-4082, 400, "Invalid number of batch place orders."},
    Known{-4116, 400, "ClientOrderId is duplicated."},
    Known{-4120, 400,
          "Order type not supported for this endpoint. Please use the Algo Order API endpoints "
          "instead."},
    Known{-4131, 400,
          "The counterparty's best price does not meet the PERCENT_PRICE filter limit."},
    Known{-4137, 400, "Quantity must be zero with closePosition equals true."},
    Known{-4138, 400, "Reduce only must be true with closePosition equals true."},
    Known{-4141, 400, "Symbol is closed."},
    Known{-4167, 400,
          "Unable to adjust to Multi-Assets mode with symbols of USDⓈ-M Futures under "
          "isolated-margin mode."},
    Known{-4168, 400, "Unable to adjust to isolated-margin mode under the Multi-Assets mode."},
    Known{-4171, 400, "No need to change multi-assets mode."},
    Known{-5021, 400,
          "Due to the order could not be filled immediately, the FOK order has been rejected. The "
          "order will not be recorded in the order history."},
    Known{-5022, 400,
          "Due to the order could not be executed as maker, the Post Only order will be rejected. "
          "The order will not be recorded in the order history."},
    Known{-5025, 400, "Only limit order is supported."},
    Known{-5026, 400, "Exceed maximum modify order limit."},
    Known{-5027, 400, "No need to modify the order."},
    Known{-5028, 400, "Timestamp for this request is outside of the ME recvWindow."},
    Known{-5029, 400, "Order's notional is too small."},
    Known{-5037, 400, "Invalid price match."},
    Known{-5038, 400, "Price match only supports order type: LIMIT, STOP AND TAKE_PROFIT."},
    Known{-5039, 400, "Invalid self trade prevention mode."},
    Known{-5040, 400,
          "The goodTillDate timestamp must be greater than the current time plus 600 seconds and "
          "smaller than 253402300799000."},
    Known{-5041, 400, "No depth matches this BBO order."},
};

}  // namespace

ApiError missing(std::string_view parameter) {
  return {.code = -1102,
          .message = "Mandatory parameter '" + std::string{parameter} +
                     "' was not sent, was empty/null, or malformed."};
}

ApiError not_required(std::string_view parameter) {
  return {.code = -1106,
          .message = "Parameter '" + std::string{parameter} + "' sent when not required."};
}

ApiError illegal(std::string_view parameter, std::string_view legal) {
  return {.code = -1100,
          .message = "Illegal characters found in parameter '" + std::string{parameter} +
                     "'; legal range is '" + std::string{legal} + "'."};
}

ApiError invalid(std::string_view parameter) {
  return {.code = -1130,
          .message = "Data sent for parameter '" + std::string{parameter} + "' is not valid."};
}

ApiError error(int code) {
  for (const auto& known : known_errors) {
    if (known.code != code) continue;
    return {.code = code, .message = std::string{known.message}, .status = known.status};
  }
  CAUSEWAY_ASSERT(false);  // every code used in this room is in the table
  return {};
}

ApiError from_refusal(const core::Refusal& refusal) {
  using core::RefusalCode;
  switch (refusal.code) {
    case RefusalCode::AmountTooLow:
      return error(-4004);
    case RefusalCode::AmountOffStep:
      return error(-4023);
    case RefusalCode::PriceMissing:
      return missing("price");
    case RefusalCode::PriceOffTick:
    case RefusalCode::TriggerPriceOffTick:
      return error(-4014);
    case RefusalCode::PriceTooHigh:
      return error(-4016);
    case RefusalCode::PriceTooLow:
      return error(-4024);
    case RefusalCode::TriggerMissing:
      return missing("triggerPrice");
    case RefusalCode::TriggerPriceTooHigh:
    case RefusalCode::TriggerPriceTooLow:
      return error(-2021);
    case RefusalCode::NotEnoughFunds:
      return error(-2019);
    case RefusalCode::SelfTrade:
      return error(-2020);
    case RefusalCode::PostOnlyWouldTake:
      return error(-5022);
    case RefusalCode::NothingToReduce:
      return error(-2022);
    case RefusalCode::CannotFill:
      return error(-5021);
    case RefusalCode::BookClosed:
      return error(-4141);
    case RefusalCode::OrderNotFound:
    case RefusalCode::NotOwner:
    case RefusalCode::NotOpen:
      return error(-2013);
    case RefusalCode::AmountBelowFilled:
      return error(-4004);
  }
  return error(-1000);
}

}  // namespace causeway::simulator::binance
