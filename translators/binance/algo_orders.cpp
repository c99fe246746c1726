#include "translators/binance/algo_orders.hpp"

#include <utility>

namespace causeway::translators::binance {
namespace {

// Of at most twice as many; an id that is forgotten is asked about where it matters.
constexpr std::size_t client_ids_kept = 10'000;
constexpr std::size_t stops_kept = 10'000;

}  // namespace

bool is_over(VenueOrderState state) {
  return state == VenueOrderState::Filled || state == VenueOrderState::Canceled ||
         state == VenueOrderState::Rejected || state == VenueOrderState::Expired;
}

AlgoOrders::AlgoOrders()
    : ours_(client_ids_kept), numbers_(client_ids_kept), parents_(stops_kept), done_(stops_kept) {}

std::optional<fixspec::VenueClOrdId> AlgoOrders::owner_of(const fixspec::VenueOrderId& number) {
  if (auto parent = parent_of(number)) return parent;
  const fixspec::VenueClOrdId* owner = numbers_.find(number);
  return owner == nullptr ? std::nullopt : std::optional{*owner};
}

void AlgoOrders::expect(const fixspec::VenueClOrdId& client_id, const fixspec::Symbol& symbol,
                        fixspec::UtcNanos absent_after) {
  know(client_id);
  if (find(client_id) != nullptr) return;
  Stop& stop = waiting_[client_id];
  stop.client_id = client_id;
  stop.symbol = symbol;
  stop.absent_after = absent_after;
  stop.number_here = ++stops_known_;
}

AlgoOrders::Stop* AlgoOrders::find(const fixspec::VenueClOrdId& client_id) {
  const auto found = waiting_.find(client_id);
  return found != waiting_.end() ? &found->second : done_.find(client_id);
}

OrderUpdate AlgoOrders::learn(AlgoFacts facts) {
  OrderUpdate& update = facts.update;
  if (!update.client_id) return update;
  expect(*update.client_id, update.instrument.symbol, 0);
  Stop* stop = find(*update.client_id);
  if (stop->absent && !is_over(update.state)) {
    // It is there after all (a request that was late, a refusal that was none).
    Stop alive = *stop;
    alive.absent = alive.ended = false;
    stop = &waiting_.insert_or_assign(alive.client_id, std::move(alive)).first->second;
  }
  if (!stop->number) stop->number = update.venue_order_id;
  stop->last = update;
  stop->ended = stop->ended || is_over(update.state);
  stop->triggered = stop->triggered || update.state == VenueOrderState::Triggered;
  if (facts.child) link(*update.client_id, *facts.child);
  stop = find(*update.client_id);
  if (stop->child) {
    update.venue_order_id = *stop->child;
    update.cum_qty = {};
    if (is_over(update.state)) {
      // The stop's end, told as the order's, would end an order that may have filled or still work.
      update.state = VenueOrderState::Triggered;
      update.reason.clear();
      update.reject_code.reset();
      update.origin.reset();
    }
  } else if (stop->ended) {
    forget(*update.client_id);
  }
  return update;
}

void AlgoOrders::forget(const fixspec::VenueClOrdId& client_id) {
  auto stop = waiting_.extract(client_id);
  if (stop.empty()) return;
  // One that was shown to have ended stays so, whatever comes late.
  stop.mapped().absent = !stop.mapped().ended;
  stop.mapped().ended = true;
  done_.put(client_id, std::move(stop.mapped()));
}

void AlgoOrders::not_found(const fixspec::VenueClOrdId& client_id, fixspec::UtcNanos asked_at) {
  // One that the venue has shown cannot just vanish.
  const Stop* stop = find(client_id);
  if (stop != nullptr && !stop->last && asked_at > stop->absent_after) forget(client_id);
}

void AlgoOrders::link(const fixspec::VenueClOrdId& client_id, const fixspec::VenueOrderId& child) {
  if (parent_of(child) != client_id) {
    parents_.put(child, client_id);
    links_.push_back({client_id, child});
  }
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

std::vector<fixspec::VenueClOrdId> AlgoOrders::open_on(const fixspec::Symbol& symbol,
                                                       std::uint64_t known) const {
  std::vector<fixspec::VenueClOrdId> found;
  for (const auto& [client_id, stop] : waiting_) {
    if (stop.symbol == symbol && stop.number_here <= known) found.push_back(client_id);
  }
  return found;
}

}  // namespace causeway::translators::binance
