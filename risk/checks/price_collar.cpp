#include <algorithm>

#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
namespace {

using fixspec::Decimal;
using fixspec::Price;

// An option's premium may be a few ticks, where a percentage is no band at all.
constexpr std::int64_t option_band_ticks = 5;

// How far from `reference` a price may be, rounded down: the collar is never wider than written.
fixspec::Result<Price, fixspec::DecimalError> band(const Proposal& proposal, Price reference,
                                                   Decimal percent) {
  const auto scaled =
      Decimal::multiply(reference.value().abs(), percent, fixspec::Rounding::TowardZero);
  if (!scaled) return fixspec::Unexpected{scaled.error()};
  const auto width =
      Decimal::divide(*scaled, Decimal::from_integer(100), fixspec::Rounding::TowardZero);
  if (!width) return fixspec::Unexpected{width.error()};
  if (proposal.instrument->security_type != fixspec::SecurityType::Option) return Price{*width};
  const auto ticks =
      Decimal::multiply(fixspec::tick_at(*proposal.instrument, reference).value(),
                        Decimal::from_integer(option_band_ticks), fixspec::Rounding::TowardZero);
  if (!ticks) return fixspec::Unexpected{ticks.error()};
  return Price{std::max(*width, *ticks)};
}

// Worse than the band for who sends it: a buy too high or a sell too low.
Verdict outside(const Proposal& proposal, Price price, Price reference, const LimitSet& limits) {
  const auto width = band(proposal, reference, *limits.price_collar_percent);
  const bool buy = proposal.side == fixspec::Side::Buy;
  if (width) {
    const Price bound = buy ? reference + *width : reference - *width;
    if (buy ? price <= bound : price >= bound) return std::nullopt;
    auto detail = refuse(fixspec::RejectCode::PriceCollar,
                         price.to_string() + (buy ? " > " : " < ") + "bound " + bound.to_string() +
                             ", " + limits.price_collar_percent->to_string() + " % off " +
                             reference.to_string() + " (PriceCollarPercent, " + limits.name + ")");
    detail.risk_limit = bound.to_string();
    detail.risk_used = price.to_string();
    return detail;
  }
  return refuse(fixspec::RejectCode::PriceCollar,
                "the collar cannot be counted at reference " + reference.to_string());
}

}  // namespace

Verdict price_collar(const Proposal& proposal) {
  // A stop order waits until the market is at its trigger, so its limit is judged against that.
  if (proposal.ord_type == fixspec::OrdType::Stop) return std::nullopt;
  for (const Usage& usage : proposal.usages) {
    if (!usage.limits->price_collar_percent) continue;
    if (proposal.ord_type == fixspec::OrdType::StopLimit) {
      if (auto verdict = outside(proposal, *proposal.price, *proposal.stop_px, *usage.limits)) {
        return verdict;
      }
      continue;
    }
    const auto reference = collar_reference(proposal, usage.limits->reference_max_age_ms);
    if (!reference) {
      return refuse(fixspec::RejectCode::NoReferencePrice,
                    "no fresh mark or index price for the collar (PriceCollarPercent, " +
                        usage.limits->name + ")");
    }
    if (!proposal.price) continue;  // a market order: that there is a fresh price is all we can ask
    if (auto verdict = outside(proposal, *proposal.price, *reference, *usage.limits)) {
      return verdict;
    }
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
