#include "tests/translators/binance_live.hpp"

// Stops, queries, and what goes wrong.

namespace causeway::translators::binance {
namespace {

// ---- stops
// ------------------------------------------------------------------------------------------

class BinanceLiveStops : public BinanceLive {
 protected:
  PlaceOrder stop(std::string_view client_id, std::string_view stop_px) {
    PlaceOrder order = limit(client_id, "0.05", "1", fixspec::Side::Sell);
    order.ord_type = fixspec::OrdType::Stop;
    order.price.reset();
    order.stop_px = px(stop_px);
    order.trigger_ref = fixspec::TriggerRef::Mark;
    return order;
  }
  // The mark price follows the index.
  void trigger() {
    market(R"("action":"index","index":"btc_usdt","price":"88900")");
    market(R"("action":"step","steps":1)");
  }
  QueryOrder stop_query(std::string_view client_id) {
    QueryOrder order = query(client_id);
    order.ord_type = fixspec::OrdType::Stop;
    return order;
  }
};

TEST_F(BinanceLiveStops, WaitsTriggersAndKeepsItsClientId) {
  begin();
  const auto placed = std::get<OrderUpdate>(ask(stop("S1", "89000")));
  EXPECT_EQ(placed.state, VenueOrderState::Untriggered);
  EXPECT_EQ(placed.stop_px, px("89000"));
  EXPECT_EQ(placed.price, std::nullopt);
  trigger();
  ASSERT_TRUE(wait([&] { return filled("S1") == qty("0.05"); })) << all();
  EXPECT_TRUE(reaches("S1", VenueOrderState::Filled)) << all();
  const auto triggered = std::find_if(events.begin(), events.end(), [](const VenueEvent& event) {
    const auto* update = std::get_if<OrderUpdate>(&event.told);
    return update != nullptr && update->state == VenueOrderState::Triggered;
  });
  const auto traded = std::find_if(events.begin(), events.end(), [](const VenueEvent& event) {
    return std::holds_alternative<Fill>(event.told);
  });
  ASSERT_NE(triggered, events.end()) << all();
  EXPECT_LT(triggered - events.begin(), traded - events.begin());
  const auto answer = std::get<QueryAnswer>(ask(stop_query("S1")));
  ASSERT_TRUE(answer.order);
  EXPECT_EQ(answer.order->state, VenueOrderState::Filled) << to_line(answer);
  EXPECT_FALSE(answer.fills.empty());
}

TEST_F(BinanceLiveStops, WhatCameOfItIsFoundAlthoughItsNewsAreLost) {
  begin();
  ask(stop("S1", "89000"));
  fault("drop_notification", "ALGO_UPDATE");
  fault("drop_notification", "ALGO_UPDATE");
  trigger();
  ASSERT_TRUE(wait([&] { return filled("S1") == qty("0.05"); })) << all();
  EXPECT_TRUE(reaches("S1", VenueOrderState::Filled)) << all();
}

TEST_F(BinanceLiveStops, StopLimitIsCancelledBeforeAndAfterItTriggers) {
  begin();
  PlaceOrder order = stop("S2", "89000");
  order.ord_type = fixspec::OrdType::StopLimit;
  order.price = px("90400");  // rests when it triggers
  EXPECT_EQ(std::get<OrderUpdate>(ask(order)).ord_type, fixspec::OrdType::StopLimit);
  CancelOrder gone = cancel("S2");
  gone.ord_type = order.ord_type;
  EXPECT_EQ(std::get<OrderUpdate>(ask(gone)).state, VenueOrderState::Canceled);

  order.client_id = fixspec::VenueClOrdId{"S3"};
  const auto placed = std::get<OrderUpdate>(ask(order));
  trigger();
  ASSERT_TRUE(reaches("S3", VenueOrderState::Open)) << all();
  gone.client_id = order.client_id;
  gone.venue_order_id = placed.venue_order_id;  // the stop's own number, as it was told first
  EXPECT_EQ(std::get<OrderUpdate>(ask(gone)).state, VenueOrderState::Canceled) << all();
}

// ---- queries
// ----------------------------------------------------------------------------------------

TEST_F(BinanceLiveStops, CancelsByClientIdAndAllAtOnce) {
  begin();
  ask(limit("L1", "0.01", "89000"));
  EXPECT_EQ(std::get<OrderUpdate>(ask(cancel("L1", false))).state, VenueOrderState::Canceled);
  EXPECT_TRUE(std::get<RequestRefused>(ask(cancel("L1", false))).order_may_be_closed);
  ask(limit("L2", "0.01", "89000"));
  ask(stop("L3", "80000"));
  EXPECT_EQ(std::get<OpenOrders>(ask(QueryOpenOrders{})).orders.size(), 2u);
  CancelAll elsewhere;
  elsewhere.instrument = eth();
  EXPECT_EQ(std::get<OpenOrders>(ask(elsewhere)).orders.size(), 2u);
  EXPECT_TRUE(std::get<OpenOrders>(ask(CancelAll{})).orders.empty());
  EXPECT_TRUE(reaches("L2", VenueOrderState::Canceled)) << all();
  EXPECT_TRUE(reaches("L3", VenueOrderState::Canceled)) << all();
}

TEST_F(BinanceLiveStops, QueriesOfTheAccountAreComplete) {
  begin();
  EXPECT_FALSE(std::get<QueryAnswer>(ask(query("NEVER"))).order);
  EXPECT_FALSE(std::get<QueryAnswer>(ask(stop_query("NEVERS"))).order);
  const auto balances = std::get<Balances>(ask(QueryBalances{}));
  EXPECT_TRUE(std::any_of(balances.balances.begin(), balances.balances.end(),
                          [](const Balance& row) { return row.currency.view() == "USDT"; }));
  empty_book();
  for (const std::string id : {"Q1", "Q2", "Q3", "Q4"}) ask(limit(id, "0.01", "90500"));
  PlaceOrder other = limit("Q5", "0.1", "3100");
  other.instrument = eth();
  ask(other);
  ASSERT_TRUE(wait([&] { return filled("Q5") == qty("0.1"); })) << all();
  ask(stop("Q6", "89000"));
  trigger();
  ASSERT_TRUE(wait([&] { return filled("Q6") == qty("0.05"); })) << all();
  // Another run of the gateway knows nothing of these orders: it has the venue alone.
  venue->stop();
  Settings settings = to_simulator();
  settings.accounts.push_back({.account = fixspec::AccountId{"main"},
                               .api_key = demo_key,
                               .secret = fixspec::Secret{demo_secret}});
  venue = make_venue(io, std::move(settings), *this, log);
  const int before = ups;
  venue->start();
  ASSERT_TRUE(wait([&] { return ups > before; })) << all();
  QueryTrades since;
  since.since = net::read_clock().utc_ns - 60 * fixspec::nanos_per_second;
  const auto trades = std::get<Trades>(ask(since));
  std::map<std::string, fixspec::Quantity> sums;
  for (const Fill& fill : trades.fills) {
    ASSERT_TRUE(fill.client_id) << to_line(fill);
    sums[fill.client_id->to_string()] += fill.trade.last_qty;
  }
  const std::map<std::string, fixspec::Quantity> wanted{{"Q1", qty("0.01")}, {"Q2", qty("0.01")},
                                                        {"Q3", qty("0.01")}, {"Q4", qty("0.01")},
                                                        {"Q5", qty("0.1")},  {"Q6", qty("0.05")}};
  EXPECT_EQ(sums, wanted);
  EXPECT_TRUE(
      std::is_sorted(trades.fills.begin(), trades.fills.end(),
                     [](const Fill& a, const Fill& b) { return a.venue_time < b.venue_time; }));
}

// ---- when things go wrong
// ---------------------------------------------------------------------------

TEST_F(BinanceLive, LostReplyIsUnknownAndTheOrderIsFound) {
  begin();
  fault("drop_reply", "order.place");
  fault("drop_notification", "ORDER_TRADE_UPDATE");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("U1", "0.01", "89000"))));
  const auto answer = std::get<QueryAnswer>(ask(query("U1")));
  ASSERT_TRUE(answer.order);
  EXPECT_EQ(answer.order->state, VenueOrderState::Open);
  fault("reply_lost_not_accepted", "order.place");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("U2", "0.01", "89000"))));
  EXPECT_FALSE(std::get<QueryAnswer>(ask(query("U2"))).order);
  EXPECT_EQ(downs, 0) << all();
}

TEST_F(BinanceLive, AnOutcomeThatTheVenueDoesNotKnowIsUnknown) {
  begin();
  fault("unknown_outcome", "order.place");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("X1", "0.01", "89000")))) << all();
  EXPECT_TRUE(std::get<QueryAnswer>(ask(query("X1"))).order);
  fault("overloaded", "order.place");
  const Told answer = ask(limit("X2", "0.01", "89000"));
  ASSERT_TRUE(std::holds_alternative<RequestRefused>(answer)) << to_line(answer);
  EXPECT_TRUE(std::get<RequestRefused>(answer).may_pass_later);
}

TEST_F(BinanceLive, AnOrderThatIsTooLateForTheMatchingEngineIsRefusedAndNeverThere) {
  begin();
  fault("delay_request", "order.place", R"("delay_ms":900)");
  PlaceOrder order = limit("M1", "0.01", "89000");
  order.valid_until = net::read_clock().utc_ns + 500 * fixspec::nanos_per_milli;
  const Told answer = ask(order);
  ASSERT_TRUE(std::holds_alternative<RequestRefused>(answer)) << to_line(answer);
  const auto& refused = std::get<RequestRefused>(answer);
  EXPECT_EQ(refused.detail.venue_error_code, "-5028");
  EXPECT_EQ(refused.detail.code, fixspec::RejectCode::StaleRequest);
  EXPECT_FALSE(std::get<QueryAnswer>(ask(query("M1"))).order);
}

TEST_F(BinanceLive, TheOrderConnectionComesBackAndRestServesMeanwhile) {
  begin();
  fault("disconnect_accepted", "order.place");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("D1", "0.01", "89000"))));
  ASSERT_TRUE(std::get<QueryAnswer>(ask(query("D1"))).order) << all();
  EXPECT_TRUE(std::holds_alternative<OrderUpdate>(ask(limit("D2", "0.01", "89000")))) << all();
  EXPECT_EQ(downs, 0) << "the account's link is the stream's";
}

TEST_F(BinanceLive, RestAloneIsEnough) {
  begin({.without_api = true});
  EXPECT_TRUE(log.says("orders=REST")) << all();
  EXPECT_EQ(std::get<OrderUpdate>(ask(limit("H1", "0.1", "89000"))).state, VenueOrderState::Open);
  AmendOrder amend;
  amend.client_id = fixspec::VenueClOrdId{"H1"};
  amend.venue_order_id = state_of("H1")->venue_order_id;
  amend.instrument = btc();
  amend.order_qty = qty("0.15");
  amend.price = px("89100");
  EXPECT_TRUE(std::get<OrderUpdate>(ask(amend)).amended);
  EXPECT_EQ(std::get<OrderUpdate>(ask(cancel("H1"))).state, VenueOrderState::Canceled);
  EXPECT_TRUE(std::get<RequestRefused>(ask(cancel("H1"))).order_may_be_closed);
  fault("unknown_outcome", "POST /fapi/v1/order");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("H2", "0.01", "89000")))) << all();
  EXPECT_TRUE(std::get<QueryAnswer>(ask(query("H2"))).order);
  fault("http_error", "POST /fapi/v1/order");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("H3", "0.01", "89000")))) << all();
}

TEST_F(BinanceLive, BrokenMessagesAreUnknownNeverACrash) {
  begin();
  int number = 0;
  for (const std::string name : {"garbage_frame", "truncated_reply", "oversized_frame"}) {
    const std::string id = "B" + std::to_string(++number);
    fault(name, "order.place", R"("bytes":20000000)");
    EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit(id, "0.01", "89000"))))
        << name << "\n"
        << all();
    EXPECT_TRUE(std::get<QueryAnswer>(ask(query(id))).order) << name;
    // Back on the WebSocket API before the next.
    ASSERT_TRUE(wait([&] {
      (void)ask(limit("W" + std::to_string(number), "0.01", "88000"));
      return true;
    }));
    ASSERT_FALSE(run_until(
        io, [] { return false; }, std::chrono::milliseconds{700}));
  }
  EXPECT_EQ(downs, 0) << all();
}

TEST_F(BinanceLive, LostNotificationsAreMadeUpForByQueries) {
  begin();
  empty_book();
  ask(limit("N1", "0.01", "90000"));
  for (int i = 0; i < 3; ++i) fault("drop_notification", "ORDER_TRADE_UPDATE");
  house_trades("sell", "0.01", "90000");
  ASSERT_TRUE(wait([&] {
    const auto answer = std::get<QueryAnswer>(ask(query("N1")));
    return answer.order && answer.order->state == VenueOrderState::Filled &&
           answer.fills.size() == 1;
  })) << all();
}

TEST_F(BinanceLive, AnExpiredListenKeyIsReplacedAndTheLinkComesBack) {
  begin();
  sim->control("POST", "/v1/faults", R"({"venue":"binance","fault":"listen_key_expired"})");
  ASSERT_TRUE(wait([&] { return ups == 2; })) << all();
  EXPECT_EQ(downs, 1);
  empty_book();
  ask(limit("K1", "0.01", "90500"));
  ASSERT_TRUE(wait([&] { return filled("K1") == qty("0.01"); })) << all();
}

TEST_F(BinanceLive, ClosedConnectionsComeBack) {
  begin();
  sim->control("POST", "/v1/faults", R"({"venue":"binance","fault":"close_connections"})");
  ASSERT_TRUE(wait([&] { return ups == 2; })) << all();
  EXPECT_TRUE(std::holds_alternative<OrderUpdate>(ask(limit("C1", "0.01", "89000")))) << all();
}

TEST_F(BinanceLive, WrongKeyIsAClearErrorAndNeverUp) {
  begin({.secret = "wrong", .wait_for_link = false});
  ASSERT_TRUE(wait([&] { return log.says("venue_logon_refused"); })) << all();
  EXPECT_TRUE(log.says("-1022")) << all();
  EXPECT_EQ(ups, 0);
  EXPECT_TRUE(std::holds_alternative<RequestNotSent>(ask(limit("W1", "0.1", "89000"))));
}

TEST_F(BinanceLive, VenueOfAnUntrustedAuthorityIsNotConnected) {
  begin();
  Settings settings = to_simulator();
  settings.ca_file.reset();
  QuietLog other_log;
  const auto other = make_venue(io, std::move(settings), *this, other_log);
  other->start();
  EXPECT_TRUE(wait([&] { return other_log.says("the certificate is not accepted"); }));
  other->stop();
}

TEST_F(BinanceLive, OurRateLimitKeepsTheVenuesFromBeingReached) {
  begin({.limits = "real"});
  int sent = 0;
  for (int i = 0; i < 320; ++i) {
    const Told answer = ask(limit("V" + std::to_string(i), "0.01", "89000"));
    const auto* held = std::get_if<RequestNotSent>(&answer);
    if (held != nullptr) {
      EXPECT_EQ(held->code, fixspec::RejectCode::VenueRateLimit);
    } else {
      // The venue keeps 200 open orders a symbol.
      ASSERT_TRUE(std::holds_alternative<OrderUpdate>(answer)) << to_line(answer);
      EXPECT_TRUE(std::holds_alternative<OrderUpdate>(ask(cancel("V" + std::to_string(i)))));
      ++sent;
    }
  }
  EXPECT_GE(sent, 295);
  EXPECT_LT(sent, 320);
  EXPECT_EQ(downs, 0) << all();
}

}  // namespace
}  // namespace causeway::translators::binance
