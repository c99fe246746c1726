#pragma once

#include "simulator/core/json.hpp"
#include "simulator/core/venue.hpp"

namespace causeway::simulator::core {

/// Everything a venue knows of its clients, as one JSON object: orders, fills, positions,
/// balances. Amounts are decimal texts.
void write_ledger(JsonWriter& json, Venue& venue);

std::string_view to_text(OrderState state);
std::string_view to_text(OrderType type);
std::string_view to_text(CancelReason reason);

}  // namespace causeway::simulator::core
