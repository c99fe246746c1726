#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "fixspec/id.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/map.hpp"
#include "translators/binance/recent.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// How long after the end of its window the outcome of a request may still be open at the venue: it
/// looks at the window again before matching, then waits up to ten seconds; a second for its
/// queries to show it, one for clocks.
inline constexpr std::int64_t visibility_lag_ns = 12 * fixspec::nanos_per_second;

/// Nothing more happens to an order in this state.
bool is_over(VenueOrderState state);

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
    bool absent = false;  ///< the venue has not taken it, as far as is known
    /// In the venue's clock: if the venue does not know it after this, it never will.
    fixspec::UtcNanos absent_after = 0;
    std::uint64_t number_here = 0;    ///< stops are counted in the order in which they became known
    fixspec::Quantity child_cum_qty;  ///< what the child's own events have told
    bool child_ended = false;         ///< and whether they told its end
  };
  struct Link {
    fixspec::VenueClOrdId client_id;
    fixspec::VenueOrderId child;
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

  /// This stop is ours, and an order may come of it. If the venue does not know it after
  /// `absent_after`, in the venue's clock, it never will.
  void expect(const fixspec::VenueClOrdId& client_id, const fixspec::Symbol& symbol,
              fixspec::UtcNanos absent_after);
  /// What the venue shows of a stop. Where an order came of it, the update has that one's number,
  /// and its fills and its end are left to that one's own pictures.
  OrderUpdate learn(AlgoFacts facts);
  /// Nothing can come of it: it was refused or never sent, or has ended.
  void forget(const fixspec::VenueClOrdId& client_id);
  /// The venue, asked at `asked_at` (its clock), does not know it: conclusive after absent_after
  /// alone, and of a stop that it has never shown. Until then the stop is still waited for.
  void not_found(const fixspec::VenueClOrdId& client_id, fixspec::UtcNanos asked_at);
  void link(const fixspec::VenueClOrdId& client_id, const fixspec::VenueOrderId& child);
  /// The links that were made since the last call.
  [[nodiscard]] std::vector<Link> take_links() { return std::exchange(links_, {}); }

  /// nullptr where this is no stop that is known.
  [[nodiscard]] Stop* find(const fixspec::VenueClOrdId& client_id);
  /// The client id of the stop that this order came of.
  [[nodiscard]] std::optional<fixspec::VenueClOrdId> parent_of(const fixspec::VenueOrderId& child);
  /// How many stops have become known so far.
  [[nodiscard]] std::uint64_t stops_known() const { return stops_known_; }
  /// The stops on this symbol of which an order may have come that we do not know yet, among the
  /// first `known` ones.
  [[nodiscard]] std::vector<fixspec::VenueClOrdId> open_on(const fixspec::Symbol& symbol,
                                                           std::uint64_t known = UINT64_MAX) const;

 private:
  Recent<fixspec::VenueClOrdId, bool> ours_;
  Recent<fixspec::VenueOrderId, fixspec::VenueClOrdId> numbers_;
  Recent<fixspec::VenueOrderId, fixspec::VenueClOrdId> parents_;
  Recent<fixspec::VenueClOrdId, Stop> done_;       ///< with a child, or ended
  std::map<fixspec::VenueClOrdId, Stop> waiting_;  ///< the others
  std::uint64_t stops_known_ = 0;
  std::vector<Link> links_;
};

}  // namespace causeway::translators::binance
