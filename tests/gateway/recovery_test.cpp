#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/gateway/on_venue.hpp"

// Recovery with real processes: what happened at the venue while the gateway was away, what others
// do on the account, and what a stream lost.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;

class Recovery : public OnVenue {
 protected:
  // The gateway's state leaves, or comes back: without it a gateway is another one on the same
  // account, whose orders are not ours.
  static void move_state(const Stack& stack, const std::string& from, const std::string& to) {
    std::filesystem::create_directories(stack.path(to));
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator{stack.path(from)}) {
      const std::string name = entry.path().filename().string();
      if (name != "keys" && name != "sim") names.push_back(entry.path());
    }
    for (const auto& name : names) {
      std::filesystem::rename(name, stack.path(to) / name.filename());
    }
  }
  static void leave_to_another(Stack& stack) {
    stack.kill_gateway();
    move_state(stack, "var", "var-first");
    stack.start_gateway();
  }
  static void come_back(Stack& stack) {
    stack.kill_gateway();
    move_state(stack, "var", "var-other");
    move_state(stack, "var-first", "var");
    stack.start_gateway();
  }
  static std::size_t open_at_venue(const Stack& stack) {
    const auto ledger = stack.ledger();
    return static_cast<std::size_t>(
        std::count_if(ledger.begin(), ledger.end(),
                      [](const auto& order) { return order.second.status == "New"; }));
  }
  static std::int64_t now_utc_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

TEST_P(Recovery, WhatHappenedMeanwhileComesFirstInVenueOrderWithVenueTime) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  oms.buy("Y", "50", "80001");
  oms.buy("Z", "10", "79999");
  for (const char* name : {"X", "Y", "Z"}) ASSERT_TRUE(oms.sees(name, OrdStatus::New));
  const std::size_t told_before = oms.lines().size();

  leave_to_another(stack);
  EXPECT_TRUE(eventually([&] { return stack.log().find("external_order") != std::string::npos; }))
      << "the other gateway sees orders that are not its own";
  stack.clear_book();
  stack.house_sells("70", "80000");  // fills Y, and 20 of X
  Oms other{stack, "OMS2"};
  other.buy("E", "30", "79000");
  ASSERT_TRUE(other.sees("E", OrdStatus::New));
  stack.house_offers("20", "80500");
  other.buy("F", "20", "80500");
  ASSERT_TRUE(other.sees("F", OrdStatus::Filled)) << other.text();
  other.disconnect();
  const std::int64_t back_at = now_utc_ns();
  come_back(stack);

  oms.connect();
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled)) << oms.text();
  ASSERT_GE(oms.lines().size(), told_before + 2) << oms.text();
  EXPECT_EQ(oms.lines()[told_before], "8(Y) F/2 50/50/0");
  EXPECT_EQ(oms.lines()[told_before + 1], "8(X) F/1 100/20/80");
  EXPECT_LT(oms.newest("Y")->transact_time, back_at) << "the venue's time, not ours";
  EXPECT_LT(oms.newest("X")->transact_time, back_at);
  EXPECT_TRUE(eventually([&] { return stack.log().find("external_order") != std::string::npos; }))
      << "E is not ours";

  // Trading goes on, and the order that is not ours is left alone.
  oms.buy("N", "10", "79998");
  ASSERT_TRUE(oms.sees("N", OrdStatus::New)) << oms.text();
  oms.send(fixspec::OrderMassCancelRequest{.cl_ord_id = fixspec::ClOrdId{"M"},
                                           .type = fixspec::MassCancelRequestType::All});
  for (const char* name : {"X", "Z", "N"}) ASSERT_TRUE(oms.sees(name, OrdStatus::Canceled)) << name;
  EXPECT_EQ(open_at_venue(stack), 1u) << stack.ledger_json();
  EXPECT_EQ(stack.log().find("position_mismatch"), std::string::npos)
      << "the trade of F is counted: " << stack.log();
}

TEST_P(Recovery, OrdersThatOthersCancelledMeanwhileAreReportedCancelled) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  oms.buy("Y", "50", "80001");
  for (const char* name : {"X", "Y"}) ASSERT_TRUE(oms.sees(name, OrdStatus::New));
  stack.kill_gateway();
  move_state(stack, "var", "var-first");
  stack.account_config("ExternalOrders=cancel\n");
  stack.start_gateway();
  ASSERT_TRUE(eventually([&] { return open_at_venue(stack) == 0; })) << stack.ledger_json();
  stack.account_config("");
  come_back(stack);
  oms.connect();
  for (const char* name : {"X", "Y"})
    EXPECT_TRUE(oms.sees(name, OrdStatus::Canceled)) << oms.text();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(Recovery, NewOrdersWaitForItWhereConfigured) {
  Stack stack{on_venue()};
  stack.kill_gateway();
  stack.account_config("WhileRecovering=hold\nMaxHoldMs=20000\n");
  stack.start_gateway();
  Oms oms{stack};
  // The venue goes away, and comes back empty.
  std::thread restart{[&] { stack.start_simulator(); }};
  EXPECT_TRUE(eventually([&] { return stack.log().find("venue_link_down") != std::string::npos; }));
  oms.buy("H", "10", "80000");
  restart.join();
  ASSERT_TRUE(oms.sees("H", OrdStatus::New, 30)) << oms.text();
  EXPECT_EQ(oms.text(), "8(H) A/A 10/0/10\n8(H) 0/0 10/0/10\n") << "told once that it is pending";
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(Recovery, AFillThatTheStreamLostIsFoundByTheAudit) {
  Stack stack{on_venue()};
  stack.kill_gateway();
  stack.account_config("AuditInterval=1\n");
  stack.start_gateway();
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  stack.clear_book();
  stack.fault("drop_notification", venue().fill_channel, R"("count":20)");
  stack.house_sells("30", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled, 30)) << oms.text() << stack.log();
  EXPECT_EQ(oms.newest("X")->cum_qty.to_string(), venue().qty("30"));
  EXPECT_EQ(stack.log().find("position_mismatch"), std::string::npos) << stack.log();
  EXPECT_EQ(disagreement(stack, oms), "");
}

INSTANTIATE_TEST_SUITE_P(Venues, Recovery, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
