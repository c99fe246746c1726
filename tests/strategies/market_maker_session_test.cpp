#include <gtest/gtest.h>

#include <utility>

#include "tests/strategies/few_line_exchange.hpp"

// What a market maker does about requests that are lost, refused or never sent, and about earlier
// runs.
namespace causeway::strategies::market_maker {
namespace {

TEST(MarketMaker, WhatTheSessionLostIsChasedByACancel) {
  Quoting world;
  world.book(900'300, 900'305);
  world.sent.clear();  // both replaces are lost with the connection
  world.maker.on_session(false, world.now);
  EXPECT_EQ(world.maker.state(), State::Pulled);
  world.pass(500);
  EXPECT_TRUE(world.sent.empty()) << "nothing can be sent";
  world.maker.on_session(true, world.now);
  for (int i = 0; i < 105; ++i) {
    world.book(900'300 + i % 2, 900'305 + i % 2);
    world.pass(100);
  }
  const std::string kinds = world.answer_all();
  EXPECT_EQ(kinds.substr(0, 2), "FF") << "the answers tell what became of them";
  for (int i = 0; i < 20; ++i) {
    world.book(900'300 + i % 2, 900'305 + i % 2);
    world.pass(300);
    world.answer_all();
    ASSERT_LE(world.exchange.orders.size(), 2u) << "one order a side";
  }
  world.maker.stop(world.now);
  world.take();
  for (int i = 0; i < 5; ++i) {
    world.answer_all();
    world.pass(1'100);
  }
  EXPECT_EQ(world.maker.state(), State::Stopped);
  EXPECT_TRUE(world.exchange.orders.empty()) << "nothing is left behind";
}

TEST(MarketMaker, AnOrderThatWasNotSentIsMadeAnewWithoutWaitingForAnAnswer) {
  World world;
  world.warm_up();
  ASSERT_EQ(world.sent.size(), 2u);
  const auto before = world.maker.counters().orders;
  for (const auto& request : std::exchange(world.sent, {})) world.maker.on_not_sent(request);
  EXPECT_EQ(world.maker.counters().orders + 2, before);
  world.pass(300);
  ASSERT_EQ(world.answer_all(), "DD");
  EXPECT_EQ(world.exchange.orders.size(), 2u);
}

TEST(MarketMaker, AReplaceThatWasNotSentLeavesTheOrderAsItWas) {
  Quoting world;
  world.book(900'300, 900'305);
  ASSERT_EQ(world.sent.size(), 2u);
  for (const auto& request : std::exchange(world.sent, {})) world.maker.on_not_sent(request);
  world.pass(300);
  ASSERT_EQ(world.answer_all(), "GG") << "the same orders, amended now";
  EXPECT_EQ(world.exchange.orders.size(), 2u);
}

TEST(MarketMaker, ACancelThatWasNotSentIsSentOnceItCanBe) {
  Quoting world;
  world.maker.on_venue(false, world.now);
  world.take();
  ASSERT_EQ(world.sent.size(), 2u);
  for (const auto& request : std::exchange(world.sent, {})) world.maker.on_not_sent(request);
  world.pass(100);
  EXPECT_EQ(world.answer_all(), "FF");
  EXPECT_TRUE(world.exchange.orders.empty());
}

TEST(MarketMaker, WhatWasDecidedWhenTheSessionEndedIsAsIfItNeverWas) {
  Quoting world;
  TopOfBook top;
  top.valid = true;
  top.bid = price("90030.0");
  top.ask = price("90030.5");
  world.maker.on_book(top, world.now);  // replaces both, and nobody has taken that yet
  world.maker.on_session(false, world.now);
  EXPECT_TRUE(world.maker.take_requests().empty());
  world.maker.on_session(true, world.now);
  world.pass(100);
  EXPECT_EQ(world.answer_all(), "FF") << "without a book it pulls them, at once";
  EXPECT_TRUE(world.exchange.orders.empty());
}

TEST(MarketMaker, StartsFromWhatEarlierRunsHaveLeft) {
  World world{settings(), qty("0.03")};
  world.warm_up();
  ASSERT_EQ(world.answer_all(), "D");
  EXPECT_EQ(world.maker.state(), State::OneSided);
  EXPECT_EQ(world.order(Side::Sell).order_qty, qty("0.01"));
  EXPECT_EQ(world.maker.profit().total(), world.maker.profit().by_cash());
  EXPECT_TRUE(world.maker.profit().spread_earned().is_zero()) << "nobody has earned it now";
  world.maker.stop(world.now);
  world.take();
  for (int i = 0; i < 5; ++i) {
    world.answer_all();
    world.pass(1'100);
  }
  EXPECT_TRUE(world.maker.position().is_zero());
  EXPECT_EQ(world.maker.profit().total(), world.maker.profit().by_cash());
}

TEST(MarketMaker, ALateFillOfAnEarlierRunTakesRoomFromTheQuoteThatStands) {
  Quoting world;
  fixspec::Trade trade;
  trade.trade_id = fixspec::TradeId{"late"};
  trade.last_qty = qty("0.025");
  trade.last_px = price("90000");
  world.maker.on_earlier_fill(Side::Buy, trade, world.now);
  world.take();
  world.book(900'002, 900'007);
  const Exchange::Order bid = world.order(Side::Buy);
  EXPECT_NE(world.answer_all().find('F'), std::string::npos);
  EXPECT_FALSE(world.exchange.orders.contains(bid.cl_ord_id.to_string()))
      << "0.01 more would be beyond MaxInventory";
  for (int i = 0; i < 20; ++i) {
    world.book(900'000 + i % 2, 900'005 + i % 2);
    world.pass(300);
    world.answer_all();
  }
  EXPECT_EQ(world.order(Side::Buy).order_qty, qty("0.005"));
}

TEST(MarketMaker, AFlatteningOrderWithoutAnAnswerIsAskedAboutAndNotSentTwice) {
  Quoting world;
  world.fill(world.order(Side::Buy).cl_ord_id.to_string(), qty("0.01"), price("89999"));
  world.maker.stop(world.now);
  world.take();
  while (!world.exchange.orders.empty()) world.answer();
  world.pass(1'100);
  ASSERT_EQ(world.sent.size(), 1u);
  const auto order = std::get<fixspec::NewOrderSingle>(world.sent.front());
  ASSERT_EQ(order.ord_type, fixspec::OrdType::Market);
  world.sent.clear();
  world.pass(10'100);
  ASSERT_EQ(world.sent.size(), 1u);
  const auto question = std::get<fixspec::OrderStatusRequest>(world.sent.front());
  EXPECT_EQ(question.cl_ord_id, order.cl_ord_id);
  world.sent.clear();
  // It never arrived: now, and only now, there is another one.
  fixspec::ExecutionReport unknown;
  unknown.exec_id = fixspec::ExecId{"unknown"};
  unknown.cl_ord_id = order.cl_ord_id;
  unknown.exec_type = ExecType::OrderStatus;
  unknown.ord_status = OrdStatus::Rejected;
  unknown.ord_rej_reason = fixspec::OrdRejReason::UnknownOrder;
  world.deliver(unknown);
  world.pass(1'100);
  EXPECT_EQ(world.answer_all(), "D");
  EXPECT_TRUE(world.maker.position().is_zero());
}

// The gateway keeps a cancel until the venue's link is back, and answers a second one with that.
TEST(MarketMaker, ACancelThatIsPendingIsNotAskedForOverAndOver) {
  Quoting world;
  world.maker.on_venue(false, world.now);
  world.take();
  ASSERT_EQ(world.sent.size(), 2u);
  world.sent.clear();  // kept: no answer
  int cancels = 0;
  for (int i = 0; i < 600; ++i) {  // a minute
    world.pass(100);
    for (int round = 0; round < 5 && !world.sent.empty(); ++round, ++cancels) {
      const auto again = std::get<fixspec::OrderCancelRequest>(world.sent.front());
      world.sent.pop_front();
      fixspec::OrderCancelReject reject;
      reject.cl_ord_id = again.cl_ord_id;
      reject.orig_cl_ord_id = *again.orig_cl_ord_id;
      reject.ord_status = OrdStatus::PendingCancel;
      reject.response_to = fixspec::CxlRejResponseTo::CancelRequest;
      reject.reject.code = fixspec::RejectCode::AlreadyPending;
      world.maker.on_cancel_reject(reject, world.now);
      world.take();
    }
  }
  EXPECT_GT(cancels, 0);
  EXPECT_LE(cancels, 12) << "every ten seconds, a side";
}

TEST(MarketMaker, ARefusedCancelIsAskedForAgainButNotAtOnce) {
  Quoting world;
  world.book(0, 0, false);
  ASSERT_EQ(world.sent.size(), 2u);
  world.answer();
  const auto cancel = std::get<fixspec::OrderCancelRequest>(world.sent.front());
  world.sent.clear();
  world.reject(cancel.cl_ord_id, *cancel.orig_cl_ord_id, true,
               fixspec::CxlRejResponseTo::CancelRequest, {});
  world.pass(100);
  EXPECT_TRUE(world.sent.empty()) << "at once";
  world.pass(1'000);
  EXPECT_EQ(world.answer_all(), "F") << "a second later";
  EXPECT_TRUE(world.exchange.orders.empty());
}

TEST(MarketMaker, AfterABreakOfTheSessionItWaitsForANewBook) {
  Quoting world;
  const auto fill_both = [&] {
    while (!world.exchange.orders.empty()) {
      const auto& order = world.exchange.orders.begin()->second;
      world.fill(order.cl_ord_id.to_string(), order.order_qty, order.price);
    }
  };
  fill_both();
  world.sent.clear();
  world.maker.on_session(false, world.now);
  world.maker.on_session(true, world.now);
  world.pass(100);
  EXPECT_EQ(world.maker.state(), State::Pulled);
  EXPECT_EQ(world.maker.reason(), "there is no valid book");
}

// A replace that was never sent leaves the order that it named at the venue.
TEST(MarketMaker, AnOrderWhoseReplaceWasLostIsStillItsOwn) {
  Quoting world;
  const Exchange::Order bid = world.order(Side::Buy);
  world.book(900'300, 900'305);
  world.sent.clear();
  world.maker.on_session(false, world.now);
  world.maker.on_session(true, world.now);
  for (int i = 0; i < 150; ++i) {
    world.book(900'300 + i % 2, 900'305 + i % 2);
    world.pass(100);
    world.answer_all();
    ASSERT_LE(world.exchange.orders.size(), 2u) << "one order a side";
  }
  EXPECT_NE(world.order(Side::Buy).price, bid.price) << "it is quoted again";
  world.maker.stop(world.now);
  world.take();
  world.answer_all();
  EXPECT_TRUE(world.exchange.orders.empty()) << "nothing is left at the venue";
}

}  // namespace
}  // namespace causeway::strategies::market_maker
