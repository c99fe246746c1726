#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "risk/exposure.hpp"
#include "translators/venue.hpp"

// What the engine keeps of an account besides its orders: trades that were counted, orders that are
// not ours, and what has stopped new orders.
namespace causeway::gateway::engine {

/// The newest trades of an account, so that each counts once. By side, too: where an account trades
/// with itself, both its orders have a trade of the same id.
class RecentTrades {
 public:
  static constexpr std::size_t most = 10'000;

  /// Remembers that the trade was counted for order `number`, 0 for an order that is not ours.
  /// False where the trade is known.
  bool insert(const fixspec::InstrumentKey& instrument, const fixspec::TradeId& trade,
              fixspec::Side side, std::uint64_t number);
  /// The order that the trade was counted for; nullopt where it is not known.
  [[nodiscard]] std::optional<std::uint64_t> find(const fixspec::InstrumentKey& instrument,
                                                  const fixspec::TradeId& trade,
                                                  fixspec::Side side) const;
  /// What it remembers, for a snapshot: state_fields.hpp.
  template <class Archive, class Self>
  static void fields(Archive& a, Self& v);

 private:
  using Key = std::tuple<fixspec::InstrumentKey, fixspec::TradeId, fixspec::Side>;
  // Not noexcept, so that the library keeps the hash beside the key.
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<fixspec::TradeId>{}(std::get<fixspec::TradeId>(key)) ^
             static_cast<std::size_t>(std::get<fixspec::Side>(key));
    }
  };
  std::unordered_map<Key, std::uint64_t, KeyHash> known_;
  std::deque<Key> oldest_first_;
};

/// An open order of the account that is not ours, as the venue showed it last.
struct ExternalOrder {
  translators::OrderUpdate shown;
  fixspec::Quantity reserved;  ///< counted in risk::Exposure
  std::uint64_t told_at = 0;   ///< the sequence of the input that told of it last
  bool cancel_sent = false;    ///< by the policy ExternalOrders=cancel

  /// How risk counts it: of no session.
  [[nodiscard]] risk::OrderTerms terms(const fixspec::AccountId& account) const;
};
using ExternalOrders = std::map<fixspec::VenueOrderId, ExternalOrder>;

/// What must always hold. Where one does not, new orders stop for the scope that it concerns.
enum class Check : std::uint8_t {
  PositionMismatch,  ///< the venue counts another position than we: instrument
  Overfill,          ///< CumQty(14) above OrderQty(38): instrument
  CumQtyFell,        ///< the venue counts less of an order filled than it had told: instrument
  TradeTwice,        ///< one trade told of two orders of ours: instrument
  FillSum,           ///< the fills do not come to the position that risk counts: instrument
  ReservedRisk,      ///< the open quantity that risk counts is not that of the orders: instrument
  SecondVenueOrder,  ///< two orders at the venue under one id of ours: account
};
/// A stable snake_case name, as alarms carry it.
std::string_view to_text(Check check);

/// A stop of new orders, until it is cleared by its number. Cancels always pass.
struct Halt {
  std::uint64_t number = 0;  ///< the sequence of the input that brought it about
  Check check = Check::PositionMismatch;
  fixspec::AccountId account;
  std::optional<fixspec::InstrumentKey> instrument;  ///< absent: the whole account
  std::string why;
  /// The venue's count, for PositionMismatch: what makes the smaller of both smaller passes.
  fixspec::Quantity venue_position;

  friend bool operator==(const Halt&, const Halt&) = default;
};

/// A recomputation of what is reserved, a few orders with each input, so that its cost does not
/// depend on how many are open. A change of an order that it has passed is added as it happens.
struct ReservationSweep {
  using Key = std::pair<fixspec::AccountId, fixspec::InstrumentKey>;
  struct Sums {
    fixspec::Quantity buy;
    fixspec::Quantity sell;

    friend bool operator==(const Sums&, const Sums&) = default;
  };
  std::uint64_t passed = 0;  ///< orders up to this number are in `sums`
  std::map<Key, Sums> sums;
  std::uint64_t rest = 0;  ///< inputs until the next begins: comparing costs by instrument
};

}  // namespace causeway::gateway::engine
