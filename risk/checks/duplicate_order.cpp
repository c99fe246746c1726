#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict duplicate_order(const Proposal& proposal) {
  if (proposal.is_replace) return std::nullopt;
  for (const Usage& usage : proposal.usages) {
    const auto& limit = usage.limits->duplicate_max;
    if (limit && usage.alike_in_window + 1 > *limit) {
      return exceeds(fixspec::RejectCode::DuplicateOrder,
                     std::to_string(usage.alike_in_window + 1) + " orders alike",
                     std::to_string(*limit), "DuplicateMax", *usage.limits);
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
