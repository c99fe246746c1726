#include <algorithm>
#include <iterator>

#include "fixspec/assert.hpp"
#include "translators/binance/encode.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

using wire::Method;
using wire::Parameter;

struct Row {
  Method method;
  Endpoint endpoint;
};

constexpr Security open = Security::None;
constexpr Security key = Security::ApiKey;
constexpr Security full = Security::Signed;

// In the order of the enumerators, so that a method is looked up by its number. Weights are those
// of the longest answer that can be asked for.
constexpr Row methods[] = {
    {Method::SessionLogon, {"", "", "session.logon", full, 2}},
    {Method::SessionStatus, {"", "", "session.status", open, 2}},
    {Method::SessionLogout, {"", "", "session.logout", open, 2}},
    {Method::CancelOrder, {"DELETE", "/fapi/v1/order", "order.cancel", full, 1}},
    {Method::QueryOrder, {"GET", "/fapi/v1/order", "order.status", full, 1}},
    {Method::QueryOpenOrder, {"GET", "/fapi/v1/openOrder", "", full, 1}},
    {Method::OpenOrders, {"GET", "/fapi/v1/openOrders", "", full, 40}},
    {Method::AllOrders, {"GET", "/fapi/v1/allOrders", "", full, 5}},
    {Method::CancelAllOpenOrders, {"DELETE", "/fapi/v1/allOpenOrders", "", full, 1}},
    {Method::CountdownCancelAll, {"POST", "/fapi/v1/countdownCancelAll", "", full, 10}},
    {Method::OrderAmendments, {"GET", "/fapi/v1/orderAmendment", "", full, 1}},
    {Method::CancelAlgoOrder, {"DELETE", "/fapi/v1/algoOrder", "algoOrder.cancel", full, 1}},
    {Method::CancelAllAlgoOrders, {"DELETE", "/fapi/v1/algoOpenOrders", "", full, 1}},
    {Method::QueryAlgoOrder, {"GET", "/fapi/v1/algoOrder", "", full, 1}},
    {Method::OpenAlgoOrders, {"GET", "/fapi/v1/openAlgoOrders", "", full, 40}},
    {Method::AllAlgoOrders, {"GET", "/fapi/v1/allAlgoOrders", "", full, 5}},
    {Method::UserTrades, {"GET", "/fapi/v1/userTrades", "", full, 5}},
    {Method::ForceOrders, {"GET", "/fapi/v1/forceOrders", "", full, 50}},
    {Method::Positions, {"GET", "/fapi/v3/positionRisk", "v2/account.position", full, 5}},
    {Method::PositionsV2, {"GET", "/fapi/v2/positionRisk", "account.position", full, 5}},
    {Method::Balances, {"GET", "/fapi/v3/balance", "v2/account.balance", full, 5}},
    {Method::BalancesV2, {"GET", "/fapi/v2/balance", "account.balance", full, 5}},
    {Method::Account, {"GET", "/fapi/v3/account", "v2/account.status", full, 5}},
    {Method::AccountV2, {"GET", "/fapi/v2/account", "account.status", full, 5}},
    {Method::AccountConfig, {"GET", "/fapi/v1/accountConfig", "", full, 5}},
    {Method::SymbolConfig, {"GET", "/fapi/v1/symbolConfig", "", full, 5}},
    {Method::GetPositionMode, {"GET", "/fapi/v1/positionSide/dual", "", full, 30}},
    {Method::SetPositionMode, {"POST", "/fapi/v1/positionSide/dual", "", full, 1}},
    {Method::GetMultiAssetsMargin, {"GET", "/fapi/v1/multiAssetsMargin", "", full, 30}},
    {Method::SetMultiAssetsMargin, {"POST", "/fapi/v1/multiAssetsMargin", "", full, 1}},
    {Method::SetLeverage, {"POST", "/fapi/v1/leverage", "", full, 1}},
    {Method::SetMarginType, {"POST", "/fapi/v1/marginType", "", full, 1}},
    {Method::ChangePositionMargin, {"POST", "/fapi/v1/positionMargin", "", full, 1}},
    {Method::PositionMarginHistory, {"GET", "/fapi/v1/positionMargin/history", "", full, 1}},
    {Method::LeverageBrackets, {"GET", "/fapi/v1/leverageBracket", "", full, 1}},
    {Method::CommissionRate, {"GET", "/fapi/v1/commissionRate", "", full, 20}},
    {Method::Income, {"GET", "/fapi/v1/income", "", full, 30}},
    {Method::OrderRateLimit, {"GET", "/fapi/v1/rateLimit/order", "", full, 1}},
    {Method::AdlQuantile, {"GET", "/fapi/v1/adlQuantile", "", full, 5}},
    {Method::ApiTradingStatus, {"GET", "/fapi/v1/apiTradingStatus", "", full, 10}},
    {Method::GetFeeBurn, {"GET", "/fapi/v1/feeBurn", "", full, 30}},
    {Method::SetFeeBurn, {"POST", "/fapi/v1/feeBurn", "", full, 1}},
    {Method::ListenKeyStart, {"POST", "/fapi/v1/listenKey", "userDataStream.start", key, 5}},
    {Method::ListenKeyPing, {"PUT", "/fapi/v1/listenKey", "userDataStream.ping", key, 1}},
    {Method::ListenKeyStop, {"DELETE", "/fapi/v1/listenKey", "userDataStream.stop", key, 1}},
    {Method::Ping, {"GET", "/fapi/v1/ping", "", open, 1}},
    {Method::Time, {"GET", "/fapi/v1/time", "", open, 1}},
    {Method::ExchangeInfo, {"GET", "/fapi/v1/exchangeInfo", "", open, 1}},
    {Method::Depth, {"GET", "/fapi/v1/depth", "depth", open, 20}},
    {Method::RpiDepth, {"GET", "/fapi/v1/rpiDepth", "", open, 20}},
    {Method::Trades, {"GET", "/fapi/v1/trades", "", open, 5}},
    {Method::HistoricalTrades, {"GET", "/fapi/v1/historicalTrades", "", key, 20}},
    {Method::AggTrades, {"GET", "/fapi/v1/aggTrades", "", open, 20}},
    {Method::Klines, {"GET", "/fapi/v1/klines", "", open, 10}},
    {Method::PremiumIndex, {"GET", "/fapi/v1/premiumIndex", "", open, 10}},
    {Method::FundingRates, {"GET", "/fapi/v1/fundingRate", "", open, 1}},
    {Method::FundingInfo, {"GET", "/fapi/v1/fundingInfo", "", open, 1}},
    {Method::OpenInterest, {"GET", "/fapi/v1/openInterest", "", open, 1}},
    {Method::Ticker24h, {"GET", "/fapi/v1/ticker/24hr", "", open, 40}},
    {Method::TickerPrice, {"GET", "/fapi/v2/ticker/price", "ticker.price", open, 2}},
    {Method::BookTicker, {"GET", "/fapi/v1/ticker/bookTicker", "ticker.book", open, 5}},
};

constexpr std::size_t number_of(Method method) { return static_cast<std::size_t>(method); }

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(methods); ++i) {
    if (number_of(methods[i].method) != i) return false;
  }
  return std::size(methods) == number_of(Method::BookTicker) + 1;
}
static_assert(in_order());

constexpr std::string_view parameters[] = {
    "activatePrice",
    "algoId",
    "algoType",
    "amount",
    "apiKey",
    "asset",
    "autoCloseType",
    "batchOrders",
    "callbackRate",
    "clientAlgoId",
    "closePosition",
    "countdownTime",
    "dualSidePosition",
    "endTime",
    "feeBurn",
    "fromId",
    "goodTillDate",
    "incomeType",
    "interval",
    "leverage",
    "limit",
    "marginType",
    "modifyId",
    "multiAssetsMargin",
    "newClientOrderId",
    "newOrderRespType",
    "orderId",
    "orderIdList",
    "origClientOrderId",
    "origClientOrderIdList",
    "page",
    "positionSide",
    "price",
    "priceMatch",
    "priceProtect",
    "quantity",
    "recvWindow",
    "reduceOnly",
    "returnRateLimits",
    "selfTradePreventionMode",
    "side",
    "startTime",
    "symbol",
    "timeInForce",
    "timestamp",
    "triggerPrice",
    "type",
    "workingType",
};
static_assert(std::is_sorted(std::begin(parameters), std::end(parameters)));
static_assert(std::size(parameters) == static_cast<std::size_t>(Parameter::WorkingType) + 1);

struct EndpointOf {
  Endpoint operator()(const wire::NewOrder& order) const {
    if (order.test) return {"POST", "/fapi/v1/order/test", "", full, 0, 0};
    return {"POST", "/fapi/v1/order", "order.place", full, 0, 1};
  }
  Endpoint operator()(const wire::NewAlgoOrder&) const {
    return {"POST", "/fapi/v1/algoOrder", "algoOrder.place", full, 0, 1};
  }
  Endpoint operator()(const wire::ModifyOrder&) const {
    return {"PUT", "/fapi/v1/order", "order.modify", full, 0, 1};
  }
  Endpoint operator()(const wire::NewOrders& batch) const {
    return {"POST", "/fapi/v1/batchOrders", "", full, 5, static_cast<int>(batch.orders.size())};
  }
  Endpoint operator()(const wire::ModifyOrders& batch) const {
    return {"PUT", "/fapi/v1/batchOrders", "", full, 5, static_cast<int>(batch.orders.size())};
  }
  Endpoint operator()(const wire::CancelOrders&) const {
    return {"DELETE", "/fapi/v1/batchOrders", "", full, 1};
  }
  Endpoint operator()(const wire::Call& call) const {
    return methods[number_of(call.method())].endpoint;
  }
};

}  // namespace

std::string_view to_text(Parameter value) {
  const auto index = static_cast<std::size_t>(value);
  return index < std::size(parameters) ? parameters[index] : std::string_view{};
}

wire::Call& wire::Call::with(Parameter parameter, Value value) {
  std::size_t at = size_;
  while (at > 0 && arguments_[at - 1].parameter >= parameter) --at;
  if (at < size_ && arguments_[at].parameter == parameter) {
    arguments_[at].value = value;
    return *this;
  }
  CAUSEWAY_ASSERT(size_ < max_arguments);
  for (std::size_t i = size_; i > at; --i) arguments_[i] = arguments_[i - 1];
  arguments_[at] = {parameter, value};
  ++size_;
  return *this;
}

Endpoint endpoint_of(const wire::Request& request) { return std::visit(EndpointOf{}, request); }

}  // namespace causeway::translators::binance
