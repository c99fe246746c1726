#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulator/binance/catalog.hpp"

namespace causeway::simulator::binance {

using core::Order;
using core::OrderNumber;

enum class TimeInForce : std::uint8_t { Gtc, Ioc, Fok, Gtx, Gtd, Rpi };
enum class PriceMatch : std::uint8_t { None, Opponent, Opponent5, Queue, Queue5, Queue10, Queue20 };

/// What the venue keeps of an order beyond what the matching engine needs.
struct OrderTerms {
  TimeInForce time_in_force = TimeInForce::Gtc;
  PriceMatch price_match = PriceMatch::None;
  bool mark_price = false;  ///< workingType
  bool price_protect = false;
  std::int64_t good_till_ms = 0;
  OrderNumber algo = 0;  ///< the conditional order that made it; 0: none
};

/// One accepted modification.
struct AmendmentRecord {
  std::int64_t id = 0;
  UtcNanos time = 0;
  Price price_before;
  Price price_after;
  Quantity quantity_before;
  Quantity quantity_after;
};

/// A conditional order: a triggered order of the engine under an id of its own.
struct Algo {
  std::int64_t id = 0;
  OrderNumber order = 0;
  std::string callback_rate = {};  ///< as it was sent
  OrderNumber child = 0;
  UtcNanos triggered = 0;
  std::string reject_reason = {};
};

/// Names, terms and histories of all orders of one venue.
class Orders {
 public:
  explicit Orders(std::int64_t first_algo) : next_algo_(first_algo) {}

  [[nodiscard]] const OrderTerms& terms(OrderNumber order) const;
  OrderTerms& terms(OrderNumber order) { return terms_[order]; }

  std::vector<AmendmentRecord>& amendments(OrderNumber order) { return amendments_[order]; }
  [[nodiscard]] const std::vector<AmendmentRecord>* find_amendments(OrderNumber order) const;

  Algo& add_algo(OrderNumber order);
  /// The algo of that id, or of that engine order; nullptr where there is none.
  [[nodiscard]] const Algo* algo(std::int64_t id) const;
  [[nodiscard]] const Algo* algo_of(OrderNumber order) const;
  Algo* algo_of(OrderNumber order);
  [[nodiscard]] const std::map<std::int64_t, Algo>& algos() const { return algos_; }

 private:
  std::unordered_map<OrderNumber, OrderTerms> terms_;
  std::unordered_map<OrderNumber, std::vector<AmendmentRecord>> amendments_;
  std::map<std::int64_t, Algo> algos_;
  std::unordered_map<OrderNumber, std::int64_t> algo_ids_;
  std::int64_t next_algo_;
};

/// True for the engine's orders that the venue calls conditional.
inline bool is_algo(const Order& order) { return core::is_triggered_type(order.request.type); }

// The venue's words.
std::string_view to_text(TimeInForce value);
std::string_view to_text(PriceMatch value);
std::string_view to_text(core::SelfTrade value);
std::string_view to_text(core::PositionSide value);
std::string_view side_text(core::Side side);
/// LIMIT, MARKET, STOP ...
std::string_view type_text(core::OrderType type);
/// NEW, PARTIALLY_FILLED ... of an ordinary order.
std::string_view status_text(const Order& order);
/// The reason code of an expiry on the user stream ("er").
std::string_view expiry_reason(const Order& order);
/// NEW, TRIGGERED, FINISHED ... of a conditional one; `child` may be nullptr.
std::string_view algo_status_text(const Order& order, const Order* child);

}  // namespace causeway::simulator::binance
