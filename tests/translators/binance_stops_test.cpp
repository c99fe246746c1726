#include <gtest/gtest.h>

#include "tests/translators/binance_kit.hpp"

// Whose an order is that may have come of a stop of ours: nothing is told as nobody's that is ours,
// whatever fails, and every fill comes once.
namespace causeway::translators::binance {
namespace {

using fixspec::OrdType;

const std::string child_fill = order_event(77, "venuesOwn22", "TRADE", "FILLED", "0.050", 9);

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// A session with the stop S1, which the venue has as number 5.
class BinanceChild : public testing::Test {
 protected:
  BinanceChild() {
    kit.log_on();
    kit.list_nothing();
    place("S1", 5);
  }
  void place(const std::string& client_id, int number) {
    kit.ask(stop_order(client_id));
    kit.reply(kit.frame("algoOrder.place").id, algo_json(number, client_id, "NEW"));
    kit.outbox.take_told();
  }
  // Lets so much time pass; whatever is asked for meanwhile is answered so. How often it was asked.
  template <class Respond>
  int pass(std::int64_t ms, const std::string& start, const Respond& respond) {
    int asked = 0;
    for (std::int64_t passed = 0; passed < ms; passed += 50) {
      kit.pass(50);
      for (; kit.asks(start); ++asked) respond();
    }
    return asked;
  }
  void wait_for(const std::string& start) {
    for (int rounds = 0; !kit.asks(start); ++rounds) {
      ASSERT_LT(rounds, 400) << "nobody asks " << start;
      kit.pass(50);
    }
  }
  void lose_stream() {
    kit.log.expect("venue_disconnected");
    kit.close(Channel::Events, "gone");
  }

  AccountKit kit;
};

TEST_F(BinanceChild, AFailedQuestionRulesNoParentOut) {
  using Respond = std::function<void(const std::string& start)>;
  const std::vector<std::pair<std::string, Respond>> failures{
      {"a proxy's page", [&](const auto& start) { kit.respond(start, "<html>503</html>", 503); }},
      {"-1007",
       [&](const auto& start) {
         kit.respond(start, R"({"code":-1007,"msg":"Timeout waiting for response."})", 408);
       }},
      {"half a reply", [&](const auto& start) { kit.respond(start, R"({"algoId":5,"cli)"); }},
      {"a rate limit",
       [&](const auto& start) {
         kit.respond(start, R"({"code":-1003,"msg":"Too many requests."})", 429,
                     {{"Retry-After", "1"}});
       }},
      {"a refusal of the key",
       [&](const auto& start) {
         kit.respond(start, R"({"code":-2015,"msg":"Invalid API-key."})", 401);
       }},
      {"lost", [&](const auto& start) { kit.fail(start, true); }},
      {"not sent", [&](const auto& start) { kit.fail(start, false); }},
      {"silence", [&](const auto& start) { (void)kit.take(start); }},
  };
  kit.log.expect("venue_event_unexplained");
  kit.log.expect("venue_reply_unreadable");
  kit.log.expect("venue_rate_limit");
  const std::string start = "GET /fapi/v1/algoOrder";
  int number = 100;
  for (const auto& [name, respond] : failures) {
    const std::string client_id = "F" + std::to_string(++number);
    const std::string child = std::to_string(number);
    place(client_id, number);
    kit.event(order_event(number, "venuesOwn", "TRADE", "FILLED", "0.050", number));
    const int asked = pass(30'000, start, [&] { respond(start); });
    EXPECT_EQ(kit.outbox.take_told(), "") << name;
    EXPECT_GE(asked, 3) << name << ": asked again";
    EXPECT_LE(asked, 120) << name << ": after pauses";
    // The stop S1 is asked about, too, and has nothing to do with it.
    pass(10'000, start, [&] {
      const auto fetch = kit.take(start);
      const bool first = fetch->request.target.find("clientAlgoId=S1") != std::string::npos;
      const std::string body =
          first ? algo_json(5, "S1", "NEW") : algo_json(number, client_id, "TRIGGERED", child);
      kit.session.on_response(
          fetch->id, net::HttpResponse{.status = 200, .headers = {}, .body = body}, kit.now);
    });
    const std::string told = kit.outbox.take_told();
    EXPECT_EQ(count(told, "fill source=stream client_id=" + client_id + " id=" + child), 1u)
        << name << "\n"
        << told;
    EXPECT_EQ(count(told, "fill "), 1u) << told;
  }
}

TEST_F(BinanceChild, AStopThatIsTriggeringIsAskedAgain) {
  kit.event(child_fill);
  kit.pass(301);
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERING"));
  kit.pass(501);
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERED"));
  EXPECT_EQ(count(kit.outbox.take_told(), "fill "), 0u);
  kit.pass(501);
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERED", "77"));
  kit.pass(20);
  EXPECT_EQ(count(kit.outbox.take_told(), "fill source=stream client_id=S1 id=77"), 1u);
}

TEST_F(BinanceChild, AnAnswerFromBeforeTheOrderWasThereRulesNothingOut) {
  kit.event(order_event(70, "web_1", "NEW", "NEW"));
  kit.pass(301);
  const auto early = kit.take("GET /fapi/v1/algoOrder");
  kit.event(child_fill);
  kit.session.on_response(
      early->id, net::HttpResponse{.status = 200, .headers = {}, .body = algo_json(5, "S1", "NEW")},
      kit.now);
  kit.pass(20);
  std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "id=70"), 1u) << told;
  EXPECT_EQ(count(told, "id=77"), 0u) << "it was asked before 77 was there: " << told;
  kit.pass(501);
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERED", "77"));
  kit.pass(20);
  told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream client_id=S1 id=77"), 1u) << told;
}

TEST_F(BinanceChild, WhatWasToldAsNobodysIsAskedForWhenItsParentBecomesKnown) {
  kit.log.expect("venue_parent_late");
  kit.event(child_fill);
  kit.pass(301);
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "NEW"));  // behind the times
  kit.pass(20);
  std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream"), 1u) << told;
  EXPECT_EQ(count(told, "client_id=S1 id=77"), 0u) << told;

  kit.event(algo_event(5, "S1", "TRIGGERED", "77", "0.050"));
  const std::string start = "GET /fapi/v1/order";
  const int asked = pass(20'000, start, [&] { kit.respond(start, "<html>503</html>", 503); });
  EXPECT_GE(asked, 3);
  told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill "), 0u) << told;
  wait_for(start);
  kit.respond(start, order_json(77, "venuesOwn", "FILLED", "0.1"));
  // Its trades lag behind it: not all there are.
  kit.respond("GET /fapi/v1/userTrades", "[" + trade_json(9, 77, 1'700'000'000'100) + "]");
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.pass(301);
  kit.respond("GET /fapi/v1/userTrades", "[" + trade_json(9, 77, 1'700'000'000'100) + "," +
                                             trade_json(10, 77, 1'700'000'000'101) + "]");
  told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream client_id=S1 id=77"), 2u) << told;
  EXPECT_EQ(count(told, "trade=9 "), 1u) << told;
  EXPECT_EQ(count(told, "trade=10 "), 1u) << told;
  EXPECT_EQ(count(told, "order source=stream client_id=S1 id=77"), 1u) << told;
  EXPECT_NE(told.find("state=filled"), std::string::npos) << told;
  EXPECT_EQ(pass(20'000, "GET", [&] { (void)kit.take("GET"); }), 0) << "once is enough";
}

TEST_F(BinanceChild, WhatIsHeldWhenTheStreamIsLostIsLeftToTheRecovery) {
  kit.event(child_fill);
  lose_stream();
  EXPECT_EQ(kit.outbox.take_told(), "link down reason=gone\n")
      << "a fill without an owner would be counted as somebody else's";
  kit.pass(600);
  kit.prepare_stream();
  kit.open_stream();
  EXPECT_EQ(kit.outbox.take_told(), "link up\n");
  // Whatever the engine has heard of since: the question reaches back to what was dropped.
  QueryTrades query;
  query.since = kit.now.utc_ns + 100 * fixspec::nanos_per_second;
  query.instruments = {btc()};
  const auto ask_trades = [&] {
    kit.ask(query);
    kit.respond("GET /fapi/v3/positionRisk", "[]");
    kit.respond("GET /fapi/v1/income", "[]");
    return kit.take("GET /fapi/v1/userTrades");
  };
  const auto fetch = ask_trades();
  EXPECT_NE(fetch->request.target.find("startTime=1700000000199"), std::string::npos)
      << fetch->request.target;
  kit.session.on_response(fetch->id, net::HttpResponse{.status = 200, .headers = {}, .body = "[]"},
                          kit.now);
  EXPECT_EQ(count(kit.outbox.take_told(), "trades request=1"), 1u);
  EXPECT_EQ(ask_trades()->request.target.find("startTime=1700000000199"), std::string::npos)
      << "once answered it is known";
}

TEST_F(BinanceChild, AnAnswerFromBeforeALossDoesNotShortenTheNextRecovery) {
  kit.event(child_fill);
  lose_stream();
  kit.pass(600);
  kit.prepare_stream();
  kit.open_stream();
  QueryTrades query;
  query.since = kit.now.utc_ns + 100 * fixspec::nanos_per_second;
  query.instruments = {btc()};
  kit.ask(query, 1);
  kit.respond("GET /fapi/v3/positionRisk", "[]");
  kit.respond("GET /fapi/v1/income", "[]");
  kit.close(Channel::Events, "gone again");
  kit.respond("GET /fapi/v1/userTrades", "[]");
  kit.ask(query, 2);
  kit.respond("GET /fapi/v3/positionRisk", "[]");
  kit.respond("GET /fapi/v1/income", "[]");
  EXPECT_NE(kit.take("GET /fapi/v1/userTrades")->request.target.find("startTime=1700000000199"),
            std::string::npos);
}

TEST_F(BinanceChild, AStopWithNoAnswerThatWasTakenLateIsStillAParent) {
  kit.ask(stop_order("S2"), 2);
  kit.refuse(kit.frame("algoOrder.place").id, -1007, "Timeout waiting for response.", 408);
  // The engine asks at once, and it is not there yet.
  kit.ask(query_of("S2", OrdType::Stop), 3);
  kit.respond("GET /fapi/v1/algoOrder", R"({"code":-2013,"msg":"Order does not exist."})", 400);
  EXPECT_EQ(count(kit.outbox.take_told(), "query_answer request=3 client_id=S2 absent"), 1u);
  kit.event(order_event(88, "venuesOwn", "TRADE", "FILLED", "0.050", 11));
  EXPECT_EQ(kit.outbox.take_told(), "") << "it may be of S2";
  kit.event(algo_event(6, "S2", "TRIGGERED", "88"));
  const std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream client_id=S2 id=88"), 1u) << told;
}

TEST_F(BinanceChild, AStopThatWasCalledAbsentForGoodIsAParentAgainOnceItIsShown) {
  kit.ask(stop_order("S2"), 2);
  kit.refuse(kit.frame("algoOrder.place").id, -2019, "Margin is insufficient.");
  kit.event(algo_event(6, "S2", "NEW"));
  kit.outbox.take_told();
  kit.event(order_event(88, "venuesOwn", "TRADE", "FILLED", "0.050", 11));
  kit.event(algo_event(6, "S2", "TRIGGERED", "88"));
  const std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream client_id=S2 id=88"), 1u) << told;
  EXPECT_EQ(count(told, "fill "), 1u) << told;
}

TEST(BinanceStopsGone, AStopThatNeverCameIsForgottenOnlyWhenThatIsCertain) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  PlaceOrder order = stop_order("S2");
  order.valid_until = kit.now.utc_ns + 2 * fixspec::nanos_per_second;
  kit.ask(order, 2);
  kit.refuse(kit.frame("algoOrder.place").id, -1007, "Timeout waiting for response.", 408);
  const auto ask = [&] {
    kit.ask(query_of("S2", OrdType::Stop), 3);
    kit.respond("GET /fapi/v1/algoOrder", R"({"code":-2013,"msg":"Order does not exist."})", 400);
    kit.outbox.take_told();
  };
  kit.pass(13'900);
  ask();
  kit.event(order_event(88, "web_1", "NEW", "NEW"));
  EXPECT_EQ(kit.outbox.take_told(), "") << "before its window and the venue's own wait are over";
  kit.pass(301);
  kit.respond("GET /fapi/v1/algoOrder", R"({"code":-2013,"msg":"Order does not exist."})", 400);
  kit.pass(20);
  EXPECT_EQ(count(kit.outbox.take_told(), "order source=stream id=88"), 1u);
  ask();
  kit.event(order_event(89, "web_2", "NEW", "NEW"));
  EXPECT_EQ(count(kit.outbox.take_told(), "order source=stream id=89"), 1u)
      << "nothing to wait for";
}

TEST(BinanceRestart, AnOrderOfAStopThatHadTriggeredBeforeTheListingIsFoundByTheList) {
  AccountKit kit;
  kit.log_on();
  // Between the stream's start and the listing a stop of the run before triggers and fills.
  kit.event(child_fill);
  kit.list_nothing();
  kit.pass(301);
  const std::string start = "GET /fapi/v1/allAlgoOrders";
  kit.respond(start, "<html>503</html>", 503);
  kit.pass(201);
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.respond(start, "[" + algo_json(5, "S0", "FINISHED", "77") + "]");
  kit.pass(20);
  const std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream client_id=S0 id=77"), 1u) << told;
  EXPECT_EQ(count(told, "fill "), 1u) << told;
}

TEST(BinanceRestart, AnOrderOfNobodysIsSaidToBeSoOnceTheListHasBeenSeen) {
  AccountKit kit;
  kit.log_on();
  kit.event(order_event(88, "web_1", "TRADE", "FILLED", "0.050", 11));
  kit.list_nothing();
  kit.pass(301);
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.respond("GET /fapi/v1/allAlgoOrders", "[]");
  kit.pass(20);
  EXPECT_EQ(count(kit.outbox.take_told(), "fill source=stream id=88"), 1u);
}

TEST_F(BinanceChild, ManyStopsAreAskedForAsAListAndManyOrdersShareIt) {
  std::string list = "[" + algo_json(5, "S1", "NEW");
  for (int i = 10; i < 19; ++i) {
    place("M" + std::to_string(i), i);
    list += "," + algo_json(i, "M" + std::to_string(i), "NEW");
  }
  place("OLD", 4);  // too old for the list
  for (int i = 0; i < 50; ++i) {
    kit.event(order_event(500 + i, "web_" + std::to_string(i), "NEW", "NEW"));
  }
  kit.pass(301);
  kit.respond("GET /fapi/v1/allAlgoOrders", list + "]");
  EXPECT_FALSE(kit.asks("GET"));
  kit.pass(20);
  EXPECT_EQ(kit.outbox.take_told(), "") << "what the list does not have is asked for by itself";
  kit.respond("GET /fapi/v1/algoOrder", algo_json(4, "OLD", "NEW"));
  EXPECT_FALSE(kit.asks("GET"));
  kit.pass(20);
  EXPECT_EQ(count(kit.outbox.take_told(), "order source=stream id=5"), 50u);
}

// ---- what a stop says of the order that came of it
// ---------------------------------------------------

TEST_F(BinanceChild, AFinishedStopThatDidMoreThanWasToldIsAskedAbout) {
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  kit.outbox.take_told();
  // The news of its order are lost.
  kit.event(algo_event(5, "S1", "FINISHED", "77", "0.050"));
  EXPECT_EQ(pass(900, "GET", [&] { (void)kit.take("GET"); }), 0) << "they may only be late";
  kit.pass(200);
  kit.respond("GET /fapi/v1/order", order_json(77, "venuesOwn", "FILLED", "0.05"));
  kit.respond("GET /fapi/v1/userTrades", "[" + trade_json(9, 77, 1'700'000'000'100) + "]");
  const std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream client_id=S1 id=77"), 1u) << told;
  EXPECT_NE(told.find("state=filled"), std::string::npos) << told;
}

TEST_F(BinanceChild, AFinishedStopWhoseOrderHasToldAllIsNotAskedAbout) {
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  kit.event(algo_event(5, "S1", "FINISHED", "77", "0.050"));
  kit.event(child_fill);
  EXPECT_EQ(pass(5'000, "GET", [&] { (void)kit.take("GET"); }), 0);
}

TEST_F(BinanceChild, AStopsEndIsNotTheEndOfTheOrderThatCameOfIt) {
  kit.event(algo_event(5, "S1", "TRIGGERED", "77"));
  kit.outbox.take_told();
  for (const char* status : {"EXPIRED", "CANCELED", "REJECTED"}) {
    kit.event(algo_event(5, "S1", status, "77"));
    EXPECT_EQ(kit.outbox.take_told(), "") << status << ": its order may still work";
  }
}

TEST_F(BinanceChild, AnOrderThatTheVenueDoesNotShowYetIsNotCancelled) {
  // It was placed four days ago, and has just triggered.
  kit.now.utc_ns += std::int64_t{4} * 86'400 * fixspec::nanos_per_second;
  const std::int64_t now_ms = kit.now.utc_ns / fixspec::nanos_per_milli;
  kit.ask(query_of("S1", OrdType::Stop));
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "TRIGGERED", "77", now_ms - 10));
  kit.respond("GET /fapi/v1/order", R"({"code":-2013,"msg":"Order does not exist."})", 400);
  // By its client id, too: that of the stop is not the order's.
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(told.starts_with("unknown request=1 kind=query-order client_id=S1")) << told;
}

TEST_F(BinanceChild, AnOrderThatEndedThreeDaysAgoWithoutAFillIsCancelled) {
  kit.now.utc_ns += std::int64_t{4} * 86'400 * fixspec::nanos_per_second;
  kit.ask(query_of("S1", OrdType::Stop));
  kit.respond("GET /fapi/v1/algoOrder", algo_json(5, "S1", "FINISHED", "77", 1'700'000'000'060));
  kit.respond("GET /fapi/v1/order", R"({"code":-2013,"msg":"Order does not exist."})", 400);
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(told.starts_with("query_answer request=1 client_id=S1")) << told;
  EXPECT_NE(told.find("state=canceled"), std::string::npos) << told;
}

// ---- fills without an id
// ------------------------------------------------------------------------------

TEST_F(BinanceChild, TheTradesOfAFillWithoutAnIdAreAskedForUntilTheyAreAllThere) {
  kit.log.expect("venue_fill_without_id");
  std::string event = order_event(90, "autoclose-1", "CALCULATED", "FILLED", "0.100");
  event.replace(event.find(R"("l":"0")"), 7, R"("l":"0.100")");
  kit.event(event);
  EXPECT_EQ(count(kit.outbox.take_told(), "fill "), 0u);
  const std::string start = "GET /fapi/v1/userTrades";
  EXPECT_GE(pass(20'000, start, [&] { kit.respond(start, "<html>503</html>", 503); }), 3);
  wait_for(start);
  kit.respond(start, "[" + trade_json(20, 90, 1'700'000'000'100) + "]");
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.pass(301);
  kit.respond(start, "[" + trade_json(20, 90, 1'700'000'000'100) + "," +
                         trade_json(21, 90, 1'700'000'000'101) + "]");
  const std::string told = kit.outbox.take_told();
  EXPECT_EQ(count(told, "fill source=stream id=90"), 2u) << told;
  EXPECT_EQ(count(told, "origin=1"), 2u) << told;
  EXPECT_EQ(count(told, "order "), 0u) << told;
}

}  // namespace
}  // namespace causeway::translators::binance
