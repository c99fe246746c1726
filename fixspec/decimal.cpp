#include "fixspec/decimal.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>

namespace causeway::fixspec {
namespace {

__extension__ typedef unsigned __int128 Unsigned;
using Units = Decimal::Units;

constexpr Unsigned one = 1'000'000'000'000;  // units in 1
constexpr Unsigned max_units = (static_cast<Unsigned>(1) << 127) - 1;
constexpr int max_exponent = 64;  // beyond it no non-zero number of 12 decimals below 10^18 exists

Unsigned magnitude(Units units) {
  return units < 0 ? -static_cast<Unsigned>(units) : static_cast<Unsigned>(units);
}

bool round_up(Rounding rounding, bool has_remainder, int compared_with_half, bool odd) {
  switch (rounding) {
    case Rounding::TowardZero:
      return false;
    case Rounding::AwayFromZero:
      return has_remainder;
    case Rounding::HalfEven:
      return compared_with_half > 0 || (compared_with_half == 0 && odd);
  }
  return false;
}

// A 256-bit unsigned number, only as far as multiply() and divide() need it.
struct Wide {
  Unsigned high = 0;
  Unsigned low = 0;
};

Wide wide_product(Unsigned a, Unsigned b) {
  constexpr Unsigned mask = std::numeric_limits<std::uint64_t>::max();
  const Unsigned a_low = a & mask, a_high = a >> 64, b_low = b & mask, b_high = b >> 64;
  const Unsigned low = a_low * b_low, cross1 = a_high * b_low, cross2 = a_low * b_high;
  const Unsigned middle = (low >> 64) + (cross1 & mask) + (cross2 & mask);
  return {a_high * b_high + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64),
          (middle << 64) | (low & mask)};
}

struct Quotient {
  Unsigned value;
  Unsigned remainder;
};

// Schoolbook binary division; nullopt where the quotient needs more than 128 bits.
std::optional<Quotient> wide_divide(Wide dividend, Unsigned divisor) {
  if (dividend.high == 0) return Quotient{dividend.low / divisor, dividend.low % divisor};
  if (dividend.high >= divisor) return std::nullopt;
  Unsigned remainder = dividend.high, quotient = 0;
  for (int bit = 127; bit >= 0; --bit) {
    const bool carry = (remainder >> 127) != 0;
    remainder = (remainder << 1) | ((dividend.low >> bit) & 1);
    quotient <<= 1;
    if (carry || remainder >= divisor) {
      remainder -= divisor;
      quotient |= 1;
    }
  }
  return Quotient{quotient, remainder};
}

Result<Decimal, DecimalError> rounded_quotient(Wide dividend, Unsigned divisor, bool negative,
                                               Rounding rounding) {
  const auto quotient = wide_divide(dividend, divisor);
  if (!quotient) return Unexpected{DecimalError::OutOfRange};
  Unsigned value = quotient->value;
  const Unsigned rest = divisor - quotient->remainder;  // remainder <=> divisor/2, without overflow
  const int compared = quotient->remainder < rest ? -1 : quotient->remainder > rest ? 1 : 0;
  if (round_up(rounding, quotient->remainder != 0, compared, (value & 1) != 0)) ++value;
  if (value > max_units) return Unexpected{DecimalError::OutOfRange};
  const auto units = static_cast<Units>(value);
  return Decimal::from_units(negative ? -units : units);
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

// The parts of a number's text: digits without point or exponent, and where the point stands.
struct Scanned {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
};

Result<Scanned, DecimalError> scan(std::string_view text, Notation notation) {
  if (text.empty()) return Unexpected{DecimalError::Empty};
  Scanned scanned;
  std::size_t at = 0;
  if (text[at] == '-' || text[at] == '+') scanned.negative = text[at++] == '-';
  const auto digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(first, at - first);
  };
  scanned.whole = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    scanned.fraction = digits();
  }
  if (scanned.whole.empty() && scanned.fraction.empty()) {
    return Unexpected{DecimalError::Malformed};
  }
  if (notation == Notation::Scientific && at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
    const auto exponent = digits();
    if (exponent.empty()) return Unexpected{DecimalError::Malformed};
    int value = 0;
    for (const char digit : exponent) {
      value = value * 10 + (digit - '0');
      if (value > 1'000'000) value = 1'000'000;  // any further digit changes nothing
    }
    scanned.exponent = negative ? -value : value;
  }
  if (at != text.size()) return Unexpected{DecimalError::Malformed};
  return scanned;
}

Result<Decimal, DecimalError> assemble(const Scanned& scanned, std::optional<Rounding> rounding) {
  constexpr Unsigned limit = static_cast<Unsigned>(Decimal::parse_limit) * one;
  // A digit at position p (0 = the last whole one) counts 10^(p + exponent + 12) units.
  Unsigned units = 0;
  bool dropped = false;         // a non-zero digit beyond the last unit
  int compared_with_half = -1;  // what was dropped, against half a unit
  int position = static_cast<int>(scanned.whole.size()) - 1;
  const auto take = [&](char character) -> bool {
    const auto digit = static_cast<Unsigned>(character - '0');
    const long power = static_cast<long>(position--) + scanned.exponent + Decimal::decimals;
    if (digit == 0) return true;
    if (power > max_exponent) return false;
    if (power < 0) {
      if (power == -1 && !dropped)
        compared_with_half = digit > 5 ? 1 : digit == 5 ? 0 : -1;
      else if (compared_with_half == 0)
        compared_with_half = 1;
      dropped = true;
      return true;
    }
    Unsigned value = digit;
    for (long i = 0; i < power; ++i) {
      value *= 10;
      if (value >= limit * 10) return false;
    }
    units += value;
    return units < limit;
  };
  for (const std::string_view part : {scanned.whole, scanned.fraction}) {
    for (const char character : part) {
      if (!take(character)) return Unexpected{DecimalError::OutOfRange};
    }
  }
  if (dropped) {
    if (!rounding) return Unexpected{DecimalError::TooManyDecimals};
    if (round_up(*rounding, true, compared_with_half, (units & 1) != 0)) ++units;
  }
  const auto value = static_cast<Units>(units);
  return Decimal::from_units(scanned.negative ? -value : value);
}

// The usual number, `64123.10`, of at most 18 digits, 12 of them behind the point; nullopt: it is
// not one, or not that simple.
std::optional<Decimal> parse_simple(std::string_view text) {
  constexpr std::size_t most_digits = 18;
  constexpr std::array<std::uint64_t, Decimal::decimals + 1> powers = {1'000'000'000'000,
                                                                       100'000'000'000,
                                                                       10'000'000'000,
                                                                       1'000'000'000,
                                                                       100'000'000,
                                                                       10'000'000,
                                                                       1'000'000,
                                                                       100'000,
                                                                       10'000,
                                                                       1'000,
                                                                       100,
                                                                       10,
                                                                       1};
  if (text.empty() || text.size() > most_digits + 1) return std::nullopt;
  std::uint64_t digits = 0;
  std::size_t whole_digits = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits = digits * 10 + static_cast<std::uint64_t>(text[i] - '0');
    } else if (text[i] == '.' && whole_digits == text.size()) {
      whole_digits = i;
    } else {
      return std::nullopt;
    }
  }
  const bool has_point = whole_digits < text.size();
  const std::size_t decimals = has_point ? text.size() - whole_digits - 1 : 0;
  if (decimals >= powers.size() || whole_digits + decimals > most_digits ||
      whole_digits + decimals == 0) {
    return std::nullopt;
  }
  return Decimal::from_units(static_cast<Units>(digits) * static_cast<Units>(powers[decimals]));
}

}  // namespace

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "causeway: broken invariant %s at %s:%d\n", expression, file, line);
  std::fflush(stderr);
  std::abort();
}

std::string_view to_text(DecimalError error) {
  switch (error) {
    case DecimalError::Empty:
      return "empty";
    case DecimalError::Malformed:
      return "not a decimal number";
    case DecimalError::TooManyDecimals:
      return "more than 12 decimals";
    case DecimalError::OutOfRange:
      return "out of range";
    case DecimalError::DivisionByZero:
      return "division by zero";
  }
  return "not a decimal number";
}

Result<Decimal, DecimalError> Decimal::parse(std::string_view text, Notation notation) {
  if (const auto simple = parse_simple(text)) return *simple;
  const auto scanned = scan(text, notation);
  if (!scanned) return Unexpected{scanned.error()};
  return assemble(*scanned, std::nullopt);
}

Result<Decimal, DecimalError> Decimal::parse_rounded(std::string_view text, Rounding rounding) {
  if (const auto simple = parse_simple(text)) return *simple;
  const auto scanned = scan(text, Notation::Scientific);
  if (!scanned) return Unexpected{scanned.error()};
  return assemble(*scanned, rounding);
}

char* Decimal::to_chars(char* first) const {
  const Unsigned rest = magnitude(units_);
  if (units_ < 0) *first++ = '-';
  const Unsigned whole = rest / one;
  auto fraction = static_cast<std::uint64_t>(rest - whole * one);
  // 64 bits hold every whole part but a sum of billions of the largest numbers.
  constexpr std::uint64_t ten_to_18 = 1'000'000'000'000'000'000;
  if (whole >= ten_to_18) {
    first =
        std::to_chars(first, first + max_text, static_cast<std::uint64_t>(whole / ten_to_18)).ptr;
    auto low = static_cast<std::uint64_t>(whole % ten_to_18);
    for (std::uint64_t power = ten_to_18 / 10; power > 0; power /= 10) {
      *first++ = static_cast<char>('0' + low / power);
      low %= power;
    }
  } else {
    first = std::to_chars(first, first + max_text, static_cast<std::uint64_t>(whole)).ptr;
  }
  if (fraction == 0) return first;
  *first++ = '.';
  std::size_t digits = Decimal::decimals;
  for (; fraction % 10 == 0; fraction /= 10) --digits;
  for (std::size_t i = digits; i > 0; --i, fraction /= 10) {
    first[i - 1] = static_cast<char>('0' + fraction % 10);
  }
  return first + digits;
}

std::string Decimal::to_string() const {
  std::array<char, max_text> text{};
  const char* end = to_chars(text.data());
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

bool Decimal::is_multiple_of(Decimal step) const {
  CAUSEWAY_ASSERT(step.is_positive());
  return units_ % step.units_ == 0;
}

Result<Decimal, DecimalError> Decimal::checked_add(Decimal a, Decimal b) {
  Units sum = 0;
  if (__builtin_add_overflow(a.units_, b.units_, &sum)) return Unexpected{DecimalError::OutOfRange};
  return from_units(sum);
}

Result<Decimal, DecimalError> Decimal::checked_subtract(Decimal a, Decimal b) {
  Units difference = 0;
  if (__builtin_sub_overflow(a.units_, b.units_, &difference)) {
    return Unexpected{DecimalError::OutOfRange};
  }
  return from_units(difference);
}

Decimal operator+(Decimal a, Decimal b) { return Decimal::checked_add(a, b).value(); }
Decimal operator-(Decimal a, Decimal b) { return Decimal::checked_subtract(a, b).value(); }

Result<Decimal, DecimalError> Decimal::multiply(Decimal a, Decimal b, Rounding rounding) {
  return rounded_quotient(wide_product(magnitude(a.units_), magnitude(b.units_)), one,
                          (a.units_ < 0) != (b.units_ < 0), rounding);
}

Result<Decimal, DecimalError> Decimal::divide(Decimal a, Decimal b, Rounding rounding) {
  if (b.is_zero()) return Unexpected{DecimalError::DivisionByZero};
  return rounded_quotient(wide_product(magnitude(a.units_), one), magnitude(b.units_),
                          (a.units_ < 0) != (b.units_ < 0), rounding);
}

}  // namespace causeway::fixspec
