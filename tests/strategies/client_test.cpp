#include "strategies/client/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "strategies/client/session_file.hpp"
#include "tests/strategies/peer.hpp"

namespace causeway::strategies::client {
namespace {

using fixspec::ExecutionReport;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds limit{10'000};
constexpr const char* logon = "35=A|98=0|108=30|";

std::string report(const std::string& exec_id, const std::string& status = "0") {
  return "35=8|37=1-7|17=" + exec_id + "|11=c1|150=" + status + "|39=" + status +
         "|55=BTC-PERPETUAL|207=DERIBIT|1=alpha|54=1|38=10|40=2|44=60000.5|151=10|14=0|6=0|"
         "60=20261121-01:02:03.004|";
}

fixspec::NewOrderSingle some_order() {
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{"c1"};
  order.account = fixspec::AccountId{"alpha"};
  order.instrument = {.symbol = fixspec::Symbol{"BTC-PERPETUAL"}, .venue = fixspec::Venue::Deribit};
  order.order_qty = fixspec::parse_quantity("10").value();
  order.price = fixspec::parse_price("12345678.123456789").value();
  order.exec_inst.participate_dont_initiate = true;
  return order;
}

class ClientTest : public testing::Test {
 protected:
  Client client_of(const Peer& peer, Settings settings = {}) {
    settings.port = peer.port();
    settings.comp_id = "OMS1";
    return Client(settings, [this](const Event& event) { events_.push_back(event); });
  }
  // The i-th event as an execution report.
  const ExecutionReport& report_at(std::size_t i) {
    return std::get<ExecutionReport>(events_.at(i).body);
  }

  std::vector<Event> events_;
};

TEST_F(ClientTest, AnOrderGoesOutAndItsReportComesBack) {
  std::string logon_sent, order_sent;
  Peer peer([&](Peer& self) {
    logon_sent = self.read();
    self.send(1, logon);
    order_sent = self.read_until("|35=D|");
    self.send(2, report("1-7-1"));
    self.read_until("|35=5|");
    self.send(3, "35=5|");
  });
  Client client = client_of(peer, {.username = "me", .password = fixspec::Secret{"pw"}});
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send(some_order()));
  ASSERT_TRUE(client.run_until([&] { return !events_.empty(); }, limit));
  client.logout();
  EXPECT_FALSE(client.is_logged_on());

  EXPECT_THAT(logon_sent, HasSubstr("|49=OMS1|"));
  EXPECT_THAT(logon_sent, HasSubstr("|56=CAUSEWAY|"));
  EXPECT_THAT(logon_sent, HasSubstr("|98=0|108=30|553=me|554=pw|"));
  EXPECT_THAT(logon_sent, Not(HasSubstr("|141=")));
  for (const auto* part : {"|11=c1|", "|1=alpha|", "|55=BTC-PERPETUAL|", "|207=DERIBIT|", "|54=1|",
                           "|38=10|", "|40=2|", "|44=12345678.123456789|", "|59=1|", "|18=6|"}) {
    EXPECT_THAT(order_sent, HasSubstr(part));
  }
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_FALSE(events_[0].poss_dup);
  EXPECT_EQ(events_[0].msg_seq_num, 2u);
  EXPECT_EQ(report_at(0).cl_ord_id.view(), "c1");
  EXPECT_EQ(report_at(0).price->to_string(), "60000.5");
  EXPECT_EQ(report_at(0).transact_time, 1'795'222'923'004'000'000);
}

TEST_F(ClientTest, MissedReportsComeByResendAcrossARestart) {
  const std::string file = testing::TempDir() + "numbers" + std::to_string(::getpid());
  std::filesystem::remove(file);
  std::string resend_request, second_logon;
  Peer peer([&](Peer& self) {
    self.read();
    self.send(1, logon);
    self.read_until("|35=5|");
    self.send(2, "35=5|");
    self.accept_again();
    second_logon = self.read();
    self.send(5, logon);
    resend_request = self.read_until("|35=2|");
    self.send(3, report("1-7-1"), "43=Y|122=20261121-01:02:03|");
    self.send(4, report("1-7-2", "4"), "43=Y|122=20261121-01:02:03|");
    self.send(5, "35=4|123=Y|36=6|", "43=Y|122=20261121-01:02:03|");
    self.read_until("|35=5|");
    self.send(6, "35=5|");
  });
  {
    Client client = client_of(peer, {.numbers_file = file});
    ASSERT_TRUE(client.connect());
    client.logout();
  }
  Client client = client_of(peer, {.numbers_file = file});
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.run_until([&] { return events_.size() == 2; }, limit));
  client.logout();
  EXPECT_THAT(second_logon, HasSubstr("|34=3|"));
  EXPECT_THAT(resend_request, HasSubstr("|7=3|"));
  EXPECT_TRUE(events_[0].poss_dup);
  EXPECT_EQ(report_at(0).exec_id.view(), "1-7-1");
  EXPECT_EQ(report_at(1).ord_status, fixspec::OrdStatus::Canceled);
  std::filesystem::remove(file);
}

TEST_F(ClientTest, OrdersOfAnEarlierProcessAreGapFilledAndNeverResent) {
  const std::string file = testing::TempDir() + "numbers-gap" + std::to_string(::getpid());
  std::ofstream(file) << "0000000009 0000000001\n";
  std::string answer;
  Peer peer([&](Peer& self) {
    self.read();
    self.send(1, logon);
    self.send(2, "35=2|7=1|16=0|");
    answer = self.read_until("|35=4|");
  });
  Client client = client_of(peer, {.numbers_file = file});
  ASSERT_TRUE(client.connect());
  client.run_until([] { return false; }, milliseconds{5000});
  EXPECT_THAT(answer, HasSubstr("|34=1|"));
  EXPECT_THAT(answer, HasSubstr("|123=Y|"));
  EXPECT_THAT(answer, HasSubstr("|36=10|"));
  std::filesystem::remove(file);
}

TEST_F(ClientTest, StartingOverIsAskedForOnceOnly) {
  std::string first, second;
  Peer peer([&](Peer& self) {
    first = self.read();
    self.send(1, std::string{logon} + "141=Y|");
    self.send(2, report("1-7-1"));
    self.accept_again();
    second = self.read();
    self.send(3, logon);
  });
  Client client = client_of(peer, {.reset_seq_num = true});
  ASSERT_TRUE(client.connect());
  client.run_until([] { return false; }, limit);
  EXPECT_EQ(client.disconnect_reason(), "the gateway closed the connection");
  ASSERT_TRUE(client.connect());
  EXPECT_THAT(first, HasSubstr("|141=Y|"));
  EXPECT_THAT(second, Not(HasSubstr("|141=Y|")));
  EXPECT_THAT(second, HasSubstr("|34=2|"));
}

TEST_F(ClientTest, ATestRequestIsAnswered) {
  std::string heartbeat;
  Peer peer([&](Peer& self) {
    self.read();
    self.send(1, logon);
    self.send(2, "35=1|112=are you there|");
    heartbeat = self.read_until("|35=0|");
  });
  Client client = client_of(peer);
  ASSERT_TRUE(client.connect());
  client.run_until([] { return false; }, limit);
  EXPECT_THAT(heartbeat, HasSubstr("|112=are you there|"));
}

TEST_F(ClientTest, ARefusedLogonSaysWhy) {
  Peer peer([](Peer& self) {
    self.read();
    self.send(1, "35=5|58=HeartBtInt must be 5 to 60|");
  });
  Client client = client_of(peer);
  EXPECT_THAT(client.connect().error().text, HasSubstr("HeartBtInt must be 5 to 60"));
}

TEST_F(ClientTest, AnUnknownClientIsToldWhatToLookAt) {
  Peer peer([](Peer& self) { self.read(); });
  Client client = client_of(peer);
  EXPECT_THAT(client.connect().error().text, HasSubstr("[SESSION] with TargetCompID=OMS1"));
}

TEST_F(ClientTest, AGatewayThatDoesNotAnswerIsGivenUpInTime) {
  std::atomic<bool> done{false};
  Peer peer([&](Peer& self) {
    self.read();
    self.read();
    done = true;
  });
  Client client = client_of(peer, {.connect_timeout = milliseconds{200}});
  EXPECT_THAT(client.connect().error().text, HasSubstr("was not answered in time"));
}

TEST_F(ClientTest, NobodyListeningIsSaidWithTheAddress) {
  Client client({.port = 1, .comp_id = "OMS1"}, [](const Event&) {});
  EXPECT_THAT(client.connect().error().text, HasSubstr("cannot connect to 127.0.0.1:1"));
}

TEST_F(ClientTest, WhatIsNotFixEndsTheSession) {
  Peer peer([](Peer& self) {
    self.read();
    self.send(1, logon);
    self.read_until("|35=D|");
    self.send_bytes("HTTP/1.1 400 Bad Request\r\n");
    self.read();
  });
  Client client = client_of(peer);
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send(some_order()));
  client.run_until([] { return false; }, limit);
  EXPECT_THAT(client.disconnect_reason(), HasSubstr("is not FIX"));
}

TEST_F(ClientTest, NothingIsSentOrKeptWhenNotLoggedOn) {
  std::vector<std::string> seen;
  Peer peer([&](Peer& self) {
    seen.push_back(self.read());
    self.send(1, logon);
    seen.push_back(self.read());
  });
  Client client = client_of(peer);
  EXPECT_EQ(client.send(some_order()).error().text, "not logged on: nothing was sent");
  ASSERT_TRUE(client.connect());
  client.logout();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_THAT(seen[0], HasSubstr("|34=1|"));
  EXPECT_THAT(seen[1], HasSubstr("|35=5|")) << "a stale order must not be sent later";
}

TEST_F(ClientTest, MessagesThatArriveInPiecesAndTogetherAreAllRead) {
  Peer peer([](Peer& self) {
    self.read();
    self.send(1, logon);
    for (std::uint64_t i = 2; i < 52; ++i) self.send(i, report("1-7-" + std::to_string(i)));
    self.read();
  });
  Client client = client_of(peer);
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.run_until([&] { return events_.size() == 50; }, limit));
  client.logout();
}

TEST_F(ClientTest, OneSessionHasOneClientAtATime) {
  const std::string file = testing::TempDir() + "numbers-lock" + std::to_string(::getpid());
  const Settings settings{
      .comp_id = "OMS1", .numbers_file = file, .connect_timeout = milliseconds{50}};
  const auto ignore = [](const Event&) {};
  {
    const Client first(settings, ignore);
    try {
      const Client second(settings, ignore);
      ADD_FAILURE() << "two clients on one numbers file";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr(file + ": another process has this session"));
    }
  }
  EXPECT_NO_THROW(Client(settings, ignore));
  std::filesystem::remove(file);
}

TEST_F(ClientTest, EveryProgramOfASessionHasTheSameNumbers) {
  const std::string folder = testing::TempDir() + "keep" + std::to_string(::getpid());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Settings settings{.comp_id = "MM2"};
  keep_numbers(settings, folder, false);
  EXPECT_EQ(settings.numbers_file, folder + "/MM2-CAUSEWAY.seq");
  EXPECT_TRUE(settings.reset_seq_num) << "without numbers it cannot go on";
  std::ofstream(settings.numbers_file) << "0000000009 0000000004\n";
  keep_numbers(settings, folder, false);
  EXPECT_FALSE(settings.reset_seq_num);
  keep_numbers(settings, folder, true);
  EXPECT_TRUE(settings.reset_seq_num);
  std::filesystem::remove_all(folder);
}

TEST_F(ClientTest, NumbersThatTheOtherSideDoesNotShareAreTheReasonThatIsTold) {
  const std::string file = testing::TempDir() + "numbers-low" + std::to_string(::getpid());
  std::ofstream(file) << "0000000009 0000000009\n";
  Peer peer([](Peer& self) {
    self.read();
    self.send(1, logon);
    self.read();
    self.accept_again();
    self.read();
    self.send(9, "35=5|58=MsgSeqNum too low, expecting 12 but received 9|");
  });
  Client client = client_of(peer, {.numbers_file = file});
  const std::string ours = client.connect().error().text;
  EXPECT_THAT(ours, HasSubstr("we logged out: MsgSeqNum too low, expecting 9 but received 1"));
  EXPECT_THAT(with_advice(ours), HasSubstr("--reset"));
  const std::string theirs = client.connect().error().text;
  EXPECT_THAT(theirs, HasSubstr("MsgSeqNum too low, expecting 12 but received"));
  EXPECT_THAT(with_advice(theirs), HasSubstr("--reset"));
  EXPECT_EQ(with_advice("no route"), "no route");
  std::filesystem::remove(file);
}

TEST_F(ClientTest, ADamagedNumbersFileIsNotUsed) {
  const std::string file = testing::TempDir() + "numbers-bad" + std::to_string(::getpid());
  std::ofstream(file) << "12 x\n";
  EXPECT_ANY_THROW(Client({.comp_id = "OMS1", .numbers_file = file}, [](const Event&) {}));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace causeway::strategies::client
