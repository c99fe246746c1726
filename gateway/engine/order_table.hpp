#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "gateway/engine/order.hpp"

namespace causeway::gateway::engine {

/// Every order, found by each of its names; those that we made hold its number. Orders are kept in
/// the order they were made; those that have ended are dropped when their retention is over.
class OrderTable {
 public:
  using Orders = std::map<std::uint64_t, Order>;

  Order& add(Order order);
  [[nodiscard]] Order* by_number(std::uint64_t number);
  [[nodiscard]] Order* by_order_id(const fixspec::OrderId& id);
  [[nodiscard]] Order* by_client_id(const fixspec::VenueClOrdId& id);
  [[nodiscard]] Order* by_venue_order_id(const fixspec::AccountId& account,
                                         const fixspec::VenueOrderId& id);
  /// The order that `cl_ord_id` names in this session, as its own id or that of a request on it.
  [[nodiscard]] Order* by_cl_ord_id(const fixspec::SessionId& session,
                                    const fixspec::ClOrdId& cl_ord_id);

  [[nodiscard]] const Order* find(const fixspec::SessionId& session,
                                  const fixspec::ClOrdId& cl_ord_id) const;

  /// `cl_ord_id` names a request on `order` from now on.
  void name(Order& order, const fixspec::ClOrdId& cl_ord_id);
  void set_venue_order_id(Order& order, const fixspec::VenueOrderId& id);
  void mark_final(const Order& order, fixspec::UtcNanos now);
  void mark_open(const Order& order) { open_.insert(order.number); }

  /// Numbers of the orders that have not ended, ascending.
  [[nodiscard]] const std::set<std::uint64_t>& open() const { return open_; }
  [[nodiscard]] const Orders& all() const { return orders_; }
  /// Forgets orders that ended before `before`.
  void purge(fixspec::UtcNanos before);

 private:
  using Name = std::pair<fixspec::SessionId, fixspec::ClOrdId>;
  using VenueName = std::pair<fixspec::AccountId, fixspec::VenueOrderId>;
  // Not noexcept, which makes the library keep each key's hash beside it: to compute it again for
  // every neighbour that is passed costs more than the look-up.
  struct PairHash {
    template <class A, class B>
    std::size_t operator()(const std::pair<A, B>& pair) const {
      return std::hash<A>{}(pair.first) * 31 + std::hash<B>{}(pair.second);
    }
  };

  Orders orders_;
  std::unordered_map<VenueName, std::uint64_t, PairHash> by_venue_order_id_;
  std::unordered_map<Name, std::uint64_t, PairHash> by_cl_ord_id_;
  std::set<std::uint64_t> open_;
  std::deque<std::pair<fixspec::UtcNanos, std::uint64_t>> ended_;
};

}  // namespace causeway::gateway::engine
