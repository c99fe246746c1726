#pragma once

#include <optional>
#include <string_view>

#include "fixspec/order.hpp"
#include "fixspec/result.hpp"

// How people write orders on a command line.
namespace causeway::gateway::app {

/// "BTC-PERPETUAL@60000": a symbol, with a price unless the order is at market.
struct SymbolAtPrice {
  fixspec::Symbol symbol;
  std::optional<fixspec::Price> price;
};
fixspec::Result<SymbolAtPrice, fixspec::Error> parse_symbol_at_price(std::string_view text);

/// A positive quantity.
fixspec::Result<fixspec::Quantity, fixspec::Error> parse_order_qty(std::string_view text);

/// "GTC", "IOC", "FOK" or "GTD".
std::optional<fixspec::TimeInForce> parse_tif(std::string_view text);

/// "2026-12-24T18:00:00Z" (UTC) as nanoseconds.
fixspec::Result<fixspec::UtcNanos, fixspec::Error> parse_utc(std::string_view text);

}  // namespace causeway::gateway::app
