#include "translators/binance/algo_orders.hpp"

#include <utility>

namespace causeway::translators::binance {
namespace {

constexpr std::size_t client_ids_kept = 100'000;
constexpr std::size_t stops_kept = 10'000;

bool is_end(VenueOrderState state) {
  return state == VenueOrderState::Filled || state == VenueOrderState::Canceled ||
         state == VenueOrderState::Rejected || state == VenueOrderState::Expired;
}

}  // namespace

AlgoOrders::AlgoOrders()
    : ours_(client_ids_kept), numbers_(client_ids_kept), parents_(stops_kept), done_(stops_kept) {}

std::optional<fixspec::VenueClOrdId> AlgoOrders::owner_of(const fixspec::VenueOrderId& number) {
  if (auto parent = parent_of(number)) return parent;
  const fixspec::VenueClOrdId* owner = numbers_.find(number);
  return owner == nullptr ? std::nullopt : std::optional{*owner};
}

void AlgoOrders::expect(const fixspec::VenueClOrdId& client_id, const fixspec::Symbol& symbol) {
  know(client_id);
  if (find(client_id) != nullptr) return;
  Stop& stop = waiting_[client_id];
  stop.client_id = client_id;
  stop.symbol = symbol;
}

AlgoOrders::Stop* AlgoOrders::find(const fixspec::VenueClOrdId& client_id) {
  const auto found = waiting_.find(client_id);
  return found != waiting_.end() ? &found->second : done_.find(client_id);
}

OrderUpdate AlgoOrders::learn(AlgoFacts facts) {
  OrderUpdate& update = facts.update;
  if (!update.client_id) return update;
  expect(*update.client_id, update.instrument.symbol);
  Stop* stop = find(*update.client_id);
  if (!stop->number) stop->number = update.venue_order_id;
  stop->last = update;
  stop->ended = stop->ended || is_end(update.state);
  stop->triggered = stop->triggered || update.state == VenueOrderState::Triggered;
  if (facts.child) link(*update.client_id, *facts.child);
  stop = find(*update.client_id);
  if (stop->child) {
    update.venue_order_id = *stop->child;
    // What has been done by it is told by its own events, and its end too.
    update.cum_qty = {};
  } else if (stop->ended) {
    forget(*update.client_id);
  }
  return update;
}

void AlgoOrders::forget(const fixspec::VenueClOrdId& client_id) {
  auto stop = waiting_.extract(client_id);
  if (stop.empty()) return;
  stop.mapped().ended = true;
  done_.put(client_id, std::move(stop.mapped()));
}

void AlgoOrders::link(const fixspec::VenueClOrdId& client_id, const fixspec::VenueOrderId& child) {
  parents_.put(child, client_id);
  know(client_id);
  auto stop = waiting_.extract(client_id);
  if (stop.empty()) {
    if (Stop* known = done_.find(client_id)) known->child = child;
    return;
  }
  stop.mapped().child = child;
  done_.put(client_id, std::move(stop.mapped()));
}

std::optional<fixspec::VenueClOrdId> AlgoOrders::parent_of(const fixspec::VenueOrderId& child) {
  const fixspec::VenueClOrdId* parent = parents_.find(child);
  return parent == nullptr ? std::nullopt : std::optional{*parent};
}

std::vector<fixspec::VenueClOrdId> AlgoOrders::open_on(const fixspec::Symbol& symbol) const {
  std::vector<fixspec::VenueClOrdId> found;
  for (const auto& [client_id, stop] : waiting_) {
    if (stop.symbol == symbol) found.push_back(client_id);
  }
  return found;
}

}  // namespace causeway::translators::binance
