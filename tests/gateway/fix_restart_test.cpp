#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

#include "gateway/fix/frame.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/gateway/on_venue.hpp"

// FIX sessions over ends of the gateway's process, with real processes: numbers go on, what was
// told is told again word for word, and no order is made twice.
namespace causeway::gateway {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;
using tests::fix::RawClient;
using tests::fix::value_of;
using tests::fix::with_bars;

void wait_a_moment() { std::this_thread::sleep_for(std::chrono::microseconds{50}); }

/// What a session was told under each number, whatever gateway told it, and the numbers it goes on
/// with: a client that forgets nothing.
class Session {
 public:
  Session(Stack& stack, std::string comp_id) : stack_(stack), comp_id_(std::move(comp_id)) {}

  /// Logs on and asks for everything from number 1 on; what comes must be what came before.
  void log_on_and_compare() {
    connect();
    const std::uint64_t last = number_of_logon_ - 1;
    if (last == 0) return;
    send("35=2|7=1|16=" + std::to_string(last) + "|");
    std::uint64_t expected = 1;
    while (expected <= last) {
      const auto frame = client_->receive();
      ASSERT_TRUE(frame) << "number " << expected << " did not come again";
      if (value_of(*frame, 43) != "Y") {
        remember(*frame);
        continue;
      }
      ASSERT_EQ(value_of(*frame, 34), std::to_string(expected));
      if (value_of(*frame, 35) == "4") {
        const std::uint64_t next = std::stoull(value_of(*frame, 36));
        for (; expected < next; ++expected) {
          ASSERT_FALSE(told_.contains(expected)) << "a report is gone: " << told_[expected];
        }
        continue;
      }
      ASSERT_FALSE(value_of(*frame, 122).empty());
      const auto [known, is_new] = told_.emplace(expected, essence(*frame));
      ASSERT_EQ(known->second, essence(*frame)) << "another message under number " << expected;
      if (!is_new) {
        ASSERT_EQ(value_of(*frame, 122), sent_at_[expected]) << "OrigSendingTime(122)";
      }
      sent_at_[expected++] = value_of(*frame, 122);
    }
  }

  void connect() {
    client_ = std::make_unique<RawClient>(stack_.fix_port(), wait_a_moment,
                                          RawClient::Options{.comp_id = comp_id_});
    client_->next_msg_seq_num = next_;
    client_->log_on();
    ++next_;
    const auto logon = client_->receive();
    ASSERT_TRUE(logon && value_of(*logon, 35) == "A") << (logon ? with_bars(*logon) : "nothing");
    number_of_logon_ = std::stoull(value_of(*logon, 34));
    ASSERT_GT(number_of_logon_, highest_) << "numbers go on";
    highest_ = number_of_logon_;
  }
  void disconnect() { client_.reset(); }

  void send(const std::string& body) {
    client_->next_msg_seq_num = next_++;
    client_->send(body);
  }
  /// As it stands, under a number of its own.
  void send_numbered(const std::string& body) { client_->send(body); }

  /// The next report on `cl_ord_id` with this ExecType(150).
  std::string report(const std::string& cl_ord_id, const std::string& exec_type) {
    while (true) {
      const auto frame = client_->receive();
      if (!frame) {
        ADD_FAILURE() << "no 150=" << exec_type << " for " << cl_ord_id;
        return {};
      }
      remember(*frame);
      if (value_of(*frame, 11) == cl_ord_id && value_of(*frame, 150) == exec_type) return *frame;
    }
  }
  std::string next_of_type(const std::string& type) {
    while (true) {
      const auto frame = client_->receive();
      if (!frame) return {};
      remember(*frame);
      if (value_of(*frame, 35) == type) return *frame;
    }
  }
  /// Reports that were told so far of `cl_ord_id`.
  [[nodiscard]] int told_of(const std::string& cl_ord_id, const std::string& exec_type) const {
    return static_cast<int>(std::count_if(told_.begin(), told_.end(), [&](const auto& one) {
      return one.second.find("|11=" + cl_ord_id + "|") != std::string::npos &&
             one.second.find("|150=" + exec_type + "|") != std::string::npos;
    }));
  }
  [[nodiscard]] std::uint64_t next() const { return next_; }
  void set_next(std::uint64_t number) { next_ = number; }

 private:
  // Everything but what a repetition changes.
  static std::string essence(const std::string& frame) {
    std::string text = "|";
    fix::FieldWalk walk{frame};
    while (const auto field = walk.next()) {
      if (field->tag == 9 || field->tag == 10 || field->tag == 43 || field->tag == 52 ||
          field->tag == 122) {
        continue;
      }
      text += std::to_string(field->tag) + "=" + std::string{field->value} + "|";
    }
    return text;
  }
  void remember(const std::string& frame) {
    const std::uint64_t number = std::stoull(value_of(frame, 34));
    highest_ = std::max(highest_, number);
    const std::string type = value_of(frame, 35);
    if (value_of(frame, 43) == "Y" || (type != "8" && type != "9")) return;
    EXPECT_TRUE(told_.emplace(number, essence(frame)).second) << number << " was used twice";
    sent_at_[number] = value_of(frame, 52);
  }

  Stack& stack_;
  std::string comp_id_;
  std::unique_ptr<RawClient> client_;
  std::uint64_t next_ = 1;
  std::uint64_t number_of_logon_ = 0;
  std::uint64_t highest_ = 0;
  std::map<std::uint64_t, std::string> told_;
  std::map<std::uint64_t, std::string> sent_at_;
};

std::string order(const VenueCase& venue, const std::string& cl_ord_id,
                  const std::string& more = "") {
  return "35=D|" + more + "11=" + cl_ord_id + "|1=" + std::string{venue.account} +
         "|55=" + std::string{venue.symbol} + "|54=1|60=" + tests::fix::sending_time() +
         "|38=" + venue.qty("100") + "|40=2|44=80000|";
}

std::string request_on(const VenueCase& venue, const std::string& type,
                       const std::string& cl_ord_id, const std::string& orig,
                       const std::string& more = "") {
  return "35=" + type + "|11=" + cl_ord_id + "|41=" + orig + "|55=" + std::string{venue.symbol} +
         "|54=1|60=" + tests::fix::sending_time() + "|" + more;
}

class FixRestart : public OnVenue {
 protected:
  static void kill_and_restart(Stack& stack, Session& session) {
    stack.kill_gateway();
    session.disconnect();
    stack.start_gateway();
    session.log_on_and_compare();
  }
};

TEST_P(FixRestart, NumbersGoOnAndTheSameMessagesComeAgainAfterEachStep) {
  Stack stack{on_venue()};
  Session session{stack, "OMS1"};
  session.log_on_and_compare();
  kill_and_restart(stack, session);
  session.send(order(venue(), "X"));
  session.report("X", "0");
  kill_and_restart(stack, session);
  session.send(request_on(venue(), "G", "Y", "X", "40=2|38=" + venue().qty("120") + "|44=80000|"));
  session.report("Y", "5");
  kill_and_restart(stack, session);
  stack.clear_book();
  stack.house_sells("30", "80000");
  session.report("Y", "F");
  kill_and_restart(stack, session);
  session.send(request_on(venue(), "F", "Z", "Y"));
  session.report("Z", "4");
  kill_and_restart(stack, session);
  EXPECT_EQ(session.told_of("X", "0"), 1);
  EXPECT_EQ(session.told_of("Y", "F"), 1);
  EXPECT_EQ(session.told_of("Z", "4"), 1);
  EXPECT_EQ(stack.ledger().size(), 1u);
}

// The client never saw an answer. Whatever it does then makes no second order, and it learns what
// became of the first.
TEST_P(FixRestart, AnOrderWhoseAnswerWasLostIsNotMadeTwice) {
  Stack stack{on_venue()};
  Session session{stack, "OMS1"};
  session.log_on_and_compare();
  session.send(order(venue(), "X"));
  ASSERT_TRUE(eventually([&] { return stack.ledger().size() == 1; }));
  stack.kill_gateway();
  session.disconnect();
  stack.start_gateway();
  session.log_on_and_compare();
  if (session.told_of("X", "0") == 0) session.report("X", "0");
  EXPECT_EQ(session.told_of("X", "0"), 1) << "the answer that was lost comes by resend";

  // Sent again as it was: a number that has been taken already is passed over.
  session.send_numbered("35=D|34=2|43=Y|122=" + tests::fix::sending_time() + "|" +
                        order(venue(), "X").substr(5));
  // Sent again to fill a gap: it is known, so that its state is the answer.
  const std::uint64_t gap = session.next();
  session.set_next(gap + 1);
  session.send("35=1|112=behind the gap|");
  ASSERT_EQ(value_of(session.next_of_type("2"), 7), std::to_string(gap));
  session.send_numbered("35=D|34=" + std::to_string(gap) + "|43=Y|122=" +
                        tests::fix::sending_time() + "|" + order(venue(), "X").substr(5));
  EXPECT_EQ(value_of(session.report("X", "I"), 39), "0");
  // With PossResend: the same.
  session.send(order(venue(), "X", "97=Y|"));
  const std::string status = session.report("X", "I");
  EXPECT_EQ(value_of(status, 39), "0");
  EXPECT_EQ(value_of(status, 151), venue().qty("100"));
  // As if it were new: refused, and the order is untouched.
  session.send(order(venue(), "X"));
  EXPECT_EQ(value_of(session.report("X", "8"), 103), "6");
  EXPECT_EQ(stack.ledger().size(), 1u);
  EXPECT_EQ(stack.ledger().begin()->second.status, "New");
}

TEST_P(FixRestart, RepetitionsAreToldTheOutcomeAlsoOfWhatHasEnded) {
  Stack stack{on_venue()};
  Session session{stack, "OMS1"};
  session.log_on_and_compare();
  session.send(order(venue(), "X"));
  session.report("X", "0");
  session.send(request_on(venue(), "F", "C", "X"));
  session.report("C", "4");
  kill_and_restart(stack, session);
  session.send(order(venue(), "X", "97=Y|"));
  EXPECT_EQ(value_of(session.report("X", "I"), 39), "4");
  session.send(order(venue(), "X"));
  EXPECT_EQ(value_of(session.report("X", "8"), 103), "6");
  session.send(order(venue(), "C"));
  EXPECT_EQ(value_of(session.report("C", "8"), 103), "6") << "a cancel's ClOrdID is used, too";
  // What nobody knows is a new order, also where it says that it may be a repetition.
  session.send(order(venue(), "N", "97=Y|"));
  session.report("N", "0");
  // A gap that is filled with an order of long ago: nobody wants it any more.
  const std::uint64_t gap = session.next();
  session.set_next(gap + 1);
  session.send("35=1|112=behind the gap|");
  ASSERT_EQ(value_of(session.next_of_type("2"), 7), std::to_string(gap));
  session.send_numbered("35=D|34=" + std::to_string(gap) + "|43=Y|122=" +
                        tests::fix::sending_time(-60) + "|" + order(venue(), "late").substr(5));
  EXPECT_EQ(value_of(session.report("late", "8"), 20050), "1009");
  EXPECT_EQ(stack.ledger().size(), 2u);
}

// ---- a hundred thousand messages
// -----------------------------------------------------------------

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

std::string status_request(const std::string& id) {
  return "35=H|11=" + id + "|55=BTC-PERPETUAL|54=1|";
}

/// Asks for an order's status again and again on a session and a thread of its own.
class Neighbour {
 public:
  explicit Neighbour(const Stack& stack)
      : client_(stack.fix_port(), wait_a_moment, {.comp_id = "OMS2"}), thread_([this] { run(); }) {}
  ~Neighbour() {
    stop_ = true;
    thread_.join();
  }
  /// The times since the last call, in words.
  std::string in_words() {
    std::vector<double> times;
    {
      const std::lock_guard lock{mutex_};
      times.swap(times_);
    }
    if (times.empty()) return "no answer";
    std::sort(times.begin(), times.end());
    std::ostringstream text;
    text << times.size() << " answers, p50 " << times[times.size() / 2] << " ms, p99 "
         << times[times.size() * 99 / 100] << " ms, max " << times.back() << " ms";
    return text.str();
  }
  [[nodiscard]] std::size_t answers() const { return answers_; }

 private:
  void run() {
    client_.log_on();
    if (!client_.receive_type("A")) return;
    while (!stop_) {
      const auto start = steady_clock::now();
      client_.send(status_request("none"));
      if (!client_.receive_type("8")) return;
      ++answers_;
      const std::lock_guard lock{mutex_};
      times_.push_back(
          std::chrono::duration<double, std::milli>(steady_clock::now() - start).count());
    }
  }

  RawClient client_;
  std::mutex mutex_;
  std::vector<double> times_;
  std::atomic<std::size_t> answers_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST(FixResendOfMany, AHundredThousandMessagesWhileAnotherSessionTrades) {
  constexpr std::uint64_t count = 100'000;
  Stack stack{{.extra_config = "Enabled=N\n"}};  // of the audit, which is not measured here
  {
    RawClient client{stack.fix_port(), wait_a_moment, {.comp_id = "OMS1"}};
    client.log_on();
    ASSERT_TRUE(client.receive_type("A"));
    std::uint64_t sent = 0, received = 0;
    while (received < count) {
      std::string batch;
      for (int i = 0; i < 100 && sent < count; ++i, ++sent) {
        batch += client.frame(status_request("S" + std::to_string(sent)));
      }
      if (!batch.empty()) client.send_bytes(batch);
      while (received < sent) {
        const auto frame = client.receive();
        ASSERT_TRUE(frame);
        if (value_of(*frame, 35) == "8") ++received;
      }
    }
  }
  stack.kill_gateway();
  stack.start_gateway();

  RawClient client{stack.fix_port(), wait_a_moment, {.comp_id = "OMS1"}};
  client.next_msg_seq_num = count + 2;
  client.log_on();
  const auto logon = client.receive_type("A");
  ASSERT_TRUE(logon);
  const std::uint64_t last = std::stoull(value_of(*logon, 34));
  ASSERT_GT(last, count);
  Neighbour neighbour{stack};
  ASSERT_TRUE(eventually([&] { return neighbour.answers() > 500; }));
  const std::string alone = neighbour.in_words();
  const std::size_t before = rss_kib(stack);
  std::size_t most = before;
  const auto start = steady_clock::now();
  client.send("35=2|7=1|16=0|");
  std::uint64_t next = 1, reports = 0;
  while (next <= last) {
    const auto frame = client.receive();
    ASSERT_TRUE(frame) << "after " << next;
    ASSERT_EQ(value_of(*frame, 43), "Y");
    ASSERT_EQ(std::stoull(value_of(*frame, 34)), next);
    const bool is_gap = value_of(*frame, 35) == "4";
    next = is_gap ? std::stoull(value_of(*frame, 36)) : next + 1;
    if (!is_gap && ++reports % 10'000 == 0) most = std::max(most, rss_kib(stack));
  }
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  const std::string meanwhile = neighbour.in_words();
  EXPECT_EQ(reports, count);
  EXPECT_LT(most, before + 32 * 1'024) << "KiB: they are not all in memory at once";
  std::cout << reports << " messages again in " << seconds << " s; RSS " << before / 1'024
            << " MiB, at most " << most / 1'024 << " MiB\nanother session alone: " << alone
            << "\nmeanwhile: " << meanwhile << "\n";

  // A hundred more of the same, in one go: most of it is never made, the rest comes at leisure.
  std::string again;
  for (int i = 0; i < 100; ++i) again += client.frame("35=2|7=1|16=0|");
  client.send_bytes(again);
  const auto answered = neighbour.answers();
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(client.receive()) << i;
  ASSERT_TRUE(eventually([&] { return neighbour.answers() > answered + 500; }));
  EXPECT_LT(rss_kib(stack), before + 32 * 1'024);
  std::cout << "while a hundred more requests are served: " << neighbour.in_words() << "\n";
}

INSTANTIATE_TEST_SUITE_P(Venues, FixRestart, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
