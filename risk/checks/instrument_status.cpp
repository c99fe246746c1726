#include "risk/checks/checks.hpp"

namespace causeway::risk::checks {

Verdict instrument_status(const Proposal& proposal) {
  const fixspec::Instrument& instrument = *proposal.instrument;
  const auto code = fixspec::RejectCode::InstrumentNotTrading;
  const std::string symbol = instrument.key.symbol.to_string();
  if (instrument.status != fixspec::SecurityTradingStatus::ReadyToTrade) {
    return refuse(code, symbol + " is not open for trading (SecurityTradingStatus " +
                            std::to_string(static_cast<int>(instrument.status)) + ")");
  }
  if (instrument.expiry_utc_ns && *instrument.expiry_utc_ns <= proposal.now) {
    return refuse(code, symbol + " has expired");
  }
  return std::nullopt;
}

}  // namespace causeway::risk::checks
