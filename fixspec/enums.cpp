#include "fixspec/enums.hpp"

namespace causeway::fixspec {
namespace {

// The enumerator whose FIX character is `text`, among those listed.
template <class Enum, std::size_t count>
std::optional<Enum> one_of(std::string_view text, const Enum (&allowed)[count]) {
  if (text.size() != 1) return std::nullopt;
  for (const Enum value : allowed) {
    if (static_cast<char>(value) == text.front()) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_fix(Venue venue) {
  switch (venue) {
    case Venue::Binance:
      return "BINANCE";
    case Venue::Bybit:
      return "BYBIT";
    case Venue::Okx:
      return "OKX";
    case Venue::Deribit:
      return "DERIBIT";
    case Venue::Hyperliquid:
      return "HYPERLIQUID";
  }
  return "";
}

std::optional<Venue> venue_from_fix(std::string_view text) {
  for (const Venue venue : all_venues) {
    if (to_fix(venue) == text) return venue;
  }
  return std::nullopt;
}

std::optional<Side> side_from_fix(std::string_view text) {
  return one_of(text, {Side::Buy, Side::Sell});
}

std::optional<OrdType> ord_type_from_fix(std::string_view text) {
  return one_of(text, {OrdType::Market, OrdType::Limit, OrdType::Stop, OrdType::StopLimit});
}

std::optional<TimeInForce> time_in_force_from_fix(std::string_view text) {
  return one_of(text, {TimeInForce::GoodTillCancel, TimeInForce::ImmediateOrCancel,
                       TimeInForce::FillOrKill, TimeInForce::GoodTillDate});
}

std::optional<TriggerRef> trigger_ref_from_fix(std::string_view text) {
  return one_of(text, {TriggerRef::LastTrade, TriggerRef::Mark, TriggerRef::Index});
}

std::string_view to_words(OrdStatus status) {
  switch (status) {
    case OrdStatus::New:
      return "New";
    case OrdStatus::PartiallyFilled:
      return "PartiallyFilled";
    case OrdStatus::Filled:
      return "Filled";
    case OrdStatus::Canceled:
      return "Canceled";
    case OrdStatus::PendingCancel:
      return "PendingCancel";
    case OrdStatus::Rejected:
      return "Rejected";
    case OrdStatus::PendingNew:
      return "PendingNew";
    case OrdStatus::Expired:
      return "Expired";
    case OrdStatus::PendingReplace:
      return "PendingReplace";
  }
  return "";
}

std::string_view to_words(ExecType type) {
  switch (type) {
    case ExecType::New:
      return "New";
    case ExecType::Canceled:
      return "Canceled";
    case ExecType::Replaced:
      return "Replaced";
    case ExecType::PendingCancel:
      return "PendingCancel";
    case ExecType::Rejected:
      return "Rejected";
    case ExecType::PendingNew:
      return "PendingNew";
    case ExecType::Expired:
      return "Expired";
    case ExecType::Restated:
      return "Restated";
    case ExecType::PendingReplace:
      return "PendingReplace";
    case ExecType::Trade:
      return "Trade";
    case ExecType::OrderStatus:
      return "OrderStatus";
    case ExecType::Triggered:
      return "Triggered";
  }
  return "";
}

}  // namespace causeway::fixspec
