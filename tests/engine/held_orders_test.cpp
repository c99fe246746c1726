#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// WhileRecovering=hold.
namespace causeway::gateway::engine {
namespace {

class Held : public testing::Test {
 protected:
  Held() {
    world.set({.hold_while_recovering = true, .max_held_orders = 2, .max_hold_ms = 5'000});
    world.link(false);
    world.take();
  }
  World world;
};

TEST_F(Held, WaitsAndGoesOutOnceTheAccountIsReconciled) {
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) A/A 100/0/100\n");
  EXPECT_EQ(world.exposure().open_buy, qty("0"));
  world.link(true);
  world.recover();
  EXPECT_EQ(world.take(),
            "> query-trades\n> query-open-orders\n> query-positions\n> query-balances\nh open\n");
  world.run_timers(0);
  EXPECT_EQ(world.take(), "> place\n");
  EXPECT_EQ(world.exposure().open_buy, qty("100"));
}

TEST_F(Held, RiskDecidesWhenItGoesOutWithThePricesOfThen) {
  risk::LimitSet limits;
  limits.name = "all";
  limits.price_collar_percent = fixspec::Decimal::from_integer(5);
  world.start.limits = {limits};
  world.restart();
  world.take();
  world.new_order("X", "100");
  world.reference.mark = world.reference.index = px("50000");
  world.link(true);
  world.recover();
  world.take();
  world.run_timers(0);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=3003\n");
}

TEST_F(Held, IsRefusedWhenItHasWaitedTooLong) {
  world.new_order("X", "100");
  world.take();
  world.run_timers(5'100);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4001\n");
}

TEST_F(Held, ExpiresWhileItWaits) {
  auto request = world.order("X", "100");
  request.time_in_force = fixspec::TimeInForce::GoodTillDate;
  request.expire_time = world.now.utc_ns + fixspec::nanos_per_second;
  world.request(request);
  EXPECT_EQ(world.take(), "8(X) A/A 100/0/100\n");
  world.run_timers(1'100);
  EXPECT_EQ(world.take(), "8(X) C/C 100/0/0\n") << "at its time, not when the hold ends";
  world.link(true);
  world.recover();
  world.run_timers(0);
  EXPECT_EQ(world.take().find("> place"), std::string::npos);
}

TEST_F(Held, WaitsForAPriceForAWhile) {
  world.reference = {};
  world.new_order("X", "100");
  world.link(true);
  world.recover();
  world.take();
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "");
  world.reference.mark = px("60000");
  world.run_timers(200);
  EXPECT_EQ(world.take(), "> place\n");
}

TEST_F(Held, NoMoreThanTheBound) {
  world.new_order("X", "100");
  world.new_order("Y", "100");
  world.take();
  world.new_order("Z", "100");
  EXPECT_EQ(world.take(), "8(Z) 8/8 100/0/0 20050=4001\n");
}

TEST_F(Held, ACancelEndsItAtOnceAndNothingGoesOut) {
  world.new_order("X", "100");
  world.new_order("Y", "100");
  world.take();
  world.cancel("C", "X");
  EXPECT_EQ(world.take(), "8(C/X) 6/6 100/0/100\n8(C/X) 4/4 100/0/0\n");
  world.request(fixspec::OrderMassCancelRequest{.cl_ord_id = fixspec::ClOrdId{"M"},
                                                .type = fixspec::MassCancelRequestType::All});
  EXPECT_EQ(world.take(), "8(Y) 4/4 100/0/0 20020=0\nr(M) accepted 1\n");
  world.link(true);
  world.recover();
  world.take();
  world.run_timers(10'000);
  EXPECT_EQ(world.take(), "");
  world.link(false);
  world.take();
  world.new_order("V", "100");
  world.new_order("W", "100");
  EXPECT_EQ(world.take(), "8(V) A/A 100/0/100\n8(W) A/A 100/0/100\n") << "both places are free";
}

TEST_F(Held, ARestartRefusesIt) {
  world.new_order("X", "100");
  world.take();
  world.restart();
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=4002\nh halted\n");
}

TEST_F(Held, ADuplicateIsADuplicate) {
  world.new_order("X", "100");
  world.take();
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=1005\n");
}

}  // namespace
}  // namespace causeway::gateway::engine
