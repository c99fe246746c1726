#include "strategies/math/quotes.hpp"

#include <cmath>

namespace causeway::strategies::math {

Quotes avellaneda_stoikov(double mid, double q, double gamma, double sigma, double tau, double k) {
  const double risk = gamma * sigma * sigma * tau;
  const double half_spread = (risk + 2 / gamma * std::log1p(gamma / k)) / 2;
  const double reservation = mid - q * risk;
  return {.reservation = reservation,
          .bid = reservation - half_spread,
          .ask = reservation + half_spread};
}

Quotes gueant_lehalle_fernandez(double mid, double q, double gamma, double sigma, double a,
                                double k) {
  const double base = std::log1p(gamma / k) / gamma;
  const double skew =
      std::sqrt(sigma * sigma * gamma / (2 * k * a) * std::pow(1 + gamma / k, 1 + k / gamma));
  return {.reservation = mid - q * skew,
          .bid = mid - base - (2 * q + 1) / 2 * skew,
          .ask = mid + base - (2 * q - 1) / 2 * skew};
}

}  // namespace causeway::strategies::math
