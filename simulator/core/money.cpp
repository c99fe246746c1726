#include "simulator/core/money.hpp"

namespace causeway::simulator::core {

using fixspec::Rounding;
using Units = Decimal::Units;

Decimal times(Decimal a, Decimal b) { return Decimal::multiply(a, b, Rounding::HalfEven).value(); }
Decimal over(Decimal a, Decimal b) { return Decimal::divide(a, b, Rounding::HalfEven).value(); }

Decimal rounded(Decimal value, int decimals, Rounding rounding) {
  Units step = 1;
  for (int i = decimals; i < Decimal::decimals; ++i) step *= 10;
  const Units units = value.abs().units();
  Units whole = units / step;
  const Units rest = units % step;
  if (rounding == Rounding::AwayFromZero && rest != 0) ++whole;
  if (rounding == Rounding::HalfEven) {
    if (rest * 2 > step || (rest * 2 == step && (whole & 1) != 0)) ++whole;
  }
  const auto result = Decimal::from_units(whole * step);
  return value.is_negative() ? -result : result;
}

Decimal floor_to(Decimal value, Decimal step) {
  Units count = value.units() / step.units();
  if (value.units() % step.units() < 0) --count;
  return Decimal::from_units(count * step.units());
}

Decimal ceil_to(Decimal value, Decimal step) { return -floor_to(-value, step); }

Decimal scaled(Decimal value, std::int64_t numerator, std::int64_t denominator) {
  return Decimal::from_units(value.units() * numerator / denominator);
}

Decimal dec(const char* text) { return Decimal::parse(text).value(); }

}  // namespace causeway::simulator::core
