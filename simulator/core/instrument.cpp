#include "simulator/core/instrument.hpp"

namespace causeway::simulator::core {
namespace {
constexpr std::int64_t inverse_scale = 1'000'000;
constexpr int average_decimals = 8;
}  // namespace

Price InstrumentSpec::tick_at(Price price) const {
  Price result = tick;
  for (const auto& step : tick_steps) {
    if (price > step.above) result = step.tick;
  }
  return result;
}

Decimal InstrumentSpec::entry_value(Decimal amount, Price price) const {
  if (!is_inverse_future()) return times(amount, price.value());
  return over(scaled(amount, inverse_scale, 1), price.value());
}

Decimal InstrumentSpec::settled(Decimal value) const {
  return is_inverse_future() ? scaled(value, 1, inverse_scale) : value;
}

Price InstrumentSpec::price_of(Decimal amount, Decimal value) const {
  if (amount.is_zero() || value.is_zero()) return {};
  const auto price =
      is_inverse_future() ? over(scaled(amount, inverse_scale, 1), value) : over(value, amount);
  return Price{rounded(price, average_decimals, fixspec::Rounding::HalfEven)};
}

}  // namespace causeway::simulator::core
