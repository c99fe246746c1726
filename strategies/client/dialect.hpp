#pragma once

// The tags of the dialect that QuickFIX 1.15.1 has no names for (fixspec/dictionary/FIX44.xml).
namespace causeway::strategies::client::tag {

inline constexpr int exec_origin = 20020;
inline constexpr int contract_type = 20040;
inline constexpr int qty_step = 20041;
inline constexpr int min_notional = 20042;
inline constexpr int trigger_ref = 20045;
inline constexpr int reject_code = 20050;
inline constexpr int venue_error_code = 20051;
inline constexpr int venue_error_text = 20052;
inline constexpr int risk_limit = 20081;
inline constexpr int risk_used = 20082;

}  // namespace causeway::strategies::client::tag
