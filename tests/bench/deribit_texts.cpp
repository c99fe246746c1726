#include "tests/bench/deribit_texts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace causeway::bench::deribit {
namespace {

std::int64_t milliseconds_now() {
  return std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds{1};
}

std::string_view after_name(std::string_view message, std::string_view name) {
  std::array<char, 64> key{};
  key[0] = '"';
  std::copy(name.begin(), name.end(), key.begin() + 1);
  key[name.size() + 1] = '"';
  key[name.size() + 2] = ':';
  const std::size_t at = message.find(std::string_view{key.data(), name.size() + 3});
  return at == std::string_view::npos ? std::string_view{} : message.substr(at + name.size() + 3);
}

std::string order_object(const VenueServer::Order& order, const char* state,
                         const std::string& filled) {
  const std::string now = std::to_string(milliseconds_now());
  std::string text = R"({"label":")" + order.label + R"(","price":)" + order.price;
  text += R"(,"user_id":96103,"amount":)" + order.amount;
  text += R"(,"direction":"buy","time_in_force":"good_til_cancelled",)"
          R"("instrument_name":"BTC-PERPETUAL","web":false,"api":true,"order_id":")";
  text += std::to_string(order.number) + R"(","creation_timestamp":)" + now;
  text += R"(,"replaced":false,"filled_amount":)" + filled + R"(,"last_update_timestamp":)" + now;
  text += R"(,"post_only":false,"reduce_only":false,"average_price":)";
  text += filled == "0.0" ? "0.0" : order.price;
  text += R"(,"mmp":false,"contracts":1.0,"order_state":")";
  text += state;
  return text + R"(","order_type":"limit","is_liquidation":false,"risk_reducing":false})";
}

std::string notification(const std::string& channel, const std::string& data) {
  return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel +
         R"(","data":)" + data + "}}";
}

std::string perpetual() {
  return R"({"price_index":"btc_usd","kind":"future","instrument_name":"BTC-PERPETUAL",)"
         R"("instrument_type":"reversed","expiration_timestamp":32503708800000,"is_active":true,)"
         R"("tick_size":0.5,"contract_size":10.0,"min_trade_amount":10.0,)"
         R"("settlement_currency":"BTC","settlement_period":"perpetual","base_currency":"BTC",)"
         R"("counter_currency":"USD","quote_currency":"USD","tick_size_steps":[],"state":"open"})";
}

std::string option(std::size_t number) {
  const std::string strike = std::to_string(1'000 * (number / 2 + 1));
  const bool call = number % 2 == 0;
  return R"({"price_index":"btc_usd","kind":"option","instrument_name":"BTC-31DEC27-)" + strike +
         (call ? "-C" : "-P") +
         R"(","instrument_type":"reversed","expiration_timestamp":1830240000000,)"
         R"("is_active":true,"tick_size":0.0001,"contract_size":1.0,"min_trade_amount":0.1,)"
         R"("settlement_currency":"BTC","settlement_period":"month","base_currency":"BTC",)"
         R"("counter_currency":"USD","quote_currency":"BTC","strike":)" +
         strike + R"(.0,"option_type":")" + (call ? "call" : "put") +
         R"(","tick_size_steps":[],"state":"open"})";
}

std::string instruments(std::string_view kind, std::size_t options) {
  if (kind == "future") return "[" + perpetual() + "]";
  std::string list = "[";
  for (std::size_t i = 0; kind == "option" && i < options; ++i) {
    list += (i == 0 ? "" : ",") + option(i);
  }
  return list + "]";
}

}  // namespace

std::string_view text_of(std::string_view message, std::string_view name) {
  const std::string_view rest = after_name(message, name);
  return rest.empty() ? rest : rest.substr(1, rest.find('"', 1) - 1);
}

std::string_view number_of(std::string_view message, std::string_view name) {
  const std::string_view rest = after_name(message, name);
  return rest.substr(0, rest.find_first_not_of("0123456789.-"));
}

std::uint64_t id_of(std::string_view request) {
  const std::string_view digits = number_of(request, "id");
  std::uint64_t id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return id;
}

std::string reply(std::uint64_t id, const std::string& result) {
  const std::string us = std::to_string(milliseconds_now() * 1000);
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result +
         R"(,"usIn":)" + us + R"(,"usOut":)" + us + R"(,"usDiff":0,"testnet":false})";
}

std::string result_of(std::string_view method, std::string_view request, std::size_t options) {
  if (method == "public/get_time") return std::to_string(milliseconds_now());
  if (method == "public/get_instruments") return instruments(text_of(request, "kind"), options);
  if (method == "public/auth") {
    return R"({"access_token":"token","refresh_token":"next","scope":"trade:read_write",)"
           R"("expires_in":31536000,"token_type":"bearer"})";
  }
  if (method == "private/get_account_summaries") {
    constexpr const char* limit = R"({"burst":100000000,"rate":100000000})";
    return std::string{R"({"summaries":[{"currency":"BTC","equity":10.0,"balance":10.0,)"} +
           R"("available_funds":10.0}],"limits":{"non_matching_engine":)" + limit +
           R"(,"matching_engine":{"trading":{"total":)" + limit + R"(},"cancel_all":)" + limit +
           "}}}";
  }
  if (method == "private/get_user_trades_by_currency_and_time") {
    return R"({"trades":[],"has_more":false})";
  }
  if (method == "private/get_open_orders" || method == "private/get_positions") return "[]";
  if (method.ends_with("/subscribe")) {
    const std::size_t at = request.find("\"channels\":");
    const std::size_t begin = request.find('[', at);
    return std::string{request.substr(begin, request.find(']', begin) - begin + 1)};
  }
  return R"("ok")";
}

std::string placed(const VenueServer::Order& order) {
  return R"({"order":)" + order_object(order, "open", "0.0") + R"(,"trades":[]})";
}

std::string trade_notification(const VenueServer::Order& order) {
  const std::string number = std::to_string(order.number);
  return notification(
      "user.trades.any.any.raw",
      R"([{"trade_seq":)" + number + R"(,"trade_id":"T)" + number + R"(","timestamp":)" +
          std::to_string(milliseconds_now()) +
          R"(,"tick_direction":1,"state":"filled","reduce_only":false,"profit_loss":0.0,"price":)" +
          order.price + R"(,"post_only":false,"order_type":"limit","order_id":")" + number +
          R"(","matching_id":null,"mark_price":64000.12,"liquidity":"M","label":")" + order.label +
          R"(","instrument_name":"BTC-PERPETUAL","index_price":64001.88,"fee_currency":"BTC",)" +
          R"("fee":-1.6e-07,"direction":"buy","contracts":1.0,"api":true,"mmp":false,"amount":)" +
          order.amount + "}]");
}

std::string order_notification(const VenueServer::Order& order) {
  return notification("user.orders.any.any.raw", order_object(order, "filled", order.amount));
}

std::string ticker() {
  return notification(
      "ticker.BTC-PERPETUAL.100ms",
      R"({"timestamp":)" + std::to_string(milliseconds_now()) +
          R"(,"state":"open","index_price":64001.88,"instrument_name":"BTC-PERPETUAL",)"
          R"("last_price":64000.5,"open_interest":1132329370.0,"mark_price":64000.12,)"
          R"("best_ask_price":64000.5,"best_bid_price":64000.0,"best_ask_amount":186520.0,)"
          R"("best_bid_amount":117660.0,"current_funding":0.0,"funding_8h":1.742e-05})");
}

}  // namespace causeway::bench::deribit
