#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "fixspec/decimal.hpp"
#include "tests/gateway/on_venue.hpp"

// causeway-strategies as a process of its own, against the gateway and a market that moves.
namespace causeway::gateway {
namespace {

using fixspec::Decimal;

Stack::Options market_maker_on(const VenueCase& venue) {
  const std::string account{venue.account}, symbol{venue.symbol};
  Stack::Options options{.venues = {&venue}};
  options.flow = true;
  options.extra_config =
      "[SESSION]\nTargetCompID=MM1\nAccounts=" + account +
      "\nAnnounceOnLogon=Y\n[STRATEGY]\nName=MM\nType=market_maker\nSession=MM1\nAccount=" +
      account + "\nSymbol=" + symbol + "\nOrderQty=" + venue.qty("100") +
      "\nMaxInventory=" + venue.qty("300") +
      "\nRiskAversion=0.0001\nHorizon=10\nArrivalDecay=0.5\nVolatilityWindow=4\n";
  return options;
}

class Strategies : public OnVenue {
 protected:
  static Stack::Options with_market_maker() { return market_maker_on(venue()); }
};

// The words of the line that begins with `start`.
std::vector<std::string> words_after(const std::string& file, const std::string& start) {
  std::ifstream input{file};
  for (std::string line; std::getline(input, line);) {
    if (!line.starts_with(start)) continue;
    std::istringstream words{line.substr(start.size())};
    std::vector<std::string> result;
    for (std::string word; words >> word;) result.push_back(word);
    return result;
  }
  return {};
}

std::string text_of(const std::string& file) {
  std::ifstream input{file};
  std::ostringstream text;
  text << input.rdbuf();
  return text.str();
}

Decimal decimal(const std::string& text) { return Decimal::parse(text).value(); }

// Starts the strategy for some seconds and waits for its end; its exit code.
int run_market_maker(const Stack& stack, const std::string& log, int seconds,
                     const std::string& option = {}) {
  return WEXITSTATUS(std::system((stack.program("causeway-strategies") + " -c " + stack.config() +
                                  " --port " + std::to_string(stack.fix_port()) + " --seconds " +
                                  std::to_string(seconds) + " " + option + " >" + log + " 2>&1")
                                     .c_str()));
}

TEST_P(Strategies, AMarketMakerQuotesFillsAndEndsFlatWithAccountsThatAddUp) {
  Stack stack{with_market_maker()};
  const std::string log = stack.path("mm.log").string();
  ASSERT_EQ(run_market_maker(stack, log, 12), 0) << text_of(log);
  // profit TOTAL CURRENCY = spread S + inventory I + fees F
  const auto profit = words_after(log, "profit ");
  ASSERT_EQ(profit.size(), 11u) << text_of(log);
  EXPECT_EQ(decimal(profit[0]), decimal(profit[4]) + decimal(profit[7]) + decimal(profit[10]));
  const auto by_cash = words_after(log, "cash and position at the mid ");
  ASSERT_EQ(by_cash.size(), 2u);
  EXPECT_EQ(by_cash[0], profit[0]);
  EXPECT_EQ(words_after(log, "position "), std::vector<std::string>{"0"});
  // N fills, ... rejects: M messages for K moves of the market
  std::string counts = text_of(log);
  counts = counts.substr(counts.find("position 0\n") + 11);
  EXPECT_GT(std::stoi(counts), 0) << "fills\n" << text_of(log);
  const auto messages = std::stoi(counts.substr(counts.find("rejects: ") + 9));
  const auto moves = std::stoi(counts.substr(counts.find("messages for ") + 13));
  EXPECT_LT(messages, moves) << counts;

  // Nothing is left at the venue, and the audit tells the ledger's story.
  const auto audited = app::read_audit(stack.audit_path());
  ASSERT_TRUE(audited) << audited.error().text;
  const auto ledger = stack.ledger();
  EXPECT_GT(ledger.size(), 2u);
  for (const auto& [label, order] : ledger) EXPECT_NE(order.status, "New") << label;
}

TEST_P(Strategies, AMarketMakerLivesThroughARestartOfTheGateway) {
  Stack stack{with_market_maker()};
  const std::string log = stack.path("mm.log").string();
  auto strategy =
      app::ChildProcess::start({stack.program("causeway-strategies"), "-c", stack.config(),
                                "--port", std::to_string(stack.fix_port()), "--seconds", "14"},
                               log);
  ASSERT_TRUE(strategy) << strategy.error().text;
  ASSERT_TRUE(eventually([&] { return stack.ledger().size() >= 2; }, 10)) << text_of(log);
  const std::size_t before = stack.ledger().size();
  stack.kill_gateway();
  stack.start_gateway();
  ASSERT_TRUE(eventually([&] { return stack.ledger().size() > before; }, 12)) << text_of(log);
  const auto ended = strategy->wait_for_line("position 0", std::chrono::seconds{30});
  ASSERT_TRUE(ended) << text_of(log);
  EXPECT_NE(text_of(log).find("logged on again"), std::string::npos) << text_of(log);
  for (const auto& [label, order] : stack.ledger()) EXPECT_NE(order.status, "New") << label;
}

// What the fills of the simulator's ledger add up to, and the most that they ever did, either way.
struct Held {
  std::size_t fills = 0;
  Decimal position, most;
};

Held held(const Stack& stack) {
  rapidjson::Document json;
  json.Parse(stack.ledger_json().c_str());
  Held result;
  for (const auto& venue : json.GetObject()) {
    if (!venue.value.IsObject() || !venue.value.HasMember("fills")) continue;
    for (const auto& fill : venue.value["fills"].GetArray()) {
      const Decimal amount = decimal(fill["amount"].GetString());
      const bool bought = std::string_view{fill["side"].GetString()} == "buy";
      result.position = bought ? result.position + amount : result.position - amount;
      result.most = std::max(result.most, result.position.abs());
      ++result.fills;
    }
  }
  return result;
}

app::ChildProcess start_market_maker(const Stack& stack, const std::string& log) {
  auto started =
      app::ChildProcess::start({stack.program("causeway-strategies"), "-c", stack.config(),
                                "--port", std::to_string(stack.fix_port())},
                               log);
  if (!started) throw std::runtime_error(started.error().text);
  return std::move(*started);
}

bool has_open_orders(const Stack& stack) {
  const auto ledger = stack.ledger();
  return std::any_of(ledger.begin(), ledger.end(),
                     [](const auto& order) { return order.second.status == "New"; });
}

// The orders of the killed run go on filling with nobody there. The next run ends flat by its own
// account of what it holds: had it missed or doubled a fill, the ledger would not be flat, too.
TEST_P(Strategies, WhatAKilledMarketMakerHoldsCountsInTheNextRun) {
  Stack stack{with_market_maker()};
  const std::string log = stack.path("mm.log").string();
  Held between;
  // Where an orphan has filled to nothing, there is nothing to be forgotten: once more.
  for (int tries = 0; tries < 20 && between.position == Decimal{}; ++tries) {
    const auto killed = start_market_maker(stack, log);
    ASSERT_TRUE(
        eventually([&] { return held(stack).position != Decimal{} && has_open_orders(stack); }, 20))
        << text_of(log);
    kill(killed.pid(), SIGKILL);
    between = held(stack);
  }
  ASSERT_NE(between.position, Decimal{});
  ASSERT_EQ(run_market_maker(stack, log, 8), 0) << text_of(log);
  const Held after = held(stack);
  EXPECT_GT(after.fills, between.fills);
  EXPECT_LE(after.most, decimal(venue().qty("300"))) << "MaxInventory, over both runs";
  EXPECT_EQ(after.position, Decimal{}) << text_of(log);
  EXPECT_FALSE(has_open_orders(stack));
  std::cout << "held " << between.position.to_string() << " between the runs, at most "
            << after.most.to_string() << "\n";
}

TEST_P(Strategies, OneSessionIsUsedByHandAndByItsStrategyInTurn) {
  Stack stack{with_market_maker()};
  const std::string log = stack.path("mm.log").string();
  {
    const auto first = start_market_maker(stack, log);
    ASSERT_TRUE(eventually([&] { return has_open_orders(stack); }, 20)) << text_of(log);
    kill(first.pid(), SIGKILL);
  }
  const auto by_hand = [&](const std::string& command) {
    return WEXITSTATUS(std::system((stack.program("causeway") + " order " + command +
                                    " --comp-id MM1 --port " + std::to_string(stack.fix_port()) +
                                    " >" + stack.path("order.log").string() + " 2>&1")
                                       .c_str()));
  };
  ASSERT_EQ(by_hand("cancel-all --follow 1"), 0) << text_of(stack.path("order.log"));
  EXPECT_TRUE(eventually([&] { return !has_open_orders(stack); }, 5));
  EXPECT_EQ(run_market_maker(stack, log, 2), 0) << text_of(log);
  EXPECT_EQ(by_hand("status"), 0) << text_of(stack.path("order.log"));
  EXPECT_EQ(held(stack).position, Decimal{}) << text_of(log);
}

// No venue has a part in this.
TEST(StrategySession, LostSequenceNumbersAreSaidAndStartedOver) {
  Stack stack{market_maker_on(deribit)};
  const std::string log = stack.path("mm.log").string();
  const auto numbers = stack.path("var/client/MM1-CAUSEWAY.seq");
  ASSERT_EQ(run_market_maker(stack, log, 2), 0) << "without numbers\n" << text_of(log);
  ASSERT_TRUE(std::filesystem::exists(numbers));
  std::ofstream{numbers} << "0000000001 0000000001\n";
  EXPECT_EQ(run_market_maker(stack, log, 2), 1);
  EXPECT_NE(text_of(log).find("MsgSeqNum too low, expecting"), std::string::npos) << text_of(log);
  EXPECT_NE(text_of(log).find("--reset"), std::string::npos) << text_of(log);
  ASSERT_EQ(run_market_maker(stack, log, 2, "--reset"), 0) << text_of(log);
  // Our side knows more than the gateway: it was started over, or is another one.
  std::ofstream{numbers} << "0000000900 0000000900\n";
  EXPECT_EQ(run_market_maker(stack, log, 2), 1);
  EXPECT_NE(text_of(log).find("MsgSeqNum too low, expecting"), std::string::npos) << text_of(log);
  std::filesystem::remove(numbers);
  EXPECT_EQ(run_market_maker(stack, log, 2), 0) << text_of(log);
}

INSTANTIATE_TEST_SUITE_P(Venues, Strategies, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
