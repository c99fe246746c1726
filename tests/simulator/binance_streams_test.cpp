#include <algorithm>
#include <map>

#include "tests/simulator/binance_fixture.hpp"

namespace causeway::simulator::binance {
namespace {

using Story = std::vector<std::string>;
using Levels = std::map<std::string, std::string>;

// A local book, kept by the documented rule and nothing else.
class LocalBook {
 public:
  void on_event(const JsonValue& event) { buffered_.push_back(event); }
  // False where the rule says to begin again.
  bool on_snapshot(const JsonValue& snapshot) {
    last_id_ = number(snapshot, "lastUpdateId");
    bids_ = asks_ = {};
    take(snapshot, "bids", bids_);
    take(snapshot, "asks", asks_);
    first_ = true;
    std::erase_if(buffered_, [&](const auto& event) { return number(event, "u") < last_id_; });
    return apply();
  }
  bool apply() {
    for (const auto& event : std::exchange(buffered_, {})) {
      const auto fits = first_ ? number(event, "U") <= last_id_ && last_id_ <= number(event, "u")
                               : number(event, "pu") == last_id_;
      if (!fits) return false;
      first_ = false;
      last_id_ = number(event, "u");
      take(event, "b", bids_);
      take(event, "a", asks_);
    }
    return true;
  }
  const Levels& bids() const { return bids_; }
  const Levels& asks() const { return asks_; }
  bool waits() const { return first_; }

 private:
  static std::int64_t number(const JsonValue& value, const char* name) {
    return std::stoll(member(value, {name}));
  }
  static void take(const JsonValue& value, const char* name, Levels& levels) {
    for (const auto& level : value.find(name)->items) {
      if (core::dec(level.items[1].text.c_str()).is_zero()) {
        levels.erase(level.items[0].text);
      } else {
        levels[level.items[0].text] = level.items[1].text;
      }
    }
  }

  std::vector<JsonValue> buffered_;
  Levels bids_, asks_;
  std::int64_t last_id_ = 0;
  bool first_ = true;
};

class BinanceStreamsTest : public BinanceTest {
 protected:
  JsonValue snapshot() { return get("/fapi/v1/depth?symbol=BTCUSDT&limit=1000"); }
  static Levels levels(const JsonValue& snapshot, const char* name) {
    Levels result;
    for (const auto& level : snapshot.find(name)->items) {
      result[level.items[0].text] = level.items[1].text;
    }
    return result;
  }
  void feed(LocalBook& book) {
    for (const auto& event : events("depthUpdate")) book.on_event(event);
    told.clear();
  }
};

// Snapshots at any moment, at each speed, over thousands of changes.
TEST_F(BinanceStreamsTest, ABookKeptByTheDocumentedRuleIsTheVenuesBook) {
  for (const std::string speed : {"", "@100ms", "@500ms"}) {
    const auto socket = open("/public/ws/btcusdt@depth" + speed);
    std::size_t compared = 0;
    core::Random random{7};
    for (int round = 0; round < 40; ++round) {
      LocalBook book;
      told.clear();
      // Whatever came before the snapshot is buffered; it may be nothing at all.
      for (auto steps = random.between(0, 3); steps > 0; --steps) {
        venue.flow().step(now);
        pass(random.between(0, 200));
      }
      feed(book);
      ASSERT_TRUE(book.on_snapshot(snapshot())) << speed << " round " << round;
      for (int step = 0; step < 12; ++step) {
        venue.flow().step(now);
        venue.on_market(now);
        pass(random.between(1, 150));
        feed(book);
        ASSERT_TRUE(book.apply()) << speed << " round " << round << " step " << step;
      }
      pass(600);
      feed(book);
      ASSERT_TRUE(book.apply());
      const auto now_there = snapshot();
      if (book.waits()) continue;
      ++compared;
      ASSERT_EQ(book.bids(), levels(now_there, "bids")) << speed;
      ASSERT_EQ(book.asks(), levels(now_there, "asks")) << speed;
    }
    EXPECT_GE(compared, 38U);
    venue.on_close(socket, now);
  }
}

TEST_F(BinanceStreamsTest, ADroppedUpdateBreaksTheChainOnce) {
  open("/public/ws/btcusdt@depth@100ms");
  venue.faults().add({.kind = core::FaultKind::SequenceGap, .filter = "btcusdt@depth"});
  LocalBook book;
  ASSERT_TRUE(book.on_snapshot(snapshot()));
  bool broke = false;
  for (int step = 0; step < 5; ++step) {
    venue.flow().step(now);
    pass(150);
    feed(book);
    if (book.apply()) continue;
    broke = true;
    ASSERT_TRUE(book.on_snapshot(snapshot()));
  }
  EXPECT_TRUE(broke);
  EXPECT_EQ(book.bids(), levels(snapshot(), "bids"));
}

TEST_F(BinanceStreamsTest, EveryFormOfAddressIsServedAndWrappedWhereItShould) {
  struct Case {
    const char* target;
    bool wrapped;
    bool told;
  };
  for (const auto& [target, wrapped, told_there] :
       {Case{"/public/ws/btcusdt@bookTicker", false, true},
        Case{"/public/stream?streams=btcusdt@bookTicker/ethusdt@bookTicker", true, true},
        Case{"/public/ws/btcusdt@bookTicker/0", false, true},
        Case{"/ws/btcusdt@bookTicker", false, true},
        Case{"/market/ws/btcusdt@bookTicker", false, false},
        Case{"/ws/btcusdt@aggTrade", false, false}, Case{"/public/stream?streams=", true, false}}) {
    const auto socket = open(target);
    venue.flow().step(now);
    venue.on_market(now);
    bool heard = false;
    for (const auto& [connection, text] : collect()) {
      if (connection != socket) continue;
      heard = true;
      EXPECT_EQ(core::parse_json(text)->find("stream") != nullptr, wrapped) << target;
    }
    EXPECT_EQ(heard, told_there) << target;
    venue.on_close(socket, now);
  }
  const auto unknown = open("/nowhere");
  collect();
  EXPECT_EQ(closed, std::vector{unknown});
}

TEST_F(BinanceStreamsTest, ControlFramesAnswerWithTheIdAsItWas) {
  const auto socket = open("/market/stream?streams=");
  const auto answer = [&](const std::string& frame) {
    venue.on_frame(socket, frame, now);
    std::string text;
    for (auto& [connection, one] : collect()) text = one;
    return text;
  };
  EXPECT_EQ(answer(R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1})"),
            R"({"result":null,"id":1})");
  EXPECT_EQ(answer(R"({"method":"LIST_SUBSCRIPTIONS","id":"0123456789abcdef"})"),
            R"({"result":["btcusdt@aggTrade"],"id":"0123456789abcdef"})");
  EXPECT_EQ(answer(R"({"method":"GET_PROPERTY","params":["combined"],"id":2})"),
            R"({"result":true,"id":2})");
  EXPECT_EQ(answer(R"({"method":"SET_PROPERTY","params":["combined",false],"id":3})"),
            R"({"result":null,"id":3})");
  EXPECT_EQ(answer(R"({"method":"GET_PROPERTY","params":["combined"],"id":4})"),
            R"({"result":false,"id":4})");
  EXPECT_EQ(answer(R"({"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":5})"),
            R"({"result":null,"id":5})");
  EXPECT_EQ(answer(R"({"method":"LIST_SUBSCRIPTIONS","id":6})"), R"({"result":[],"id":6})");
  EXPECT_EQ(answer(R"({"method":"SET_PROPERTY","params":["other",1],"id":7})"),
            R"({"code":0,"msg":"Unknown property"})");
  EXPECT_EQ(member(*core::parse_json(answer("{]")), {"code"}), "3");
  EXPECT_EQ(member(*core::parse_json(answer("{}")), {"code"}), "2");
  EXPECT_EQ(member(*core::parse_json(answer(R"({"method":"JUMP","id":8})")), {"code"}), "2");
}

TEST_F(BinanceStreamsTest, TradesAreAggregatedByPriceAndSideWithin100Milliseconds) {
  clear_book();
  house_places(core::Side::Sell, "1", "90000");
  house_places(core::Side::Sell, "1", "90000");
  house_places(core::Side::Sell, "1", "90001");
  open("/market/ws/btcusdt@aggTrade");
  open("/public/ws/btcusdt@trade");
  place("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=3");
  EXPECT_EQ(events("trade").size(), 3U);
  pass(200);
  const auto told_trades = events("aggTrade");
  ASSERT_EQ(told_trades.size(), 2U);
  EXPECT_EQ(member(told_trades[0], {"q"}), "2.000");
  EXPECT_EQ(member(told_trades[0], {"m"}), "false");
  EXPECT_EQ(std::stoll(member(told_trades[0], {"l"})) - std::stoll(member(told_trades[0], {"f"})),
            1);
  EXPECT_EQ(std::stoll(member(told_trades[1], {"a"})) - std::stoll(member(told_trades[0], {"a"})),
            1);
  const auto asked = get("/fapi/v1/aggTrades?symbol=BTCUSDT");
  EXPECT_EQ(member(asked.items.back(), {"a"}), member(told_trades[1], {"a"}));
}

TEST_F(BinanceStreamsTest, MarksTickersAndCandlesComeInTheirTime) {
  open("/market/stream?streams=btcusdt@markPrice/btcusdt@markPrice@1s");
  open("/market/ws/!markPrice@arr@1s");
  open("/market/ws/btcusdt@ticker/btcusdt@miniTicker/btcusdt@kline_1m");
  place("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01");
  pass(3'050);
  std::size_t arrays = 0;
  for (const auto& event : told) {
    if (event.kind != JsonValue::Kind::Array) continue;
    ++arrays;
    EXPECT_EQ(event.items.size(), 4U);
  }
  EXPECT_EQ(arrays, 3U);
  EXPECT_EQ(events("markPriceUpdate").size(), 4U);
  EXPECT_EQ(events("24hrTicker").size(), 3U);
  EXPECT_EQ(events("24hrMiniTicker").size(), 3U);
  EXPECT_EQ(member(events("24hrTicker")[0], {"n"}), "1");
  ASSERT_EQ(events("kline").size(), 1U);
  EXPECT_EQ(member(events("kline")[0], {"k", "x"}), "false");
  pass(60'000);
  ASSERT_EQ(events("kline").size(), 2U);
  EXPECT_EQ(member(events("kline")[1], {"k", "x"}), "true");
  EXPECT_EQ(member(events("kline")[1], {"k", "v"}), "0.010");
}

TEST_F(BinanceStreamsTest, AForcedTradeIsToldToItsListeners) {
  open("/market/ws/!forceOrder@arr");
  open("/market/ws/ethusdt@forceOrder");
  house_trades(core::Side::Sell, "0.5", "80000");
  place(limit("BUY", "0.5", "89000"));
  house_trades(core::Side::Sell, "0.5", "89000");
  venue.on_forced_trade(venue.exchange().trades(btc).back(), now);
  collect();
  ASSERT_EQ(events("forceOrder").size(), 1U);
  EXPECT_EQ(member(events("forceOrder")[0], {"o", "S"}), "SELL");
  EXPECT_EQ(member(events("forceOrder")[0], {"o", "q"}), "0.500");
}

TEST_F(BinanceStreamsTest, UserStreamsComeByEveryForm) {
  raw("POST", "/fapi/v1/listenKey");
  const auto key = member(*core::parse_json(raw("POST", "/fapi/v1/listenKey").body), {"listenKey"});
  const auto plain = open("/private/ws/" + key);
  const auto query_form = open("/private/ws?listenKey=" + key + "&events=ORDER_TRADE_UPDATE");
  const auto subscribed = open("/private/stream?streams=");
  venue.on_frame(subscribed, R"({"method":"SUBSCRIBE","params":[")" + key + R"("],"id":"a"})", now);
  const auto stranger = open("/private/ws/nokey");
  collect();
  const auto order =
      "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01&timestamp=" + std::to_string(now_ms());
  core::HttpRequest request{.method = "POST",
                            .target = "/fapi/v1/order?" + order +
                                      "&signature=" + core::hmac_sha256_hex(demo_secret, order),
                            .headers = {{"X-MBX-APIKEY", std::string{demo_key}}}};
  EXPECT_EQ(venue.on_http(request, now).status, 200U);
  std::map<core::ConnectionId, int> heard;
  for (const auto& [connection, text] : collect()) {
    ++heard[connection];
    const auto wrapper = core::parse_json(text)->find("stream") != nullptr;
    EXPECT_EQ(wrapper, connection == subscribed);
    if (wrapper) {
      EXPECT_EQ(member(*core::parse_json(text), {"stream"}), key);
    }
  }
  EXPECT_EQ(heard[plain], 4);
  EXPECT_EQ(heard[subscribed], 4);
  EXPECT_EQ(heard[query_form], 2);
  EXPECT_EQ(heard[stranger], 0);
}

TEST_F(BinanceStreamsTest, AListenKeyLivesAnHourAndAsLongAsItIsRenewed) {
  EXPECT_EQ(raw("PUT", "/fapi/v1/listenKey").status, 400U);
  const auto socket = listen();
  const auto again = core::parse_json(raw("POST", "/fapi/v1/listenKey").body);
  EXPECT_EQ(member(*again, {"listenKey"}), listen_key);
  pass(3'500'000);
  EXPECT_EQ(raw("PUT", "/fapi/v1/listenKey").status, 200U);
  told.clear();
  pass(3'500'000);
  EXPECT_TRUE(told.empty());
  pass(200'000);
  EXPECT_EQ(story(), Story{"listenKeyExpired"});
  EXPECT_EQ(member(told[0], {"listenKey"}), listen_key);
  told.clear();
  place(limit("BUY", "0.01", "89000"));
  EXPECT_TRUE(told.empty());
  EXPECT_EQ(raw("PUT", "/fapi/v1/listenKey").status, 400U);
  (void)socket;
}

TEST_F(BinanceStreamsTest, ConnectionsArePingedAndEndWhenUnansweredOrADayOld) {
  const auto silent = open("/public/ws/btcusdt@bookTicker");
  const auto lively = open("/public/ws/btcusdt@bookTicker");
  deaf = silent;
  for (int minute = 0; minute < 24 * 60 - 1; ++minute) {
    now += 60 * fixspec::nanos_per_second;
    venue.on_timer(now);
    collect();
  }
  EXPECT_EQ(closed, std::vector{silent});
  EXPECT_GE(std::ranges::count(pinged, lively), 470);
  pass(61'000);
  EXPECT_EQ(closed, (std::vector{silent, lively}));
}

TEST_F(BinanceStreamsTest, TwoConnectionsToOneListenKeyHearTheSame) {
  listen();
  open("/private/ws/" + listen_key);
  place("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01");
  EXPECT_EQ(events("TRADE_LITE").size(), 2U);
}

}  // namespace
}  // namespace causeway::simulator::binance
