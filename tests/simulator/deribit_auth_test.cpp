#include "simulator/core/crypto.hpp"
#include "tests/simulator/deribit_fixture.hpp"

namespace causeway::simulator::deribit {
namespace {

class DeribitAuthTest : public DeribitTest {
 protected:
  std::string signature_params(const std::string& nonce, std::int64_t timestamp,
                               std::string_view secret = demo_secret) const {
    const auto stamp = std::to_string(timestamp);
    return R"({"grant_type":"client_signature","client_id":")" + std::string{demo_key} +
           R"(","timestamp":)" + stamp + R"(,"nonce":")" + nonce + R"(","data":"","signature":")" +
           core::hmac_sha256_hex(secret, stamp + "\n" + nonce + "\n") + "\"}";
  }
  std::int64_t millis_now() const { return now / fixspec::nanos_per_milli; }

  core::HttpReply get(const std::string& target, const std::string& authorization) {
    core::HttpRequest request{.method = "GET", .target = target, .headers = {}, .body = {}};
    if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
    return venue.on_http(request, now);
  }
  std::string hmac_header(const std::string& method, const std::string& target,
                          const std::string& body, const std::string& nonce,
                          std::int64_t timestamp) const {
    const auto stamp = std::to_string(timestamp);
    return "deri-hmac-sha256 id=" + std::string{demo_key} + ",ts=" + stamp + ",sig=" +
           core::hmac_sha256_hex(demo_secret, stamp + "\n" + nonce + "\n" + method + "\n" + target +
                                            "\n" + body + "\n") +
           ",nonce=" + nonce;
  }
  static constexpr const char* summary = "/api/v2/private/get_account_summary?currency=BTC";
};

// The venue's own published examples.
TEST_F(DeribitAuthTest, SignaturesAreThoseOfTheVenuesExamples) {
  EXPECT_EQ(core::hmac_sha256_hex("AMANDASECRECT", "1576074319000\n1iqt2wls\n"),
            "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1");
  EXPECT_EQ(core::hmac_sha256_hex("AMANDASECRECT",
                            "1576074319000\n1iqt2wls\nGET\n"
                            "/api/v2/private/get_account_summary?currency=BTC\n\n"),
            "9bfbc51a2bc372d72cc396cf1a213dc78d42eb74cb7dc272351833ad0de276ab");
}

TEST_F(DeribitAuthTest, CredentialsOpenTheSocket) {
  EXPECT_EQ(error("private/get_positions"), 13009);
  const auto grant = result("public/auth", credentials());
  EXPECT_EQ(member(grant, {"token_type"}), "bearer");
  EXPECT_EQ(member(grant, {"expires_in"}), "900");
  EXPECT_NE(member(grant, {"scope"}).find("connection"), std::string::npos);
  EXPECT_EQ(error("private/get_positions"), 0);
}

TEST_F(DeribitAuthTest, WrongCredentialsAreRefusedByName) {
  for (
      const auto& [params, code] : std::initializer_list<std::pair<std::string, int>>{
          {R"({"grant_type":"client_credentials","client_id":"nobody","client_secret":"x"})",
           13004},
          {R"({"grant_type":"client_credentials","client_id":"causeway-demo-key","client_secret":"x"})",
           13004},
          {R"({"grant_type":"client_credentials","client_id":"causeway-demo-key"})", -32602},
          {R"({"grant_type":"password"})", -32602},
          {R"({})", -32602},
          {R"({"grant_type":"refresh_token","refresh_token":"made up"})", 13009},
          {signature_params("n1", millis_now(), "wrong secret"), 13004},
          {signature_params("n2", millis_now() - 61'000), 13004},
          {signature_params("n3", millis_now() + 61'000), 13004},
      }) {
    EXPECT_EQ(error("public/auth", params), code) << params;
  }
  EXPECT_EQ(error("private/get_positions"), 13009);
}

TEST_F(DeribitAuthTest, ASignaturesNonceIsGoodForOneUse) {
  const auto params = signature_params("once", millis_now());
  EXPECT_EQ(error("public/auth", params), 0);
  EXPECT_EQ(error("public/auth", params), 13004);
  EXPECT_EQ(error("public/auth", signature_params("twice", millis_now())), 0);
}

TEST_F(DeribitAuthTest, AnExpiredTokenIsRefusedUntilItIsRefreshed) {
  const auto grant = result("public/auth", credentials());
  pass(899'000);
  EXPECT_EQ(error("private/get_positions"), 0);
  pass(1'000);
  const auto refused = ask("private/get_positions");
  EXPECT_EQ(member(refused, {"error", "code"}), "13009");
  EXPECT_EQ(member(refused, {"error", "data", "reason"}), "token_expired");
  const auto refresh = R"({"grant_type":"refresh_token","refresh_token":")" +
                       member(grant, {"refresh_token"}) + "\"}";
  EXPECT_EQ(error("public/auth", refresh), 0);
  EXPECT_EQ(error("private/get_positions"), 0);
  EXPECT_EQ(error("public/auth", refresh), 13009) << "a refresh token is rotated";
}

TEST_F(DeribitAuthTest, AConnectionsTokenIsNoUseElsewhereASessionsIs) {
  const auto other = venue.on_open("/ws/api/v2", now);
  const auto use_elsewhere = [&](const std::string& token) {
    return member(ask_on(other, "private/get_positions", R"({"access_token":")" + token + "\"}"),
                  {"error", "code"});
  };
  auto grant = result("public/auth", credentials());
  EXPECT_EQ(use_elsewhere(member(grant, {"access_token"})), "13009");
  auto params = credentials();
  params.insert(params.size() - 1, R"(,"scope":"session:gw1")");
  grant = result("public/auth", params);
  EXPECT_FALSE(member(grant, {"sid"}).empty());
  const auto token = member(grant, {"access_token"});
  venue.on_close(socket, now);
  EXPECT_EQ(use_elsewhere(token), "");
}

TEST_F(DeribitAuthTest, ANarrowScopeKeepsOrdersOut) {
  auto params = credentials();
  params.insert(params.size() - 1, R"(,"scope":"connection trade:read account:read")");
  const auto grant = result("public/auth", params);
  EXPECT_NE(member(grant, {"scope"}).find("trade:read "), std::string::npos);
  EXPECT_EQ(error("private/get_open_orders"), 0);
  EXPECT_EQ(error("private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":1})"),
            13403);
  EXPECT_EQ(error("private/enable_cancel_on_disconnect"), 13403);
}

TEST_F(DeribitAuthTest, HttpTakesHmacBasicAndBearer) {
  EXPECT_EQ(get(summary, "").status, 401U);
  EXPECT_EQ(get(summary, hmac_header("GET", summary, "", "a", millis_now())).status, 200U);
  EXPECT_EQ(get(summary,
                "Basic Y2F1c2V3YXktZGVtby1rZXk6Y2F1c2V3YXktZGVtby1zZWNyZXQtMDAwMDAwMDAwMDAw"
                "MDAwMDAw")
                .status,
            200U);
  const auto reply = venue.on_http(
      {.method = "POST",
       .target = "/api/v2",
       .headers = {},
       .body = R"({"jsonrpc":"2.0","id":1,"method":"public/auth","params":)" + credentials() + "}"},
      now);
  const auto token = member(*core::parse_json(reply.body), {"result", "access_token"});
  EXPECT_EQ(get(summary, "Bearer " + token).status, 200U);
}

TEST_F(DeribitAuthTest, HttpRefusesWhatDoesNotVerify) {
  const auto good = hmac_header("GET", summary, "", "b", millis_now());
  EXPECT_EQ(get("/api/v2/private/get_account_summary?currency=ETH", good).status, 401U);
  EXPECT_EQ(get(summary, good).status, 200U);
  EXPECT_EQ(get(summary, good).status, 401U) << "a replay";
  EXPECT_EQ(get(summary, hmac_header("POST", summary, "", "c", millis_now())).status, 401U);
  EXPECT_EQ(get(summary, hmac_header("GET", summary, "", "d", millis_now() - 60'001)).status, 401U);
  EXPECT_EQ(get(summary, "Bearer made-up").status, 401U);
  EXPECT_EQ(get(summary, "Basic AAAA").status, 401U);
  EXPECT_EQ(get(summary, "Digest x").status, 401U);
  EXPECT_EQ(get("/api/v2/public/get_time", "Bearer made-up").status, 401U);
}

TEST_F(DeribitAuthTest, LogoutIsSilentClosesAndLeavesOrders) {
  log_in();
  EXPECT_EQ(error("private/enable_cancel_on_disconnect"), 0);
  EXPECT_EQ(
      error("private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000})"), 0);
  const auto response = ask("private/logout");
  EXPECT_TRUE(response.is_null());
  EXPECT_EQ(closed, std::vector{socket});
  EXPECT_EQ(venue.exchange().open_orders(1, {}).size(), 1U);
}

}  // namespace
}  // namespace causeway::simulator::deribit
