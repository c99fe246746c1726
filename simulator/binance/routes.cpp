#include "simulator/binance/routes.hpp"

namespace causeway::simulator::binance {
namespace {

// Weights as the documentation gives them (fapi, May 2026).
template <std::int64_t value>
std::int64_t weight(const Params& /*params*/) {
  return value;
}

// One value with a symbol, another for all symbols.
template <std::int64_t one, std::int64_t all>
std::int64_t by_symbol(const Params& params) {
  return params.has("symbol") ? one : all;
}

std::int64_t depth_weight(const Params& params) {
  Params copy = params;
  const auto limit = copy.integer("limit").value_or(500);
  if (limit <= 50) return 2;
  if (limit <= 100) return 5;
  return limit <= 500 ? 10 : 20;
}

std::int64_t candle_weight(const Params& params) {
  Params copy = params;
  const auto limit = copy.integer("limit").value_or(500);
  if (limit < 100) return 1;
  if (limit < 500) return 2;
  return limit <= 1000 ? 5 : 10;
}

}  // namespace

const Server::Method* Server::Routes::rest(std::string_view request) {
  using S = Server;
  constexpr auto none = Security::None;
  constexpr auto key = Security::Key;
  constexpr auto is_signed = Security::Signed;
  static const std::map<std::string_view, Method> table{
      {"GET /fapi/v1/ping", {&S::ping, none, weight<1>}},
      {"GET /fapi/v1/time", {&S::get_time, none, weight<1>}},
      {"GET /fapi/v1/exchangeInfo", {&S::get_exchange_info, none, weight<1>}},
      {"GET /fapi/v1/depth", {&S::get_depth, none, depth_weight}},
      {"GET /fapi/v1/rpiDepth", {&S::get_depth, none, weight<20>}},
      {"GET /fapi/v1/trades", {&S::get_trades, none, weight<5>}},
      {"GET /fapi/v1/historicalTrades", {&S::get_trades, key, weight<20>}},
      {"GET /fapi/v1/aggTrades", {&S::get_agg_trades, none, weight<20>}},
      {"GET /fapi/v1/klines", {&S::get_klines, none, candle_weight}},
      {"GET /fapi/v1/ticker/24hr", {&S::get_ticker, none, by_symbol<1, 40>}},
      {"GET /fapi/v1/ticker/price", {&S::get_price, none, by_symbol<1, 2>}},
      {"GET /fapi/v2/ticker/price", {&S::get_price, none, by_symbol<1, 2>}},
      {"GET /fapi/v1/ticker/bookTicker", {&S::get_book_ticker, none, by_symbol<2, 5>}},
      {"GET /fapi/v1/premiumIndex", {&S::get_premium_index, none, by_symbol<1, 10>}},
      {"GET /fapi/v1/fundingRate", {&S::get_funding_rates, none, weight<1>}},
      {"GET /fapi/v1/fundingInfo", {&S::get_funding_info, none, weight<1>}},
      {"GET /fapi/v1/openInterest", {&S::get_open_interest, none, weight<1>}},

      {"POST /fapi/v1/order", {&S::place_order, is_signed, weight<0>, 1, 1}},
      {"PUT /fapi/v1/order", {&S::modify_order, is_signed, weight<0>, 1, 1}},
      {"DELETE /fapi/v1/order", {&S::cancel_order, is_signed, weight<1>}},
      {"GET /fapi/v1/order", {&S::get_order, is_signed, weight<1>}},
      {"POST /fapi/v1/order/test", {&S::test_order, is_signed, weight<1>}},
      {"GET /fapi/v1/openOrder", {&S::get_open_order, is_signed, weight<1>}},
      {"GET /fapi/v1/openOrders", {&S::get_open_orders, is_signed, by_symbol<1, 40>}},
      {"GET /fapi/v1/allOrders", {&S::get_all_orders, is_signed, weight<5>}},
      {"DELETE /fapi/v1/allOpenOrders", {&S::cancel_all, is_signed, weight<1>}},
      {"POST /fapi/v1/batchOrders", {&S::place_batch, is_signed, weight<5>, 5, 1}},
      {"PUT /fapi/v1/batchOrders", {&S::modify_batch, is_signed, weight<5>, 5, 1}},
      {"DELETE /fapi/v1/batchOrders", {&S::cancel_batch, is_signed, weight<1>}},
      {"POST /fapi/v1/countdownCancelAll", {&S::countdown_cancel, is_signed, weight<10>}},
      {"GET /fapi/v1/orderAmendment", {&S::get_amendments, is_signed, weight<1>}},
      {"GET /fapi/v1/userTrades", {&S::get_user_trades, is_signed, weight<5>}},
      {"POST /fapi/v1/algoOrder", {&S::place_algo, is_signed, weight<0>, 1, 1}},
      {"DELETE /fapi/v1/algoOrder", {&S::cancel_algo, is_signed, weight<1>}},
      {"GET /fapi/v1/algoOrder", {&S::get_algo, is_signed, weight<1>}},
      {"GET /fapi/v1/openAlgoOrders", {&S::get_open_algos, is_signed, by_symbol<1, 40>}},
      {"GET /fapi/v1/allAlgoOrders", {&S::get_all_algos, is_signed, weight<5>}},
      {"DELETE /fapi/v1/algoOpenOrders", {&S::cancel_all_algos, is_signed, weight<1>}},

      {"GET /fapi/v2/balance", {&S::get_balances, is_signed, weight<5>}},
      {"GET /fapi/v3/balance", {&S::get_balances, is_signed, weight<5>}},
      {"GET /fapi/v2/account", {&S::get_account_v2, is_signed, weight<5>}},
      {"GET /fapi/v3/account", {&S::get_account_v3, is_signed, weight<5>}},
      {"GET /fapi/v2/positionRisk", {&S::get_positions_v2, is_signed, weight<5>}},
      {"GET /fapi/v3/positionRisk", {&S::get_positions_v3, is_signed, weight<5>}},
      {"GET /fapi/v1/income", {&S::get_income, is_signed, weight<30>}},
      {"GET /fapi/v1/commissionRate", {&S::get_commission, is_signed, weight<20>}},
      {"GET /fapi/v1/rateLimit/order", {&S::get_order_limits, is_signed, weight<1>}},
      {"POST /fapi/v1/leverage", {&S::set_leverage, is_signed, weight<1>}},
      {"POST /fapi/v1/marginType", {&S::set_margin_type, is_signed, weight<1>}},
      {"GET /fapi/v1/positionSide/dual", {&S::get_position_mode, is_signed, weight<30>}},
      {"POST /fapi/v1/positionSide/dual", {&S::set_position_mode, is_signed, weight<1>}},
      {"GET /fapi/v1/multiAssetsMargin", {&S::get_multi_assets, is_signed, weight<30>}},
      {"POST /fapi/v1/multiAssetsMargin", {&S::set_multi_assets, is_signed, weight<1>}},
      {"GET /fapi/v1/feeBurn", {&S::get_fee_burn, is_signed, weight<30>}},
      {"POST /fapi/v1/feeBurn", {&S::set_fee_burn, is_signed, weight<1>}},
      {"GET /fapi/v1/symbolConfig", {&S::get_symbol_config, is_signed, weight<5>}},
      {"GET /fapi/v1/accountConfig", {&S::get_account_config, is_signed, weight<5>}},
      {"GET /fapi/v1/leverageBracket", {&S::get_brackets, is_signed, weight<1>}},
      {"POST /fapi/v1/listenKey", {&S::start_listen_key, key, weight<1>}},
      {"PUT /fapi/v1/listenKey", {&S::renew_listen_key, key, weight<1>}},
      {"DELETE /fapi/v1/listenKey", {&S::close_listen_key, key, weight<1>}},
  };
  const auto found = table.find(request);
  return found == table.end() ? nullptr : &found->second;
}

const Server::Method* Server::Routes::api(std::string_view method) {
  using S = Server;
  constexpr auto none = Security::None;
  constexpr auto key = Security::Key;
  constexpr auto is_signed = Security::Signed;
  static const std::map<std::string_view, Method> table{
      {"ping", {&S::ping, none, weight<1>}},
      {"time", {&S::get_time, none, weight<1>}},
      {"session.logon", {&S::session_logon, is_signed, weight<2>}},
      {"session.status", {&S::session_status, none, weight<2>}},
      {"session.logout", {&S::session_logout, none, weight<2>}},
      {"order.place", {&S::place_order, is_signed, weight<0>, 1, 1}},
      {"order.modify", {&S::modify_order, is_signed, weight<0>, 1, 1}},
      {"order.cancel", {&S::cancel_order, is_signed, weight<1>}},
      {"order.status", {&S::get_order, is_signed, weight<1>}},
      {"algoOrder.place", {&S::place_algo, is_signed, weight<0>, 1, 1}},
      {"algoOrder.cancel", {&S::cancel_algo, is_signed, weight<1>}},
      {"account.balance", {&S::get_balances, is_signed, weight<5>}},
      {"v2/account.balance", {&S::get_balances, is_signed, weight<5>}},
      {"account.status", {&S::get_account_v2, is_signed, weight<5>}},
      {"v2/account.status", {&S::get_account_v3, is_signed, weight<5>}},
      {"account.position", {&S::get_positions_v2, is_signed, weight<5>}},
      {"v2/account.position", {&S::get_positions_v3, is_signed, weight<5>}},
      {"depth", {&S::get_depth, none, depth_weight}},
      {"ticker.price", {&S::get_price, none, by_symbol<1, 2>}},
      {"ticker.book", {&S::get_book_ticker, none, by_symbol<2, 5>}},
      {"userDataStream.start", {&S::start_listen_key, key, weight<5>}},
      {"userDataStream.ping", {&S::renew_listen_key, key, weight<1>}},
      {"userDataStream.stop", {&S::close_listen_key, key, weight<1>}},
  };
  auto found = table.find(method);
  // A method may carry a version, such as "v3/order.place".
  if (found == table.end() && method.starts_with('v')) {
    const auto slash = method.find('/');
    if (slash != std::string_view::npos) found = table.find(method.substr(slash + 1));
  }
  return found == table.end() ? nullptr : &found->second;
}

}  // namespace causeway::simulator::binance
