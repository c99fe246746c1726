#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// Facts that come late, twice, too large or against each other.
namespace causeway::gateway::engine {
namespace {

using fixspec::RejectCode;
using translators::AskKind;
using translators::VenueOrderState;

// An order X of 100 that the venue has acknowledged.
struct Working : World {
  Working() {
    new_order("X", "100");
    ack();
    take();
  }
};

TEST(Facts, AFillAfterTheCancelIsStillAFill) {
  Working world;
  world.cancel("Y", "X");
  world.canceled();
  world.take();
  world.fills("t1", "20");
  EXPECT_EQ(world.take(), "8(X) F/4 100/20/0 32=20\n");
  EXPECT_EQ(world.exposure(), (risk::InstrumentExposure{qty("20"), {}, {}}));
}

TEST(Facts, AFillOfARejectedOrderOpensItAgain) {
  World world;
  world.new_order("X", "100");
  world.refused(AskKind::Place, RejectCode::VenueRejected);
  world.take();
  world.fills("t1", "20");
  EXPECT_EQ(world.take(), "! rejected_order_is_alive\n8(X) F/1 100/20/80 32=20 20020=10\n");
  EXPECT_EQ(world.exposure(), (risk::InstrumentExposure{qty("20"), qty("80"), {}}));
  world.run_timers(1'000);
  world.take();
  world.answer(true, world.update(VenueOrderState::Open, "20"));
  EXPECT_EQ(world.take(), "8(X) D/1 100/20/80 378=99 20020=10\n");
}

TEST(Facts, GoodTillDateIsCancelledInTimeAndExpires) {
  World world;
  auto order = world.order("X", "100");
  order.time_in_force = fixspec::TimeInForce::GoodTillDate;
  order.expire_time = world.now.utc_ns + 10 * fixspec::nanos_per_second;
  world.request(order);
  world.ack();
  world.take();
  world.run_timers(9'000);
  EXPECT_EQ(world.take(), "");
  world.run_timers(2'000);
  EXPECT_EQ(world.take(), "> cancel\n");
  world.canceled();
  EXPECT_EQ(world.take(), "8(X) C/C 100/0/0\n");
}

TEST(Facts, AnExpiryThatTheVenueRefusesIsTriedUntilTheOrderEnds) {
  World world;
  auto order = world.order("X", "100");
  order.time_in_force = fixspec::TimeInForce::GoodTillDate;
  order.expire_time = world.now.utc_ns + 10 * fixspec::nanos_per_second;
  world.request(order);
  world.ack();
  world.run_timers(11'000);
  world.take();
  world.refused(AskKind::Cancel, RejectCode::InstrumentNotTrading);
  world.run_timers(1'000);
  world.answer(true, world.update(VenueOrderState::Open));
  EXPECT_EQ(world.take(), "> query-order\n> cancel\n");
  world.canceled();
  EXPECT_EQ(world.take(), "8(X) C/C 100/0/0\n");
}

TEST(Facts, AnExpiryComesBackWhenTheClientsCancelIsRefused) {
  World world;
  auto order = world.order("X", "100");
  order.time_in_force = fixspec::TimeInForce::GoodTillDate;
  order.expire_time = world.now.utc_ns + 10 * fixspec::nanos_per_second;
  world.request(order);
  world.ack();
  world.cancel("Y", "X");
  world.run_timers(11'000);
  world.take();
  world.refused(AskKind::Cancel, RejectCode::InstrumentNotTrading);
  EXPECT_EQ(world.take(), "9(Y/X) 39=0 102=2 434=1\n> cancel\n");
}

TEST(Facts, AnExternalFillCountsOnce) {
  World world;
  world.new_order("X", "100");
  world.ack();
  auto fill = world.fill("e1", "40");
  fill.client_id.reset();
  fill.venue_order_id = fixspec::VenueOrderId{"not-ours"};
  world.told(fill);
  world.told(fill);
  EXPECT_EQ(world.exposure().position, qty("40"));
}

TEST(Facts, ALatePictureDoesNotCarryOutAReplaceBack) {
  Working world;
  auto late = world.update(VenueOrderState::Open);
  world.replace("Y", "X", "50");
  world.amended("50");
  world.replace("Z", "Y", "100");
  world.take();
  world.told(late);
  EXPECT_EQ(world.take(), "");
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
}

TEST(Facts, AFillThatCannotBeIsNotCounted) {
  Working world;
  world.fills("t1", "-5");
  EXPECT_EQ(world.take(), "! impossible_fill\n");
  world.told(world.fill("t2", "100", "900000000000000000"));
  world.told(world.fill("t3", "900000000000000000", "900000000000000000"));
  EXPECT_NE(world.take().find("! average_price_lost"), std::string::npos);
}

TEST(Facts, ARejectedOrderThatTheVenueShowsFilledIsOpenedAgain) {
  World world;
  world.new_order("X", "100");
  world.refused(AskKind::Place, RejectCode::VenueRejected);
  world.take();
  world.told(world.update(VenueOrderState::Filled, "100"));
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "! rejected_order_is_alive\n> query-order\n");
  world.answer(true, world.update(VenueOrderState::Filled, "100"), {world.fill("t1", "100")});
  EXPECT_EQ(world.take(), "8(X) F/2 100/100/0 32=100\n");
}

TEST(Facts, AverageIsExact) {
  Working world;
  world.told(world.fill("t1", "30", "60000"));
  world.told(world.fill("t2", "70", "60000.5"));
  EXPECT_EQ(world.newest().avg_px().to_string(), "60000.35");
}

}  // namespace
}  // namespace causeway::gateway::engine
