#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gateway/audit/database.hpp"
#include "tests/gateway/on_venue.hpp"

// What fails, with real processes: nothing is lost, doubled or guessed.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;

class Failures : public OnVenue {};

// What has nothing to do with the venue runs on one.
class OneVenueFailures : public testing::Test {};

TEST_P(Failures, KilledWithOpenOrdersAndFillsMeanwhile) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  oms.buy("Y", "50", "80001");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  ASSERT_TRUE(oms.sees("Y", OrdStatus::New));
  stack.kill_gateway();
  stack.clear_book();
  stack.house_sells("70", "80000");  // fills Y, and 20 of X
  stack.start_gateway();
  oms.connect();
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Filled)) << oms.text();
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled)) << oms.text();
  oms.cancel("Z", "X");
  ASSERT_TRUE(oms.sees("Z", OrdStatus::Canceled)) << oms.text();
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.is_told("8(X) 8/8 100/0/0")) << "a duplicate across the restart";
  EXPECT_EQ(stack.ledger().size(), 2u);
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(Failures, AReplyThatIsLostAlthoughTheOrderWasAccepted) {
  Stack stack{on_venue()};
  Oms oms{stack};
  stack.fault("reply_lost_accepted", venue().place_method);
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New, 20)) << oms.text();
  EXPECT_EQ(stack.ledger().size(), 1u) << "never sent twice";
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(Failures, ARequestThatTheVenueNeverTookIsRejectedOnceThatIsProven) {
  Stack stack{on_venue()};
  Oms oms{stack};
  stack.fault("reply_lost_not_accepted", venue().place_method);
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Rejected, 30)) << oms.text();
  EXPECT_EQ(oms.newest("X")->reject->code, fixspec::RejectCode::NotAcceptedInTime);
  EXPECT_EQ(stack.ledger().size(), 0u);
  EXPECT_EQ(oms.lines()[1], "8(X) I/A 100/0/100") << "pending all the while";
}

TEST_P(Failures, DisconnectsTruncationsAndGarbageResolveThemselves) {
  for (const char* fault : {"disconnect", "disconnect_accepted", "truncated_reply", "garbage_frame",
                            "oversized_frame"}) {
    Stack stack{on_venue()};
    Oms oms{stack};
    oms.buy("before", "10", "80000");
    ASSERT_TRUE(oms.sees("before", OrdStatus::New));
    stack.fault(fault, venue().place_method);
    oms.buy("X", "100", "80000");
    ASSERT_TRUE(oms.sees("X", OrdStatus::New, 30) || oms.sees("X", OrdStatus::Rejected, 1))
        << fault << "\n"
        << oms.text() << stack.log();
    oms.cancel("Z", "before");
    ASSERT_TRUE(oms.sees("Z", OrdStatus::Canceled, 30)) << fault << "\n" << oms.text();
    EXPECT_TRUE(stack.gateway_is_running());
    EXPECT_EQ(disagreement(stack, oms), "") << fault;
  }
}

TEST_P(Failures, TheVenueGoesAwayAndComesBack) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  stack.fault("disconnect", venue().cancel_method);
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled, 30)) << oms.text();
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(Failures, AWrongVenueKeyHaltsTheVenueAndSaysWhy) {
  Stack stack{{.venues = {GetParam()}, .secret = "not-the-secret", .wait_until_open = false}};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Rejected));
  EXPECT_EQ(oms.newest("X")->reject->code, fixspec::RejectCode::VenueDown);
  EXPECT_TRUE(eventually([&] {
    return stack.log().find(venue().wrong_key_text) != std::string::npos;
  })) << stack.log();
  EXPECT_EQ(stack.log().find("not-the-secret"), std::string::npos);
}

TEST_F(OneVenueFailures, ALockedAuditDatabaseDelaysNothing) {
  Stack stack;
  Oms oms{stack};
  oms.buy("A", "10", "80000");
  ASSERT_TRUE(oms.sees("A", OrdStatus::New));
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(stack.audit_path()); }));
  {
    auto database = audit::Database::open(stack.audit_path(), audit::Database::Mode::ReadWrite);
    ASSERT_TRUE(database);
    ASSERT_TRUE(eventually([&] { return (*database)->execute("BEGIN EXCLUSIVE").has_value(); }));
    oms.buy("B", "10", "80000");
    ASSERT_TRUE(oms.sees("B", OrdStatus::New)) << "while the database is locked";
    ASSERT_TRUE((*database)->execute("COMMIT"));
  }
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(OneVenueFailures, ADeletedAuditDatabaseComesBackWhole) {
  Stack stack;
  Oms oms{stack};
  oms.buy("A", "10", "80000");
  ASSERT_TRUE(oms.sees("A", OrdStatus::New));
  EXPECT_EQ(disagreement(stack, oms), "");
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(stack.audit_path() + suffix);
  }
  oms.buy("B", "10", "80000");
  ASSERT_TRUE(oms.sees("B", OrdStatus::New));
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(Failures, DurabilityDiskTradesAndRecoversTheSame) {
  Stack stack{on_venue("Durability=disk\n")};
  Oms oms{stack};
  for (int i = 0; i < 100; ++i) oms.buy("D" + std::to_string(i), "10", "80000");
  ASSERT_TRUE(oms.sees("D99", OrdStatus::New));
  stack.kill_gateway();
  stack.start_gateway();
  oms.connect();
  oms.cancel("Y", "D99");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled)) << oms.text();
  EXPECT_EQ(disagreement(stack, oms), "");
}

// Runs a program of ours; its exit code, and what it printed in `output`.
int run(const Stack& stack, const std::string& arguments, std::string& output) {
  const std::string file = stack.path("command.log");
  const int status =
      std::system((stack.program("causeway") + " " + arguments + " >" + file + " 2>&1").c_str());
  std::ifstream input{file};
  output.assign(std::istreambuf_iterator<char>{input}, {});
  return WEXITSTATUS(status);
}

TEST_F(OneVenueFailures, APortInUseIsNamed) {
  Stack stack;
  std::string config;
  std::ifstream input{stack.config()};
  config.assign(std::istreambuf_iterator<char>{input}, {});
  config.replace(config.find("StatePath=var"), 13, "StatePath=elsewhere");
  config.replace(config.find("SocketAcceptPort=0"), 18,
                 "SocketAcceptPort=" + std::to_string(stack.fix_port()));
  config.replace(config.find(stack.audit_path()), stack.audit_path().size(), "elsewhere/audit.db");
  std::ofstream{stack.path("second.cfg")} << config;
  std::string output;
  EXPECT_EQ(run(stack, "run -c " + stack.path("second.cfg").string(), output), 69);
  EXPECT_NE(output.find(std::to_string(stack.fix_port())), std::string::npos) << output;
}

TEST_F(OneVenueFailures, ASecondGatewayOnOneJournalIsRefused) {
  Stack stack;
  std::string output;
  EXPECT_NE(run(stack, "run -c " + stack.config(), output), 0);
  EXPECT_NE(output.find("journal"), std::string::npos) << output;
  // Nor does the demo move its state away.
  std::string config;
  std::ifstream input{stack.config()};
  config.assign(std::istreambuf_iterator<char>{input}, {});
  config.replace(config.find("SocketAcceptPort=0"), 18, "SocketAcceptPort=1");
  std::ofstream{stack.path("demo.cfg")} << config;
  EXPECT_EQ(run(stack, "demo --once -c " + stack.path("demo.cfg").string(), output), 69);
  EXPECT_NE(output.find("a gateway is running"), std::string::npos) << output;
  EXPECT_TRUE(std::filesystem::exists(stack.path("var/journal")));
  EXPECT_TRUE(stack.gateway_is_running());
}

TEST_F(OneVenueFailures, TheAuditIsRebuiltFromTheJournalWhileTradingGoesOn) {
  Stack stack;
  Oms oms{stack};
  oms.buy("A", "10", "80000");
  ASSERT_TRUE(oms.sees("A", OrdStatus::New));
  EXPECT_EQ(disagreement(stack, oms), "");
  std::string output;
  ASSERT_EQ(run(stack, "audit rebuild -c " + stack.config(), output), 0) << output;
  oms.buy("B", "10", "80000");
  ASSERT_TRUE(oms.sees("B", OrdStatus::New));
  EXPECT_EQ(disagreement(stack, oms), "");
  ASSERT_EQ(run(stack, "journal verify --path " + stack.path("var/journal").string(), output), 0)
      << output;
}

TEST_P(Failures, AStopInOrderKeepsOrdersAtTheVenue) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  stack.stop_gateway();
  EXPECT_EQ(stack.ledger().begin()->second.status, "New");
  stack.start_gateway();
  oms.connect();
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled)) << oms.text();
}

INSTANTIATE_TEST_SUITE_P(Venues, Failures, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
