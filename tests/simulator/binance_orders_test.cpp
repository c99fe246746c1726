#include "tests/simulator/binance_fixture.hpp"

namespace causeway::simulator::binance {
namespace {

using Story = std::vector<std::string>;

class BinanceOrdersTest : public BinanceTest {
 protected:
  static constexpr const char* order_path = "/fapi/v1/order";
  // An exact book: 5 to buy at 89900, 3 to sell at 90100.
  BinanceOrdersTest() {
    clear_book();
    house_places(core::Side::Buy, "5", "89900");
    house_places(core::Side::Sell, "3", "90100");
  }
  int place_code(const std::string& params) { return code("POST", order_path, params); }
};

TEST_F(BinanceOrdersTest, AcknowledgementHasTheShapeOfJuly2026) {
  const auto answer =
      ask("POST", order_path, limit("BUY", "0.01", "89000.5", "&newClientOrderId=mine"));
  for (const char* name : {"clientOrderId", "cumQty",      "executedQty",
                           "orderId",       "origQty",     "price",
                           "reduceOnly",    "side",        "positionSide",
                           "status",        "stopPrice",   "closePosition",
                           "symbol",        "timeInForce", "type",
                           "origType",      "updateTime",  "workingType",
                           "priceProtect",  "priceMatch",  "selfTradePreventionMode",
                           "goodTillDate"}) {
    EXPECT_NE(answer.find(name), nullptr) << name;
  }
  EXPECT_EQ(answer.find("avgPrice"), nullptr);
  EXPECT_EQ(answer.find("cumQuote"), nullptr);
  EXPECT_EQ(member(answer, {"price"}), "89000.50");
  EXPECT_EQ(member(answer, {"origQty"}), "0.010");
  EXPECT_EQ(member(answer, {"status"}), "NEW");
  const auto queried = query(member(answer, {"orderId"}));
  EXPECT_EQ(member(queried, {"avgPrice"}), "0.00");
  EXPECT_EQ(member(queried, {"clientOrderId"}), "mine");
  EXPECT_NE(queried.find("cumQuote"), nullptr);
  EXPECT_NE(queried.find("time"), nullptr);
}

TEST_F(BinanceOrdersTest, ACrossingOrderIsNewThenFilledAndTheAccountIsTold) {
  listen();
  const auto id = place(limit("BUY", "5", "90100"));
  EXPECT_EQ(story(), (Story{"NEW/NEW", "TRADE_LITE", "ACCOUNT_UPDATE", "TRADE/PARTIALLY_FILLED"}));
  const auto fill = events("ORDER_TRADE_UPDATE")[1];
  EXPECT_EQ(member(fill, {"o", "i"}), id);
  EXPECT_EQ(member(fill, {"o", "l"}), "3");
  EXPECT_EQ(member(fill, {"o", "z"}), "3");
  EXPECT_EQ(member(fill, {"o", "L"}), "90100");
  EXPECT_EQ(member(fill, {"o", "ap"}), "90100");
  EXPECT_EQ(member(fill, {"o", "m"}), "false");
  EXPECT_EQ(member(fill, {"o", "n"}), "108.12");  // 3 * 90100 * 0.0004
  EXPECT_EQ(member(fill, {"o", "N"}), "USDT");
  EXPECT_EQ(events("ORDER_TRADE_UPDATE")[0].find("o")->find("n"), nullptr);
  EXPECT_EQ(member(events("TRADE_LITE")[0], {"t"}), member(fill, {"o", "t"}));
  const auto account = events("ACCOUNT_UPDATE")[0];
  EXPECT_EQ(member(account, {"a", "B", "0", "wb"}), "999891.88000000");
  EXPECT_EQ(member(account, {"a", "P", "0", "pa"}), "3");
  EXPECT_EQ(member(account, {"a", "P", "0", "ep"}), "90100");
  told.clear();
  house_trades(core::Side::Sell, "2", "90100");
  EXPECT_EQ(story(), (Story{"TRADE_LITE", "ACCOUNT_UPDATE", "TRADE/FILLED"}));
  EXPECT_EQ(member(events("ORDER_TRADE_UPDATE")[0], {"o", "m"}), "true");
  EXPECT_EQ(member(query(id), {"status"}), "FILLED");
  const auto trades = ask("GET", "/fapi/v1/userTrades", "symbol=BTCUSDT");
  ASSERT_EQ(trades.items.size(), 2U);
  EXPECT_EQ(member(trades, {"0", "commission"}), "108.12000000");
  EXPECT_EQ(member(trades, {"1", "maker"}), "true");
  const auto positions = ask("GET", "/fapi/v3/positionRisk");
  EXPECT_EQ(member(positions, {"0", "positionAmt"}), "5.000");
  EXPECT_EQ(member(positions, {"0", "positionSide"}), "BOTH");
}

TEST_F(BinanceOrdersTest, ResultAnswersWithTheFinalStatusWhereNothingCanStand) {
  listen();
  const auto market = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newOrderRespType=";
  EXPECT_EQ(member(ask("POST", order_path, std::string{market} + "ACK"), {"status"}), "NEW");
  EXPECT_EQ(member(ask("POST", order_path, std::string{market} + "RESULT"), {"status"}), "FILLED");
  told.clear();
  const auto rest = ask("POST", order_path,
                        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=IOC&quantity=2"
                        "&price=90100&newOrderRespType=RESULT");
  EXPECT_EQ(member(rest, {"status"}), "EXPIRED");
  EXPECT_EQ(member(rest, {"executedQty"}), "1.000");
  EXPECT_EQ(story(), (Story{"NEW/NEW", "TRADE_LITE", "ACCOUNT_UPDATE", "TRADE/PARTIALLY_FILLED",
                            "EXPIRED/EXPIRED"}));
  EXPECT_EQ(member(events("ORDER_TRADE_UPDATE").back(), {"o", "er"}), "2");
}

TEST_F(BinanceOrdersTest, FillOrKillAndPostOnlyAreRefusedWithoutATrace) {
  listen();
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=FOK&quantity=4&price=90100"),
            -5021);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=1&price=90100"),
            -5022);
  EXPECT_TRUE(told.empty());
  EXPECT_TRUE(venue.exchange().client_orders().empty());
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=FOK&quantity=3&price=90100"),
            0);
}

TEST_F(BinanceOrdersTest, EveryFilterRefusesWithItsCode) {
  EXPECT_EQ(place_code(limit("BUY", "0.0001", "89000")), -1111);
  EXPECT_EQ(place_code(limit("BUY", "0", "89000")), -4003);
  EXPECT_EQ(place_code(limit("BUY", "1001", "89000")), -4005);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "89000.555")), -1111);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "89000.55")), -4014);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "500")), -4013);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "5000000")), -4002);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "94500.1")), -4016);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "94500")), 0);
  EXPECT_EQ(place_code(limit("SELL", "0.01", "85499.9")), -4024);
  EXPECT_EQ(place_code(limit("BUY", "0.001", "89000")), -4164);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=121"), -4005);
  EXPECT_EQ(place_code(limit("BUY", "140", "89000")), -2027);
  EXPECT_EQ(place_code("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001"
                       "&price=2990"),
            -4164);
}

TEST_F(BinanceOrdersTest, EveryMalformedParameterHasItsCode) {
  EXPECT_EQ(place_code("symbol=NOPE&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1"),
            -1121);
  EXPECT_EQ(place_code("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=1"), -1102);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=UP&type=LIMIT&timeInForce=GTC&quantity=1&price=1"),
            -1117);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=ICE&quantity=1"), -1116);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=DAY&quantity=1&price=1"),
            -1115);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=89000"), -1102);
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=89000"), -1106);
  EXPECT_EQ(place_code(limit("BUY", "x", "89000")), -1100);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "89000", "&newClientOrderId=not%20one")), -4015);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "89000", "&positionSide=LONG")), -4061);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "89000", "&positionSide=UP")), -4060);
  for (const char* type :
       {"STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"}) {
    EXPECT_EQ(
        place_code(std::string{"symbol=BTCUSDT&side=SELL&quantity=1&stopPrice=80000&type="} + type),
        -4120);
  }
}

TEST_F(BinanceOrdersTest, AClientIdIsFreeAgainWhenItsOrderIsClosed) {
  const auto params = limit("BUY", "0.01", "89000", "&newClientOrderId=once");
  const auto first = place(params);
  EXPECT_EQ(place_code(params), -4116);
  EXPECT_EQ(code("DELETE", order_path, "symbol=BTCUSDT&origClientOrderId=once"), 0);
  const auto second = place(params);
  EXPECT_NE(first, second);
  const auto by_name = ask("GET", order_path, "symbol=BTCUSDT&origClientOrderId=once");
  EXPECT_EQ(member(by_name, {"orderId"}), second);
}

TEST_F(BinanceOrdersTest, CancellingIsToldAndWhatIsClosedIsUnknown) {
  const auto id = place(limit("BUY", "0.01", "89000"));
  listen();
  const auto answer = ask("DELETE", order_path, "symbol=BTCUSDT&orderId=" + id);
  EXPECT_EQ(member(answer, {"status"}), "CANCELED");
  EXPECT_EQ(story(), Story{"CANCELED/CANCELED"});
  EXPECT_EQ(code("DELETE", order_path, "symbol=BTCUSDT&orderId=" + id), -2011);
  EXPECT_EQ(code("DELETE", order_path, "symbol=BTCUSDT&orderId=17"), -2011);
  EXPECT_EQ(code("DELETE", order_path, "symbol=ETHUSDT&orderId=" + id), -2011);
  EXPECT_EQ(code("GET", order_path, "symbol=BTCUSDT&orderId=17"), -2013);
  EXPECT_EQ(code("DELETE", order_path, "symbol=BTCUSDT"), -1102);
}

TEST_F(BinanceOrdersTest, AModificationKeepsTheIdsAndIsAnAmendmentOnTheStream) {
  const auto id = place(limit("BUY", "0.01", "89000", "&newClientOrderId=kept"));
  listen();
  const auto change = [&](const std::string& more) {
    return "symbol=BTCUSDT&side=BUY&orderId=" + id + more;
  };
  const auto answer = ask("PUT", order_path, change("&quantity=0.02&price=89100&modifyId=9"));
  EXPECT_EQ(member(answer, {"orderId"}), id);
  EXPECT_EQ(member(answer, {"clientOrderId"}), "kept");
  EXPECT_EQ(member(answer, {"origQty"}), "0.020");
  EXPECT_EQ(member(answer, {"modifyId"}), "9");
  EXPECT_EQ(story(), Story{"AMENDMENT/NEW"});
  EXPECT_EQ(code("PUT", order_path, change("&quantity=0.02&price=89100")), -5027);
  EXPECT_EQ(code("PUT", order_path, change("&quantity=0.02&price=89100.55")), -4014);
  EXPECT_EQ(code("PUT", order_path, change("&quantity=0.001&price=89100")), -5029);
  EXPECT_EQ(code("PUT", order_path, change("&quantity=0.02")), -1102);
  EXPECT_EQ(code("PUT", order_path, "symbol=BTCUSDT&side=BUY&orderId=17&quantity=1&price=89000"),
            -2013);
  const auto history = ask("GET", "/fapi/v1/orderAmendment", "symbol=BTCUSDT&orderId=" + id);
  ASSERT_EQ(history.items.size(), 1U);
  EXPECT_EQ(member(history, {"0", "amendment", "price", "before"}), "89000.00");
  EXPECT_EQ(member(history, {"0", "amendment", "origQty", "after"}), "0.020");
  told.clear();
  EXPECT_EQ(code("PUT", order_path, change("&quantity=0.02&price=90100")), 0);
  EXPECT_EQ(story(), (Story{"AMENDMENT/NEW", "TRADE_LITE", "ACCOUNT_UPDATE", "TRADE/FILLED"}));
}

TEST_F(BinanceOrdersTest, AModificationThatTrapsCancelsTheOrder) {
  const auto id = place(limit("BUY", "5", "90100"));  // 3 trade at once
  listen();
  const auto filled =
      ask("PUT", order_path, "symbol=BTCUSDT&side=BUY&quantity=3&price=90000&orderId=" + id);
  EXPECT_EQ(member(filled, {"status"}), "CANCELED");
  EXPECT_EQ(story(), Story{"CANCELED/CANCELED"});
  EXPECT_EQ(member(events("ORDER_TRADE_UPDATE")[0], {"o", "z"}), "3");

  house_places(core::Side::Sell, "1", "90100");
  const auto passive =
      place("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=0.01&price=89000");
  told.clear();
  const auto taken = ask("PUT", order_path,
                         "symbol=BTCUSDT&side=BUY&quantity=0.01&price=90100&orderId=" + passive);
  EXPECT_EQ(member(taken, {"status"}), "CANCELED");
  EXPECT_EQ(story(), Story{"CANCELED/CANCELED"});
}

TEST_F(BinanceOrdersTest, ReduceOnlyTradesUntilNothingIsLeftToReduce) {
  EXPECT_EQ(place_code("symbol=BTCUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"), -2022);
  place(limit("BUY", "1", "90100"));
  listen();
  const auto answer = ask("POST", order_path,
                          "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=2&reduceOnly=true"
                          "&newOrderRespType=RESULT");
  EXPECT_EQ(member(answer, {"executedQty"}), "1.000");
  EXPECT_EQ(member(answer, {"origQty"}), "2.000");
  EXPECT_EQ(member(answer, {"status"}), "EXPIRED");
  EXPECT_TRUE(ask("GET", "/fapi/v3/positionRisk").items.empty());
}

TEST_F(BinanceOrdersTest, SelfTradePreventionExpiresWhomTheTakersModeNames) {
  clear_book();
  venue.flow().clear(btc, now);
  const auto maker = place(limit("SELL", "1", "90050"));
  listen();
  const auto taker = place(limit("BUY", "1", "90050", "&selfTradePreventionMode=EXPIRE_TAKER"));
  EXPECT_EQ(member(query(taker), {"status"}), "EXPIRED_IN_MATCH");
  EXPECT_EQ(member(query(maker), {"status"}), "NEW");
  EXPECT_EQ(story(), (Story{"NEW/NEW", "EXPIRED/EXPIRED_IN_MATCH"}));
  const auto second = place(limit("BUY", "1", "90050"));  // EXPIRE_MAKER
  EXPECT_EQ(member(query(maker), {"status"}), "EXPIRED_IN_MATCH");
  EXPECT_EQ(member(query(second), {"status"}), "NEW");
  const auto third = place(limit("SELL", "1", "90050", "&selfTradePreventionMode=EXPIRE_BOTH"));
  EXPECT_EQ(member(query(second), {"status"}), "EXPIRED_IN_MATCH");
  EXPECT_EQ(member(query(third), {"status"}), "EXPIRED_IN_MATCH");
}

TEST_F(BinanceOrdersTest, HedgeModeKeepsBothDirections) {
  const std::string mode = "/fapi/v1/positionSide/dual";
  EXPECT_EQ(code("POST", mode, "dualSidePosition=false"), -4059);
  const auto resting = place(limit("BUY", "0.01", "89000"));
  EXPECT_EQ(code("POST", mode, "dualSidePosition=true"), -4067);
  ask("DELETE", order_path, "symbol=BTCUSDT&orderId=" + resting);
  EXPECT_EQ(code("POST", mode, "dualSidePosition=true"), 0);
  EXPECT_EQ(place_code(limit("BUY", "0.01", "89000")), -4061);
  place(limit("BUY", "2", "90100", "&positionSide=LONG"));
  place(limit("SELL", "1", "89900", "&positionSide=SHORT"));
  const auto positions = ask("GET", "/fapi/v3/positionRisk");
  ASSERT_EQ(positions.items.size(), 2U);
  EXPECT_EQ(member(positions, {"0", "positionSide"}), "LONG");
  EXPECT_EQ(member(positions, {"0", "positionAmt"}), "2.000");
  EXPECT_EQ(member(positions, {"1", "positionSide"}), "SHORT");
  EXPECT_EQ(member(positions, {"1", "positionAmt"}), "-1.000");
  EXPECT_EQ(place_code(limit("SELL", "1", "89900", "&positionSide=LONG&reduceOnly=true")), -4062);
  EXPECT_EQ(place_code(limit("SELL", "1", "89900", "&positionSide=LONG")), 0);
  EXPECT_EQ(member(ask("GET", "/fapi/v3/positionRisk"), {"0", "positionAmt"}), "1.000");
  EXPECT_EQ(code("POST", mode, "dualSidePosition=false"), -4068);
}

TEST_F(BinanceOrdersTest, GoodTillDateExpires) {
  const auto until = now_ms() + 700'000;
  const std::string order =
      "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTD&quantity=0.01&price=89000&goodTillDate=";
  EXPECT_EQ(place_code(order + std::to_string(now_ms() + 500'000)), -5040);
  EXPECT_EQ(place_code(order.substr(0, order.rfind('&'))), -1102);
  const auto id = place(order + std::to_string(until));
  listen();
  pass(699'000);
  EXPECT_EQ(member(query(id), {"status"}), "NEW");
  pass(2'000);
  EXPECT_EQ(member(query(id), {"status"}), "EXPIRED");
  EXPECT_EQ(story(), Story{"EXPIRED/EXPIRED"});
}

TEST_F(BinanceOrdersTest, ABatchAnswersItemByItemInItsOrder) {
  const std::string list =
      R"([{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.01",)"
      R"("price":"89000"},{"symbol":"BTCUSDT","side":"BUY","type":"STOP","quantity":"1"},)"
      R"({"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC","quantity":"0.01",)"
      R"("price":"91000"}])";
  for (const auto& sent : {core::encode_percent(list), list}) {
    const auto answer = ask("POST", "/fapi/v1/batchOrders", "batchOrders=" + sent);
    ASSERT_EQ(answer.items.size(), 3U);
    EXPECT_EQ(member(answer, {"0", "side"}), "BUY");
    EXPECT_EQ(member(answer, {"1", "code"}), "-4120");
    EXPECT_EQ(member(answer, {"2", "side"}), "SELL");
    const auto cancelled = ask("DELETE", "/fapi/v1/batchOrders",
                               "symbol=BTCUSDT&orderidlist=[" + member(answer, {"0", "orderId"}) +
                                   "," + member(answer, {"2", "orderId"}) + ",17]");
    EXPECT_EQ(member(cancelled, {"1", "status"}), "CANCELED");
    EXPECT_EQ(member(cancelled, {"2", "code"}), "-2011");
  }
}

TEST_F(BinanceOrdersTest, CancelAllAndTheCountdownCancelOneSymbol) {
  place(limit("BUY", "0.01", "89000"));
  place(limit("BUY", "0.01", "89001"));
  place("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2990");
  const auto answer = ask("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT");
  EXPECT_EQ(member(answer, {"msg"}), "The operation of cancel all open order is done.");
  EXPECT_EQ(ask("GET", "/fapi/v1/openOrders").items.size(), 1U);
  const auto countdown = [&](const char* time) {
    return member(ask("POST", "/fapi/v1/countdownCancelAll",
                      std::string{"symbol=ETHUSDT&countdownTime="} + time),
                  {"countdownTime"});
  };
  EXPECT_EQ(countdown("1000"), "1000");
  pass(900);
  EXPECT_EQ(countdown("1000"), "1000");
  pass(900);
  EXPECT_EQ(ask("GET", "/fapi/v1/openOrders").items.size(), 1U);
  EXPECT_EQ(countdown("0"), "0");
  pass(2000);
  EXPECT_EQ(ask("GET", "/fapi/v1/openOrders").items.size(), 1U);
  countdown("1000");
  pass(1100);
  EXPECT_TRUE(ask("GET", "/fapi/v1/openOrders").items.empty());
}

TEST_F(BinanceOrdersTest, SettingsThatDoNotChangeAreRefusedInTheTextsClientsLookFor) {
  const auto answer = ask("POST", "/fapi/v1/marginType", "symbol=BTCUSDT&marginType=CROSSED");
  EXPECT_EQ(member(answer, {"code"}), "-4046");
  EXPECT_EQ(member(answer, {"msg"}), "No need to change margin type.");
  EXPECT_EQ(code("POST", "/fapi/v1/marginType", "symbol=BTCUSDT&marginType=ISOLATED"), 0);
  EXPECT_EQ(code("POST", "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=true"), -4167);
  EXPECT_EQ(code("POST", "/fapi/v1/multiAssetsMargin", "multiAssetsMargin=false"), -4171);
  listen();
  const auto leverage = ask("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=10");
  EXPECT_EQ(member(leverage, {"leverage"}), "10");
  EXPECT_EQ(member(leverage, {"maxNotionalValue"}), "70000000");
  EXPECT_EQ(story(), Story{"ACCOUNT_CONFIG_UPDATE"});
  EXPECT_EQ(code("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=126"), -4028);
  // A tenth of the value instead of a twentieth.
  place(limit("BUY", "1", "89000"));
  EXPECT_EQ(member(ask("GET", "/fapi/v3/account"), {"totalInitialMargin"}), "9000.00000000");
}

TEST_F(BinanceOrdersTest, ConditionalOrdersHaveIdsOfTheirOwnAndMakeAnOrderWhenTheyTrigger) {
  place(limit("BUY", "1", "90100"));
  listen();
  const std::string stop =
      "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&quantity=1"
      "&workingType=MARK_PRICE&clientAlgoId=guard&triggerPrice=";
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", stop + "91000"), -2021);
  const auto placed = ask("POST", "/fapi/v1/algoOrder", stop + "89000");
  EXPECT_EQ(member(placed, {"algoStatus"}), "NEW");
  EXPECT_EQ(member(placed, {"clientAlgoId"}), "guard");
  const auto algo = member(placed, {"algoId"});
  EXPECT_EQ(code("GET", order_path, "symbol=BTCUSDT&orderId=" + algo), -2013);
  EXPECT_TRUE(ask("GET", "/fapi/v1/openOrders").items.empty());
  EXPECT_EQ(ask("GET", "/fapi/v1/openAlgoOrders").items.size(), 1U);
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", stop + "88000"), -4116);
  told.clear();
  set_index("88990");
  EXPECT_EQ(story(), (Story{"ALGO/TRIGGERING", "ALGO/TRIGGERED", "NEW/NEW", "TRADE_LITE",
                            "ACCOUNT_UPDATE", "TRADE/FILLED", "ALGO/FINISHED"}));
  const auto child = member(events("ORDER_TRADE_UPDATE")[0], {"o", "i"});
  EXPECT_EQ(member(events("ALGO_UPDATE")[1], {"o", "ai"}), child);
  EXPECT_EQ(member(events("ALGO_UPDATE")[2], {"o", "aq"}), "1");
  EXPECT_NE(member(events("ORDER_TRADE_UPDATE")[0], {"o", "c"}), "guard");
  EXPECT_EQ(member(events("ORDER_TRADE_UPDATE")[0], {"o", "ot"}), "STOP_MARKET");
  const auto done = ask("GET", "/fapi/v1/algoOrder", "algoId=" + algo);
  EXPECT_EQ(member(done, {"algoStatus"}), "FINISHED");
  EXPECT_EQ(member(done, {"actualOrderId"}), child);
}

TEST_F(BinanceOrdersTest, ConditionalOrdersAreCancelledByEitherIdAndNotByCancelAll) {
  const std::string take =
      "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TAKE_PROFIT&quantity=1&price=95000"
      "&triggerPrice=95000&clientAlgoId=";
  const auto first = member(ask("POST", "/fapi/v1/algoOrder", take + "a"), {"algoId"});
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", take + "b"), 0);
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", take + "c"), 0);
  ask("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT");
  EXPECT_EQ(ask("GET", "/fapi/v1/openAlgoOrders", "symbol=BTCUSDT").items.size(), 3U);
  listen();
  const auto gone = ask("DELETE", "/fapi/v1/algoOrder", "algoId=" + first);
  EXPECT_EQ(member(gone, {"code"}), "200");
  EXPECT_EQ(member(gone, {"clientAlgoId"}), "a");
  EXPECT_EQ(code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=a"), -2011);
  EXPECT_EQ(code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=b"), 0);
  EXPECT_EQ(story(), (Story{"ALGO/CANCELED", "ALGO/CANCELED"}));
  EXPECT_EQ(code("DELETE", "/fapi/v1/algoOpenOrders", "symbol=BTCUSDT"), 0);
  EXPECT_TRUE(ask("GET", "/fapi/v1/openAlgoOrders").items.empty());
}

TEST_F(BinanceOrdersTest, ClosePositionClosesWhatThereIsAndIsRejectedWhereThereIsNothing) {
  const std::string close =
      "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&workingType=MARK_PRICE"
      "&closePosition=true&triggerPrice=";
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", close + "89000&quantity=1"), -4137);
  place(limit("BUY", "2", "90100"));
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", close + "89500"), 0);
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", close + "89000"), 0);
  listen();
  set_index("89400");
  EXPECT_EQ(member(events("ORDER_TRADE_UPDATE")[0], {"o", "q"}), "2");
  EXPECT_TRUE(ask("GET", "/fapi/v3/positionRisk").items.empty());
  told.clear();
  set_index("88900");
  EXPECT_EQ(story(), (Story{"ALGO/TRIGGERING", "ALGO/REJECTED"}));
  EXPECT_EQ(member(events("ALGO_UPDATE")[1], {"o", "rm"}), "Reduce Only reject");
}

TEST_F(BinanceOrdersTest, ATrailingStopFollowsTheExtremeByItsRate) {
  place(limit("BUY", "1", "90100"));
  const std::string trailing =
      "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TRAILING_STOP_MARKET&quantity=1"
      "&workingType=MARK_PRICE&callbackRate=1&activationPrice=";
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", trailing + "89000"), -2021);
  EXPECT_EQ(code("POST", "/fapi/v1/algoOrder", trailing + "91000"), 0);
  listen();
  set_index("89000");  // not activated yet
  set_index("92000");  // activated; from now on 1 % below the highest
  set_index("91090");
  EXPECT_TRUE(events("ALGO_UPDATE").empty());
  set_index("91080");
  EXPECT_EQ(member(events("ALGO_UPDATE")[0], {"o", "X"}), "TRIGGERING");
  EXPECT_TRUE(ask("GET", "/fapi/v3/positionRisk").items.empty());
}

}  // namespace
}  // namespace causeway::simulator::binance
