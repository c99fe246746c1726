#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
namespace {

bool is_fresh(const ReferencePrices& reference, std::optional<std::int64_t> max_age_ms) {
  return !max_age_ms || reference.age_ms <= *max_age_ms;
}

}  // namespace

std::optional<fixspec::Price> collar_reference(const Proposal& proposal,
                                               std::optional<std::int64_t> max_age_ms) {
  if (!is_fresh(proposal.reference, max_age_ms)) return std::nullopt;
  if (proposal.reference.mark) return proposal.reference.mark;
  // An option's index is its underlying's price: no measure of the premium.
  if (proposal.instrument->security_type == fixspec::SecurityType::Option) return std::nullopt;
  return proposal.reference.index;
}

std::optional<fixspec::Price> value_reference(const Proposal& proposal,
                                              std::optional<std::int64_t> max_age_ms) {
  if (!is_fresh(proposal.reference, max_age_ms)) return std::nullopt;
  if (proposal.reference.index) return proposal.reference.index;
  if (proposal.instrument->security_type == fixspec::SecurityType::Option) return std::nullopt;
  return proposal.reference.mark;
}

fixspec::RejectDetail exceeds(fixspec::RejectCode code, const std::string& used,
                              const std::string& limit, std::string_view key,
                              const LimitSet& limits) {
  fixspec::RejectDetail detail;
  detail.code = code;
  detail.text = std::string{fixspec::to_text(code)} + ": " + used + " > limit " + limit + " (" +
                std::string{key} + ", " + limits.name + ")";
  detail.risk_limit = limit;
  detail.risk_used = used;
  return detail;
}

fixspec::RejectDetail refuse(fixspec::RejectCode code, const std::string& why) {
  fixspec::RejectDetail detail;
  detail.code = code;
  detail.text = std::string{fixspec::to_text(code)} + ": " + why;
  return detail;
}

}  // namespace causeway::risk::checks
