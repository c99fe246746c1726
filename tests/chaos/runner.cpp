#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <sstream>

#include "tests/chaos/scenarios.hpp"
#include "tests/chaos/verdict.hpp"

// Rounds of chaos: in each, one scenario happens to a gateway that trades. Some rounds share a rig,
// which is judged at its end. Every round is a line in the results file, so that a run may be
// stopped at any time and goes on where it was.
namespace causeway::chaos {
namespace {

constexpr int exit_usage = 64;
constexpr const char* usage =
    "--rounds N          how many (1000)\n"
    "--seed-from N       the seed of the first round (1)\n"
    "--rounds-per-rig N  judged together (20)\n"
    "--results FILE      gets a line a round; what stands in it is not run again (chaos.txt)\n"
    "--only NAME         scenarios whose name begins so\n"
    "--quick             a round of each kind, by CAUSEWAY_TEST_SEED, without a results file\n";

struct Options {
  std::uint32_t rounds = 1000;
  std::uint32_t seed_from = 1;
  std::uint32_t rounds_per_rig = 20;
  std::string results = "chaos.txt";
  std::string only;  // scenarios whose name begins with this
  bool quick = false;
};

// One of each kind, for `make test`.
const std::vector<std::string> quick_rounds = {
    "first_start:", "kill",    "crash:",          "disk_full",    "crash:",
    "audit_d",      "crash:",  "audit_locked",    "client_",      "gateway_stands_still",
    "clock_",       "client_", "reconnect_storm", "venue_faults", "kill"};

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
    if (each.first != first || !each.name.starts_with(only)) continue;
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

// Rounds of the scenarios that begin with each of `names`; the first is about the first start.
std::vector<Round> run_rig(std::uint32_t first_seed, const std::vector<std::string>& names) {
  std::vector<Round> rounds;
  const auto started = Rig::Clock::now();
  auto judged_from = started;
  Rig rig{first_seed};
  try {
    for (std::uint32_t i = 0; i < names.size() && rig.failures().empty(); ++i) {
      const Scenario& scenario = pick_scenario(rig, i == 0, names[i]);
      rounds.push_back({.seed = first_seed + i, .scenario = scenario.name});
      const Outcome outcome = scenario.run(rig);
      rounds.back().result = outcome == Outcome::Done ? "ok" : "not_reached";
      if (rig.bring_up()) rig.trade_for(rig.pick_ms(20, 150));
      rounds.back().recoveries = rig.take_recoveries();
    }
    judged_from = Rig::Clock::now();
    judge(rig);
  } catch (const std::exception& error) {
    rig.fail(error.what());
  }
  std::size_t orders = 0, trades = 0;
  for (const auto& desk : rig.desks()) {
    orders += desk->orders_sent();
    for (const auto& [order_id, order] : desk->orders()) trades += order.trades.size();
  }
  const std::chrono::duration<double> took = Rig::Clock::now() - started;
  std::cout << "  " << orders << " orders, " << trades << " trades, " << took.count() << " s, "
            << std::chrono::duration<double>(Rig::Clock::now() - judged_from).count()
            << " s of them to come to rest and to judge" << std::endl;
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

int run_quick() {
  const char* chosen = std::getenv("CAUSEWAY_TEST_SEED");
  const auto seed = chosen != nullptr
                        ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10))
                        : std::random_device{}();
  std::cout << "CAUSEWAY_TEST_SEED=" << seed << std::endl;
  return summarize(run_rig(seed, quick_rounds), false) ? 0 : 1;
}

int run(const Options& options) {
  if (options.quick) return run_quick();
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
    std::vector<std::string> names(count, options.only);
    names.front().clear();
    const auto rounds = run_rig(seed, names);
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

std::optional<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  const auto number = [](const std::string& text) {
    return static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (name == "--quick") {
      options.quick = true;
    } else if (name == "--rounds" && has_value) {
      options.rounds = number(arguments[++i]);
    } else if (name == "--seed-from" && has_value) {
      options.seed_from = number(arguments[++i]);
    } else if (name == "--rounds-per-rig" && has_value) {
      options.rounds_per_rig = std::max(number(arguments[++i]), 1U);
    } else if (name == "--results" && has_value) {
      options.results = arguments[++i];
    } else if (name == "--only" && has_value) {
      options.only = arguments[++i];
    } else {
      std::cerr << "chaos_run: " << name << "?\n" << usage;
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace
}  // namespace causeway::chaos

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto options = causeway::chaos::read_options({argv + 1, argv + argc});
  if (!options) return causeway::chaos::exit_usage;
  return causeway::chaos::run(*options);
}
