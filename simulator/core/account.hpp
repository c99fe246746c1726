#pragma once

#include <string>
#include <vector>

#include "simulator/core/order.hpp"

namespace causeway::simulator::core {

/// What an account holds of one instrument, and what its open orders could add.
struct Position {
  Quantity size;        ///< signed
  Decimal entry_value;  ///< InstrumentSpec::entry_value() of the whole size, never negative
  Decimal realized;     ///< settlement currency, since the start; without fees
  // Of the open orders that are not reduce-only:
  Quantity open_buy;
  Quantity open_sell;
  Decimal open_buy_value;      ///< sum of amount · price
  Decimal open_sell_value;     ///< likewise
  UtcNanos changed = 0;        ///< when it last traded; 0: never
  std::int64_t leverage = 50;  ///< of a future: its initial margin is one part in so many

  [[nodiscard]] Price average_price(const InstrumentSpec& spec) const {
    return spec.price_of(size.value().abs(), entry_value);
  }
  /// Profit or loss of the whole position against `mark`, in the settlement currency.
  [[nodiscard]] Decimal unrealized(const InstrumentSpec& spec, Price mark) const;
  [[nodiscard]] bool is_empty() const {
    return size.is_zero() && open_buy.is_zero() && open_sell.is_zero();
  }
};

/// What a fill did to an account.
struct Booking {
  Decimal profit_loss;
  Decimal fee;
};

/// Balances and positions of one client, or of the house. Realized profit is booked to the balance
/// at once; an option's premium is paid at once.
class Account {
 public:
  Account(std::string name, std::size_t currencies, std::size_t instruments)
      : name_(std::move(name)),
        balances_(currencies),
        positions_(instruments * position_sides.size()) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Decimal balance(CurrencyIndex currency) const { return balances_[currency]; }
  void deposit(CurrencyIndex currency, Decimal amount) { balances_[currency] += amount; }
  [[nodiscard]] const Position& position(InstrumentIndex at,
                                         PositionSide side = PositionSide::Net) const {
    return positions_[slot(at, side)];
  }
  [[nodiscard]] Position& position(InstrumentIndex at, PositionSide side = PositionSide::Net) {
    return positions_[slot(at, side)];
  }

  /// Books a fill: position, balance and fee.
  Booking book(const InstrumentSpec& spec, InstrumentIndex at, Side side, Quantity amount,
               Price price, bool maker, PositionSide position_side = PositionSide::Net);

  /// True: a resting order of the account gives way to its own incoming one; false: the incoming
  /// one is refused.
  bool self_trade_cancels_maker = false;

 private:
  static std::size_t slot(InstrumentIndex at, PositionSide side) {
    return at * position_sides.size() + static_cast<std::size_t>(side);
  }

  std::string name_;
  std::vector<Decimal> balances_;
  std::vector<Position> positions_;
};

/// The fee of a fill in the settlement currency: the rate on the value, for options on the amount
/// and at most an eighth of the premium; rounded up to 8 decimals (6 for dollars).
Decimal fee_of(const InstrumentSpec& spec, Quantity amount, Price price, bool maker);
/// The margin that a position and its open orders need at `mark`, in the settlement currency: the
/// worst case by the position's leverage for futures; for options the value of what is held and of
/// open buys, and 15 % of the underlying plus the mark for what is short.
Decimal initial_margin(const InstrumentSpec& spec, const Position& position, Price mark);
/// Half of what the position alone needs.
Decimal maintenance_margin(const InstrumentSpec& spec, const Position& position, Price mark);

}  // namespace causeway::simulator::core
