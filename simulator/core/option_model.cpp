#include "simulator/core/option_model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace causeway::simulator::core {
namespace {
constexpr double nanos_per_year = 365.0 * 86'400.0 * 1e9;
constexpr double mark_units = 1e4;  // marks have four decimals

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double normal_pdf(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi); }
}  // namespace

double approximate(Decimal value) { return static_cast<double>(value.units()) / 1e12; }

OptionValue value_option(const InstrumentSpec& spec, Price index, UtcNanos now) {
  const double spot = approximate(index.value());
  const double strike = approximate(spec.option->strike.value());
  const double years = std::max(static_cast<double>(spec.expires - now) / nanos_per_year, 1e-6);
  const double deviation = spec.volatility * std::sqrt(years);
  const double d1 = (std::log(spot / strike) + 0.5 * deviation * deviation) / deviation;
  const double d2 = d1 - deviation;
  const bool call = spec.option->right == fixspec::PutOrCall::Call;
  const double sign = call ? 1.0 : -1.0;
  OptionValue result;
  result.price = sign * (spot * normal_cdf(sign * d1) - strike * normal_cdf(sign * d2));
  result.delta = sign * normal_cdf(sign * d1);
  result.gamma = normal_pdf(d1) / (spot * deviation);
  result.vega = spot * normal_pdf(d1) * std::sqrt(years) / 100.0;
  result.theta = -spot * normal_pdf(d1) * spec.volatility / (2.0 * std::sqrt(years)) / 365.0;
  result.rho = sign * strike * years * normal_cdf(sign * d2) / 100.0;
  return result;
}

Price option_mark(const InstrumentSpec& spec, Price index, UtcNanos now) {
  const double value = value_option(spec, index, now).price;
  const double quoted = spec.inverse ? value / approximate(index.value()) : value;
  const auto units = static_cast<std::int64_t>(std::llround(quoted * mark_units));
  const auto mark = scaled(Decimal::from_integer(units), 1, static_cast<std::int64_t>(mark_units));
  return Price{std::max(mark, spec.tick.value())};
}

}  // namespace causeway::simulator::core
