// Market data over a real socket: what a subscriber is told of a state that changes under it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/fix/frame.hpp"
#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using fixspec::parse_price;
using fixspec::parse_quantity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using translators::BookLevel;

const fixspec::InstrumentKey perpetual{fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                                       fixspec::Symbol{"BTC-PERPETUAL"}};
constexpr fixspec::UtcNanos venue_time = 1'795'255'200'123'456'000;  // 20261121-10:00:00.123456

std::vector<BookLevel> levels(
    std::initializer_list<std::pair<const char*, const char*>> prices_and_sizes) {
  std::vector<BookLevel> made;
  for (const auto& [price, size] : prices_and_sizes) {
    made.push_back({parse_price(price).value(), parse_quantity(size).value()});
  }
  return made;
}

// The fields after the header, without MDReqID(262) and CheckSum(10).
std::string body_of(const std::optional<std::string>& frame) {
  if (!frame) return "nothing came";
  const std::string text = with_bars(*frame);
  const std::size_t start = text.find('|', text.find("|262=") + 1) + 1;
  return value_of(*frame, 35) + " " + text.substr(start, text.rfind("10=") - start);
}

class MarketDataTest : public testing::Test {
 protected:
  explicit MarketDataTest(gateway::fix::Settings settings = TestGateway::default_settings())
      : gateway(std::move(settings)) {
    client.log_on();
    EXPECT_EQ(value_of(client.receive().value(), 35), "A");
  }

  gateway::core::MarketState& state() { return gateway.prices.states[perpetual]; }
  void tell() { gateway.acceptor->market_changed(perpetual); }
  void book(std::vector<BookLevel> bids, std::vector<BookLevel> asks) {
    state().book = {.instrument = perpetual,
                    .valid = true,
                    .bids = std::move(bids),
                    .asks = std::move(asks),
                    .venue_time = venue_time};
    tell();
  }
  void break_book(std::string reason) {
    state().book = {.instrument = perpetual, .reason = std::move(reason), .venue_time = venue_time};
    tell();
  }
  void trade(int number) {
    state().trades.push({.instrument = perpetual,
                         .trade_id = fixspec::TradeId{std::to_string(number)},
                         .price = parse_price("90000").value(),
                         .qty = parse_quantity("10").value(),
                         .aggressor = fixspec::Side::Sell,
                         .venue_time = venue_time});
    tell();
  }
  void subscribe(const std::string& what, const std::string& id = "m") {
    client.send("35=V|262=" + id + "|263=1|" + what + "146=1|55=BTC-PERPETUAL|207=DERIBIT|");
  }
  std::string next() { return body_of(client.receive()); }

  TestGateway gateway;
  RawClient client = gateway.connect();
};

constexpr const char* both_sides = "267=2|269=0|269=1|";

TEST_F(MarketDataTest, TheFirstPictureWaitsForTheBookAndIsWhole) {
  subscribe(std::string{"264=0|265=0|"} + both_sides);
  EXPECT_TRUE(client.silent());
  book(levels({{"90000.5", "120"}, {"90000", "40"}}), levels({{"90001", "10"}}));
  EXPECT_EQ(next(),
            "W 55=BTC-PERPETUAL|207=DERIBIT|20061=20261121-10:00:00.123456|268=3|"
            "269=0|278=B90000.5|270=90000.5|271=120|290=1|269=0|278=B90000|270=90000|271=40|290=2|"
            "269=1|278=O90001|270=90001|271=10|290=1|");
  EXPECT_THAT(gateway.prices.watched, ElementsAre("book"));
}

TEST_F(MarketDataTest, FullRefreshTellsTheWholePictureEachTime) {
  book(levels({{"90000", "40"}}), {});
  subscribe("264=0|265=0|267=1|269=0|");
  EXPECT_THAT(next(), HasSubstr("268=1|269=0|278=B90000|270=90000|271=40|290=1|"));
  book(levels({{"90000", "50"}, {"89999", "1"}}), {});
  EXPECT_THAT(next(), HasSubstr("268=2|269=0|278=B90000|270=90000|271=50|290=1|269=0|278=B89999|"));
}

TEST_F(MarketDataTest, IncrementalRefreshTellsWhatHasChanged) {
  book(levels({{"102", "1"}, {"101", "2"}, {"100", "3"}}), levels({{"103", "1"}, {"104", "1"}}));
  subscribe(std::string{"264=0|265=1|"} + both_sides);
  ASSERT_EQ(next().front(), 'W');
  book(levels({{"101.5", "9"}, {"101", "2"}, {"100", "4"}}), levels({{"103", "1"}}));
  const std::string instrument = "55=BTC-PERPETUAL|207=DERIBIT|";
  EXPECT_EQ(next(), "X 20061=20261121-10:00:00.123456|268=4|279=2|269=0|278=B102|" + instrument +
                        "279=0|269=0|278=B101.5|" + instrument +
                        "270=101.5|271=9|290=1|279=1|269=0|278=B100|" + instrument +
                        "270=100|271=4|290=3|279=2|269=1|278=O104|" + instrument);
  book(levels({{"101.5", "9"}, {"101", "2"}, {"100", "4"}}), levels({{"103", "1"}}));
  EXPECT_TRUE(client.silent()) << "nothing has changed";
}

TEST_F(MarketDataTest, DepthCutsTheBookAndDeeperLevelsComeUp) {
  book(levels({{"102", "1"}, {"101", "2"}, {"100", "3"}}), {});
  subscribe("264=2|265=1|267=1|269=0|");
  EXPECT_THAT(next(), HasSubstr("268=2|"));
  book(levels({{"102", "1"}, {"101", "2"}, {"100", "30"}}), {});
  EXPECT_TRUE(client.silent()) << "the third level is not asked for";
  book(levels({{"101", "2"}, {"100", "30"}}), {});
  EXPECT_THAT(next(), testing::AllOf(HasSubstr("268=2|279=2|269=0|278=B102|"),
                                     HasSubstr("279=0|269=0|278=B100|")));
}

TEST_F(MarketDataTest, ABrokenBookIsTakenBackAtOnceAndComesAgainWhole) {
  book(levels({{"102", "1"}}), levels({{"103", "1"}}));
  subscribe(std::string{"264=0|265=1|"} + both_sides);
  ASSERT_EQ(next().front(), 'W');
  break_book("gap in the book");
  EXPECT_EQ(next(),
            "X 20061=20261121-10:00:00.123456|58=gap in the book|268=2|"
            "279=2|269=0|278=B102|55=BTC-PERPETUAL|207=DERIBIT|"
            "279=2|269=1|278=O103|55=BTC-PERPETUAL|207=DERIBIT|");
  book(levels({{"102", "1"}}), levels({{"103", "1"}}));
  EXPECT_EQ(next().front(), 'W');
}

TEST_F(MarketDataTest, ABrokenBookAsAWholePictureHasNoLevelsAndSaysWhy) {
  book(levels({{"102", "1"}}), {});
  subscribe("264=0|265=0|267=1|269=0|");
  ASSERT_EQ(next().front(), 'W');
  break_book("gap in the book");
  EXPECT_EQ(next(),
            "W 55=BTC-PERPETUAL|207=DERIBIT|20061=20261121-10:00:00.123456|58=gap in the book|"
            "268=0|");
}

TEST_F(MarketDataTest, TopOfBookComesFromTheBestPricesWithoutABook) {
  state().values.best_bid = parse_price("99.5").value();
  state().values.best_bid_qty = parse_quantity("7").value();
  state().values.venue_time = venue_time;
  subscribe(std::string{"264=1|265=1|"} + both_sides);
  EXPECT_THAT(next(), HasSubstr("268=1|269=0|278=B99.5|270=99.5|271=7|290=1|"));
  EXPECT_THAT(gateway.prices.watched, ElementsAre("values"));
  state().values.best_bid = parse_price("100").value();
  tell();
  EXPECT_THAT(next(), testing::AllOf(HasSubstr("279=2|269=0|278=B99.5|"),
                                     HasSubstr("279=0|269=0|278=B100|")));
}

TEST_F(MarketDataTest, ValuesAreToldAndTakenBackWhenTheFeedBreaks) {
  auto& values = state().values;
  values.index = parse_price("90000.25").value();
  values.mark = parse_price("90001").value();
  values.open_interest = fixspec::Decimal::from_integer(1'000'000);
  values.funding_rate = fixspec::Decimal::parse("-0.0000125").value();
  values.venue_time = venue_time;
  subscribe("264=1|265=1|267=4|269=3|269=6|269=C|269=f|");
  EXPECT_THAT(next(), HasSubstr("268=4|269=3|278=3|270=90000.25|269=6|278=6|270=90001|"
                                "269=C|278=C|270=1000000|271=1000000|"
                                "269=f|278=f|270=-0.0000125|"));
  values.mark = parse_price("90002").value();
  tell();
  EXPECT_THAT(next(), HasSubstr("268=1|279=1|269=6|278=6|55=BTC-PERPETUAL|207=DERIBIT|270=90002|"));
  values = {};
  values.stale = true;
  tell();
  const std::string taken_back = next();
  EXPECT_THAT(taken_back, HasSubstr("58=the venue's prices are interrupted|268=4|279=2|269=3|"));
  EXPECT_THAT(taken_back, HasSubstr("279=2|269=f|278=f|"));
}

TEST_F(MarketDataTest, EachTradeIsToldOnce) {
  state().values.venue_time = venue_time;
  trade(1);
  subscribe("264=1|265=1|267=1|269=2|");
  EXPECT_THAT(next(), HasSubstr("268=0|")) << "earlier trades were not asked for";
  trade(2);
  EXPECT_EQ(next(),
            "X 268=1|279=0|269=2|278=T2|55=BTC-PERPETUAL|207=DERIBIT|270=90000|271=10|2446=2|"
            "1003=2|20061=20261121-10:00:00.123456|");
  trade(3);
  trade(4);
  const std::string two = next();
  EXPECT_THAT(two, testing::AllOf(HasSubstr("268=2|"), HasSubstr("1003=3|"), HasSubstr("1003=4|")));
  EXPECT_TRUE(client.silent());
}

TEST_F(MarketDataTest, TradesThatAreLeftOutAreCounted) {
  subscribe("264=1|265=1|267=1|269=2|");
  ASSERT_THAT(next(), HasSubstr("268=0|"));
  for (int i = 1; i <= 100; ++i) trade(i);
  const std::string newest = next();
  EXPECT_THAT(newest, HasSubstr("20064=36|58=36 trades are left out"));
  EXPECT_THAT(newest, HasSubstr("268=64|"));
  EXPECT_THAT(newest, testing::Not(HasSubstr("1003=36|")));
  EXPECT_THAT(newest, HasSubstr("1003=37|"));
  EXPECT_THAT(newest, HasSubstr("1003=100|"));
}

TEST_F(MarketDataTest, ASnapshotIsOnePictureAndNoMore) {
  client.send("35=V|262=s|263=0|264=0|267=1|269=0|146=1|55=BTC-PERPETUAL|207=DERIBIT|");
  book(levels({{"102", "1"}}), {});
  EXPECT_THAT(next(), HasSubstr("268=1|"));
  book(levels({{"103", "1"}}), {});
  EXPECT_TRUE(client.silent());
  EXPECT_THAT(gateway.prices.watched, ElementsAre("book", "-book"));
}

TEST_F(MarketDataTest, WhatDoesNotComeInTimeIsNamedInTheFirstPicture) {
  subscribe("264=0|265=0|267=2|269=0|269=6|");
  const std::string first = next();
  EXPECT_EQ(first, "W 55=BTC-PERPETUAL|207=DERIBIT|58=the venue has not told the book yet|268=0|");
}

TEST_F(MarketDataTest, UnsubscribingEndsItAndTheRequestIdIsFreeAgain) {
  book(levels({{"102", "1"}}), {});
  subscribe("264=0|265=0|267=1|269=0|");
  ASSERT_EQ(next().front(), 'W');
  client.send("35=V|262=m|263=2|");
  EXPECT_TRUE(client.silent());
  book(levels({{"103", "1"}}), {});
  EXPECT_TRUE(client.silent());
  EXPECT_THAT(gateway.prices.watched, ElementsAre("book", "-book"));
  subscribe("264=0|265=0|267=1|269=0|");
  EXPECT_EQ(next().front(), 'W');
}

TEST_F(MarketDataTest, LogoutEndsEverySubscription) {
  subscribe("264=0|265=0|267=2|269=0|269=2|", "a");
  subscribe("264=1|265=0|267=1|269=1|", "b");
  EXPECT_TRUE(client.silent());
  client.send("35=5|");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_THAT(gateway.prices.watched,
              ElementsAre("book", "trades", "values", "-book", "-trades", "-values"));
}

TEST_F(MarketDataTest, ABrokenConnectionEndsEverySubscription) {
  subscribe("264=0|265=0|267=1|269=0|");
  EXPECT_TRUE(client.silent());
  client.disconnect();
  for (int i = 0; i < 1'000 && gateway.prices.watched.size() < 2; ++i) gateway.pump();
  EXPECT_THAT(gateway.prices.watched, ElementsAre("book", "-book"));
}

TEST_F(MarketDataTest, NothingOfItIsResent) {
  book(levels({{"102", "1"}}), {});
  subscribe("264=0|265=1|267=1|269=0|");
  ASSERT_EQ(next().front(), 'W');
  for (int i = 1; i < 6; ++i) {
    book(levels({{"102", std::to_string(i + 1).c_str()}}), {});
    ASSERT_EQ(next().front(), 'X');
  }
  client.send(
      "35=D|11=o|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=1|38=50|");
  ASSERT_TRUE(client.receive_type("8"));
  ASSERT_TRUE(client.receive_type("8"));
  EXPECT_EQ(gateway.store("OMS").messages.size(), 2U) << "the reports alone are kept";
  client.send("35=2|7=2|16=7|");
  const std::string fill = client.receive_type("4").value();
  EXPECT_EQ(value_of(fill, 34) + ">" + value_of(fill, 36), "2>8");
}

TEST_F(MarketDataTest, NumbersGoOnWithoutAGapAndEveryFrameIsWhole) {
  book(levels({{"102", "1"}}), levels({{"104", "1"}}));
  subscribe(std::string{"264=0|265=1|"} + both_sides);
  std::uint64_t expected = 2;
  for (int i = 0; i < 50; ++i) {
    const std::string frame = client.receive().value();
    EXPECT_EQ(value_of(frame, 34), std::to_string(expected++));
    gateway::fix::FrameReader reader{65536};
    reader.append(frame);
    EXPECT_EQ(reader.next(), frame) << with_bars(frame);
    book(levels({{"102", std::to_string(i + 5).c_str()}}), levels({{"104", "1"}}));
  }
}

// ---- a slow reader
// -------------------------------------------------------------------------------------

class SlowReaderTest : public MarketDataTest {
 protected:
  static gateway::fix::Settings small_queue() {
    gateway::fix::Settings settings = TestGateway::default_settings();
    for (auto& session : settings.sessions) session.max_outbound_bytes = 256U << 10U;
    return settings;
  }
  SlowReaderTest() : MarketDataTest(small_queue()) {
    client.disconnect();
    while (gateway.acceptor->logged_on(fixspec::SessionId{"OMS"})) gateway.pump();
  }
  // A book of twenty levels a side, all of them other ones than before.
  void whole_new_book(int number) {
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
    for (int i = 0; i < 20; ++i) {
      const auto size = parse_quantity(std::to_string(number + 1)).value();
      bids.push_back({parse_price(std::to_string(90'000 - i)).value(), size});
      asks.push_back({parse_price(std::to_string(90'001 + i)).value(), size});
    }
    book(std::move(bids), std::move(asks));
  }
};

TEST_F(SlowReaderTest, GetsTheNewestStateAndNeverAQueue) {
  RawClient slow = gateway.connect({.receive_buffer = 4'096});
  slow.next_msg_seq_num = 2;
  slow.log_on();
  ASSERT_EQ(value_of(slow.receive().value(), 35), "A");
  slow.send("35=V|262=m|263=1|264=0|265=0|267=2|269=0|269=1|146=1|55=BTC-PERPETUAL|207=DERIBIT|");
  whole_new_book(0);
  ASSERT_EQ(value_of(slow.receive().value(), 35), "W");
  constexpr int updates = 20'000;
  for (int i = 1; i <= updates; ++i) {
    whole_new_book(i);
    gateway.io->poll();
  }
  ASSERT_TRUE(gateway.acceptor->logged_on(fixspec::SessionId{"OMS"})) << "it is not cut off";
  // What waits for it: the operating system's buffers and one message or two of ours.
  int messages = 0;
  std::string newest;
  while (newest != std::to_string(updates + 1)) {
    const auto frame = slow.receive();
    ASSERT_TRUE(frame) << "the newest state never came; the last one was " << newest;
    newest = value_of(*frame, 271);
    ++messages;
  }
  EXPECT_LT(messages, updates / 20);
  whole_new_book(updates + 1);
  EXPECT_EQ(value_of(slow.receive().value(), 271), std::to_string(updates + 2));
}

TEST_F(SlowReaderTest, GetsItsReportsAllTheSame) {
  RawClient slow = gateway.connect({.receive_buffer = 4'096});
  slow.next_msg_seq_num = 2;
  slow.log_on();
  ASSERT_EQ(value_of(slow.receive().value(), 35), "A");
  slow.send("35=V|262=m|263=1|264=0|265=1|267=2|269=0|269=1|146=1|55=BTC-PERPETUAL|207=DERIBIT|");
  for (int i = 1; i <= 2'000; ++i) {
    whole_new_book(i);
    gateway.io->poll();
  }
  slow.send("35=D|11=o|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=1|38=10|");
  for (const char* status : {"A", "0", "2"}) {
    EXPECT_EQ(value_of(slow.receive_type("8").value(), 39), status);
  }
}

}  // namespace
}  // namespace causeway::tests::fix
