#include "simulator/binance/user_streams.hpp"

#include <algorithm>
#include <set>

namespace causeway::simulator::binance {
namespace {

using core::Event;
using core::OrderState;

const Order* changed_order(const Event& event) {
  const auto* changed = std::get_if<core::OrderChanged>(&event.what);
  return changed == nullptr ? nullptr : &changed->order;
}

const core::Execution* execution_of(const Event& event) {
  const auto* executed = std::get_if<core::Executed>(&event.what);
  return executed == nullptr ? nullptr : &executed->execution;
}

std::string_view open_status(Quantity filled) {
  return filled.is_zero() ? "NEW" : "PARTIALLY_FILLED";
}

}  // namespace

UserStreams::UserStreams(View view, Orders& orders, core::Faults& faults,
                         std::vector<core::Frame>& out)
    : view_(view), orders_(orders), faults_(faults), out_(out) {}

void UserStreams::subscribe(core::ConnectionId connection, const UserTarget& target,
                            core::AccountId account, bool wrapped) {
  unsubscribe(connection, target.listen_key);
  listeners_.push_back(
      {.connection = connection, .account = account, .target = target, .wrapped = wrapped});
}

void UserStreams::unsubscribe(core::ConnectionId connection, std::string_view listen_key) {
  std::erase_if(listeners_, [&](const Listener& listener) {
    return listener.connection == connection && listener.target.listen_key == listen_key;
  });
}

void UserStreams::drop(core::ConnectionId connection) {
  std::erase_if(listeners_,
                [&](const Listener& listener) { return listener.connection == connection; });
}

void UserStreams::set_wrapped(core::ConnectionId connection, bool wrapped) {
  for (auto& listener : listeners_) {
    if (listener.connection == connection) listener.wrapped = wrapped;
  }
}

void UserStreams::expire(const std::string& listen_key, UtcNanos now) {
  JsonWriter json;
  json.object()
      .field("e", "listenKeyExpired")
      .field("E", millis(now))
      .field("listenKey", listen_key)
      .end();
  for (const auto& listener : listeners_) {
    if (listener.target.listen_key == listen_key) {
      send(listener.account, "listenKeyExpired", "", json.view(), now);
      break;
    }
  }
  std::erase_if(listeners_,
                [&](const Listener& listener) { return listener.target.listen_key == listen_key; });
}

bool UserStreams::is_heard(core::AccountId account) const {
  return std::ranges::find(listeners_, account, &Listener::account) != listeners_.end();
}

void UserStreams::send(core::AccountId account, std::string_view event, std::string_view kind,
                       std::string_view data, UtcNanos now) {
  const auto is_meant = [&](const Listener& listener) {
    const auto& events = listener.target.events;
    return listener.account == account &&
           (events.empty() || std::ranges::find(events, event) != events.end());
  };
  if (std::ranges::none_of(listeners_, is_meant)) return;
  const std::string name =
      kind.empty() ? std::string{event} : std::string{event} + "/" + std::string{kind};
  int copies = 1;
  UtcNanos not_before = 0;
  if (const auto fault = faults_.on_notification(name)) {
    if (fault->kind == core::FaultKind::DropNotification) copies = 0;
    if (fault->kind == core::FaultKind::DuplicateNotification) copies = 2;
    if (fault->kind == core::FaultKind::DelayNotification) {
      not_before = now + fault->delay_ms * fixspec::nanos_per_milli;
    }
  }
  for (; copies > 0; --copies) {
    for (const auto& listener : listeners_) {
      if (!is_meant(listener)) continue;
      core::Frame frame{.connection = listener.connection, .not_before = not_before};
      frame.text = listener.wrapped ? R"({"stream":")" + listener.target.listen_key +
                                          R"(","data":)" + std::string{data} + "}"
                                    : std::string{data};
      out_.push_back(std::move(frame));
    }
  }
}

void UserStreams::publish(std::span<const Event> events,
                          const std::map<core::AccountId, Account>& known, UtcNanos now) {
  while (!events.empty()) {
    const auto operation = events.front().operation;
    const auto end = std::ranges::find_if(
        events, [&](const Event& event) { return event.operation != operation; });
    const auto size = static_cast<std::size_t>(end - events.begin());
    publish_operation(events.first(size), known, now);
    events = events.subspan(size);
  }
}

void UserStreams::publish_operation(Operation events,
                                    const std::map<core::AccountId, Account>& known, UtcNanos now) {
  if (std::ranges::none_of(events, [](const Event& event) { return changed_order(event); })) return;
  tell_algos(events, now);
  tell_accepted(events, now);
  tell_fills(events, known, now);
  tell_closed(events, now);
}

// New conditional orders, and those that triggered or were taken back.
void UserStreams::tell_algos(Operation events, UtcNanos now) {
  for (const auto& event : events) {
    const auto* order = changed_order(event);
    if (order == nullptr || !is_algo(*order)) continue;
    auto* algo = orders_.algo_of(order->number);
    if (algo == nullptr) algo = &orders_.add_algo(order->number);
    if (order->state == OrderState::Untriggered ||
        order->cancel_reason == core::CancelReason::UserRequest ||
        order->cancel_reason == core::CancelReason::Expired) {
      tell_algo(*order, *algo, algo_status_text(*order, nullptr), now);
      continue;
    }
    algo->triggered = now;
    tell_algo(*order, *algo, "TRIGGERING", now);
    if (order->cancel_reason == core::CancelReason::TriggerRefused) {
      algo->reject_reason = order->request.reduce_only || order->request.close_position
                                ? "Reduce Only reject"
                                : "Order rejected at trigger";
      tell_algo(*order, *algo, "REJECTED", now);
      continue;
    }
    for (const auto& other : events) {
      const auto* child = changed_order(other);
      if (child == nullptr || child->trigger_order != order->number) continue;
      algo->child = child->number;
      auto terms = orders_.terms(order->number);
      terms.algo = order->number;
      orders_.terms(child->number) = terms;
    }
    tell_algo(*order, *algo, "TRIGGERED", now);
  }
}

// Orders as they came or were amended, before anything traded.
void UserStreams::tell_accepted(Operation events, UtcNanos now) {
  for (const auto& event : events) {
    const auto* order = changed_order(event);
    if (order == nullptr || is_algo(*order)) continue;
    const auto known = told_.find(order->number);
    if (known == told_.end()) {
      told_[order->number].amendments = order->amendments;
      tell_order({.order = *order, .execution_type = "NEW", .status = "NEW"}, now);
    } else if (known->second.amendments != order->amendments) {
      auto& told = known->second;
      told.amendments = order->amendments;
      tell_order({.order = *order,
                  .execution_type = "AMENDMENT",
                  .status = open_status(told.filled),
                  .filled = told.filled,
                  .value = told.value},
                 now);
    }
  }
}

void UserStreams::tell_fills(Operation events, const std::map<core::AccountId, Account>& known,
                             UtcNanos now) {
  std::set<core::AccountId> accounts;
  for (const auto& event : events) {
    const auto* execution = execution_of(event);
    if (execution == nullptr) continue;
    accounts.insert(execution->account);
    tell_lite(*execution, now);
  }
  for (const auto id : accounts) {
    if (const auto found = known.find(id); found != known.end()) {
      tell_account(found->second, events, now);
    }
  }
  for (const auto& event : events) {
    const auto* execution = execution_of(event);
    if (execution == nullptr) continue;
    const auto& order = *view_.exchange.find_order(execution->account, execution->order);
    auto& told = told_[order.number];
    told.filled = execution->order_filled;
    told.value += core::times(execution->trade.amount.value(), execution->trade.price.value());
    tell_order({.order = order,
                .execution_type = "TRADE",
                .status = execution->state == OrderState::Filled ? "FILLED" : "PARTIALLY_FILLED",
                .filled = told.filled,
                .value = told.value,
                .execution = execution},
               now);
  }
}

void UserStreams::tell_closed(Operation events, UtcNanos now) {
  for (const auto& event : events) {
    const auto* order = changed_order(event);
    if (order == nullptr || is_algo(*order) || !core::is_closed(order->state)) continue;
    if (order->state == OrderState::Cancelled) {
      const auto status = status_text(*order);
      tell_order({.order = *order,
                  .execution_type = status == "CANCELED" ? "CANCELED" : "EXPIRED",
                  .status = status,
                  .filled = order->filled,
                  .value = order->filled_value,
                  .expiry_reason = expiry_reason(*order)},
                 now);
    }
    told_.erase(order->number);
    if (order->trigger_order == 0) continue;
    const auto* parent = view_.exchange.find_order(order->request.account, order->trigger_order);
    if (const auto* algo = view_.orders.algo_of(order->trigger_order); parent && algo) {
      tell_algo(*parent, *algo, "FINISHED", now);
    }
  }
}

}  // namespace causeway::simulator::binance
