// The session of Binance's public data: what it asks for, in which order and how often, and what it
// tells.
#include <gtest/gtest.h>

#include "tests/translators/strict_log.hpp"
#include "tests/translators/told_text.hpp"
#include "translators/binance/market_session.hpp"

namespace causeway::translators::binance {
namespace {

const fixspec::InstrumentKey btc{fixspec::Venue::Binance, fixspec::Segment::Linear,
                                 fixspec::Symbol{"BTCUSDT"}};
const fixspec::InstrumentKey eth{fixspec::Venue::Binance, fixspec::Segment::Linear,
                                 fixspec::Symbol{"ETHUSDT"}};
constexpr MarketInterest all{.values = true, .book = true, .trades = true};
constexpr MarketInterest only_values{.values = true, .book = false, .trades = false};
constexpr MarketInterest only_book{.values = false, .book = true, .trades = false};
constexpr MarketInterest only_trades{.values = false, .book = false, .trades = true};
constexpr MarketInterest nothing{.values = false, .book = false, .trades = false};

/// Writes down what the session wants done.
class Recorder final : public MarketOutbox {
 public:
  struct Fetched {
    std::string target;
    std::uint64_t id = 0;
  };

  net::SendOutcome send(Route route, std::string_view frame) override {
    asked.push_back(name(route) + " " + std::string{frame});
    return net::SendOutcome::Taken;
  }
  void connect(Route route) override { asked.push_back("connect " + name(route)); }
  void disconnect(Route route, std::string reason) override {
    asked.push_back("disconnect " + name(route) + " " + reason);
  }
  void fetch(net::HttpRequest request, std::uint64_t id) override {
    asked.push_back("GET " + request.target);
    fetched.push_back({request.target, id});
  }
  bool may_fetch(int, fixspec::Timestamp) override { return has_room; }
  void emit(const MarketUpdate& update) override { told.push_back(to_line(update)); }
  void emit(const BookUpdate& update) override { told.push_back(to_line(update)); }
  void emit(const PublicTrade& trade) override { told.push_back(to_line(trade)); }

  static std::string name(Route route) { return route == Route::Public ? "public" : "market"; }
  static std::string take(std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : std::exchange(lines, {})) text += line + "\n";
    return text;
  }

  bool has_room = true;
  std::vector<std::string> asked;
  std::vector<Fetched> fetched;
  std::vector<std::string> told;
};

struct Kit {
  Kit() { session.start(now); }
  void pass(std::int64_t ms) {
    for (; ms > 0; ms -= 20) {
      now.utc_ns += 20 * fixspec::nanos_per_milli;
      now.mono_ns += 20 * fixspec::nanos_per_milli;
      session.on_timer(now);
    }
  }
  // The venue answers what it is asked meanwhile.
  void pass_answered(std::int64_t ms) {
    for (; ms > 0; ms -= 1'000) {
      pass(std::min<std::int64_t>(ms, 1'000));
      ack(Route::Public);
    }
  }
  void open(Route route) {
    session.on_open(route, now);
    ack(route);
  }
  void ack(Route route) { session.on_message(route, R"({"result":null,"id":1})", now); }
  void say(Route route, const std::string& event) { session.on_message(route, event, now); }
  void answer(const std::string& body, unsigned status = 200) {
    ASSERT_FALSE(outbox.fetched.empty());
    net::HttpResponse response;
    response.status = status;
    response.body = body;
    const auto id = outbox.fetched.front().id;
    outbox.fetched.erase(outbox.fetched.begin());
    session.on_response(id, response, now);
  }
  void depth(std::int64_t prev, std::int64_t first, std::int64_t final, const char* qty) {
    say(Route::Public, R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1000,)"
                       R"("T":999,"s":"BTCUSDT","U":)" +
                           std::to_string(first) + R"(,"u":)" + std::to_string(final) +
                           R"(,"pu":)" + std::to_string(prev) + R"(,"b":[["100.0",")" + qty +
                           R"("]],"a":[]}})");
  }
  void snapshot(std::int64_t id) {
    answer(R"({"lastUpdateId":)" + std::to_string(id) +
           R"(,"E":1000,"T":999,"bids":[["100.0","1"]],"asks":[["101.0","2"]]})");
  }
  std::string told() { return Recorder::take(outbox.told); }
  std::string asked() { return Recorder::take(outbox.asked); }

  fixspec::Timestamp now{.utc_ns = 1'700'000'000 * fixspec::nanos_per_second,
                         .mono_ns = 1'000'000'000'000};
  Recorder outbox;
  StrictLog log;
  MarketSession session{{.seed = 3}, outbox, log};
};

const std::string ticker =
    R"({"e":"bookTicker","u":400,"s":"BTCUSDT","b":"100.0","B":"3","a":"101.0","A":"4",)"
    R"("T":998,"E":999})";
const std::string mark =
    R"({"e":"markPriceUpdate","E":1000,"s":"BTCUSDT","p":"100.5","ap":"100.5","i":"100.25",)"
    R"("P":"100.4","r":"0.0001","T":2000})";

TEST(BinanceMarket, ConnectsWhereSomethingIsWantedAndSubscribesOnTheRightRoute) {
  Kit kit;
  EXPECT_EQ(kit.asked(), "");
  kit.session.subscribe(btc, all, kit.now);
  EXPECT_EQ(kit.asked(), "connect public\nconnect market\n");
  kit.open(Route::Public);
  kit.open(Route::Market);
  EXPECT_EQ(kit.asked(),
            "public {\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@bookTicker\","
            "\"btcusdt@depth@100ms\"],\"id\":1}\n"
            "market {\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@aggTrade\","
            "\"btcusdt@markPrice@1s\"],\"id\":1}\n");
}

TEST(BinanceMarket, UnsubscribesWhatIsNoLongerWanted) {
  Kit kit;
  kit.session.subscribe(btc, all, kit.now);
  kit.open(Route::Public);
  kit.open(Route::Market);
  kit.asked();
  kit.session.subscribe(btc, only_values, kit.now);
  kit.pass(300);
  const std::string asked = kit.asked();
  EXPECT_NE(asked.find("public {\"method\":\"UNSUBSCRIBE\",\"params\":[\"btcusdt@depth@100ms\"]"),
            std::string::npos)
      << asked;
  EXPECT_NE(asked.find("market {\"method\":\"UNSUBSCRIBE\",\"params\":[\"btcusdt@aggTrade\"]"),
            std::string::npos)
      << asked;
  kit.depth(1, 2, 3, "1");
  EXPECT_EQ(kit.told(), "");
}

TEST(BinanceMarket, ControlMessagesKeepTheVenuesRate) {
  Kit kit;
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  kit.asked();
  // Each turn somebody changes their mind; the venue takes ten messages a second.
  std::size_t messages = 0;
  for (int i = 0; i < 100; ++i) {
    kit.session.subscribe(eth, i % 2 == 0 ? only_book : nothing, kit.now);
    kit.pass(20);
    for (const std::string& line : kit.outbox.asked) messages += line.starts_with("public ");
    kit.asked();
    kit.ack(Route::Public);
  }
  EXPECT_LE(messages, 9u) << "in two seconds";
  EXPECT_GE(messages, 1u);
}

TEST(BinanceMarket, ValuesComeFromBothStreamsAndOpenInterestByRequest) {
  Kit kit;
  kit.session.subscribe(btc, only_values, kit.now);
  kit.open(Route::Public);
  kit.open(Route::Market);
  kit.pass(20);
  EXPECT_EQ(kit.outbox.fetched.at(0).target, "/fapi/v1/ticker/bookTicker?symbol=BTCUSDT");
  EXPECT_EQ(kit.outbox.fetched.at(1).target, "/fapi/v1/openInterest?symbol=BTCUSDT");
  kit.answer(R"({"symbol":"BTCUSDT","bidPrice":"99.0","bidQty":"1","askPrice":"101.0",)"
             R"("askQty":"2","time":990,"lastUpdateId":399})");
  kit.answer(R"({"openInterest":"10659.509","symbol":"BTCUSDT","time":995})");
  kit.say(Route::Public, ticker);
  kit.say(Route::Market, mark);
  EXPECT_EQ(kit.told(),
            "market instrument=LINEAR:BTCUSDT bid=99 bid_qty=1 ask=101 ask_qty=2 time=990\n"
            "market instrument=LINEAR:BTCUSDT open_interest=10659.509 time=995\n"
            "market instrument=LINEAR:BTCUSDT bid=100 bid_qty=3 ask=101 ask_qty=4 time=998\n"
            "market instrument=LINEAR:BTCUSDT mark=100.5 index=100.25 funding=0.0001 time=1000\n");
  kit.pass(14'000);
  EXPECT_TRUE(kit.outbox.fetched.empty());
  kit.pass(1'100);
  EXPECT_EQ(kit.outbox.fetched.size(), 1u) << "the open interest again";
}

TEST(BinanceMarket, ABestPriceOfTheStreamIsNotOverwrittenByALateReply) {
  Kit kit;
  kit.session.subscribe(btc, only_values, kit.now);
  kit.open(Route::Public);
  kit.pass(20);
  kit.say(Route::Public, ticker);
  kit.told();
  kit.answer(R"({"symbol":"BTCUSDT","bidPrice":"99.0","bidQty":"1","askPrice":"101.0",)"
             R"("askQty":"2","time":990})");
  EXPECT_EQ(kit.told(), "");
}

TEST(BinanceMarket, ALostRouteMakesItsValuesStaleAndTheOthersAreToldAgain) {
  Kit kit;
  kit.log.expect("venue_disconnected");
  kit.session.subscribe(btc, only_values, kit.now);
  kit.open(Route::Public);
  kit.open(Route::Market);
  kit.say(Route::Public, ticker);
  kit.say(Route::Market, mark);
  kit.told();
  kit.session.on_closed(Route::Public, "reset", kit.now);
  EXPECT_EQ(kit.told(),
            "market instrument=LINEAR:BTCUSDT time=1700000000000 stale\n"
            "market instrument=LINEAR:BTCUSDT mark=100.5 index=100.25 funding=0.0001 time=1000\n");
  kit.asked();
  kit.pass(300);
  EXPECT_NE(kit.asked().find("connect public\n"), std::string::npos);
}

TEST(BinanceMarket, TheSnapshotIsAskedForWhenChangesComeAndTheBookIsTold) {
  Kit kit;
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  kit.pass(400);
  EXPECT_TRUE(kit.outbox.fetched.empty()) << "no change has come yet";
  kit.depth(90, 91, 95, "5");
  ASSERT_EQ(kit.outbox.fetched.size(), 1u);
  EXPECT_EQ(kit.outbox.fetched[0].target, "/fapi/v1/depth?limit=1000&symbol=BTCUSDT");
  kit.depth(95, 96, 105, "6");
  kit.snapshot(100);
  EXPECT_EQ(kit.told(), "book instrument=LINEAR:BTCUSDT bids=6@100 asks=2@101 time=1000\n");
  kit.depth(105, 106, 110, "7");
  EXPECT_EQ(kit.told(), "book instrument=LINEAR:BTCUSDT bids=7@100 asks=2@101 time=1000\n");
}

TEST(BinanceMarket, AQuietBookIsAskedForAllTheSameAndLookedAtAgain) {
  Kit kit;
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  kit.pass(500);
  ASSERT_EQ(kit.outbox.fetched.size(), 1u);
  kit.snapshot(100);
  EXPECT_EQ(kit.told(), "book instrument=LINEAR:BTCUSDT bids=1@100 asks=2@101 time=999\n");
  kit.pass_answered(59'000);
  EXPECT_TRUE(kit.outbox.fetched.empty());
  kit.pass_answered(2'000);
  ASSERT_EQ(kit.outbox.fetched.size(), 1u);
  kit.snapshot(100);
  kit.told();
  kit.depth(95, 96, 105, "7");
  EXPECT_EQ(kit.told(), "book instrument=LINEAR:BTCUSDT bids=7@100 asks=2@101 time=1000\n");
}

TEST(BinanceMarket, ASnapshotFromBeforeTheStreamIsNoticedWithTheFirstChange) {
  Kit kit;
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  kit.pass(500);
  kit.snapshot(100);
  kit.told();
  kit.depth(103, 104, 110, "7");
  EXPECT_NE(kit.told().find("invalid reason=gap in the book: event 110 follows 103, the last one "
                            "was 100"),
            std::string::npos);
}

TEST(BinanceMarket, AGapIsToldAtOnceAndEndsWithANewSnapshot) {
  Kit kit;
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  kit.depth(90, 91, 101, "5");
  kit.snapshot(100);
  kit.told();
  kit.depth(103, 104, 110, "7");
  EXPECT_EQ(kit.told(),
            "book instrument=LINEAR:BTCUSDT invalid reason=gap in the book: event 110 follows 103, "
            "the last one was 101 time=1000\n");
  kit.depth(110, 111, 120, "8");
  EXPECT_EQ(kit.told(), "");
  ASSERT_EQ(kit.outbox.fetched.size(), 1u) << "at once, and once";
  kit.snapshot(105);
  EXPECT_EQ(kit.told(), "book instrument=LINEAR:BTCUSDT bids=8@100 asks=2@101 time=1000\n");
}

TEST(BinanceMarket, ABookThatKeepsBreakingIsAskedForMoreAndMoreSeldom) {
  Kit kit;
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  std::vector<std::int64_t> waits;
  std::int64_t id = 100;
  kit.depth(id - 1, id, id, "1");
  for (int round = 0; round < 8; ++round) {
    const std::int64_t broken_at = kit.now.mono_ns;
    while (kit.outbox.fetched.empty()) {
      kit.pass(20);
      kit.ack(Route::Public);
    }
    waits.push_back((kit.now.mono_ns - broken_at) / fixspec::nanos_per_milli);
    kit.snapshot(id);
    id += 10;
    kit.depth(id - 1, id, id, "2");
  }
  EXPECT_EQ(waits.front(), 0);
  EXPECT_GE(waits.back(), 5'000);
  EXPECT_LE(waits.back(), 31'000);
}

TEST(BinanceMarket, ASnapshotThatFailsIsAskedForAgainAndTooManyRequestsWait) {
  Kit kit;
  kit.log.expect("venue_market_request_failed");
  kit.session.subscribe(btc, only_book, kit.now);
  kit.open(Route::Public);
  kit.depth(90, 91, 101, "5");
  kit.answer("<html>", 503);
  EXPECT_TRUE(kit.outbox.fetched.empty());
  kit.pass(400);
  ASSERT_EQ(kit.outbox.fetched.size(), 1u);
  kit.answer(R"({"code":-1003,"msg":"Too many requests"})", 429);
  kit.pass_answered(59'000);
  EXPECT_TRUE(kit.outbox.fetched.empty());
  kit.pass_answered(2'000);
  EXPECT_EQ(kit.outbox.fetched.size(), 1u);
  kit.snapshot(100);
  EXPECT_NE(kit.told(), "");
}

TEST(BinanceMarket, RequestsKeepToTheirShareOfTheWeight) {
  Kit kit;
  for (int i = 0; i < 60; ++i) {
    kit.session.subscribe({fixspec::Venue::Binance, fixspec::Segment::Linear,
                           fixspec::Symbol{"COIN" + std::to_string(i) + "USDT"}},
                          only_book, kit.now);
  }
  kit.open(Route::Public);
  for (int i = 0; i < 60; ++i) {
    kit.say(Route::Public, R"({"e":"depthUpdate","E":1,"T":1,"s":"COIN)" + std::to_string(i) +
                               R"(USDT","U":91,"u":101,"pu":90,"b":[],"a":[]})");
  }
  std::size_t snapshots = 0;
  const auto run = [&](std::int64_t ms) {
    for (; ms > 0; ms -= 20) {
      kit.pass(20);
      kit.ack(Route::Public);
      while (!kit.outbox.fetched.empty()) {
        ++snapshots;
        kit.snapshot(100);
      }
    }
  };
  run(1'000);
  EXPECT_GE(snapshots, 10u);
  EXPECT_LE(snapshots, 11u) << "a burst of 200, of which each weighs 20";
  run(60'000);
  EXPECT_LE(snapshots, 41u) << "600 a minute";
  EXPECT_GE(snapshots, 39u);
  kit.outbox.has_room = false;
  run(5'000);
  EXPECT_LE(snapshots, 41u) << "the address has no room";
}

TEST(BinanceMarket, ABookThatStandsStillWhileBestPricesGoOnIsNotBelieved) {
  Kit kit;
  kit.session.subscribe(btc, {.values = true, .book = true, .trades = false}, kit.now);
  kit.open(Route::Public);
  kit.depth(90, 91, 101, "5");
  while (kit.outbox.fetched.front().target.find("depth") == std::string::npos) {
    kit.outbox.fetched.erase(kit.outbox.fetched.begin());
  }
  kit.snapshot(100);
  kit.say(Route::Public, ticker);  // of update 400
  kit.told();
  kit.pass(9'900);
  EXPECT_EQ(kit.told(), "");
  kit.pass(200);
  EXPECT_NE(kit.told().find("invalid reason=the venue tells best prices but no changes"),
            std::string::npos);
  kit.pass(600);
  const std::string asked = kit.asked();
  EXPECT_NE(asked.find("UNSUBSCRIBE\",\"params\":[\"btcusdt@depth@100ms\"]"), std::string::npos);
}

TEST(BinanceMarket, AConnectionIsRenewedBeforeTheVenueEndsIt) {
  Kit kit;
  kit.session.subscribe(btc, only_trades, kit.now);
  kit.open(Route::Market);
  kit.asked();
  kit.now.mono_ns += std::int64_t{23} * 3'600 * fixspec::nanos_per_second;
  kit.session.on_timer(kit.now);
  EXPECT_EQ(kit.asked(), "disconnect market renewed before the venue ends it\n");
}

TEST(BinanceMarket, SilenceIsBrokenByAQuestionAndNoAnswerIsAnEnd) {
  Kit kit;
  kit.log.expect("venue_reply_timeout");
  kit.session.subscribe(btc, only_trades, kit.now);
  kit.open(Route::Market);
  kit.asked();
  kit.pass(25'000);
  EXPECT_EQ(kit.asked(), "market {\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":2}\n");
  kit.pass(10'100);
  EXPECT_EQ(kit.asked(), "disconnect market no reply to a subscription\n");
}

TEST(BinanceMarket, TradesAreToldWithWhoTook) {
  Kit kit;
  kit.session.subscribe(btc, {.values = false, .book = false, .trades = true}, kit.now);
  kit.open(Route::Market);
  kit.say(Route::Market,
          R"({"e":"aggTrade","E":1000,"s":"BTCUSDT","a":5933014,"p":"100.5","q":"2","f":100,)"
          R"("l":105,"T":999,"m":true})");
  EXPECT_EQ(kit.told(),
            "trade instrument=LINEAR:BTCUSDT id=5933014 price=100.5 qty=2 aggressor=sell "
            "time=999\n");
}

}  // namespace
}  // namespace causeway::translators::binance
