#include <gtest/gtest.h>

#include "tests/translators/binance_kit.hpp"

// What an account's session knows of stops, and what it asks for in several steps.
namespace causeway::translators::binance {
namespace {

// ---- stops
// ------------------------------------------------------------------------------------------

TEST(BinanceStops, TriggeredFirstThenTheOrderThatCameOfItUnderOurId) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  kit.ask(stop_order());
  kit.reply(kit.frame("algoOrder.place").id, algo_json(5, "S1", "NEW"));
  EXPECT_TRUE(kit.outbox.take_told().starts_with(
      "order source=reply request=1 client_id=S1 id=algo-5 instrument=LINEAR:BTCUSDT "
      "state=untriggered"));
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  EXPECT_TRUE(kit.outbox.take_told().starts_with(
      "order source=stream client_id=S1 id=77 instrument=LINEAR:BTCUSDT "
      "state=triggered"));
  kit.event(order_event(77, "venuesOwn22", "TRADE", "PARTIALLY_FILLED", "0.050", 9));
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(told.starts_with("fill source=stream client_id=S1 id=77")) << told;
  EXPECT_NE(told.find("\norder source=stream client_id=S1 id=77"), std::string::npos);
}

TEST(BinanceStops, TriggeringIsToldOnce) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  kit.ask(stop_order());
  kit.reply(kit.frame("algoOrder.place").id, algo_json(5, "S1", "NEW"));
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  kit.outbox.take_told();
  kit.event(algo_event(5, "S1", "FINISHED", "77"));
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(BinanceStops, EventsOfTheOrderWaitForTheNewsOfItsStop) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  kit.ask(stop_order());
  kit.reply(kit.frame("algoOrder.place").id, algo_json(5, "S1", "NEW"));
  kit.outbox.take_told();
  kit.event(order_event(77, "venuesOwn22", "NEW", "NEW"));
  kit.event(order_event(77, "venuesOwn22", "TRADE", "PARTIALLY_FILLED", "0.050", 9));
  EXPECT_EQ(kit.outbox.take_told(), "") << "nobody knows yet whose it is";
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(
      told.starts_with("order source=stream client_id=S1 id=77 "
                       "instrument=LINEAR:BTCUSDT state=triggered"))
      << told;
  EXPECT_NE(told.find("fill source=stream client_id=S1 id=77"), std::string::npos) << told;
}

TEST(BinanceStops, NewsThatNeverComeAreAskedFor) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  kit.ask(stop_order());
  kit.reply(kit.frame("algoOrder.place").id, algo_json(5, "S1", "NEW"));
  kit.outbox.take_told();
  kit.event(order_event(77, "venuesOwn22", "TRADE", "PARTIALLY_FILLED", "0.050", 9));
  kit.event(order_event(99, "web_x", "NEW", "NEW"));
  kit.pass(301);
  // One question for all that wait for its answer.
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERED", "77"));
  kit.pass(20);
  const std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("fill source=stream client_id=S1 id=77"), std::string::npos) << told;
  EXPECT_NE(told.find("order source=stream id=99"), std::string::npos)
      << "not ours, and said so in the end: " << told;
}

TEST(BinanceStops, ACancelGoesToTheServiceThatHasTheOrder) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  kit.ask(stop_order(), 1);
  kit.reply(kit.frame("algoOrder.place").id, algo_json(5, "S1", "NEW"));
  kit.outbox.take_told();
  kit.ask(cancel_of("S1", "algo-5", fixspec::OrdType::Stop), 2);
  const auto frame = kit.frame("algoOrder.cancel");
  EXPECT_NE(frame.text.find(R"("algoId":5)"), std::string::npos) << frame.text;
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  kit.refuse(frame.id, -2011, "Unknown order sent.");
  EXPECT_NE(kit.outbox.take_told().find("order_may_be_closed"), std::string::npos);
  kit.ask(cancel_of("S1", "algo-5", fixspec::OrdType::Stop), 3);
  EXPECT_NE(kit.frame("order.cancel").text.find(R"("orderId":77)"), std::string::npos);
}

TEST(BinanceStops, AnAcknowledgedCancelShowsTheStopAsItWasAndGone) {
  AccountKit kit;
  kit.log_on();
  kit.ask(stop_order(), 1);
  kit.reply(kit.frame("algoOrder.place").id, algo_json(5, "S1", "NEW"));
  kit.outbox.take_told();
  kit.ask(cancel_of("S1", nullptr, fixspec::OrdType::Stop), 2);
  const auto frame = kit.frame("algoOrder.cancel");
  EXPECT_NE(frame.text.find(R"("clientAlgoId":"S1")"), std::string::npos) << frame.text;
  kit.reply(frame.id, R"({"algoId":5,"clientAlgoId":"S1","code":"200","msg":"success"})");
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(
      told.starts_with("order source=reply request=2 client_id=S1 id=algo-5 "
                       "instrument=LINEAR:BTCUSDT state=canceled"))
      << told;
}

// ---- queries
// ----------------------------------------------------------------------------------------

TEST(BinanceQueries, AnOrderIsAnsweredWithAllItsFills) {
  AccountKit kit;
  kit.log_on();
  kit.ask(query_of("C1"));
  const auto fetch = kit.take("GET /fapi/v1/order");
  ASSERT_TRUE(fetch);
  EXPECT_NE(fetch->request.target.find("origClientOrderId=C1"), std::string::npos);
  kit.session.on_response(
      fetch->id,
      net::HttpResponse{
          .status = 200, .headers = {}, .body = order_json(77, "C1", "FILLED", "0.1")},
      kit.now);
  kit.respond("GET /fapi/v1/userTrades", "[" + trade_json(9, 77, 1'700'000'000'100) + "]");
  EXPECT_EQ(kit.outbox.take_told(), "") << "a fill is missing: not all there is";
  kit.pass(301);
  kit.respond("GET /fapi/v1/userTrades", "[" + trade_json(9, 77, 1'700'000'000'100) + "," +
                                             trade_json(10, 77, 1'700'000'000'101) + "]");
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(told.starts_with("query_answer request=1 client_id=C1\n  order source=query"))
      << told;
  EXPECT_NE(told.find("trade=9"), std::string::npos) << told;
  EXPECT_NE(told.find("trade=10"), std::string::npos) << told;
}

TEST(BinanceQueries, AnOrderThatTheVenueDoesNotKnowIsAbsent) {
  AccountKit kit;
  kit.log_on();
  kit.ask(query_of("C1"));
  kit.respond("GET /fapi/v1/order", R"({"code":-2013,"msg":"Order does not exist."})", 400);
  EXPECT_EQ(kit.outbox.take_told(), "query_answer request=1 client_id=C1 absent\n");
}

TEST(BinanceQueries, AReadIsRepeatedAfterAFailureThatSaysNothing) {
  AccountKit kit;
  kit.log_on();
  kit.ask(query_of("C1"));
  kit.fail("GET /fapi/v1/order", true);
  kit.pass(201);
  kit.respond("GET /fapi/v1/order", "<html>502</html>", 502);
  kit.pass(401);
  kit.respond("GET /fapi/v1/order", order_json(77, "C1", "NEW"));
  EXPECT_TRUE(kit.outbox.take_told().starts_with("query_answer request=1 client_id=C1\n"));
}

TEST(BinanceQueries, ATriggeredStopIsFoundThroughItsOrder) {
  AccountKit kit;
  kit.log_on();
  kit.ask(query_of("S1", fixspec::OrdType::Stop));
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERED", "77"));
  const auto fetch = kit.take("GET /fapi/v1/order");
  ASSERT_TRUE(fetch);
  EXPECT_NE(fetch->request.target.find("orderId=77"), std::string::npos);
  kit.session.on_response(
      fetch->id,
      net::HttpResponse{
          .status = 200, .headers = {}, .body = order_json(77, "venuesOwn22", "FILLED", "0.05")},
      kit.now);
  kit.respond("GET /fapi/v1/userTrades", "[" + trade_json(9, 77, 1'700'000'000'100) + "]");
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(told.starts_with(
      "query_answer request=1 client_id=S1\n  order source=query client_id=S1 id=77"))
      << told;
  EXPECT_NE(told.find("fill source=query client_id=S1 id=77"), std::string::npos) << told;
  // From now on the stream's news of that order are known, too.
  kit.event(order_event(77, "venuesOwn22", "TRADE", "FILLED", "0.100", 10));
  EXPECT_TRUE(kit.outbox.take_told().find("client_id=S1") != std::string::npos);
}

TEST(BinanceQueries, OpenOrdersAreOrdersAndStopsWithTheirParentsFound) {
  AccountKit kit;
  kit.log_on();
  kit.ask(QueryOpenOrders{});
  kit.respond("GET /fapi/v1/openAlgoOrders", "[" + algo_json(5, "S1", "NEW") + "]");
  kit.respond("GET /fapi/v1/openOrders",
              "[" + order_json(77, "venuesOwn22", "NEW") + "," + order_json(78, "C1", "NEW") + "]");
  kit.respond("GET /fapi/v1/allAlgoOrders", "[" + algo_json(4, "S0", "TRIGGERED", "77") + "]");
  const std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("client_id=S1 id=algo-5"), std::string::npos) << told;
  EXPECT_NE(told.find("client_id=S0 id=77"), std::string::npos) << told;
  EXPECT_NE(told.find("client_id=C1 id=78"), std::string::npos) << told;
}

TEST(BinanceQueries, TradesAreAskedForEverySymbolThatMayHaveTraded) {
  AccountKit kit;
  kit.log_on();
  QueryTrades query;
  query.since = kit.now.utc_ns - 60 * fixspec::nanos_per_second;
  query.instruments = {btc()};
  kit.ask(query);
  kit.respond("GET /fapi/v3/positionRisk", "[]");
  kit.respond("GET /fapi/v1/income",
              R"([{"symbol":"ETHUSDT","incomeType":"COMMISSION","income":"-0.01","asset":"USDT",)"
              R"("info":"","time":1570636800000,"tranId":9689322392,"tradeId":"2059192"}])");
  kit.respond("GET /fapi/v1/userTrades?", "[" + trade_json(9, 77, 1'700'000'000'100) + "," +
                                              trade_json(10, 78, 1'700'000'000'101) + "]");
  const auto eth = kit.take("GET /fapi/v1/userTrades");
  ASSERT_TRUE(eth);
  EXPECT_NE(eth->request.target.find("symbol=ETHUSDT"), std::string::npos);
  kit.session.on_response(eth->id, net::HttpResponse{.status = 200, .headers = {}, .body = "[]"},
                          kit.now);
  kit.respond("GET /fapi/v1/allAlgoOrders", "[" + algo_json(4, "S0", "FINISHED", "77") + "]");
  kit.respond("GET /fapi/v1/order", order_json(78, "C1", "FILLED", "0.05"));
  const std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("client_id=S0 id=77"), std::string::npos) << told;
  EXPECT_NE(told.find("client_id=C1 id=78"), std::string::npos) << told;
}

// Whoever asks may have another clock; the venue refuses a start behind the end each time.
TEST(BinanceQueries, TradesSinceATimeThatIsYetToComeAreAskedForFromNow) {
  AccountKit kit;
  kit.log_on();
  QueryTrades query;
  query.since = kit.now.utc_ns + 3'600 * fixspec::nanos_per_second;
  query.instruments = {btc()};
  kit.ask(query);
  kit.respond("GET /fapi/v3/positionRisk", "[]");
  for (const char* method : {"GET /fapi/v1/income", "GET /fapi/v1/userTrades"}) {
    const auto asked = kit.take(method);
    ASSERT_TRUE(asked);
    const std::string& target = asked->request.target;
    EXPECT_NE(target.find("startTime=1700000000000"), std::string::npos) << target;
    EXPECT_NE(target.find("endTime=1700000060000"), std::string::npos) << target;
    kit.session.on_response(asked->id,
                            net::HttpResponse{.status = 200, .headers = {}, .body = "[]"}, kit.now);
  }
}

TEST(BinanceQueries, CancelAllGoesToEverySymbolAndIsAnsweredByWhatIsLeft) {
  AccountKit kit;
  kit.log_on();
  kit.ask(CancelAll{});
  kit.respond("GET /fapi/v1/openAlgoOrders", "[" + algo_json(5, "S1", "NEW") + "]");
  kit.respond("GET /fapi/v1/openOrders", "[]");
  const std::string done =
      R"({"code":200,"msg":"The operation of cancel all open order is done."})";
  kit.respond("DELETE /fapi/v1/allOpenOrders", done);
  kit.respond("DELETE /fapi/v1/algoOpenOrders", done);
  kit.respond("GET /fapi/v1/openAlgoOrders", "[]");
  kit.respond("GET /fapi/v1/openOrders", "[]");
  EXPECT_EQ(kit.outbox.take_told(), "open_orders request=1\n");
}

}  // namespace
}  // namespace causeway::translators::binance
