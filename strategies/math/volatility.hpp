#pragma once

#include <cstdint>
#include <optional>

namespace causeway::strategies::math {

/// The standard deviation of a price per square root of a second, from observations at any times:
/// exponentially weighted squared moves over exponentially weighted time.
class Volatility {
 public:
  /// Moves `window_s` ago count 1/e of the newest. Positive.
  explicit Volatility(double window_s) : window_s_(window_s) {}

  /// An observation. Those closer than a tenth of a second to the one before wait for the next, so
  /// that a price that flickers does not count as one that moves.
  void add(double price, std::int64_t now_ns);
  /// Forgets the last price: what comes next is no move from it (a gap in the data).
  void interrupt() { last_price_.reset(); }

  /// False until a quarter of the window, or ten seconds, has been seen.
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] double per_sqrt_second() const;

 private:
  double window_s_;
  std::optional<double> last_price_;
  std::int64_t last_ns_ = 0;
  double moves_ = 0;    // weighted sum of squared moves
  double seconds_ = 0;  // weighted sum of time
  double seen_s_ = 0;
};

}  // namespace causeway::strategies::math
