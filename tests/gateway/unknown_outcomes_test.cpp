#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <ostream>
#include <set>

#include "tests/gateway/on_venue.hpp"

// Requests whose outcome nobody knows, with real processes and the simulator's ledger as judge: no
// order that the venue has is called rejected, none is made twice, and all is resolved in time.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;
using fixspec::RejectCode;
using std::chrono::steady_clock;

struct FaultCase {
  std::string_view test_name;
  std::string_view fault;
  std::string_view members;
  bool never_taken = false;  ///< what it hits does not count at the venue
};

constexpr FaultCase fault_cases[] = {
    {"LostButAccepted", "reply_lost_accepted", ""},
    {"LostAndNotAccepted", "reply_lost_not_accepted", "", true},
    {"AcceptedAfterThreeSeconds", "accepted_too_late", R"("delay_ms":3000)"},
    {"HtmlWith502", "http_error", R"("status":502)", true},
    {"TruncatedJson", "truncated_reply", ""},
};

using Case = std::tuple<const VenueCase*, FaultCase>;

std::ostream& operator<<(std::ostream& out, const FaultCase& fault) {
  return out << fault.test_name;
}

std::size_t number_in(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoul(text);
}

// Requests of each kind of fault, and how many of them are in flight at once.
std::size_t wanted() { return number_in("CAUSEWAY_UNKNOWN_N", 200); }
std::size_t in_flight(const VenueCase& venue) {
  return std::min<std::size_t>(wanted(), venue.most_open_orders);
}

/// Follows what became of requests, each by its ClOrdID.
class Requests {
 public:
  explicit Requests(Oms& oms) : oms_(oms) {}

  void begin(const std::string& cl_ord_id) { open_[cl_ord_id] = steady_clock::now(); }
  [[nodiscard]] std::size_t open() const { return open_.size(); }
  /// Milliseconds from the request to the report that settled it.
  [[nodiscard]] const std::vector<double>& times() const { return times_; }
  /// Reads what has come since the last call.
  void read() {
    oms_.listen(20);
    for (; next_ < oms_.lines().size(); ++next_) read(oms_.lines()[next_]);
  }
  [[nodiscard]] bool settle(int seconds) {
    return eventually(
        [this] {
          read();
          return open_.empty();
        },
        seconds);
  }
  /// Every order that works, by the newest name that it goes by.
  [[nodiscard]] const std::set<std::string>& alive() const { return alive_; }
  [[nodiscard]] const std::set<std::string>& rejected() const { return rejected_; }
  [[nodiscard]] std::string still_open() const {
    std::string text;
    for (const auto& [cl_ord_id, since] : open_) text += cl_ord_id + " ";
    return text;
  }

 private:
  // "8(Y/X) 150/39 38/14/151" or "9(Y/X) 39=.. 102=..".
  void read(const std::string& line) {
    const auto close = line.find(')');
    const auto slash = std::min(line.find('/'), close);
    const std::string cl_ord_id = line.substr(2, slash - 2);
    const std::string orig = slash < close ? line.substr(slash + 1, close - slash - 1) : "";
    const bool is_report = line.front() == '8';
    const char status = line.at(close + (is_report ? 4 : 5));
    if (is_report && (status == 'A' || status == 'E' || status == '6')) return;
    if (is_report) {
      alive_.erase(orig);
      status == '0' || status == '1' ? void(alive_.insert(cl_ord_id))
                                     : void(alive_.erase(cl_ord_id));
      if (status == '8') rejected_.insert(cl_ord_id);
    }
    const auto found = open_.find(cl_ord_id);
    if (found == open_.end()) return;
    times_.push_back(
        std::chrono::duration<double, std::milli>{steady_clock::now() - found->second}.count());
    open_.erase(found);
  }

  Oms& oms_;
  std::size_t next_ = 0;
  std::map<std::string, steady_clock::time_point> open_;
  std::set<std::string> alive_, rejected_;
  std::vector<double> times_;
};

class UnknownOutcomes : public testing::TestWithParam<Case> {
 protected:
  static const VenueCase& venue() { return *std::get<0>(GetParam()); }
  static const FaultCase& fault() { return std::get<1>(GetParam()); }

  // Some rest; then new orders, amendments and cancels all meet the fault, all in flight at once.
  void burst(Stack& stack, Oms& oms, Requests& requests, Requests& setup, std::size_t number,
             std::size_t size) {
    const std::string name = "b" + std::to_string(number);
    const std::size_t changes = size / 5, places = size - 2 * changes;
    for (std::size_t i = 0; i < 2 * changes; ++i) {
      const std::string id = name + "r" + std::to_string(i);
      setup.begin(id);
      oms.buy(id, "100", "80000");
    }
    ASSERT_TRUE(setup.settle(60)) << setup.still_open();
    const auto fails = [&](std::string_view method, std::size_t count) {
      if (count == 0) return;
      const std::string more{fault().members};
      stack.fault(fault().fault, method,
                  "\"count\":" + std::to_string(count) + (more.empty() ? "" : "," + more));
    };
    fails(venue().place_method, places);
    fails(venue().amend_method, changes);
    fails(venue().cancel_method, changes);
    stack.pause_simulator(true);  // so that nothing is answered before all are on their way
    for (std::size_t i = 0; i < places; ++i) {
      const std::string id = name + "n" + std::to_string(i);
      requests.begin(id);
      oms.buy(id, "100", "80001");
      if (i < changes) {
        const std::string k = std::to_string(i);
        requests.begin(name + "a" + k);
        oms.replace(name + "a" + k, name + "r" + k, "110", "80002");
        const std::string resting = name + "r" + std::to_string(changes + i);
        requests.begin(name + "c" + k);
        oms.cancel(name + "c" + k, resting);
      }
    }
    // As many orders as may be open are open or unknown: one more is too many.
    oms.buy(name + "over", "100", "80003");
    const bool refused = oms.sees(name + "over", OrdStatus::Rejected, 10);
    stack.pause_simulator(false);
    ASSERT_TRUE(refused) << oms.text();
    ASSERT_EQ(oms.newest(name + "over")->reject->code, RejectCode::OpenOrders);
    ASSERT_TRUE(requests.settle(90)) << "unresolved: " << requests.still_open();
    setup.read();
    stack.clear_faults();
    clean_up(oms, requests, setup, name);
  }

  // Absent ones have given back what they held; present ones do when they are cancelled.
  void clean_up(Oms& oms, Requests& requests, Requests& setup, const std::string& name) {
    ASSERT_TRUE(eventually(
        [&] {
          for (int i = 0; const std::string& id : std::set<std::string>{setup.alive()}) {
            oms.cancel(name + "end" + std::to_string(cancels_) + "x" + std::to_string(i++), id);
          }
          ++cancels_;
          for (int i = 0; i < 200 && !setup.alive().empty(); ++i) setup.read();
          return setup.alive().empty();
        },
        60));
    requests.read();
    oms.buy(name + "room", "100", "80000");
    ASSERT_TRUE(oms.sees(name + "room", OrdStatus::New)) << "the reservations are not given back";
    oms.cancel(name + "roomc", name + "room");
    ASSERT_TRUE(oms.sees(name + "roomc", OrdStatus::Canceled));
    setup.read();
    requests.read();
  }

  int cancels_ = 0;
};

double at_percent(const std::vector<double>& sorted, double percent) {
  const auto at = static_cast<std::size_t>(static_cast<double>(sorted.size()) * percent / 100);
  return sorted[std::min(at, sorted.size() - 1)];
}

TEST_P(UnknownOutcomes, AreResolvedInTimeAndNeverGuessed) {
  const std::size_t size = in_flight(venue());
  const std::size_t places = size - 2 * (size / 5);
  Stack stack{
      {.venues = {&venue()},
       .extra_config = "[RISK]\nMaxOpenOrders=" + std::to_string(places + 2 * (size / 5)) + "\n"}};
  Oms oms{stack};
  Requests requests{oms}, setup{oms};
  for (std::size_t done = 0, number = 0; done < wanted(); done += size, ++number) {
    burst(stack, oms, requests, setup, number, size);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(disagreement(stack, oms), "");
  const std::string json = stack.ledger_json();
  std::size_t venue_orders = 0;
  for (auto at = json.find("\"replaced\":"); at != std::string::npos;
       at = json.find("\"replaced\":", at + 1)) {
    ++venue_orders;
  }
  EXPECT_EQ(venue_orders, stack.ledger().size()) << "orders that were made twice";
  std::vector<double> times = requests.times();
  ASSERT_GE(times.size(), wanted());
  std::sort(times.begin(), times.end());
  std::cout << venue().test_name << " " << fault().test_name << ": " << times.size()
            << " requests, resolved after p50 " << at_percent(times, 50) << " ms, p99 "
            << at_percent(times, 99) << " ms, max " << times.back() << " ms; "
            << requests.rejected().size() << " proven absent or refused, " << venue_orders
            << " orders at the venue\n";
  EXPECT_LE(times.back(), static_cast<double>(venue().latest_acceptance_ms) + 20'000)
      << "in time: soon after absence can be proven, with room for a busy machine";
}

INSTANTIATE_TEST_SUITE_P(Outcome, UnknownOutcomes,
                         testing::Combine(testing::ValuesIn(all_ways),
                                          testing::ValuesIn(fault_cases)),
                         [](const auto& test) {
                           return test_name(*std::get<0>(test.param)) +
                                  std::string{std::get<1>(test.param).test_name};
                         });

class LateFill : public OnVenue {};

// A venue that accepts what it had to refuse by then.
TEST_P(LateFill, ReopensAnOrderOnceCalledRejected) {
  Stack stack{on_venue()};
  Oms oms{stack};
  stack.clear_book();
  stack.fault("accepted_too_late", venue().place_method, R"("delay_ms":24000)");
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Rejected, 22)) << oms.text() << stack.log();
  EXPECT_EQ(oms.newest("X")->reject->code, RejectCode::NotAcceptedInTime);
  ASSERT_EQ(stack.ledger().size(), 0u);
  ASSERT_TRUE(oms.sees("X", OrdStatus::New, 20)) << oms.text() << stack.log();
  EXPECT_TRUE(oms.is_told("8(X) D/0 100/0/100")) << oms.text();
  EXPECT_TRUE(eventually([&] {
    return stack.log().find("rejected_order_is_alive") != std::string::npos;
  })) << stack.log();
  stack.house_sells("40", "80000");
  ASSERT_TRUE(oms.is_told("8(X) F/1 100/40/60", 20)) << oms.text();
  stack.house_sells("60", "80000");
  ASSERT_TRUE(oms.is_told("8(X) F/2 100/100/0", 20)) << oms.text();
  EXPECT_EQ(stack.ledger().size(), 1u);
  EXPECT_EQ(disagreement(stack, oms), "");
}

// The order does not work any more when it is heard of: only its fill is told.
TEST_P(LateFill, IsToldWithoutARestatementWhereNothingIsLeft) {
  Stack stack{on_venue()};
  Oms oms{stack};
  stack.clear_book();
  stack.house_offers("1000", "80000");
  stack.fault("accepted_too_late", venue().place_method, R"("delay_ms":24000)");
  oms.buy("X", "100", "80000",
          [](auto& order) { order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel; });
  ASSERT_TRUE(oms.sees("X", OrdStatus::Rejected, 22)) << oms.text() << stack.log();
  ASSERT_TRUE(oms.sees("X", OrdStatus::Filled, 20)) << oms.text() << stack.log();
  EXPECT_TRUE(oms.is_told("8(X) F/2 100/100/0")) << oms.text();
  // Binance shows the order before its fill, so that it works again for a moment.
  EXPECT_TRUE(oms.newest("X")->exec_origin == fixspec::ExecOrigin::LateAfterReject ||
              oms.text().find(" D/") != std::string::npos)
      << oms.text();
  EXPECT_TRUE(eventually([&] {
    return stack.log().find("rejected_order_is_alive") != std::string::npos;
  })) << stack.log();
  EXPECT_EQ(disagreement(stack, oms), "");
}

INSTANTIATE_TEST_SUITE_P(Venues, LateFill, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
