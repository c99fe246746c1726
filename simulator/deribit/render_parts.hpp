#pragma once

#include "simulator/deribit/render.hpp"

// What the render_*.cpp files share.
namespace causeway::simulator::deribit {

/// Brought to the 8 decimals of a coin.
core::Decimal coin(core::Decimal value);
/// `amount` in contracts.
core::Decimal contracts(const core::InstrumentSpec& spec, core::Quantity amount);
/// A number of the option model with so many decimals.
core::Decimal from_double(double value, int decimals);
/// An option's volatility in percent.
core::Decimal volatility_percent(const core::InstrumentSpec& spec);

}  // namespace causeway::simulator::deribit
