#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "fixspec/id.hpp"
#include "translators/binance/map.hpp"
#include "translators/binance/recent.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// Which orders of an account are ours, and which of them came of which stop. A stop lives in the
/// venue's algo service under our client id; when it triggers, an order with a number and a client
/// id of the venue's choosing comes of it, and only the stop's own news tells which.
class AlgoOrders {
 public:
  struct Stop {
    fixspec::VenueClOrdId client_id;
    fixspec::Symbol symbol;
    std::optional<fixspec::VenueOrderId> number;  ///< in the algo service, once known
    std::optional<OrderUpdate> last;              ///< as it was shown last
    std::optional<fixspec::VenueOrderId> child;   ///< the order that came of it
    bool triggered = false;                       ///< and that was told
    bool ended = false;                           ///< nothing can come of it any more
  };

  AlgoOrders();

  /// This client id is ours.
  void know(const fixspec::VenueClOrdId& client_id) { ours_.put(client_id, true); }
  [[nodiscard]] bool is_ours(const fixspec::VenueClOrdId& client_id) {
    return ours_.contains(client_id);
  }

  /// The venue's number of an order of this client id.
  void note(const fixspec::VenueOrderId& number, const fixspec::VenueClOrdId& client_id) {
    numbers_.put(number, client_id);
  }
  /// The client id of an order, by what came of stops first; nullopt where it is not known.
  [[nodiscard]] std::optional<fixspec::VenueClOrdId> owner_of(const fixspec::VenueOrderId& number);

  /// This stop is ours, and an order may come of it.
  void expect(const fixspec::VenueClOrdId& client_id, const fixspec::Symbol& symbol);
  /// What the venue shows of a stop. Its update's number becomes the child's where there is one,
  /// and its fills are left to the child.
  OrderUpdate learn(AlgoFacts facts);
  /// Nothing can come of it: it was refused, or the venue does not know it.
  void forget(const fixspec::VenueClOrdId& client_id);
  void link(const fixspec::VenueClOrdId& client_id, const fixspec::VenueOrderId& child);

  /// nullptr where this is no stop that is known.
  [[nodiscard]] Stop* find(const fixspec::VenueClOrdId& client_id);
  /// The client id of the stop that this order came of.
  [[nodiscard]] std::optional<fixspec::VenueClOrdId> parent_of(const fixspec::VenueOrderId& child);
  /// The stops on this symbol of which an order may have come that we do not know yet.
  [[nodiscard]] std::vector<fixspec::VenueClOrdId> open_on(const fixspec::Symbol& symbol) const;

 private:
  Recent<fixspec::VenueClOrdId, bool> ours_;
  Recent<fixspec::VenueOrderId, fixspec::VenueClOrdId> numbers_;
  Recent<fixspec::VenueOrderId, fixspec::VenueClOrdId> parents_;
  Recent<fixspec::VenueClOrdId, Stop> done_;       ///< with a child, or ended
  std::map<fixspec::VenueClOrdId, Stop> waiting_;  ///< the others
};

}  // namespace causeway::translators::binance
