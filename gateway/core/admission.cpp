#include "gateway/core/admission.hpp"

namespace causeway::gateway::core {

void Admission::start() {
  for (const std::uint64_t number : engine_.orders().open()) {
    placed(engine_.orders().all().at(number).account, number);
  }
}

void Admission::placed(const fixspec::AccountId& account, std::uint64_t number) {
  accounts_[account].numbers.push_back(number);
}

void Admission::heard(const fixspec::AccountId& account) {
  const auto found = accounts_.find(account);
  if (found != accounts_.end()) found->second.heard = true;
}

void Admission::look_through(Pending& pending) const {
  pending.heard = false;
  std::erase_if(pending.numbers, [this](std::uint64_t number) {
    const auto found = engine_.orders().all().find(number);
    return found == engine_.orders().all().end() || found->second.is_final() ||
           found->second.acknowledged;
  });
}

std::optional<std::string> Admission::refusal(const fixspec::AccountId& account) {
  if (engine_.orders().open().size() >= limits_.open_orders) {
    return std::to_string(limits_.open_orders) +
           " orders are open in all, MaxLiveOrders=" + std::to_string(limits_.open_orders);
  }
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return std::nullopt;
  Pending& pending = found->second;
  // Looked through only where it could change the answer: so it costs nothing while all is well,
  // and little while the venue is silent.
  if (pending.numbers.size() >= limits_.pending_orders && pending.heard) look_through(pending);
  if (pending.numbers.size() < limits_.pending_orders) return std::nullopt;
  return std::to_string(pending.numbers.size()) + " orders of account " + account.to_string() +
         " wait for the venue's answer, MaxPendingOrders=" + std::to_string(limits_.pending_orders);
}

}  // namespace causeway::gateway::core
