#include <utility>

#include "gateway/engine/engine.hpp"

// While trading goes on, open orders and positions are compared with the venue's every
// AuditInterval, so that what a stream lost is found.
namespace causeway::gateway::engine {

using fixspec::AccountId;

namespace {

// Orders asked about one by one after one list: the rest has its turn with the next.
constexpr std::size_t most_asked = 100;

}  // namespace

// The accounts take turns, so that their queries do not come at once.
void Engine::schedule_audits() {
  std::int64_t turn = 0;
  const auto count = static_cast<std::int64_t>(accounts_.size());
  for (auto& [id, account] : accounts_) {
    ++turn;
    const std::int64_t interval_ns =
        account_settings_[id].audit_interval_ms * fixspec::nanos_per_milli;
    if (interval_ns == 0 || !permissions_.accounts.contains(id)) continue;
    account.audit_timer = set_timer({.kind = Task::Kind::Audit, .order = 0, .account = id},
                                    now_.utc_ns + interval_ns / count * turn);
  }
}

void Engine::audit(const AccountId& id) {
  const auto found = accounts_.find(id);
  const std::int64_t interval_ms = account_settings_[id].audit_interval_ms;
  if (found == accounts_.end() || interval_ms == 0) return;
  Account& account = found->second;
  account.audit_timer = set_timer({.kind = Task::Kind::Audit, .order = 0, .account = id},
                                  now_.utc_ns + interval_ms * fixspec::nanos_per_milli);
  const bool is_under_way =
      account.audit_request != 0 || account.positions_request != 0 || account.comparison.again;
  if (account.phase != Phase::Ready || is_under_way) return;
  account.audit_request = request(id, translators::QueryOpenOrders{});
}

void Engine::audit_orders(Account& account, const AccountId& id,
                          const translators::OpenOrders& listed) {
  const translators::RequestId asked = std::exchange(account.audit_request, 0);
  std::set<std::uint64_t> seen;
  for (const translators::OrderUpdate& update : listed.orders) {
    Order* const order = order_of(id, update.client_id, update.venue_order_id);
    if (order == nullptr) {
      external_update(id, update);
      continue;
    }
    seen.insert(order->number);
    apply_update(*order, update);
  }
  keep_listed_externals(id, listed, asked);
  std::size_t count = 0;
  for (const std::uint64_t number : std::set<std::uint64_t>{orders_.open()}) {
    Order& order = *orders_.by_number(number);
    // What the venue has not answered yet is asked about by itself.
    if (order.account != id || seen.contains(number) || number >= sequence_of(asked) ||
        !order.acknowledged || order.held) {
      continue;
    }
    if (++count > most_asked) break;
    order.verify = true;
    resolve(order);
  }
  if (account.positions_request == 0 && !account.comparison.again) ask_positions(account, id);
}

}  // namespace causeway::gateway::engine
