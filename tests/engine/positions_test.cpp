#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// Our count of positions against the venue's.
namespace causeway::gateway::engine {
namespace {

using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

// A link that was lost and is back, up to the query of positions.
void reconnect(World& world) {
  world.link(false);
  world.link(true);
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.open_orders({});
  world.take();
}

TEST(Positions, ATradeToldFirstWithoutItsOrderCountsOnce) {
  World world;
  world.new_order("X", "100");
  // Before the reply told the order's id at the venue.
  auto fill = world.fill("t1", "20");
  fill.client_id.reset();
  world.told(fill);
  EXPECT_EQ(world.exposure().position, qty("20"));
  world.ack();
  world.take();
  world.told(world.fill("t1", "20"));
  EXPECT_EQ(world.take(), "8(X) F/1 100/20/80 32=20\n") << "its client is told, once";
  EXPECT_EQ(world.exposure().position, qty("20")) << "and it is not counted again";
  world.told(world.fill("t1", "20"));
  world.told(fill);
  EXPECT_EQ(world.take(), "");
  EXPECT_EQ(world.exposure().position, qty("20"));
}

TEST(Positions, BothSidesOfATradeWithOneselfCount) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.fills("t1", "20");
  auto other_side = world.fill("t1", "20");
  other_side.client_id.reset();
  other_side.venue_order_id = fixspec::VenueOrderId{"E1"};
  other_side.side = fixspec::Side::Sell;
  world.told(other_side);
  EXPECT_EQ(world.exposure().position, qty("0"));
}

TEST(Positions, TheFirstPictureIsTheOpeningOnceItHasShownTwice) {
  World world(false);
  world.link(true);
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.open_orders({});
  world.take();
  world.positions("7");
  EXPECT_EQ(world.take(), "");
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "> query-positions\n> query-balances\n");
  world.positions("7");
  EXPECT_EQ(world.take(), "h open\n");
  EXPECT_EQ(world.exposure().position, qty("7"));
}

TEST(Positions, ADifferenceThatShowsTwiceStopsNewRiskOnThatInstrument) {
  World world;
  reconnect(world);
  world.positions("7");
  EXPECT_EQ(world.take(), "") << "a trade may have come in between";
  world.run_timers(1'000);
  world.positions("7");
  EXPECT_EQ(world.take(), "> query-positions\n> query-balances\n! position_mismatch\nh open\n");
  EXPECT_EQ(world.exposure().position, qty("0")) << "nothing is guessed";
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=3011\n");
}

TEST(Positions, ATradeBetweenPictureAndAnswerIsNoMismatch) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.link(false);
  world.link(true);
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.open_orders({world.update(VenueOrderState::Open, "0", Source::Query)});
  world.fills("t1", "20");
  world.take();
  world.positions("0");  // the picture is older than the trade
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "> query-positions\n> query-balances\n");
  world.fills("t2", "30");
  world.positions("20");  // another difference, and it moved
  EXPECT_EQ(world.take(), "8(X) F/1 100/50/50 32=30\n");
  world.run_timers(1'000);
  world.positions("50");
  EXPECT_EQ(world.take(), "> query-positions\n> query-balances\nh open\n");
  EXPECT_TRUE(world.engine.halts().empty());
}

class Mismatch : public testing::Test {
 protected:
  // Ours 20, the venue's 30.
  Mismatch() {
    world.new_order("A", "20");
    world.ack();
    world.fills("t1", "20");
    differ(world, "30");
  }
  static void differ(World& world, std::string_view theirs) {
    reconnect(world);
    world.positions(theirs);
    world.run_timers(1'000);
    world.positions(theirs);
    world.take();
  }
  World world;
};

TEST_F(Mismatch, WhatMakesItSmallerByBothCountsPasses) {
  world.new_order("S1", "15", "60000", fixspec::Side::Sell);
  EXPECT_EQ(world.take(), "8(S1) A/A 15/0/15\n> place\n");
  world.new_order("S2", "10", "60000", fixspec::Side::Sell);
  EXPECT_EQ(world.take(), "8(S2) 8/8 10/0/0 20050=3011\n") << "15 are on their way already";
}

TEST_F(Mismatch, OrdersThatTheVenueKeepsFromIncreasingPass) {
  auto order = world.order("S", "500");
  order.side = fixspec::Side::Sell;
  order.exec_inst.do_not_increase = true;
  world.request(order);
  EXPECT_EQ(world.take(), "8(S) A/A 500/0/500\n> place\n");
}

TEST_F(Mismatch, CancelsAndDecreasesWorkIncreasesDoNot) {
  World open;
  open.new_order("X", "100");
  open.ack();
  open.link(false);
  open.link(true);
  open.told(translators::Trades{.request_id = open.request_id(AskKind::QueryTrades), .fills = {}});
  open.open_orders({open.update(VenueOrderState::Open, "0", Source::Query)});
  open.positions("7");
  open.run_timers(1'000);
  open.positions("7");
  open.take();
  open.replace("R1", "X", "150");
  EXPECT_EQ(open.take(), "9(R1/X) 39=0 102=2 434=2\n");
  open.replace("R2", "X", "50");
  EXPECT_EQ(open.take(), "8(R2/X) E/E 100/0/100\n> amend 50@60000\n");
  open.amended("50");
  open.cancel("C", "R2");
  EXPECT_NE(open.take().find("8(C/R2) 6/6 50/0/50\n> cancel\n"), std::string::npos);
}

TEST_F(Mismatch, ALateFillThatExplainsItEndsTheHalt) {
  world.told([&] {
    auto fill = world.fill("t2", "10");
    fill.client_id.reset();
    fill.venue_order_id = fixspec::VenueOrderId{"E1"};
    return fill;
  }());
  reconnect(world);
  world.positions("30");
  EXPECT_EQ(world.take(), "! position_agrees\nh open\n");
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) A/A 100/0/100\n> place\n");
}

TEST_F(Mismatch, ItHoldsOverARestartAndIsClearedByItsNumber) {
  ASSERT_EQ(world.engine.halts().size(), 1u);
  const std::uint64_t number = world.engine.halts().front().number;
  world.restart();
  world.take();
  reconnect(world);
  world.positions("30");
  EXPECT_EQ(world.take(), "h open\n") << "the same difference is not told again";
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=3011\n");

  world.start.cleared_halts = {number};
  world.restart();
  EXPECT_EQ(world.take(), "! halt_cleared\nh halted\n");
  differ(world, "30");
  EXPECT_EQ(world.exposure().position, qty("30")) << "whoever cleared it took the venue's count";
  world.new_order("Y", "100");
  EXPECT_EQ(world.take(), "8(Y) A/A 100/0/100\n> place\n");
}

TEST_F(Mismatch, OneThatIsClearedAndGoneIsNotClearedForTheNext) {
  world.start.cleared_halts = {world.engine.halts().front().number};
  world.restart();
  differ(world, "20");
  ASSERT_TRUE(world.engine.halts().empty());
  differ(world, "30");
  EXPECT_EQ(world.engine.halts().size(), 1u);
  EXPECT_EQ(world.exposure().position, qty("20"));
}

TEST_F(Mismatch, AdoptTakesTheVenuesCountAndSaysSo) {
  World other;
  other.set({.adopt_position = true});
  reconnect(other);
  other.positions("7");
  other.run_timers(1'000);
  other.positions("7");
  EXPECT_EQ(other.take(), "> query-positions\n> query-balances\n! position_mismatch\nh open\n");
  EXPECT_EQ(other.exposure().position, qty("7"));
  EXPECT_TRUE(other.engine.halts().empty());
}

TEST_F(Mismatch, AReplayHasTheHaltToo) {
  Engine replayed;
  Outputs outputs;
  for (const Input& input : world.inputs) replayed.apply(input, outputs);
  EXPECT_EQ(replayed.halts(), world.engine.halts());
  EXPECT_EQ(replayed.state_hash(), world.engine.state_hash());
}

TEST(Positions, TradesInFlightAllTheTimeAreNoMismatch) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.link(false);
  world.link(true);
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.open_orders({world.update(VenueOrderState::Open, "0", Source::Query)});
  // Each picture is behind by what came while it was made.
  int position = 0;
  for (int i = 1; i <= 4; ++i) {
    world.fills("t" + std::to_string(i), std::to_string(i));
    world.positions(std::to_string(position));
    position += i;
    world.run_timers(1'000);
  }
  EXPECT_TRUE(world.engine.halts().empty());
  world.take();
  world.new_order("Y", "1");
  EXPECT_EQ(world.take(), "8(Y) A/A 1/0/1\n> place\n") << "and trading goes on";
}

TEST(Positions, TheSameDifferenceAgainAndAgainIsOneThoughTradesGoOn) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.link(false);
  world.link(true);
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.open_orders({world.update(VenueOrderState::Open, "0", Source::Query)});
  for (int i = 1; i <= 4; ++i) {
    world.fills("t" + std::to_string(i), "1");
    world.positions(std::to_string(i + 7));
    world.run_timers(1'000);
  }
  EXPECT_EQ(world.engine.halts().size(), 1u);
}

TEST(Positions, TradesOfOthersWhileTheLinkWasDownAreCounted) {
  World world;
  world.link(false);
  world.now.utc_ns += 3'600 * fixspec::nanos_per_second;
  world.link(true);
  world.told(translators::Trades{
      .request_id = world.request_id(AskKind::QueryTrades),
      .fills = {{.source = Source::Query,
                 .client_id = {},
                 .venue_order_id = fixspec::VenueOrderId{"E1"},
                 .instrument = world.instrument(),
                 .trade = {.trade_id = fixspec::TradeId{"t1"},
                           .last_qty = qty("7"),
                           .last_px = px("60000")},
                 .venue_time = world.now.utc_ns - 600 * fixspec::nanos_per_second}}});
  world.open_orders({});
  world.take();
  world.positions("7");
  EXPECT_EQ(world.take(), "h open\n");
}

}  // namespace
}  // namespace causeway::gateway::engine
