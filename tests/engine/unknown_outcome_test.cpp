#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// Unknown is a state, never a reject.
namespace causeway::gateway::engine {
namespace {

using fixspec::RejectCode;
using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

struct Lost : World {
  Lost() {
    new_order("X", "100");
    take();
    unknown(AskKind::Place);
  }
};

TEST(UnknownOutcome, TheClientSeesAPendingOrderAndItsRiskStaysReserved) {
  Lost world;
  EXPECT_EQ(world.take(), "8(X) I/A 100/0/100\n> query-order\n");
  EXPECT_TRUE(world.newest().is_unknown());
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
}

TEST(UnknownOutcome, FoundWithItsFills) {
  Lost world;
  world.take();
  world.answer(true, world.update(VenueOrderState::Open, "30"), {world.fill("t1", "30")});
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n8(X) F/1 100/30/70 32=30\n");
  EXPECT_FALSE(world.newest().is_unknown());
}

TEST(UnknownOutcome, AbsentIsNoAnswerUntilTheRequestCanNoLongerBeAccepted) {
  Lost world;
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "");
  world.run_timers(400);
  EXPECT_EQ(world.take(), "> query-order\n");
  world.answer(false);
  EXPECT_EQ(world.take(), "") << "the venue may still accept it";
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
  world.pass(6 * fixspec::nanos_per_second);
  world.run_timers(0);
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4006\n");
  EXPECT_EQ(world.exposure(), risk::InstrumentExposure{});
}

TEST(UnknownOutcome, AClockThatIsSetAheadMakesNoOrderAbsent) {
  Lost world;
  world.take();
  world.now.utc_ns += 3'600 * fixspec::nanos_per_second;
  world.answer(false);
  world.run_timers(400);
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "") << "the venue may still accept it";
}

TEST(UnknownOutcome, AClockThatIsSetBackKeepsNoOrderPending) {
  Lost world;
  world.take();
  world.answer(false);
  world.pass(7 * fixspec::nanos_per_second);
  world.now.utc_ns -= 3'600 * fixspec::nanos_per_second;
  for (const SetTimer& timer : world.engine.outstanding_timers()) {
    world.apply(TimerInput{.timer_id = timer.timer_id});
  }
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4006\n");
}

// After a restart of the machine its monotonic clock is behind; it tells at least how long it runs.
TEST(UnknownOutcome, AnotherMonotonicClockCountsFromItsStart) {
  Lost world;
  world.take();
  world.answer(false);
  world.now.mono_ns = 500'000'000;
  world.run_timers(400);
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "");
  world.pass(7 * fixspec::nanos_per_second);
  world.run_timers(4'000);
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4006\n");
}

// The journal goes to a machine that has been up for longer.
TEST(UnknownOutcome, AMonotonicClockThatIsAheadAtAStartCountsNoMoreThanTheWallClock) {
  Lost world;
  world.take();
  world.answer(false);
  world.now.mono_ns += 86'400 * fixspec::nanos_per_second;
  world.now.utc_ns += fixspec::nanos_per_second;
  world.restart();
  world.link(true);
  world.recover();
  world.answer(false);
  EXPECT_EQ(world.take().find("8(X)"), std::string::npos) << "the venue may still accept it";
}

TEST(UnknownOutcome, TheVenueIsAskedAsSoonAsAbsenceCanBeProvenAndNoLaterForHavingAskedOften) {
  Lost world;
  world.take();
  world.answer(false);
  std::int64_t passed_ms = 0;
  for (; passed_ms < 4'900; ++passed_ms) {
    world.run_timers(1);
    if (!world.take().empty()) world.answer(false);
  }
  EXPECT_EQ(world.newest().final_status, std::nullopt) << "it could still be accepted";
  // Three seconds of validity, one of skew, one until queries show all.
  world.run_timers(110);
  EXPECT_EQ(world.take(), "> query-order\n");
  world.answer(false);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4006\n");
}

TEST(UnknownOutcome, TheStreamMayAnswerFirst) {
  Lost world;
  world.take();
  world.ack();
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n");
  world.answer(false);
  EXPECT_EQ(world.take(), "! order_not_found\n") << "an acknowledged order is never rejected";
  EXPECT_FALSE(world.newest().is_final());
}

TEST(UnknownOutcome, AQueryThatFailsIsAskedAgain) {
  Lost world;
  world.take();
  world.unknown(AskKind::QueryOrder);
  EXPECT_EQ(world.take(), "");
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "> query-order\n");
}

TEST(UnknownOutcome, ACancelOfAnUnknownOrderIsSentAtOnce) {
  Lost world;
  world.take();
  world.cancel("Y", "X");
  EXPECT_EQ(world.take(), "8(Y/X) 6/6 100/0/100\n> cancel\n");
}

TEST(UnknownOutcome, AReplaceOfAnUnknownOrderIsRefused) {
  Lost world;
  world.take();
  world.replace("Y", "X", "110");
  EXPECT_EQ(world.take(), "9(Y/X) 39=A 102=3 434=2\n");
}

TEST(UnknownOutcome, ALostCancelIsSentAgainWhileTheOrderWorks) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.cancel("Y", "X");
  world.take();
  world.unknown(AskKind::Cancel);
  world.answer(true, world.update(VenueOrderState::Open));
  EXPECT_EQ(world.take(), "> query-order\n> cancel\n");
  world.canceled();
  EXPECT_EQ(world.take(), "8(Y/X) 4/4 100/0/0\n");
}

TEST(UnknownOutcome, ALostReplaceThatWasCarriedOut) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.replace("Y", "X", "110");
  world.take();
  world.unknown(AskKind::Amend);
  auto found = world.update(VenueOrderState::Open);
  found.order_qty = qty("110");
  world.answer(true, found);
  EXPECT_EQ(world.take(), "> query-order\n8(Y/X) 5/0 110/0/110\n");
}

TEST(UnknownOutcome, ALostReplaceIsRefusedOnceItCanNoLongerHappen) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.replace("Y", "X", "110");
  world.take();
  world.unknown(AskKind::Amend);
  world.answer(true, world.update(VenueOrderState::Open));
  EXPECT_EQ(world.take(), "> query-order\n");
  EXPECT_EQ(world.exposure().open_buy, qty("110"));
  world.pass(6 * fixspec::nanos_per_second);
  world.run_timers(0);
  world.answer(true, world.update(VenueOrderState::Open));
  EXPECT_EQ(world.take(), "> query-order\n9(Y/X) 39=0 102=99 434=2\n");
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
}

TEST(UnknownOutcome, WhatNeverLeftIsARejectAtOnce) {
  World world;
  world.new_order("X", "100");
  world.take();
  world.told(translators::RequestNotSent{.request_id = world.request_id(AskKind::Place),
                                         .kind = AskKind::Place,
                                         .client_id = world.newest().client_id,
                                         .reason = "the link is down"});
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4003\n");
}

TEST(UnknownOutcome, ACancelThatMayPassLaterIsRepeatedBeforeTheClientHearsOfARefusal) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.cancel("Y", "X");
  world.take();
  for (int attempt = 1; attempt < 5; ++attempt) {
    world.refused(AskKind::Cancel, RejectCode::InstrumentNotTrading, false, true);
    EXPECT_EQ(world.take(), "") << "attempt " << attempt;
    world.run_timers(4'000);
    EXPECT_EQ(world.take(), "> query-order\n");
    world.answer(true, world.update(VenueOrderState::Open));
    EXPECT_EQ(world.take(), "> cancel\n") << "attempt " << attempt;
  }
  world.refused(AskKind::Cancel, RejectCode::InstrumentNotTrading, false, true);
  world.run_timers(4'000);
  world.answer(true, world.update(VenueOrderState::Open));
  EXPECT_EQ(world.take(), "> query-order\n9(Y/X) 39=0 102=2 434=1\n");
}

TEST(UnknownOutcome, ACancelOfAnOrderThatTheVenueNoLongerFindsIsAnswered) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.cancel("C", "X");
  EXPECT_EQ(world.take(),
            "8(X) A/A 100/0/100\n> place\n8(X) 0/0 100/0/100\n8(C/X) 6/6 100/0/100\n> cancel\n");
  world.refused(AskKind::Cancel, RejectCode::UnknownOrder, true);
  std::string told;
  for (int tries = 0; tries < 5; ++tries) {
    world.answer(false);
    world.run_timers(10'000);
    told += world.take();
  }
  EXPECT_NE(told.find("! order_not_found\n"), std::string::npos) << told;
  EXPECT_NE(told.find("9(C/X) 39=0 102=2"), std::string::npos) << told;
  EXPECT_EQ(world.exposure().open_buy, qty("100")) << "nobody knows that it is gone";
  world.cancel("D", "X");
  EXPECT_NE(world.take().find("> cancel\n"), std::string::npos) << "it may be tried again";
}

TEST(UnknownOutcome, AnAnswerToAnEarlierQueryProvesNothing) {
  World world;
  world.new_order("X", "100");
  world.unknown(AskKind::Place);
  const auto early = world.request_id(AskKind::QueryOrder);
  const fixspec::VenueClOrdId client_id = world.newest().client_id;
  world.link(false);
  world.pass(60 * fixspec::nanos_per_second);
  world.link(true);
  world.told(translators::Trades{.request_id = world.request_id(AskKind::QueryTrades)});
  world.told(translators::OpenOrders{.request_id = world.request_id(AskKind::QueryOpenOrders)});
  ASSERT_NE(world.request_id(AskKind::QueryOrder), early);
  world.unknown(AskKind::QueryOrder);
  world.take();
  world.told(translators::QueryAnswer{.request_id = early, .client_id = client_id});
  EXPECT_EQ(world.take(), "") << "it was asked before the order could be proven absent";
  EXPECT_FALSE(world.newest().is_final());
  world.run_timers(10'000);
  world.answer(false);
  EXPECT_TRUE(world.newest().is_final());
}

TEST(UnknownOutcome, AnOldPictureRefusesNoReplacement) {
  World world;
  world.new_order("X", "100");
  world.ack();
  const auto old_picture = world.update(VenueOrderState::Open, "0", Source::Query);
  world.replace("Y", "X", "200");
  world.unknown(AskKind::Amend);
  const auto early = world.request_id(AskKind::QueryOrder);
  const fixspec::VenueClOrdId client_id = world.newest().client_id;
  world.link(false);
  world.pass(60 * fixspec::nanos_per_second);
  world.link(true);
  world.told(translators::Trades{.request_id = world.request_id(AskKind::QueryTrades)});
  world.told(translators::OpenOrders{.request_id = world.request_id(AskKind::QueryOpenOrders)});
  ASSERT_NE(world.request_id(AskKind::QueryOrder), early);
  world.take();
  world.told(
      translators::QueryAnswer{.request_id = early, .client_id = client_id, .order = old_picture});
  EXPECT_EQ(world.take(), "");
  EXPECT_TRUE(world.newest().replace);
}

}  // namespace
}  // namespace causeway::gateway::engine
