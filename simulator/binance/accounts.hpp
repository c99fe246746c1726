#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/binance/limits.hpp"
#include "simulator/core/exchange.hpp"

namespace causeway::simulator::binance {

/// What an account has set for one symbol.
struct SymbolSettings {
  std::int64_t leverage = 20;
  bool isolated = false;
};

/// The key of a user stream.
struct ListenKey {
  std::string text;
  core::UtcNanos expires = 0;
};

/// An account's settings, beside what the matching engine knows of it.
struct Account {
  core::AccountId id = 0;
  bool hedge_mode = false;
  bool multi_assets = false;
  bool fee_burn = false;
  std::vector<SymbolSettings> symbols;
  std::optional<ListenKey> listen_key;
  std::map<core::InstrumentIndex, core::UtcNanos> countdowns;  ///< when all orders are cancelled
  OrderLimits limits;

  /// The positions that it keeps of each symbol.
  [[nodiscard]] std::vector<core::PositionSide> sides() const {
    if (!hedge_mode) return {core::PositionSide::Net};
    return {core::PositionSide::Long, core::PositionSide::Short};
  }
};

}  // namespace causeway::simulator::binance
