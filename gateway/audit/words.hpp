#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fixspec/enums.hpp"
#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "gateway/engine/output.hpp"
#include "translators/venue.hpp"

// How the audit says things. Codes become words, values whole sentences that a person can read in a
// timeline; nothing is decided here.
namespace causeway::gateway::audit {

std::string_view to_words(fixspec::Side side);
std::string_view to_words(fixspec::OrdType type);
std::string_view to_words(fixspec::TimeInForce time_in_force);
std::string_view to_words(fixspec::LiquidityInd liquidity);
std::string_view to_words(fixspec::ExecOrigin origin);
std::string_view to_words(fixspec::SecurityType type);
std::string_view to_words(fixspec::ContractType type);
std::string_view to_words(fixspec::PutOrCall put_or_call);
std::string_view to_words(fixspec::QtyType type);
std::string_view to_words(fixspec::SecurityTradingStatus status);
std::string_view to_words(fixspec::TradSesStatus status);
std::string_view to_words(engine::Alarm::Severity severity);
std::string_view to_words(translators::Source source);
std::string_view to_words(translators::VenueOrderState state);

/// "Buy 10 BTC-PERPETUAL Limit at 60000 GTC" and the like.
std::string describe(const fixspec::ClientRequest& request);
/// "place Buy 10 BTC-PERPETUAL Limit at 60000"
std::string describe(const translators::Ask& ask);
std::string describe(const translators::OrderUpdate& update);
std::string describe(const translators::Fill& fill);
/// Any event in one line; what it lists is only counted.
std::string describe(const translators::Told& told);
/// "accepted, reference price 60001" or "refused RISK.PRICE_COLLAR: ..."
std::string describe(const engine::RiskDecision& decision);
/// "fill: PartiallyFilled, 4 of 10 filled at 60000, 6 open"
std::string describe(const engine::OrderChanged& changed);
/// "150=F 39=1 Trade: 4 at 60000, ..."
std::string describe(const fixspec::Report& report);

}  // namespace causeway::gateway::audit
