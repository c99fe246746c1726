#pragma once

#include <compare>
#include <string>

#include "fixspec/decimal.hpp"

namespace causeway::fixspec {

/// A Decimal that means one thing, so that a price cannot be added to a quantity.
template <class Tag>
class Amount {
 public:
  constexpr Amount() = default;
  constexpr explicit Amount(Decimal value) : value_(value) {}

  [[nodiscard]] constexpr Decimal value() const { return value_; }
  [[nodiscard]] std::string to_string() const { return value_.to_string(); }
  [[nodiscard]] constexpr bool is_zero() const { return value_.is_zero(); }
  [[nodiscard]] constexpr bool is_positive() const { return value_.is_positive(); }
  [[nodiscard]] constexpr bool is_negative() const { return value_.is_negative(); }
  [[nodiscard]] constexpr Amount abs() const { return Amount{value_.abs()}; }

  constexpr auto operator<=>(const Amount&) const = default;
  constexpr Amount operator-() const { return Amount{-value_}; }
  friend Amount operator+(Amount a, Amount b) { return Amount{a.value_ + b.value_}; }
  friend Amount operator-(Amount a, Amount b) { return Amount{a.value_ - b.value_}; }
  Amount& operator+=(Amount other) { return *this = *this + other; }
  Amount& operator-=(Amount other) { return *this = *this - other; }

 private:
  Decimal value_;
};

/// Price(44), StopPx(99), LastPx(31), AvgPx(6): in the instrument's quotation, may be negative.
using Price = Amount<struct PriceTag>;
/// OrderQty(38), CumQty(14), LastQty(32): in the venue's native unit of the instrument; a position
/// is a signed Quantity.
using Quantity = Amount<struct QuantityTag>;
/// Money in the currency that the place names (the base currency of the limits, usually USD).
using Notional = Amount<struct NotionalTag>;

/// `text` as a Price or Quantity, or why it is none.
Result<Price, DecimalError> parse_price(std::string_view text, Notation notation = Notation::Plain);
Result<Quantity, DecimalError> parse_quantity(std::string_view text,
                                              Notation notation = Notation::Plain);

}  // namespace causeway::fixspec
