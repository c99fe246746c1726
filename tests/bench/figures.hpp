#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What every measurement prints: a line of one table, each with its floor from the same run.
namespace causeway::bench {

/// Nanoseconds of the monotonic clock.
std::int64_t now_ns();

/// The middle and the tail of many samples, in their unit.
struct Spread {
  double p50 = 0;
  double p99 = 0;
};
/// Sorts `samples`; none give zeros.
Spread spread_of(std::vector<double> samples);
/// The middle one.
double median_of(std::vector<double> samples);

/// What a figure has to keep to; in the figure's unit.
struct Target {
  enum class Kind : std::uint8_t { AtMost, AtLeast, AtMostTimesFloor };
  Kind kind = Kind::AtMost;
  double value = 0;
};

/// One line of the table.
struct Figure {
  std::string name;
  std::string unit;  ///< "us", "ns", "k/s"
  double value = 0;
  std::optional<double> p99 = std::nullopt;
  std::optional<double> floor = std::nullopt;  ///< the same unit, measured in the same run
  std::string floor_name = {};
  std::optional<Target> target = std::nullopt;
  std::string note = {};
};

void print_title(const std::string& title);
/// Prints the line, with the ratio to the floor and whether the target is met.
void print(const Figure& figure);

/// Keeps the calling thread on this core, where the machine has it.
void pin_to_core(unsigned core);
/// Keeps the calling thread on this core for as long as it lives. Threads that are made meanwhile
/// are kept there too, so it belongs around the driving alone.
class OnCore {
 public:
  explicit OnCore(unsigned core) { pin_to_core(core); }
  ~OnCore();
  OnCore(const OnCore&) = delete;
  OnCore& operator=(const OnCore&) = delete;
};
/// The gateway has one core, what it is compared with too; whoever drives it the other.
inline constexpr unsigned gateway_core = 0;
inline constexpr unsigned driver_core = 1;

/// What this process has in memory, in KiB.
std::int64_t resident_kib();

}  // namespace causeway::bench
