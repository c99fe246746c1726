#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
namespace {

bool matches(std::string_view pattern, std::string_view symbol) {
  if (pattern.ends_with('*')) return symbol.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == symbol;
}

}  // namespace

Verdict permission(const Proposal& proposal) {
  const auto code = fixspec::RejectCode::NotPermitted;
  if (proposal.permission == nullptr || !proposal.permission->trade) {
    return refuse(code, "this session may not trade (Trade)");
  }
  if (!proposal.permission->accounts.contains(proposal.account)) {
    return refuse(
        code, "this session may not use account " + proposal.account.to_string() + " (Accounts)");
  }
  if (proposal.permission->symbols.empty()) return std::nullopt;
  for (const std::string& pattern : proposal.permission->symbols) {
    if (matches(pattern, proposal.instrument->key.symbol.view())) return std::nullopt;
  }
  return refuse(code, "this session may not trade " + proposal.instrument->key.symbol.to_string() +
                          " (Symbols)");
}

}  // namespace causeway::risk::checks
