#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// Orders of the account that are not ours: counted, and left alone.
namespace causeway::gateway::engine {
namespace {

using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

TEST(ExternalOrders, AreImportedByRecoveryAndCountOnTheirSide) {
  World world;
  world.link(false);
  world.link(true);
  world.recover({world.external("E1", "30", "10"), world.external("E2", "5")});
  const std::string told = world.take();
  EXPECT_NE(told.find("! external_order\n! external_order\n"), std::string::npos) << told;
  EXPECT_EQ(told.find("> cancel"), std::string::npos) << "never touched";
  EXPECT_EQ(world.exposure().open_sell, qty("25"));
  EXPECT_EQ(world.exposure().open_buy, qty("0"));
}

TEST(ExternalOrders, CountTowardsThePositionLimit) {
  World world;
  risk::LimitSet limits;
  limits.name = "all";
  limits.max_position = qty("100");
  world.start.limits = {limits};
  world.set({});
  world.told(world.external("E1", "80"));
  world.take();
  world.new_order("X", "30", "60000", fixspec::Side::Sell);
  EXPECT_EQ(world.take(), "8(X) 8/8 30/0/0 20050=3006\n");
  world.new_order("Y", "20", "60000", fixspec::Side::Sell);
  EXPECT_EQ(world.take(), "8(Y) A/A 20/0/20\n> place\n");
}

TEST(ExternalOrders, FollowTheirPicturesFillsAndEnds) {
  World world;
  world.told(world.external("E1", "30"));
  EXPECT_EQ(world.take(), "! external_order\n");
  EXPECT_EQ(world.exposure().open_sell, qty("30"));
  world.told(world.external("E1", "50", "10"));
  EXPECT_EQ(world.exposure().open_sell, qty("40"));
  auto fill = translators::Fill{
      .client_id = {},
      .venue_order_id = fixspec::VenueOrderId{"E1"},
      .instrument = world.instrument(),
      .side = fixspec::Side::Sell,
      .trade = {.trade_id = fixspec::TradeId{"t1"}, .last_qty = qty("15"), .last_px = px("61000")},
      .venue_time = world.now.utc_ns + 1};
  world.told(fill);
  world.told(fill);
  EXPECT_EQ(world.take(), "! external_fill\n");
  EXPECT_EQ(world.exposure().open_sell, qty("25"));
  EXPECT_EQ(world.exposure().position, qty("-15"));
  auto old = world.external("E1", "50", "10");
  old.venue_time -= 1'000'000'000;
  world.told(old);
  EXPECT_EQ(world.exposure().open_sell, qty("25")) << "an old picture changes nothing";
  auto end = world.external("E1", "50", "25");
  end.state = VenueOrderState::Canceled;
  world.told(end);
  EXPECT_EQ(world.exposure().open_sell, qty("0"));
  EXPECT_TRUE(world.engine.external_orders(fixspec::AccountId{"alpha"}).empty());
}

TEST(ExternalOrders, AreGoneWhenACompleteListHasThemNoMore) {
  World world;
  world.told(world.external("E1", "30"));
  world.link(false);
  world.link(true);
  world.told(world.external("E2", "5"));  // told of after the list was asked for
  world.recover({});
  EXPECT_EQ(world.exposure().open_sell, qty("5"));
}

TEST(ExternalOrders, StayOverARestartUntilTheVenueIsAsked) {
  World world;
  world.told(world.external("E1", "30"));
  world.restart();
  EXPECT_EQ(world.exposure().open_sell, qty("30"));
  world.link(true);
  world.recover({});
  EXPECT_EQ(world.exposure().open_sell, qty("0"));
}

TEST(ExternalOrders, AMassCancelTakesOnlyOurs) {
  World world;
  world.told(world.external("E1", "30"));
  world.new_order("X", "100");
  world.ack();
  world.take();
  world.request(fixspec::OrderMassCancelRequest{.cl_ord_id = fixspec::ClOrdId{"M"},
                                                .type = fixspec::MassCancelRequestType::All});
  EXPECT_EQ(world.take(), "> cancel\nr(M) accepted 1\n");
}

TEST(ExternalOrders, ThePolicyCancelCancelsEachOnce) {
  World world;
  world.set({.cancel_external = true});
  world.told(world.external("E1", "30"));
  EXPECT_EQ(world.take(), "! external_order\n> cancel\n");
  world.told(world.external("E1", "30", "5"));
  EXPECT_EQ(world.take(), "");
}

TEST(ExternalOrders, ACancelThatGotLostIsSentAgainOnceAListShowsTheOrder) {
  World world;
  world.set({.cancel_external = true});
  world.told(world.external("E1", "30"));
  world.link(false);
  world.link(true);
  world.take();
  auto listed = world.external("E1", "30");
  listed.source = translators::Source::Query;
  world.recover({listed});
  EXPECT_EQ(world.take(), "> cancel\n> query-positions\n> query-balances\nh open\n");
}

TEST(ExternalOrders, AnOrderThatTurnsOutToBeOursIsCountedOnce) {
  World world;
  world.new_order("X", "100");
  auto nameless = world.update(VenueOrderState::Open);
  nameless.client_id.reset();
  world.told(nameless);
  EXPECT_EQ(world.exposure().open_buy, qty("200")) << "on the safe side until it is known";
  world.ack();
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
}

}  // namespace
}  // namespace causeway::gateway::engine
