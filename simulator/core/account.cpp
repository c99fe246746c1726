#include "simulator/core/account.hpp"

#include <algorithm>

namespace causeway::simulator::core {
namespace {

Decimal profit(const InstrumentSpec& spec, bool was_long, Decimal entry, Decimal exit) {
  // An inverse future's value falls as its price rises.
  const bool rises = was_long != spec.is_inverse_future();
  return spec.settled(rises ? exit - entry : entry - exit);
}

Decimal short_option_margin(const InstrumentSpec& spec, Quantity amount, Price mark) {
  const Decimal per_unit =
      spec.inverse ? dec("0.15") : times(dec("0.15"), spec.option->strike.value());
  return times(amount.value(), per_unit + mark.value());
}

}  // namespace

Decimal Position::unrealized(const InstrumentSpec& spec, Price mark) const {
  if (size.is_zero()) return {};
  return profit(spec, size.is_positive(), entry_value, spec.entry_value(size.value().abs(), mark));
}

Booking Account::book(const InstrumentSpec& spec, InstrumentIndex at, Side side, Quantity amount,
                      Price price, bool maker, PositionSide position_side) {
  auto& position = positions_[slot(at, position_side)];
  auto& balance = balances_[spec.currency];
  const Decimal value = spec.entry_value(amount.value(), price);
  const Quantity signed_amount = side == Side::Buy ? amount : -amount;
  Booking result{.profit_loss = {}, .fee = fee_of(spec, amount, price, maker)};

  const bool was_long = position.size.is_positive();
  const bool closes = !position.size.is_zero() && was_long != (side == Side::Buy);
  Decimal opened = value;
  if (closes) {
    const Decimal held = position.size.value().abs();
    const Decimal closed = std::min(held, amount.value());
    const Decimal entry_part =
        closed == held ? position.entry_value : over(times(position.entry_value, closed), held);
    const Decimal exit_part =
        closed == amount.value() ? value : over(times(value, closed), amount.value());
    result.profit_loss = profit(spec, was_long, entry_part, exit_part);
    position.entry_value -= entry_part;
    opened = value - exit_part;
  }
  position.entry_value += opened;
  position.size += signed_amount;
  position.realized += result.profit_loss;
  if (spec.is_option()) {
    balance -= side == Side::Buy ? value : -value;
  } else {
    balance += result.profit_loss;
  }
  balance -= result.fee;
  return result;
}

Decimal fee_of(const InstrumentSpec& spec, Quantity amount, Price price, bool maker) {
  const Decimal rate = maker ? spec.maker_fee : spec.taker_fee;
  const Decimal value = spec.settled(spec.entry_value(amount.value(), price));
  const bool coin = spec.settlement == spec.base;
  Decimal fee = times(rate, spec.is_option() && coin ? amount.value() : value);
  if (spec.is_option()) fee = std::min(fee, over(value, Decimal::from_integer(8)));
  return rounded(fee, coin ? 8 : 6, fixspec::Rounding::AwayFromZero);
}

Decimal initial_margin(const InstrumentSpec& spec, const Position& position, Price mark) {
  const Quantity most = position.size + position.open_buy;
  const Quantity least = position.size - position.open_sell;
  if (spec.is_option()) {
    Decimal margin = position.open_buy_value;
    if (position.size.is_positive()) margin += times(position.size.value(), mark.value());
    if (least.value().is_negative()) margin += short_option_margin(spec, -least, mark);
    return margin;
  }
  const Decimal worst = std::max(most.value().abs(), least.value().abs());
  if (worst.is_zero()) return {};
  return scaled(spec.settled(spec.entry_value(worst, mark)), 1, position.leverage);
}

Decimal maintenance_margin(const InstrumentSpec& spec, const Position& position, Price mark) {
  Position alone;
  alone.size = position.size;
  alone.leverage = position.leverage;
  return scaled(initial_margin(spec, alone, mark), 1, 2);
}

}  // namespace causeway::simulator::core
