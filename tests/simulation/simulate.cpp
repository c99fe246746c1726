// Runs seeds of the simulation: a whole gateway with simulated venues, clients, networks, disk and
// clock, on virtual time.
#include <sys/syscall.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include "tests/simulation/world.hpp"

namespace {

using causeway::simulation::Outcome;
using causeway::simulation::World;

constexpr int exit_broken = 1;

double real_seconds() {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::filesystem::path scratch() {
  const std::filesystem::path memory = "/dev/shm";
  const auto base =
      std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  return base / ("causeway-simulation-" + std::to_string(getpid()));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the whole gateway on virtual time, one seed after another"};
  std::uint64_t seeds = 100, from = 1, every = 0;
  bool twice = false;
  app.add_option("--seeds", seeds, "how many seeds")->capture_default_str();
  app.add_option("--from", from, "the first one")->capture_default_str();
  app.add_option("--progress", every, "a line after so many seeds; 0: none")->capture_default_str();
  app.add_flag("--twice", twice, "run each seed twice: both runs must be the same to the byte");
  bool log = false;
  app.add_flag("--log", log, "print the gateway's log of each seed");
  app.add_option("--watch", causeway::simulation::Ground::watched,
                 "print every message that has this in it");
  app.footer("A seed that failed is replayed exactly: simulate --from SEED --seeds 1 --log");
  CLI11_PARSE(app, argc, argv);

  std::map<std::string, std::uint64_t> counts;
  std::uint64_t steps = 0, orders = 0, fills = 0;
  const double began = real_seconds();
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    Outcome outcome = World{seed, scratch(), log}.run();
    if (outcome.broken.empty() && twice) {
      const Outcome again = World{seed, scratch(), log}.run();
      if (again.trace_hash != outcome.trace_hash) outcome.broken = "the second run differs";
    }
    if (log || !outcome.broken.empty()) {
      for (const std::string& line : outcome.log) std::cout << "  " << line << "\n";
    }
    if (!outcome.broken.empty()) {
      std::cout << "seed " << seed << " BROKEN: " << outcome.broken << "\n"
                << "replay: simulate --from " << seed << " --seeds 1 --log\n"
                << "seeds before it that held: " << seed - from << std::endl;
      return exit_broken;
    }
    steps += outcome.steps;
    orders += outcome.orders;
    fills += outcome.fills;
    for (const auto& [what, count] : outcome.counts) counts[what] += count;
    if (every > 0 && (seed - from + 1) % every == 0) {
      std::cout << seed - from + 1 << " seeds, " << real_seconds() - began << " s" << std::endl;
    }
  }
  std::cout << seeds << " seeds from " << from << " held in " << real_seconds() - began
            << " s: " << steps << " steps, " << orders << " orders, " << fills << " fills\n";
  for (const auto& [what, count] : counts) std::cout << "  " << what << ": " << count << "\n";
  return 0;
}
