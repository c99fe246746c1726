#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

namespace causeway::gateway::engine {
namespace {

using fixspec::RejectCode;
using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

TEST(Recovery, NewOrdersAreRefusedUntilTheAccountIsReconciled) {
  World world(false);
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4001\n");
  world.link(true);
  EXPECT_EQ(world.take(), "> query-trades\n> query-open-orders\n");
  world.new_order("Y", "100");
  EXPECT_EQ(world.take(), "8(Y) 8/8 100/0/0 20050=4002\n");
  world.recover();
  EXPECT_EQ(world.take(), "> query-positions\n> query-balances\nh open\n");
  world.new_order("Z", "100");
  EXPECT_EQ(world.take(), "8(Z) A/A 100/0/100\n> place\n");
}

TEST(Recovery, MissedFillsComeBeforeWhatTheStreamSaysNow) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.link(false);
  world.link(true);
  world.take();
  world.told(world.fill("t3", "30"));
  EXPECT_EQ(world.take(), "") << "held until the missed ones are known";
  world.recover({world.update(VenueOrderState::Open, "40", Source::Query)},
                {world.fill("t1", "20"), world.fill("t2", "20")});
  EXPECT_EQ(world.take(),
            "8(X) F/1 100/20/80 32=20\n"
            "8(X) F/1 100/40/60 32=20\n"
            "8(X) F/1 100/70/30 32=30\n"
            "> query-positions\n> query-balances\nh open\n");
}

TEST(Recovery, MoreNewsThanTheBoundAreAppliedBeforeTheAnswer) {
  World world;
  world.new_order("X", "30000");
  world.ack();
  world.link(false);
  world.link(true);
  world.take();
  for (int i = 2; i <= 20'000; ++i) world.told(world.fill("t" + std::to_string(i), "1"));
  EXPECT_EQ(world.take(), "");
  world.told(world.fill("t20001", "1"));
  const std::string told = world.take();
  EXPECT_NE(told.find("! recovery_buffer_full"), std::string::npos);
  EXPECT_NE(told.find("8(X) F/1 30000/20000/10000 32=1\n"), std::string::npos);
  world.recover({world.update(VenueOrderState::Open, "20001", Source::Query)},
                {world.fill("t1", "1"), world.fill("t2", "1")});
  EXPECT_EQ(world.take(),
            "8(X) F/1 30000/20001/9999 32=1\n> query-positions\n> query-balances\nh open\n")
      << "what was missed, and nothing twice";
}

TEST(Recovery, AClockThatIsAheadHidesNoTrades) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.fills("t1", "10");
  const auto venue_time = world.now.utc_ns;
  world.now.utc_ns += 3'600 * fixspec::nanos_per_second;
  world.link(false);
  world.link(true);
  world.recover({}, {});
  world.answer(false);
  world.positions("10");
  world.link(false);
  world.link(true);
  EXPECT_LT(world.trades_asked_since(), venue_time);
}

// What was missed lies before what the stream had told when the link broke again.
TEST(Recovery, ALinkThatBreaksAgainAsksForTradesFromTheSameTimeOn) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.fills("t1", "10");
  world.link(false);
  world.link(true);
  const auto first = world.trades_asked_since();
  world.pass(600 * fixspec::nanos_per_second);
  world.told(world.fill("t9", "10"));
  world.link(false);
  world.link(true);
  EXPECT_EQ(world.trades_asked_since(), first);
}

TEST(Recovery, AnOrderThatTheVenueDoesNotListIsAskedAboutOneByOne) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.link(false);
  world.take();
  world.link(true);
  world.recover();
  EXPECT_EQ(world.take(), "> query-trades\n> query-open-orders\n> query-order\n");
  world.answer(true, world.update(VenueOrderState::Canceled), {});
  EXPECT_EQ(world.take(), "8(X) 4/4 100/0/0 378=99 20020=9\n> query-positions\n> query-balances\n");
}

TEST(Recovery, CancelsGoOutBeforeAnythingElse) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.link(false);
  world.take();
  world.cancel("Y", "X");
  EXPECT_EQ(world.take(), "8(Y/X) 6/6 100/0/100\n> cancel\n");
  // A venue that has no other way for it says so; it goes out again with the link.
  world.told(translators::RequestNotSent{.request_id = world.request_id(AskKind::Cancel),
                                         .kind = AskKind::Cancel,
                                         .client_id = world.newest().client_id,
                                         .reason = "the venue link is down"});
  EXPECT_EQ(world.take(), "");
  world.link(true);
  EXPECT_EQ(world.take(), "> cancel\n> query-trades\n> query-open-orders\n");
  world.canceled();
  world.recover();
  EXPECT_NE(world.take().find("8(Y/X) 4/4 100/0/0"), std::string::npos);
}

TEST(Recovery, AfterARestartAnOrderInFlightIsUnknownAndFound) {
  World world;
  world.new_order("X", "100");
  world.restart();
  EXPECT_TRUE(world.newest().is_unknown());
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
  world.link(true);
  world.take();
  world.recover({world.update(VenueOrderState::Open, "0", Source::Query)});
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n> query-positions\n> query-balances\nh open\n");
}

TEST(Recovery, AfterARestartAnOrderThatNeverLeftIsProvenAbsent) {
  World world;
  world.new_order("X", "100");
  world.restart();
  world.pass(6 * fixspec::nanos_per_second);
  world.link(true);
  world.recover();
  world.take();
  world.answer(false);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4006\n> query-positions\n> query-balances\n");
}

TEST(Recovery, DuplicatesAreKnownAcrossARestart) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.restart();
  world.take();
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=1005\n");
}

TEST(Recovery, AFailedQueryIsRepeated) {
  World world(false);
  world.link(true);
  world.take();
  world.told(translators::RequestUnknown{.request_id = world.request_id(AskKind::QueryTrades),
                                         .kind = AskKind::QueryTrades,
                                         .client_id = {},
                                         .reason = "time-out"});
  EXPECT_EQ(world.take(), "");
  world.run_timers(1'100);
  EXPECT_EQ(world.take(), "> query-trades\n> query-open-orders\n");
}

TEST(Recovery, AVenueThatNeverAnswersIsAnAlarm) {
  World world(false);
  world.link(true);
  std::string text;
  for (int i = 0; i < 5; ++i) {
    world.told(translators::RequestUnknown{.request_id = world.request_id(AskKind::QueryTrades),
                                           .kind = AskKind::QueryTrades,
                                           .client_id = {},
                                           .reason = "time-out"});
    text += world.take();
    world.run_timers(1'100);
  }
  EXPECT_NE(text.find("! recovery_stuck"), std::string::npos) << text;
}

TEST(Recovery, AReplayMakesTheSameStateAndTheSameOutputs) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.fills("t1", "20");
  world.replace("Y", "X", "110");
  world.unknown(AskKind::Amend);
  world.cancel("Z", "X");
  world.link(false);
  world.restart();
  world.link(true);
  Engine replayed;
  Outputs outputs;
  for (const Input& input : world.inputs) replayed.apply(input, outputs);
  EXPECT_EQ(replayed.state_hash(), world.engine.state_hash());
}

TEST(Recovery, AFillBeforeTheTradesAreToldMovesNothing) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.fills("T1", "10");
  world.link(false);
  world.pass(600 * fixspec::nanos_per_second);
  world.fills("T2", "10");  // the stream may be faster than the word of the link
  world.link(true);
  const auto since = world.trades_asked_since();
  EXPECT_LT(since, world.now.utc_ns - 500 * fixspec::nanos_per_second);
  const auto update = world.update(VenueOrderState::Open, "30", Source::Query);
  world.answer(true, update, {world.fill("T3", "10", "60000", Source::Query)});
  world.unknown(AskKind::QueryTrades);
  world.run_timers(1'000);
  EXPECT_EQ(world.trades_asked_since(), since) << "asked again from the same time on";
}

}  // namespace
}  // namespace causeway::gateway::engine
