#include "gateway/engine/order_table.hpp"

#include <utility>

#include "gateway/engine/ids.hpp"

namespace causeway::gateway::engine {
namespace {

// The order of the number that `index` has under `key`.
template <class Index, class Key>
Order* look_up(OrderTable& table, const Index& index, const Key& key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : table.by_number(found->second);
}

// `order` as one of its names remembers it.
PastName past_name_of(const Order& order, const fixspec::ClOrdId& id, fixspec::UtcNanos ended) {
  return {.name = PastNames::name_of(order.session, id),
          .number = order.number,
          .epoch = epoch_of(order.order_id).value_or(0),
          .final_status = order.final_status,
          .ended_utc_ns = ended,
          .cum_qty = order.cum_qty,
          .avg_px = order.avg_px()};
}

}  // namespace

void OrderTable::set_retention(const Retention& retention) {
  retention_ = retention;
  past_.set_capacity(retention.past_names);
}

Order& OrderTable::add(Order order) {
  const std::uint64_t number = order.number;
  CAUSEWAY_ASSERT(orders_.empty() || number > orders_.rbegin()->first);
  Order& added = orders_.emplace_hint(orders_.end(), number, std::move(order))->second;
  open_.insert(open_.end(), number);
  name(added, added.cl_ord_id, added.created_utc_ns);
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
  return const_cast<Order*>(std::as_const(*this).find(session, cl_ord_id));
}

const Order* OrderTable::find(const fixspec::SessionId& session,
                              const fixspec::ClOrdId& cl_ord_id) const {
  const auto found = by_cl_ord_id_.find(Name{session, cl_ord_id});
  if (found != by_cl_ord_id_.end()) return &orders_.at(found->second);
  // An old name of an order that still works.
  const PastName* const name = past(session, cl_ord_id);
  const auto order = name == nullptr ? orders_.end() : orders_.find(name->number);
  return order == orders_.end() ? nullptr : &order->second;
}

const PastName* OrderTable::past(const fixspec::SessionId& session,
                                 const fixspec::ClOrdId& cl_ord_id) const {
  if (past_.size() == 0) return nullptr;
  return past_.find(PastNames::name_of(session, cl_ord_id));
}

void OrderTable::name(Order& order, const fixspec::ClOrdId& cl_ord_id, fixspec::UtcNanos now) {
  by_cl_ord_id_.emplace(Name{order.session, cl_ord_id}, order.number);
  order.chain.push_back(cl_ord_id);
  if (order.chain.size() <= most_names || past_.capacity() == 0) return;
  // The first stays: it is what a repeated NewOrderSingle carries.
  const auto oldest = order.chain.begin() + 1;
  past_.put(past_name_of(order, *oldest, now), 0);
  by_cl_ord_id_.erase({order.session, *oldest});
  order.chain.erase(oldest);
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

bool OrderTable::purge(fixspec::UtcNanos before,
                       const std::function<void(const Order&)>& on_shortened) {
  bool whole = true;
  while (!ended_.empty() &&
         (ended_.front().first < before || ended_.size() > retention_.ended_orders)) {
    const auto [ended, number] = ended_.front();
    ended_.pop_front();
    const auto found = orders_.find(number);
    // A late fill may have opened it again.
    if (found == orders_.end() || open_.contains(number)) continue;
    const Order& order = found->second;
    if (ended >= before) {
      on_shortened(order);
      whole = shorten(order, ended, before) && whole;
    }
    for (const auto& id : order.venue_order_ids) by_venue_order_id_.erase({order.account, id});
    for (const auto& cl_ord_id : order.chain) by_cl_ord_id_.erase({order.session, cl_ord_id});
    orders_.erase(found);
  }
  past_.purge(before);
  return whole;
}

bool OrderTable::shorten(const Order& order, fixspec::UtcNanos ended, fixspec::UtcNanos before) {
  bool whole = true;
  for (const auto& cl_ord_id : order.chain) {
    whole = !past_.put(past_name_of(order, cl_ord_id, ended), before) && whole;
  }
  return whole;
}

}  // namespace causeway::gateway::engine
