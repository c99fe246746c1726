#include <gtest/gtest.h>

#include <algorithm>

#include "tests/gateway/stack.hpp"

// What fails at Binance alone: its listen keys, its algo service, the outcomes that it does not
// know itself.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;

class BinanceFailures : public testing::Test {
 protected:
  static void reach(Stack& stack, const std::string& price) {
    stack.market(R"("action":"resume")");
    stack.market(R"("action":"index","index":"btc_usdt","price":")" + price + "\"");
  }
  static void buy_stop(Oms& oms, const std::string& id) {
    oms.buy(id, "10", "0", [](auto& order) {
      order.ord_type = fixspec::OrdType::Stop;
      order.price.reset();
      order.stop_px = fixspec::parse_price("91000").value();
      order.trigger_ref = fixspec::TriggerRef::Mark;
    });
    ASSERT_TRUE(oms.sees(id, OrdStatus::New)) << oms.text();
  }

  Stack stack{{.venues = {&binance}}};
  Oms oms{stack};
};

TEST_F(BinanceFailures, AnExpiredListenKeyLosesNoFill) {
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  stack.clear_book();
  stack.fault(R"("fault":"listen_key_expired")");
  ASSERT_TRUE(eventually(
      [&] { return stack.log().find("venue_listen_key_expired") != std::string::npos; }));
  stack.house_sells("100", "80000");  // before there is another key, or just after
  ASSERT_TRUE(oms.sees("X", OrdStatus::Filled, 20)) << oms.text() << stack.log();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, ADayEndsAndAllConnectionsWithIt) {
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  stack.clear_book();
  stack.fault(R"("fault":"close_connections")");
  stack.house_sells("40", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled, 20)) << oms.text();
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled, 20)) << oms.text();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, AnOutcomeThatTheVenueDoesNotKnowIsLookedUp) {
  stack.fault("unknown_outcome", "order.place");
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New, 20)) << oms.text();
  stack.fault("timeout_late", "order.place", R"("delay_ms":1500)");
  oms.buy("Y", "100", "80000");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::New, 20)) << oms.text();
  EXPECT_EQ(oms.text().find("8(Y) 8/8"), std::string::npos) << "never rejected in between";
  EXPECT_EQ(stack.ledger().size(), 2u);
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, AnOverloadedVenueRefusesOnceAndIsNotAskedAgain) {
  stack.fault("overloaded", "order.place");
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Rejected)) << oms.text();
  EXPECT_EQ(oms.newest("X")->reject->venue_error_code, "-1008");
  EXPECT_EQ(stack.ledger().size(), 0u);
  // A cancel is tried again before the client hears of a refusal.
  oms.buy("Y", "100", "80000");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::New));
  stack.fault("overloaded", "order.cancel");
  oms.cancel("Z", "Y");
  ASSERT_TRUE(oms.sees("Z", OrdStatus::Canceled)) << oms.text();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, AStopTriggersAlthoughItsNewsAreLost) {
  buy_stop(oms, "S");
  stack.fault(R"("fault":"drop_notification","method":"ALGO_UPDATE","count":2)");
  reach(stack, "91100");
  ASSERT_TRUE(oms.sees("S", OrdStatus::Filled)) << oms.text();
  EXPECT_EQ(oms.lines()[2], "8(S) L/0 10/0/10");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, AStopsFillIsToldAlthoughTheVenueDoesNotAnswerWhoseItIs) {
  buy_stop(oms, "S");
  stack.fault("delay_notification", "ALGO_UPDATE", R"("delay_ms":9000,"count":50)");
  stack.fault("http_error", "GET /fapi/v1/algoOrder", R"("count":100)");
  reach(stack, "91100");
  ASSERT_TRUE(oms.sees("S", OrdStatus::Filled, 30)) << oms.text() << stack.log();
  EXPECT_EQ(oms.lines()[2], "8(S) L/0 10/0/10");
  EXPECT_EQ(stack.log().find("external_fill"), std::string::npos) << stack.log();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, WhatIsHeldWhenTheStreamBreaksIsFoundByTheRecovery) {
  buy_stop(oms, "S");
  stack.fault("drop_notification", "ALGO_UPDATE", R"("count":50)");
  stack.fault("http_error", "GET /fapi/v1/algoOrder", R"("count":8)");
  reach(stack, "91100");
  ASSERT_TRUE(eventually([&] {
    const auto orders = stack.ledger();
    return std::any_of(orders.begin(), orders.end(),
                       [](const auto& order) { return order.second.status == "Filled"; });
  }));
  stack.fault(R"("fault":"close_connections")");
  ASSERT_TRUE(eventually([&] { return stack.log().find("venue_link_down") != std::string::npos; }));
  ASSERT_TRUE(oms.sees("S", OrdStatus::Filled, 30)) << oms.text() << stack.log();
  EXPECT_EQ(stack.log().find("external_fill"), std::string::npos) << stack.log();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, AStopTriggersWhileNobodyIsThere) {
  buy_stop(oms, "S");
  buy_stop(oms, "T");
  oms.cancel("U", "T");
  ASSERT_TRUE(oms.sees("U", OrdStatus::Canceled)) << oms.text();
  stack.kill_gateway();
  reach(stack, "91100");
  ASSERT_TRUE(eventually([&] {
    const auto orders = stack.ledger();
    return std::any_of(orders.begin(), orders.end(),
                       [](const auto& order) { return order.second.status == "Filled"; });
  }));
  stack.start_gateway();
  oms.connect();
  ASSERT_TRUE(oms.sees("S", OrdStatus::Filled)) << oms.text() << stack.log();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(BinanceFailures, WhatCameOfAStopIsCancelledAndAmendedAfterARestart) {
  oms.buy("S", "10", "80000", [](auto& order) {
    order.ord_type = fixspec::OrdType::StopLimit;
    order.stop_px = fixspec::parse_price("91000").value();
    order.trigger_ref = fixspec::TriggerRef::Mark;
  });
  ASSERT_TRUE(oms.sees("S", OrdStatus::New)) << oms.text();
  stack.market(R"("action":"index","index":"btc_usdt","price":"91100")");
  stack.market(R"("action":"step","steps":1)");
  ASSERT_TRUE(oms.is_told("8(S) L/0 10/0/10")) << oms.text();
  stack.kill_gateway();
  stack.start_gateway();
  oms.connect();
  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = fixspec::ClOrdId{"R"};
  replace.orig_cl_ord_id = fixspec::ClOrdId{"S"};
  replace.instrument.symbol = fixspec::Symbol{binance.symbol};
  replace.order_qty = fixspec::parse_quantity(binance.qty("20")).value();
  replace.price = fixspec::parse_price("80100").value();
  replace.ord_type = fixspec::OrdType::StopLimit;
  replace.stop_px = fixspec::parse_price("91000").value();
  oms.send(replace);
  ASSERT_TRUE(oms.is_told("8(R/S) 5/0 20/0/20")) << oms.text();
  oms.cancel("C", "R");
  ASSERT_TRUE(oms.sees("C", OrdStatus::Canceled)) << oms.text();
  EXPECT_EQ(disagreement(stack, oms), "");
}

}  // namespace
}  // namespace causeway::gateway
