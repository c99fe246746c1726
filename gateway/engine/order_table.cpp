#include "gateway/engine/order_table.hpp"

#include <iterator>

#include "gateway/engine/ids.hpp"

namespace causeway::gateway::engine {
namespace {

// The order of the number that `index` has under `key`.
template <class Index, class Key>
Order* look_up(OrderTable& table, const Index& index, const Key& key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : table.by_number(found->second);
}

}  // namespace

Order& OrderTable::add(Order order) {
  const std::uint64_t number = order.number;
  CAUSEWAY_ASSERT(orders_.empty() || number > orders_.rbegin()->first);
  Order& added = orders_.emplace_hint(orders_.end(), number, std::move(order))->second;
  open_.insert(open_.end(), number);
  name(added, added.cl_ord_id);
  return added;
}

Order* OrderTable::by_number(std::uint64_t number) {
  const auto found = orders_.find(number);
  return found == orders_.end() ? nullptr : &found->second;
}

Order* OrderTable::by_order_id(const fixspec::OrderId& id) {
  const auto number = number_of(id);
  Order* const order = number ? by_number(*number) : nullptr;
  return order != nullptr && order->order_id == id ? order : nullptr;
}

Order* OrderTable::by_client_id(const fixspec::VenueClOrdId& id) {
  const auto parts = parse_venue_cl_ord_id(id);
  Order* const order = parts ? by_number(parts->sequence) : nullptr;
  return order != nullptr && order->client_id == id ? order : nullptr;
}

Order* OrderTable::by_venue_order_id(const fixspec::AccountId& account,
                                     const fixspec::VenueOrderId& id) {
  return look_up(*this, by_venue_order_id_, VenueName{account, id});
}

Order* OrderTable::by_cl_ord_id(const fixspec::SessionId& session,
                                const fixspec::ClOrdId& cl_ord_id) {
  return look_up(*this, by_cl_ord_id_, Name{session, cl_ord_id});
}

const Order* OrderTable::find(const fixspec::SessionId& session,
                              const fixspec::ClOrdId& cl_ord_id) const {
  const auto found = by_cl_ord_id_.find(Name{session, cl_ord_id});
  return found == by_cl_ord_id_.end() ? nullptr : &orders_.at(found->second);
}

void OrderTable::name(Order& order, const fixspec::ClOrdId& cl_ord_id) {
  by_cl_ord_id_.emplace(Name{order.session, cl_ord_id}, order.number);
  order.chain.push_back(cl_ord_id);
}

void OrderTable::set_venue_order_id(Order& order, const fixspec::VenueOrderId& id) {
  if (order.venue_order_id == id) return;
  order.venue_order_id = id;
  if (by_venue_order_id_.emplace(VenueName{order.account, id}, order.number).second) {
    order.venue_order_ids.push_back(id);
  }
}

void OrderTable::mark_final(const Order& order, fixspec::UtcNanos now) {
  open_.erase(order.number);
  ended_.emplace_back(now, order.number);
}

void OrderTable::purge(fixspec::UtcNanos before) {
  while (!ended_.empty() && ended_.front().first < before) {
    const auto found = orders_.find(ended_.front().second);
    ended_.pop_front();
    // A late fill may have opened it again.
    if (found == orders_.end() || open_.contains(found->first)) continue;
    const Order& order = found->second;
    for (const auto& id : order.venue_order_ids) by_venue_order_id_.erase({order.account, id});
    for (const auto& cl_ord_id : order.chain) by_cl_ord_id_.erase({order.session, cl_ord_id});
    orders_.erase(found);
  }
}

}  // namespace causeway::gateway::engine
