#include "strategies/market_maker/profit.hpp"

namespace causeway::strategies::market_maker {

using fixspec::Decimal;
using fixspec::Rounding;

namespace {

// A quotient or product that the class comment speaks of. Prices and quantities of instruments are
// far inside Decimal's range.
Decimal product(Decimal a, Decimal b) {
  return Decimal::multiply(a, b, Rounding::HalfEven).value();
}

}  // namespace

Profit::Profit(const fixspec::Instrument& instrument, fixspec::Quantity position)
    : inverse_(instrument.contract_type == fixspec::ContractType::Inverse),
      currency_(instrument.settle),
      position_(position) {}

Decimal Profit::value_of(fixspec::Price price) const {
  if (!inverse_) return price.value();
  return -Decimal::divide(Decimal::from_integer(1), price.value(), Rounding::HalfEven).value();
}

void Profit::on_mid(fixspec::Price mid) {
  const Decimal unit = value_of(mid);
  if (has_mid_) {
    inventory_ += product(position_.value(), unit - unit_at_mid_);
  } else {
    cash_ -= product(position_.value(), unit);
  }
  has_mid_ = true;
  unit_at_mid_ = unit;
}

void Profit::on_fill(fixspec::Side side, const fixspec::Trade& trade) {
  const fixspec::Quantity change = side == fixspec::Side::Buy ? trade.last_qty : -trade.last_qty;
  const Decimal unit = value_of(trade.last_px);
  spread_ += product(change.value(), unit_at_mid_ - unit);
  cash_ -= product(change.value(), unit);
  position_ += change;
  if (!trade.fee) return;
  if (trade.fee->currency == currency_) {
    fees_ -= trade.fee->amount;
  } else {
    other_fees_[trade.fee->currency] -= trade.fee->amount;
  }
}

Decimal Profit::total() const { return spread_ + inventory_ + fees_; }

Decimal Profit::by_cash() const { return cash_ + product(position_.value(), unit_at_mid_) + fees_; }

}  // namespace causeway::strategies::market_maker
