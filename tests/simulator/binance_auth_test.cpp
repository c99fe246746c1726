#include <algorithm>

#include "tests/simulator/binance_fixture.hpp"

namespace causeway::simulator::binance {
namespace {

// The key pair of RFC 8032's first test.
constexpr const char* test_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

ApiKey test_key(const char* id) {
  return {.id = id, .public_key = core::ed25519_public_of(test_pem)};
}

std::string ed25519(const std::string& text) {
  return core::encode_base64(core::sign_ed25519(test_pem, text));
}

TEST(BinanceSign, SignaturesOfTheDocumentationComeOutTheSame) {
  const std::string secret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
  EXPECT_EQ(core::hmac_sha256_hex(
                secret,
                "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC"
                "&recvWindow=5000&timestamp=1591702613943"),
            "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9");
  EXPECT_EQ(core::hmac_sha256_hex(
                secret,
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000"
                "&recvWindow=5000&timestamp=1591702613943"),
            "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4");
  EXPECT_EQ(ed25519("apiKey=TESTKEY&timestamp=1700000000000"),
            "cVzrZPszzUMk/MPQInUaVCU4IUTWF8G8QqEZG8BeBHeCAZb7oFNlZwqPB8BhYNrTKChT0BKPARTh"
            "+vwUUq2mBw==");
  const std::string order =
      "apiKey=TESTKEY&price=42088.0&quantity=0.1&recvWindow=5000&side=BUY&symbol=BTCUSDT"
      "&timeInForce=GTC&timestamp=1705311512994&type=LIMIT";
  EXPECT_EQ(core::hmac_sha256_hex("TESTSECRET", order),
            "ace02feef415ab7a77851bc75664b077e1032dcbbbea0802c6651052c0850aa7");
  EXPECT_EQ(ed25519(order),
            "IbVtlAnGBOf/H6EhV3hCx6QZVdXydMNkex054eUK6taCzQ9Q257U7u8F+BMdFGh/9MjDpGmcG4ehWTJzY2V9D"
            "Q==");
  EXPECT_EQ(core::ed25519_public_of(test_pem),
            core::decode_base64("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
}

// The documentation's example as a request: half in the query string, half in the body.
TEST(BinanceSign, QueryAndBodyAreSignedOneBehindTheOther) {
  const UtcNanos at = 1'591'702'613'943 * fixspec::nanos_per_milli;
  Server venue{{.real_limits = false, .flow = false}, at};
  venue.add_key(
      {.id = "K", .secret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"});
  core::HttpRequest request{
      .method = "POST",
      .target = "/fapi/v1/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
      .headers = {{"x-mbx-apikey", "K"}},
      .body =
          "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943&signature="
          "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4"};
  const auto reply = venue.on_http(request, at);
  EXPECT_EQ(reply.status, 200U) << reply.body;
  request.body.replace(request.body.find("=1&"), 3, "=2&");
  EXPECT_EQ(member(*core::parse_json(venue.on_http(request, at).body), {"code"}), "-1022");
}

class BinanceAuthTest : public BinanceTest {
 protected:
  std::string stamp() const { return "timestamp=" + std::to_string(now_ms() + 1); }
  std::string code_of(const core::HttpReply& reply) const {
    return std::to_string(reply.status) + " " +
           member(core::parse_json(reply.body).value_or(JsonValue{}), {"code"});
  }
  std::string logon_frame(const std::string& key, const std::string& signature) const {
    return R"({"id":7,"method":"session.logon","params":{"apiKey":")" + key + R"(","timestamp":)" +
           std::to_string(now_ms()) + R"(,"signature":")" + signature + "\"}}";
  }
  core::ConnectionId logged_on() {
    venue.add_key(test_key("ED"));
    const auto socket = open("/ws-fapi/v1");
    const auto text = "apiKey=ED&timestamp=" + std::to_string(now_ms());
    const auto answer = call(socket, logon_frame("ED", ed25519(text)));
    EXPECT_EQ(member(answer, {"status"}), "200") << member(answer, {"error", "msg"});
    return socket;
  }
};

TEST_F(BinanceAuthTest, FormBodyUpperCaseHexAndSignatureInFrontAreAccepted) {
  const auto text = stamp() + "&recvWindow=10000";
  auto signature = core::hmac_sha256_hex(demo_secret, text);
  EXPECT_EQ(raw("GET", "/fapi/v3/balance?signature=" + signature + "&" + text).status, 200U);
  std::ranges::transform(signature, signature.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
  });
  EXPECT_EQ(raw("GET", "/fapi/v3/balance?" + text + "&signature=" + signature).status, 200U);
  const auto order = limit("BUY", "0.01", "89000") + "&" + stamp();
  const auto body = order + "&signature=" + core::hmac_sha256_hex(demo_secret, order);
  EXPECT_EQ(raw("POST", "/fapi/v1/order", body).status, 200U);
}

TEST_F(BinanceAuthTest, WhatIsNotSignedOrNotFreshIsRefused) {
  EXPECT_EQ(code_of(raw("GET", "/fapi/v3/balance?" + stamp())), "400 -1102");
  EXPECT_EQ(code_of(raw("GET", "/fapi/v3/balance?" + stamp() + "&signature=00")), "400 -1022");
  EXPECT_EQ(code_of(raw("GET", "/fapi/v3/balance?signature=00")), "400 -1102");
  EXPECT_EQ(code_of(raw("GET", "/fapi/v3/balance?" + stamp(), "", "")), "401 -2014");
  EXPECT_EQ(code_of(raw("GET", "/fapi/v3/balance?" + stamp(), "", "nobody")), "401 -2015");
  const auto at = [&](std::int64_t offset, const std::string& more) {
    const auto text = "timestamp=" + std::to_string(now_ms() + 1 + offset) + more;
    return code_of(raw("GET", "/fapi/v3/balance?" + text +
                                  "&signature=" + core::hmac_sha256_hex(demo_secret, text)));
  };
  EXPECT_EQ(at(999, ""), "200 ");
  EXPECT_EQ(at(1000, ""), "400 -1021");
  EXPECT_EQ(at(-5000, ""), "200 ");
  EXPECT_EQ(at(-5001, ""), "400 -1021");
  EXPECT_EQ(at(-9000, "&recvWindow=10000"), "200 ");
}

TEST_F(BinanceAuthTest, Ed25519SignsRestRequestsEncodedOrNot) {
  venue.add_key(test_key("ED"));
  const auto text = stamp();
  const auto signature = ed25519(text);
  for (const auto& sent : {core::encode_percent(signature), signature}) {
    const auto reply = raw("GET", "/fapi/v3/balance?" + text + "&signature=" + sent, "", "ED");
    EXPECT_EQ(reply.status, 200U) << reply.body;
  }
  const auto wrong = "timestamp=" + std::to_string(now_ms()) + "&signature=" + signature;
  EXPECT_EQ(code_of(raw("GET", "/fapi/v3/balance?" + wrong, "", "ED")), "400 -1022");
}

TEST_F(BinanceAuthTest, SessionLogonNeedsAnEd25519Key) {
  const auto socket = open("/ws-fapi/v1");
  const auto text = "apiKey=" + std::string{demo_key} + "&timestamp=" + std::to_string(now_ms());
  const auto hmac =
      call(socket, logon_frame(std::string{demo_key}, core::hmac_sha256_hex(demo_secret, text)));
  EXPECT_EQ(member(hmac, {"status"}), "400");
  venue.add_key(test_key("ED"));
  const auto wrong = call(socket, logon_frame("ED", ed25519("something else")));
  EXPECT_EQ(member(wrong, {"error", "code"}), "-1022");
  EXPECT_EQ(member(wrong, {"error", "msg"}), "Signature for this request is not valid.");
  EXPECT_EQ(member(wrong, {"id"}), "7");
}

TEST_F(BinanceAuthTest, ASessionNeedsNoFurtherSignaturesUntilItLogsOut) {
  const auto socket = logged_on();
  const auto balance = [&] {
    return call(socket, R"({"id":"b","method":"v2/account.balance","params":{"timestamp":)" +
                            std::to_string(now_ms()) + "}}");
  };
  EXPECT_EQ(member(balance(), {"result", "0", "balance"}), "1000000.00000000");
  const auto status = call(socket, R"({"id":null,"method":"session.status"})");
  EXPECT_EQ(member(status, {"result", "apiKey"}), "ED");
  EXPECT_EQ(status.find("id")->kind, JsonValue::Kind::Null);
  const auto gone = call(socket, R"({"id":2,"method":"session.logout","params":{}})");
  EXPECT_EQ(gone.find("result")->find("apiKey")->kind, JsonValue::Kind::Null);
  EXPECT_EQ(gone.find("result")->find("authorizedSince")->kind, JsonValue::Kind::Null);
  EXPECT_EQ(member(balance(), {"error", "code"}), "-1102");
}

TEST_F(BinanceAuthTest, WebSocketRequestsAreSignedOverRawOrEncodedText) {
  const auto socket = open("/ws-fapi/v1");
  const auto place = [&](const std::string& client_id, const std::string& signed_id) {
    const auto time = std::to_string(now_ms());
    const auto text = "apiKey=" + std::string{demo_key} + "&newClientOrderId=" + signed_id +
                      "&price=89000&quantity=0.01&side=BUY&symbol=BTCUSDT&timeInForce=GTC"
                      "&timestamp=" +
                      time + "&type=LIMIT";
    return call(socket,
                R"({"id":1,"method":"order.place","params":{"apiKey":")" + std::string{demo_key} +
                    R"(","newClientOrderId":")" + client_id +
                    R"(","price":"89000","quantity":0.01,"side":"BUY","symbol":"BTCUSDT",)" +
                    R"("timeInForce":"GTC","timestamp":)" + time +
                    R"(,"type":"LIMIT","signature":")" + core::hmac_sha256_hex(demo_secret, text) +
                    "\"}}");
  };
  EXPECT_EQ(member(place("a:b/c", "a:b/c"), {"result", "clientOrderId"}), "a:b/c");
  EXPECT_EQ(member(place("a:b/d", "a%3Ab%2Fd"), {"result", "clientOrderId"}), "a:b/d");
  EXPECT_EQ(member(place("a:b/e", "a:b/f"), {"error", "code"}), "-1022");
}

TEST_F(BinanceAuthTest, TheWebSocketApiAnswersMarketAndListenKeyMethods) {
  const auto socket = open("/ws-fapi/v1");
  const auto ask_api = [&](const std::string& method, const std::string& params) {
    return call(socket, R"({"id":1,"method":")" + method + R"(","params":)" + params + "}");
  };
  const auto symbol = R"({"symbol":"BTCUSDT"})";
  EXPECT_EQ(member(ask_api("ping", "{}"), {"status"}), "200");
  const auto time = member(ask_api("time", "{}"), {"result", "serverTime"});
  EXPECT_EQ(time, std::to_string(now_ms()));
  EXPECT_NE(member(ask_api("depth", symbol), {"result", "bids", "0", "0"}), "");
  EXPECT_EQ(member(ask_api("ticker.price", symbol), {"result", "symbol"}), "BTCUSDT");
  EXPECT_EQ(member(ask_api("ticker.book", symbol), {"result", "symbol"}), "BTCUSDT");
  EXPECT_EQ(member(ask_api("ticker.book", symbol), {"rateLimits", "0", "limit"}), "100000000");
  const auto quiet = R"({"symbol":"BTCUSDT","returnRateLimits":false})";
  EXPECT_EQ(ask_api("ticker.book", quiet).find("rateLimits"), nullptr);
  const auto key = R"({"apiKey":")" + std::string{demo_key} + "\"}";
  EXPECT_EQ(member(ask_api("userDataStream.ping", key), {"error", "code"}), "-1125");
  const auto started = member(ask_api("userDataStream.start", key), {"result", "listenKey"});
  EXPECT_EQ(started.size(), 64U);
  EXPECT_EQ(member(ask_api("userDataStream.ping", key), {"result", "listenKey"}), started);
  EXPECT_EQ(member(ask_api("userDataStream.stop", key), {"status"}), "200");
  EXPECT_EQ(member(ask_api("userDataStream.start", "{}"), {"error", "code"}), "-1102");
}

TEST_F(BinanceAuthTest, DamagedFramesAreAnsweredInTheVenuesWords) {
  const auto socket = open("/ws-fapi/v1");
  const auto broken = call(socket, "{\"id\":");
  EXPECT_EQ(broken.find("id")->kind, JsonValue::Kind::Null);
  EXPECT_EQ(member(broken, {"status"}), "400");
  EXPECT_EQ(member(broken, {"error", "msg"}), "Invalid JSON request.");
  EXPECT_EQ(member(call(socket, R"({"id":1,"method":"no.such"})"), {"error", "code"}), "-1000");
}

}  // namespace
}  // namespace causeway::simulator::binance
