#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {

using core::JsonValue;

/// A simulated Deribit whose market stands still, and one open WebSocket to it.
class DeribitTest : public testing::Test {
 protected:
  static constexpr core::UtcNanos start = 1'800'000'000 * fixspec::nanos_per_second;

  static ServerOptions quiet() { return {.real_limits = false, .flow = false}; }

  explicit DeribitTest(const ServerOptions& options = quiet())
      : venue(options, start), socket(venue.on_open("/ws/api/v2", start)) {}

  /// Sends one request and answers its response; notifications are kept in `told`.
  JsonValue ask(const std::string& method, const std::string& params = "{}") {
    return ask_on(socket, method, params);
  }
  JsonValue ask_on(core::ConnectionId connection, const std::string& method,
                   const std::string& params = "{}") {
    const auto id = std::to_string(++last_id);
    venue.on_frame(connection,
                   R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" +
                       params + "}",
                   now += fixspec::nanos_per_milli);
    JsonValue response;
    for (auto& frame : collect()) {
      const auto* found = frame.find("id");
      if (found != nullptr && found->text == id) response = std::move(frame);
    }
    return response;
  }
  /// The result of a request that must succeed.
  JsonValue result(const std::string& method, const std::string& params = "{}") {
    auto response = ask(method, params);
    const auto* found = response.find("result");
    if (found == nullptr) {
      ADD_FAILURE() << method << " failed: " << member(response, {"error", "message"}) << " "
                    << member(response, {"error", "data", "reason"});
      return {};
    }
    return *found;
  }
  /// The error code of a request; 0: it succeeded.
  int error(const std::string& method, const std::string& params = "{}") {
    const auto code = member(ask(method, params), {"error", "code"});
    return code.empty() ? 0 : std::stoi(code);
  }
  void log_in() { result("public/auth", credentials()); }
  static std::string credentials() {
    return R"({"grant_type":"client_credentials","client_id":")" + std::string{demo_key} +
           R"(","client_secret":")" + std::string{demo_secret} + "\"}";
  }

  /// Takes the frames that wait: notifications go to `told`, closed connections to `closed`.
  std::vector<JsonValue> collect() {
    std::vector<JsonValue> frames;
    for (auto& frame : venue.take_frames()) {
      raw.push_back(frame.text);
      if (frame.close_after) {
        closed.push_back(frame.connection);
        venue.on_close(frame.connection, now);
      }
      auto parsed = core::parse_json(frame.text);
      if (!parsed) continue;
      if (parsed->find("method") != nullptr) told.push_back(*parsed);
      frames.push_back(std::move(*parsed));
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

  /// The text of a nested member; "" where there is none.
  static std::string member(const JsonValue& value, std::initializer_list<const char*> path) {
    const JsonValue* at = &value;
    for (const char* name : path) {
      at = at->find(name);
      if (at == nullptr) return {};
    }
    if (at->kind == JsonValue::Kind::Boolean) return at->boolean ? "true" : "false";
    return at->text;
  }
  /// The data of every notification on `channel`, oldest first.
  std::vector<JsonValue> on_channel(std::string_view channel) const {
    std::vector<JsonValue> found;
    for (const auto& one : told) {
      if (member(one, {"params", "channel"}) == channel) {
        found.push_back(*one.find("params")->find("data"));
      }
    }
    return found;
  }
  /// The channels told since the last clear, in order.
  std::vector<std::string> channels() const {
    std::vector<std::string> found;
    for (const auto& one : told) found.push_back(member(one, {"params", "channel"}));
    return found;
  }

  /// A house order that trades with what the client has at `price`.
  void house_trades(const char* instrument, core::Side side, const char* amount,
                    const char* price) {
    const auto at = *venue.exchange().find_instrument(instrument);
    ASSERT_TRUE(venue.flow().trade(at, side, core::Quantity{core::dec(amount)},
                                   core::Price{core::dec(price)}, now));
    venue.on_market(now);
    collect();
  }
  void house_places(const char* instrument, core::Side side, const char* amount,
                    const char* price) {
    const auto at = *venue.exchange().find_instrument(instrument);
    ASSERT_TRUE(venue.flow().place(at, side, core::Quantity{core::dec(amount)},
                                   core::Price{core::dec(price)}, now));
    venue.on_market(now);
    collect();
  }
  void clear_book(const char* instrument) {
    venue.flow().clear(*venue.exchange().find_instrument(instrument), now);
    venue.on_market(now);
    collect();
  }

  core::UtcNanos now = start;
  Server venue;
  core::ConnectionId socket;
  int last_id = 0;
  std::vector<JsonValue> told;
  std::vector<std::string> raw;
  std::vector<core::ConnectionId> closed;
};

}  // namespace causeway::simulator::deribit
