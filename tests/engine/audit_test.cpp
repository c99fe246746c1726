#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// What a stream lost is found by the next comparison with the venue.
namespace causeway::gateway::engine {
namespace {

using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

constexpr std::int64_t interval_ms = 30'000;

class Audit : public testing::Test {
 protected:
  Audit() { world.set({.audit_interval_ms = interval_ms}); }
  World world;
};

TEST_F(Audit, AsksForOpenOrdersAndPositionsEveryInterval) {
  world.run_timers(interval_ms + 1'000);
  EXPECT_EQ(world.take(), "> query-open-orders\n");
  world.open_orders({});
  EXPECT_EQ(world.take(), "> query-positions\n");
  world.positions("0");
  EXPECT_EQ(world.take(), "");
  world.run_timers(interval_ms);
  EXPECT_EQ(world.take(), "> query-open-orders\n");
}

TEST_F(Audit, AnEndThatTheStreamLostIsFound) {
  world.new_order("X", "100");
  world.ack();
  world.take();
  world.run_timers(interval_ms + 1'000);
  world.open_orders({});
  EXPECT_EQ(world.take(), "> query-open-orders\n> query-order\n> query-positions\n");
  world.answer(true, world.update(VenueOrderState::Canceled));
  EXPECT_EQ(world.take(), "8(X) 4/4 100/0/0 378=99 20020=9\n");
}

TEST_F(Audit, AFillThatTheStreamLostIsFoundAndNoMismatch) {
  world.new_order("X", "100");
  world.ack();
  world.take();
  world.run_timers(interval_ms + 1'000);
  world.open_orders({world.update(VenueOrderState::Open, "20", Source::Query)});
  EXPECT_EQ(world.take(), "> query-open-orders\n> query-positions\n");
  world.positions("20");
  EXPECT_EQ(world.take(), "> query-trades\n") << "before anything stops";
  world.run_timers(250);
  EXPECT_EQ(world.take(), "> query-order\n");
  world.answer(true, world.update(VenueOrderState::Open, "20"), {world.fill("t1", "20")});
  EXPECT_EQ(world.take(), "8(X) F/1 100/20/80 32=20\n");
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "> query-positions\n");
  world.positions("20");
  EXPECT_EQ(world.take(), "");
  EXPECT_TRUE(world.engine.halts().empty());
}

TEST_F(Audit, AnExternalOrderThatEndedUnseenIsDropped) {
  world.told(world.external("E1", "30"));
  world.run_timers(interval_ms + 1'000);
  world.open_orders({});
  EXPECT_EQ(world.exposure().open_sell, qty("0"));
}

TEST_F(Audit, ADifferenceThatNothingExplainsStopsTheInstrument) {
  world.run_timers(interval_ms + 1'000);
  world.open_orders({});
  world.positions("7");
  world.told(
      translators::Trades{.request_id = world.request_id(AskKind::QueryTrades), .fills = {}});
  world.take();
  world.run_timers(1'000);
  world.positions("7");
  EXPECT_EQ(world.take(), "> query-positions\n! position_mismatch\n");
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=3011\n");
}

TEST_F(Audit, AQueryThatFailsIsLeftToTheNext) {
  world.run_timers(interval_ms + 1'000);
  world.take();
  world.told(translators::RequestUnknown{.request_id = world.request_id(AskKind::QueryOpenOrders),
                                         .kind = AskKind::QueryOpenOrders,
                                         .client_id = {},
                                         .reason = "time-out"});
  EXPECT_EQ(world.take(), "");
  world.run_timers(interval_ms);
  EXPECT_EQ(world.take(), "> query-open-orders\n");
}

TEST_F(Audit, RestsWhileTheLinkIsDown) {
  world.link(false);
  world.take();
  world.run_timers(3 * interval_ms);
  EXPECT_EQ(world.take(), "");
}

}  // namespace
}  // namespace causeway::gateway::engine
