#pragma once

// For the map's .cpp files alone: numbers of the wire as ours.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "fixspec/decimal.hpp"
#include "fixspec/id.hpp"
#include "fixspec/result.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/wire.hpp"

namespace causeway::translators::binance {

inline fixspec::Unexpected<fixspec::Error> fault(std::string_view what, std::string_view value) {
  std::string text{what};
  text.append(": ").append(value);
  return fixspec::Unexpected{fixspec::Error{std::move(text)}};
}

/// 0 (not known) for what no clock of the venue can show.
inline fixspec::UtcNanos nanos(std::int64_t ms) {
  constexpr std::int64_t latest =
      std::numeric_limits<fixspec::UtcNanos>::max() / fixspec::nanos_per_milli;
  return ms < 0 || ms > latest ? 0 : ms * fixspec::nanos_per_milli;
}

inline fixspec::TradeId trade_id_of(std::int64_t number) {
  char text[20];
  const char* const end = std::to_chars(text, text + sizeof text, number).ptr;
  return fixspec::TradeId{std::string_view{text, static_cast<std::size_t>(end - text)}};
}

/// Reads numbers one after the other and keeps the first fault.
class Numbers {
 public:
  /// An order's or a trade's own price or quantity: every digit counts.
  fixspec::Decimal exact(std::string_view what, wire::Number text) {
    return keep(what, text, fixspec::Decimal::parse(text, fixspec::Notation::Scientific));
  }
  /// What the venue has computed (averages, fees, rates): beyond 12 decimals half-even.
  fixspec::Decimal rounded(std::string_view what, wire::Number text) {
    return keep(what, text, fixspec::Decimal::parse_rounded(text, fixspec::Rounding::HalfEven));
  }
  /// An exact one, where the venue writes 0 (or nothing) for none.
  template <class Amount>
  std::optional<Amount> unless_zero(std::string_view what,
                                    const std::optional<wire::Number>& text) {
    if (!text) return std::nullopt;
    const fixspec::Decimal value = exact(what, *text);
    return value.is_zero() ? std::nullopt : std::optional{Amount{value}};
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  fixspec::Decimal keep(std::string_view what, wire::Number text,
                        const fixspec::Result<fixspec::Decimal, fixspec::DecimalError>& value) {
    if (value) return *value;
    if (fault_.empty()) {
      fault_.append(what).append(" is not a usable number (");
      fault_.append(to_text(value.error())).append("): ").append(text);
    }
    return {};
  }
  std::string fault_;
};

inline fixspec::Unexpected<fixspec::Error> as_error(const Numbers& numbers) {
  return fixspec::Unexpected{fixspec::Error{numbers.fault()}};
}

}  // namespace causeway::translators::binance
