#include "risk/decide.hpp"

namespace causeway::risk {
namespace {

using Check = checks::Verdict (*)(const Proposal&);

constexpr Check all_checks[] = {
    checks::permission,      checks::instrument_status, checks::price_tick,
    checks::quantity,        checks::min_notional,      checks::order_rate,
    checks::max_order_qty,   checks::max_order_value,   checks::price_collar,
    checks::duplicate_order, checks::position_limit,    checks::open_orders,
};

}  // namespace

checks::Verdict decide(const Proposal& proposal) {
  for (const Check check : all_checks) {
    if (auto verdict = check(proposal)) return verdict;
  }
  return std::nullopt;
}

}  // namespace causeway::risk
