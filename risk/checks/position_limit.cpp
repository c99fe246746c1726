#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict position_limit(const Proposal& proposal) {
  const InstrumentExposure& exposure = proposal.exposure;
  const bool buy = proposal.side == fixspec::Side::Buy;
  const fixspec::Quantity worst =
      buy ? exposure.position + exposure.open_buy + proposal.added_leaves
          : exposure.open_sell + proposal.added_leaves - exposure.position;
  for (const Usage& usage : proposal.usages) {
    const auto& limit = usage.limits->max_position;
    if (limit && proposal.added_leaves.is_positive() && worst > *limit) {
      return exceeds(
          fixspec::RejectCode::PositionLimit,
          std::string{buy ? "worst-case long " : "worst-case short "} + worst.to_string(),
          limit->to_string(), "MaxPosition", *usage.limits);
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
