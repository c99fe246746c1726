#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
namespace {

// The higher of the reference and the order's own limit: a buy far above the market costs that
// much. An option's premium is no measure of its underlying, so there only the index counts.
std::optional<fixspec::Price> valued_at(const Proposal& proposal, const LimitSet& limits) {
  const auto reference = value_reference(proposal, limits.reference_max_age_ms);
  if (!reference || proposal.instrument->security_type == fixspec::SecurityType::Option) {
    return reference;
  }
  return proposal.price && *proposal.price > *reference ? proposal.price : reference;
}

}  // namespace

Verdict max_order_value(const Proposal& proposal) {
  const fixspec::Instrument& instrument = *proposal.instrument;
  const bool counts_quote_currency = instrument.contract_type == fixspec::ContractType::Inverse &&
                                     instrument.security_type == fixspec::SecurityType::Future;
  for (const Usage& usage : proposal.usages) {
    const auto& limit = usage.limits->max_order_value;
    if (!limit) continue;
    auto price = valued_at(proposal, *usage.limits);
    if (!price && counts_quote_currency) price = fixspec::Price{};  // no price needed
    if (!price) {
      return refuse(fixspec::RejectCode::NoReferencePrice,
                    "no fresh index or mark price to value the order by (MaxOrderValue, " +
                        usage.limits->name + ")");
    }
    const auto value = fixspec::notional(instrument, proposal.order_qty, *price);
    if (!value || *value > *limit) {
      return exceeds(fixspec::RejectCode::MaxOrderValue,
                     value ? value->to_string() : std::string{"more than can be counted"},
                     limit->to_string(), "MaxOrderValue", *usage.limits);
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
