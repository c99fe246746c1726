#include "gateway/audit/words.hpp"

namespace causeway::gateway::audit {

using namespace std::string_view_literals;

std::string_view to_words(fixspec::Side side) {
  return side == fixspec::Side::Buy ? "Buy"sv : "Sell"sv;
}

std::string_view to_words(fixspec::OrdType type) {
  switch (type) {
    case fixspec::OrdType::Market:
      return "Market";
    case fixspec::OrdType::Limit:
      return "Limit";
    case fixspec::OrdType::Stop:
      return "Stop";
    case fixspec::OrdType::StopLimit:
      return "StopLimit";
  }
  return {};
}

std::string_view to_words(fixspec::TimeInForce time_in_force) {
  switch (time_in_force) {
    case fixspec::TimeInForce::GoodTillCancel:
      return "GTC";
    case fixspec::TimeInForce::ImmediateOrCancel:
      return "IOC";
    case fixspec::TimeInForce::FillOrKill:
      return "FOK";
    case fixspec::TimeInForce::GoodTillDate:
      return "GTD";
  }
  return {};
}

std::string_view to_words(fixspec::LiquidityInd liquidity) {
  return liquidity == fixspec::LiquidityInd::Added ? "Added"sv : "Removed"sv;
}

std::string_view to_words(fixspec::ExecOrigin origin) {
  switch (origin) {
    case fixspec::ExecOrigin::Client:
      return "client";
    case fixspec::ExecOrigin::Liquidation:
      return "liquidation";
    case fixspec::ExecOrigin::AutoDeleveraging:
      return "auto-deleveraging";
    case fixspec::ExecOrigin::VenueInterface:
      return "venue's own interface";
    case fixspec::ExecOrigin::ExpiryOrSettlement:
      return "expiry or settlement";
    case fixspec::ExecOrigin::StrategyModule:
      return "strategy module";
    case fixspec::ExecOrigin::KillSwitch:
      return "kill switch";
    case fixspec::ExecOrigin::CancelOnDisconnect:
      return "cancel on disconnect";
    case fixspec::ExecOrigin::Operator:
      return "operator";
    case fixspec::ExecOrigin::Venue:
      return "venue";
    case fixspec::ExecOrigin::LateAfterReject:
      return "late, after a reject";
  }
  return {};
}

std::string_view to_words(fixspec::SecurityType type) {
  switch (type) {
    case fixspec::SecurityType::Spot:
      return "Spot";
    case fixspec::SecurityType::Future:
      return "Future";
    case fixspec::SecurityType::Option:
      return "Option";
  }
  return {};
}

std::string_view to_words(fixspec::ContractType type) {
  switch (type) {
    case fixspec::ContractType::Linear:
      return "Linear";
    case fixspec::ContractType::Inverse:
      return "Inverse";
    case fixspec::ContractType::Quanto:
      return "Quanto";
  }
  return {};
}

std::string_view to_words(fixspec::PutOrCall put_or_call) {
  return put_or_call == fixspec::PutOrCall::Put ? "Put"sv : "Call"sv;
}

std::string_view to_words(fixspec::QtyType type) {
  return type == fixspec::QtyType::Units ? "Units"sv : "Contracts"sv;
}

std::string_view to_words(fixspec::SecurityTradingStatus status) {
  switch (status) {
    case fixspec::SecurityTradingStatus::TradingHalt:
      return "halted";
    case fixspec::SecurityTradingStatus::ReadyToTrade:
      return "trading";
    case fixspec::SecurityTradingStatus::NotAvailableForTrading:
      return "not trading";
  }
  return {};
}

std::string_view to_words(fixspec::TradSesStatus status) {
  switch (status) {
    case fixspec::TradSesStatus::Halted:
      return "Halted";
    case fixspec::TradSesStatus::Open:
      return "Open";
    case fixspec::TradSesStatus::Closed:
      return "Closed";
  }
  return {};
}

std::string_view to_words(engine::Alarm::Severity severity) {
  switch (severity) {
    case engine::Alarm::Severity::Info:
      return "info";
    case engine::Alarm::Severity::Warning:
      return "warning";
    case engine::Alarm::Severity::Critical:
      return "critical";
  }
  return {};
}

std::string_view to_words(translators::Source source) {
  switch (source) {
    case translators::Source::Reply:
      return "reply";
    case translators::Source::Stream:
      return "stream";
    case translators::Source::Query:
      return "query";
  }
  return {};
}

std::string_view to_words(translators::VenueOrderState state) {
  switch (state) {
    case translators::VenueOrderState::Open:
      return "open";
    case translators::VenueOrderState::Untriggered:
      return "untriggered";
    case translators::VenueOrderState::Triggered:
      return "triggered";
    case translators::VenueOrderState::Filled:
      return "filled";
    case translators::VenueOrderState::Canceled:
      return "canceled";
    case translators::VenueOrderState::Rejected:
      return "rejected";
    case translators::VenueOrderState::Expired:
      return "expired";
  }
  return {};
}

}  // namespace causeway::gateway::audit
