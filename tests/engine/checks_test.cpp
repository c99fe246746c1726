#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

namespace causeway::gateway::engine {

// Breaks the books from inside, as a mistake of ours would.
struct EngineInTest {
  static void lose_reservation(Engine& engine, const risk::OrderTerms& terms,
                               fixspec::Quantity difference) {
    engine.exposure_.reserve(terms, difference);
  }
  static void lose_fill(Engine& engine, const risk::OrderTerms& terms, fixspec::Quantity qty) {
    engine.exposure_.trade(terms.account, terms.instrument, terms.side, qty);
  }
};

namespace {

using translators::VenueOrderState;

const fixspec::AccountId account{"alpha"};

// Each invariant, broken on purpose by a venue that lies: new orders stop and say why, cancels
// pass.
class Checks : public testing::Test {
 protected:
  Checks() {
    world.new_order("OLD", "10");
    world.ack();
    world.new_order("X", "100");
    world.ack();
    world.take();
  }
  void expect_stopped(Check check, std::string_view alarm) {
    const std::string told = world.take();
    EXPECT_NE(told.find("! " + std::string{alarm} + "\n"), std::string::npos) << told;
    ASSERT_EQ(world.engine.halts().size(), 1u);
    EXPECT_EQ(world.engine.halts().front().check, check);
    world.new_order("N", "10");
    EXPECT_EQ(world.take(), "8(N) 8/8 10/0/0 20050=3010\n");
    world.replace("R", "OLD", "20");
    EXPECT_EQ(world.take(), "9(R/OLD) 39=0 102=2 434=2\n");
    world.cancel("C", "OLD");
    EXPECT_EQ(world.take(), "8(C/OLD) 6/6 10/0/10\n> cancel\n");

    Engine replayed;
    Outputs outputs;
    for (const Input& input : world.inputs) replayed.apply(input, outputs);
    if (!broken_from_inside) {
      EXPECT_EQ(replayed.halts(), world.engine.halts());
    }

    world.start.cleared_halts = {world.engine.halts().front().number};
    world.restart();
    EXPECT_TRUE(world.engine.halts().empty());
  }
  World world;
  bool broken_from_inside = false;
};

TEST_F(Checks, MoreFilledThanOrdered) {
  world.fills("t1", "120");
  EXPECT_EQ(world.exposure().position, qty("120")) << "the fill is counted all the same";
  expect_stopped(Check::Overfill, "overfill");
}

TEST_F(Checks, AFilledQuantityThatFalls) {
  world.fills("t1", "50");
  world.told(world.update(VenueOrderState::Open, "50"));
  world.told(world.update(VenueOrderState::Open, "20"));
  EXPECT_EQ(world.newest().cum_qty, qty("50"));
  expect_stopped(Check::CumQtyFell, "cum_qty_fell");
}

TEST_F(Checks, AnEndBelowTheFillsThatWereTold) {
  world.fills("t1", "50");
  world.told(world.update(VenueOrderState::Canceled, "20"));
  expect_stopped(Check::CumQtyFell, "cum_qty_fell");
}

TEST_F(Checks, AnOldPictureThatCountsLessIsNone) {
  world.fills("t1", "50");
  world.told(world.update(VenueOrderState::Open, "50"));
  auto old = world.update(VenueOrderState::Open, "20");
  old.venue_time -= 1'000'000'000;
  world.told(old);
  EXPECT_TRUE(world.engine.halts().empty());
}

TEST_F(Checks, OneTradeOfTwoOrders) {
  world.fills("t1", "20");
  auto again = world.fill("t1", "20");
  const Order& old =
      *world.engine.orders().find(fixspec::SessionId{"OMS1"}, fixspec::ClOrdId{"OLD"});
  again.client_id = old.client_id;
  again.venue_order_id = *old.venue_order_id;
  world.told(again);
  EXPECT_EQ(world.exposure().position, qty("20"));
  EXPECT_EQ(old.cum_qty, qty("0"));
  expect_stopped(Check::TradeTwice, "trade_told_twice");
}

TEST_F(Checks, ASecondOrderUnderOneClientIdStopsTheAccount) {
  auto second = world.update(VenueOrderState::Open);
  second.venue_order_id = fixspec::VenueOrderId{"V-second"};
  world.told(second);
  EXPECT_FALSE(world.engine.halts().front().instrument) << "whatever the instrument";
  expect_stopped(Check::SecondVenueOrder, "second_venue_order");
}

TEST_F(Checks, AReservationThatDoesNotMatchTheOrders) {
  broken_from_inside = true;
  EngineInTest::lose_reservation(world.engine, world.newest().terms(), qty("-30"));
  for (int i = 0; i < 200; ++i) world.apply(TimerInput{});
  expect_stopped(Check::ReservedRisk, "reserved_risk_differs");
}

TEST_F(Checks, APositionThatDoesNotMatchTheFills) {
  broken_from_inside = true;
  world.fills("t1", "20");
  EngineInTest::lose_fill(world.engine, world.newest().terms(), qty("-20"));
  for (int i = 0; i < 200; ++i) world.apply(TimerInput{});
  expect_stopped(Check::FillSum, "fills_and_position_differ");
}

TEST_F(Checks, AHaltOfOneInstrumentLeavesOthersAlone) {
  fixspec::Instrument other = *world.engine.instruments().find(world.instrument());
  other.key.symbol = fixspec::Symbol{"ETH-PERPETUAL"};
  world.apply(VenueInput{{.venue = fixspec::Venue::Deribit,
                          .account = {},
                          .told = translators::Instruments{.instruments = {other}}}});
  world.fills("t1", "120");
  world.take();
  auto order = world.order("N", "10");
  order.instrument.symbol = other.key.symbol;
  world.request(order);
  EXPECT_EQ(world.take(), "8(N) A/A 10/0/10\n> place\n");
}

// Whatever happens in between, the sweep comes to what risk counts.
TEST_F(Checks, SweepsOverChangingOrdersFindNothing) {
  for (int i = 0; i < 500; ++i) {
    const std::string name = "S" + std::to_string(i);
    world.new_order(name, "10");
    world.ack();
    if (i % 3 == 0) world.fills("f" + std::to_string(i), "4");
    if (i % 5 == 0) {
      world.replace("R" + name, name, "20");
      world.amended("20");
    }
    if (i % 2 == 0) world.canceled(i % 3 == 0 ? "4" : "0");
    if (i % 7 == 0) world.told(world.external("E" + std::to_string(i % 4), "5"));
    if (i % 100 == 99) {
      world.link(false);
      world.link(true);
    }
  }
  EXPECT_TRUE(world.engine.halts().empty()) << world.engine.halts().front().why;
}

}  // namespace
}  // namespace causeway::gateway::engine
