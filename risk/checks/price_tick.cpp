#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {
namespace {

Verdict on_tick(const fixspec::Instrument& instrument, fixspec::Price price,
                std::string_view field) {
  const auto code = fixspec::RejectCode::PriceOffTick;
  const std::string symbol = instrument.key.symbol.to_string();
  if (!price.is_positive()) {
    return refuse(
        code, std::string{field} + " " + price.to_string() + " is not positive (" + symbol + ")");
  }
  const fixspec::Price tick = fixspec::tick_at(instrument, price);
  if (price.value().is_multiple_of(tick.value())) return std::nullopt;
  auto detail =
      refuse(code, std::string{field} + " " + price.to_string() + " is not a multiple of tick " +
                       tick.to_string() + " (" + symbol + ")");
  detail.risk_limit = tick.to_string();
  detail.risk_used = price.to_string();
  return detail;
}

}  // namespace

Verdict price_tick(const Proposal& proposal) {
  if (proposal.price) {
    if (auto verdict = on_tick(*proposal.instrument, *proposal.price, "Price(44)")) return verdict;
  }
  if (proposal.stop_px) return on_tick(*proposal.instrument, *proposal.stop_px, "StopPx(99)");
  return std::nullopt;
}

}  // namespace causeway::risk::checks
