#include <gtest/gtest.h>

#include <random>

#include "tests/strategies/few_line_exchange.hpp"

namespace causeway::strategies::market_maker {
namespace {

TEST(MarketMaker, WarmsUpThenQuotesBothSidesPostOnlyAndNotThroughTheTouch) {
  World world;
  world.book(900'000, 900'005);
  EXPECT_EQ(world.maker.state(), State::WarmUp);
  EXPECT_TRUE(world.sent.empty());
  world.warm_up();
  ASSERT_EQ(world.sent.size(), 2u);
  const auto& bid = std::get<fixspec::NewOrderSingle>(world.sent[0]);
  const auto& ask = std::get<fixspec::NewOrderSingle>(world.sent[1]);
  EXPECT_EQ(bid.side, Side::Buy);
  EXPECT_EQ(ask.side, Side::Sell);
  EXPECT_TRUE(bid.exec_inst.participate_dont_initiate);
  EXPECT_LT(*bid.price, price("90000.5"));
  EXPECT_GT(*ask.price, price("90000.0"));
  EXPECT_TRUE(bid.price->value().is_multiple_of(instrument().tick.value()));
  EXPECT_EQ(world.answer_all(), "DD");
  EXPECT_EQ(world.maker.state(), State::Quoting);
}

TEST(MarketMaker, AmendsWhenTheMarketMovesAndNotForLess) {
  Quoting world;
  // A calm market: the quotes settle as the volatility fades.
  for (int i = 0; i < 200; ++i) {
    world.book(900'000, 900'005);
    world.pass(100);
    world.answer_all();
  }
  const Price before = world.order(Side::Buy).price;
  world.book(900'001, 900'006);
  world.pass(300);
  EXPECT_TRUE(world.sent.empty()) << "one tick is below the threshold";
  world.book(900'020, 900'025);
  EXPECT_EQ(world.answer_all(), "GG");
  EXPECT_GT(world.order(Side::Buy).price, before);
  EXPECT_EQ(world.exchange.orders.size(), 2u) << "one order a side";
}

TEST(MarketMaker, SkewsAgainstItsInventoryAndQuotesOneSideAtTheBound) {
  Quoting world;
  const Price flat_ask = world.order(Side::Sell).price;
  for (int held = 1; held <= 3; ++held) {
    world.fill(world.order(Side::Buy).cl_ord_id.to_string(), qty("0.01"),
               world.order(Side::Buy).price);
    world.book(900'000 + held % 2, 900'005 + held % 2);
    world.pass(300);
    world.answer_all();
    world.pass(300);
    world.answer_all();
  }
  EXPECT_EQ(world.maker.position(), qty("0.03"));
  EXPECT_EQ(world.maker.state(), State::OneSided);
  EXPECT_THROW((void)world.order(Side::Buy), std::runtime_error);
  EXPECT_LE(world.order(Side::Sell).price, flat_ask);
}

TEST(MarketMaker, PullsItsQuotesWhenTheDataGoStaleAndComesBack) {
  Quoting world;
  world.pass(2'100);
  EXPECT_EQ(world.maker.state(), State::Pulled);
  EXPECT_EQ(world.maker.reason(), "market data are stale");
  EXPECT_EQ(world.answer_all(), "FF");
  world.pass(1'000);
  EXPECT_TRUE(world.sent.empty());
  world.warm_up();
  EXPECT_EQ(world.answer_all().substr(0, 2), "DD");
}

TEST(MarketMaker, PullsOnAnInvalidBookAndOnAVenueThatIsNotOpen) {
  Quoting world;
  world.book(0, 0, false);
  EXPECT_EQ(world.answer_all(), "FF");
  world.warm_up();
  world.answer_all();
  world.maker.on_venue(false, world.now);
  world.take();
  EXPECT_EQ(world.answer_all(), "FF");
  EXPECT_EQ(world.maker.reason(), "the venue is not open");
}

TEST(MarketMaker, PausesAfterARejectByARiskLimit) {
  Quoting world;
  world.book(900'300, 900'305);
  ASSERT_EQ(world.sent.size(), 2u);
  world.answer(true, fixspec::RejectCode::PositionLimit, "5");
  EXPECT_EQ(world.maker.state(), State::Pulled);
  EXPECT_EQ(world.maker.reason(), "refused: no");
  world.answer_all();
  EXPECT_TRUE(world.exchange.orders.empty()) << "both are cancelled";
  world.book(900'301, 900'306);
  EXPECT_TRUE(world.sent.empty());
  for (int i = 0; i < 60; ++i) {
    world.book(900'300 + i % 2, 900'305 + i % 2);
    world.pass(100);
  }
  EXPECT_FALSE(world.sent.empty()) << "five seconds later it tries again";
}

TEST(MarketMaker, APostOnlyRejectIsTriedAgainAtAnotherPriceWithoutAPause) {
  World world;
  world.warm_up();
  world.answer(true, fixspec::RejectCode::PostOnlyWouldTake);
  world.answer();
  EXPECT_NE(world.maker.state(), State::Pulled);
  world.book(900'010, 900'015);
  world.pass(300);
  EXPECT_FALSE(world.sent.empty());
}

TEST(MarketMaker, ARepeatedReportCountsOnce) {
  Quoting world;
  world.fill(world.order(Side::Buy).cl_ord_id.to_string(), qty("0.004"), price("89999"));
  const Quantity held = world.maker.position();
  world.deliver(world.last_report);
  EXPECT_EQ(world.maker.position(), held);
  EXPECT_EQ(world.maker.profit().total(), world.maker.profit().by_cash());
}

TEST(MarketMaker, StopsFlatAndSaysWhy) {
  Quoting world;
  world.fill(world.order(Side::Buy).cl_ord_id.to_string(), qty("0.01"), price("89999"));
  world.maker.stop(world.now);
  world.take();
  for (int i = 0; i < 5 && world.maker.state() != State::Stopped; ++i) {
    world.answer_all();
    world.pass(1'100);
  }
  EXPECT_EQ(world.maker.state(), State::Stopped);
  EXPECT_TRUE(world.maker.position().is_zero());
  EXPECT_TRUE(world.exchange.orders.empty());
}

TEST(MarketMaker, ALossBeyondTheLimitEndsIt) {
  Settings careful = settings();
  careful.max_loss = Decimal::from_integer(5);
  Quoting world{careful};
  world.fill(world.order(Side::Buy).cl_ord_id.to_string(), qty("0.01"),
             world.order(Side::Buy).price);
  world.book(890'000, 890'005);
  EXPECT_EQ(world.maker.state(), State::Stopping);
  EXPECT_EQ(world.maker.reason(), "MaxLoss is reached");
}

// A market that wanders, quotes that fill at random and answers that come late, are refused or get
// lost with the session.
TEST(MarketMaker, NeverBeyondItsBoundAndItsAccountsAlwaysAddUp) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 random{seed};
    World world;
    std::int64_t bid = 900'000;
    for (int step = 0; step < 3'000; ++step) {
      bid += static_cast<std::int64_t>(random() % 15) - 7;
      const std::int64_t spread = 1 + static_cast<std::int64_t>(random() % 8);
      world.book(bid, bid + spread, random() % 400 != 0);
      world.pass(20 + static_cast<std::int64_t>(random() % 120));
      if (random() % 3 == 0 && !world.sent.empty()) world.answer(random() % 40 == 0);
      if (random() % 4 == 0 && !world.exchange.orders.empty()) {
        auto at = world.exchange.orders.begin();
        std::advance(at, random() % world.exchange.orders.size());
        const Quantity open = at->second.order_qty - at->second.cum_qty;
        const Quantity part{
            Decimal::from_units(instrument().qty_step.value().units() * (1 + random() % 10))};
        world.fill(at->first, std::min(open, part), at->second.price);
      }
      if (random() % 500 == 0) {
        // What was not answered by now was never sent.
        world.sent.clear();
        world.maker.on_session(false, world.now);
        world.pass(50);
        world.maker.on_session(true, world.now);
      }
      // Whatever is open and whatever is on its way: it may all fill.
      Quantity most = world.maker.position(), least = world.maker.position();
      for (const auto& [id, order] : world.exchange.orders) {
        (order.side == Side::Buy ? most : least) += order.side == Side::Buy
                                                        ? order.order_qty - order.cum_qty
                                                        : order.cum_qty - order.order_qty;
      }
      ASSERT_LE(most, settings().max_inventory) << "seed " << seed << " step " << step;
      ASSERT_GE(least, -settings().max_inventory) << "seed " << seed << " step " << step;
      ASSERT_EQ(world.maker.profit().total(), world.maker.profit().by_cash());
      const Counters& counters = world.maker.counters();
      ASSERT_LE(counters.orders + counters.amends, counters.market_moves);
    }
    EXPECT_GT(world.maker.counters().fills, 50u) << "seed " << seed;
    world.maker.stop(world.now);
    world.take();
    for (int i = 0; i < 30 && world.maker.state() != State::Stopped; ++i) {
      world.answer_all();
      world.pass(1'100);
    }
    EXPECT_EQ(world.maker.state(), State::Stopped) << "seed " << seed;
    EXPECT_TRUE(world.maker.position().is_zero()) << "seed " << seed;
    EXPECT_TRUE(world.exchange.orders.empty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace causeway::strategies::market_maker
