#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixspec/time.hpp"
#include "simulator/core/random.hpp"

// What a simulation stands on: one seed, one clock, one queue of what is to happen, and the end of
// the gateway's process at any step that has an effect.
namespace causeway::simulation {

/// A rule that did not hold.
class Broken : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Ground {
 public:
  explicit Ground(std::uint64_t seed);
  ~Ground();
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;
  /// The one that exists.
  static Ground& get();

  // ---- time
  /// Nanoseconds since the simulation began, by the clock that nobody sets.
  [[nodiscard]] std::int64_t elapsed() const { return elapsed_; }
  /// What the machine's wall clock shows.
  [[nodiscard]] fixspec::UtcNanos utc() const;
  /// What everybody else's clocks show.
  [[nodiscard]] fixspec::UtcNanos true_utc() const;
  [[nodiscard]] fixspec::UtcNanos mono() const;
  /// Sets the machine's wall clock off by so much.
  void set_wall_clock_error(std::int64_t nanos) { wall_error_ = nanos; }
  void advance_to(std::int64_t elapsed);

  // ---- what is to happen
  /// Runs `event` so many nanoseconds from now; events of one time in the order they were asked
  /// for.
  void after(std::int64_t nanos, std::function<void()> event);
  /// When the next event is due; INT64_MAX: there is none.
  [[nodiscard]] std::int64_t next_due() const;
  /// Runs the first event that is due, if one is.
  bool run_one();

  simulator::core::Random random;
  /// True `per_mille` times in a thousand.
  bool chance(std::int64_t per_mille) { return random.between(1, 1000) <= per_mille; }

  // ---- the end of the process
  /// The gateway does something that others can see. False: its process has ended, so nothing of it
  /// happens any more.
  bool effect();
  /// The process ends before the effect of this number from now; 0: it does not.
  void end_process_at(std::uint64_t effects);
  void end_process() { ended_ = true; }
  [[nodiscard]] bool process_ended() const { return ended_; }
  void begin_process();

  // ---- the record
  /// Counts what was done to the gateway, for the summary.
  void count(std::string_view what) { ++counts[std::string{what}]; }
  std::map<std::string, std::uint64_t> counts;
  /// Everything that was sent, in order: the same for the same seed.
  void trace(std::string_view bytes);
  /// Messages with one of these texts are printed.
  static inline std::vector<std::string> watched;
  [[nodiscard]] std::uint64_t trace_hash() const { return trace_; }

 private:
  std::int64_t elapsed_ = 0;
  std::int64_t wall_error_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> events_;
  std::uint64_t next_event_ = 0;
  std::uint64_t effects_left_ = 0;
  bool ended_ = false;
  std::uint64_t trace_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace causeway::simulation
