#include "fixspec/instrument.hpp"

namespace causeway::fixspec {

std::string_view to_text(Segment segment) {
  switch (segment) {
    case Segment::Spot:
      return "SPOT";
    case Segment::Linear:
      return "LINEAR";
    case Segment::Inverse:
      return "INVERSE";
    case Segment::Option:
      return "OPTION";
  }
  return "";
}

std::optional<Segment> segment_from_text(std::string_view text) {
  for (const Segment segment :
       {Segment::Spot, Segment::Linear, Segment::Inverse, Segment::Option}) {
    if (to_text(segment) == text) return segment;
  }
  return std::nullopt;
}

Price tick_at(const Instrument& instrument, Price price) {
  Price tick = instrument.tick;
  for (const TickStep& step : instrument.tick_steps) {
    if (price.abs() > step.above_price) tick = step.tick;
  }
  return tick;
}

Result<Notional, DecimalError> notional(const Instrument& instrument, Quantity qty, Price price) {
  const Decimal units = qty.value().abs();
  const auto in_units = Decimal::multiply(units, instrument.qty_type == QtyType::Contracts
                                                     ? instrument.contract_multiplier
                                                     : Decimal::from_integer(1),
                                          Rounding::AwayFromZero);
  if (!in_units) return Unexpected{in_units.error()};
  if (instrument.contract_type == ContractType::Inverse &&
      instrument.security_type != SecurityType::Option) {
    return Notional{*in_units};
  }
  const auto value = Decimal::multiply(*in_units, price.value().abs(), Rounding::AwayFromZero);
  if (!value) return Unexpected{value.error()};
  return Notional{*value};
}

}  // namespace causeway::fixspec
