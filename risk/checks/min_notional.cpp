#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict min_notional(const Proposal& proposal) {
  const fixspec::Instrument& instrument = *proposal.instrument;
  if (!instrument.min_notional) return std::nullopt;
  const auto price = proposal.price ? proposal.price : value_reference(proposal, std::nullopt);
  if (!price) return std::nullopt;  // the venue will judge: nothing here to judge by
  const auto value = fixspec::notional(instrument, proposal.order_qty, *price);
  if (!value || *value >= *instrument.min_notional) return std::nullopt;
  auto detail = refuse(fixspec::RejectCode::NotionalTooSmall,
                       "notional " + value->to_string() + " is below the minimum " +
                           instrument.min_notional->to_string() + " (" +
                           instrument.key.symbol.to_string() + ")");
  detail.risk_limit = instrument.min_notional->to_string();
  detail.risk_used = value->to_string();
  return detail;
}

}  // namespace causeway::risk::checks
