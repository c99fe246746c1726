#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/resend.hpp"
#include "gateway/fix/resend_queue.hpp"
#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using gateway::fix::ResendQueue;
using testing::ElementsAre;
using testing::HasSubstr;

const fixspec::SessionId oms{"OMS"};
const gateway::fix::Route route{"FIX.4.4", "CAUSEWAY", "OMS"};

std::string stored_report(std::uint64_t number) {
  return gateway::fix::make_frame(
      "FIX.4.4", with_delimiters("35=8|34=" + std::to_string(number) +
                                 "|49=CAUSEWAY|52=20261121-00:00:00.000001|56=OMS|11=a|"));
}

// "8 2 Y" for a resent report 2, "4 4>6" for a gap fill over 4 and 5.
std::string brief(const std::string& frame) {
  const std::string type = value_of(frame, 35);
  const std::string number = value_of(frame, 34);
  if (type == "4") return "4 " + number + ">" + value_of(frame, 36);
  const std::string dup = value_of(frame, 43);
  return type + " " + number + (dup.empty() ? "" : " " + dup);
}

std::vector<std::string> serve_all(ResendQueue& queue, std::size_t slice) {
  std::vector<std::string> sent;
  while (queue.active()) {
    queue.serve(slice, "20261121-01:00:00.000000", [&](const std::string& frame) {
      sent.push_back(brief(frame));
      return true;
    });
  }
  return sent;
}

fixspec::ExecutionReport report(int number) {
  fixspec::ExecutionReport result;
  result.cl_ord_id = fixspec::ClOrdId{"order-" + std::to_string(number)};
  result.exec_id = fixspec::ExecId{"1-" + std::to_string(number)};
  return result;
}

TEST(ResendFrames, PossDupKeepsEverythingButTheTimes) {
  const std::string again = gateway::fix::as_poss_dup(stored_report(7), "20261121-01:00:00.000000");
  EXPECT_EQ(with_bars(again).substr(0, 10), "8=FIX.4.4|");
  EXPECT_THAT(with_bars(again), HasSubstr("35=8|34=7|49=CAUSEWAY|43=Y|52=20261121-01:00:00.000000|"
                                          "122=20261121-00:00:00.000001|56=OMS|11=a|10="));
  gateway::fix::FrameReader reader{65536};
  reader.append(again);
  EXPECT_EQ(reader.next(), again) << "length and checksum are right";
}

// Where the clock was set back since then: QuickFIX refuses a message with 122 behind 52, and its
// fill would be lost.
TEST(ResendFrames, AMessageFromTheFutureWasFirstSentNow) {
  const std::string again = gateway::fix::as_poss_dup(stored_report(7), "20261120-23:00:00.000000");
  EXPECT_THAT(with_bars(again),
              HasSubstr("52=20261120-23:00:00.000000|122=20261120-23:00:00.000000|56=OMS|"));
}

TEST(ResendQueue, FillsGapsOverWhatIsNotStored) {
  MemorySessionStore store;
  for (const std::uint64_t number : {2U, 3U, 6U, 9U})
    store.append(number, stored_report(number), {});
  for (const std::size_t slice : {1U, 2U, 3U, 4U, 5U, 100U}) {
    ResendQueue queue{store, route};
    queue.request(1, 10);
    EXPECT_THAT(serve_all(queue, slice), ElementsAre("4 1>2", "8 2 Y", "8 3 Y", "4 4>6", "8 6 Y",
                                                     "4 7>9", "8 9 Y", "4 10>11"))
        << "slices of " << slice;
  }
}

TEST(ResendQueue, ServesPartsAndRangesWithoutAnythingStored) {
  MemorySessionStore store;
  store.append(5, stored_report(5), {});
  ResendQueue queue{store, route};
  queue.request(5, 5);
  queue.request(8, 9);
  EXPECT_THAT(serve_all(queue, 10), ElementsAre("8 5 Y", "4 8>10"));
}

TEST(ResendQueue, AsksForWhatIsComingAreNotServedTwice) {
  MemorySessionStore store;
  for (std::uint64_t number = 1; number <= 4; ++number) {
    store.append(number, stored_report(number), {});
  }
  ResendQueue queue{store, route};
  queue.request(1, 4);
  queue.request(2, 4);
  EXPECT_EQ(serve_all(queue, 2).size(), 4U);
}

TEST(ResendQueue, PauseInTheMiddleLosesNothing) {
  MemorySessionStore store;
  for (const std::uint64_t number : {2U, 3U, 6U}) store.append(number, stored_report(number), {});
  ResendQueue queue{store, route};
  queue.request(1, 7);
  std::vector<std::string> sent;
  while (queue.active()) {
    queue.serve(100, "20261121-01:00:00", [&](const std::string& frame) {
      sent.push_back(brief(frame));
      return false;  // one at a time
    });
  }
  EXPECT_THAT(sent, ElementsAre("4 1>2", "8 2 Y", "8 3 Y", "4 4>6", "8 6 Y", "4 7>8"));
}

TEST(ResendQueue, HeldMessagesThatARangeCoversAreNotSentTwice) {
  MemorySessionStore store;
  for (std::uint64_t number = 1; number <= 4; ++number) {
    store.append(number, stored_report(number), {});
  }
  ResendQueue queue{store, route};
  queue.request(1, 2);
  queue.hold(3, stored_report(3));
  queue.hold(4, stored_report(4));
  queue.request(3, 3);
  EXPECT_THAT(serve_all(queue, 10), ElementsAre("8 1 Y", "8 2 Y", "8 3 Y"));
  const auto released = queue.release();
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(brief(released.front()), "8 4");
}

TEST(FixResend, ThousandsGoInSlicesWhileOthersTrade) {
  constexpr int count = 20'000;
  TestGateway gateway;
  for (int i = 1; i <= count; ++i) gateway.acceptor->send(oms, report(i), {});
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(brief(client.receive().value()), "A " + std::to_string(count + 1));
  RawClient other = gateway.connect({.comp_id = "OTHER"});
  other.log_on();
  ASSERT_EQ(brief(other.receive().value()), "A 1");

  client.send("35=2|7=1|16=0|");
  client.send("35=1|112=during|");
  ASSERT_EQ(value_of(client.receive().value(), 43), "Y") << "the resend has begun";
  other.send("35=H|11=x|55=BTC-PERPETUAL|54=1|");
  EXPECT_EQ(value_of(other.receive().value(), 150), "I");

  // All in order, then what came up meanwhile, without 43.
  for (int i = 2; i <= count; ++i) {
    const std::string again = client.receive().value();
    ASSERT_EQ(brief(again), "8 " + std::to_string(i) + " Y");
    ASSERT_EQ(value_of(again, 17), "1-" + std::to_string(i));
  }
  EXPECT_EQ(brief(client.receive().value()),
            "4 " + std::to_string(count + 1) + ">" + std::to_string(count + 2));
  const std::string heartbeat = client.receive().value();
  EXPECT_EQ(brief(heartbeat), "0 " + std::to_string(count + 2));
  EXPECT_EQ(value_of(heartbeat, 112), "during");
}

TEST(FixResend, NewReportsWaitBehindIt) {
  constexpr int count = 3000;
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.resend_slice = 10;
  TestGateway gateway{std::move(settings)};
  for (int i = 1; i <= count; ++i) gateway.acceptor->send(oms, report(i), {});
  RawClient client = gateway.connect();
  client.log_on();
  client.receive();
  client.send("35=2|7=1|16=0|");
  ASSERT_EQ(brief(client.receive().value()), "8 1 Y");
  gateway.acceptor->send(oms, report(9999), {});
  for (int i = 2; i <= count; ++i)
    ASSERT_EQ(brief(client.receive().value()), "8 " + std::to_string(i) + " Y");
  EXPECT_EQ(value_of(client.receive().value(), 35), "4");
  const std::string fresh = client.receive().value();
  EXPECT_EQ(brief(fresh), "8 " + std::to_string(count + 2));
  EXPECT_EQ(value_of(fresh, 43), "");
}

TEST(FixResend, ImpossibleRangesAreRejected) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  client.receive();
  const std::vector<std::pair<std::string, std::string>> impossible = {
      {"7=0|16=0|", "7"}, {"7=-3|16=0|", "7"}, {"7=500|16=0|", "7"}, {"7=2|16=1|", "7"}};
  for (const auto& [range, tag] : impossible) {
    client.send("35=2|" + range);
    const std::string reject = client.receive().value();
    EXPECT_EQ(value_of(reject, 35), "3") << range;
    EXPECT_EQ(value_of(reject, 373), "5") << range;
  }
  client.send("35=2|7=1|16=1|");
  EXPECT_EQ(brief(client.receive().value()), "4 1>2");
}

// Both sides have missed something: we answer first and ask once, however often we are asked.
TEST(FixResend, AnswersBeforeAskingAndAsksOnce) {
  TestGateway gateway;
  for (int i = 1; i <= 3; ++i) gateway.acceptor->send(oms, report(i), {});
  RawClient client = gateway.connect();
  client.next_msg_seq_num = 5;
  client.log_on();
  EXPECT_EQ(brief(client.receive().value()), "A 4");
  EXPECT_EQ(brief(client.receive().value()), "2 5");
  for (int round = 0; round < 3; ++round) {
    client.send("35=2|7=1|16=3|");
    for (int i = 1; i <= 3; ++i) {
      EXPECT_EQ(brief(client.receive().value()), "8 " + std::to_string(i) + " Y");
    }
  }
  EXPECT_TRUE(client.silent()) << "no ResendRequest in answer to a ResendRequest";
  client.send("35=4|34=1|43=Y|122=" + sending_time() + "|123=Y|36=9|");
  client.send("35=1|112=healed|");
  EXPECT_EQ(value_of(client.receive().value(), 112), "healed");
}

TEST(FixSlowReader, IsCutOffAndOthersTradeOn) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.sessions[0].max_outbound_bytes = 100'000;
  TestGateway gateway{std::move(settings)};
  RawClient slow = gateway.connect({.receive_buffer = 4096});
  slow.log_on();
  ASSERT_EQ(brief(slow.receive().value()), "A 1");
  RawClient other = gateway.connect({.comp_id = "OTHER"});
  other.log_on();
  ASSERT_EQ(brief(other.receive().value()), "A 1");
  int sent = 0;
  constexpr int more_than_any_buffer = 200'000;
  while (gateway.acceptor->logged_on(oms) && sent < more_than_any_buffer) {
    for (int i = 0; i < 100; ++i) gateway.acceptor->send(oms, report(++sent), {});
    gateway.pump();
    if (sent % 2000 == 0) {
      other.send("35=H|11=x|55=BTC-PERPETUAL|54=1|");
      ASSERT_EQ(value_of(other.receive().value(), 150), "I");
    }
  }
  ASSERT_FALSE(gateway.acceptor->logged_on(oms));
  EXPECT_THAT(gateway.desk.session_states.back(), HasSubstr("does not read"));
  other.send("35=H|11=x|55=BTC-PERPETUAL|54=1|");
  EXPECT_EQ(value_of(other.receive().value(), 150), "I");

  // Nothing is lost: what it missed is in the store and comes after the next logon, however slowly
  // it reads, because a resend waits for the client.
  slow.disconnect();
  RawClient again = gateway.connect();
  again.next_msg_seq_num = 2;
  again.log_on();
  ASSERT_EQ(value_of(again.receive().value(), 35), "A");
  again.send("35=2|7=2|16=0|");
  for (int i = 1; i <= sent; ++i) {
    ASSERT_EQ(value_of(again.receive().value_or(""), 17), "1-" + std::to_string(i));
  }
}

}  // namespace
}  // namespace causeway::tests::fix
