#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "strategies/market_maker/market_maker.hpp"

// The market maker against an exchange of a few lines: what it sends is taken at its word.
namespace causeway::strategies::market_maker {
namespace {

using fixspec::Decimal;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Price;
using fixspec::Quantity;
using fixspec::Side;

Price price(const std::string& text) { return fixspec::parse_price(text).value(); }
Quantity qty(const std::string& text) { return fixspec::parse_quantity(text).value(); }

constexpr std::int64_t ms = 1'000'000;

fixspec::Instrument instrument() {
  fixspec::Instrument instrument;
  instrument.key = {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"BTCUSDT"}};
  instrument.settle = fixspec::Currency{"USDT"};
  instrument.tick = price("0.1");
  instrument.qty_step = qty("0.001");
  instrument.min_qty = qty("0.001");
  return instrument;
}

Settings settings() {
  Settings settings;
  settings.name = "MM";
  settings.account = fixspec::AccountId{"beta"};
  settings.instrument.symbol = fixspec::Symbol{"BTCUSDT"};
  settings.order_qty = qty("0.01");
  settings.max_inventory = qty("0.03");
  settings.volatility_window_s = 4;
  return settings;
}

// Working orders, and answers that are on their way.
struct Exchange {
  struct Order {
    fixspec::ClOrdId cl_ord_id;
    Side side = Side::Buy;
    Price price;
    Quantity order_qty, cum_qty;
  };
  std::map<std::string, Order> orders;       // by the newest ClOrdID
  std::map<std::string, std::string> newer;  // a ClOrdID and the one that replaced it
  std::uint64_t exec_ids = 0;
  std::vector<fixspec::ClientRequest> taken;

  // Every name that an order ever had finds it, as at the gateway.
  std::map<std::string, Order>::iterator find(std::string cl_ord_id) {
    for (auto next = newer.find(cl_ord_id); next != newer.end(); next = newer.find(cl_ord_id)) {
      cl_ord_id = next->second;
    }
    return orders.find(cl_ord_id);
  }

  fixspec::ExecutionReport report(const Order& order, ExecType type, OrdStatus status) {
    fixspec::ExecutionReport report;
    report.order_id = fixspec::OrderId{"1"};
    report.exec_id = fixspec::ExecId{"E" + std::to_string(++exec_ids)};
    report.cl_ord_id = order.cl_ord_id;
    report.exec_type = type;
    report.ord_status = status;
    report.side = order.side;
    report.price = order.price;
    report.order_qty = order.order_qty;
    report.cum_qty = order.cum_qty;
    const bool open = status == OrdStatus::New || status == OrdStatus::PartiallyFilled;
    report.leaves_qty = open ? order.order_qty - order.cum_qty : Quantity{};
    return report;
  }
};

class World {
 public:
  explicit World(Settings chosen = settings()) : maker(std::move(chosen), instrument(), "MM-") {
    maker.on_session(true, now);
  }

  // A second of a market that moves a little, so that there is a volatility and something to say.
  void warm_up() {
    for (int i = 0; i < 60; ++i) {
      book(90'000'0 + (i % 2) * 3, 90'000'5 + (i % 2) * 3);
      pass(100);
    }
  }
  void book(std::int64_t bid_ticks, std::int64_t ask_ticks, bool valid = true) {
    TopOfBook top;
    top.valid = valid;
    top.bid = Price{Decimal::from_units(instrument().tick.value().units() * bid_ticks)};
    top.ask = Price{Decimal::from_units(instrument().tick.value().units() * ask_ticks)};
    maker.on_book(top, now);
    take();
  }
  void pass(std::int64_t milliseconds) {
    now += milliseconds * ms;
    maker.on_timer(now);
    take();
  }
  // Requests of the maker wait in `sent` until they are answered.
  void take() {
    for (auto& request : maker.take_requests()) sent.push_back(std::move(request));
  }

  // Answers the oldest request as a venue would that takes it; what it was.
  char answer(bool refuse = false, fixspec::RejectCode code = fixspec::RejectCode::VenueRejected,
              const std::string& risk_limit = {}) {
    const fixspec::ClientRequest request = sent.front();
    sent.pop_front();
    fixspec::RejectDetail detail;
    detail.code = code;
    detail.text = "no";
    detail.risk_limit = risk_limit;
    if (const auto* placed = std::get_if<fixspec::NewOrderSingle>(&request)) {
      Exchange::Order order{
          placed->cl_ord_id, placed->side, placed->price.value_or(Price{}), placed->order_qty, {}};
      if (refuse) {
        auto report = exchange.report(order, ExecType::Rejected, OrdStatus::Rejected);
        report.reject = detail;
        deliver(report);
      } else if (placed->ord_type == fixspec::OrdType::Market) {
        exchange.orders[order.cl_ord_id.to_string()] = order;
        fill(order.cl_ord_id.to_string(), order.order_qty, maker_mid);
      } else {
        exchange.orders[order.cl_ord_id.to_string()] = order;
        deliver(exchange.report(order, ExecType::New, OrdStatus::New));
      }
      return 'D';
    }
    if (const auto* replace = std::get_if<fixspec::OrderCancelReplaceRequest>(&request)) {
      const auto found = exchange.orders.find(replace->orig_cl_ord_id.to_string());
      if (found == exchange.orders.end() || refuse) {
        reject(replace->cl_ord_id, replace->orig_cl_ord_id, found != exchange.orders.end(),
               fixspec::CxlRejResponseTo::CancelReplaceRequest, detail);
        return 'G';
      }
      Exchange::Order order = found->second;
      exchange.orders.erase(found);
      const auto orig = order.cl_ord_id;
      order.cl_ord_id = replace->cl_ord_id;
      exchange.newer[orig.to_string()] = order.cl_ord_id.to_string();
      order.order_qty = replace->order_qty;
      order.price = replace->price.value();
      const bool filled = order.cum_qty >= order.order_qty;
      if (!filled) exchange.orders[order.cl_ord_id.to_string()] = order;
      auto report = exchange.report(order, ExecType::Replaced,
                                    filled                    ? OrdStatus::Filled
                                    : order.cum_qty.is_zero() ? OrdStatus::New
                                                              : OrdStatus::PartiallyFilled);
      report.orig_cl_ord_id = orig;
      deliver(report);
      return 'G';
    }
    const auto& cancel = std::get<fixspec::OrderCancelRequest>(request);
    const auto found = exchange.find(cancel.orig_cl_ord_id->to_string());
    if (found == exchange.orders.end()) {
      reject(cancel.cl_ord_id, *cancel.orig_cl_ord_id, false,
             fixspec::CxlRejResponseTo::CancelRequest, detail);
      return 'F';
    }
    const Exchange::Order order = found->second;
    exchange.orders.erase(found);
    auto report = exchange.report(order, ExecType::Canceled, OrdStatus::Canceled);
    report.orig_cl_ord_id = order.cl_ord_id;
    report.cl_ord_id = cancel.cl_ord_id;
    deliver(report);
    return 'F';
  }
  std::string answer_all() {
    std::string kinds;
    while (!sent.empty()) kinds += answer();
    return kinds;
  }
  void reject(const fixspec::ClOrdId& cl_ord_id, const fixspec::ClOrdId& orig, bool works,
              fixspec::CxlRejResponseTo to, const fixspec::RejectDetail& detail) {
    fixspec::OrderCancelReject reject;
    reject.cl_ord_id = cl_ord_id;
    reject.orig_cl_ord_id = orig;
    reject.ord_status = works ? OrdStatus::New : OrdStatus::Canceled;
    reject.response_to = to;
    reject.reject = detail;
    maker.on_cancel_reject(reject, now);
    take();
  }
  void fill(const std::string& cl_ord_id, Quantity size, Price at) {
    Exchange::Order& order = exchange.orders.at(cl_ord_id);
    order.cum_qty += size;
    const bool filled = order.cum_qty >= order.order_qty;
    auto report = exchange.report(order, ExecType::Trade,
                                  filled ? OrdStatus::Filled : OrdStatus::PartiallyFilled);
    fixspec::Trade trade;
    trade.trade_id = fixspec::TradeId{"t" + std::to_string(exchange.exec_ids)};
    trade.last_qty = size;
    trade.last_px = at;
    trade.fee = fixspec::Fee{Decimal::parse("0.0123").value(), fixspec::Currency{"USDT"}};
    report.trade = trade;
    if (filled) exchange.orders.erase(cl_ord_id);
    deliver(report);
    last_report = report;
  }
  void deliver(const fixspec::ExecutionReport& report) {
    maker.on_report(report, now);
    take();
  }
  const Exchange::Order& order(Side side) const {
    for (const auto& [id, order] : exchange.orders) {
      if (order.side == side) return order;
    }
    throw std::runtime_error("no such order");
  }

  std::int64_t now = 1'000 * ms;
  MarketMaker maker;
  Exchange exchange;
  std::deque<fixspec::ClientRequest> sent;
  fixspec::ExecutionReport last_report;
  Price maker_mid = price("90000.2");
};

struct Quoting : World {
  explicit Quoting(Settings chosen = settings()) : World(std::move(chosen)) {
    warm_up();
    answer_all();
    pass(300);
    answer_all();
  }
};

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

TEST(MarketMaker, WhatTheSessionLostIsChasedByACancel) {
  Quoting world;
  world.book(900'300, 900'305);
  world.sent.clear();  // both replaces are lost with the connection
  world.maker.on_session(false, world.now);
  EXPECT_EQ(world.maker.state(), State::Pulled);
  world.pass(500);
  EXPECT_TRUE(world.sent.empty()) << "nothing can be sent";
  world.maker.on_session(true, world.now);
  for (int i = 0; i < 105; ++i) {
    world.book(900'300 + i % 2, 900'305 + i % 2);
    world.pass(100);
  }
  const std::string kinds = world.answer_all();
  EXPECT_EQ(kinds.substr(0, 2), "FF") << "the answers tell what became of them";
}

// The gateway keeps a cancel until the venue's link is back, and answers a second one with that.
TEST(MarketMaker, ACancelThatIsPendingIsNotAskedForOverAndOver) {
  Quoting world;
  world.maker.on_venue(false, world.now);
  world.take();
  ASSERT_EQ(world.sent.size(), 2u);
  world.sent.clear();  // kept: no answer
  int cancels = 0;
  for (int i = 0; i < 600; ++i) {  // a minute
    world.pass(100);
    for (int round = 0; round < 5 && !world.sent.empty(); ++round, ++cancels) {
      const auto again = std::get<fixspec::OrderCancelRequest>(world.sent.front());
      world.sent.pop_front();
      fixspec::OrderCancelReject reject;
      reject.cl_ord_id = again.cl_ord_id;
      reject.orig_cl_ord_id = *again.orig_cl_ord_id;
      reject.ord_status = OrdStatus::PendingCancel;
      reject.response_to = fixspec::CxlRejResponseTo::CancelRequest;
      reject.reject.code = fixspec::RejectCode::AlreadyPending;
      world.maker.on_cancel_reject(reject, world.now);
      world.take();
    }
  }
  EXPECT_GT(cancels, 0);
  EXPECT_LE(cancels, 12) << "every ten seconds, a side";
}

TEST(MarketMaker, ARefusedCancelIsAskedForAgainButNotAtOnce) {
  Quoting world;
  world.book(0, 0, false);
  ASSERT_EQ(world.sent.size(), 2u);
  world.answer();
  const auto cancel = std::get<fixspec::OrderCancelRequest>(world.sent.front());
  world.sent.clear();
  world.reject(cancel.cl_ord_id, *cancel.orig_cl_ord_id, true,
               fixspec::CxlRejResponseTo::CancelRequest, {});
  world.pass(100);
  EXPECT_TRUE(world.sent.empty()) << "at once";
  world.pass(1'000);
  EXPECT_EQ(world.answer_all(), "F") << "a second later";
  EXPECT_TRUE(world.exchange.orders.empty());
}

TEST(MarketMaker, AfterABreakOfTheSessionItWaitsForANewBook) {
  Quoting world;
  const auto fill_both = [&] {
    while (!world.exchange.orders.empty()) {
      const auto& order = world.exchange.orders.begin()->second;
      world.fill(order.cl_ord_id.to_string(), order.order_qty, order.price);
    }
  };
  fill_both();
  world.sent.clear();
  world.maker.on_session(false, world.now);
  world.maker.on_session(true, world.now);
  world.pass(100);
  EXPECT_EQ(world.maker.state(), State::Pulled);
  EXPECT_EQ(world.maker.reason(), "there is no valid book");
}

// A replace that was never sent leaves the order that it named at the venue.
TEST(MarketMaker, AnOrderWhoseReplaceWasLostIsStillItsOwn) {
  Quoting world;
  const Exchange::Order bid = world.order(Side::Buy);
  world.book(900'300, 900'305);
  world.sent.clear();
  world.maker.on_session(false, world.now);
  world.maker.on_session(true, world.now);
  for (int i = 0; i < 150; ++i) {
    world.book(900'300 + i % 2, 900'305 + i % 2);
    world.pass(100);
    world.answer_all();
    ASSERT_LE(world.exchange.orders.size(), 2u) << "one order a side";
  }
  EXPECT_NE(world.order(Side::Buy).price, bid.price) << "it is quoted again";
  world.maker.stop(world.now);
  world.take();
  world.answer_all();
  EXPECT_TRUE(world.exchange.orders.empty()) << "nothing is left at the venue";
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
