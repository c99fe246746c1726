#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/translators/binance_kit.hpp"

// An account's session without sockets: frames and responses in, frames and requests out.
namespace causeway::translators::binance {
namespace {

using fixspec::VenueClOrdId;

// ---- the log-on
// -------------------------------------------------------------------------------------

TEST(BinanceLogOn, UpOnlyWithTheClockTheModeTheStreamAndTheOrderLinkTried) {
  AccountKit kit;
  kit.session.start(kit.now);
  EXPECT_TRUE(kit.outbox.connects.empty()) << "nothing is signed before the venue's time is known";
  kit.prepare_stream();
  EXPECT_EQ(kit.outbox.connects[Channel::Orders], 1);
  EXPECT_EQ(kit.outbox.connects[Channel::Events], 1);
  kit.open_stream();
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.open_orders();
  EXPECT_EQ(kit.outbox.take_told(), "link up\n");
}

TEST(BinanceLogOn, RequestsCarryKeyAndSignature) {
  AccountKit kit;
  kit.session.start(kit.now);
  kit.respond("GET /fapi/v1/time", R"({"serverTime":1700000001500})");
  const auto fetch = kit.take("GET /fapi/v1/positionSide/dual");
  ASSERT_TRUE(fetch);
  EXPECT_NE(fetch->request.target.find("timestamp=1700000001500"), std::string::npos)
      << "in the venue's clock: " << fetch->request.target;
  EXPECT_NE(fetch->request.target.find("&signature="), std::string::npos);
  ASSERT_EQ(fetch->request.headers.size(), 1u);
  EXPECT_EQ(fetch->request.headers[0].first, "X-MBX-APIKEY");
  EXPECT_EQ(fetch->request.headers[0].second, "TESTKEY");
}

TEST(BinanceLogOn, AnEd25519KeyLogsTheSessionOnAndThenSignsNothing) {
  AccountKit kit{ed25519_encoder()};
  kit.log_on("session.logon");
  EXPECT_NE(kit.frame("session.logon").text.find("\"signature\""), std::string::npos);
  kit.ask(limit_order());
  const auto frame = kit.frame("order.place");
  EXPECT_EQ(frame.text.find("\"signature\""), std::string::npos) << frame.text;
  EXPECT_EQ(frame.text.find("\"apiKey\""), std::string::npos) << frame.text;
  EXPECT_NE(frame.text.find("\"timestamp\""), std::string::npos) << frame.text;
}

TEST(BinanceLogOn, HedgeModeKeepsTheLinkDownAndSaysWhy) {
  AccountKit kit;
  kit.log.expect("venue_hedge_mode");
  kit.session.start(kit.now);
  kit.respond("GET /fapi/v1/time", R"({"serverTime":1700000000000})");
  kit.respond("GET /fapi/v1/positionSide/dual", R"({"dualSidePosition":true})");
  EXPECT_EQ(kit.log.seen("venue_hedge_mode"), 1u);
  EXPECT_EQ(kit.outbox.connects[Channel::Events], 0);
  // It is looked at again: somebody may change it.
  kit.pass(600);
  kit.prepare_stream();
  EXPECT_EQ(kit.outbox.connects[Channel::Events], 1);
}

TEST(BinanceLogOn, ARefusedKeyIsAnErrorAndTriedAgainLater) {
  AccountKit kit;
  kit.log.expect("venue_logon_refused");
  kit.session.start(kit.now);
  kit.respond("GET /fapi/v1/time", R"({"serverTime":1700000000000})");
  kit.respond("GET /fapi/v1/positionSide/dual",
              R"({"code":-1022,"msg":"Signature for this request is not valid."})", 400);
  EXPECT_NE(kit.log.last("reason").find("-1022"), std::string::npos);
  kit.ask(limit_order());
  EXPECT_EQ(
      kit.outbox.take_told(),
      "not_sent request=1 kind=place client_id=C1 code=LINK.NOT_SENT reason='the venue link is "
      "down'\n");
  kit.pass(600);
  EXPECT_TRUE(kit.asks("GET /fapi/v1/time"));
}

TEST(BinanceLogOn, TheListenKeyIsRenewedAndMadeAnewWhenItIsGone) {
  AccountKit kit;
  kit.log_on();
  kit.pass(25 * 60 * 1'000);
  kit.respond("PUT /fapi/v1/listenKey", R"({"listenKey":"LK1"})");
  EXPECT_TRUE(kit.outbox.disconnects[Channel::Events].empty());
  kit.log.expect("venue_listen_key_expired");
  kit.pass(25 * 60 * 1'000);
  kit.respond("PUT /fapi/v1/listenKey", R"({"code":-1125,"msg":"This listenKey does not exist."})",
              400);
  ASSERT_EQ(kit.outbox.disconnects[Channel::Events].size(), 1u);
}

TEST(BinanceLogOn, AnExpiredListenKeyTakesTheLinkDownAndAnotherIsFetched) {
  AccountKit kit;
  kit.log_on();
  kit.log.expect("venue_listen_key_expired");
  kit.log.expect("venue_disconnected");
  kit.event(R"({"e":"listenKeyExpired","E":1700000000000,"listenKey":"LK1"})");
  ASSERT_EQ(kit.outbox.disconnects[Channel::Events].size(), 1u);
  kit.close(Channel::Events, "the listen key has expired");
  EXPECT_EQ(kit.outbox.take_told(), "link down reason=the listen key has expired\n");
  kit.pass(600);
  kit.prepare_stream();
  kit.open_stream();
  EXPECT_EQ(kit.outbox.take_told(), "link up\n");
}

TEST(BinanceLogOn, ASubscriptionThatIsRefusedIsTriedAgain) {
  AccountKit kit;
  kit.log.expect("venue_subscription_refused");
  kit.session.start(kit.now);
  kit.prepare_stream();
  kit.session.on_open(Channel::Events, kit.now);
  kit.receive(Channel::Events, R"({"code":2,"msg":"Invalid request"})");
  EXPECT_EQ(kit.outbox.disconnects[Channel::Events].size(), 1u);
}

TEST(BinanceLogOn, BothConnectionsAskSomethingWhenNothingIsSaid) {
  AccountKit kit;
  kit.log_on();
  const std::size_t before = kit.outbox.frames.size();
  kit.pass(10'001);
  ASSERT_EQ(kit.outbox.frames.size(), before + 2);
  EXPECT_NE(kit.frame("LIST_SUBSCRIPTIONS").id, 0u);
  EXPECT_NE(kit.outbox.frames.back().text.find("session.status"), std::string::npos);
}

TEST(BinanceLogOn, AConnectionIsRenewedBeforeTheVenueEndsIt) {
  AccountKit kit;
  kit.log_on();
  kit.pass(std::int64_t{23} * 3'600'000 + 1);
  EXPECT_EQ(kit.outbox.disconnects[Channel::Orders].size(), 1u);
  EXPECT_EQ(kit.outbox.connects[Channel::EventsAgain], 1);
  EXPECT_TRUE(kit.outbox.disconnects[Channel::Events].empty());
}

// ---- orders
// -----------------------------------------------------------------------------------------

TEST(BinanceOrders, PlacedOverTheWebSocketApiAndAnsweredOnce) {
  AccountKit kit;
  kit.log_on();
  PlaceOrder order = limit_order();
  order.valid_until = kit.now.utc_ns + 3 * fixspec::nanos_per_second;
  kit.ask(order);
  const auto frame = kit.frame("order.place");
  EXPECT_EQ(frame.channel, Channel::Orders);
  EXPECT_NE(frame.text.find(R"("newClientOrderId":"C1")"), std::string::npos) << frame.text;
  EXPECT_NE(frame.text.find(R"("recvWindow":3000)"), std::string::npos)
      << "the venue enforces the validity: " << frame.text;
  kit.reply(frame.id, order_json(77, "C1", "NEW"));
  EXPECT_EQ(kit.outbox.take_told(),
            "order source=reply request=1 client_id=C1 id=77 instrument=LINEAR:BTCUSDT state=open "
            "side=buy type=2 qty=0.1 cum=0 price=50000.5 time=1700000000100\n");
  EXPECT_TRUE(kit.outbox.fetches.empty());
}

TEST(BinanceOrders, RefusalsCarryTheVenuesCode) {
  AccountKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.refuse(kit.frame("order.place").id, -2019, "Margin is insufficient.");
  EXPECT_EQ(kit.outbox.take_told(),
            "refused request=1 kind=place client_id=C1 code=VENUE.INSUFFICIENT_MARGIN "
            "venue_code=-2019 venue_text='Margin is insufficient.'\n");
}

TEST(BinanceOrders, AStatusThatSaysNothingIsUnknown) {
  AccountKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.refuse(kit.frame("order.place").id, -1007,
             "Timeout waiting for response from backend server.", 408);
  EXPECT_TRUE(kit.outbox.take_told().starts_with("unknown request=1 kind=place client_id=C1"));
}

TEST(BinanceOrders, NoReplyInTimeIsUnknownAndALateOneIsAFact) {
  AccountKit kit;
  kit.log_on();
  kit.ask(limit_order());
  const auto frame = kit.frame("order.place");
  kit.pass(5'001);
  EXPECT_EQ(kit.outbox.take_told(),
            "unknown request=1 kind=place client_id=C1 reason='no reply within 5000 ms'\n");
  kit.reply(frame.id, order_json(77, "C1", "NEW"));
  EXPECT_TRUE(kit.outbox.take_told().starts_with("order source=stream client_id=C1"));
}

TEST(BinanceOrders, WhatWasInFlightOnALostConnectionIsUnknownNeverSentAgain) {
  AccountKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.ask(limit_order());
  kit.close(Channel::Orders, "reset");
  EXPECT_EQ(kit.outbox.take_told(),
            "unknown request=1 kind=place client_id=C1 reason='the connection was lost: reset'\n");
  EXPECT_TRUE(kit.outbox.fetches.empty());
}

TEST(BinanceOrders, WhatHadNotStartedToLeaveGoesOverRest) {
  AccountKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.ask(limit_order());
  kit.close(Channel::Orders, "reset", {kit.frame("order.place").id});
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.respond("POST /fapi/v1/order", order_json(77, "C1", "NEW"));
  EXPECT_TRUE(kit.outbox.take_told().starts_with("order source=reply request=1 client_id=C1"));
}

TEST(BinanceOrders, RestServesWhileTheOrderLinkIsAway) {
  AccountKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.close(Channel::Orders);
  EXPECT_EQ(kit.outbox.take_told(), "") << "the account's link stays up";
  kit.ask(limit_order(), 1);
  kit.respond("POST /fapi/v1/order", order_json(77, "C1", "NEW"));
  AmendOrder amend;
  amend.client_id = VenueClOrdId{"C1"};
  amend.instrument = btc();
  amend.order_qty = fixspec::parse_quantity("0.2").value();
  amend.price = fixspec::parse_price("50001").value();
  kit.ask(amend, 2);
  kit.respond("PUT /fapi/v1/order", order_json(77, "C1", "NEW"));
  kit.ask(cancel_of("C1", "77"), 3);
  kit.respond("DELETE /fapi/v1/order", order_json(77, "C1", "CANCELED"));
  const std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("request=1 client_id=C1 id=77"), std::string::npos) << told;
  EXPECT_NE(told.find("request=2 client_id=C1 id=77"), std::string::npos) << told;
  EXPECT_NE(told.find("amended"), std::string::npos) << told;
  EXPECT_NE(told.find("request=3 client_id=C1 id=77 instrument=LINEAR:BTCUSDT state=canceled"),
            std::string::npos)
      << told;
}

TEST(BinanceOrders, ARestRequestThatMayHaveLeftIsUnknownAndOneThatHasNotIsNotSent) {
  AccountKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.close(Channel::Orders);
  kit.ask(limit_order("C1"), 1);
  kit.fail("POST /fapi/v1/order", true);
  kit.ask(limit_order("C2"), 2);
  kit.fail("POST /fapi/v1/order", false);
  EXPECT_EQ(kit.outbox.take_told(),
            "unknown request=1 kind=place client_id=C1 reason='broken'\n"
            "not_sent request=2 kind=place client_id=C2 code=LINK.NOT_SENT reason='broken'\n");
  EXPECT_TRUE(kit.outbox.fetches.empty()) << "a place is never sent twice";
}

TEST(BinanceOrders, CancelsGoOutWhileTheStreamIsAway) {
  AccountKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.close(Channel::Events, "gone");
  EXPECT_EQ(kit.outbox.take_told(), "link down reason=gone\n");
  kit.ask(limit_order(), 1);
  kit.ask(cancel_of("C0"), 2);
  kit.refuse(kit.frame("order.cancel").id, -2011, "Unknown order sent.");
  EXPECT_EQ(
      kit.outbox.take_told(),
      "not_sent request=1 kind=place client_id=C1 code=LINK.NOT_SENT reason='the venue link is "
      "down'\n"
      "refused request=2 kind=cancel client_id=C0 code=ORDER.UNKNOWN venue_code=-2011 "
      "venue_text='Unknown order sent.' order_may_be_closed\n");
}

TEST(BinanceOrders, AnOrderWhoseValidityIsOverIsNotSent) {
  AccountKit kit;
  kit.log_on();
  PlaceOrder order = limit_order();
  order.valid_until = kit.now.utc_ns;
  kit.ask(order);
  EXPECT_TRUE(kit.outbox.take_told().starts_with(
      "not_sent request=1 kind=place client_id=C1 code=ORDER.STALE"));
}

TEST(BinanceOrders, TheAccountsOrderLimitIsKeptAndCancelsPass) {
  AccountKit kit;
  kit.log_on();
  int sent = 0;
  for (int i = 0; i < 310; ++i) {
    kit.ask(limit_order("N" + std::to_string(i)), static_cast<RequestId>(i + 1));
  }
  const std::string told = kit.outbox.take_told();
  for (std::size_t at = told.find("RATE_LIMIT"); at != std::string::npos;
       at = told.find("RATE_LIMIT", at + 1)) {
    ++sent;
  }
  EXPECT_EQ(sent, 10) << "300 in ten seconds";
  const std::size_t frames = kit.outbox.frames.size();
  kit.ask(cancel_of("N1"), 999);
  EXPECT_EQ(kit.outbox.frames.size(), frames + 1);
}

TEST(BinanceOrders, OrdersThatAreNotSentUseNoneOfTheAccountsLimit) {
  for (const bool over_rest : {false, true}) {
    AccountKit kit;
    kit.log.expect("venue_disconnected");
    kit.log.expect("venue_rate_limit");
    kit.log_on();
    if (over_rest) kit.close(Channel::Orders);
    // The address has been told to stop: 300 orders, the whole limit, are refused here.
    kit.ask(QueryBalances{}, 1);
    kit.respond("GET /fapi/v3/balance", R"({"code":-1003,"msg":"Too many requests."})", 429,
                {{"Retry-After", "1"}});
    kit.outbox.take_told();
    for (int i = 0; i < 300; ++i) {
      kit.ask(limit_order("H" + std::to_string(i)), static_cast<RequestId>(100 + i));
    }
    // So are those whose validity is over, and those that no connection takes.
    PlaceOrder old = limit_order("OLD");
    old.valid_until = kit.now.utc_ns;
    for (RequestId i = 0; i < 300; ++i) kit.ask(old, 500 + i);
    kit.pass(1'001);
    for (RequestId i = 0; i < 300; ++i) kit.ask(old, 900 + i);
    kit.outbox.take_told();
    for (int i = 0; i < 300; ++i) {
      kit.ask(limit_order("A" + std::to_string(i)), static_cast<RequestId>(2'000 + i));
    }
    EXPECT_EQ(kit.outbox.take_told(), "") << "the limit is whole: " << over_rest;
    kit.ask(limit_order("B"), 3'000);
    EXPECT_TRUE(kit.outbox.take_told().starts_with(
        "not_sent request=3000 kind=place client_id=B code=VENUE.RATE_LIMIT"))
        << over_rest;
  }
}

TEST(BinanceOrders, AFrameThatTheConnectionDoesNotTakeIsCountedOnceWhereItGoes) {
  AccountKit kit;
  kit.log_on();
  kit.outbox.outcome = net::SendOutcome::NotConnected;
  for (int i = 0; i < 300; ++i) {
    kit.ask(limit_order("A" + std::to_string(i)), static_cast<RequestId>(i + 1));
  }
  EXPECT_EQ(kit.outbox.take_told(), "");
  EXPECT_EQ(kit.outbox.fetches.size(), 300u);
}

TEST(BinanceOrders, TheVenuesOwnCountIsFollowed) {
  AccountKit kit;
  kit.log_on();
  kit.ask(limit_order("C1"), 1);
  kit.receive(Channel::Orders,
              R"({"id":)" + std::to_string(kit.frame("order.place").id) +
                  R"(,"status":200,"result":)" + order_json(77, "C1", "NEW") +
                  R"(,"rateLimits":[{"rateLimitType":"ORDERS","interval":"SECOND",)"
                  R"("intervalNum":10,"limit":300,"count":300}]})");
  kit.outbox.take_told();
  kit.ask(limit_order("C2"), 2);
  EXPECT_TRUE(kit.outbox.take_told().starts_with(
      "not_sent request=2 kind=place client_id=C2 code=VENUE.RATE_LIMIT"));
  kit.pass(10'200);
  kit.ask(limit_order("C3"), 3);
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(BinanceOrders, AfterA429OnlyCancelsAreSentUntilRetryAfter) {
  AccountKit kit;
  kit.log.expect("venue_disconnected");
  kit.log.expect("venue_rate_limit");
  kit.log_on();
  kit.ask(QueryBalances{}, 1);
  kit.respond("GET /fapi/v3/balance", R"({"code":-1003,"msg":"Too many requests."})", 429,
              {{"Retry-After", "3"}});
  kit.ask(QueryPositions{}, 2);
  EXPECT_FALSE(kit.asks("GET"));
  kit.ask(cancel_of("C0"), 3);
  EXPECT_NE(kit.frame("order.cancel").id, 0u);
  kit.pass(3'001);
  EXPECT_TRUE(kit.asks("GET /fapi/v3/positionRisk"));
}

// What is left of an order after each way in which its request can fail: only the venue's own,
// documented refusal is one.
TEST(BinanceOrders, OnlyADocumentedRefusalIsARefusal) {
  struct Case {
    std::string_view what;
    unsigned status;
    std::string body;
    std::string_view outcome;
  };
  const auto failure = [](int code, const std::string& message) {
    return R"({"code":)" + std::to_string(code) + R"(,"msg":")" + message + R"("})";
  };
  const std::string html = "<html><head><title>Bad Gateway</title></head></html>";
  const std::string good = order_json(77, "C1", "NEW");
  const std::vector<Case> cases{
      {"a proxy's 502", 502, html, "unknown"},
      {"a proxy's 503", 503, "Service Unavailable.", "unknown"},
      {"a proxy's 504", 504, html, "unknown"},
      {"500 without words", 500, "", "unknown"},
      {"408", 408, "", "unknown"},
      {"503 of unknown outcome", 503,
       failure(-1000, "Unknown error, please check your request or try again later."), "unknown"},
      {"503 of unknown outcome without a code", 503,
       R"({"msg":"Unknown error, please check your request or try again later."})", "unknown"},
      {"503 that was not done", 503, R"({"msg":"Service Unavailable."})", "refused"},
      {"-1001", 503, failure(-1001, "Internal error; unable to process your request."), "refused"},
      {"-1006", 400, failure(-1006, "An unexpected response was received."), "unknown"},
      {"-1007", 408, failure(-1007, "Timeout waiting for response from backend server."),
       "unknown"},
      {"-1007 as 400", 400, failure(-1007, "Timeout waiting for response."), "unknown"},
      {"-1007 as 200", 200, failure(-1007, "Timeout waiting for response."), "unknown"},
      {"-1008", 503, failure(-1008, "Request throttled by system-level protection."), "refused"},
      {"-1015", 429, failure(-1015, "Too many new orders."), "refused"},
      {"429 of the venue", 429, failure(-1003, "Too many requests."), "refused"},
      {"418 of the venue", 418, failure(-1003, "Way too many requests; IP banned."), "refused"},
      {"429 of a firewall", 429, html, "unknown"},
      {"418 of a firewall", 418, html, "unknown"},
      {"403 of a firewall", 403, html, "unknown"},
      {"400 of nobody", 400, "", "unknown"},
      {"-1021", 400, failure(-1021, "Timestamp outside of the recvWindow."), "refused"},
      {"-5028", 400, failure(-5028, "Timestamp outside of the ME recvWindow."), "refused"},
      {"-4116", 400, failure(-4116, "ClientOrderId is duplicated."), "unknown"},
      {"a code of tomorrow", 400, failure(-9999, "Something new."), "unknown"},
      {"half a reply", 200, good.substr(0, good.size() / 2), "unknown"},
      {"an empty reply", 200, "", "unknown"},
      {"a page with 200", 200, html, "unknown"},
      {"a reply to something else", 200, R"({"code":200,"msg":"success"})", "unknown"},
      {"a list", 200, "[]", "unknown"},
      {"a redirect", 302, html, "unknown"},
  };
  for (const Case& one : cases) {
    for (const bool cancel : {false, true}) {
      AccountKit kit;
      for (const char* event :
           {"venue_disconnected", "venue_reply_unreadable", "venue_rate_limit"}) {
        kit.log.expect(event);
      }
      kit.log_on();
      kit.close(Channel::Orders);
      cancel ? kit.ask(cancel_of("C1", "77")) : kit.ask(limit_order());
      kit.respond(cancel ? "DELETE /fapi/v1/order" : "POST /fapi/v1/order", one.body, one.status);
      // The venue says of a taken client id only where an order is placed.
      if (cancel && one.what == "-4116") continue;
      const std::string told = kit.outbox.take_told();
      EXPECT_TRUE(told.starts_with(std::string{one.outcome} + " request=1")) << one.what << told;
      EXPECT_FALSE(kit.asks(cancel ? "DELETE" : "POST")) << one.what << ": never sent twice";
    }
  }
}

TEST(BinanceOrders, ABanUntilATimeThatCannotBeIsKeptAllTheSame) {
  constexpr std::int64_t day_ns = 86'400 * fixspec::nanos_per_second;
  constexpr const char* too_late = "9223372036854775807";
  constexpr const char* year_2200 = "7258118400000";
  struct Case {
    std::string until;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  // The first does not fit in 64 bits as nanoseconds.
  for (const auto& [until, headers] :
       {Case{too_late, {}}, Case{too_late, {{"Retry-After", too_late}}}, Case{year_2200, {}}}) {
    AccountKit kit;
    kit.log.expect("venue_rate_limit");
    kit.log_on();
    kit.ask(QueryBalances{}, 1);
    kit.respond("GET /fapi/v3/balance",
                R"({"code":-1003,"msg":"IP banned until )" + until + R"(."})", 418, headers);
    EXPECT_TRUE(kit.address.banned(kit.now.mono_ns)) << until << headers.size();
    EXPECT_FALSE(kit.address.banned(kit.now.mono_ns + 8 * day_ns)) << until << headers.size();
  }
}

TEST(BinanceOrders, NumbersBeyondAnyLimitLeaveNoRoom) {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  AddressLimits address;
  address.learn_used(largest, fixspec::nanos_per_second);
  EXPECT_FALSE(address.has_room(1, true, fixspec::nanos_per_second));
  EXPECT_EQ(window_ns_of({.type = "ORDERS", .interval = "DAY", .interval_num = largest}), 0);
}

TEST(BinanceOrders, ASessionThatTheVenueHasForgottenIsLoggedOnAgain) {
  AccountKit kit{ed25519_encoder()};
  kit.log.expect("venue_session_ended");
  kit.log_on("session.logon");
  kit.ask(limit_order());
  kit.refuse(kit.frame("order.place").id, -2015, "Invalid API-key, IP, or permissions.", 401);
  EXPECT_TRUE(kit.outbox.take_told().starts_with("refused request=1 kind=place client_id=C1"));
  EXPECT_EQ(kit.outbox.disconnects[Channel::Orders].size(), 1u);
}

TEST(BinanceOrders, AClockThatIsOffIsSetAnew) {
  AccountKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.refuse(kit.frame("order.place").id, -1021,
             "Timestamp for this request is outside of the recvWindow.");
  EXPECT_TRUE(kit.outbox.take_told().starts_with("refused request=1 kind=place client_id=C1"));
  // Ten seconds off, whatever was measured before.
  kit.respond("GET /fapi/v1/time", R"({"serverTime":1700000010000})");
  kit.ask(limit_order("C2"));
  EXPECT_NE(kit.frame("order.place").text.find("\"timestamp\":1700000010000"), std::string::npos)
      << kit.frame("order.place").text;
}

// ---- the user data stream
// ---------------------------------------------------------------------------

TEST(BinanceStream, AFillIsToldBeforeThePictureThatCountsIt) {
  AccountKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.outbox.take_told();
  kit.event(order_event(77, "C1", "TRADE", "PARTIALLY_FILLED", "0.050", 9));
  EXPECT_EQ(kit.outbox.take_told(),
            "fill source=stream client_id=C1 id=77 instrument=LINEAR:BTCUSDT side=buy trade=9 "
            "qty=0.05 px=50000.5 liquidity=added fee=0.5USDT time=1700000000199\n"
            "order source=stream client_id=C1 id=77 instrument=LINEAR:BTCUSDT "
            "state=open side=buy type=2 qty=0.1 cum=0.05 price=50000.5 time=1700000000199\n");
}

TEST(BinanceStream, TradeLiteAndAccountUpdatesTellNothing) {
  AccountKit kit;
  kit.log_on();
  kit.event(R"({"e":"TRADE_LITE","E":1721895408092,"T":1721895408214,"s":"BTCUSDT","q":"0.001",)"
            R"("p":"0","m":false,"c":"C1","S":"BUY","L":"64089.20","l":"0.040","t":109100866,)"
            R"("i":8886774})");
  kit.event(R"({"e":"ACCOUNT_UPDATE","E":1564745798939,"T":1564745798938,"a":{"m":"ORDER","B":[],)"
            R"("P":[]}})");
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(BinanceStream, AnOrderOfSomebodyElsePassesWithoutOurId) {
  AccountKit kit;
  kit.log_on();
  kit.list_nothing();
  kit.event(order_event(88, "web_abc", "NEW", "NEW"));
  EXPECT_TRUE(kit.outbox.take_told().starts_with("order source=stream id=88"));
}

TEST(BinanceStream, ALiquidationIsToldAtOnceAsTheVenuesDoing) {
  AccountKit kit;
  kit.log_on();
  kit.event(order_event(89, "autoclose-1700000000000", "TRADE", "FILLED", "0.050", 10));
  const std::string told = kit.outbox.take_told();
  EXPECT_TRUE(told.starts_with("fill source=stream id=89")) << told;
  EXPECT_NE(told.find("origin=1"), std::string::npos) << told;
}

TEST(BinanceStream, AnUnreadableEventIsANewStart) {
  AccountKit kit;
  kit.log.expect("venue_message_unreadable");
  kit.log_on();
  kit.receive(Channel::Events, R"({"stream":"LK1","data":{"e":"ORDER_TRADE_UPDATE")");
  EXPECT_EQ(kit.outbox.disconnects[Channel::Events].size(), 1u);
}

}  // namespace
}  // namespace causeway::translators::binance
