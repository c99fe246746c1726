// QuickFIX reads time by gettimeofday() and time() only. This program defines both, so that the FIX
// layer's clock moves when a test says so; sockets and timers stay real.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/time.h>

#include <ctime>

#include "tests/fix/support.hpp"

namespace {
std::int64_t offset_s = 0;
}

extern "C" int gettimeofday(timeval* now, void*) noexcept {
  timespec real{};
  clock_gettime(CLOCK_REALTIME, &real);
  now->tv_sec = real.tv_sec + offset_s;
  now->tv_usec = real.tv_nsec / 1000;
  return 0;
}

extern "C" std::time_t time(std::time_t* result) noexcept {
  timeval now{};
  gettimeofday(&now, nullptr);
  if (result != nullptr) *result = now.tv_sec;
  return now.tv_sec;
}

namespace causeway::tests::fix {
namespace {

using testing::HasSubstr;

gateway::fix::Settings without_latency_check() {
  gateway::fix::Settings settings = TestGateway::default_settings();
  for (auto& session : settings.sessions) session.check_latency = false;
  return settings;
}

class FixTimer : public testing::Test {
 protected:
  void SetUp() override { offset_s = 0; }
  void TearDown() override { offset_s = 0; }
};

TEST_F(FixTimer, SilentClientIsSentAHeartbeatThenATestRequestThenCutOff) {
  TestGateway gateway{without_latency_check()};
  RawClient client = gateway.connect();
  client.send("35=A|98=0|108=30|");
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  offset_s += 31;
  EXPECT_EQ(value_of(client.receive().value(), 35), "0");
  offset_s += 7;
  EXPECT_EQ(value_of(client.receive().value(), 35), "1");
  offset_s += 40;
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_THAT(gateway.desk.session_states.back(), HasSubstr("heartbeat"));
}

TEST_F(FixTimer, ClientThatAnswersStays) {
  TestGateway gateway{without_latency_check()};
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  for (int round = 0; round < 3; ++round) {
    offset_s += 29;
    client.send("35=0|");
    for (int i = 0; i < 20; ++i) gateway.pump();
  }
  EXPECT_TRUE(gateway.acceptor->logged_on(fixspec::SessionId{"OMS"}));
}

// FIX::Session starts again at 1 when its day or week is over; ours has neither.
TEST_F(FixTimer, NumbersGoOnOverDaysAndWeeks) {
  TestGateway gateway{without_latency_check()};
  constexpr std::int64_t day = 86'400;
  const std::int64_t midnight = day - std::time(nullptr) % day;
  std::uint64_t next = 1;
  std::uint64_t expected = 1;
  for (const std::int64_t offset : {std::int64_t{0}, midnight - 1, midnight, midnight + day,
                                    midnight + 7 * day, midnight + 30 * day}) {
    offset_s = offset;
    RawClient client = gateway.connect();
    client.next_msg_seq_num = next;
    client.log_on();
    const std::string logon = client.receive().value();
    ASSERT_EQ(value_of(logon, 35), "A") << with_bars(logon);
    ASSERT_EQ(value_of(logon, 34), std::to_string(expected));
    client.send("35=5|");
    ASSERT_EQ(value_of(client.receive().value(), 35), "5");
    ASSERT_TRUE(client.closed_by_server());
    next = client.next_msg_seq_num;
    expected += 2;
  }
  // Also while logged on: the heartbeats at midnight carry the next numbers.
  offset_s = midnight - 31;
  RawClient client = gateway.connect();
  client.next_msg_seq_num = next;
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 34), std::to_string(expected));
  offset_s = midnight;
  const std::string heartbeat = client.receive().value();
  EXPECT_EQ(value_of(heartbeat, 35), "0");
  EXPECT_EQ(value_of(heartbeat, 34), std::to_string(expected + 1));
}

}  // namespace
}  // namespace causeway::tests::fix
