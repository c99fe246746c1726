#include "tests/simulator/exchange_fixture.hpp"

namespace causeway::simulator::core {
namespace {

using MatchingTest = ExchangeTest;

TEST_F(MatchingTest, BetterPriceFillsFirstThenEarlierTime) {
  const auto late = enter(limit(bob, Side::Sell, "1", "101"));
  const auto early_best = enter(limit(bob, Side::Sell, "1", "100.5"));
  const auto second_best = enter(limit(bob, Side::Sell, "1", "100.5"));
  enter(limit(alice, Side::Buy, "1.5", "101"));
  EXPECT_EQ(order(bob, early_best).state, OrderState::Filled);
  EXPECT_EQ(order(bob, second_best).filled, amount("0.5"));
  EXPECT_EQ(order(bob, late).filled, amount("0"));
}

TEST_F(MatchingTest, ATakerPaysTheMakersPrice) {
  enter(limit(bob, Side::Sell, "1", "99"));
  const auto taker = enter(limit(alice, Side::Buy, "1", "101"));
  EXPECT_EQ(order(alice, taker).average_price(), price("99"));
  ASSERT_EQ(exchange.executions().size(), 2U);
  EXPECT_EQ(exchange.executions()[0].trade.price, price("99"));
  EXPECT_FALSE(exchange.executions()[0].maker);
  EXPECT_TRUE(exchange.executions()[1].maker);
}

TEST_F(MatchingTest, AmendKeepsThePlaceOnlyForTheSamePriceAndNoMore) {
  const auto first = enter(limit(bob, Side::Sell, "2", "101"));
  const auto second = enter(limit(bob, Side::Sell, "2", "101"));
  ASSERT_TRUE(exchange.amend(bob, first, {.amount = amount("1")}, ++now));
  enter(limit(alice, Side::Buy, "1", "101"));
  EXPECT_EQ(order(bob, first).state, OrderState::Filled);
  const auto third = enter(limit(bob, Side::Sell, "1", "101"));
  ASSERT_TRUE(exchange.amend(bob, second, {.amount = amount("3")}, ++now));
  enter(limit(alice, Side::Buy, "1", "101"));
  EXPECT_EQ(order(bob, third).state, OrderState::Filled);
  EXPECT_EQ(order(bob, second).filled, amount("0"));
  EXPECT_TRUE(order(bob, second).replaced);
}

TEST_F(MatchingTest, AnAmendThatCrossesTrades) {
  enter(limit(bob, Side::Sell, "1", "101"));
  const auto buy = enter(limit(alice, Side::Buy, "2", "99"));
  ASSERT_TRUE(exchange.amend(alice, buy, {.price = price("101")}, ++now));
  EXPECT_EQ(order(alice, buy).filled, amount("1"));
  EXPECT_EQ(exchange.book(linear).best_price(Side::Buy), price("101"));
}

TEST_F(MatchingTest, AnAmendToWhatIsFilledIsRefused) {
  enter(limit(bob, Side::Sell, "1", "100"));
  const auto buy = enter(limit(alice, Side::Buy, "2", "100"));
  const auto done = exchange.amend(alice, buy, {.amount = amount("1")}, ++now);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, RefusalCode::AmountBelowFilled);
  EXPECT_EQ(order(alice, buy).state, OrderState::Open);
}

TEST_F(MatchingTest, ImmediateOrCancelLeavesNothingInTheBook) {
  enter(limit(bob, Side::Sell, "1", "100"));
  auto request = limit(alice, Side::Buy, "3", "100");
  request.time_in_force = TimeInForce::ImmediateOrCancel;
  const auto buy = enter(request);
  EXPECT_EQ(order(alice, buy).state, OrderState::Cancelled);
  EXPECT_EQ(order(alice, buy).filled, amount("1"));
  EXPECT_FALSE(exchange.book(linear).best_price(Side::Buy));
}

TEST_F(MatchingTest, FillOrKillFillsWhollyOrNotAtAll) {
  enter(limit(bob, Side::Sell, "1", "100"));
  auto request = limit(alice, Side::Buy, "1.1", "100");
  request.time_in_force = TimeInForce::FillOrKill;
  EXPECT_EQ(order(alice, enter(request)).filled, amount("0"));
  request.amount = amount("1");
  EXPECT_EQ(order(alice, enter(request)).state, OrderState::Filled);
}

TEST_F(MatchingTest, AMarketOrderStopsAtTheBand) {
  enter(limit(bob, Side::Sell, "1", "119"));
  enter(limit(bob, Side::Sell, "1", "121"));
  OrderRequest request = limit(alice, Side::Buy, "2", "100");
  request.type = OrderType::Market;
  request.price.reset();
  const auto buy = enter(request);
  EXPECT_EQ(order(alice, buy).filled, amount("1"));
  EXPECT_EQ(order(alice, buy).state, OrderState::Cancelled);
}

TEST_F(MatchingTest, AMarketLimitOrderRestsAtItsLastFill) {
  enter(limit(bob, Side::Sell, "1", "101"));
  OrderRequest request = limit(alice, Side::Buy, "2", "100");
  request.type = OrderType::MarketLimit;
  request.price.reset();
  enter(request);
  EXPECT_EQ(exchange.book(linear).best_price(Side::Buy), price("101"));
}

TEST_F(MatchingTest, PostOnlyIsMovedOrRefusedAndNeverTakes) {
  enter(limit(bob, Side::Sell, "1", "100"));
  auto request = limit(alice, Side::Buy, "1", "100");
  request.post_only = PostOnly::Reject;
  EXPECT_EQ(refused(request), RefusalCode::PostOnlyWouldTake);
  request.post_only = PostOnly::Reprice;
  const auto buy = enter(request);
  EXPECT_EQ(order(alice, buy).price, price("99.5"));
  EXPECT_TRUE(exchange.executions().empty());
}

TEST_F(MatchingTest, AnEditThatWouldMakePostOnlyTakeCancelsTheOrder) {
  enter(limit(bob, Side::Sell, "1", "100"));
  auto request = limit(alice, Side::Buy, "1", "99");
  request.post_only = PostOnly::Reject;
  const auto buy = enter(request);
  EXPECT_FALSE(exchange.amend(alice, buy, {.price = price("100")}, ++now));
  EXPECT_EQ(order(alice, buy).state, OrderState::Cancelled);
  EXPECT_EQ(order(alice, buy).cancel_reason, CancelReason::PostOnlyEdit);
}

TEST_F(MatchingTest, ReduceOnlyNeverOpensAndIsCutToThePosition) {
  auto request = limit(alice, Side::Sell, "5", "99");
  request.reduce_only = true;
  EXPECT_EQ(refused(request), RefusalCode::NothingToReduce);
  enter(limit(bob, Side::Sell, "2", "100"));
  enter(limit(alice, Side::Buy, "2", "100"));
  const auto reducing = enter(request);
  EXPECT_EQ(order(alice, reducing).request.amount, amount("2"));
  // The position goes another way; what rests has nothing left to reduce.
  enter(limit(bob, Side::Buy, "2", "98.5"));
  enter(limit(alice, Side::Sell, "2", "98.5"));
  EXPECT_EQ(exchange.account(alice).position(linear).size, amount("0"));
  enter(limit(bob, Side::Buy, "2", "101"));
  EXPECT_EQ(order(alice, reducing).cancel_reason, CancelReason::ReduceOnly);
  EXPECT_EQ(exchange.account(alice).position(linear).size, amount("0"));
}

TEST_F(MatchingTest, AnOwnOrderIsNeverMet) {
  const auto resting = enter(limit(alice, Side::Sell, "1", "100"));
  EXPECT_EQ(refused(limit(alice, Side::Buy, "1", "100")), RefusalCode::SelfTrade);
  exchange.account(alice).self_trade_cancels_maker = true;
  const auto buy = enter(limit(alice, Side::Buy, "1", "100"));
  EXPECT_EQ(order(alice, resting).cancel_reason, CancelReason::SelfTrade);
  EXPECT_EQ(order(alice, buy).state, OrderState::Open);
  EXPECT_TRUE(exchange.executions().empty());
}

TEST_F(MatchingTest, AnOwnOrderBehindEnoughOthersIsNoSelfTrade) {
  enter(limit(bob, Side::Sell, "1", "100"));
  enter(limit(alice, Side::Sell, "1", "100"));
  EXPECT_EQ(refused(limit(alice, Side::Buy, "1", "100")), std::nullopt);
}

TEST_F(MatchingTest, AStopWaitsForItsPriceAndItsChildTrades) {
  enter(limit(bob, Side::Buy, "1", "95"));
  OrderRequest stop = limit(alice, Side::Sell, "1", "95");
  stop.type = OrderType::StopMarket;
  stop.price.reset();
  stop.trigger = Trigger::IndexPrice;
  stop.trigger_price = price("97");
  stop.label = "guard";
  const auto parent = enter(stop);
  EXPECT_EQ(order(alice, parent).state, OrderState::Untriggered);
  exchange.set_index(0, price("97.01"), ++now);
  EXPECT_EQ(order(alice, parent).state, OrderState::Untriggered);
  exchange.set_index(0, price("97"), ++now);
  EXPECT_EQ(order(alice, parent).state, OrderState::Triggered);
  const auto& child = exchange.client_orders().back();
  EXPECT_EQ(child.trigger_order, parent);
  EXPECT_EQ(child.request.label, "guard");
  EXPECT_EQ(child.state, OrderState::Filled);
}

TEST_F(MatchingTest, AStopWhosePriceHasComeIsRefused) {
  OrderRequest stop = limit(alice, Side::Sell, "1", "95");
  stop.type = OrderType::StopLimit;
  stop.trigger = Trigger::MarkPrice;
  stop.trigger_price = price("100");
  EXPECT_EQ(refused(stop), RefusalCode::TriggerPriceTooHigh);
  stop.type = OrderType::TakeLimit;
  EXPECT_EQ(refused(stop), RefusalCode::TriggerPriceTooLow);
}

TEST_F(MatchingTest, StopsOnTheLastPriceSetEachOtherOff) {
  for (const char* at : {"98", "97", "96"}) enter(limit(bob, Side::Buy, "1", at));
  for (const char* at : {"98", "97"}) {
    OrderRequest stop = limit(alice, Side::Sell, "1", at);
    stop.type = OrderType::StopMarket;
    stop.price.reset();
    stop.trigger_price = price(at);
    enter(stop);
  }
  enter(limit(alice, Side::Sell, "1", "98"));
  EXPECT_EQ(exchange.account(alice).position(linear).size, amount("-3"));
  EXPECT_FALSE(exchange.book(linear).best_price(Side::Buy));
}

struct TermsCase {
  const char* amount;
  const char* price;
  RefusalCode code;
};

TEST_F(MatchingTest, TermsOffTheRulesAreRefusedByName) {
  for (const auto& [size, at, code] : std::initializer_list<TermsCase>{
           {"0", "100", RefusalCode::AmountTooLow},
           {"0.05", "100", RefusalCode::AmountTooLow},
           {"0.15", "100", RefusalCode::AmountOffStep},
           {"1", "100.25", RefusalCode::PriceOffTick},
           {"1", "0", RefusalCode::PriceTooLow},
           {"1", "-5", RefusalCode::PriceTooLow},
       }) {
    EXPECT_EQ(refused(limit(alice, Side::Buy, size, at)), code) << size << " at " << at;
  }
  EXPECT_TRUE(exchange.client_orders().empty());
}

TEST_F(MatchingTest, ABandClampsFuturesAndRefusesOptions) {
  const auto buy = enter(limit(alice, Side::Buy, "1", "500"));
  EXPECT_EQ(order(alice, buy).price, price("120"));
  EXPECT_EQ(refused(limit(alice, Side::Buy, "1", "5", option)), RefusalCode::PriceTooHigh);
}

TEST_F(MatchingTest, MarginCoversTheWorstCaseOfPositionAndOpenOrders) {
  // 100000 USD at 2 % carry 5,000,000 USD: 50000 coins at 100, whatever the order's price.
  enter(limit(alice, Side::Buy, "30000", "90"));
  EXPECT_EQ(refused(limit(alice, Side::Buy, "20000.1", "90")), RefusalCode::NotEnoughFunds);
  enter(limit(alice, Side::Sell, "50000", "110"));
  const auto rest = enter(limit(alice, Side::Buy, "20000", "90"));
  ASSERT_TRUE(exchange.cancel(alice, rest, CancelReason::UserRequest, ++now));
  EXPECT_EQ(exchange.margin(alice, usd), dec("100000"));
  exchange.cancel_all(alice, {}, CancelReason::UserRequest, ++now);
  EXPECT_EQ(exchange.margin(alice, usd), dec("0"));
}

TEST_F(MatchingTest, CancelNamesWhyItCannot) {
  EXPECT_EQ(exchange.cancel(alice, 99, CancelReason::UserRequest, now).error().code,
            RefusalCode::OrderNotFound);
  const auto resting = enter(limit(bob, Side::Sell, "1", "100"));
  EXPECT_EQ(exchange.cancel(alice, resting, CancelReason::UserRequest, now).error().code,
            RefusalCode::NotOwner);
  ASSERT_TRUE(exchange.cancel(bob, resting, CancelReason::UserRequest, now));
  EXPECT_EQ(exchange.cancel(bob, resting, CancelReason::UserRequest, now).error().code,
            RefusalCode::NotOpen);
}

TEST_F(MatchingTest, EndOfDayCancelsWhatIsGoodForTheDayAlone) {
  auto request = limit(alice, Side::Buy, "1", "90");
  const auto stays = enter(request);
  request.time_in_force = TimeInForce::GoodTillDay;
  const auto goes = enter(request);
  exchange.end_day(++now);
  EXPECT_EQ(order(alice, stays).state, OrderState::Open);
  EXPECT_EQ(order(alice, goes).cancel_reason, CancelReason::Settlement);
}

TEST_F(MatchingTest, EveryOperationEndsWithTheStateOfEachOrderItTouched) {
  enter(limit(bob, Side::Sell, "1", "100"));
  (void)exchange.take_events();
  enter(limit(alice, Side::Buy, "2", "100"));
  std::vector<std::pair<AccountId, Quantity>> told;
  for (const auto& event : exchange.take_events()) {
    if (const auto* changed = std::get_if<OrderChanged>(&event.what)) {
      told.emplace_back(changed->order.request.account, changed->order.filled);
    }
  }
  EXPECT_EQ(told, (std::vector<std::pair<AccountId, Quantity>>{{alice, amount("1")},
                                                               {bob, amount("1")}}));
}

}  // namespace
}  // namespace causeway::simulator::core
