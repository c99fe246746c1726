#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/time.hpp"
#include "simulator/core/money.hpp"

namespace causeway::simulator::core {

using fixspec::Price;
using fixspec::Quantity;
using fixspec::Side;
using fixspec::UtcNanos;

/// Positions in the tables of one Exchange.
using InstrumentIndex = std::uint32_t;
using CurrencyIndex = std::uint32_t;
using UnderlyingIndex = std::uint32_t;

enum class InstrumentKind : std::uint8_t { Perpetual, Future, Option };

/// Prices above `above` move by `tick`.
struct TickStep {
  Price above;
  Price tick;
};

/// What an option is a right to.
struct OptionTerms {
  fixspec::PutOrCall right = fixspec::PutOrCall::Call;
  Price strike;
};

/// One tradable thing, as a venue lists it. Amounts are in the venue's native unit.
struct InstrumentSpec {
  std::string name;
  InstrumentKind kind = InstrumentKind::Perpetual;
  /// Inverse futures are counted in the quote currency and settle in the base currency. An option
  /// that is inverse is priced and settled in the base currency.
  bool inverse = false;
  std::optional<OptionTerms> option;
  UtcNanos created = 0;
  UtcNanos expires = 0;  ///< 0: never
  Price tick;
  std::vector<TickStep> tick_steps;  ///< ascending
  Quantity amount_step;              ///< also the smallest amount
  Quantity contract_size;
  Decimal maker_fee;
  Decimal taker_fee;
  std::string base;
  std::string counter;
  std::string settlement;
  CurrencyIndex currency = 0;  ///< of `settlement`
  UnderlyingIndex underlying = 0;
  std::string price_index;
  /// Half the width of the price band around the mark, as a fraction of it (an option adds
  /// band_floor).
  Decimal band;
  Decimal band_floor;
  /// Mark = index · (1 + basis) for futures.
  Decimal basis;
  /// Annual volatility for the mark of an option, as a fraction.
  double volatility = 0.5;
  /// The typical size of one quote of the synthetic flow.
  Quantity quote_amount;

  [[nodiscard]] bool is_option() const { return kind == InstrumentKind::Option; }
  [[nodiscard]] bool is_inverse_future() const { return inverse && !is_option(); }
  /// The tick that holds at `price`.
  [[nodiscard]] Price tick_at(Price price) const;
  /// What `amount` at `price` is worth: settlement currency, except for an inverse future, whose
  /// value is kept a million times larger so that 12 decimals are enough for small contracts.
  [[nodiscard]] Decimal entry_value(Decimal amount, Price price) const;
  /// entry_value() in the settlement currency.
  [[nodiscard]] Decimal settled(Decimal value) const;
  /// The price at which `amount` has entry_value() `value`; 8 decimals.
  [[nodiscard]] Price price_of(Decimal amount, Decimal value) const;
};

/// An asset whose price walks.
struct UnderlyingSpec {
  std::string name;  ///< e.g. "btc_usd"
  Price index;       ///< at the start
  Price step;        ///< the largest single term of a step of the walk
};

}  // namespace causeway::simulator::core
