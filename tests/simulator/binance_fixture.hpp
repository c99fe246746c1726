#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulator/binance/server.hpp"
#include "simulator/core/crypto.hpp"
#include "simulator/core/url.hpp"

namespace causeway::simulator::binance {

using core::JsonValue;

/// The text of a nested member; "" where there is none. A number as a name is a place in an array.
inline std::string member(const JsonValue& value, std::initializer_list<const char*> path) {
  const JsonValue* at = &value;
  for (const std::string name : path) {
    if (at->kind == JsonValue::Kind::Array) {
      if (name.find_first_not_of("0123456789") != std::string::npos) return {};
      const auto place = static_cast<std::size_t>(std::stoul(name));
      if (place >= at->items.size()) return {};
      at = &at->items[place];
      continue;
    }
    at = at->find(name);
    if (at == nullptr) return {};
  }
  if (at->kind == JsonValue::Kind::Boolean) return at->boolean ? "true" : "false";
  return at->text;
}

/// A simulated Binance whose market stands still.
class BinanceTest : public testing::Test {
 protected:
  static constexpr UtcNanos start = 1'800'000'000 * fixspec::nanos_per_second;
  static constexpr InstrumentIndex btc = 0;

  static ServerOptions quiet() { return {.real_limits = false, .flow = false}; }
  explicit BinanceTest(const ServerOptions& options = quiet()) : venue(options, start) {}

  std::int64_t now_ms() const { return now / fixspec::nanos_per_milli; }

  // ---- REST
  core::HttpReply raw(const std::string& method, const std::string& target,
                      const std::string& body = "", std::string key = std::string{demo_key}) {
    now += fixspec::nanos_per_milli;
    core::HttpRequest request{.method = method, .target = target, .body = body};
    if (!key.empty()) request.headers.emplace_back("X-MBX-APIKEY", std::move(key));
    auto reply = venue.on_http(request, now);
    collect();
    return reply;
  }
  /// A request signed with the demo key, its parameters in the query string.
  core::HttpReply reply(const std::string& method, const std::string& path,
                        const std::string& params = "") {
    auto text = params + (params.empty() ? "" : "&") + "timestamp=" + std::to_string(now_ms() + 1);
    text += "&signature=" + core::hmac_sha256_hex(demo_secret, text);
    return raw(method, path + "?" + text);
  }
  JsonValue ask(const std::string& method, const std::string& path,
                const std::string& params = "") {
    const auto answer = reply(method, path, params);
    return core::parse_json(answer.body).value_or(JsonValue{});
  }
  /// The error code of a request; 0: it succeeded.
  int code(const std::string& method, const std::string& path, const std::string& params = "") {
    const auto answer = reply(method, path, params);
    if (answer.status == 200) return 0;
    return std::stoi(member(core::parse_json(answer.body).value_or(JsonValue{}), {"code"}));
  }
  JsonValue get(const std::string& target) {
    return core::parse_json(raw("GET", target, "", "").body).value_or(JsonValue{});
  }
  static std::string limit(const char* side, const char* quantity, const char* price,
                           const char* more = "") {
    return std::string{"symbol=BTCUSDT&type=LIMIT&timeInForce=GTC&side="} + side +
           "&quantity=" + quantity + "&price=" + price + more;
  }
  /// Places an order that must be accepted; its id.
  std::string place(const std::string& params) {
    const auto answer = ask("POST", "/fapi/v1/order", params);
    EXPECT_NE(member(answer, {"orderId"}), "") << params << ": " << member(answer, {"msg"});
    return member(answer, {"orderId"});
  }
  JsonValue query(const std::string& id) {
    return ask("GET", "/fapi/v1/order", "symbol=BTCUSDT&orderId=" + id);
  }

  // ---- WebSocket
  core::ConnectionId open(const std::string& target) { return venue.on_open(target, now); }
  /// One request on the WebSocket API, as it is; its answer.
  JsonValue call(core::ConnectionId connection, const std::string& frame) {
    venue.on_frame(connection, frame, now += fixspec::nanos_per_milli);
    JsonValue answer;
    for (auto& [from, text] : collect()) {
      if (from != connection) continue;
      answer = core::parse_json(text).value_or(JsonValue{});
    }
    return answer;
  }
  /// Opens the demo account's user stream.
  core::ConnectionId listen(const std::string& form = "/private/ws/") {
    const auto answer = core::parse_json(raw("POST", "/fapi/v1/listenKey").body);
    listen_key = member(*answer, {"listenKey"});
    const auto connection = open(form + listen_key);
    told.clear();
    return connection;
  }

  using Text = std::pair<core::ConnectionId, std::string>;
  /// Takes the frames that wait; events go to `told`, closed connections to `closed`.
  std::vector<Text> collect() {
    std::vector<Text> frames;
    for (auto& frame : venue.take_frames()) {
      if (frame.ping) {
        pinged.push_back(frame.connection);
        if (frame.connection != deaf) venue.on_pong(frame.connection, now);
        continue;
      }
      if (frame.close_after) {
        closed.push_back(frame.connection);
        venue.on_close(frame.connection, now);
        continue;
      }
      if (frame.not_before > now) {
        waiting.push_back(frame);
        continue;
      }
      if (auto parsed = core::parse_json(frame.text)) {
        const auto* event = parsed->find("data") != nullptr ? parsed->find("data") : &*parsed;
        if (event->find("e") != nullptr || event->kind == JsonValue::Kind::Array) {
          told.push_back(*event);
        }
      }
      frames.emplace_back(frame.connection, std::move(frame.text));
    }
    return frames;
  }
  void pass(std::int64_t millis) {
    const auto end = now + millis * fixspec::nanos_per_milli;
    while (now < end) {
      now = std::min(end, now + 10 * fixspec::nanos_per_milli);
      venue.on_timer(now);
      collect();
    }
  }
  /// "x/X" of every ORDER_TRADE_UPDATE, "e" of everything else, oldest first.
  std::vector<std::string> story() const {
    std::vector<std::string> names;
    for (const auto& event : told) {
      const auto name = member(event, {"e"});
      if (name == "ORDER_TRADE_UPDATE") {
        names.push_back(member(event, {"o", "x"}) + "/" + member(event, {"o", "X"}));
      } else if (name == "ALGO_UPDATE") {
        names.push_back("ALGO/" + member(event, {"o", "X"}));
      } else {
        names.push_back(name);
      }
    }
    return names;
  }
  std::vector<JsonValue> events(std::string_view name) const {
    std::vector<JsonValue> found;
    for (const auto& event : told) {
      if (member(event, {"e"}) == name) found.push_back(event);
    }
    return found;
  }

  // ---- the house
  void house_trades(core::Side side, const char* amount, const char* price) {
    ASSERT_TRUE(
        venue.flow().trade(btc, side, Quantity{core::dec(amount)}, Price{core::dec(price)}, now));
    venue.on_market(now);
    collect();
  }
  void house_places(core::Side side, const char* amount, const char* price) {
    ASSERT_TRUE(
        venue.flow().place(btc, side, Quantity{core::dec(amount)}, Price{core::dec(price)}, now));
    venue.on_market(now);
    collect();
  }
  void clear_book() {
    venue.flow().clear(btc, now);
    venue.on_market(now);
    collect();
  }
  void set_index(const char* price) {
    venue.flow().set_index(0, Price{core::dec(price)}, now);
    venue.on_market(now);
    collect();
  }

  UtcNanos now = start;
  Server venue;
  std::string listen_key;
  std::vector<JsonValue> told;
  std::vector<core::Frame> waiting;
  std::vector<core::ConnectionId> closed;
  std::vector<core::ConnectionId> pinged;
  core::ConnectionId deaf = 0;  ///< answers no pings
};

}  // namespace causeway::simulator::binance
