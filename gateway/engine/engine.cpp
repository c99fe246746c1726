#include "gateway/engine/engine.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace causeway::gateway::engine {
namespace {

// Requests that one input may make; mass cancels make many.
constexpr int request_index_bits = 20;

}  // namespace

fixspec::RejectDetail refusal(fixspec::RejectCode code, const std::string& why) {
  fixspec::RejectDetail detail;
  detail.code = code;
  detail.text = std::string{fixspec::to_text(code)} + ": " + why;
  return detail;
}

void Engine::apply(const Input& input, Outputs& outputs) {
  CAUSEWAY_ASSERT(input.sequence > sequence_);
  CAUSEWAY_ASSERT(epoch_ != 0 || std::holds_alternative<StartInput>(input.body));
  sequence_ = input.sequence;
  // The monotonic clock counts from the machine's start, so one that is behind is another's: as
  // long as it shows, at least, has passed. One that is ahead at the start of a run may be another
  // machine's, too: then no more has passed than the wall clock shows.
  std::int64_t passed = input.now.mono_ns - now_.mono_ns;
  if (passed > 0 && std::holds_alternative<StartInput>(input.body)) {
    passed = std::clamp(input.now.utc_ns - now_.utc_ns, std::int64_t{0}, passed);
  }
  steady_ns_ =
      steady_ns_ == 0 ? input.now.utc_ns : steady_ns_ + (passed >= 0 ? passed : input.now.mono_ns);
  now_ = input.now;
  outputs_ = &outputs;
  next_exec_index_ = next_report_index_ = next_request_index_ = 0;
  std::visit([this](const auto& body) { on(body); }, input.body);
  sweep_reservations();
  outputs_ = nullptr;
}

void Engine::on(const StartInput& start) {
  CAUSEWAY_ASSERT(start.epoch > epoch_);
  instance_ = start.instance;
  epoch_ = start.epoch;
  account_settings_ = start.account_settings;
  sweep_ = {};
  request_validity_ns_ = start.request_validity_ms * fixspec::nanos_per_milli;
  permissions_ = start.permissions;
  capabilities_ = start.venues;
  exposure_.set_limits(start.limits);
  orders_.set_retention(
      {.ended_orders = start.kept_ended_orders, .past_names = start.kept_cl_ord_ids});
  names_were_lost_ = false;
  announced_.clear();
  // Accounts that have left the configuration keep their orders, which nothing can reach now.
  for (auto& [id, account] : accounts_) {
    clear_timer(account.audit_timer);
    account = account.without_link();
  }
  for (const auto& [id, venue] : start.permissions.accounts) accounts_[id].venue = venue;
  for (const std::uint64_t number : std::set<std::uint64_t>{orders_.open()}) {
    Order& order = *orders_.by_number(number);
    if (order.held) {
      leave_hold(order);
      reject_new(order, refusal(fixspec::RejectCode::Recovering,
                                "the gateway was started anew while the order waited for account " +
                                    order.account.to_string() + " to recover"));
      continue;
    }
    // Whatever was in flight when the last run ended: nobody saw the answer.
    if (!order.acknowledged) order.place_unknown = true;
    order.place_request = order.query_request = 0;
    if (order.replace) {
      order.replace->unknown = true;
      order.replace->request_id = 0;
    }
    if (order.cancel) order.cancel->request_id = 0;
    if (order.counted_open) exposure_.open(order.terms(), fixspec::Quantity{});
    if (!accounts_.contains(order.account) || !start.permissions.accounts.contains(order.account)) {
      alarm(Alarm::Severity::Critical, "order_without_account",
            "order " + order.order_id.to_string() + " is open on account " +
                order.account.to_string() + ", which sessions.cfg no longer has");
    }
  }
  for (const auto& [id, orders] : external_orders_) {
    for (const auto& [venue_order_id, order] : orders) {
      exposure_.open(order.terms(id), fixspec::Quantity{});
    }
  }
  clear_halts(start.cleared_halts);
  for (const Halt& halt : halts_) {
    alarm(Alarm::Severity::Critical, "halted",
          "halt " + std::to_string(halt.number) + " still holds: " + halt.why);
  }
  schedule_audits();
  for (const auto& [venue, capabilities] : capabilities_) announce(venue);
}

void Engine::on(const ClientInput& client) {
  forget_old();
  std::visit([&](const auto& request) { on(client.session, client.reference, request); },
             client.request);
}

void Engine::forget_old() {
  const bool whole = orders_.purge(now_.utc_ns - retention_ns, [this](const Order& order) {
    // Should the venue repeat them, they must not count again. Sorted: a hash table's order depends
    // on how it grew, which a start from a snapshot does not repeat.
    std::vector<fixspec::TradeId> trades(order.trades.begin(), order.trades.end());
    std::sort(trades.begin(), trades.end());
    for (const auto& trade : trades) {
      external_trades_[order.account].insert(order.instrument, trade, order.side, order.number);
    }
  });
  if (whole || std::exchange(names_were_lost_, true)) return;
  alarm(Alarm::Severity::Warning, "cl_ord_ids_forgotten",
        "more than KeepClOrdIDs=" + std::to_string(orders_.past_names().capacity()) +
            " ClOrdIDs of ended orders in a day: the oldest are forgotten before their 24 hours "
            "are over, and would be taken again");
}

void Engine::on(const VenueInput& venue) {
  const translators::VenueEvent& event = venue.event;
  if (const auto* instruments = std::get_if<translators::Instruments>(&event.told)) {
    Account of_venue{.venue = event.venue};
    on(of_venue, event.account, *instruments);
    return;
  }
  const auto found = accounts_.find(event.account);
  if (found == accounts_.end()) {
    alarm(
        Alarm::Severity::Warning, "event_of_unknown_account",
        "an event of account " + event.account.to_string() + ", which sessions.cfg does not have");
    return;
  }
  std::visit([&](const auto& told) { on(found->second, event.account, told); }, event.told);
}

void Engine::on(const TimerInput& timer) {
  const auto found = timers_.find(timer.timer_id);
  if (found == timers_.end()) return;  // cleared while it was on its way
  const Task task = found->second;
  timers_.erase(found);
  if (task.kind == Task::Kind::RetryRecovery) return retry_recovery(task.account);
  if (task.kind == Task::Kind::Audit) return audit(task.account);
  Order* order = orders_.by_number(task.order);
  if (order == nullptr || order->is_final()) return;
  if (task.kind == Task::Kind::Resolve) {
    order->resolve_timer = 0;
    resolve(*order);
    return;
  }
  if (task.kind == Task::Kind::Held) return held_timer(*order, timer.reference);
  order->expiry_timer = 0;
  // A cancel that is under way already does; should it be refused, the expiry comes back.
  if (!order->cancel) expire(*order);
}

void Engine::expire(Order& order) {
  order.cancel = PendingCancel{.cause = PendingCancel::Cause::Expiry};
  send_cancel(order);
  changed(order, "expired, cancelling at the venue");
}

translators::Capabilities Engine::capabilities_of(fixspec::Venue venue) const {
  const auto found = capabilities_.find(venue);
  return found == capabilities_.end() ? translators::Capabilities{} : found->second;
}

std::uint64_t sequence_of(translators::RequestId request_id) {
  return request_id >> request_index_bits;
}

Engine::Account Engine::Account::without_link() const {
  Account kept;
  kept.venue = venue;
  kept.fill_watermark = fill_watermark;
  kept.venue_time = venue_time;
  kept.position_known = position_known;
  kept.counted_from = counted_from;
  kept.audit_timer = audit_timer;
  kept.held = held;
  kept.take_position = take_position;
  return kept;
}

std::uint64_t Engine::set_timer(Task task, fixspec::UtcNanos at) {
  const std::uint64_t timer_id = next_timer_id_++;
  task.at_utc_ns = at;
  timers_.emplace(timer_id, std::move(task));
  outputs_->push_back(SetTimer{.timer_id = timer_id, .at_utc_ns = at});
  return timer_id;
}

void Engine::clear_timer(std::uint64_t& timer_id) {
  timers_.erase(timer_id);
  timer_id = 0;
}

translators::RequestId Engine::request(const fixspec::AccountId& account, translators::Ask ask) {
  CAUSEWAY_ASSERT(next_request_index_ < (1U << request_index_bits));
  const translators::RequestId id = (sequence_ << request_index_bits) | next_request_index_++;
  outputs_->emplace_back(std::in_place_type<SendRequest>);
  translators::VenueRequest& request = std::get<SendRequest>(outputs_->back()).request;
  request.request_id = id;
  request.venue = accounts_.at(account).venue;
  request.account = account;
  request.ask = std::move(ask);
  return id;
}

void Engine::alarm(Alarm::Severity severity, std::string event, std::string text) {
  outputs_->push_back(
      Alarm{.severity = severity, .event = std::move(event), .text = std::move(text)});
}

std::vector<SetTimer> Engine::outstanding_timers() const {
  std::vector<SetTimer> result;
  for (const auto& [id, task] : timers_) {
    result.push_back({.timer_id = id, .at_utc_ns = task.at_utc_ns});
  }
  return result;
}

std::optional<fixspec::Venue> Engine::venue_of(const fixspec::AccountId& account) const {
  const auto found = permissions_.accounts.find(account);
  if (found == permissions_.accounts.end()) return std::nullopt;
  return found->second;
}

std::vector<fixspec::TradingSessionStatus> Engine::venue_statuses() const {
  std::vector<fixspec::TradingSessionStatus> result;
  for (const auto& [venue, capabilities] : capabilities_) result.push_back(status_of(venue));
  return result;
}

}  // namespace causeway::gateway::engine
