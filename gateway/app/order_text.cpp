#include "gateway/app/order_text.hpp"

#include <ctime>
#include <limits>
#include <string>

namespace causeway::gateway::app {
namespace {

using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

Unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return Unexpected{Error{"'" + std::string{text} + "': " + std::string{why}}};
}

}  // namespace

Result<SymbolAtPrice, Error> parse_symbol_at_price(std::string_view text) {
  const std::size_t at = text.find('@');
  SymbolAtPrice result;
  const auto symbol = fixspec::Symbol::parse(text.substr(0, at));
  if (!symbol) return wrong(text, "expected SYMBOL@PRICE, or SYMBOL for a market order");
  result.symbol = *symbol;
  if (at != std::string_view::npos) {
    const auto price = fixspec::parse_price(text.substr(at + 1));
    if (!price) return wrong(text, "the price: " + std::string{to_text(price.error())});
    result.price = *price;
  }
  return result;
}

Result<fixspec::Quantity, Error> parse_order_qty(std::string_view text) {
  const auto quantity = fixspec::parse_quantity(text);
  if (!quantity) return wrong(text, "the quantity: " + std::string{to_text(quantity.error())});
  if (!quantity->is_positive()) return wrong(text, "the quantity must be greater than 0");
  return *quantity;
}

std::optional<fixspec::TimeInForce> parse_tif(std::string_view text) {
  if (text == "GTC") return fixspec::TimeInForce::GoodTillCancel;
  if (text == "IOC") return fixspec::TimeInForce::ImmediateOrCancel;
  if (text == "FOK") return fixspec::TimeInForce::FillOrKill;
  if (text == "GTD") return fixspec::TimeInForce::GoodTillDate;
  return std::nullopt;
}

Result<fixspec::UtcNanos, Error> parse_utc(std::string_view text) {
  const std::string copy{text};
  std::tm parts{};
  const char* end = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return wrong(text, "expected 2026-12-24T18:00:00Z");
  // As nanoseconds later ones do not fit in 64 bits.
  constexpr std::time_t latest = std::numeric_limits<fixspec::UtcNanos>::max() /
                                 static_cast<std::time_t>(fixspec::nanos_per_second);
  const std::time_t seconds = ::timegm(&parts);
  if (seconds < 0 || seconds > latest) return wrong(text, "expected a time from 1970 to 2261");
  return seconds * fixspec::nanos_per_second;
}

}  // namespace causeway::gateway::app
