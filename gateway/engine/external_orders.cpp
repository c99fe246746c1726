#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"
#include "gateway/engine/ids.hpp"

// Orders and trades of the account that are not ours: counted in exposure, and left alone unless
// ExternalOrders=cancel says otherwise.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::Quantity;
using translators::OrderUpdate;
using translators::VenueOrderState;

namespace {

constexpr std::int64_t late_after_ns = 60 * fixspec::nanos_per_second;

Quantity leaves_of(const OrderUpdate& shown) {
  return shown.cum_qty >= shown.order_qty ? Quantity{} : shown.order_qty - shown.cum_qty;
}

}  // namespace

bool is_end(VenueOrderState state) {
  switch (state) {
    case VenueOrderState::Filled:
    case VenueOrderState::Canceled:
    case VenueOrderState::Rejected:
    case VenueOrderState::Expired:
      return true;
    case VenueOrderState::Open:
    case VenueOrderState::Untriggered:
    case VenueOrderState::Triggered:
      return false;
  }
  return false;
}

const ExternalOrders& Engine::external_orders(const AccountId& account) const {
  static const ExternalOrders none;
  const auto found = external_orders_.find(account);
  return found == external_orders_.end() ? none : found->second;
}

// True where the id was made here: of an order that is no longer kept.
bool Engine::is_forgotten(const std::optional<fixspec::VenueClOrdId>& client_id) const {
  const auto parts = client_id ? parse_venue_cl_ord_id(*client_id) : std::nullopt;
  return parts && parts->instance == instance_;
}

void Engine::external_update(const AccountId& id, const OrderUpdate& update) {
  if (update.venue_order_id.empty()) return;
  ExternalOrders& orders = external_orders_[id];
  const auto known = orders.find(update.venue_order_id);
  const bool ends = is_end(update.state) || leaves_of(update).is_zero();
  if (known == orders.end()) {
    // An old picture of an order of ours that has ended and is no longer kept; one that the venue
    // lists as open is another matter.
    if (ends || (update.source == translators::Source::Stream && is_forgotten(update.client_id))) {
      return;
    }
    ExternalOrder order{.shown = update, .reserved = leaves_of(update), .told_at = sequence_};
    exposure_.open(order.terms(id), order.reserved);
    alarm(Alarm::Severity::Warning, "external_order",
          "order " + update.venue_order_id.to_string() + " on " +
              update.instrument.symbol.to_string() + " of account " + id.to_string() +
              " is not ours; what is open of it, " + order.reserved.to_string() +
              ", counts in the exposure");
    orders.emplace(update.venue_order_id, std::move(order));
  } else {
    ExternalOrder& order = known->second;
    order.told_at = sequence_;
    if (update.venue_time < order.shown.venue_time) return;
    if (ends) return drop_external(id, update.venue_order_id);
    // Its terms may have changed: counted anew.
    exposure_.close(order.terms(id), order.reserved);
    order.shown = update;
    order.reserved = leaves_of(update);
    exposure_.open(order.terms(id), order.reserved);
  }
  ExternalOrder& order = orders.at(update.venue_order_id);
  if (!account_settings_[id].cancel_external) return;
  // Once as the stream tells of it; again where a list shows that it still works.
  if (std::exchange(order.cancel_sent, true) && update.source == translators::Source::Stream)
    return;
  request(id, translators::CancelOrder{.client_id = {},
                                       .venue_order_id = update.venue_order_id,
                                       .instrument = update.instrument,
                                       .ord_type = update.ord_type});
}

void Engine::external_fill(Account& account, const AccountId& id, const translators::Fill& fill) {
  if (fill.source != translators::Source::Stream && fill.venue_time < account.counted_from) return;
  if (!fill.trade.last_qty.is_positive()) return;
  // An old trade of an order that is no longer kept was counted when it came.
  const bool is_old =
      fill.source != translators::Source::Stream || fill.venue_time < now_.utc_ns - late_after_ns;
  if (is_old && is_forgotten(fill.client_id)) return;
  if (own_trades_[id].find(fill.instrument, fill.trade.trade_id, fill.side)) return;
  if (!external_trades_[id].insert(fill.instrument, fill.trade.trade_id, fill.side, 0)) return;
  exposure_.trade(id, fill.instrument, fill.side, fill.trade.last_qty);
  add_to_fill_sum({id, fill.instrument}, fill.side, fill.trade.last_qty);
  account.comparison.moved.insert(fill.instrument);
  ExternalOrders& orders = external_orders_[id];
  const auto known = orders.find(fill.venue_order_id);
  // A picture of the order that is as new has the fill in it.
  if (known != orders.end() && fill.venue_time > known->second.shown.venue_time) {
    ExternalOrder& order = known->second;
    order.shown.cum_qty += fill.trade.last_qty;
    const Quantity left = leaves_of(order.shown);
    exposure_.reserve(order.terms(id), left - order.reserved);
    order.reserved = left;
    if (left.is_zero()) drop_external(id, fill.venue_order_id);
  }
  if (!account.position_known) return;  // it is in the opening position
  alarm(Alarm::Severity::Warning, "external_fill",
        "trade " + fill.trade.trade_id.to_string() + " on " + fill.instrument.symbol.to_string() +
            " of account " + id.to_string() +
            " belongs to no order of ours; it is counted in the position");
}

// After a complete list: what is not in it has ended, unless it was told of since the list was
// asked for.
void Engine::keep_listed_externals(const AccountId& id, const translators::OpenOrders& listed,
                                   translators::RequestId request_id) {
  std::set<fixspec::VenueOrderId> names;
  for (const OrderUpdate& update : listed.orders) names.insert(update.venue_order_id);
  std::vector<fixspec::VenueOrderId> gone;
  for (const auto& [venue_order_id, order] : external_orders_[id]) {
    if (!names.contains(venue_order_id) && order.told_at <= sequence_of(request_id)) {
      gone.push_back(venue_order_id);
    }
  }
  for (const auto& venue_order_id : gone) drop_external(id, venue_order_id);
}

void Engine::drop_external(const AccountId& id, const fixspec::VenueOrderId& venue_order_id) {
  const auto of_account = external_orders_.find(id);
  if (of_account == external_orders_.end()) return;
  const auto found = of_account->second.find(venue_order_id);
  if (found == of_account->second.end()) return;
  exposure_.close(found->second.terms(id), found->second.reserved);
  of_account->second.erase(found);
}

}  // namespace causeway::gateway::engine
