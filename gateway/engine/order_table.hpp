#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "gateway/engine/order.hpp"
#include "gateway/engine/past_names.hpp"

namespace causeway::gateway::engine {

/// Every order, found by each of its names; those that we made hold its number. Orders are kept in
/// the order they were made. Of those that have ended the newest are kept whole; of the others,
/// their ClOrdIDs and how they ended. So the table does not grow with the orders of a day.
class OrderTable {
 public:
  using Orders = std::map<std::uint64_t, Order>;
  /// ClOrdIDs of one order that are kept with it; the older ones of an order that is replaced again
  /// and again become past names.
  static constexpr std::size_t most_names = 64;

  /// How much is kept.
  struct Retention {
    std::size_t ended_orders = 20'000;
    std::size_t past_names = 10'000;
  };
  void set_retention(const Retention& retention);

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
  /// What is known of a ClOrdID whose order is no longer kept whole.
  [[nodiscard]] const PastName* past(const fixspec::SessionId& session,
                                     const fixspec::ClOrdId& cl_ord_id) const;
  /// Whether the session has used it, within the retention.
  [[nodiscard]] bool is_used(const fixspec::SessionId& session,
                             const fixspec::ClOrdId& cl_ord_id) const {
    return find(session, cl_ord_id) != nullptr || past(session, cl_ord_id) != nullptr;
  }

  /// `cl_ord_id` names a request on `order` from now on.
  void name(Order& order, const fixspec::ClOrdId& cl_ord_id, fixspec::UtcNanos now);
  void set_venue_order_id(Order& order, const fixspec::VenueOrderId& id);
  void mark_final(const Order& order, fixspec::UtcNanos now);
  void mark_open(const Order& order) { open_.insert(order.number); }

  /// Numbers of the orders that have not ended, ascending.
  [[nodiscard]] const std::set<std::uint64_t>& open() const { return open_; }
  [[nodiscard]] const Orders& all() const { return orders_; }
  [[nodiscard]] const PastNames& past_names() const { return past_; }
  /// Forgets orders and names that ended before `before`, and keeps of the other ended orders the
  /// newest whole. `on_shortened` is called with each of the rest, before it is cut down to its
  /// names. False where a name had to go that had not ended before `before`: the retention is too
  /// small.
  bool purge(fixspec::UtcNanos before, const std::function<void(const Order&)>& on_shortened);
  /// What it remembers, for a snapshot: state_fields.hpp.
  template <class Archive, class Self>
  static void fields(Archive& a, Self& v);

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

  bool shorten(const Order& order, fixspec::UtcNanos ended, fixspec::UtcNanos before);

  Retention retention_;
  Orders orders_;
  std::unordered_map<VenueName, std::uint64_t, PairHash> by_venue_order_id_;
  std::unordered_map<Name, std::uint64_t, PairHash> by_cl_ord_id_;
  std::set<std::uint64_t> open_;
  std::deque<std::pair<fixspec::UtcNanos, std::uint64_t>> ended_;
  PastNames past_;
};

}  // namespace causeway::gateway::engine
