// What must hold after any history: nothing is made or lost, and every record tells the same.
#include <map>

#include "simulator/core/random.hpp"
#include "tests/simulator/exchange_fixture.hpp"

namespace causeway::simulator::core {
namespace {

class ConservationTest : public ExchangeTest, public testing::WithParamInterface<std::uint64_t> {
 protected:
  OrderRequest random_request(Random& random) {
    const auto instrument = static_cast<InstrumentIndex>(random.between(0, 2));
    const auto& spec = exchange.instrument(instrument);
    const Price mark = exchange.quote(instrument).mark;
    const Price tick = spec.tick_at(mark);
    const auto around = floor_to(mark.value(), tick.value());
    OrderRequest request;
    request.account = random.chance(50) ? alice : bob;
    request.instrument = instrument;
    request.side = random.chance(50) ? Side::Buy : Side::Sell;
    request.amount = Quantity{scaled(spec.amount_step.value(), random.between(1, 40), 1)};
    request.price = Price{around + scaled(tick.value(), random.between(-5, 5), 1)};
    request.time_in_force = static_cast<TimeInForce>(random.between(0, 3));
    if (request.time_in_force == TimeInForce::GoodTillCancel && random.chance(20)) {
      request.post_only = random.chance(50) ? PostOnly::Reject : PostOnly::Reprice;
    }
    request.reduce_only = random.chance(10);
    if (random.chance(10)) {
      request.type = OrderType::StopMarket;
      request.price.reset();
      request.trigger = Trigger::MarkPrice;
      const auto away = scaled(tick.value(), random.between(1, 6), 1);
      request.trigger_price =
          Price{request.side == Side::Buy ? around + tick.value() + away : around - away};
    }
    return request;
  }

  void random_operation(Random& random) {
    const auto account = random.chance(50) ? alice : bob;
    const auto open = exchange.open_orders(account, {});
    const auto pick = [&] {
      return open[static_cast<std::size_t>(
          random.between(0, static_cast<std::int64_t>(open.size()) - 1))];
    };
    const auto dice = random.between(1, 100);
    if (dice <= 20 && !open.empty()) {
      (void)exchange.cancel(account, pick()->number, CancelReason::UserRequest, ++now);
    } else if (dice <= 35 && !open.empty()) {
      const auto* order = pick();
      const auto step = exchange.instrument(order->request.instrument).amount_step;
      (void)exchange.amend(account, order->number,
                           {.amount = Quantity{scaled(step.value(), random.between(1, 60), 1)}},
                           ++now);
    } else if (dice <= 40) {
      exchange.set_index(0, Price{dec("100") + scaled(dec("0.01"), random.between(-300, 300), 1)},
                         ++now);
    } else {
      (void)exchange.submit(random_request(random), ++now);
    }
  }

  void check_books() {
    for (InstrumentIndex at = 0; at < 3; ++at) {
      const auto& book = exchange.book(at);
      const auto bid = book.best_price(Side::Buy), ask = book.best_price(Side::Sell);
      if (bid && ask) {
        ASSERT_LT(*bid, *ask) << "a crossed book";
      }
      for (const Side side : {Side::Buy, Side::Sell}) {
        for (const auto& [key, level] : book.levels(side)) {
          Quantity sum;
          UtcNanos before = 0;
          for (const Order* order = level.first; order != nullptr; order = order->queue_next) {
            sum += order->remaining();
            ASSERT_EQ(order->state, OrderState::Open);
            ASSERT_TRUE(order->remaining().is_positive());
            if (order->replaced) continue;  // it may have lost its place
            ASSERT_GE(order->created, before) << "out of turn";
            before = order->created;
          }
          ASSERT_EQ(sum, level.total);
        }
      }
    }
  }
};

TEST_P(ConservationTest, HoldsAfterAnyHistory) {
  Random random{GetParam()};
  const Decimal dollars = dec("200000"), coins = dec("2000");
  for (int i = 0; i < 3000; ++i) {
    random_operation(random);
    check_books();
    ASSERT_FALSE(HasFatalFailure()) << "seed " << GetParam() << ", operation " << i;
  }
  ASSERT_GT(exchange.executions().size(), 200U);

  // Every trade has two sides; fills add up to orders, and to positions.
  std::map<TradeNumber, int> sides;
  std::map<OrderNumber, Quantity> by_order;
  std::map<std::pair<AccountId, InstrumentIndex>, Quantity> positions;
  std::map<CurrencyIndex, Decimal> fees;
  for (const auto& fill : exchange.executions()) {
    ++sides[fill.trade.number];
    by_order[fill.order] += fill.trade.amount;
    positions[{fill.account, fill.trade.instrument}] +=
        fill.side == Side::Buy ? fill.trade.amount : -fill.trade.amount;
    fees[exchange.instrument(fill.trade.instrument).currency] += fill.fee;
    EXPECT_LE(fill.order_filled, order(fill.account, fill.order).filled);
  }
  for (const auto& [trade, count] : sides) EXPECT_EQ(count, 2) << "trade " << trade;
  for (const auto& one : exchange.client_orders()) {
    EXPECT_EQ(by_order[one.number], one.filled);
    EXPECT_LE(one.filled, one.request.amount);
    EXPECT_EQ(one.state == OrderState::Filled, one.remaining().is_zero());
  }
  for (InstrumentIndex at = 0; at < 3; ++at) {
    EXPECT_EQ((positions[{alice, at}]), exchange.account(alice).position(at).size);
    EXPECT_EQ((positions[{bob, at}]), exchange.account(bob).position(at).size);
    EXPECT_EQ(exchange.account(alice).position(at).size, -exchange.account(bob).position(at).size);
  }

  // Money only moves between the two, and to the venue as fees; inverse values are rounded.
  const auto equity = [&](CurrencyIndex at) {
    return exchange.equity(alice, at) + exchange.equity(bob, at) + fees[at];
  };
  EXPECT_LT((equity(usd) - dollars).abs(), dec("0.000001"));
  EXPECT_LT((equity(coin) - coins).abs(), dec("0.000001"));

  // What open orders hold back is given back with them.
  exchange.cancel_all(alice, {}, CancelReason::UserRequest, ++now);
  exchange.cancel_all(bob, {}, CancelReason::UserRequest, ++now);
  for (const auto account : {alice, bob}) {
    for (InstrumentIndex at = 0; at < 3; ++at) {
      EXPECT_TRUE(exchange.account(account).position(at).open_buy.is_zero());
      EXPECT_TRUE(exchange.account(account).position(at).open_sell.is_zero());
      EXPECT_TRUE(exchange.account(account).position(at).open_buy_value.is_zero());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ConservationTest, testing::Values(1, 2, 3, 4, 5, 6, 7, 8));

struct ProfitCase {
  InstrumentIndex instrument;
  const char* size;
  const char* entry;
  const char* exit;
  const char* profit;
};

TEST_F(ExchangeTest, ProfitOfALongIsByTheInstrumentsFormula) {
  // linear: 2 · (110 − 100); inverse: 1000 · (1/100 − 1/110), by hand.
  for (const auto& [at, size, entry, exit, profit] : std::initializer_list<ProfitCase>{
           {linear, "2", "100", "110", "20"},
           {inverse, "1000", "100", "110", "0.90909091"},
           {inverse, "1000", "110", "100", "-0.90909091"},
       }) {
    enter(limit(bob, Side::Sell, size, entry, at));
    enter(limit(alice, Side::Buy, size, entry, at));
    enter(limit(bob, Side::Buy, size, exit, at));
    enter(limit(alice, Side::Sell, size, exit, at));
    Decimal booked;
    for (const auto& fill : exchange.executions()) {
      if (fill.account == alice && fill.trade.instrument == at) booked = fill.profit_loss;
    }
    EXPECT_EQ(rounded(booked, 8, fixspec::Rounding::HalfEven), dec(profit));
    EXPECT_TRUE(exchange.account(alice).position(at).entry_value.is_zero());
  }
}

TEST_F(ExchangeTest, TheAverageEntryOfAnInversePositionIsHarmonic) {
  for (const char* at : {"100", "105"}) {
    enter(limit(bob, Side::Sell, "1000", at, inverse));
    enter(limit(alice, Side::Buy, "1000", at, inverse));
  }
  // 2000 / (1000/100 + 1000/105) = 102.43902439…
  EXPECT_EQ(exchange.account(alice).position(inverse).average_price(exchange.instrument(inverse)),
            price("102.43902439"));
}

TEST_F(ExchangeTest, FeesAreTheTakersAndRoundedUp) {
  enter(limit(bob, Side::Sell, "10", "101", inverse));
  enter(limit(alice, Side::Buy, "10", "101", inverse));
  // 0.0005 · 10/101 = 0.0000495049…
  EXPECT_EQ(exchange.executions()[0].fee, dec("0.00004951"));
  EXPECT_EQ(exchange.executions()[1].fee, dec("0"));
}

}  // namespace
}  // namespace causeway::simulator::core
