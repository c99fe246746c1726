#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/translators/strict_log.hpp"
#include "tests/translators/told_text.hpp"
#include "translators/deribit/private_session.hpp"

namespace causeway::translators::deribit {

/// Writes down what a session wants done.
class Recorder final : public Outbox {
 public:
  struct Frame {
    std::string text;
    std::uint64_t id = 0;
  };

  net::SendOutcome send(std::string_view frame, std::uint64_t id) override {
    if (outcome == net::SendOutcome::Taken) frames.push_back({std::string{frame}, id});
    return outcome;
  }
  void connect() override { ++connects; }
  void disconnect(std::string reason) override { disconnects.push_back(std::move(reason)); }
  void emit(Told told) override { told_lines.push_back(to_line(told)); }
  void emit(const MarketUpdate& update) override { told_lines.push_back(to_line(update)); }
  void emit(const BookUpdate& update) override { told_lines.push_back(to_line(update)); }
  void emit(const PublicTrade& trade) override { told_lines.push_back(to_line(trade)); }

  /// The lines since the last call, joined by line ends.
  std::string take_told() {
    std::string text;
    for (const std::string& line : told_lines) text += line + "\n";
    told_lines.clear();
    return text;
  }
  [[nodiscard]] const Frame& last() const { return frames.back(); }

  net::SendOutcome outcome = net::SendOutcome::Taken;
  std::vector<Frame> frames;
  std::vector<std::string> told_lines;
  std::vector<std::string> disconnects;
  int connects = 0;
};

/// `message` with its first `"id":<digits>` replaced by `id`.
inline std::string with_id(std::string message, std::uint64_t id) {
  const std::string key = "\"id\":";
  const auto at = message.find(key);
  if (at == std::string::npos) return message;
  const auto start = at + key.size();
  const auto end = message.find_first_not_of("0123456789", start);
  return message.replace(start, end - start, std::to_string(id));
}

/// A reply to the frame `id` with this result, as JSON.
inline std::string reply(std::uint64_t id, const std::string& result) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result +
         R"(,"testnet":false})";
}
inline std::string failure(std::uint64_t id, int code, const std::string& message) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"error":{"code":)" +
         std::to_string(code) + R"(,"message":")" + message + R"("},"testnet":false})";
}

/// A private session with a clock of its own, and the log-on as the venue answers it.
class SessionKit {
 public:
  SessionKit()
      : session({.account = fixspec::AccountId{"main"}, .client_id = "key-id", .seed = 7},
                HmacKey{"secret"}, outbox, log) {
    now = {.utc_ns = 1'700'000'000 * fixspec::nanos_per_second, .mono_ns = 1'000'000'000};
  }

  void pass(std::int64_t ms) {
    now.utc_ns += ms * fixspec::nanos_per_milli;
    now.mono_ns += ms * fixspec::nanos_per_milli;
    session.on_timer(now);
  }
  void receive(const std::string& message) { session.on_message(message, now); }
  /// The frame that calls `method`, of those sent last; fails where there is none.
  std::uint64_t frame(std::string_view method) {
    const std::string wanted = "\"method\":\"" + std::string{method} + "\"";
    for (auto it = outbox.frames.rbegin(); it != outbox.frames.rend(); ++it) {
      if (it->text.find(wanted) != std::string::npos) return it->id;
    }
    ADD_FAILURE() << "no frame calls " << method;
    return 0;
  }
  void answer_auth(int expires_in = 900) {
    receive(reply(frame("public/auth"),
                  R"({"access_token":"a1","refresh_token":"r1","scope":"connection mainaccount",)"
                  R"("token_type":"bearer","expires_in":)" +
                      std::to_string(expires_in) + "}"));
  }
  void log_on(int expires_in = 900) {
    session.start();
    session.on_open(now);
    receive(reply(frame("public/get_time"), "1700000000000"));
    answer_auth(expires_in);
    receive(reply(frame("public/set_heartbeat"), "\"ok\""));
    receive(reply(frame("private/get_account_summaries"), account_summaries));
    receive(reply(frame("private/subscribe"),
                  R"(["user.orders.any.any.raw","user.trades.any.any.raw"])"));
    EXPECT_EQ(outbox.take_told(), "link up\n");
  }
  void ask(Ask body, RequestId id = 1) {
    session.request({.request_id = id,
                     .venue = fixspec::Venue::Deribit,
                     .account = fixspec::AccountId{"main"},
                     .ask = std::move(body)},
                    now);
  }

  std::string account_summaries =
      R"({"summaries":[{"currency":"BTC","equity":1.5,"balance":1.4,"available_funds":1.25},)"
      R"({"currency":"USDC","equity":250.000001,"balance":250,"available_funds":0}]})";
  fixspec::Timestamp now;
  Recorder outbox;
  StrictLog log;
  PrivateSession session;
};

inline fixspec::InstrumentKey perpetual() {
  return {fixspec::Venue::Deribit, fixspec::Segment::Inverse, fixspec::Symbol{"BTC-PERPETUAL"}};
}

inline PlaceOrder limit_order(std::string_view client_id = "C1") {
  PlaceOrder order;
  order.client_id = fixspec::VenueClOrdId{client_id};
  order.instrument = perpetual();
  order.order_qty = fixspec::parse_quantity("100").value();
  order.price = fixspec::parse_price("50000.5").value();
  return order;
}

}  // namespace causeway::translators::deribit
