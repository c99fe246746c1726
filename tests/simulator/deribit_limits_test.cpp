#include "tests/simulator/deribit_fixture.hpp"

namespace causeway::simulator::deribit {
namespace {

class DeribitLimitsTest : public DeribitTest {
 protected:
  DeribitLimitsTest() : DeribitTest({.real_limits = true, .flow = false}) { log_in(); }

  // Requests at one instant until one is refused; how many passed.
  int burst(const std::string& method, const std::string& params) {
    for (int passed = 0; passed < 1000; ++passed) {
      now -= fixspec::nanos_per_milli;  // ask() moves it on
      if (error(method, params) == 10028) return passed;
    }
    return 1000;
  }
  const std::string order = R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000})";
};

TEST_F(DeribitLimitsTest, TwentyOrdersAtOnceThenTheConnectionEnds) {
  EXPECT_EQ(burst("private/buy", order), 20);
  EXPECT_EQ(closed, std::vector{socket});
}

TEST_F(DeribitLimitsTest, FiveOrdersASecondGoOnForEver) {
  EXPECT_EQ(burst("private/buy", order), 20);
  socket = venue.on_open("/ws/api/v2", now);
  log_in();
  for (int i = 0; i < 50; ++i) {
    pass(200);
    ASSERT_EQ(error("private/buy", order), 0) << i;
  }
}

TEST_F(DeribitLimitsTest, ThePoolIsTheAccountsNotTheConnections) {
  burst("private/buy", order);
  socket = venue.on_open("/ws/api/v2", now);
  log_in();
  EXPECT_EQ(error("private/buy", order), 10028);
}

TEST_F(DeribitLimitsTest, EachKindOfRequestHasItsPool) {
  EXPECT_EQ(burst("public/get_instruments", "{}"), 50);
  socket = venue.on_open("/ws/api/v2", now);
  log_in();
  EXPECT_EQ(burst("private/subscribe", R"({"channels":[]})"), 10);
  socket = venue.on_open("/ws/api/v2", now);
  log_in();
  EXPECT_EQ(burst("public/get_time", "{}"), 100);
}

TEST_F(DeribitLimitsTest, CancelOnDisconnectFollowsTheOverrun) {
  result("private/enable_cancel_on_disconnect");
  burst("private/buy", order);
  EXPECT_TRUE(venue.exchange().open_orders(1, {}).empty());
}

TEST_F(DeribitLimitsTest, OverHttpTheOverrunIsA429) {
  core::HttpReply reply;
  for (int i = 0; i <= 100; ++i) {
    reply = venue.on_http(
        {.method = "GET", .target = "/api/v2/public/get_time", .headers = {}, .body = {}}, now);
  }
  EXPECT_EQ(reply.status, 429U);
  EXPECT_TRUE(reply.close_after);
}

class DeribitUnlimitedTest : public DeribitTest {};

TEST_F(DeribitUnlimitedTest, WithLimitsOffNothingIsCounted) {
  log_in();
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(
        error("private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000})"),
        0);
  }
}

}  // namespace
}  // namespace causeway::simulator::deribit
