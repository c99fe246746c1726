#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "fixspec/result.hpp"

namespace causeway::fixspec {

/// How a quotient, a product or a number with too many digits is brought to 12 decimals.
enum class Rounding : std::uint8_t {
  TowardZero,
  AwayFromZero,
  HalfEven,
};

/// Which spellings Decimal::parse accepts: FIX allows plain digits only, JSON also `1e-05`.
enum class Notation : std::uint8_t {
  Plain,
  Scientific,
};

enum class DecimalError : std::uint8_t {
  Empty,            ///< no characters
  Malformed,        ///< not a decimal number in the allowed notation
  TooManyDecimals,  ///< a non-zero digit beyond the 12th decimal
  OutOfRange,       ///< beyond what the operation may return
  DivisionByZero,
};

/// The error in words, e.g. "more than 12 decimals".
std::string_view to_text(DecimalError error);

/// An exact decimal number: a 128-bit count of 10^-12. Every value has one form, so comparison is
/// comparison of the counts. Parsed from text and printed to text; never made from a double.
class Decimal {
 public:
  __extension__ typedef __int128 Units;

  /// Decimals kept; one unit is 10^-12.
  static constexpr int decimals = 12;
  /// parse() accepts magnitudes below this many whole units, so that sums of 10^8 parsed values
  /// cannot overflow.
  static constexpr std::int64_t parse_limit = 1'000'000'000'000'000'000;
  /// The longest text to_string() makes: sign, 27 digits, point, 12 decimals.
  static constexpr std::size_t max_text = 48;

  constexpr Decimal() = default;
  static constexpr Decimal from_units(Units units) {
    Decimal result;
    result.units_ = units;
    return result;
  }
  static constexpr Decimal from_integer(std::int64_t integer) {
    return from_units(static_cast<Units>(integer) * units_per_one);
  }

  /// The exact value of `text`, or why there is none. A sign is allowed; spaces are not.
  static Result<Decimal, DecimalError> parse(std::string_view text,
                                             Notation notation = Notation::Plain);
  /// As parse(), but digits beyond the 12th decimal are rounded: for what venues report (balances,
  /// interest), never for an order's price or quantity.
  static Result<Decimal, DecimalError> parse_rounded(std::string_view text, Rounding rounding);

  /// The shortest plain text: no exponent, no trailing zeros, "0" for zero, no "-0".
  [[nodiscard]] std::string to_string() const;
  /// Writes to_string()'s text at `first`, where max_text characters must be free; returns its end.
  char* to_chars(char* first) const;

  [[nodiscard]] constexpr Units units() const { return units_; }
  [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }
  [[nodiscard]] constexpr bool is_negative() const { return units_ < 0; }
  [[nodiscard]] constexpr bool is_positive() const { return units_ > 0; }
  [[nodiscard]] constexpr Decimal abs() const { return from_units(units_ < 0 ? -units_ : units_); }
  /// True where this is a whole multiple of `step`; `step` must be positive.
  [[nodiscard]] bool is_multiple_of(Decimal step) const;

  constexpr auto operator<=>(const Decimal&) const = default;
  constexpr Decimal operator-() const { return from_units(-units_); }

  /// Sum or difference; overflow (beyond 10^26) is an error.
  static Result<Decimal, DecimalError> checked_add(Decimal a, Decimal b);
  static Result<Decimal, DecimalError> checked_subtract(Decimal a, Decimal b);
  /// For values inside the parse limit, whose sums cannot overflow; an overflow aborts.
  friend Decimal operator+(Decimal a, Decimal b);
  friend Decimal operator-(Decimal a, Decimal b);
  Decimal& operator+=(Decimal other) { return *this = *this + other; }
  Decimal& operator-=(Decimal other) { return *this = *this - other; }

  /// a·b and a/b through a 256-bit intermediate, then rounded to 12 decimals.
  static Result<Decimal, DecimalError> multiply(Decimal a, Decimal b, Rounding rounding);
  static Result<Decimal, DecimalError> divide(Decimal a, Decimal b, Rounding rounding);

 private:
  static constexpr Units units_per_one = 1'000'000'000'000;
  Units units_ = 0;
};

}  // namespace causeway::fixspec

template <>
struct std::hash<causeway::fixspec::Decimal> {
  std::size_t operator()(causeway::fixspec::Decimal value) const noexcept {
    const auto units = value.units();
    return std::hash<std::uint64_t>{}(static_cast<std::uint64_t>(units) ^
                                      static_cast<std::uint64_t>(units >> 64));
  }
};
