#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict open_orders(const Proposal& proposal) {
  if (proposal.is_replace) return std::nullopt;
  for (const Usage& usage : proposal.usages) {
    const auto& limit = usage.limits->max_open_orders;
    if (limit && usage.open_orders + 1 > *limit) {
      return exceeds(fixspec::RejectCode::OpenOrders,
                     std::to_string(usage.open_orders + 1) + " open orders", std::to_string(*limit),
                     "MaxOpenOrders", *usage.limits);
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
