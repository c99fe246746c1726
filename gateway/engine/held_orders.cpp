#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"
#include "risk/decide.hpp"

// WhileRecovering=hold: a new order that comes while its account has no link, or is being
// reconciled, waits for that, within bounds. It has left nothing at the venue and reserves nothing;
// risk decides when it goes out.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::RejectCode;

namespace {

// The prices of an instrument come a moment after its link.
constexpr std::int64_t no_price_retry_ns = 100 * fixspec::nanos_per_milli;

}  // namespace

// True where the order was taken to wait.
bool Engine::hold_new(const fixspec::SessionId& session, const fixspec::NewOrderSingle& request,
                      const fixspec::InstrumentKey& instrument) {
  const auto settings = account_settings_.find(request.account);
  if (settings == account_settings_.end() || !settings->second.hold_while_recovering) return false;
  Account& account = accounts_.at(request.account);
  if (account.phase == Phase::Ready || account.held >= settings->second.max_held_orders) {
    return false;
  }
  Order& order = make_order(session, request, instrument);
  order.held = true;
  ++account.held;
  order.hold_until = now_.utc_ns + settings->second.max_hold_ms * fixspec::nanos_per_milli;
  if (order.expire_time) order.hold_until = std::min(order.hold_until, *order.expire_time);
  order.hold_timer =
      set_timer({.kind = Task::Kind::Held, .order = order.number, .account = {}}, order.hold_until);
  auto report = report_of(order, ExecType::PendingNew);
  report.text = "waits until account " + order.account.to_string() + " has recovered";
  send(session, std::move(report));
  changed(order, "waits for its account to recover");
  return true;
}

// The account may trade: each order that waits is decided by a timer of its own, which brings the
// prices of then.
void Engine::release_held(const AccountId& id) {
  if (accounts_.at(id).held == 0) return;
  for (const std::uint64_t number : orders_.open()) {
    Order& order = *orders_.by_number(number);
    if (!order.held || order.account != id) continue;
    clear_timer(order.hold_timer);
    order.hold_timer =
        set_timer({.kind = Task::Kind::Held, .order = number, .account = {}}, now_.utc_ns);
  }
}

const fixspec::InstrumentKey* Engine::priced_timer(std::uint64_t timer_id) const {
  const auto found = timers_.find(timer_id);
  if (found == timers_.end() || found->second.kind != Task::Kind::Held) return nullptr;
  const auto order = orders_.all().find(found->second.order);
  return order == orders_.all().end() ? nullptr : &order->second.instrument;
}

void Engine::held_timer(Order& order, const risk::ReferencePrices& reference) {
  order.hold_timer = 0;
  if (!order.held) return;
  if (order.expire_time && *order.expire_time <= now_.utc_ns) {
    leave_hold(order);
    return finish(order, OrdStatus::Expired);
  }
  const auto not_ready = check_link(order.account);
  const bool is_late = now_.utc_ns >= order.hold_until;
  if (!not_ready && !is_late && !reference.mark && !reference.index) {
    order.hold_timer = set_timer({.kind = Task::Kind::Held, .order = order.number, .account = {}},
                                 std::min(order.hold_until, now_.utc_ns + no_price_retry_ns));
    return;
  }
  if (not_ready && !is_late) {
    // The link went down again before its turn came.
    order.hold_timer = set_timer({.kind = Task::Kind::Held, .order = order.number, .account = {}},
                                 order.hold_until);
    return;
  }
  leave_hold(order);
  if (not_ready) return reject_new(order, *not_ready);
  const fixspec::Instrument* const instrument = instruments_.find(order.instrument);
  if (instrument == nullptr) {
    return reject_new(order, refusal(RejectCode::UnknownSymbol,
                                     order.instrument.symbol.to_string() + " is no longer listed"));
  }
  decide_new(order, *instrument, reference);
}

void Engine::leave_hold(Order& order) {
  if (!std::exchange(order.held, false)) return;
  clear_timer(order.hold_timer);
  --accounts_.at(order.account).held;
}

// The venue has never heard of it, so that nobody has to be asked.
void Engine::cancel_held(Order& order) {
  leave_hold(order);
  finish(order, OrdStatus::Canceled);
}

}  // namespace causeway::gateway::engine
