// A gateway that starts again on the journal of many orders, and a client that asks for everything
// it was ever sent.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "gateway/core/state.hpp"
#include "gateway/journal/reader.hpp"
#include "gateway/journal/snapshot.hpp"
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
constexpr std::int64_t order_qty = 100;  // of the template
constexpr double nanos_per_second = 1e9;

double seconds_since(std::int64_t start) {
  return static_cast<double>(now_ns() - start) / nanos_per_second;
}

RunningGateway::Options options_of(const ScratchFolder& folder, std::int64_t position) {
  return {.state_path = folder.path("var"),
          .make_venue = stub_venue(StubFate::Filled, listed_options, position)};
}

// So many orders, each acknowledged and filled; how many messages the client has sent after them.
void trade(const ScratchFolder& folder, std::size_t orders) {
  RunningGateway gateway{options_of(folder, 0)};
  gateway.run([&] {
    wait_until_open(gateway);
    FixDriver client{gateway.fix_port()};
    client.log_on();
    drive(client, orders, 'F');
  });
}

// Every record read and checked, and nothing done with it.
struct Scan {
  std::uint64_t records = 0;
  double seconds = 0;
};
Scan scan(const std::string& directory) {
  Scan result;
  const std::int64_t start = now_ns();
  auto reader = gateway::journal::JournalReader::open(directory);
  if (!reader) throw std::runtime_error(reader.error().text);
  while (true) {
    const auto record = reader->next();
    if (!record) throw std::runtime_error(record.error().text);
    if (!*record) break;
    ++result.records;
  }
  result.seconds = seconds_since(start);
  return result;
}

// ResendRequest for the newest `wanted` messages; seconds until the last of them has come.
double resend(FixDriver& client, std::uint64_t wanted, std::uint64_t& received) {
  const OnCore pinned{driver_core};
  const std::uint64_t last = client.last_received_number();
  const std::int64_t start = now_ns();
  client.request_resend(last - wanted + 1);
  received = 0;
  while (true) {
    const auto message = client.next_message();
    if (seconds_since(start) > 60) throw std::runtime_error("the resend does not end");
    if (!message || field(*message, "43") != "Y") continue;
    if (field(*message, "35") == "8") ++received;
    const std::string_view number = field(*message, "34");
    if (std::strtoull(number.data(), nullptr, 10) >= last) break;
    const std::string_view next = field(*message, "36");
    if (!next.empty() && std::strtoull(next.data(), nullptr, 10) > last) break;
  }
  return seconds_since(start);
}

void run(std::size_t orders) {
  const ScratchFolder folder;
  trade(folder, orders);
  const Scan floor = scan(folder.path("var/journal"));

  const std::int64_t start = now_ns();
  RunningGateway gateway{options_of(folder, order_qty * static_cast<std::int64_t>(orders))};
  const double opened = seconds_since(start);
  double ready = 0;
  double resent = 0;
  std::uint64_t received = 0;
  gateway.run([&] {
    wait_until_open(gateway);
    ready = seconds_since(start);
    FixDriver client{gateway.fix_port()};
    client.set_next_number(orders + 2);  // behind the Logon and the orders
    client.log_on();
    resent = resend(client, orders, received);
  });

  const std::string thousands = std::to_string(orders / 1'000) + " k orders";
  print_title("A restart with " + thousands + " in the journal, " + std::to_string(floor.records) +
              " records");
  print({.name = "start to READY",
         .unit = "s",
         .value = ready,
         .floor = floor.seconds,
         .floor_name = "the records read alone",
         .target = Target{Target::Kind::AtMost, 2}});
  const double millions = static_cast<double>(floor.records) / 1e6;
  print({.name = "records replayed",
         .unit = "M/s",
         .value = millions / opened,
         .floor = millions / floor.seconds,
         .floor_name = "the records read alone",
         .target = Target{Target::Kind::AtLeast, 1}});
  const double echo = bare_echo_rate(OrderTemplate{}.size(), 353, outstanding_most, orders);
  print({.name = "resend of " + std::to_string(received) + " messages",
         .unit = "s",
         .value = resent,
         .floor = static_cast<double>(received) / echo,
         .floor_name = "a bare echo of as many",
         .target = Target{Target::Kind::AtMost, 2}});
}

// A start while so many orders work, from the first record on and from a snapshot.
void run_with_live_orders(std::size_t orders) {
  const ScratchFolder folder;
  const auto make_venue = stub_venue(StubFate::Working, listed_options);
  const RunningGateway::Options options{.state_path = folder.path("var"), .make_venue = make_venue};
  {
    RunningGateway gateway{options};
    gateway.run([&] {
      wait_until_open(gateway);
      FixDriver client{gateway.fix_port()};
      client.log_on();
      drive(client, orders, '0');
    });
  }
  print_title("A restart with " + std::to_string(orders / 1'000) + " k live orders");
  for (const bool with_snapshot : {false, true}) {
    if (with_snapshot) {
      gateway::core::SnapshotSource source;
      gateway::journal::Io io;
      const std::int64_t begin = now_ns();
      const auto made =
          gateway::journal::make_snapshot(io, folder.path("var/journal"), 1, source.maker());
      if (!made) throw std::runtime_error(made.error().text);
      std::printf("a snapshot of %.1f MB, made in %.2f s by a thread of its own\n",
                  static_cast<double>(made->bytes) / 1e6, seconds_since(begin));
    }
    const std::int64_t start = now_ns();
    RunningGateway gateway{options};
    double ready = 0;
    const double opened = seconds_since(start);
    gateway.run([&] {
      wait_until_open(gateway);
      ready = seconds_since(start);
    });
    const std::string how = with_snapshot ? "from a snapshot" : "from the first record";
    print({.name = "replayed " + how, .unit = "s", .value = opened});
    print({.name = "start to READY " + how,
           .unit = "s",
           .value = ready,
           .target = Target{Target::Kind::AtMost, 2}});
  }
}

}  // namespace
}  // namespace causeway::bench

// Argument: how many orders (100000).
int main(int argc, char** argv) {
  try {
    const auto orders = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 100'000);
    causeway::bench::run(orders);
    causeway::bench::run_with_live_orders(orders);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "restart_bench: %s\n", error.what());
    return 1;
  }
}
