#pragma once

#include "simulator/core/instrument.hpp"

namespace causeway::simulator::core {

/// What an option is worth by Black-Scholes without interest, and how that changes. Prices are in
/// the quote currency of the underlying; floating point, for marks and greeks only.
struct OptionValue {
  double price = 0;
  double delta = 0;
  double gamma = 0;
  double vega = 0;   ///< per percent of volatility
  double theta = 0;  ///< per day
  double rho = 0;    ///< per percent of interest
};

OptionValue value_option(const InstrumentSpec& spec, Price index, UtcNanos now);
/// The mark of an option: in the underlying for an inverse one (4 decimals), never below one tick.
Price option_mark(const InstrumentSpec& spec, Price index, UtcNanos now);
/// A decimal as a floating-point number, for the model and for statistics, never for money.
double approximate(Decimal value);

}  // namespace causeway::simulator::core
