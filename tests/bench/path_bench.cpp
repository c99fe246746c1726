// The way of one order through the gateway as it runs, over real sockets on loopback: FIX client
// and venue are one polling thread on the second core, the gateway has the first. CorePoll=spin.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "simulator/net/certificate.hpp"
#include "tests/bench/bare_floors.hpp"
#include "tests/bench/fix_driver.hpp"
#include "tests/bench/running_gateway.hpp"
#include "tests/bench/scratch_folder.hpp"
#include "tests/bench/threaded_acceptor.hpp"
#include "tests/bench/venue_server.hpp"

namespace causeway::bench {
namespace {

constexpr std::size_t report_bytes = 353;   // an ExecutionReport
constexpr std::size_t request_bytes = 380;  // an order at the venue, with frame and tag
constexpr std::size_t notice_bytes = 700;   // user.trades
constexpr std::size_t listed_options = 1'000;
constexpr double nanos_per_micro = 1'000;
constexpr std::int64_t start_limit_ns = 20'000'000'000;

double micros(std::int64_t nanos) { return static_cast<double>(nanos) / nanos_per_micro; }

struct PathFigures {
  Spread round_trip;
  Spread order_to_venue;  // A
  Spread reply_to_new;
  Spread fill_to_report;  // B
  double allocations_a = 0;
  double allocations_b = 0;
};

void poll_until_ready(VenueServer& venue, const RunningGateway& gateway) {
  const std::int64_t until = now_ns() + start_limit_ns;
  while (!gateway.ready()) {
    venue.poll();
    if (now_ns() > until) throw std::runtime_error("the gateway does not get ready");
  }
}

VenueServer::Order next_order(VenueServer& venue) {
  while (true) {
    venue.poll();
    if (auto order = venue.take_order()) return *order;
  }
}

// Order, first report, acknowledgement, report of it, trade, report of that.
void whole_life(FixDriver& client, VenueServer& venue, std::vector<double>& round_trips) {
  const std::int64_t start = now_ns();
  client.send_order();
  if (!client.wait_for_report('A')) throw std::runtime_error("no PendingNew");
  round_trips.push_back(micros(now_ns() - start));
  const VenueServer::Order order = next_order(venue);
  venue.acknowledge(order);
  if (!client.wait_for_report('0')) throw std::runtime_error("no New");
  venue.tell_trade(order);
  if (!client.wait_for_report('F')) throw std::runtime_error("no Trade");
  venue.tell_filled(order);
}

PathFigures figures_of(const SocketStamps& stamps, std::size_t warm_up,
                       std::vector<double> round_trips) {
  std::vector<double> a, reply, b, allocations_a, allocations_b;
  for (std::size_t i = warm_up; i < stamps.fix_to_venue.size(); ++i) {
    a.push_back(micros(stamps.fix_to_venue[i].took_ns));
    allocations_a.push_back(static_cast<double>(stamps.fix_to_venue[i].allocations));
  }
  for (std::size_t i = 2 * warm_up; i < stamps.venue_to_fix.size(); ++i) {
    const bool is_reply = i % 2 == 0;
    (is_reply ? reply : b).push_back(micros(stamps.venue_to_fix[i].took_ns));
    if (!is_reply) {
      allocations_b.push_back(static_cast<double>(stamps.venue_to_fix[i].allocations));
    }
  }
  round_trips.erase(round_trips.begin(),
                    round_trips.begin() + static_cast<std::ptrdiff_t>(warm_up));
  return {.round_trip = spread_of(std::move(round_trips)),
          .order_to_venue = spread_of(std::move(a)),
          .reply_to_new = spread_of(std::move(reply)),
          .fill_to_report = spread_of(std::move(b)),
          .allocations_a = median_of(std::move(allocations_a)),
          .allocations_b = median_of(std::move(allocations_b))};
}

PathFigures measure_gateway(Pace pace, bool audit) {
  const ScratchFolder folder;
  const auto certificate = simulator::net::prepare_certificate(folder.path("ca"));
  VenueServer venue{certificate, listed_options};
  RunningGateway gateway{{.state_path = folder.path("var"),
                          .ca_file = certificate.ca.string(),
                          .venue_port = venue.port(),
                          .audit = audit}};
  std::vector<double> round_trips;
  const std::size_t warm_up = pace.count / 10;
  pace.count += warm_up;
  gateway.run([&] {
    poll_until_ready(venue, gateway);
    FixDriver client{gateway.fix_port()};
    client.log_on();
    at_pace(pace, [&] { whole_life(client, venue, round_trips); });
  });
  // The last thing that is told to the client, its logout, follows from nothing of the venue's.
  if (gateway.stamps().venue_to_fix.size() == 2 * pace.count + 1) {
    gateway.stamps().venue_to_fix.pop_back();
  }
  if (gateway.stamps().fix_to_venue.size() != pace.count ||
      gateway.stamps().venue_to_fix.size() != 2 * pace.count) {
    throw std::runtime_error(
        "stamps do not pair with orders: " + std::to_string(gateway.stamps().fix_to_venue.size()) +
        " and " + std::to_string(gateway.stamps().venue_to_fix.size()));
  }
  return figures_of(gateway.stamps(), warm_up, std::move(round_trips));
}

Spread measure_quickfix(Pace pace) {
  const ThreadedAcceptor acceptor;
  FixDriver client{acceptor.port()};
  client.log_on();
  std::vector<double> samples;
  at_pace(pace, [&] {
    const std::int64_t start = now_ns();
    client.send_order();
    if (client.wait_for_report('A')) samples.push_back(micros(now_ns() - start));
  });
  return spread_of(std::move(samples));
}

void run(Pace pace, bool audit) {
  const std::size_t order_bytes = OrderTemplate{}.size();
  const Pace floor_pace{.count = pace.count / 3, .period_ns = pace.period_ns};
  const Spread echo_before = bare_round_trip(order_bytes, report_bytes, floor_pace);
  const PathFigures ours = measure_gateway(pace, audit);
  const Spread echo_after = bare_round_trip(order_bytes, report_bytes, floor_pace);
  const BareRelay relay = bare_relay({.plain_in = order_bytes,
                                      .tls_out = request_bytes,
                                      .tls_in = notice_bytes,
                                      .plain_out = report_bytes},
                                     floor_pace);
  const Spread quickfix = measure_quickfix(floor_pace);
  const Spread echo{.p50 = (echo_before.p50 + echo_after.p50) / 2,
                    .p99 = (echo_before.p99 + echo_after.p99) / 2};

  print_title("One order at a time, " + std::to_string(1'000'000'000 / pace.period_ns) +
              " a second, everything polls" + (audit ? ", audit on" : ", audit off"));
  const Target six{Target::Kind::AtMost, 6};
  const auto line = [](const std::string& name, const Spread& spread, const Spread& floor,
                       const std::string& floor_name, std::optional<Target> target) {
    print({.name = name,
           .unit = "us",
           .value = spread.p50,
           .p99 = spread.p99,
           .floor = floor.p50,
           .floor_name = floor_name,
           .target = target});
  };
  line("A: order readable -> written to the venue", ours.order_to_venue, relay.to_tls,
       "recv, SSL_write alone", six);
  line("   reply readable -> New written", ours.reply_to_new, relay.from_tls,
       "SSL_read, send alone", std::nullopt);
  line("B: fill readable -> report written", ours.fill_to_report, relay.from_tls,
       "SSL_read, send alone", six);
  line("FIX round trip, D to the first 8", ours.round_trip, echo, "bare socket echo",
       Target{Target::Kind::AtMostTimesFloor, 2});
  line("the same, QuickFIX's ThreadedSocketAcceptor", quickfix, echo, "bare socket echo",
       std::nullopt);
  print({.name = "allocations on A", .unit = "calls", .value = ours.allocations_a});
  print({.name = "allocations on B", .unit = "calls", .value = ours.allocations_b});
}

}  // namespace
}  // namespace causeway::bench

// Arguments: orders a second (10000), seconds (3), and `audit` for the audit thread beside it.
int main(int argc, char** argv) {
  const int rate = argc > 1 ? std::atoi(argv[1]) : 10'000;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 3;
  const bool audit = argc > 3 && std::strcmp(argv[3], "audit") == 0;
  try {
    causeway::bench::run(
        {.count = static_cast<std::size_t>(rate) * static_cast<std::size_t>(seconds),
         .period_ns = 1'000'000'000 / rate},
        audit);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "path_bench: %s\n", error.what());
    return 1;
  }
}
