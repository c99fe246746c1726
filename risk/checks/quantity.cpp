#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
namespace {

fixspec::RejectDetail bound(fixspec::RejectCode code, const Proposal& proposal,
                            std::string_view relation, fixspec::Quantity limit) {
  auto detail = refuse(code, "OrderQty(38) " + proposal.order_qty.to_string() + " " +
                                 std::string{relation} + " " + limit.to_string() + " (" +
                                 proposal.instrument->key.symbol.to_string() + ")");
  detail.risk_limit = limit.to_string();
  detail.risk_used = proposal.order_qty.to_string();
  return detail;
}

}  // namespace

Verdict quantity(const Proposal& proposal) {
  using fixspec::RejectCode;
  const fixspec::Instrument& instrument = *proposal.instrument;
  if (!proposal.order_qty.is_positive()) {
    return bound(RejectCode::QuantityTooSmall, proposal, "is not more than", fixspec::Quantity{});
  }
  if (proposal.order_qty < instrument.min_qty) {
    return bound(RejectCode::QuantityTooSmall, proposal, "is below the minimum",
                 instrument.min_qty);
  }
  if (!proposal.order_qty.value().is_multiple_of(instrument.qty_step.value())) {
    return bound(RejectCode::QuantityOffStep, proposal, "is not a multiple of step",
                 instrument.qty_step);
  }
  if (instrument.max_qty && proposal.order_qty > *instrument.max_qty) {
    return bound(RejectCode::QuantityTooLarge, proposal, "is above the maximum",
                 *instrument.max_qty);
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
