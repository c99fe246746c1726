#include <gtest/gtest.h>

#include "tests/gateway/on_venue.hpp"

// The order-state cases of the rules of engagement that need something to happen at a certain
// moment: requests are held up, the market trades meanwhile. Each venue shows the same reports.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;

constexpr const char* held_up = R"("delay_ms":400)";

class OrderStates : public OnVenue {
 protected:
  // An order X to buy 100 units at 80,000, of which `filled` units have traded.
  static void rest(Stack& stack, Oms& oms, const std::string& filled = {}) {
    oms.buy("X", "100", "80000");
    ASSERT_TRUE(oms.sees("X", OrdStatus::New)) << oms.text();
    stack.clear_book();
    if (filled.empty()) return;
    stack.house_sells(filled, "80000");
    ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled)) << oms.text();
  }
  static std::string before(const std::string& filled = {}) {
    std::string lines = "8(X) A/A 100/0/100\n8(X) 0/0 100/0/100\n";
    if (!filled.empty()) {
      const std::string leaves = std::to_string(100 - std::stoi(filled));
      lines += "8(X) F/1 100/" + filled + "/" + leaves + "\n";
    }
    return lines;
  }
};

TEST_P(OrderStates, A3TheFillIsNeverToldBeforeTheOrder) {
  Stack stack{on_venue()};
  stack.clear_book();
  stack.house_offers("100", "80000");
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Filled)) << oms.text();
  EXPECT_EQ(oms.text(), before() + "8(X) F/2 100/100/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, B2FillsWhileTheCancelIsPending) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms, "20");
  stack.fault("delay_request", venue().cancel_method, held_up);
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.is_told("8(Y/X) 6/6 100/20/80"));
  stack.house_sells("30", "80000");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled)) << oms.text();
  EXPECT_EQ(oms.text(),
            before("20") + "8(Y/X) 6/6 100/20/80\n8(X) F/6 100/50/50\n8(Y/X) 4/4 100/50/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, B3FilledBeforeTheCancelTakesEffect) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms, "50");
  stack.fault("delay_request", venue().cancel_method, held_up);
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.is_told("8(Y/X) 6/6 100/50/50"));
  stack.house_sells("50", "80000");
  ASSERT_TRUE(oms.is_told("9(Y/X) 39=2 102=0")) << oms.text();
  EXPECT_EQ(oms.text(),
            before("50") + "8(Y/X) 6/6 100/50/50\n8(X) F/6 100/100/0\n9(Y/X) 39=2 102=0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, B7ASecondCancelWhileOneIsPending) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms);
  stack.fault("delay_request", venue().cancel_method, held_up);
  oms.cancel("Y", "X");
  oms.cancel("Z", "X");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled)) << oms.text();
  EXPECT_EQ(oms.text(), before() + "8(Y/X) 6/6 100/0/100\n9(Z/X) 39=6 102=3\n8(Y/X) 4/4 100/0/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, C2AFillWhileTheIncreaseIsPending) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms, "10");
  stack.fault("delay_request", venue().amend_method, held_up);
  oms.replace("Y", "X", "120", "80000");
  ASSERT_TRUE(oms.is_told("8(Y/X) E/E 100/10/90"));
  stack.house_sells("10", "80000");
  ASSERT_TRUE(oms.is_told("8(Y/X) 5/1 120/20/100")) << oms.text();
  stack.house_sells("100", "80000");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Filled)) << oms.text();
  EXPECT_EQ(oms.text(), before("10") +
                            "8(Y/X) E/E 100/10/90\n8(X) F/E 100/20/80\n8(Y/X) 5/1 120/20/100\n"
                            "8(Y) F/2 120/120/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, C4TheLastFillCrossesThePriceChange) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms);
  stack.fault("delay_request", venue().amend_method, held_up);
  oms.replace("Y", "X", "100", "80100");
  ASSERT_TRUE(oms.is_told("8(Y/X) E/E 100/0/100"));
  stack.house_sells("100", "80000");
  ASSERT_TRUE(oms.is_told("9(Y/X) 39=2 102=0")) << oms.text();
  EXPECT_EQ(oms.text(), before() + "8(Y/X) E/E 100/0/100\n8(X) F/E 100/100/0\n9(Y/X) 39=2 102=0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, C5DecreaseAboveWhatIsFilled) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms, "20");
  oms.replace("Y", "X", "80", "80000");
  ASSERT_TRUE(oms.is_told("8(Y/X) 5/1 80/20/60")) << oms.text();
  stack.house_sells("60", "80000");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Filled)) << oms.text();
  EXPECT_EQ(oms.text(),
            before("20") + "8(Y/X) E/E 100/20/80\n8(Y/X) 5/1 80/20/60\n8(Y) F/2 80/80/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

// The venues cancel such an order or refuse; the client sees what the dialect says.
TEST_P(OrderStates, C7FillsGoBeyondADecreaseThatIsPending) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms, "20");
  stack.fault("delay_request", venue().amend_method, held_up);
  oms.replace("Y", "X", "40", "80000");
  ASSERT_TRUE(oms.is_told("8(Y/X) E/E 100/20/80"));
  stack.house_sells("30", "80000");
  ASSERT_TRUE(oms.is_told("8(X) F/E 100/50/50"));
  ASSERT_TRUE(oms.is_told("8(Y/X) 5/2 50/50/0")) << oms.text();
  EXPECT_EQ(oms.text(),
            before("20") + "8(Y/X) E/E 100/20/80\n8(X) F/E 100/50/50\n8(Y/X) 5/2 50/50/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, D1TwoReplacesInTurnAndD6OneTooEarly) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms);
  oms.replace("Y", "X", "110", "80000");
  ASSERT_TRUE(oms.is_told("8(Y/X) 5/0 110/0/110")) << oms.text();
  stack.fault("delay_request", venue().amend_method, held_up);
  oms.replace("Z", "Y", "120", "80000");
  oms.replace("Q", "Z", "130", "80000");
  ASSERT_TRUE(oms.is_told("8(Z/Y) 5/0 120/0/120")) << oms.text();
  EXPECT_EQ(oms.text(), before() +
                            "8(Y/X) E/E 100/0/100\n8(Y/X) 5/0 110/0/110\n8(Z/Y) E/E 110/0/110\n"
                            "9(Q/Y) 39=E 102=3\n8(Z/Y) 5/0 120/0/120\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, F2APossibleResendOfAKnownOrderIsAnsweredWithItsStatusAndF3AnUnknownOneWorks) {
  Stack stack{on_venue()};
  Oms oms{stack};
  const auto again = [](auto& order) { order.poss_resend = true; };
  oms.buy("X", "100", "80000", again);
  ASSERT_TRUE(oms.sees("X", OrdStatus::New)) << oms.text();
  oms.buy("X", "100", "80000", again);
  ASSERT_TRUE(oms.is_told("8(X) I/0 100/0/100")) << oms.text();
  EXPECT_EQ(stack.ledger().size(), 1u);
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, X1TheFillComesBeforeTheAcknowledgement) {
  Stack stack{on_venue()};
  stack.clear_book();
  stack.house_offers("100", "80000");
  Oms oms{stack};
  stack.fault("delay", venue().place_method, held_up);
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Filled)) << oms.text();
  oms.listen(600);
  EXPECT_EQ(oms.text(), before() + "8(X) F/2 100/100/0\n")
      << "the late acknowledgement adds nothing";
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(OrderStates, X2AFillThatTheVenueTellsTwiceIsReportedOnce) {
  Stack stack{on_venue()};
  Oms oms{stack};
  rest(stack, oms);
  stack.fault("duplicate_notification", venue().fill_channel, R"("count":10)");
  stack.house_sells("40", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled)) << oms.text();
  stack.house_sells("60", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Filled)) << oms.text();
  EXPECT_EQ(oms.text(), before("40") + "8(X) F/2 100/100/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

INSTANTIATE_TEST_SUITE_P(Venues, OrderStates, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
