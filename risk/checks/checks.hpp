#pragma once

#include <optional>

#include "fixspec/report.hpp"
#include "risk/proposal.hpp"

// One pure function a file: nullopt where the proposal passes, else why not. None of them is asked
// about a cancel.
namespace causeway::risk::checks {

using Verdict = std::optional<fixspec::RejectDetail>;

/// The session may trade, on this account and this symbol (control C1).
Verdict permission(const Proposal& proposal);
/// The instrument is open for trading and has not expired (C1).
Verdict instrument_status(const Proposal& proposal);
/// Price(44) and StopPx(99) are positive multiples of the tick that applies there (C2).
Verdict price_tick(const Proposal& proposal);
/// OrderQty(38) is a positive multiple of the step, within the venue's minimum and maximum (C2).
Verdict quantity(const Proposal& proposal);
/// The order's value reaches the venue's minimum notional (C2).
Verdict min_notional(const Proposal& proposal);
/// MaxOrderQty (C3).
Verdict max_order_qty(const Proposal& proposal);
/// MaxOrderValue in the base currency, by mark or index (C4, C6).
Verdict max_order_value(const Proposal& proposal);
/// PriceCollarPercent around mark or index not older than ReferenceMaxAgeMs (C5).
Verdict price_collar(const Proposal& proposal);
/// At most DuplicateMax orders with the same terms within DuplicateWindowMs (C7b).
Verdict duplicate_order(const Proposal& proposal);
/// MaxPosition on the worst case: position, everything open on the side, and this order (C8).
Verdict position_limit(const Proposal& proposal);
/// MaxOpenOrders (C19).
Verdict open_orders(const Proposal& proposal);
/// MaxOrdersPerSecond, over a sliding second; cancels do not count (C13).
Verdict order_rate(const Proposal& proposal);

/// The price that values and collars the order: mark, or else index, if fresh under `max_age_ms`;
/// for the value of an option its underlying's index.
std::optional<fixspec::Price> collar_reference(const Proposal& proposal,
                                               std::optional<std::int64_t> max_age_ms);
std::optional<fixspec::Price> value_reference(const Proposal& proposal,
                                              std::optional<std::int64_t> max_age_ms);

/// A refusal in words: `RISK.MAX_ORDER_QTY: 120 > limit 100 (MaxOrderQty, ACCOUNT alpha)`.
fixspec::RejectDetail exceeds(fixspec::RejectCode code, const std::string& used,
                              const std::string& limit, std::string_view key,
                              const LimitSet& limits);
fixspec::RejectDetail refuse(fixspec::RejectCode code, const std::string& why);

}  // namespace causeway::risk::checks
