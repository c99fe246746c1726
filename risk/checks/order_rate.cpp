#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict order_rate(const Proposal& proposal) {
  for (const Usage& usage : proposal.usages) {
    const auto& limit = usage.limits->max_orders_per_second;
    if (limit && usage.orders_in_last_second + 1 > *limit) {
      return exceeds(fixspec::RejectCode::OrderRate,
                     std::to_string(usage.orders_in_last_second + 1) + " orders in a second",
                     std::to_string(*limit), "MaxOrdersPerSecond", *usage.limits);
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
