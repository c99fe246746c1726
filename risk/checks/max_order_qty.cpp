#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict max_order_qty(const Proposal& proposal) {
  for (const Usage& usage : proposal.usages) {
    const auto& limit = usage.limits->max_order_qty;
    if (limit && proposal.order_qty > *limit) {
      return exceeds(fixspec::RejectCode::MaxOrderQty, proposal.order_qty.to_string(),
                     limit->to_string(), "MaxOrderQty", *usage.limits);
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
