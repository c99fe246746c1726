#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"

// From a link that came up to an account that may trade: missed trades, open orders, then each
// order that the venue did not list, then positions. The stream's news wait until the answers are
// applied, so that what was missed comes first; cancels never wait.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::TradSesStatus;
using translators::RequestId;

namespace {

constexpr std::int64_t trades_overlap_ns = 60 * fixspec::nanos_per_second;
constexpr std::int64_t retry_ns = fixspec::nanos_per_second;
constexpr std::uint32_t alarming_failures = 5;
constexpr std::size_t most_buffered = 20'000;

}  // namespace

void Engine::on(Account& account, const AccountId& id, const translators::AccountLink& link) {
  const fixspec::Venue venue = account.venue;
  if (!link.up) {
    // What the stream said before it broke is still true.
    account.phase = Phase::Down;
    account.link_up = false;
    apply_unasked(account, id);
    account = account.without_link();
    for (const std::uint64_t number : orders_.open()) {
      Order& order = *orders_.by_number(number);
      if (order.account == id) order.query_request = 0;
    }
    alarm(Alarm::Severity::Warning, "venue_link_down",
          "account " + id.to_string() + " lost its link: " + link.reason);
    return announce(venue);
  }
  account.link_up = true;
  alarm(Alarm::Severity::Info, "venue_link_up", "account " + id.to_string() + " is connected");
  for (const std::uint64_t number : std::set<std::uint64_t>{orders_.open()}) {
    Order& order = *orders_.by_number(number);
    if (order.account == id && order.cancel && order.cancel->request_id == 0) send_cancel(order);
  }
  start_recovery(account, id);
}

void Engine::start_recovery(Account& account, const AccountId& id) {
  account.phase = Phase::Querying;
  account.trades.reset();
  account.open_orders.reset();
  account.comparison = {};
  account.trades_request = query_trades(account, id);
  account.open_orders_request = request(id, translators::QueryOpenOrders{});
}

// What the stream says while the queries run. More than the bound is applied at once: each fact is
// true by itself, only that what was missed comes first no longer holds.
void Engine::buffer(Account& account, const AccountId& id, translators::Told told) {
  account.buffered.push_back(std::move(told));
  if (account.buffered.size() < most_buffered) return;
  alarm(Alarm::Severity::Warning, "recovery_buffer_full",
        "account " + id.to_string() + ": the venue told " + std::to_string(most_buffered) +
            " facts while its orders were asked for; they are applied before the answer");
  account.phase = Phase::Resolving;
  apply_unasked(account, id);
  account.phase = Phase::Querying;
}

// Until the trades since the last one have been told, a newer one does not say that all before it
// are known: should the query fail, it is asked again from the same time on.
void Engine::know_fills_until(Account& account, fixspec::UtcNanos venue_time) {
  if (account.phase == Phase::Down || account.phase == Phase::Querying) return;
  account.fill_watermark = std::max(account.fill_watermark, venue_time);
}

// Before what was missed has been told: trades are asked for from the same time on as before.
void Engine::apply_unasked(Account& account, const AccountId& id) {
  const fixspec::UtcNanos watermark = account.fill_watermark;
  apply_buffered(account, id);
  account.fill_watermark = watermark;
}

void Engine::apply_buffered(Account& account, const AccountId& id) {
  for (const auto& told : std::exchange(account.buffered, {})) {
    std::visit([&](const auto& fact) { on(account, id, fact); }, told);
  }
}

// The account's trades from a while before the newest that is known.
RequestId Engine::query_trades(Account& account, const AccountId& id) {
  // Fills from before the newest known one would show in the orders' quantities, and each order
  // that shows more than we know is asked about.
  fixspec::UtcNanos since = account.fill_watermark;
  for (const std::uint64_t number : orders_.open()) {
    if (since != 0) break;
    const Order& order = *orders_.by_number(number);
    if (order.account == id) since = order.created_utc_ns;  // the oldest comes first
  }
  if (since == 0) since = now_.utc_ns;
  std::set<fixspec::InstrumentKey> instruments;
  for (const auto& [instrument, position] : exposure_.positions(id)) instruments.insert(instrument);
  for (const std::uint64_t number : orders_.open()) {
    const Order& order = *orders_.by_number(number);
    if (order.account == id) instruments.insert(order.instrument);
  }
  since -= trades_overlap_ns;
  if (!account.position_known && account.counted_from == 0) account.counted_from = since;
  return request(id, translators::QueryTrades{
                         .since = since, .instruments = {instruments.begin(), instruments.end()}});
}

void Engine::on(Account& account, const AccountId& id, const translators::Trades& trades) {
  if (trades.request_id != 0 && trades.request_id == account.recount_request) {
    account.recount_request = 0;
    for (const translators::Fill& fill : trades.fills) on(account, id, fill);
    return;
  }
  if (trades.request_id != account.trades_request) return;
  account.trades_request = 0;
  account.trades = trades;
  if (account.open_orders) reconcile(account, id);
}

void Engine::on(Account& account, const AccountId& id, const translators::OpenOrders& orders) {
  if (orders.request_id != 0 && orders.request_id == account.audit_request) {
    return audit_orders(account, id, orders);
  }
  if (orders.request_id != account.open_orders_request) return;
  account.open_orders_request = 0;
  account.open_orders = orders;
  if (account.trades) reconcile(account, id);
}

void Engine::reconcile(Account& account, const AccountId& id) {
  account.phase = Phase::Resolving;
  const auto trades = std::exchange(account.trades, std::nullopt);
  const auto listed = std::exchange(account.open_orders, std::nullopt);
  for (const translators::Fill& fill : trades->fills) on(account, id, fill);
  std::set<std::uint64_t> seen;
  for (const translators::OrderUpdate& update : listed->orders) {
    Order* order = order_of(id, update.client_id, update.venue_order_id);
    if (order == nullptr) {
      external_update(id, update);
      continue;
    }
    seen.insert(order->number);
    apply_update(*order, update);
    conclude_present(*order, Shown::InList);
  }
  keep_listed_externals(id, *listed, listed->request_id);
  apply_buffered(account, id);
  for (const std::uint64_t number : std::set<std::uint64_t>{orders_.open()}) {
    Order& order = *orders_.by_number(number);
    if (order.account != id || order.held || seen.contains(number)) continue;
    order.verify = true;
    account.resolving.insert(number);
    resolve(order);
  }
  if (account.resolving.empty()) compare_positions(account, id);
}

// An order that recovery asked about has been answered, or has ended.
void Engine::resolved(const AccountId& id, std::uint64_t order) {
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return;
  Account& account = found->second;
  if (account.resolving.erase(order) == 0) return;
  if (account.phase == Phase::Resolving && account.resolving.empty()) {
    compare_positions(account, id);
  }
}

void Engine::compare_positions(Account& account, const AccountId& id) {
  account.phase = Phase::Comparing;
  ask_positions(account, id);
  account.balances_request = request(id, translators::QueryBalances{});
}

void Engine::on(Account& account, const AccountId&, const translators::Balances& balances) {
  if (balances.request_id == account.balances_request) account.balances_request = 0;
}

void Engine::on(Account& account, const AccountId&, const translators::Instruments& told) {
  if (told.complete) instruments_.withdraw(account.venue);
  for (const fixspec::Instrument& instrument : told.instruments) {
    const auto taken = instruments_.put(instrument);
    if (!taken) {
      alarm(Alarm::Severity::Warning, "instrument_refused",
            taken.error().text + "; it cannot be traded");
    }
  }
}

// True where `request_id` was one of the recovery's own; it is then asked again after a while.
bool Engine::is_recovery_request(Account& account, const AccountId& id, RequestId request_id) {
  if (request_id == 0) return false;
  for (RequestId* one : {&account.audit_request, &account.recount_request}) {
    if (*one != request_id) continue;
    *one = 0;  // asked again with the next audit
    return true;
  }
  for (RequestId* one : {&account.trades_request, &account.open_orders_request,
                         &account.positions_request, &account.balances_request}) {
    if (*one != request_id) continue;
    account.comparison.again = account.phase == Phase::Ready && one == &account.positions_request;
    *one = 0;
    if (++account.failed_queries == alarming_failures) {
      alarm(Alarm::Severity::Critical, "recovery_stuck",
            "the venue has not answered the queries of account " + id.to_string() +
                " that new orders wait for; they are repeated every second");
    }
    set_timer({.kind = Task::Kind::RetryRecovery, .order = 0, .account = id},
              now_.utc_ns + retry_ns);
    return true;
  }
  return false;
}

void Engine::retry_recovery(const AccountId& id) {
  const auto found = accounts_.find(id);
  if (found == accounts_.end() || !found->second.link_up) return;
  Account& account = found->second;
  if (account.phase == Phase::Querying) {
    if (account.trades_request == 0 || account.open_orders_request == 0) {
      start_recovery(account, id);
    }
  } else if (account.phase == Phase::Comparing && account.positions_request == 0) {
    compare_positions(account, id);
  } else if (account.comparison.again && account.positions_request == 0) {
    if (account.recount_request == 0) return ask_positions(account, id);
    set_timer({.kind = Task::Kind::RetryRecovery, .order = 0, .account = id},
              now_.utc_ns + retry_ns);
  }
}

fixspec::TradingSessionStatus Engine::status_of(fixspec::Venue venue) const {
  fixspec::TradingSessionStatus status{.venue = venue, .status = TradSesStatus::Open, .text = {}};
  for (const auto& [id, account] : accounts_) {
    if (venue_of(id) != venue || account.phase == Phase::Ready) continue;
    status.status = TradSesStatus::Halted;
    status.text += (status.text.empty() ? "" : ", ") + std::string{"account "} + id.to_string() +
                   (account.link_up ? " is being reconciled" : " has no link");
  }
  return status;
}

void Engine::announce(fixspec::Venue venue) {
  const auto status = status_of(venue);
  const auto [at, is_new] = announced_.emplace(venue, status.status);
  if (!is_new && at->second == status.status) return;
  at->second = status.status;
  outputs_->push_back(VenueStatusChanged{status});
}

}  // namespace causeway::gateway::engine
