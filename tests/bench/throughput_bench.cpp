// How many orders one core takes through FIX, risk, journal and encoding, the venue stubbed: the
// client keeps a number of orders outstanding and counts what comes back.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "tests/bench/bare_floors.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/fix_driver.hpp"
#include "tests/bench/order_flow.hpp"
#include "tests/bench/running_gateway.hpp"
#include "tests/bench/scratch_folder.hpp"
#include "tests/bench/stub_venue.hpp"

namespace causeway::bench {
namespace {

constexpr std::size_t listed_options = 1'000;

struct Run {
  double orders_per_second = 0;
  double bytes_per_order = 0;  ///< what the process grew by
};

Run measure(StubFate fate, std::size_t count) {
  const ScratchFolder folder;
  RunningGateway gateway{
      {.state_path = folder.path("var"), .make_venue = stub_venue(fate, listed_options)}};
  Run run;
  gateway.run([&] {
    wait_until_open(gateway);
    FixDriver client{gateway.fix_port()};
    client.log_on();
    const char last = fate == StubFate::Filled ? 'F' : 'A';
    drive(client, count / 10, last);
    const std::int64_t before_kib = resident_kib();
    run.orders_per_second = drive(client, count, last);
    run.bytes_per_order =
        static_cast<double>(resident_kib() - before_kib) * 1024 / static_cast<double>(count);
  });
  return run;
}

void print_run(const std::string& name, const Run& run, double floor,
               std::optional<Target> target) {
  char note[64];
  std::snprintf(note, sizeof note, "memory grew by %.0f bytes an order", run.bytes_per_order);
  print({.name = name,
         .unit = "k/s",
         .value = run.orders_per_second / 1'000,
         .floor = floor / 1'000,
         .floor_name = "echo, as many outstanding",
         .target = target,
         .note = note});
}

}  // namespace
}  // namespace causeway::bench

// Arguments: how many orders (200000), and a fate alone: `silence` or `filled`.
int main(int argc, char** argv) {
  using namespace causeway::bench;  // NOLINT(google-build-using-namespace): a program
  const auto count = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 200'000);
  const std::string only = argc > 2 ? argv[2] : "";
  try {
    print_title("Orders through one core, the venue stubbed, closed loop of 1024");
    const double floor = bare_echo_rate(OrderTemplate{}.size(), 353, outstanding_most, count);
    if (only != "filled") {
      print_run("D in, risk, journal, encode, PendingNew out", measure(StubFate::Silence, count),
                floor, Target{Target::Kind::AtLeast, 150});
    }
    if (only != "silence") {
      print_run("the same, acknowledged and filled: 3 reports", measure(StubFate::Filled, count),
                floor, std::nullopt);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "throughput_bench: %s\n", error.what());
    return 1;
  }
}
