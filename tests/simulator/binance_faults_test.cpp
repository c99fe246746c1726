#include "tests/simulator/binance_fixture.hpp"

namespace causeway::simulator::binance {
namespace {

using core::FaultKind;
using Story = std::vector<std::string>;

class BinanceFaultsTest : public BinanceTest {
 protected:
  void fault(FaultKind kind, const char* filter = "POST /fapi/v1/order", std::int64_t delay = 0) {
    venue.faults().add({.kind = kind, .filter = filter, .delay_ms = delay});
  }
  std::size_t orders() { return venue.exchange().client_orders().size(); }
  // For the key K with the secret S, with the window that holds where none is sent.
  std::string order_frame() const {
    const auto time = std::to_string(now_ms());
    const auto text =
        "apiKey=K&price=89000&quantity=0.01&side=BUY&symbol=BTCUSDT&timeInForce=GTC"
        "&timestamp=" +
        time + "&type=LIMIT";
    return R"({"id":1,"method":"order.place","params":{"apiKey":"K","price":"89000",)"
           R"("quantity":"0.01","side":"BUY","symbol":"BTCUSDT","timeInForce":"GTC",)"
           R"("timestamp":)" +
           time + R"(,"type":"LIMIT","signature":")" + core::hmac_sha256_hex("S", text) + "\"}}";
  }
  std::string answer_to_order() {
    const auto answer = reply("POST", "/fapi/v1/order", limit("BUY", "0.01", "89000"));
    return std::to_string(answer.status) + " " +
           member(core::parse_json(answer.body).value_or(JsonValue{}), {"msg"});
  }
};

TEST_F(BinanceFaultsTest, TheThreeTextsOf503SayWhatBecameOfTheOrder) {
  fault(FaultKind::UnknownOutcome);
  EXPECT_EQ(answer_to_order(), "503 Unknown error, please check your request or try again later.");
  EXPECT_EQ(orders(), 1U);
  fault(FaultKind::UnknownOutcomeNotTaken);
  EXPECT_EQ(answer_to_order(), "503 Unknown error, please check your request or try again later.");
  EXPECT_EQ(orders(), 1U);
  fault(FaultKind::Unavailable);
  EXPECT_EQ(answer_to_order(), "503 Service Unavailable.");
  fault(FaultKind::InternalError);
  EXPECT_EQ(answer_to_order(),
            "503 Internal error; unable to process your request. Please try again.");
  fault(FaultKind::Overloaded);
  EXPECT_EQ(answer_to_order(),
            "503 Request throttled by system-level protection. Reduce-only/close-position orders "
            "are exempt. Please try again.");
  EXPECT_EQ(orders(), 1U);
  EXPECT_EQ(answer_to_order(), "200 ");
}

TEST_F(BinanceFaultsTest, ARequestAcceptedTooLateCountsAfterItsWindowAndIsNotAnswered) {
  fault(FaultKind::AcceptedTooLate, "POST /fapi/v1/order", 30'000);
  const auto answer = reply("POST", "/fapi/v1/order", limit("BUY", "0.01", "89000"));
  EXPECT_EQ(answer.fate, core::HttpReply::Fate::Silence);
  pass(29'900);
  EXPECT_EQ(orders(), 0U);
  pass(200);
  EXPECT_EQ(orders(), 1U);
}

TEST_F(BinanceFaultsTest, ATimeoutMayStillFillLater) {
  listen();
  fault(FaultKind::TimeoutLate, "POST /fapi/v1/order", 10'000);
  const auto answer =
      reply("POST", "/fapi/v1/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01");
  EXPECT_EQ(answer.status, 408U);
  EXPECT_EQ(member(*core::parse_json(answer.body), {"code"}), "-1007");
  pass(9'900);
  EXPECT_EQ(orders(), 0U);
  EXPECT_TRUE(told.empty());
  pass(200);
  EXPECT_EQ(story(), (Story{"NEW/NEW", "TRADE_LITE", "ACCOUNT_UPDATE", "TRADE/FILLED"}));
}

TEST_F(BinanceFaultsTest, NotificationsAreDroppedDoubledAndDelayed) {
  listen();
  fault(FaultKind::DropNotification, "ORDER_TRADE_UPDATE/NEW");
  place(limit("BUY", "0.01", "89000"));
  EXPECT_TRUE(told.empty());
  fault(FaultKind::DuplicateNotification, "ORDER_TRADE_UPDATE/TRADE");
  place("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01");
  EXPECT_EQ(story(),
            (Story{"NEW/NEW", "TRADE_LITE", "ACCOUNT_UPDATE", "TRADE/FILLED", "TRADE/FILLED"}));
  told.clear();
  fault(FaultKind::DelayNotification, "ORDER_TRADE_UPDATE", 700);
  place(limit("BUY", "0.01", "89000"));
  EXPECT_TRUE(told.empty());
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].not_before, now + 700 * fixspec::nanos_per_milli);
}

TEST_F(BinanceFaultsTest, ListenKeysAndConnectionsEndAtOnce) {
  const auto socket = listen();
  venue.faults().add({.kind = FaultKind::ListenKeyExpired});
  pass(10);
  EXPECT_EQ(story(), Story{"listenKeyExpired"});
  venue.faults().add({.kind = FaultKind::CloseConnections});
  pass(10);
  EXPECT_EQ(closed, std::vector{socket});
}

TEST_F(BinanceFaultsTest, ASocketDropsBeforeOrAfterTheRequestCounts) {
  venue.add_key({.id = "K", .secret = "S"});
  const auto order = [&](core::ConnectionId socket) { return call(socket, order_frame()); };
  fault(FaultKind::Disconnect, "order.place");
  EXPECT_TRUE(order(open("/ws-fapi/v1")).is_null());
  EXPECT_EQ(orders(), 0U);
  fault(FaultKind::DisconnectAccepted, "order.place");
  EXPECT_TRUE(order(open("/ws-fapi/v1")).is_null());
  EXPECT_EQ(orders(), 1U);
  EXPECT_EQ(closed.size(), 2U);
  fault(FaultKind::DropReply, "order.place");
  const auto socket = open("/ws-fapi/v1");
  EXPECT_TRUE(order(socket).is_null());
  EXPECT_EQ(orders(), 2U);
  fault(FaultKind::UnknownOutcome, "order.place");
  const auto unknown = order(socket);
  EXPECT_EQ(member(unknown, {"status"}), "503");
  EXPECT_EQ(orders(), 3U);
  fault(FaultKind::TimeoutLate, "order.place", 100);
  EXPECT_EQ(member(order(socket), {"error", "code"}), "-1007");
  pass(150);
  EXPECT_EQ(orders(), 4U);
}

TEST_F(BinanceFaultsTest, AnOrderThatReachesTheMatchingEngineAfterItsWindowIsRefused) {
  venue.add_key({.id = "K", .secret = "S"});
  const auto socket = open("/ws-fapi/v1");
  const auto answer_after = [&](std::int64_t delay) {
    fault(FaultKind::DelayRequest, "order.place", delay);
    EXPECT_TRUE(call(socket, order_frame()).is_null());
    now += (delay + 10) * fixspec::nanos_per_milli;
    venue.on_timer(now);
    const auto frames = collect();
    return frames.empty() ? JsonValue{}
                          : core::parse_json(frames.back().second).value_or(JsonValue{});
  };
  EXPECT_EQ(member(answer_after(4'900), {"status"}), "200");
  EXPECT_EQ(orders(), 1U);
  const auto late = answer_after(5'100);
  EXPECT_EQ(member(late, {"status"}), "400");
  EXPECT_EQ(member(late, {"error", "code"}), "-5028");
  EXPECT_EQ(member(late, {"error", "msg"}),
            "Timestamp for this request is outside of the ME recvWindow.");
  EXPECT_EQ(orders(), 1U);
}

class BinanceLimitsTest : public BinanceTest {
 protected:
  BinanceLimitsTest() : BinanceTest({.real_limits = true, .flow = false}) {}
};

TEST_F(BinanceLimitsTest, WeightIsCountedRefusedAndThenBanned) {
  const auto headers = raw("GET", "/fapi/v1/depth?symbol=BTCUSDT&limit=1000").headers;
  ASSERT_FALSE(headers.empty());
  EXPECT_EQ(headers[0], (std::pair<std::string, std::string>{"X-MBX-USED-WEIGHT-1M", "20"}));
  for (int i = 0; i < 119; ++i) {
    ASSERT_EQ(raw("GET", "/fapi/v1/depth?symbol=BTCUSDT&limit=1000").status, 200U);
  }
  const auto refused = raw("GET", "/fapi/v1/time");
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(member(*core::parse_json(refused.body), {"code"}), "-1003");
  EXPECT_EQ(refused.headers[0].first, "Retry-After");
  for (int i = 0; i < 10; ++i) raw("GET", "/fapi/v1/time");
  EXPECT_EQ(raw("GET", "/fapi/v1/time").status, 418U);
  pass(100'000);
  EXPECT_EQ(raw("GET", "/fapi/v1/time").status, 418U);
  pass(30'000);
  EXPECT_EQ(raw("GET", "/fapi/v1/time").status, 200U);
}

TEST_F(BinanceLimitsTest, OrdersAreCountedInBothWindows) {
  const auto first = reply("POST", "/fapi/v1/order", limit("BUY", "0.01", "89000"));
  EXPECT_EQ(first.headers[1], (std::pair<std::string, std::string>{"X-MBX-ORDER-COUNT-10S", "1"}));
  EXPECT_EQ(first.headers[2], (std::pair<std::string, std::string>{"X-MBX-ORDER-COUNT-1M", "1"}));
  for (int i = 0; i < 299; ++i) {
    reply("POST", "/fapi/v1/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.002");
  }
  const auto refused = reply("POST", "/fapi/v1/order", limit("BUY", "0.01", "89000"));
  EXPECT_EQ(refused.status, 429U);
  EXPECT_EQ(member(*core::parse_json(refused.body), {"code"}), "-1015");
  // Cancels need no order count.
  EXPECT_EQ(code("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT"), 0);
  pass(10'000);
  EXPECT_EQ(reply("POST", "/fapi/v1/order", limit("BUY", "0.01", "89000")).status, 200U);
}

}  // namespace
}  // namespace causeway::simulator::binance
