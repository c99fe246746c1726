#include "gateway/engine/instrument_table.hpp"

namespace causeway::gateway::engine {
namespace {

fixspec::RejectDetail refuse(fixspec::RejectCode code, const std::string& why) {
  fixspec::RejectDetail detail;
  detail.code = code;
  detail.text = std::string{fixspec::to_text(code)} + ": " + why;
  return detail;
}

}  // namespace

fixspec::Result<fixspec::Done, fixspec::Error> InstrumentTable::put(
    const fixspec::Instrument& instrument) {
  const std::string symbol = instrument.key.symbol.to_string();
  bool ticks_positive = instrument.tick.is_positive();
  for (const auto& step : instrument.tick_steps) {
    ticks_positive = ticks_positive && step.tick.is_positive();
  }
  if (!ticks_positive) {
    return fixspec::Unexpected{fixspec::Error{symbol + ": a tick that is not positive"}};
  }
  if (!instrument.qty_step.is_positive() || !instrument.contract_multiplier.is_positive()) {
    return fixspec::Unexpected{
        fixspec::Error{symbol + ": a quantity step or multiplier that is not positive"}};
  }
  const auto [at, is_new] = instruments_.insert_or_assign(instrument.key, instrument);
  if (is_new) by_symbol_[at->first.symbol].push_back(&at->second);
  return fixspec::Done{};
}

void InstrumentTable::withdraw(fixspec::Venue venue) {
  for (auto& [key, instrument] : instruments_) {
    if (key.venue == venue) {
      instrument.status = fixspec::SecurityTradingStatus::NotAvailableForTrading;
    }
  }
}

const fixspec::Instrument* InstrumentTable::find(const fixspec::InstrumentKey& key) const {
  const auto found = instruments_.find(key);
  return found == instruments_.end() ? nullptr : &found->second;
}

std::vector<const fixspec::Instrument*> InstrumentTable::named(
    const fixspec::Symbol& symbol) const {
  const auto found = by_symbol_.find(symbol);
  return found == by_symbol_.end() ? std::vector<const fixspec::Instrument*>{} : found->second;
}

fixspec::Result<const fixspec::Instrument*, fixspec::RejectDetail> InstrumentTable::resolve(
    fixspec::Venue venue, const fixspec::InstrumentRef& reference) const {
  const auto is_meant = [&](const fixspec::Instrument& instrument) {
    const fixspec::InstrumentKey& key = instrument.key;
    return key.venue == venue && (!reference.segment || *reference.segment == key.segment);
  };
  const auto of_symbol = by_symbol_.find(reference.symbol);
  // The usual symbol is one instrument's alone.
  if (of_symbol != by_symbol_.end() && of_symbol->second.size() == 1 &&
      is_meant(*of_symbol->second.front())) {
    return of_symbol->second.front();
  }
  std::vector<const fixspec::Instrument*> meant;
  if (of_symbol != by_symbol_.end()) {
    for (const fixspec::Instrument* const instrument : of_symbol->second) {
      if (is_meant(*instrument)) meant.push_back(instrument);
    }
  }
  if (meant.size() == 1) return meant.front();
  const std::string name =
      "Symbol(55) " + reference.symbol.to_string() + " on " + std::string{fixspec::to_fix(venue)};
  if (meant.empty()) {
    return fixspec::Unexpected{refuse(fixspec::RejectCode::UnknownSymbol, name + " is not known")};
  }
  std::string which;
  for (const auto* instrument : meant) {
    which += (which.empty() ? "" : ", ") + std::string{fixspec::to_text(instrument->key.segment)};
  }
  return fixspec::Unexpected{refuse(fixspec::RejectCode::AmbiguousSymbol,
                                    name + " names more than one instrument (" + which +
                                        "): give SecurityType(167) or CFICode(461)")};
}

}  // namespace causeway::gateway::engine
