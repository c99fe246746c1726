#include "tests/chaos/scenarios.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <numeric>

#include "tests/chaos/crash_points.hpp"

namespace causeway::chaos {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// ---- the gateway ends --------------------------------------------------------------------------

Outcome kill_at_random(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 900));
  rig.gateway().kill();
  return Outcome::Done;
}

// And again before it is ready, up to three times.
Outcome kill_while_starting(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 400));
  rig.gateway().kill();
  const auto times = 1 + rig.pick(3);
  for (std::uint32_t i = 0; i < times; ++i) {
    rig.start_gateway();
    static_cast<void>(rig.trade_until_gateway_ends(std::chrono::milliseconds{rig.pick(400)}));
    rig.gateway().kill();
  }
  return Outcome::Done;
}

Outcome stop_in_order(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 500));
  if (!rig.gateway().stop(10s)) rig.fail("SIGTERM did not end the gateway within 10 s");
  return Outcome::Done;
}

// A client that starts its session over at 1 each time.
void reset_a_session(Rig& rig) {
  strategies::client::Settings settings;
  settings.port = rig.fix_port();
  settings.comp_id = "RESET";
  settings.reset_seq_num = true;
  strategies::client::Client client{settings, [](const auto&) {}};
  static_cast<void>(client.connect());
}

std::uint32_t pick_count(Rig& rig, Reached reached) {
  switch (reached) {
    case Reached::Trading:
      return 1 + rig.pick(rig.pick(2) == 0 ? 8 : 400);
    case Reached::Idling:
    case Reached::Resetting:
    case Reached::Starting:
      return 1 + rig.pick(2);
    case Reached::Rolling:
      return 1;
  }
  return 1;
}

Outcome crash_at(Rig& rig, const CrashPoint& point) {
  rig.trade_for(rig.pick_ms(20, 200));
  rig.gateway().kill();
  // A start passes most of its steps once; those that are passed for each venue or order, more.
  const bool once = point.name.starts_with("start_") || point.name == "run_begun" ||
                    point.name == "unsent_reports_sent" || point.name == "session_reset_appended";
  const std::uint32_t count = once ? 1 : pick_count(rig, point.reached);
  rig.start_gateway(std::string{point.name} + ":" + std::to_string(count));
  if (point.reached == Reached::Resetting &&
      rig.until([&] { return rig.gateway().has_said("running") || !rig.gateway_runs(); }, 20s)) {
    reset_a_session(rig);
  }
  const bool crashed = rig.trade_until_gateway_ends(4s);
  if (crashed && rig.gateway().ended() != -SIGKILL) {
    rig.fail("at crash point " + std::string{point.name} + " the gateway ended with " +
             std::to_string(*rig.gateway().ended()));
  }
  if (crashed) return Outcome::Done;
  rig.gateway().kill();  // it would still end there, at any later time
  return Outcome::NotReached;
}

// The journal, its first segment and the sessions are being made.
Outcome crash_in_first_start(Rig& rig, const CrashPoint& point) {
  // Each of the four sessions begins with a reset.
  const std::uint32_t count = point.reached == Reached::Resetting ? 1 + rig.pick(4) : 1;
  rig.start_gateway(std::string{point.name} + ":" + std::to_string(count));
  if (rig.trade_until_gateway_ends(10s)) return Outcome::Done;
  rig.gateway().kill();
  return Outcome::NotReached;
}

// ---- a program stands still --------------------------------------------------------------------

// Mostly shorter than any timeout, at times longer than most.
std::chrono::microseconds pick_stop(Rig& rig) {
  return rig.pick(12) == 0 ? rig.pick_ms(6'000, 15'000) : rig.pick_ms(1'000, 2'000);
}

Outcome stop_gateway_for_a_while(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 300));
  rig.gateway().signal(SIGSTOP);
  rig.trade_for(pick_stop(rig));
  rig.gateway().signal(SIGCONT);
  rig.trade_for(300ms);
  return Outcome::Done;
}

Outcome stop_simulator_for_a_while(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 300));
  rig.simulator().signal(SIGSTOP);
  rig.simulator_answers = false;
  rig.trade_for(pick_stop(rig));
  if (rig.pick(3) == 0) rig.gateway().kill();
  rig.simulator().signal(SIGCONT);
  rig.simulator_answers = true;
  rig.trade_for(300ms);
  return Outcome::Done;
}

// ---- the disk ----------------------------------------------------------------------------------

Outcome fill_the_disk(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 200));
  rig.faults().space_left = rig.pick(400'000);
  rig.trade_for(rig.pick_ms(300, 1'200));
  rig.faults().space_left = -1;
  rig.trade_for(200ms);
  return Outcome::Done;
}

Outcome fill_the_disk_and_kill(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 200));
  rig.faults().space_left = rig.pick(400'000);
  rig.trade_for(rig.pick_ms(100, 700));
  rig.gateway().kill();
  // It may refuse to start, or run without writing.
  rig.start_gateway();
  static_cast<void>(rig.trade_until_gateway_ends(std::chrono::milliseconds{100 + rig.pick(600)}));
  if (rig.pick(2) == 0) rig.gateway().kill();
  rig.faults().space_left = -1;
  return Outcome::Done;
}

// ---- the audit's database ----------------------------------------------------------------------

Outcome lock_the_audit(Rig& rig) {
  sqlite3* database = nullptr;
  if (sqlite3_open(rig.audit_path().c_str(), &database) == SQLITE_OK) {
    sqlite3_busy_timeout(database, 2'000);
    const bool locked =
        sqlite3_exec(database, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK;
    rig.trade_for(rig.pick_ms(500, 2'500));
    if (rig.pick(3) == 0) rig.gateway().kill();
    if (locked) sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  sqlite3_close(database);
  return Outcome::Done;
}

void damage_the_audit(Rig& rig) {
  rig.audit_was_damaged = true;
  const int file = open(rig.audit_path().c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  struct stat status {};
  fstat(file, &status);
  std::array<unsigned char, 4096> garbage{};
  for (auto& byte : garbage) byte = static_cast<unsigned char>(rig.pick(256));
  const auto pages = static_cast<std::uint32_t>(status.st_size / 4096);
  // The first page always, for one: it says that this is a database at all.
  for (std::uint32_t i = 0; i < 8 && pages > 0; ++i) {
    const std::uint32_t page = i == 0 && rig.pick(2) == 0 ? 0 : rig.pick(pages);
    if (pwrite(file, garbage.data(), garbage.size(), off_t{page} * 4096) < 0) break;
  }
  close(file);
}

Outcome damage_the_audit_while_stopped(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 400));
  rig.gateway().kill();
  damage_the_audit(rig);
  return Outcome::Done;
}

Outcome damage_the_audit_while_running(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 400));
  damage_the_audit(rig);
  rig.trade_for(rig.pick_ms(100, 600));
  return Outcome::Done;
}

Outcome delete_the_audit(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 400));
  const bool while_stopped = rig.pick(2) == 0;
  if (while_stopped) rig.gateway().kill();
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(rig.audit_path() + suffix, ignored);
  if (!while_stopped) rig.trade_for(rig.pick_ms(100, 600));
  return Outcome::Done;
}

// ---- the clock ---------------------------------------------------------------------------------

Outcome set_the_clock(Rig& rig, std::chrono::milliseconds by) {
  rig.trade_for(rig.pick_ms(50, 300));
  rig.faults().clock_offset_ns += std::chrono::nanoseconds{by}.count();
  rig.trade_for(rig.pick_ms(300, 900));
  if (rig.pick(4) == 0) rig.gateway().kill();
  // Half of the clocks stay where they were set, also over restarts.
  if (rig.pick(2) == 0) rig.faults().clock_offset_ns = 0;
  return Outcome::Done;
}

// ---- the clients -------------------------------------------------------------------------------

Outcome vanish_in_a_burst(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 300));
  for (int i = 0; i < 3; ++i) {
    Desk& desk = rig.pick_desk();
    desk.burst(1 + rig.pick(150));
    desk.disconnect();
    rig.trade_for(rig.pick_ms(20, 200));
    if (!rig.connect_desks()) rig.fail(desk.comp_id() + " could not log on again");
  }
  return Outcome::Done;
}

Outcome vanish_in_a_message(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 300));
  for (int i = 0; i < 3; ++i) {
    Desk& desk = rig.pick_desk();
    desk.burst(1 + rig.pick(30));
    desk.write_half_a_message_and_vanish();
    rig.trade_for(rig.pick_ms(20, 200));
    if (!rig.connect_desks()) rig.fail(desk.comp_id() + " could not log on again");
  }
  return Outcome::Done;
}

// What the others sent meanwhile is answered before the one reads again.
Outcome never_read(Rig& rig) {
  rig.trade_for(rig.pick_ms(50, 200));
  Desk& silent = rig.pick_desk();
  silent.shrink_receive_buffer();
  for (int i = 0; i < 10; ++i) {
    silent.burst(80);
    rig.trade_for(60ms, &silent);
  }
  const bool served = rig.until(
      [&] {
        return std::all_of(rig.desks().begin(), rig.desks().end(), [&](const auto& desk) {
          return desk.get() == &silent || desk->unanswered() == 0;
        });
      },
      30s, &silent);
  if (!served) rig.fail("others were not served while " + silent.comp_id() + " did not read");
  silent.disconnect();
  return Outcome::Done;
}

int connect_socket(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  static_cast<void>(
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  return descriptor;
}

// Fifty connections a second: some say nothing, some garbage, half a logon, or a stranger's name;
// and a desk loses its connection again and again.
Outcome storm(Rig& rig) {
  constexpr std::array<std::string_view, 4> words = {"", "GET / HTTP/1.1\r\n\r\n",
                                                     "8=FIX.4.4\x01"
                                                     "9=70\x01"
                                                     "35=A\x01"
                                                     "34=1\x01",
                                                     "8=FIX.4.4\x01"
                                                     "9=5\x01"
                                                     "35=A\x01"
                                                     "10=178\x01"};
  std::vector<int> sockets;
  for (int i = 0; i < 50; ++i) {
    sockets.push_back(connect_socket(rig.fix_port()));
    const std::string_view said = words[rig.pick(words.size())];
    static_cast<void>(send(sockets.back(), said.data(), said.size(), MSG_NOSIGNAL));
    if (rig.pick(2) == 0) {
      close(sockets.back());
      sockets.pop_back();
    }
    if (i % 5 == 0) {
      Desk& desk = rig.pick_desk();
      desk.disconnect();
      if (!desk.connect()) rig.fail(desk.comp_id() + " could not log on in the storm");
    }
    rig.trade_for(20ms);
  }
  for (const int each : sockets) close(each);
  return Outcome::Done;
}

// ---- the venues' links -------------------------------------------------------------------------

struct VenueFault {
  std::string_view fault;
  std::string_view more;  // members
  bool of_binance_only = false;
  bool hits_requests = true;  // of one method
};
constexpr std::array venue_faults = {
    VenueFault{"disconnect", ""},
    VenueFault{"disconnect_accepted", ""},
    VenueFault{"reply_lost_accepted", ""},
    VenueFault{"reply_lost_not_accepted", ""},
    VenueFault{"drop_reply", ""},
    VenueFault{"delay", R"(,"delay_ms":1500)"},
    VenueFault{"delay_request", R"(,"delay_ms":1500)"},
    VenueFault{"truncated_reply", ""},
    VenueFault{"garbage_frame", ""},
    VenueFault{"unknown_outcome", "", true},
    VenueFault{"unknown_outcome_not_taken", "", true},
    VenueFault{"unavailable", "", true},
    VenueFault{"timeout_late", R"(,"delay_ms":1000)", true},
    VenueFault{"listen_key_expired", "", true, false},
    VenueFault{"close_connections", "", true, false},
};
constexpr std::array deribit_methods = {"private/buy", "private/sell", "private/edit",
                                        "private/cancel"};
constexpr std::array binance_methods = {"order.place", "order.modify", "order.cancel"};

Outcome break_the_venue(Rig& rig) {
  for (int i = 0; i < 4; ++i) {
    const VenueFault& each = venue_faults[rig.pick(venue_faults.size())];
    const bool binance = each.of_binance_only || rig.pick(2) == 0;
    const std::string method = binance ? binance_methods[rig.pick(binance_methods.size())]
                                       : deribit_methods[rig.pick(deribit_methods.size())];
    const auto count = std::to_string(each.hits_requests ? 1 + rig.pick(3) : 1);
    rig.fault(std::string{R"("venue":")"} + (binance ? "binance" : "deribit") + R"(","fault":")" +
              std::string{each.fault} + R"(","count":)" + count +
              (each.hits_requests ? R"(,"method":")" + method + "\"" : "") +
              std::string{each.more});
    rig.trade_for(rig.pick_ms(50, 500));
  }
  if (rig.pick(3) == 0) rig.gateway().kill();
  return Outcome::Done;
}

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> all = {
      {"kill", 60, false, kill_at_random},
      {"kill_while_starting", 20, false, kill_while_starting},
      {"stop", 4, false, stop_in_order},
      {"gateway_stands_still", 6, false, stop_gateway_for_a_while},
      {"simulator_stands_still", 6, false, stop_simulator_for_a_while},
      {"disk_full", 8, false, fill_the_disk},
      {"disk_full_and_killed", 8, false, fill_the_disk_and_kill},
      {"audit_locked", 5, false, lock_the_audit},
      {"audit_damaged_while_stopped", 3, false, damage_the_audit_while_stopped},
      {"audit_damaged_while_running", 3, false, damage_the_audit_while_running},
      {"audit_deleted", 5, false, delete_the_audit},
      {"clock_an_hour_ahead", 3, false, [](Rig& rig) { return set_the_clock(rig, 1h); }},
      {"clock_an_hour_back", 3, false, [](Rig& rig) { return set_the_clock(rig, -1h); }},
      {"clock_half_a_second_ahead", 3, false, [](Rig& rig) { return set_the_clock(rig, 500ms); }},
      {"clock_half_a_second_back", 3, false, [](Rig& rig) { return set_the_clock(rig, -500ms); }},
      {"client_vanishes_in_a_burst", 6, false, vanish_in_a_burst},
      {"client_vanishes_in_a_message", 5, false, vanish_in_a_message},
      {"client_never_reads", 5, false, never_read},
      {"reconnect_storm", 4, false, storm},
      {"venue_faults", 20, false, break_the_venue},
  };
  for (const CrashPoint& point : crash_points()) {
    const bool may_be_first = point.reached == Reached::Rolling ||
                              point.reached == Reached::Resetting ||
                              point.name.starts_with("start_");
    if (may_be_first) {
      all.push_back({"first_start:" + std::string{point.name}, 1, true,
                     [&point](Rig& rig) { return crash_in_first_start(rig, point); }});
    }
    all.push_back({"crash:" + std::string{point.name}, 3, false,
                   [&point](Rig& rig) { return crash_at(rig, point); }});
  }
  return all;
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = all_scenarios();
  return all;
}

}  // namespace causeway::chaos
