#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/translators/session_kit.hpp"
#include "translators/deribit/public_session.hpp"

namespace causeway::translators::deribit {
namespace {

std::string open_order(std::string_view label = "C1", std::string_view state = "open",
                       std::string_view filled = "0") {
  return R"({"order_id":"55","label":")" + std::string{label} +
         R"(","instrument_name":"BTC-PERPETUAL","direction":"buy","order_type":"limit",)"
         R"("order_state":")" +
         std::string{state} + R"(","price":50000.5,"amount":100,"filled_amount":)" +
         std::string{filled} + R"(,"last_update_timestamp":1700000000123})";
}
const std::string order_line =
    "id=55 instrument=INVERSE:BTC-PERPETUAL state=open side=buy type=2 qty=100 cum=0 "
    "price=50000.5 time=1700000000123\n";

CancelOrder cancel(bool with_id) {
  CancelOrder ask;
  ask.client_id = fixspec::VenueClOrdId{"C1"};
  if (with_id) ask.venue_order_id = fixspec::VenueOrderId{"55"};
  ask.instrument = perpetual();
  return ask;
}

// ---- log-on
// ----------------------------------------------------------------------------------------

TEST(DeribitSession, IsUpOnlyWhenStreamsAreConfirmed) {
  SessionKit kit;
  kit.log.expect("venue_subscription_refused");
  kit.session.start();
  EXPECT_EQ(kit.outbox.connects, 1);
  kit.session.on_open(kit.now);
  kit.receive(reply(kit.frame("public/get_time"), "1700000000000"));
  kit.answer_auth();
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.receive(reply(kit.frame("private/subscribe"), R"(["user.orders.any.any.raw"])"));
  EXPECT_EQ(kit.outbox.take_told(), "");
  EXPECT_FALSE(kit.session.up());
  ASSERT_EQ(kit.outbox.disconnects.size(), 1u);
}

TEST(DeribitSession, LogsOnBySignatureAndNeverSendsTheSecret) {
  SessionKit kit;
  kit.log_on();
  const auto auth = std::find_if(
      kit.outbox.frames.begin(), kit.outbox.frames.end(),
      [](const auto& frame) { return frame.text.find("public/auth") != std::string::npos; });
  ASSERT_NE(auth, kit.outbox.frames.end());
  EXPECT_NE(auth->text.find(R"("grant_type":"client_signature","client_id":"key-id")"),
            std::string::npos);
  EXPECT_EQ(auth->text.find("\"secret\""), std::string::npos);
}

TEST(DeribitSession, RefusedLogonIsToldInWordsAndTriedAgainLater) {
  SessionKit kit;
  kit.log.expect("venue_logon_refused");
  kit.log.expect("venue_disconnected");
  kit.session.start();
  kit.session.on_open(kit.now);
  kit.receive(reply(1, "1700000000000"));
  kit.receive(failure(kit.frame("public/auth"), 13004, "invalid_credentials"));
  ASSERT_EQ(kit.outbox.disconnects.size(), 1u);
  EXPECT_EQ(kit.outbox.disconnects[0], "authentication refused: 13004 invalid_credentials");
  kit.session.on_closed("authentication refused", {}, kit.now);
  EXPECT_EQ(kit.outbox.connects, 1);
  kit.pass(251);
  EXPECT_EQ(kit.outbox.connects, 2);
}

TEST(DeribitSession, LogonThatIsNotAnsweredIsGivenUp) {
  SessionKit kit;
  kit.log.expect("venue_logon_timeout");
  kit.session.start();
  kit.session.on_open(kit.now);
  kit.pass(4'999);
  EXPECT_TRUE(kit.outbox.disconnects.empty());
  kit.pass(2);
  EXPECT_EQ(kit.outbox.disconnects.size(), 1u);
}

TEST(DeribitSession, TokenIsRefreshedAtFourFifthsOfItsLife) {
  SessionKit kit;
  kit.log_on(100);
  const std::size_t frames = kit.outbox.frames.size();
  kit.pass(79'000);
  EXPECT_EQ(kit.outbox.frames.size(), frames);
  kit.pass(1'001);
  ASSERT_EQ(kit.outbox.frames.size(), frames + 1);
  EXPECT_NE(kit.outbox.last().text.find(R"("grant_type":"refresh_token","refresh_token":"r1")"),
            std::string::npos);
  // A refresh token that is lost does not end the session: the key still holds.
  kit.receive(failure(kit.outbox.last().id, 13009, "unauthorized"));
  EXPECT_NE(kit.outbox.last().text.find("client_signature"), std::string::npos);
  kit.answer_auth(100);
  EXPECT_TRUE(kit.session.up());
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(DeribitSession, TestRequestIsAnswered) {
  SessionKit kit;
  kit.log_on();
  kit.receive(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})");
  const std::size_t frames = kit.outbox.frames.size();
  kit.receive(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
  ASSERT_EQ(kit.outbox.frames.size(), frames + 1);
  EXPECT_NE(kit.outbox.last().text.find(R"("method":"public/test")"), std::string::npos);
}

// ---- one answer per request
// ------------------------------------------------------------------------

TEST(DeribitSession, PlaceIsOneFrameAndOneAnswer) {
  SessionKit kit;
  kit.log_on();
  PlaceOrder order = limit_order();
  order.valid_until = kit.now.utc_ns + 4 * fixspec::nanos_per_second;
  kit.ask(order, 9);
  EXPECT_EQ(kit.outbox.last().text,
            with_id(R"({"jsonrpc":"2.0","id":0,"method":"private/buy","params":{)"
                    R"("instrument_name":"BTC-PERPETUAL","amount":100,"type":"limit",)"
                    R"("price":50000.5,"time_in_force":"good_til_cancelled","post_only":false,)"
                    R"("reduce_only":false,"valid_until":1700000004000,"label":"C1"}})",
                    kit.outbox.last().id));
  kit.receive(reply(kit.outbox.last().id, R"({"trades":[],"order":)" + open_order() + "}"));
  EXPECT_EQ(kit.outbox.take_told(), "order source=reply request=9 client_id=C1 " + order_line);
  kit.pass(10'000);
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(DeribitSession, PostOnlyAlwaysAsksToBeRejected) {
  SessionKit kit;
  kit.log_on();
  PlaceOrder order = limit_order();
  order.exec_inst.participate_dont_initiate = true;
  kit.ask(order);
  EXPECT_NE(kit.outbox.last().text.find(R"("post_only":true,"reject_post_only":true)"),
            std::string::npos);
}

TEST(DeribitSession, SilenceIsUnknownAndALateReplyIsStillAFact) {
  SessionKit kit;
  kit.log_on();
  kit.ask(limit_order());
  const std::uint64_t frame = kit.outbox.last().id;
  kit.pass(4'999);
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.pass(1);
  EXPECT_EQ(kit.outbox.take_told(),
            "unknown request=1 kind=place client_id=C1 reason='no reply within 5000 ms'\n");
  kit.receive(reply(frame, R"({"trades":[],"order":)" + open_order() + "}"));
  EXPECT_EQ(kit.outbox.take_told(), "order source=stream client_id=C1 " + order_line);
}

TEST(DeribitSession, LateRefusalIsNotASecondAnswer) {
  SessionKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.pass(5'001);
  kit.outbox.take_told();
  kit.receive(failure(kit.frame("private/buy"), 10009, "not_enough_funds"));
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(DeribitSession, LostConnectionTellsNotSentFromUnknown) {
  SessionKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.ask(limit_order("C1"), 1);
  kit.ask(limit_order("C2"), 2);
  kit.session.on_closed("reset", {kit.outbox.last().id}, kit.now);
  EXPECT_EQ(kit.outbox.take_told(),
            "link down reason=reset\n"
            "unknown request=1 kind=place client_id=C1 reason='the connection was lost: reset'\n"
            "not_sent request=2 kind=place client_id=C2 code=LINK.NOT_SENT "
            "reason='the connection was lost before it was sent: reset'\n");
  kit.ask(limit_order("C3"), 3);
  EXPECT_EQ(kit.outbox.take_told(),
            "not_sent request=3 kind=place client_id=C3 code=LINK.NOT_SENT "
            "reason='the venue link is down'\n");
}

TEST(DeribitSession, FullQueueAndEndedValidityAreNotSent) {
  SessionKit kit;
  kit.log_on();
  kit.outbox.outcome = net::SendOutcome::QueueFull;
  kit.ask(limit_order(), 1);
  kit.outbox.outcome = net::SendOutcome::Taken;
  PlaceOrder late = limit_order();
  late.valid_until = kit.now.utc_ns;
  kit.ask(late, 2);
  EXPECT_EQ(kit.outbox.take_told(),
            "not_sent request=1 kind=place client_id=C1 code=LINK.NOT_SENT "
            "reason='the venue does not read: its queue is full'\n"
            "not_sent request=2 kind=place client_id=C1 code=ORDER.STALE "
            "reason='its validity had ended before it was sent'\n");
}

TEST(DeribitSession, ErrorsOfUnknownOutcomeAreNotRefusals) {
  SessionKit kit;
  kit.log_on();
  for (const auto& [code, line] : std::map<int, std::string>{
           {10009,
            "refused request=1 kind=place client_id=C1 code=VENUE.INSUFFICIENT_MARGIN "
            "venue_code=10009 venue_text='x'\n"},
           {11094, "unknown request=1 kind=place client_id=C1 reason='Deribit refused: x'\n"},
           {99999, "unknown request=1 kind=place client_id=C1 reason='Deribit refused: x'\n"}}) {
    kit.ask(limit_order());
    kit.receive(failure(kit.outbox.last().id, code, "x"));
    EXPECT_EQ(kit.outbox.take_told(), line) << code;
  }
}

TEST(DeribitSession, ExpiredTokenIsRenewedAndTheRequestRepeatedOnce) {
  SessionKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.receive(failure(kit.outbox.last().id, 13009, "unauthorized"));
  EXPECT_EQ(kit.outbox.take_told(), "");
  EXPECT_NE(kit.outbox.last().text.find("client_signature"), std::string::npos);
  kit.answer_auth();
  const std::uint64_t again = kit.outbox.last().id;
  EXPECT_NE(kit.outbox.last().text.find("private/buy"), std::string::npos);
  kit.receive(failure(again, 13009, "unauthorized"));
  EXPECT_EQ(kit.outbox.take_told(),
            "refused request=1 kind=place client_id=C1 code=RISK.NOT_PERMITTED venue_code=13009 "
            "venue_text='unauthorized'\n");
}

TEST(DeribitSession, RateLimitOfTheVenueIsARefusal) {
  SessionKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  kit.ask(limit_order());
  kit.receive(failure(kit.outbox.last().id, 10028, "too_many_requests"));
  kit.session.on_closed("closed by the venue", {}, kit.now);
  EXPECT_EQ(kit.outbox.take_told(),
            "refused request=1 kind=place client_id=C1 code=VENUE.RATE_LIMIT venue_code=10028 "
            "venue_text='too_many_requests'\n"
            "link down reason=closed by the venue\n");
}

TEST(DeribitSession, CancelsPassWhenOrdersHaveUsedUpTheLimit) {
  SessionKit kit;
  kit.log_on();
  // The lowest tier: a burst of 20, of which 4 are for cancels.
  for (RequestId id = 1; id <= 17; ++id) kit.ask(limit_order(), id);
  EXPECT_EQ(kit.outbox.take_told(),
            "not_sent request=17 kind=place client_id=C1 code=VENUE.RATE_LIMIT "
            "reason='the venue's rate limit is used up'\n");
  const std::size_t frames = kit.outbox.frames.size();
  for (RequestId id = 21; id <= 24; ++id) kit.ask(cancel(true), id);
  EXPECT_EQ(kit.outbox.frames.size(), frames + 4);
  // The fifth waits for a token, which comes every 200 ms.
  kit.ask(cancel(true), 25);
  EXPECT_EQ(kit.outbox.frames.size(), frames + 4);
  kit.pass(201);
  EXPECT_EQ(kit.outbox.frames.size(), frames + 5);
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(DeribitSession, LimitsAreTheAccountsOwn) {
  SessionKit kit;
  kit.account_summaries =
      R"({"limits":{"matching_engine":{"trading":{"total":{"burst":100,"rate":30}}}},)"
      R"("summaries":[]})";
  kit.log_on();
  for (RequestId id = 1; id <= 80; ++id) kit.ask(limit_order(), id);
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.ask(limit_order(), 81);
  EXPECT_NE(kit.outbox.take_told(), "");
}

// ---- bad messages
// -----------------------------------------------------------------------------------

TEST(DeribitSession, UnreadableMessageIsLoggedInPartAndEndsTheConnection) {
  SessionKit kit;
  kit.log.expect("venue_message_unreadable");
  kit.log_on();
  kit.ask(limit_order());
  kit.receive("<html>" + std::string(5'000, 'x'));
  EXPECT_EQ(kit.log.last("message").size(), 512u);
  EXPECT_EQ(kit.session.link().unreadable(), 1u);
  ASSERT_EQ(kit.outbox.disconnects.size(), 1u);
  kit.log.expect("venue_disconnected");
  kit.session.on_closed(kit.outbox.disconnects[0], {}, kit.now);
  EXPECT_EQ(kit.outbox.take_told().find("unknown request=1"),
            std::string{"link down reason=a message that cannot be read: not JSON, or nested too "
                        "deep\n"}
                .size());
}

TEST(DeribitSession, UnknownOrderStateIsWarnedAboutAndNeverGuessed) {
  SessionKit kit;
  kit.log.expect("venue_order_unreadable");
  kit.log_on();
  kit.receive(
      R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"user.orders.any.any.raw",)"
      R"("data":)" +
      open_order("C1", "frozen") + "}}");
  EXPECT_EQ(kit.outbox.take_told(), "");
  EXPECT_EQ(kit.log.seen("venue_order_unreadable"), 1u);
}

TEST(DeribitSession, NotificationWithoutItsFieldsForcesANewStart) {
  SessionKit kit;
  kit.log.expect("venue_notification_unreadable");
  kit.log_on();
  kit.receive(
      R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"user.trades.any.any.raw",)"
      R"("data":[{"trade_id":"1"}]}})");
  EXPECT_EQ(kit.outbox.disconnects.size(), 1u);
}

// ---- cancels and queries of several frames
// ----------------------------------------------------------

TEST(DeribitSession, CancelOfAStopIsACancelThoughTheReplySaysUntriggered) {
  SessionKit kit;
  kit.log_on();
  kit.ask(cancel(true));
  kit.receive(reply(kit.outbox.last().id, open_order("C1", "untriggered")));
  EXPECT_EQ(kit.outbox.take_told().substr(0, 92),
            "order source=reply request=1 client_id=C1 id=55 instrument=INVERSE:BTC-PERPETUAL "
            "state=cance");
}

TEST(DeribitSession, CancelByLabelLooksUpWhatItEnded) {
  SessionKit kit;
  kit.log_on();
  kit.ask(cancel(false));
  EXPECT_NE(kit.outbox.last().text.find(
                R"("method":"private/cancel_by_label","params":{"label":"C1","currency":"BTC"})"),
            std::string::npos);
  kit.receive(reply(kit.outbox.last().id, "1"));
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.receive(reply(kit.frame("private/get_order_state_by_label"),
                    "[" + open_order("C1", "cancelled") + "]"));
  EXPECT_NE(kit.outbox.take_told().find("state=canceled"), std::string::npos);
  kit.ask(cancel(false), 2);
  kit.receive(reply(kit.outbox.last().id, "0"));
  EXPECT_EQ(kit.outbox.take_told(),
            "refused request=2 kind=cancel client_id=C1 code=ORDER.UNKNOWN venue_text='' "
            "order_may_be_closed\n");
}

TEST(DeribitSession, CancelAllIsAnsweredByWhatIsStillOpen) {
  SessionKit kit;
  kit.log_on();
  kit.ask(CancelAll{});
  kit.receive(reply(kit.frame("private/cancel_all"), "2"));
  kit.receive(reply(kit.frame("private/get_open_orders"), "[]"));
  EXPECT_EQ(kit.outbox.take_told(), "open_orders request=1\n");
}

QueryOrder query(bool with_id = false) {
  QueryOrder ask;
  ask.client_id = fixspec::VenueClOrdId{"C1"};
  if (with_id) ask.venue_order_id = fixspec::VenueOrderId{"55"};
  ask.instrument = perpetual();
  return ask;
}
std::string trade(std::string_view id, std::string_view amount, std::string_view time = "5") {
  return R"({"trade_id":")" + std::string{id} +
         R"(","order_id":"55","label":"C1","instrument_name":"BTC-PERPETUAL",)"
         R"("direction":"buy","price":50000,"timestamp":)" +
         std::string{time} + R"(,"amount":)" + std::string{amount} + "}";
}

TEST(DeribitSession, AbsenceIsToldOnlyAfterEveryPlaceWasSearched) {
  SessionKit kit;
  kit.log_on();
  kit.ask(query(true));
  kit.receive(failure(kit.frame("private/get_order_state"), 10004, "order_not_found"));
  kit.receive(reply(kit.frame("private/get_order_state_by_label"), "[]"));
  kit.receive(reply(kit.frame("private/get_open_orders_by_label"), "[]"));
  kit.receive(reply(kit.frame("private/get_order_history_by_instrument"), "[]"));
  EXPECT_EQ(kit.outbox.take_told(), "");
  EXPECT_NE(kit.outbox.last().text.find(R"("historical":true)"), std::string::npos);
  std::string other = open_order("OTHER");
  other.replace(other.find("55"), 2, "56");
  kit.receive(reply(kit.outbox.last().id, "[" + other + "]"));
  EXPECT_EQ(kit.outbox.take_told(), "query_answer request=1 client_id=C1 absent\n");
}

TEST(DeribitSession, OrderThatWasJustSentIsNotSearchedInTheArchive) {
  SessionKit kit;
  kit.log_on();
  kit.ask(limit_order());
  kit.pass(5'001);
  kit.outbox.take_told();
  kit.ask(query(), 2);
  kit.receive(reply(kit.frame("private/get_order_state_by_label"), "[]"));
  kit.receive(reply(kit.frame("private/get_open_orders_by_label"), "[]"));
  kit.receive(reply(kit.frame("private/get_order_history_by_instrument"), "[]"));
  EXPECT_EQ(kit.outbox.take_told(), "query_answer request=2 client_id=C1 absent\n");
}

TEST(DeribitSession, FillsOfAQueryAreCompleteOrNotTold) {
  SessionKit kit;
  kit.log_on();
  kit.ask(query());
  kit.receive(reply(kit.outbox.last().id, "[" + open_order("C1", "filled", "100") + "]"));
  kit.receive(reply(kit.frame("private/get_user_trades_by_order"), "[" + trade("T1", "40") + "]"));
  // 60 are missing: the archive, and then both again, until they explain the order.
  EXPECT_NE(kit.outbox.last().text.find(R"("historical":true)"), std::string::npos);
  kit.receive(reply(kit.outbox.last().id, "[" + trade("T1", "40") + "]"));
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.pass(301);
  kit.receive(
      reply(kit.outbox.last().id, "[" + trade("T2", "60", "6") + "," + trade("T1", "40") + "]"));
  EXPECT_EQ(kit.outbox.take_told(),
            "query_answer request=1 client_id=C1\n"
            "  order source=query client_id=C1 id=55 instrument=INVERSE:BTC-PERPETUAL "
            "state=filled side=buy type=2 qty=100 cum=100 price=50000.5 time=1700000000123\n"
            "  fill source=query client_id=C1 id=55 instrument=INVERSE:BTC-PERPETUAL side=buy "
            "trade=T1 qty=40 px=50000 time=5\n"
            "  fill source=query client_id=C1 id=55 instrument=INVERSE:BTC-PERPETUAL side=buy "
            "trade=T2 qty=60 px=50000 time=6\n");
}

TEST(DeribitSession, FillsThatStayMissingMakeTheAnswerUnknown) {
  SessionKit kit;
  kit.log_on();
  kit.ask(query());
  kit.receive(reply(kit.outbox.last().id, "[" + open_order("C1", "filled", "100") + "]"));
  for (int i = 0; i < 40 && kit.outbox.told_lines.empty(); ++i) {
    kit.receive(reply(kit.outbox.last().id, "[]"));
    kit.pass(150);
  }
  EXPECT_EQ(kit.outbox.take_told(),
            "unknown request=1 kind=query-order client_id=C1 reason='no reply within 5000 ms'\n");
}

TEST(DeribitSession, TradesAreSweptThroughPagesCurrenciesAndTheArchive) {
  SessionKit kit;
  kit.log_on();
  QueryTrades ask;
  ask.since = kit.now.utc_ns - 30ll * 3'600 * fixspec::nanos_per_second;
  kit.ask(ask);
  const auto answer = [&](const std::string& trades, bool more) {
    kit.receive(reply(kit.outbox.last().id, R"({"trades":[)" + trades + R"(],"has_more":)" +
                                                (more ? "true" : "false") + "}"));
  };
  EXPECT_NE(kit.outbox.last().text.find(R"("currency":"BTC","start_timestamp":1699892000000)"),
            std::string::npos);
  EXPECT_NE(kit.outbox.last().text.find(R"("historical":true)"), std::string::npos);
  answer(trade("T1", "1", "1699892000005"), true);
  EXPECT_NE(kit.outbox.last().text.find(R"("start_timestamp":1699892000005)"), std::string::npos);
  answer(trade("T1", "1", "1699892000005") + "," + trade("T2", "2", "1699892000006"), false);
  EXPECT_NE(kit.outbox.last().text.find(R"("historical":false)"), std::string::npos);
  answer(trade("T2", "2", "1699892000006"), false);
  EXPECT_NE(kit.outbox.last().text.find(R"("currency":"USDC")"), std::string::npos);
  answer("", false);
  EXPECT_EQ(kit.outbox.take_told(), "");
  answer("", false);
  const std::string told = kit.outbox.take_told();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 3) << told;
  EXPECT_LT(told.find("trade=T1"), told.find("trade=T2"));
}

TEST(DeribitSession, StopThatTriggersKeepsOurIdThoughTheChildHasNoLabel) {
  SessionKit kit;
  kit.log_on();
  const std::string stop =
      R"("label":"C1","instrument_name":"BTC-PERPETUAL","direction":"sell","price":"market_price",)"
      R"("order_type":"stop_market","trigger_price":60000,"amount":10,"last_update_timestamp":1,)";
  const auto notify = [&](const std::string& order) {
    kit.receive(R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":)"
                R"("user.orders.any.any.raw","data":)" +
                order + "}}");
  };
  notify("{" + stop + R"("order_id":"SLMS-7","order_state":"untriggered"})");
  notify("{" + stop + R"("order_id":"SLMS-7","order_state":"triggered"})");
  notify(R"({"order_id":"99","trigger_order_id":"SLMS-7","label":"","order_type":"limit",)"
         R"("original_order_type":"market","order_state":"filled","amount":10,"filled_amount":10,)"
         R"("instrument_name":"BTC-PERPETUAL","direction":"sell","last_update_timestamp":2})");
  EXPECT_EQ(kit.outbox.take_told(),
            "order source=stream client_id=C1 id=SLMS-7 instrument=INVERSE:BTC-PERPETUAL "
            "state=untriggered side=sell type=3 qty=10 cum=0 stop_px=60000 time=1\n"
            "order source=stream client_id=C1 id=SLMS-7 instrument=INVERSE:BTC-PERPETUAL "
            "state=triggered side=sell type=3 qty=10 cum=0 stop_px=60000 time=1\n"
            "order source=stream client_id=C1 id=99 instrument=INVERSE:BTC-PERPETUAL "
            "state=filled side=sell type=1 qty=10 cum=10 time=2\n");
}

// ---- the public side
// --------------------------------------------------------------------------------

class PublicKit {
 public:
  PublicKit() : session({}, outbox, log) {
    now = {.utc_ns = 1'700'000'000 * fixspec::nanos_per_second, .mono_ns = 1'000'000'000};
    session.start();
    session.on_open(now);
  }
  void pass(std::int64_t ms) {
    now.utc_ns += ms * fixspec::nanos_per_milli;
    now.mono_ns += ms * fixspec::nanos_per_milli;
    session.on_timer(now);
  }
  // Answers the last three calls for instruments; all but futures are empty.
  void answer_instruments(const std::string& futures) {
    for (const auto& frame : std::vector(outbox.frames)) {
      if (frame.text.find("get_instruments") == std::string::npos) continue;
      if (!answered.insert(frame.id).second) continue;
      const bool future = frame.text.find(R"("kind":"future")") != std::string::npos;
      session.on_message(reply(frame.id, future ? futures : "[]"), now);
    }
  }
  fixspec::Timestamp now;
  Recorder outbox;
  StrictLog log;
  std::set<std::uint64_t> answered;
  PublicSession session;
};

std::string future(std::string_view name) {
  return R"({"kind":"future","instrument_name":")" + std::string{name} +
         R"(","instrument_type":"reversed","expiration_timestamp":1800000000000,"is_active":true,)"
         R"("tick_size":0.5,"contract_size":10.0,"min_trade_amount":10.0,)"
         R"("settlement_currency":"BTC","settlement_period":"month","base_currency":"BTC",)"
         R"("quote_currency":"USD","price_index":"btc_usd","tick_size_steps":[]})";
}

TEST(DeribitPublicSession, TellsTheWholeListOnceAndThenOnlyChanges) {
  PublicKit kit;
  kit.answer_instruments("[" + future("BTC-25DEC26") + "," + future("BTC-26MAR27") + "]");
  const std::string first = kit.outbox.take_told();
  EXPECT_EQ(first.find("instruments complete\n"), 0u) << first;
  kit.session.on_message(
      R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":)"
      R"("instrument.state.any.any","data":{"instrument_name":"BTC-25DEC26","state":"closed"}}})",
      kit.now);
  kit.pass(2'001);
  kit.answer_instruments("[" + future("BTC-26MAR27") + "]");
  const std::string second = kit.outbox.take_told();
  EXPECT_EQ(second.find("instruments\n  instrument key=INVERSE:BTC-25DEC26"), 0u) << second;
  EXPECT_NE(second.find("status=18"), std::string::npos);
  EXPECT_EQ(second.find("BTC-26MAR27"), std::string::npos);
}

TEST(DeribitPublicSession, SubscribesAgainAfterALossAndCallsOldPricesStale) {
  PublicKit kit;
  kit.log.expect("venue_disconnected");
  kit.session.subscribe(perpetual(), {}, kit.now);
  kit.pass(20);
  const std::string channels = R"(["quote.BTC-PERPETUAL","ticker.BTC-PERPETUAL.100ms"])";
  EXPECT_NE(kit.outbox.last().text.find(channels), std::string::npos);
  kit.session.on_closed("reset", kit.now);
  EXPECT_EQ(kit.outbox.take_told(),
            "market instrument=INVERSE:BTC-PERPETUAL time=1700000000020 stale\n");
  kit.pass(300);
  EXPECT_EQ(kit.outbox.connects, 2);
  kit.session.on_open(kit.now);
  EXPECT_NE(kit.outbox.last().text.find(channels), std::string::npos);
}

TEST(DeribitPublicSession, SilenceAfterARequestEndsTheConnection) {
  PublicKit kit;
  kit.log.expect("venue_reply_timeout");
  kit.pass(9'999);
  EXPECT_TRUE(kit.outbox.disconnects.empty());
  kit.pass(2);
  EXPECT_EQ(kit.outbox.disconnects.size(), 1u);
}

}  // namespace
}  // namespace causeway::translators::deribit
