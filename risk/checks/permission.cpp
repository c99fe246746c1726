#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
Verdict permission(const Proposal& proposal) {
  const auto code = fixspec::RejectCode::NotPermitted;
  if (proposal.permission == nullptr || !proposal.permission->trade) {
    return refuse(code, "this session may not trade (Trade)");
  }
  if (!proposal.permission->accounts.contains(proposal.account)) {
    return refuse(
        code, "this session may not use account " + proposal.account.to_string() + " (Accounts)");
  }
  if (allows_symbol(*proposal.permission, proposal.instrument->key.symbol)) return std::nullopt;
  return refuse(code, "this session may not trade " + proposal.instrument->key.symbol.to_string() +
                          " (Symbols)");
}

}  // namespace causeway::risk::checks
