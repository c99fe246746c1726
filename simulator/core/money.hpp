#pragma once

#include <cstdint>

#include "fixspec/decimal.hpp"

namespace causeway::simulator::core {

using fixspec::Decimal;

/// a·b and a/b to 12 decimals, half-even; a result out of range aborts (amounts are bounded where
/// they enter).
Decimal times(Decimal a, Decimal b);
Decimal over(Decimal a, Decimal b);
/// `value` brought to `decimals` decimals (0 to 12).
Decimal rounded(Decimal value, int decimals, fixspec::Rounding rounding);
/// The greatest multiple of `step` that is not above `value`, and the least that is not below.
Decimal floor_to(Decimal value, Decimal step);
Decimal ceil_to(Decimal value, Decimal step);
/// value · numerator / denominator in whole units of 10^-12, toward zero; exact where it divides.
Decimal scaled(Decimal value, std::int64_t numerator, std::int64_t denominator);
/// A literal of ours, e.g. dec("0.0005"); malformed text aborts.
Decimal dec(const char* text);

}  // namespace causeway::simulator::core
