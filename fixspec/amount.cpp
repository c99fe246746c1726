#include "fixspec/amount.hpp"

namespace causeway::fixspec {

Result<Price, DecimalError> parse_price(std::string_view text, Notation notation) {
  const auto value = Decimal::parse(text, notation);
  if (!value) return Unexpected{value.error()};
  return Price{*value};
}

Result<Quantity, DecimalError> parse_quantity(std::string_view text, Notation notation) {
  const auto value = Decimal::parse(text, notation);
  if (!value) return Unexpected{value.error()};
  return Quantity{*value};
}

}  // namespace causeway::fixspec
