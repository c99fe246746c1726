#pragma once

#include <map>

#include "fixspec/amount.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/report.hpp"

namespace causeway::strategies::market_maker {

/// Profit and loss of one instrument, split so that the parts add up to the last digit:
///
///   spread earned + inventory + fees = cash + position · mid
///
/// Spread earned: each fill against the mid at that moment. Inventory: what the position made as
/// the mid moved between. Fees are negative where they were paid. Linear instruments count in the
/// quote currency: cash = −Σ ±qty·price. An inverse one (its quantity counts dollars) has its
/// profit in the coin, Σ ±qty·(1/mid − 1/price), where each quotient is a rounded decimal of 12
/// digits that is computed once a price, so that the sum holds exactly there, too.
///
/// A position that was there at the start counts as bought at the first mid.
class Profit {
 public:
  explicit Profit(const fixspec::Instrument& instrument, fixspec::Quantity position = {});

  /// The mid moved.
  void on_mid(fixspec::Price mid);
  /// A fill at the mid that was told last; the first needs a mid before it.
  void on_fill(fixspec::Side side, const fixspec::Trade& trade);

  [[nodiscard]] fixspec::Decimal spread_earned() const { return spread_; }
  [[nodiscard]] fixspec::Decimal inventory() const { return inventory_; }
  /// In the currency of the profit; fees in other currencies are in other_fees().
  [[nodiscard]] fixspec::Decimal fees() const { return fees_; }
  [[nodiscard]] const std::map<fixspec::Currency, fixspec::Decimal>& other_fees() const {
    return other_fees_;
  }
  [[nodiscard]] fixspec::Decimal total() const;
  /// The same by the other way: cash and the position at the newest mid. Always equals total().
  [[nodiscard]] fixspec::Decimal by_cash() const;
  [[nodiscard]] fixspec::Quantity position() const { return position_; }
  [[nodiscard]] const fixspec::Currency& currency() const { return currency_; }

 private:
  /// What one unit of quantity is worth at that price.
  [[nodiscard]] fixspec::Decimal value_of(fixspec::Price price) const;

  bool inverse_ = false;
  fixspec::Currency currency_;
  bool has_mid_ = false;
  fixspec::Decimal unit_at_mid_;
  fixspec::Decimal spread_;
  fixspec::Decimal inventory_;
  fixspec::Decimal fees_;
  fixspec::Decimal cash_;
  std::map<fixspec::Currency, fixspec::Decimal> other_fees_;
  fixspec::Quantity position_;
};

}  // namespace causeway::strategies::market_maker
