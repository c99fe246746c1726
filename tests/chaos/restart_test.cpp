#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "tests/chaos/windows.hpp"

// The gateway is killed with SIGKILL at random moments while two clients trade on every venue,
// until each window in which something could be lost or doubled was hit often enough.
namespace causeway::chaos {
namespace {

using gateway::Stack;
using gateway::VenueCase;

constexpr std::size_t wanted_hits = 5;
constexpr std::chrono::seconds time_limit{150};

std::uint32_t seed_of_run() {
  const char* chosen = std::getenv("CAUSEWAY_TEST_SEED");
  return chosen != nullptr ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10))
                           : std::random_device{}();
}

void spin(std::chrono::microseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
  }
}

class Restart : public testing::Test {
 protected:
  Restart() {
    for (const VenueCase* venue : stack_.venues()) {
      stack_.clear_book(*venue);
      stack_.house_offers(*venue, "1000000", "90000");
    }
  }

  bool settle(bool (Trader::*done)() const, int seconds) {
    return gateway::eventually(
        [&] {
          for (Trader* trader : traders_) trader->poll();
          return (one_.*done)() && (two_.*done)();
        },
        seconds);
  }

  // Orders are written, the market trades into those that rest, and in the middle of it the gateway
  // dies.
  void trade_and_kill() {
    one_.burst(1 + pick(120));
    two_.burst(1 + pick(120));
    if (pick(2) == 0) {
      spin(std::chrono::microseconds{pick(4'000)});
      const VenueCase& venue =
          *stack_.venues()[pick(static_cast<std::uint32_t>(stack_.venues().size()))];
      stack_.house_sells(venue, std::to_string(10 * (1 + pick(300))), "80000");
      spin(std::chrono::microseconds{pick(300)});
    } else {
      // A burst is in the journal before its writer has turned round: half of these kills come at
      // once, or that window would hardly ever be hit.
      spin(std::chrono::microseconds{pick(2) == 0 ? pick(30) : pick(8'000)});
    }
    stack_.kill_gateway();
    for (Trader* trader : traders_) trader->drain();
  }

  void note_windows() {
    const Caught caught = caught_by_kill(stack_, {&one_, &two_});
    for (const auto& [window, orders] : caught) {
      ++kills_in_[window];
      orders_in_[window] += orders;
    }
  }

  [[nodiscard]] bool every_window_was_hit() const {
    return std::all_of(all_windows.begin(), all_windows.end(), [&](Window window) {
      const auto found = kills_in_.find(window);
      return found != kills_in_.end() && found->second >= wanted_hits;
    });
  }

  void print_counts(std::size_t kills) const {
    std::cout << kills << " kills, seed " << seed_ << ", "
              << one_.sent().size() + two_.sent().size() << " orders\n";
    for (const Window window : all_windows) {
      const auto hits = kills_in_.find(window);
      std::cout << "  " << to_text(window) << ": " << (hits == kills_in_.end() ? 0 : hits->second)
                << " kills, " << (hits == kills_in_.end() ? 0 : orders_in_.at(window))
                << (window == Window::FillToReport ? " fills\n" : " orders\n");
    }
  }

  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  std::uint32_t seed_ = seed_of_run();
  std::mt19937 random_{seed_};
  Stack stack_{{.venues = {gateway::all_venues.begin(), gateway::all_venues.end()}}};
  gateway::app::ToldOrders told_;
  Trader one_{stack_, "OMS1", seed_ + 1, told_};
  Trader two_{stack_, "OMS2", seed_ + 2, told_};
  std::vector<Trader*> traders_ = {&one_, &two_};
  std::map<Window, std::size_t> kills_in_;
  std::map<Window, std::size_t> orders_in_;
};

// No client id of ours stands twice in the ledger: a request was never carried out twice.
std::string doubled_orders(const std::string& ledger) {
  rapidjson::Document document;
  document.Parse(ledger.data(), ledger.size());
  std::string doubled;
  for (const auto& venue : document.GetObject()) {
    if (!venue.value.IsObject() || !venue.value.HasMember("orders")) continue;
    std::set<std::string> labels;
    for (const auto& row : venue.value["orders"].GetArray()) {
      const std::string label = row["label"].GetString();
      if (!labels.insert(label).second) doubled += " " + label;
    }
  }
  return doubled;
}

TEST_F(Restart, NothingIsLostOrDoubledWhereverTheGatewayIsKilled) {
  const auto until = std::chrono::steady_clock::now() + time_limit;
  std::size_t kills = 0;
  while (!every_window_was_hit() && std::chrono::steady_clock::now() < until && !HasFailure()) {
    for (Trader* trader : traders_) trader->begin_round();
    trade_and_kill();
    ++kills;
    note_windows();
    stack_.start_gateway();
    for (Trader* trader : traders_) {
      trader->connect();
      trader->repeat_unanswered();
    }
    // Whether an order that never left is absent takes its validity to prove; the next kill does
    // not wait for it.
    (void)settle(&Trader::is_settled, 2);
  }
  print_counts(kills);
  EXPECT_TRUE(every_window_was_hit()) << "in " << kills << " kills";
  ASSERT_TRUE(settle(&Trader::is_settled, 60)) << "seed " << seed_ << "\n"
                                               << one_.unsettled() << two_.unsettled() << "\n"
                                               << stack_.log();
  for (Trader* trader : traders_) trader->cancel_all();
  ASSERT_TRUE(settle(&Trader::is_quiet, 30)) << one_.unsettled() << two_.unsettled();
  EXPECT_EQ(gateway::disagreement(stack_, told_), "") << "seed " << seed_;
  EXPECT_EQ(doubled_orders(stack_.ledger_json()), "") << "seed " << seed_;
}

}  // namespace
}  // namespace causeway::chaos
