#include <map>

#include "tests/simulator/deribit_fixture.hpp"

namespace causeway::simulator::deribit {
namespace {

class DeribitStreamsTest : public DeribitTest {
 protected:
  DeribitStreamsTest() {
    log_in();
    clear_book("BTC-PERPETUAL");
  }

  std::vector<std::string> subscribe(const std::string& names,
                                     const char* method = "private/subscribe") {
    std::vector<std::string> accepted;
    for (const auto& one : result(method, R"({"channels":[)" + names + "]}").items) {
      accepted.push_back(one.text);
    }
    return accepted;
  }
  JsonValue buy(const char* amount, const char* price) {
    return result("private/buy",
                  std::string{R"({"instrument_name":"BTC-PERPETUAL","label":"x","amount":)"} +
                      amount + ",\"price\":" + price + "}");
  }
};

TEST_F(DeribitStreamsTest, OnlyKnownChannelsAreSubscribed) {
  EXPECT_EQ(subscribe(R"("user.orders.any.any.raw","user.orders.x.any.raw","user.portfolio.sol",)"
                      R"("book.NO-SUCH.raw","ticker.BTC-PERPETUAL.100ms","nonsense")"),
            (std::vector<std::string>{"user.orders.any.any.raw", "ticker.BTC-PERPETUAL.100ms"}));
}

TEST_F(DeribitStreamsTest, RawMarketDataNeedsALogIn) {
  const auto other = venue.on_open("/ws/api/v2", now);
  const auto refused =
      ask_on(other, "public/subscribe", R"({"channels":["book.BTC-PERPETUAL.raw"]})");
  EXPECT_EQ(member(refused, {"error", "code"}), "13778");
}

TEST_F(DeribitStreamsTest, OneOrderIsToldInTheVenuesOrder) {
  subscribe(R"("user.portfolio.btc","user.changes.any.any.raw","user.orders.any.any.raw",)"
            R"("user.trades.any.any.raw")");
  house_places("BTC-PERPETUAL", core::Side::Sell, "30", "90100");
  told.clear();
  raw.clear();
  const auto answer = buy("30", "90100");
  EXPECT_EQ(raw.front().find("\"method\""), std::string::npos) << "the response comes first";
  EXPECT_EQ(channels(),
            (std::vector<std::string>{"user.trades.any.any.raw", "user.orders.any.any.raw",
                                      "user.changes.any.any.raw", "user.portfolio.btc"}));
  const auto order = on_channel("user.orders.any.any.raw").at(0);
  EXPECT_EQ(member(order, {"order_state"}), "filled");
  const auto trades = on_channel("user.trades.any.any.raw").at(0);
  ASSERT_EQ(trades.items.size(), 1U);
  const auto changes = on_channel("user.changes.any.any.raw").at(0);
  EXPECT_EQ(member(changes, {"instrument_name"}), "BTC-PERPETUAL");
  const auto trade_id = member(answer.find("trades")->items.at(0), {"trade_id"});
  EXPECT_EQ(member(trades.items[0], {"trade_id"}), trade_id);
  EXPECT_EQ(member(changes.find("trades")->items.at(0), {"trade_id"}), trade_id);
  EXPECT_EQ(member(changes.find("positions")->items.at(0), {"size"}), "30.0");
}

TEST_F(DeribitStreamsTest, ALaterFillOfAMakerIsTold) {
  subscribe(
      R"("user.orders.BTC-PERPETUAL.raw","user.trades.future.BTC.raw","user.trades.option.any.raw")");
  buy("30", "89000");
  told.clear();
  house_trades("BTC-PERPETUAL", core::Side::Sell, "10", "89000");
  const auto trades = on_channel("user.trades.future.BTC.raw");
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_EQ(member(trades[0].items.at(0), {"liquidity"}), "M");
  EXPECT_EQ(member(trades[0].items.at(0), {"state"}), "open");
  EXPECT_EQ(member(on_channel("user.orders.BTC-PERPETUAL.raw").at(0), {"filled_amount"}), "10.0");
  EXPECT_TRUE(on_channel("user.trades.option.any.raw").empty());
}

TEST_F(DeribitStreamsTest, SlowerIntervalsGatherIntoArrays) {
  subscribe(R"("user.orders.any.any.100ms")");
  pass(100);
  told.clear();
  buy("10", "89000");
  buy("10", "88000");
  pass(200);
  const auto gathered = on_channel("user.orders.any.any.100ms");
  ASSERT_FALSE(gathered.empty());
  std::size_t orders = 0;
  for (const auto& one : gathered) orders += one.items.size();
  EXPECT_EQ(orders, 2U);
  EXPECT_EQ(gathered[0].kind, JsonValue::Kind::Array);
}

TEST_F(DeribitStreamsTest, ABookChannelRebuildsTheBookWithoutAGap) {
  venue.flow().resume(now);
  for (const char* interval : {"raw", "100ms", "agg2"}) {
    subscribe(std::string{"\"book.BTC-PERPETUAL."} + interval + "\"");
  }
  pass(5000);
  for (const char* interval : {"raw", "100ms", "agg2"}) {
    std::map<std::string, std::string> bids, asks;
    std::string last;
    const auto pictures = on_channel(std::string{"book.BTC-PERPETUAL."} + interval);
    ASSERT_GT(pictures.size(), 3U) << interval;
    for (const auto& picture : pictures) {
      EXPECT_EQ(member(picture, {"type"}), last.empty() ? "snapshot" : "change");
      EXPECT_EQ(member(picture, {"prev_change_id"}), last) << interval;
      last = member(picture, {"change_id"});
      for (auto [side, levels] : {std::pair{"bids", &bids}, std::pair{"asks", &asks}}) {
        for (const auto& level : picture.find(side)->items) {
          const auto& action = level.items[0].text;
          const auto& price = level.items[1].text;
          EXPECT_EQ(levels->contains(price), action != "new") << interval << action << price;
          if (action == "delete")
            levels->erase(price);
          else
            (*levels)[price] = level.items[2].text;
        }
      }
    }
    if (std::string_view{interval} != "raw") continue;
    const auto& book = venue.exchange().book(0);
    for (const auto side : {core::Side::Buy, core::Side::Sell}) {
      const auto& rebuilt = side == core::Side::Buy ? bids : asks;
      EXPECT_EQ(rebuilt.size(), book.levels(side).size());
      for (const auto& [price, amount] : book.top(side, 100)) {
        EXPECT_EQ(rebuilt.at(core::json_number(price.value())), core::json_number(amount.value()));
      }
    }
  }
}

TEST_F(DeribitStreamsTest, AGroupedBookIsAWholePictureEachTime) {
  house_places("BTC-PERPETUAL", core::Side::Buy, "10", "89001");
  house_places("BTC-PERPETUAL", core::Side::Buy, "20", "89009.5");
  house_places("BTC-PERPETUAL", core::Side::Sell, "30", "90001");
  subscribe(R"("book.BTC-PERPETUAL.10.10.100ms")");
  const auto picture = on_channel("book.BTC-PERPETUAL.10.10.100ms").at(0);
  EXPECT_EQ(picture.find("bids")->items.at(0).items.at(0).text, "89000.0");
  EXPECT_EQ(picture.find("bids")->items.at(0).items.at(1).text, "30.0");
  EXPECT_EQ(picture.find("asks")->items.at(0).items.at(0).text, "90010.0");
}

TEST_F(DeribitStreamsTest, AQuoteIsToldWhenTheTouchChangesAndOnlyThen) {
  subscribe(R"("quote.BTC-PERPETUAL")", "public/subscribe");
  EXPECT_TRUE(on_channel("quote.BTC-PERPETUAL").at(0).find("best_bid_price")->is_null());
  house_places("BTC-PERPETUAL", core::Side::Buy, "10", "89001");
  house_places("BTC-PERPETUAL", core::Side::Buy, "10", "88000");
  const auto quotes = on_channel("quote.BTC-PERPETUAL");
  ASSERT_EQ(quotes.size(), 2U);
  EXPECT_EQ(member(quotes[1], {"best_bid_price"}), "89001.0");
}

TEST_F(DeribitStreamsTest, MarketChannelsSpeak) {
  venue.flow().resume(now);
  subscribe(
      R"("ticker.BTC-PERPETUAL.100ms","trades.future.any.100ms","deribit_price_index.btc_usd",)"
      R"("perpetual.BTC-PERPETUAL.100ms","chart.trades.BTC-PERPETUAL.1","incremental_ticker.BTC-PERPETUAL")",
      "public/subscribe");
  pass(5000);
  for (const char* name : {"ticker.BTC-PERPETUAL.100ms", "trades.future.any.100ms",
                           "deribit_price_index.btc_usd", "perpetual.BTC-PERPETUAL.100ms",
                           "chart.trades.BTC-PERPETUAL.1", "incremental_ticker.BTC-PERPETUAL"}) {
    EXPECT_GT(on_channel(name).size(), 2U) << name;
  }
  result("public/unsubscribe_all");
  told.clear();
  pass(1000);
  EXPECT_TRUE(told.empty());
}

TEST_F(DeribitStreamsTest, CancelOnDisconnectTakesThisConnectionsOrdersAlone) {
  const auto other = venue.on_open("/ws/api/v2", now);
  ask_on(other, "public/auth", credentials());
  ask_on(other, "private/subscribe", R"({"channels":["user.orders.any.any.raw"]})");
  ask_on(other, "private/buy", R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":88000})");
  result("private/enable_cancel_on_disconnect");
  buy("10", "89000");
  told.clear();
  venue.on_close(socket, now);
  collect();
  const auto orders = on_channel("user.orders.any.any.raw");
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(member(orders[0], {"cancel_reason"}), "cancel_on_disconnect");
  EXPECT_EQ(venue.exchange().open_orders(1, {}).size(), 1U);
}

TEST_F(DeribitStreamsTest, AnAccountsCancelOnDisconnectIsForNewConnections) {
  result("private/enable_cancel_on_disconnect", R"({"scope":"account"})");
  EXPECT_EQ(member(result("private/get_cancel_on_disconnect"), {"enabled"}), "false");
  const auto other = venue.on_open("/ws/api/v2", now);
  ask_on(other, "public/auth", credentials());
  EXPECT_EQ(member(ask_on(other, "private/get_cancel_on_disconnect"), {"result", "enabled"}),
            "true");
}

TEST_F(DeribitStreamsTest, AnUnansweredTestRequestEndsTheConnection) {
  EXPECT_EQ(error("public/set_heartbeat", R"({"interval":5})"), -32602);
  result("public/set_heartbeat", R"({"interval":10})");
  pass(10'500);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(member(told.back(), {"params", "type"}), "test_request");
  result("public/test");
  pass(10'000);
  EXPECT_TRUE(closed.empty());
  pass(10'000);
  EXPECT_EQ(closed, std::vector{socket});
}

TEST_F(DeribitStreamsTest, NobodyIsToldWhatHeDidNotAskFor) {
  venue.flow().resume(now);
  pass(3000);
  EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace causeway::simulator::deribit
