#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "fixspec/crash_point.hpp"
#include "tests/chaos/crash_points.hpp"

// causeway-chaos: the gateway that people run, except that CAUSEWAY_CRASH_AT=name:n ends it with
// SIGKILL when it reaches the crash point `name` for the n-th time.
namespace causeway {
namespace {

constexpr int exit_usage = 64;

struct CrashAt {
  std::string name;  // empty: nowhere
  std::uint64_t count = 1;
};

[[noreturn]] void refuse(const std::string& setting) {
  std::cerr << "causeway-chaos: CAUSEWAY_CRASH_AT=" << setting
            << ": must be name:n, n from 1, with a name of\n";
  for (const chaos::CrashPoint& point : chaos::crash_points()) {
    std::cerr << "  " << point.name << "\n";
  }
  std::_Exit(exit_usage);
}

CrashAt read_setting() {
  const char* setting = std::getenv("CAUSEWAY_CRASH_AT");
  if (setting == nullptr) return {};
  const std::string text = setting;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) refuse(text);
  CrashAt chosen{.name = text.substr(0, colon)};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, chosen.count);
  if (error != std::errc{} || stop != end || chosen.count == 0) refuse(text);
  for (const chaos::CrashPoint& point : chaos::crash_points()) {
    if (point.name == chosen.name) return chosen;
  }
  refuse(text);
}

// Read before main(), so that a wrong name ends the program whatever it was asked to do.
const CrashAt crash_at = read_setting();
std::atomic<std::uint64_t> reached{0};

}  // namespace

void fixspec::crash_point(std::string_view name) {
  if (name != crash_at.name) return;
  if (reached.fetch_add(1, std::memory_order_relaxed) + 1 == crash_at.count) {
    static_cast<void>(std::raise(SIGKILL));
  }
}

}  // namespace causeway
