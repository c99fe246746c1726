#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/fix/raw_client.hpp"
#include "tests/gateway/on_venue.hpp"

// More than the gateway, its disk, its venue or its client can take, with real processes: new
// orders are refused with the reason, cancels go out, and everybody else trades on.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;
using fixspec::RejectCode;
using std::chrono::steady_clock;
using testing::HasSubstr;
using tests::fix::RawClient;
using tests::fix::value_of;

void wait_a_moment() { std::this_thread::sleep_for(std::chrono::microseconds{50}); }

// KiB of the gateway that are in memory.
std::size_t rss_kib(Stack& stack) {
  std::ifstream status{"/proc/" + std::to_string(stack.gateway().pid()) + "/status"};
  for (std::string line; std::getline(status, line);) {
    std::istringstream words{line};
    std::string name;
    std::size_t value = 0;
    if (words >> name >> value && name == "VmRSS:") return value;
  }
  return 0;
}

// A FIX client without opinions, logged on.
struct Raw : RawClient {
  Raw(const Stack& stack, const std::string& comp_id, int receive_buffer = 0)
      : RawClient(stack.fix_port(), wait_a_moment,
                  {.comp_id = comp_id, .receive_buffer = receive_buffer}) {
    log_on();
    EXPECT_TRUE(receive_type("A"));
  }
};

std::string order(const VenueCase& venue, const std::string& cl_ord_id,
                  const std::string& price = "80000") {
  return "35=D|11=" + cl_ord_id + "|1=" + std::string{venue.account} +
         "|55=" + std::string{venue.symbol} + "|54=1|60=" + tests::fix::sending_time() +
         "|38=" + venue.qty("10") + "|40=2|44=" + price + "|";
}

std::string cancel(const VenueCase& venue, const std::string& cl_ord_id, const std::string& orig) {
  return "35=F|11=" + cl_ord_id + "|41=" + orig + "|55=" + std::string{venue.symbol} +
         "|54=1|60=" + tests::fix::sending_time() + "|";
}

std::string in_words(std::vector<double> milliseconds) {
  if (milliseconds.empty()) return "none";
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = [&](std::size_t percent) {
    return milliseconds[std::min(milliseconds.size() - 1, milliseconds.size() * percent / 100)];
  };
  std::ostringstream text;
  text << milliseconds.size() << " answers, p50 " << at(50) << " ms, p99 " << at(99) << " ms, max "
       << milliseconds.back() << " ms";
  return text.str();
}

class Overload : public OnVenue {};
class OneVenueOverload : public testing::Test {};

// The venue stands still, so that nothing that was sent is answered.
TEST_P(Overload, AStalledVenueMakesTheBoundOfPendingOrdersHold) {
  Stack stack{on_venue("MaxPendingOrders=50\n")};
  Oms oms{stack};
  oms.buy("rests", "100", "80000");
  ASSERT_TRUE(oms.sees("rests", OrdStatus::New));
  stack.pause_simulator(true);
  for (int i = 0; i < 200; ++i) oms.buy("X" + std::to_string(i), "10", "80001");
  ASSERT_TRUE(oms.sees("X199", OrdStatus::Rejected)) << "refused while the venue is silent";
  for (int i = 0; i < 200; ++i) {
    const auto* report = oms.newest("X" + std::to_string(i));
    ASSERT_NE(report, nullptr) << i;
    ASSERT_EQ(report->ord_status, i < 50 ? OrdStatus::PendingNew : OrdStatus::Rejected) << i;
  }
  const auto& reject = oms.newest("X199")->reject;
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->code, RejectCode::Overloaded);
  EXPECT_THAT(reject->text, HasSubstr("50 orders of account " + std::string{venue().account}));
  EXPECT_THAT(reject->text, HasSubstr("MaxPendingOrders=50"));
  oms.cancel("C", "rests");
  ASSERT_TRUE(oms.sees("C", OrdStatus::PendingCancel)) << "a cancel is taken";

  stack.pause_simulator(false);
  ASSERT_TRUE(oms.sees("C", OrdStatus::Canceled, 30)) << "and goes out";
  for (int i = 0; i < 50; ++i) {
    const std::string id = "X" + std::to_string(i);
    ASSERT_TRUE(oms.sees(id, OrdStatus::New, 30) || oms.sees(id, OrdStatus::Rejected, 1)) << id;
  }
  oms.buy("after", "10", "80000");
  ASSERT_TRUE(oms.sees("after", OrdStatus::New, 30)) << oms.newest("after")->text;
  EXPECT_EQ(disagreement(stack, oms), "");
}

/// Sends an order and waits for the venue's word on it, again and again, on a thread of its own.
class Neighbour {
 public:
  explicit Neighbour(const Stack& stack)
      : client_(stack.fix_port(), wait_a_moment, {.comp_id = "OMS2"}), thread_([this] { run(); }) {}
  ~Neighbour() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t refused() const { return refused_; }

 private:
  void run() {
    client_.log_on();
    if (!client_.receive_type("A")) return;
    for (int i = 0; !stop_; ++i) {
      client_.send(order(binance, "other" + std::to_string(i)));
      std::string type;
      while (type != "0" && type != "8") {
        const auto frame = client_.receive();
        if (!frame) return;
        type = value_of(*frame, 150);
      }
      ++(type == "0" ? acknowledged_ : refused_);
    }
  }

  RawClient client_;
  std::atomic<std::size_t> acknowledged_{0};
  std::atomic<std::size_t> refused_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Ten times as many orders as may be pending, while the venue takes a second for each.
TEST_F(OneVenueOverload, TenTimesWhatMayBePendingIsRefusedAtOnceAndOthersTradeOn) {
  constexpr int burst = 1'000, batch = 10;
  Stack stack{{.venues = {&deribit, &binance}, .default_config = "MaxPendingOrders=100\n"}};
  Raw flooding{stack, "OMS1"};
  flooding.send(order(deribit, "rests"));
  while (value_of(flooding.receive_type("8").value(), 150) != "0") {
  }
  stack.fault_at(
      "deribit",
      R"("fault":"delay_request","delay_ms":1500,"count":100000,"method":"private/buy")");
  Neighbour neighbour{stack};
  ASSERT_TRUE(eventually([&] { return neighbour.acknowledged() > 10; }));
  const std::size_t before = neighbour.acknowledged();
  std::vector<double> refused_ms;
  int accepted = 0;
  for (int i = 0; i < burst; i += batch) {
    std::string orders;
    for (int n = 0; n < batch; ++n) {
      orders += flooding.frame(order(deribit, "B" + std::to_string(i + n)));
    }
    const auto sent = steady_clock::now();
    flooding.send_bytes(orders);
    for (int answered = 0; answered < batch;) {
      const auto frame = flooding.receive();
      ASSERT_TRUE(frame);
      const std::string type = value_of(*frame, 150);
      if (type == "A") {
        ++accepted;
        ++answered;
      } else if (type == "8") {
        ++answered;
        refused_ms.push_back(
            std::chrono::duration<double, std::milli>(steady_clock::now() - sent).count());
        ASSERT_EQ(value_of(*frame, 20050),
                  std::to_string(static_cast<int>(RejectCode::Overloaded)));
        ASSERT_THAT(value_of(*frame, 58), HasSubstr("MaxPendingOrders=100"));
      }
    }
  }
  EXPECT_GE(accepted, 100);
  EXPECT_GE(refused_ms.size(), 500u) << "most of it is refused";
  std::cout << "refusals: " << in_words(refused_ms) << "; " << accepted << " accepted\n";
  ASSERT_TRUE(eventually([&] { return neighbour.acknowledged() > before + 10; }))
      << "the other session's orders pass";
  EXPECT_EQ(neighbour.refused(), 0u);

  flooding.send(cancel(deribit, "C", "rests"));
  for (std::string type; type != "4";) {
    const auto frame = flooding.receive();
    ASSERT_TRUE(frame) << "a cancel passes";
    if (value_of(*frame, 11) == "C") type = value_of(*frame, 150);
  }
}

// ---- the disk
// ------------------------------------------------------------------------------------------

class StalledDisk : public testing::Test {
 protected:
  void SetUp() override {
    setenv("LD_PRELOAD", CAUSEWAY_SLOW_DISK, 1);
    setenv("SLOW_DISK", file_.c_str(), 1);
  }
  void TearDown() override {
    hang(false);
    unsetenv("LD_PRELOAD");
    unsetenv("SLOW_DISK");
  }
  void hang(bool on) const {
    if (on) {
      std::ofstream{file_};
    } else {
      std::filesystem::remove(file_);
    }
  }
  const std::string file_ =
      std::filesystem::temp_directory_path() / ("causeway-slow-disk-" + std::to_string(getpid()));
};

TEST_F(StalledDisk, IsNotNoticedAtDurabilityProcess) {
  Stack stack;
  Oms oms{stack};
  hang(true);
  for (int i = 0; i < 100; ++i) oms.buy("X" + std::to_string(i), "10", "80000");
  ASSERT_TRUE(oms.sees("X99", OrdStatus::New));
  oms.cancel("C", "X0");
  ASSERT_TRUE(oms.sees("C", OrdStatus::Canceled));
  hang(false);
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_F(StalledDisk, AtDurabilityDiskOnlyCancelsGoOutAndOrdersAreRefused) {
  Stack stack{{.default_config = "Durability=disk\n"}};
  Oms oms{stack};
  oms.buy("rests", "100", "80000");
  ASSERT_TRUE(oms.sees("rests", OrdStatus::New));
  hang(true);
  oms.cancel("C", "rests");
  ASSERT_TRUE(eventually([&] {
    oms.listen(1);
    return stack.ledger().begin()->second.status == "Canceled";
  })) << "the cancel reaches the venue while the disk hangs";
  // By now the oldest input has waited for long enough.
  eventually([&] { return false; }, 1);
  for (int i = 0; i < 20; ++i) oms.buy("X" + std::to_string(i), "10", "80000");
  oms.listen(500);
  EXPECT_EQ(stack.ledger().size(), 1u) << "no order goes out that the disk does not have";
  EXPECT_EQ(oms.newest("X19"), nullptr) << "nor is anything told";
  hang(false);
  ASSERT_TRUE(oms.sees("C", OrdStatus::Canceled));
  ASSERT_TRUE(oms.sees("X19", OrdStatus::Rejected));
  EXPECT_EQ(oms.newest("X19")->reject->code, RejectCode::Overloaded);
  EXPECT_THAT(oms.newest("X19")->reject->text, HasSubstr("disk has not answered for"));
  oms.buy("after", "10", "80000");
  ASSERT_TRUE(oms.sees("after", OrdStatus::New));
  EXPECT_EQ(disagreement(stack, oms), "");
}

// Files may grow no more: every write of the journal fails.
TEST_F(OneVenueOverload, AJournalThatCannotBeWrittenLetsOnlyCancelsOut) {
  Stack stack;
  Oms oms{stack};
  oms.buy("rests", "100", "80000");
  ASSERT_TRUE(oms.sees("rests", OrdStatus::New));
  rlimit old{};
  ASSERT_EQ(prlimit(stack.gateway().pid(), RLIMIT_FSIZE, nullptr, &old), 0);
  rlimit none = old;
  none.rlim_cur = 1;
  ASSERT_EQ(prlimit(stack.gateway().pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  oms.cancel("C", "rests");
  ASSERT_TRUE(eventually([&] {
    oms.listen(1);
    return stack.ledger().begin()->second.status == "Canceled";
  })) << "the cancel reaches the venue";
  for (int i = 0; i < 200; ++i) oms.buy("X" + std::to_string(i), "10", "80000");
  oms.listen(500);
  EXPECT_EQ(stack.ledger().size(), 1u);
  ASSERT_EQ(prlimit(stack.gateway().pid(), RLIMIT_FSIZE, &old, nullptr), 0);
  ASSERT_TRUE(oms.sees("C", OrdStatus::Canceled));
  ASSERT_TRUE(oms.sees("X199", OrdStatus::Rejected));
  EXPECT_EQ(oms.newest("X199")->reject->code, RejectCode::Overloaded);
  EXPECT_THAT(oms.newest("X199")->reject->text, HasSubstr("the journal is stuck"));
  oms.buy("after", "10", "80000");
  ASSERT_TRUE(oms.sees("after", OrdStatus::New)) << oms.newest("after")->reject->text;
  EXPECT_EQ(disagreement(stack, oms), "");
}

// ---- the client
// ----------------------------------------------------------------------------------------

// Reports pile up in its socket until the system takes no more of them.
TEST_F(OneVenueOverload, AClientThatNeverReadsIsCutOffAndMissesNothing) {
  Stack stack{{.venues = {&deribit, &binance}}};
  Oms other{stack, "OMS2"};
  std::size_t before = 0;
  int sent = 0;
  {
    Raw deaf{stack, "OMS1", 4'096};
    before = rss_kib(stack);
    // Unknown orders are asked about, each of which is one report.
    while (stack.log().find("does not read") == std::string::npos) {
      ASSERT_LT(sent, 200'000) << "cut off at last";
      std::string requests;
      for (int i = 0; i < 1'000 && sent < 60'000; ++i) {
        ++sent;
        requests += deaf.frame("35=D|11=U" + std::to_string(sent) + "|1=alpha|55=NO-SUCH|54=1|60=" +
                               tests::fix::sending_time() + "|38=10|40=2|44=80000|");
      }
      deaf.send_bytes(requests);
      const std::string id = "other" + std::to_string(sent);
      other.buy(id, "10", "80000");
      ASSERT_TRUE(other.sees(id, OrdStatus::New)) << "others trade on";
    }
  }
  const std::size_t after = rss_kib(stack);
  std::cout << "cut off after " << sent << " orders; RSS " << before / 1'024 << " MiB, then "
            << after / 1'024 << " MiB\n";

  // Everything that was answered is there, in order, for a client that comes back and asks.
  RawClient again{stack.fix_port(), wait_a_moment, {.comp_id = "OMS1"}};
  again.next_msg_seq_num = static_cast<std::uint64_t>(sent) + 10;  // behind all that was sent
  again.log_on();
  const auto logon = again.receive_type("A");
  ASSERT_TRUE(logon);
  const auto last = std::stoull(value_of(*logon, 34));
  again.send("35=2|7=1|16=0|");
  std::uint64_t expected = 1;
  while (expected < last) {
    const auto frame = again.receive();
    ASSERT_TRUE(frame) << "after " << expected;
    if (value_of(*frame, 43) != "Y") continue;
    ASSERT_EQ(std::stoull(value_of(*frame, 34)), expected);
    expected = value_of(*frame, 35) == "4" ? std::stoull(value_of(*frame, 36)) : expected + 1;
  }
}

INSTANTIATE_TEST_SUITE_P(Venues, Overload, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
