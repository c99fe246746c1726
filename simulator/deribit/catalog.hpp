#pragma once

#include "simulator/core/exchange.hpp"

namespace causeway::simulator::deribit {

/// What the simulated Deribit lists when it starts at `now`: BTC and ETH perpetuals (inverse and
/// linear), one dated future each and a few options. Ticks, steps and fees are the venue's; dates
/// are the last Friday, 08:00 UTC, of the quarter's end that is at least two months away.
core::ExchangeConfig catalog(core::UtcNanos now);

/// Days since 1970-01-01 as `26MAR27`, the way Deribit writes a date in a name.
std::string venue_date(std::int64_t days);

}  // namespace causeway::simulator::deribit
