#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/resend_queue.hpp"
#include "tests/fix/support.hpp"

// What a client can make a session keep, and how long.
namespace causeway::tests::fix {
namespace {

using testing::HasSubstr;

const fixspec::SessionId oms{"OMS"};

fixspec::ExecutionReport report(int number) {
  fixspec::ExecutionReport result;
  result.cl_ord_id = fixspec::ClOrdId{"order-" + std::to_string(number)};
  result.exec_id = fixspec::ExecId{"1-" + std::to_string(number)};
  return result;
}

TEST(FixLimits, WhatComesEarlyIsKeptUpToABound) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.max_gap_bytes = 10'000;
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect();
  client.log_on();
  client.receive();
  client.next_msg_seq_num = 10;
  client.send("35=1|112=" + std::string(3'000, 'x') + "|");
  EXPECT_EQ(value_of(client.receive().value(), 35), "2") << "asked for what is missing";
  client.send("35=1|112=" + std::string(3'000, 'x') + "|");
  EXPECT_TRUE(client.silent());
  client.send("35=1|112=" + std::string(5'000, 'x') + "|");
  const std::string logout = client.receive_type("5").value();
  EXPECT_THAT(value_of(logout, 58), HasSubstr("message 2 has not come"));
  EXPECT_THAT(value_of(logout, 58), HasSubstr("the most is 10000"));
  EXPECT_TRUE(client.closed_by_server());
}

TEST(FixLimits, AGapThatIsFilledCountsNoMore) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.max_gap_bytes = 10'000;
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect();
  client.log_on();
  client.receive();
  for (int round = 0; round < 5; ++round) {
    const std::uint64_t gap = client.next_msg_seq_num++;
    client.send("35=1|112=" + std::string(6'000, 'x') + "|");
    EXPECT_EQ(value_of(client.receive().value(), 35), "2");
    client.send("35=4|34=" + std::to_string(gap) + "|43=Y|122=" + sending_time() +
                "|123=Y|36=" + std::to_string(gap + 1) + "|");
    EXPECT_EQ(value_of(client.receive().value(), 35), "0");
  }
}

TEST(FixLimits, AMessageWithoutATypeIsGarbled) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  client.send("35=|");
  EXPECT_TRUE(client.silent());
  // It does not count.
  client.next_msg_seq_num = 2;
  client.send("35=1|112=a|");
  EXPECT_EQ(value_of(client.receive().value(), 112), "a");
}

TEST(FixLimits, ASequenceResetWithoutItsNumberIsGarbled) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  client.send_bytes(gateway::fix::make_frame(
      "FIX.4.4", with_delimiters("35=4|49=OMS|56=CAUSEWAY|52=" + sending_time() + "|36=1|")));
  EXPECT_TRUE(client.silent());
  client.send("35=1|112=a|");
  EXPECT_EQ(value_of(client.receive().value(), 112), "a");
}

// In 32 bits 2^32 + n is n.
TEST(FixLimits, ANumberThatDoesNotFitIsNotTakenForAnother) {
  TestGateway gateway;
  {
    RawClient stranger = gateway.connect();
    stranger.send("35=A|34=4294967297|98=0|108=30|");
    EXPECT_THAT(value_of(stranger.receive().value(), 58), HasSubstr("in tag 34"));
    EXPECT_TRUE(stranger.closed_by_server());
  }
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  // Not the message that is expected, and no field of its.
  client.send("35=1|112=a|34=4294967298|");
  client.send("35=1|4294967408=b|34=2|");
  EXPECT_TRUE(client.silent());
  client.next_msg_seq_num = 2;
  client.send("35=2|7=4294967297|16=0|");
  const std::string reject = client.receive().value();
  EXPECT_EQ(value_of(reject, 35), "3");
  EXPECT_EQ(value_of(reject, 45), "2");
  EXPECT_EQ(value_of(reject, 371), "7");
  EXPECT_EQ(value_of(reject, 372), "2");
  EXPECT_EQ(value_of(reject, 373), "6");
  client.send("35=1|112=c|");
  EXPECT_EQ(value_of(client.receive().value(), 112), "c");
}

TEST(FixLimits, AClientThatTakesNothingForTooLongIsCutOff) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.stall_timeout = std::chrono::milliseconds{300};
  settings.sessions[0].max_outbound_bytes = 256U << 20U;
  TestGateway gateway{std::move(settings)};
  RawClient client = gateway.connect({.receive_buffer = 4096});
  client.log_on();
  client.receive();
  // More than the operating system takes for it.
  for (int i = 0; i < 50'000; ++i) gateway.acceptor->send(oms, report(i), {});
  for (int turn = 0; turn < 100'000 && gateway.acceptor->logged_on(oms); ++turn) gateway.pump();
  ASSERT_FALSE(gateway.acceptor->logged_on(oms));
  EXPECT_THAT(gateway.desk.session_states.back(), HasSubstr("bytes have been waiting for"));
  EXPECT_THAT(gateway.desk.session_states.back(), HasSubstr("the most is 300"));
}

TEST(FixLimits, AHundredResendRequestsInARowAreServedTwice) {
  constexpr int count = 200;
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.repeated_resend_pause = std::chrono::milliseconds{1};
  TestGateway gateway{std::move(settings)};
  for (int i = 1; i <= count; ++i) gateway.acceptor->send(oms, report(i), {});
  RawClient client = gateway.connect();
  client.log_on();
  client.receive();
  client.send("35=2|7=1|16=0|");
  ASSERT_EQ(value_of(client.receive().value(), 34), "1") << "it is being served";
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += client.frame("35=2|7=1|16=0|");
  client.send_bytes(requests);
  client.send("35=1|112=after|");
  int again = 1;
  for (std::string frame = client.receive().value(); value_of(frame, 35) != "0";
       frame = client.receive().value()) {
    EXPECT_EQ(value_of(frame, 43), "Y");
    if (value_of(frame, 35) == "8") ++again;
  }
  EXPECT_EQ(again, 2 * count);
}

TEST(FixLimits, NothingIsReadWhileReadingIsHeld) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  client.receive();
  client.send("35=1|112=before|");
  ASSERT_EQ(value_of(client.receive().value(), 112), "before");
  gateway.acceptor->hold_reading(true);
  client.send("35=1|112=one|");  // for the read that was under way
  client.receive();
  client.send("35=1|112=held|");
  EXPECT_TRUE(client.silent());
  gateway.acceptor->hold_reading(false);
  EXPECT_EQ(value_of(client.receive().value(), 112), "held");
}

}  // namespace
}  // namespace causeway::tests::fix
