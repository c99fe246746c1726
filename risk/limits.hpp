#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"

// The limits of sessions.cfg as values. risk/risk.md of the rules of engagement names the controls.
namespace causeway::risk {

/// What a [RISK] section applies to. Every field that is set must match; none set: everything.
struct Scope {
  std::optional<fixspec::SessionId> session;
  std::optional<fixspec::AccountId> account;
  std::optional<fixspec::Venue> venue;
  std::optional<fixspec::Symbol> symbol;

  friend bool operator==(const Scope&, const Scope&) = default;
};

/// One [RISK] section. An absent limit is not checked. Values in the base currency (USD) count by
/// mark or index price, never by last trade.
struct LimitSet {
  std::string name;  ///< how texts call it, e.g. "ACCOUNT alpha"
  Scope scope;
  std::optional<fixspec::Quantity> max_order_qty;        ///< MaxOrderQty: of one order, its unit
  std::optional<fixspec::Notional> max_order_value;      ///< MaxOrderValue: of one order
  std::optional<fixspec::Decimal> price_collar_percent;  ///< PriceCollarPercent: off the reference
  std::optional<std::int64_t> reference_max_age_ms;      ///< ReferenceMaxAgeMs: older is none
  std::optional<std::uint32_t> duplicate_max;          ///< DuplicateMax: alike orders in the window
  std::optional<std::int64_t> duplicate_window_ms;     ///< DuplicateWindowMs
  std::optional<fixspec::Quantity> max_position;       ///< MaxPosition: worst case, each side
  std::optional<std::uint32_t> max_open_orders;        ///< MaxOpenOrders
  std::optional<std::uint32_t> max_orders_per_second;  ///< MaxOrdersPerSecond: new and replace

  friend bool operator==(const LimitSet&, const LimitSet&) = default;
};

using Limits = std::vector<LimitSet>;

/// What one session may do.
struct Permission {
  std::set<fixspec::AccountId> accounts;
  /// Empty: every instrument; else exact symbols or prefixes ending in `*`.
  std::vector<std::string> symbols;
  bool trade = true;  ///< false: may look and cancel, not enter orders

  friend bool operator==(const Permission&, const Permission&) = default;
};

/// True where the permission covers the symbol.
bool allows_symbol(const Permission& permission, const fixspec::Symbol& symbol);

/// Which venue an account trades on, and who may use it.
struct Permissions {
  std::map<fixspec::SessionId, Permission> sessions;
  std::map<fixspec::AccountId, fixspec::Venue> accounts;

  friend bool operator==(const Permissions&, const Permissions&) = default;
};

}  // namespace causeway::risk
