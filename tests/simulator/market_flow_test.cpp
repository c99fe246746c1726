#include "simulator/core/market_flow.hpp"

#include "tests/simulator/exchange_fixture.hpp"

namespace causeway::simulator::core {
namespace {

// Everything a client could see of a market after some steps, as text.
std::string history(std::uint64_t seed, const ExchangeConfig& config, UtcNanos start) {
  Exchange exchange{config};
  MarketFlow flow{exchange, seed};
  flow.start(start);
  std::string text;
  for (int i = 1; i <= 300; ++i) {
    flow.advance(start + i * MarketFlow::step_interval);
    for (const auto& event : exchange.take_events()) {
      if (const auto* traded = std::get_if<Traded>(&event.what)) {
        text += traded->trade.price.to_string() + "x" + traded->trade.amount.to_string() + " ";
      }
    }
    text += exchange.index(0).to_string() + "\n";
  }
  return text;
}

class MarketFlowTest : public ExchangeTest {
 protected:
  MarketFlowTest() : flow(exchange, 7) { flow.start(start); }

  void run_steps(int steps) {
    for (int i = 0; i < steps; ++i) flow.advance(now += MarketFlow::step_interval);
  }

  MarketFlow flow;
};

TEST_F(MarketFlowTest, OneSeedMakesOneHistory) {
  EXPECT_EQ(history(1, config(), start), history(1, config(), start));
  EXPECT_NE(history(1, config(), start), history(2, config(), start));
}

TEST_F(MarketFlowTest, AtLateTimesTheSameStepsAreMade) {
  Exchange other{config()};
  MarketFlow late{other, 7};
  late.start(start);
  for (int i = 1; i <= 10; ++i) late.advance(start + 10 * i * MarketFlow::step_interval);
  run_steps(100);
  EXPECT_EQ(exchange.index(0), other.index(0));
}

TEST_F(MarketFlowTest, BothSidesAreQuotedOnTickAndStepAndNeverCross) {
  for (int i = 0; i < 200; ++i) {
    run_steps(1);
    for (const InstrumentIndex at : {linear, inverse, option}) {
      const auto bids = exchange.book(at).top(Side::Buy, 20);
      const auto asks = exchange.book(at).top(Side::Sell, 20);
      ASSERT_GE(bids.size(), 3U);
      ASSERT_GE(asks.size(), 3U);
      ASSERT_LT(bids[0].first, asks[0].first);
      const auto& spec = exchange.instrument(at);
      for (const auto& [level, size] : bids) {
        ASSERT_TRUE(level.value().is_multiple_of(spec.tick_at(level).value()));
        ASSERT_TRUE(size.value().is_multiple_of(spec.amount_step.value()));
      }
    }
  }
}

TEST_F(MarketFlowTest, APassiveOrderAtTheTouchFillsWithinSeconds) {
  for (const InstrumentIndex at : {linear, inverse}) {
    const auto best = *exchange.book(at).best_price(Side::Buy);
    OrderRequest request{.account = alice,
                         .instrument = at,
                         .side = Side::Buy,
                         .amount = exchange.instrument(at).amount_step,
                         .price = best};
    request.post_only = PostOnly::Reprice;
    const auto number = enter(request);
    run_steps(100);  // ten seconds of the market
    EXPECT_EQ(order(alice, number).state, OrderState::Filled);
    EXPECT_EQ(order(alice, number).average_price(), best);
  }
}

TEST_F(MarketFlowTest, APausedMarketStandsStill) {
  flow.pause();
  const auto index = exchange.index(0);
  (void)exchange.take_events();
  run_steps(50);
  EXPECT_EQ(exchange.index(0), index);
  EXPECT_TRUE(exchange.take_events().empty());
  flow.resume(now);
  run_steps(50);
  EXPECT_NE(exchange.index(0), index);
}

TEST_F(MarketFlowTest, TheHouseTradesWithClientsAndNotWithItself) {
  flow.pause();
  const auto resting = enter(limit(alice, Side::Buy, "2", "95"));
  const auto traded = flow.trade(linear, Side::Sell, amount("1.5"), price("95"), ++now);
  ASSERT_TRUE(traded);
  EXPECT_EQ(*traded, amount("1.5"));
  EXPECT_EQ(order(alice, resting).filled, amount("1.5"));
}

TEST_F(MarketFlowTest, AClearedBookHoldsWhatIsPlaced) {
  flow.pause();
  flow.clear(linear, ++now);
  ASSERT_TRUE(flow.place(linear, Side::Sell, amount("3"), price("101"), ++now));
  EXPECT_TRUE(exchange.book(linear).top(Side::Buy, 5).empty());
  const auto asks = exchange.book(linear).top(Side::Sell, 5);
  ASSERT_EQ(asks.size(), 1U);
  EXPECT_EQ(asks[0], std::pair(price("101"), amount("3")));
  EXPECT_FALSE(flow.place(linear, Side::Sell, amount("3"), price("101.3"), ++now));
}

}  // namespace
}  // namespace causeway::simulator::core
