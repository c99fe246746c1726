#include "strategies/math/volatility.hpp"

#include <algorithm>
#include <cmath>

namespace causeway::strategies::math {

void Volatility::add(double price, std::int64_t now_ns) {
  constexpr std::int64_t shortest_ns = 100'000'000;
  if (!last_price_) {
    last_price_ = price;
    last_ns_ = now_ns;
    return;
  }
  if (now_ns - last_ns_ < shortest_ns) return;
  const double seconds = static_cast<double>(now_ns - last_ns_) * 1e-9;
  const double move = price - *last_price_;
  const double keep = std::exp(-seconds / window_s_);
  moves_ = moves_ * keep + move * move;
  seconds_ = seconds_ * keep + seconds;
  seen_s_ += seconds;
  last_price_ = price;
  last_ns_ = now_ns;
}

bool Volatility::is_ready() const { return seen_s_ >= std::min(window_s_ / 4, 10.0); }

double Volatility::per_sqrt_second() const {
  return seconds_ > 0 ? std::sqrt(moves_ / seconds_) : 0;
}

}  // namespace causeway::strategies::math
