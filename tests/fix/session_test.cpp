#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view terms =
    "1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=2|44=60000.5|";

// 20 rests (two reports), 10 fills (three).
std::string new_order(const std::string& cl_ord_id, const std::string& qty = "20") {
  return "35=D|11=" + cl_ord_id + "|38=" + qty + "|" + std::string{terms};
}

// The message's type and number, or "closed".
std::string brief(const std::optional<std::string>& frame) {
  return frame ? value_of(*frame, 35) + " " + value_of(*frame, 34) : "closed";
}

// Trades once and receives both reports.
void trade(RawClient& client, const std::string& cl_ord_id) {
  client.send(new_order(cl_ord_id));
  ASSERT_EQ(value_of(client.receive().value_or(""), 150), "A");
  ASSERT_EQ(value_of(client.receive().value_or(""), 150), "0");
}

// ---- logon --------------------------------------------------------------------------------------

TEST(FixLogon, GoodOneIsAnsweredAndTrades) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  const std::string logon = client.receive().value();
  EXPECT_EQ(brief(logon), "A 1");
  EXPECT_EQ(value_of(logon, 108), "30");
  EXPECT_EQ(value_of(logon, 98), "0");
  trade(client, "a");
  EXPECT_GT(gateway.flushes, 0U) << "the journal is flushed before a socket write";
  EXPECT_THAT(gateway.desk.session_states, ElementsAre("OMS on"));
}

struct Refusal {
  std::string name;
  std::string logon;
  std::string text;
  RawClient::Options options;
};

class FixLogonRefusal : public testing::TestWithParam<Refusal> {};

// A Logout says why, the connection ends, and the session logs on afterwards as if nothing was.
TEST_P(FixLogonRefusal, IsALogoutThatSaysWhyAndChangesNothing) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[1].username = "trader";
  settings.sessions[1].password = fixspec::Secret{"open sesame"};
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect(GetParam().options);
  client.send(GetParam().logon);
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_EQ(value_of(*answer, 35), "5");
  EXPECT_THAT(value_of(*answer, 58), HasSubstr(GetParam().text));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_TRUE(gateway.desk.session_states.empty());
  for (const char* const comp_id : {"OMS", "OTHER"}) {
    EXPECT_EQ(gateway.store(comp_id).next_target_msg_seq_num(), 1U);
    RawClient good = gateway.connect({.comp_id = comp_id});
    good.log_on("553=trader|554=open sesame|");
    EXPECT_EQ(value_of(good.receive().value_or(""), 35), "A");
    trade(good, "a");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, FixLogonRefusal,
    testing::Values(
        Refusal{"HeartBtIntTooShort", "35=A|98=0|108=4|", "not within 5 to 60", {}},
        Refusal{"HeartBtIntTooLong", "35=A|98=0|108=61|", "not within 5 to 60", {}},
        Refusal{"HeartBtIntNegative", "35=A|98=0|108=-10|", "HeartBtInt(108)=-10", {}},
        Refusal{"HeartBtIntZeroAndReset", "35=A|98=0|108=0|141=Y|", "not within 5 to 60", {}},
        Refusal{"HeartBtIntMissing", "35=A|98=0|", "HeartBtInt(108)", {}},
        Refusal{"HeartBtIntNoNumber", "35=A|98=0|108=3x|", "HeartBtInt(108)=3x", {}},
        Refusal{"Encryption", "35=A|98=1|108=30|", "not valid", {}},
        Refusal{"UnknownTag", "35=A|98=0|108=30|9999=1|", "not valid", {}},
        Refusal{"ClockFarAhead",
                "35=A|52=" + sending_time(3600) + "|98=0|108=30|",
                "more than 10 s from this gateway's clock",
                {}},
        Refusal{"ClockFarBehind",
                "35=A|52=" + sending_time(-3600) + "|98=0|108=30|",
                "more than 10 s from this gateway's clock",
                {}},
        Refusal{"NoTime", "35=A|52=yesterday|98=0|108=30|", "not valid", {}},
        Refusal{"NotALogon", "35=0|", "must be a Logon", {}},
        Refusal{"UnknownSender", "35=A|98=0|108=30|", "logon refused", {.comp_id = "NOBODY"}},
        Refusal{"UnknownTarget", "35=A|98=0|108=30|", "logon refused", {.target = "NOWHERE"}},
        Refusal{"OtherVersion", "35=A|98=0|108=30|", "only FIX.4.4", {.begin_string = "FIX.4.2"}},
        Refusal{"NoPassword", "35=A|98=0|108=30|", "logon refused", {.comp_id = "OTHER"}},
        Refusal{"WrongPassword",
                "35=A|98=0|108=30|553=trader|554=open sesamf|",
                "logon refused",
                {.comp_id = "OTHER"}},
        Refusal{"WrongUsername",
                "35=A|98=0|108=30|553=guest|554=open sesame|",
                "logon refused",
                {.comp_id = "OTHER"}}),
    [](const auto& case_info) { return case_info.param.name; });

TEST(FixLogon, StrangersAreNotToldWhichPartWasWrong) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[0].password = fixspec::Secret{"right"};
  TestGateway gateway{std::move(settings)};
  RawClient unknown = gateway.connect({.comp_id = "NOBODY"});
  unknown.log_on("554=right|");
  RawClient wrong = gateway.connect();
  wrong.log_on("554=wrong|");
  EXPECT_EQ(value_of(unknown.receive().value(), 58), value_of(wrong.receive().value(), 58));
  EXPECT_THAT(gateway.log.events, testing::Contains(HasSubstr("wrong Username(553) or")));
}

TEST(FixLogon, SecondOneOfALiveSessionIsRefusedAndTheLiveOneTradesOn) {
  TestGateway gateway;
  RawClient first = gateway.connect();
  first.log_on();
  ASSERT_EQ(brief(first.receive()), "A 1");
  RawClient second = gateway.connect();
  second.log_on();
  const std::string answer = second.receive().value();
  EXPECT_EQ(value_of(answer, 35), "5");
  EXPECT_THAT(value_of(answer, 58), HasSubstr("logged on already"));
  EXPECT_TRUE(second.closed_by_server());
  trade(first, "a");
  EXPECT_EQ(gateway.store("OMS").next_sender_msg_seq_num(), 4U);
  EXPECT_THAT(gateway.desk.session_states, ElementsAre("OMS on"));
}

// Which of two sockets is read first is chance.
TEST(FixLogon, OneThatIsReadBeforeTheEndOfTheEarlierConnectionIsTaken) {
  TestGateway gateway;
  RawClient first = gateway.connect();
  first.log_on();
  ASSERT_EQ(brief(first.receive()), "A 1");
  RawClient second = gateway.connect();
  second.next_msg_seq_num = 2;
  second.log_on();
  second.send("35=1|112=early|");
  for (int i = 0; i < 20; ++i) gateway.pump();
  first.disconnect();
  EXPECT_EQ(brief(second.receive()), "A 2");
  EXPECT_EQ(brief(second.receive()), "0 3");
  EXPECT_THAT(gateway.desk.session_states,
              ElementsAre("OMS on", "OMS off: the client closed the connection", "OMS on"));
}

TEST(FixLogon, OneThatNeverComesIsCutOff) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.logon_timeout = std::chrono::milliseconds{50};
  TestGateway gateway{std::move(settings)};
  RawClient silent = gateway.connect();
  RawClient garbage = gateway.connect();
  garbage.send_bytes("GET / HTTP/1.1\r\n\r\n");
  RawClient half = gateway.connect();
  half.send_bytes(half.frame("35=A|98=0|108=30|").substr(0, 40));
  EXPECT_TRUE(silent.closed_by_server());
  EXPECT_TRUE(garbage.closed_by_server());
  EXPECT_TRUE(half.closed_by_server());
  EXPECT_EQ(gateway.store("OMS").next_sender_msg_seq_num(), 1U);
}

TEST(FixLogon, WrongPasswordCannotUseTheNumbersUp) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[0].password = fixspec::Secret{"right"};
  TestGateway gateway{std::move(settings)};
  for (int i = 0; i < 50; ++i) {
    RawClient client = gateway.connect();
    client.log_on("554=wrong|");
    ASSERT_EQ(value_of(client.receive().value(), 35), "5");
  }
  EXPECT_LT(gateway.store("OMS").next_sender_msg_seq_num(), 10U);
  EXPECT_EQ(gateway.store("OMS").next_target_msg_seq_num(), 1U);
}

TEST(FixLogon, TooManyConnectionsWithoutALogonAreClosed) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.max_pending_logons = 3;
  TestGateway gateway{std::move(settings)};
  RawClient first = gateway.connect();
  RawClient second = gateway.connect();
  RawClient third = gateway.connect();
  third.log_on();
  ASSERT_EQ(brief(third.receive()), "A 1");
  RawClient fourth = gateway.connect();
  RawClient fifth = gateway.connect();
  EXPECT_TRUE(fifth.closed_by_server());
  EXPECT_TRUE(first.silent());
  trade(third, "a");
}

TEST(FixLogon, LoggedOnSessionOutlivesTheLogonTimeout) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.logon_timeout = std::chrono::milliseconds{50};
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  RawClient silent = gateway.connect();  // opened later, cut off: so the first one's time is over
  EXPECT_TRUE(silent.closed_by_server());
  trade(client, "a");
}

TEST(FixLogon, SequenceTooLowIsALogoutWithBothNumbers) {
  TestGateway gateway;
  gateway.store("OMS").set_next_target_msg_seq_num(9);
  RawClient client = gateway.connect();
  client.log_on();
  const std::string answer = client.receive().value();
  EXPECT_EQ(value_of(answer, 35), "5");
  EXPECT_EQ(value_of(answer, 58), "MsgSeqNum too low, expecting 9 but received 1");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(FixLogon, SequenceTooHighIsAcceptedAndTheGapAskedFor) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.next_msg_seq_num = 5;
  client.log_on();
  EXPECT_EQ(brief(client.receive()), "A 1");
  const std::string request = client.receive().value();
  EXPECT_EQ(value_of(request, 35), "2");
  EXPECT_EQ(value_of(request, 7), "1");
  EXPECT_EQ(value_of(request, 16), "0");
  client.send("35=4|34=1|43=Y|122=" + sending_time() + "|123=Y|36=6|");
  trade(client, "a");
}

TEST(FixLogon, ResetSeqNumFlagStartsBothSidesAtOne) {
  TestGateway gateway;
  {
    RawClient client = gateway.connect();
    client.log_on();
    ASSERT_EQ(brief(client.receive()), "A 1");
    trade(client, "a");
  }
  RawClient client = gateway.connect();
  while (gateway.acceptor->logged_on(fixspec::SessionId{"OMS"})) gateway.pump();
  client.log_on("141=Y|");
  const std::string logon = client.receive().value();
  EXPECT_EQ(brief(logon), "A 1");
  EXPECT_EQ(value_of(logon, 141), "Y");
  EXPECT_TRUE(gateway.store("OMS").messages.empty());
  trade(client, "b");
  EXPECT_EQ(gateway.store("OMS").next_target_msg_seq_num(), 3U);
}

TEST(FixLogon, ResetNeedsThePassword) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[0].password = fixspec::Secret{"right"};
  TestGateway gateway{std::move(settings)};
  gateway.store("OMS").set_next_target_msg_seq_num(7);
  RawClient client = gateway.connect();
  client.log_on("141=Y|554=wrong|");
  EXPECT_EQ(value_of(client.receive().value(), 35), "5");
  EXPECT_EQ(gateway.store("OMS").next_target_msg_seq_num(), 7U);
}

TEST(FixLogon, RefusedWhileLoggedOnEndsTheSession) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send("35=A|34=1|98=0|108=300|141=Y|");
  const std::string answer = client.receive().value();
  EXPECT_EQ(value_of(answer, 35), "5");
  EXPECT_THAT(value_of(answer, 58), HasSubstr("not within 5 to 60"));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(gateway.store("OMS").next_target_msg_seq_num(), 2U) << "no reset";
}

// ---- ports --------------------------------------------------------------------------------------

TEST(FixPort, OneInUseIsAnErrorThatNamesIt) {
  TestGateway gateway;
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.plain->port = gateway.acceptor->plain_port();
  try {
    TestGateway second{std::move(settings)};
    FAIL() << "started on a port that is taken";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(gateway.acceptor->plain_port())));
    EXPECT_THAT(error.what(), HasSubstr("in use"));
  }
}

TEST(FixPort, PlainIsOnlyForLoopback) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.plain->host = "0.0.0.0";
  try {
    TestGateway gateway{std::move(settings)};
    FAIL() << "plain FIX on all addresses";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("loopback"));
  }
}

// ---- in session ---------------------------------------------------------------------------------

TEST(FixSession, NothingLeavesBeforeTheJournalHasIt) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  gateway.may_write = false;
  client.send(new_order("a"));
  EXPECT_TRUE(client.silent());
  EXPECT_EQ(gateway.desk.requests.size(), 1U);
  gateway.may_write = true;
  EXPECT_EQ(brief(client.receive()), "8 2");
  EXPECT_EQ(brief(client.receive()), "8 3");
}

TEST(FixSession, GapThatIsNeverFilledEndsIt) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.gap_timeout = std::chrono::milliseconds{1};
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.next_msg_seq_num = 7;
  client.send(new_order("a"));
  ASSERT_EQ(brief(client.receive()), "2 2");
  const std::string logout = client.receive().value();
  EXPECT_EQ(value_of(logout, 35), "5");
  EXPECT_EQ(value_of(logout, 58), "message 2 was asked for and did not come");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_TRUE(gateway.desk.requests.empty());
}

TEST(FixSession, HeartbeatAnswersATestRequest) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send("35=1|112=are you there|");
  const std::string heartbeat = client.receive().value();
  EXPECT_EQ(value_of(heartbeat, 35), "0");
  EXPECT_EQ(value_of(heartbeat, 112), "are you there");
}

TEST(FixSession, LogoutIsAnsweredAndEndsIt) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send("35=5|");
  EXPECT_EQ(brief(client.receive()), "5 2");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_FALSE(gateway.acceptor->logged_on(fixspec::SessionId{"OMS"}));
  EXPECT_THAT(gateway.desk.session_states, ElementsAre("OMS on", "OMS off: the client logged out"));
}

TEST(FixSession, UnsupportedMessageIsABusinessReject) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send("35=R|131=1|146=1|55=BTC-PERPETUAL|");
  const std::string reject = client.receive().value();
  EXPECT_EQ(value_of(reject, 35), "j");
  EXPECT_EQ(value_of(reject, 380), "3");
  EXPECT_EQ(value_of(reject, 45), "2");
  EXPECT_EQ(value_of(reject, 372), "R");
  client.send("35=8|37=1|11=a|17=1|150=0|39=0|55=X|54=1|38=1|40=1|151=1|14=0|6=0|60=" +
              sending_time() + "|");
  const std::string inbound_report = client.receive().value();
  EXPECT_EQ(value_of(inbound_report, 35), "j");
  EXPECT_EQ(value_of(inbound_report, 380), "3");
  trade(client, "a");
}

TEST(FixSession, UnknownMessageTypeIsAReject) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send("35=QQ|");
  const std::string reject = client.receive().value();
  EXPECT_EQ(value_of(reject, 35), "3");
  EXPECT_EQ(value_of(reject, 373), "11");
  trade(client, "a");
}

TEST(FixSession, UnknownTagIsARejectThatNamesIt) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  for (const char* const tag : {"6000", "20099", "383"}) {
    client.send(new_order("a") + tag + "=1|");
    const std::string reject = client.receive().value();
    EXPECT_EQ(value_of(reject, 35), "3");
    EXPECT_EQ(value_of(reject, 371), tag);
  }
  trade(client, "a");
}

TEST(FixSession, TimeFarFromOurClockEndsIt) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send("35=D|52=" + sending_time(-30) + new_order("a").substr(4));
  const std::string reject = client.receive().value();
  EXPECT_EQ(value_of(reject, 373), "10");
  EXPECT_EQ(value_of(client.receive().value(), 35), "5");
  EXPECT_TRUE(gateway.desk.requests.empty());
}

TEST(FixSession, GarbageIsSkippedAndTheSessionLives) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  const std::uint64_t number = client.next_msg_seq_num;
  std::string bad_sum = client.frame(new_order("bad"));
  bad_sum[bad_sum.size() - 2] = bad_sum[bad_sum.size() - 2] == '0' ? '1' : '0';
  std::string bad_length = client.frame("34=" + std::to_string(number) + "|");
  bad_length.insert(bad_length.find("\x01"
                                    "9=") +
                        3,
                    "1");
  const std::string with_nul =
      "8=FIX.4.4\x01"
      "9=5\x01" +
      std::string(5, '\0');
  const std::string huge =
      "8=FIX.4.4\x01"
      "9=99999999\x01"
      "35=D\x01";
  client.send_bytes("noise" + bad_sum + with_nul + huge + bad_length + std::string(3000, '\0'));
  client.next_msg_seq_num = number;
  trade(client, "a");
  ASSERT_EQ(gateway.desk.requests.size(), 1U);
}

TEST(FixSession, MessageTooLongIsSkipped) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send_bytes(client.frame("35=D|11=long|58=" + std::string(100'000, 'x') + "|"));
  client.next_msg_seq_num--;
  trade(client, "a");
}

TEST(FixSession, NulByteInAFieldIsRefusedNotSwallowed) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send(new_order(std::string{"a\0b", 3}));
  const std::string reject = client.receive().value();
  EXPECT_EQ(value_of(reject, 35), "3");
  EXPECT_EQ(value_of(reject, 371), "11");
  trade(client, "a");
}

TEST(FixSession, MessagesArriveInAnyPieces) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  std::string bytes = client.frame("35=A|98=0|108=30|");
  bytes += client.frame(new_order("a"));
  bytes += client.frame("35=5|");
  for (const char byte : bytes) {
    client.send_bytes(std::string(1, byte));
    gateway.pump();
  }
  EXPECT_EQ(brief(client.receive()), "A 1");
  EXPECT_EQ(brief(client.receive()), "8 2");
  EXPECT_EQ(brief(client.receive()), "8 3");
  EXPECT_EQ(brief(client.receive()), "5 4");
}

TEST(FixSession, ReportsForAnAbsentClientComeAfterItsLogon) {
  TestGateway gateway;
  RawClient other = gateway.connect({.comp_id = "OTHER"});
  other.log_on();
  ASSERT_EQ(brief(other.receive()), "A 1");
  gateway.desk.on_client_request(fixspec::SessionId{"OMS"},
                                 fixspec::OrderStatusRequest{.cl_ord_id = fixspec::ClOrdId{"x"}},
                                 0);
  EXPECT_EQ(gateway.store("OMS").messages.at(1).key,
            (gateway::journal::ReportKey{.input_sequence = 1, .index = 0}));
  RawClient client = gateway.connect();
  client.log_on();
  EXPECT_EQ(brief(client.receive()), "A 2");
  client.send("35=2|7=1|16=0|");
  const std::string resent = client.receive().value();
  EXPECT_EQ(brief(resent), "8 1");
  EXPECT_EQ(value_of(resent, 43), "Y");
  EXPECT_TRUE(other.silent());
}

TEST(FixSession, NumbersSurviveARestart) {
  TestGateway gateway;
  std::uint64_t next = 0;
  {
    RawClient client = gateway.connect();
    client.log_on();
    ASSERT_EQ(brief(client.receive()), "A 1");
    trade(client, "a");
    next = client.next_msg_seq_num;
  }
  gateway.restart();
  RawClient client = gateway.connect();
  client.next_msg_seq_num = next;
  client.log_on();
  EXPECT_EQ(brief(client.receive()), "A 4");
  client.send("35=2|7=1|16=3|");
  EXPECT_EQ(brief(client.receive()), "4 1");
  EXPECT_EQ(brief(client.receive()), "8 2");
  EXPECT_EQ(brief(client.receive()), "8 3");
  trade(client, "b");
}

TEST(FixSession, StopLogsEverybodyOutAndEmptiesTheContext) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  RawClient idle = gateway.connect();
  idle.send_bytes("8=FIX.4.4");
  ASSERT_TRUE(idle.silent());
  gateway.acceptor->stop();
  EXPECT_TRUE(idle.closed_by_server());
  const std::string logout = client.receive().value();
  EXPECT_EQ(value_of(logout, 35), "5");
  EXPECT_THAT(value_of(logout, 58), HasSubstr("stops"));
  client.send("35=5|");
  EXPECT_TRUE(client.closed_by_server());
  client.disconnect();
  while (!gateway.io->stopped()) gateway.pump();
}

TEST(FixSession, AckModeVenueLeavesPendingReportsOut) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[0].ack_mode = gateway::fix::AckMode::Venue;
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive()), "A 1");
  client.send(new_order("a"));
  EXPECT_EQ(value_of(client.receive().value(), 150), "0");
  client.send("35=F|11=b|41=a|55=BTC-PERPETUAL|54=1|60=" + sending_time() + "|");
  EXPECT_EQ(value_of(client.receive().value(), 150), "4");
  EXPECT_TRUE(client.silent());
}

TEST(FixSession, StatusIsAnnouncedToWhoAskedOrIsConfigured) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[1].announce_on_logon = true;
  TestGateway gateway{std::move(settings)};
  RawClient oms = gateway.connect();
  oms.log_on();
  ASSERT_EQ(brief(oms.receive()), "A 1");
  RawClient other = gateway.connect({.comp_id = "OTHER"});
  other.log_on();
  ASSERT_EQ(brief(other.receive()), "A 1");
  const std::string announced = other.receive().value();
  EXPECT_EQ(value_of(announced, 35), "h");
  EXPECT_EQ(value_of(announced, 336), "DERIBIT");
  EXPECT_EQ(value_of(announced, 340), "2");

  const fixspec::TradingSessionStatus halted{.venue = fixspec::Venue::Deribit,
                                             .status = fixspec::TradSesStatus::Halted,
                                             .text = "link down"};
  gateway.acceptor->broadcast(halted);
  EXPECT_EQ(value_of(other.receive().value(), 340), "1");
  EXPECT_TRUE(oms.silent());
  oms.send("35=g|335=s1|336=DERIBIT|263=1|");
  EXPECT_EQ(value_of(oms.receive().value(), 335), "s1");
  gateway.acceptor->broadcast(halted);
  const std::string update = oms.receive().value();
  EXPECT_EQ(value_of(update, 335), "s1");
  EXPECT_EQ(value_of(update, 58), "link down");
  oms.send("35=g|335=s2|336=NASDAQ|263=0|");
  EXPECT_EQ(value_of(oms.receive().value(), 35), "j");
}

}  // namespace
}  // namespace causeway::tests::fix
