#pragma once

#include "fixspec/quickfix.hpp"
#include "fixspec/result.hpp"
#include "strategies/client/events.hpp"

namespace causeway::strategies::client {

/// What a message of the gateway says (35=8, 9, r, h, y, j, W, Y or 3); Unreadable for anything
/// else and for what is not well formed.
EventBody decode(const FIX::Message& message);

}  // namespace causeway::strategies::client
