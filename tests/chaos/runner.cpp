#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/chaos/crash_points.hpp"
#include "tests/chaos/scenarios.hpp"
#include "tests/chaos/verdict.hpp"

// Rounds of chaos: in each, one scenario happens to a gateway that trades. Some rounds share a rig,
// which is judged at its end. Every round is a line in the results file, so that a run may be
// stopped at any time and goes on where it was.
namespace causeway::chaos {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::uint32_t rounds = 1000;
  std::uint32_t seed_from = 1;
  std::uint32_t rounds_per_rig = 20;
  std::string results = "chaos.txt";
  std::string only;  // scenarios whose name begins with this
};

struct Round {
  std::uint32_t seed = 0;
  std::string scenario;
  std::string result;  // ok, not_reached, FAILED
  std::vector<double> recoveries;
};

// ---- the results file --------------------------------------------------------------------------

void write(std::ostream& output, const Round& round) {
  output << round.seed << ' ' << round.scenario << ' ' << round.result;
  for (const double ms : round.recoveries) output << ' ' << static_cast<long>(ms);
  output << '\n';
}

std::vector<Round> read_results(const std::string& path) {
  std::vector<Round> rounds;
  std::ifstream input{path};
  for (std::string line; std::getline(input, line);) {
    std::istringstream words{line};
    Round round;
    if (!(words >> round.seed >> round.scenario >> round.result)) continue;
    for (double ms = 0; words >> ms;) round.recoveries.push_back(ms);
    rounds.push_back(std::move(round));
  }
  return rounds;
}

// ---- one rig's rounds --------------------------------------------------------------------------

const Scenario& pick_scenario(Rig& rig, bool first, const std::string& only) {
  std::vector<const Scenario*> candidates;
  unsigned weights = 0;
  for (const Scenario& each : scenarios()) {
    if (each.first != first || (!first && !each.name.starts_with(only))) continue;
    candidates.push_back(&each);
    weights += each.weight;
  }
  if (candidates.empty()) throw std::runtime_error("no scenario begins with " + only);
  auto at = rig.pick(weights);
  for (const Scenario* each : candidates) {
    if (at < each->weight) return *each;
    at -= each->weight;
  }
  return *candidates.back();
}

std::vector<Round> run_rig(std::uint32_t first_seed, std::uint32_t count, const std::string& only) {
  std::vector<Round> rounds;
  Rig rig{first_seed};
  try {
    for (std::uint32_t i = 0; i < count && rig.failures().empty(); ++i) {
      const Scenario& scenario = pick_scenario(rig, i == 0, only);
      rounds.push_back({.seed = first_seed + i, .scenario = scenario.name});
      const Outcome outcome = scenario.run(rig);
      rounds.back().result = outcome == Outcome::Done ? "ok" : "not_reached";
      if (rig.bring_up()) rig.trade_for(rig.pick_ms(20, 150));
      rounds.back().recoveries = rig.take_recoveries();
    }
    judge(rig);
  } catch (const std::exception& error) {
    rig.fail(error.what());
  }
  std::size_t orders = 0, trades = 0;
  for (const auto& desk : rig.desks()) {
    orders += desk->orders_sent();
    for (const auto& [order_id, order] : desk->orders()) trades += order.trades.size();
  }
  std::cout << "  " << orders << " orders, " << trades << " trades" << std::endl;
  if (rig.failures().empty()) return rounds;
  // The last round is where it broke, or where it was found.
  for (Round& round : rounds) round.result = "FAILED";
  rig.keep_folder();
  std::cout << "FAILED: seed " << first_seed << ", rounds";
  for (const Round& round : rounds) std::cout << ' ' << round.scenario;
  std::cout << "\n  kept: " << rig.path("") << "\n";
  for (const std::string& failure : rig.failures()) std::cout << "  " << failure << "\n";
  std::cout << std::flush;
  return rounds;
}

// ---- the summary -------------------------------------------------------------------------------

double percentile(std::vector<double> sorted, double share) {
  if (sorted.empty()) return 0;
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * share)];
}

// True where nothing failed.
bool summarize(const std::vector<Round>& rounds, bool must_reach_all) {
  std::map<std::string, std::map<std::string, std::size_t>> by_scenario;
  std::vector<double> recoveries;
  std::size_t failed = 0;
  for (const Round& round : rounds) {
    ++by_scenario[round.scenario][round.result];
    if (round.result == "FAILED") ++failed;
    recoveries.insert(recoveries.end(), round.recoveries.begin(), round.recoveries.end());
  }
  for (const auto& [scenario, results] : by_scenario) {
    std::cout << "  " << scenario << ":";
    for (const auto& [result, count] : results) std::cout << ' ' << count << ' ' << result;
    std::cout << "\n";
  }
  bool reached_all = true;
  for (const Scenario& scenario : scenarios()) {
    if (by_scenario[scenario.name]["ok"] > 0) continue;
    reached_all = false;
    if (must_reach_all) std::cout << "  " << scenario.name << ": never happened\n";
  }
  std::cout << rounds.size() << " rounds, " << failed << " failed; " << recoveries.size()
            << " recoveries: p50 " << percentile(recoveries, 0.5) << " ms, p99 "
            << percentile(recoveries, 0.99) << " ms, max " << percentile(recoveries, 1) << " ms"
            << std::endl;
  return failed == 0 && (reached_all || !must_reach_all);
}

int run(const Options& options) {
  // Enough that each of them comes up by chance.
  constexpr std::size_t all_happen = 1000;
  std::vector<Round> done = read_results(options.results);
  if (!done.empty()) {
    std::cout << options.results << " has " << done.size() << " rounds; going on behind them\n";
  }
  while (done.size() < options.rounds) {
    const auto seed = options.seed_from + static_cast<std::uint32_t>(done.size());
    const auto count = std::min<std::uint32_t>(
        options.rounds_per_rig, options.rounds - static_cast<std::uint32_t>(done.size()));
    const auto rounds = run_rig(seed, count, options.only);
    std::ofstream output{options.results, std::ios::app};
    for (const Round& round : rounds) write(output, round);
    done.insert(done.end(), rounds.begin(), rounds.end());
    std::vector<double> recoveries;
    for (const Round& round : rounds) {
      recoveries.insert(recoveries.end(), round.recoveries.begin(), round.recoveries.end());
    }
    std::cout << done.size() << "/" << options.rounds << " rounds; slowest recovery of these "
              << percentile(recoveries, 1) << " ms" << std::endl;
  }
  return summarize(done, options.only.empty() && done.size() >= all_happen) ? 0 : 1;
}

}  // namespace
}  // namespace causeway::chaos

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  causeway::chaos::Options options;
  CLI::App program{"A gateway that trades, and everything that can happen to it", "chaos"};
  program.add_option("--rounds", options.rounds, "How many")->capture_default_str();
  program.add_option("--seed-from", options.seed_from, "The seed of the first round")
      ->capture_default_str();
  program.add_option("--rounds-per-rig", options.rounds_per_rig, "Judged together")
      ->capture_default_str();
  program.add_option("--results", options.results, "Gets a line a round; what is there is not run")
      ->capture_default_str();
  program.add_option("--only", options.only, "Scenarios whose name begins with this");
  CLI11_PARSE(program, argc, argv);
  return causeway::chaos::run(options);
}
