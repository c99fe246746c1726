#include "simulator/core/exchange.hpp"

#include "fixspec/assert.hpp"

namespace causeway::simulator::core {
namespace {

bool matches(const Order& order, const InstrumentSpec& spec, const OrderFilter& filter) {
  const auto& request = order.request;
  return (!filter.instrument || request.instrument == *filter.instrument) &&
         (!filter.currency || spec.currency == *filter.currency) &&
         (!filter.kind || spec.kind == *filter.kind) &&
         (!filter.label || request.label == *filter.label) &&
         (!filter.triggered || is_triggered_type(request.type) == *filter.triggered) &&
         (!filter.origin || request.origin == *filter.origin);
}

}  // namespace

Exchange::Exchange(ExchangeConfig config)
    : config_(std::move(config)),
      next_order_(config_.first_number),
      next_trade_(config_.first_number) {
  const auto count = config_.instruments.size();
  books_.resize(count);
  quotes_.resize(count);
  trades_.resize(count);
  trade_sequences_.resize(count);
  waiting_.resize(count);
  for (InstrumentIndex at = 0; at < count; ++at) by_name_.emplace(instrument(at).name, at);
  indexes_.resize(config_.underlyings.size());
  open_account("house");
}

AccountId Exchange::open_account(std::string name) {
  accounts_.emplace_back(std::move(name), config_.currencies.size(), config_.instruments.size());
  open_by_account_.emplace_back();
  return static_cast<AccountId>(accounts_.size() - 1);
}

std::optional<InstrumentIndex> Exchange::find_instrument(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

Band Exchange::band(InstrumentIndex at) const {
  const auto& spec = instrument(at);
  const Decimal mark = quotes_[at].mark.value();
  const Decimal width = times(mark, spec.band) + spec.band_floor;
  const Decimal tick = spec.tick.value();
  return {.low = Price{std::max(ceil_to(mark - width, tick), tick)},
          .high = Price{floor_to(mark + width, tick)}};
}

Decimal Exchange::equity(AccountId id, CurrencyIndex currency) const {
  const auto& holder = accounts_[id];
  Decimal result = holder.balance(currency);
  for (InstrumentIndex at = 0; at < config_.instruments.size(); ++at) {
    const auto& spec = instrument(at);
    if (spec.currency != currency) continue;
    for (const auto side : position_sides) {
      const auto& position = holder.position(at, side);
      if (position.size.is_zero()) continue;
      result += spec.is_option() ? times(position.size.value(), quotes_[at].mark.value())
                                 : position.unrealized(spec, quotes_[at].mark);
    }
  }
  return result;
}

Decimal Exchange::margin(AccountId id, CurrencyIndex currency) const {
  Decimal result;
  for (InstrumentIndex at = 0; at < config_.instruments.size(); ++at) {
    if (instrument(at).currency != currency) continue;
    for (const auto side : position_sides) {
      const auto& position = accounts_[id].position(at, side);
      if (position.is_empty()) continue;
      result += initial_margin(instrument(at), position, quotes_[at].mark);
    }
  }
  return result;
}

Result<OrderNumber, Refusal> Exchange::submit(const OrderRequest& request, UtcNanos now) {
  begin_operation();
  auto result = enter(request, 0, now);
  end_operation();
  run_triggers(now);
  return result;
}

Result<OrderNumber, Refusal> Exchange::enter(OrderRequest request, OrderNumber trigger_order,
                                             UtcNanos now) {
  if (const auto& spec = instrument(request.instrument); spec.expires != 0 && now >= spec.expires) {
    return Unexpected{Refusal{RefusalCode::BookClosed, {}}};
  }
  if (const auto refusal = check(request)) return Unexpected{*refusal};
  const Price limit = worst_price(request);
  const bool kills = !is_triggered_type(request.type) &&
                     request.time_in_force == TimeInForce::FillOrKill &&
                     available(request, limit) < request.amount;
  if (kills && config_.rules.refuses_unfillable) {
    return Unexpected{Refusal{RefusalCode::CannotFill, {}}};
  }
  Order& order = new_order(request, trigger_order, now);
  touch(order);
  if (is_triggered_type(request.type)) {
    order.state = OrderState::Untriggered;
    order.extreme = reference(request.instrument, request.trigger);
    waiting_[request.instrument].push_back(&order);
    return order.number;
  }
  if (kills) {
    close(order, OrderState::Cancelled, CancelReason::TimeInForce, now);
    return order.number;
  }
  match(order, limit, now);
  settle_rest(order, now);
  return order.number;
}

Order& Exchange::new_order(const OrderRequest& request, OrderNumber trigger_order, UtcNanos now) {
  Order* order = nullptr;
  if (request.account != house) {
    order = &client_orders_.emplace_back();
  } else if (!free_house_orders_.empty()) {
    order = free_house_orders_.back();
    free_house_orders_.pop_back();
    *order = Order{};
  } else {
    order = &house_orders_.emplace_back();
  }
  order->number = next_order_++;
  order->request = request;
  order->price = request.price.value_or(Price{});
  order->trigger_order = trigger_order;
  order->created = order->updated = now;
  by_number_.emplace(order->number, order);
  if (request.account != house) {
    open_by_account_[request.account].emplace(order->number, order);
    by_label_[request.label].push_back(order);
  }
  return *order;
}

void Exchange::settle_rest(Order& order, UtcNanos now) {
  if (order.state != OrderState::Open) return;
  const auto& request = order.request;
  const bool may_rest = request.time_in_force == TimeInForce::GoodTillCancel ||
                        request.time_in_force == TimeInForce::GoodTillDay;
  const bool has_price = has_limit_price(request.type) ||
                         (request.type == OrderType::MarketLimit && order.filled.is_positive());
  if (may_rest && has_price) {
    rest(order);
  } else {
    close(order, OrderState::Cancelled, CancelReason::TimeInForce, now);
  }
}

void Exchange::rest(Order& order) {
  books_[order.request.instrument].insert(order);
  reserve(order, order.remaining(), true);
  level_changed(order);
}

void Exchange::unrest(Order& order) {
  books_[order.request.instrument].remove(order);
  reserve(order, order.remaining(), false);
  level_changed(order);
}

void Exchange::reserve(const Order& order, Quantity amount, bool add) {
  if (order.request.account == house || order.request.only_reduces()) return;
  auto& position = accounts_[order.request.account].position(order.request.instrument,
                                                             order.request.position_side);
  const Quantity change = add ? amount : -amount;
  if (order.request.side == Side::Sell) {
    position.open_sell += change;
    position.open_sell_value += times(change.value(), order.price.value());
    return;
  }
  position.open_buy += change;
  position.open_buy_value += times(change.value(), order.price.value());
}

void Exchange::close(Order& order, OrderState state, CancelReason reason, UtcNanos now) {
  order.state = state;
  order.cancel_reason = reason;
  order.updated = now;
  touch(order);
  if (order.request.account == house) {
    by_number_.erase(order.number);
    free_house_orders_.push_back(&order);
  } else {
    open_by_account_[order.request.account].erase(order.number);
  }
}

Result<Done, Refusal> Exchange::cancel(AccountId account_id, OrderNumber number,
                                       CancelReason reason, UtcNanos now) {
  Order* order = find(number);
  if (order == nullptr) return Unexpected{Refusal{RefusalCode::OrderNotFound, {}}};
  if (order->request.account != account_id) return Unexpected{Refusal{RefusalCode::NotOwner, {}}};
  if (is_closed(order->state)) return Unexpected{Refusal{RefusalCode::NotOpen, {}}};
  begin_operation();
  if (order->state == OrderState::Untriggered) {
    std::erase(waiting_[order->request.instrument], order);
  } else {
    unrest(*order);
  }
  close(*order, OrderState::Cancelled, reason, now);
  end_operation();
  return Done{};
}

std::size_t Exchange::cancel_all(AccountId account_id, const OrderFilter& filter,
                                 CancelReason reason, UtcNanos now) {
  const auto orders = open_orders(account_id, filter);
  for (const Order* order : orders) {
    CAUSEWAY_ASSERT(cancel(account_id, order->number, reason, now).has_value());
  }
  return orders.size();
}

void Exchange::end_day(UtcNanos now) {
  for (AccountId id = 1; id < accounts_.size(); ++id) {
    for (const Order* order : open_orders(id, {})) {
      if (order->request.time_in_force != TimeInForce::GoodTillDay) continue;
      CAUSEWAY_ASSERT(cancel(id, order->number, CancelReason::Settlement, now).has_value());
    }
  }
}

Order* Exchange::find(OrderNumber number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

const Order* Exchange::find_order(AccountId account_id, OrderNumber number) const {
  const Order* order = find(number);
  return order != nullptr && order->request.account == account_id ? order : nullptr;
}

std::vector<const Order*> Exchange::open_orders(AccountId account_id,
                                                const OrderFilter& filter) const {
  std::vector<const Order*> result;
  for (const auto& [number, order] : open_by_account_[account_id]) {
    if (matches(*order, instrument(order->request.instrument), filter)) result.push_back(order);
  }
  return result;
}

std::vector<const Order*> Exchange::labelled_orders(AccountId account_id,
                                                    std::string_view label) const {
  std::vector<const Order*> result;
  const auto found = by_label_.find(std::string{label});
  if (found == by_label_.end()) return result;
  for (const Order* order : found->second) {
    if (order->request.account == account_id) result.push_back(order);
  }
  return result;
}

std::vector<Event> Exchange::take_events() { return std::exchange(events_, {}); }

void Exchange::begin_operation() { ++operation_; }

void Exchange::end_operation() {
  for (const Order* order : touched_) {
    events_.push_back({.operation = operation_, .what = OrderChanged{*order}});
  }
  touched_.clear();
}

void Exchange::touch(Order& order) {
  if (order.request.account == house) return;
  for (const Order* known : touched_) {
    if (known == &order) return;
  }
  touched_.push_back(&order);
}

void Exchange::level_changed(const Order& order) {
  events_.push_back({.operation = operation_,
                     .what = LevelChanged{.instrument = order.request.instrument,
                                          .side = order.request.side,
                                          .price = order.price}});
}

}  // namespace causeway::simulator::core
