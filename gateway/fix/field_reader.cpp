#include "gateway/fix/field_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

using fixspec::RejectCode;

struct Name {
  int tag;
  std::string_view name;
};

constexpr Name names[] = {
    {tag::account, "Account"},
    {tag::cl_ord_id, "ClOrdID"},
    {tag::currency, "Currency"},
    {tag::exec_inst, "ExecInst"},
    {tag::order_id, "OrderID"},
    {tag::order_qty, "OrderQty"},
    {tag::ord_type, "OrdType"},
    {tag::orig_cl_ord_id, "OrigClOrdID"},
    {tag::price, "Price"},
    {tag::side, "Side"},
    {tag::symbol, "Symbol"},
    {tag::time_in_force, "TimeInForce"},
    {tag::position_effect, "PositionEffect"},
    {tag::stop_px, "StopPx"},
    {tag::ex_destination, "ExDestination"},
    {tag::min_qty, "MinQty"},
    {tag::max_floor, "MaxFloor"},
    {tag::expire_time, "ExpireTime"},
    {tag::cash_order_qty, "CashOrderQty"},
    {tag::security_type, "SecurityType"},
    {tag::security_exchange, "SecurityExchange"},
    {tag::max_show, "MaxShow"},
    {tag::peg_offset_value, "PegOffsetValue"},
    {tag::trading_session_id, "TradingSessionID"},
    {tag::discretion_inst, "DiscretionInst"},
    {tag::discretion_offset_value, "DiscretionOffsetValue"},
    {tag::price_type, "PriceType"},
    {tag::expire_date, "ExpireDate"},
    {tag::cfi_code, "CFICode"},
    {tag::mass_cancel_request_type, "MassCancelRequestType"},
    {tag::display_qty, "DisplayQty"},
    {tag::market_id, "MarketID"},
    {tag::trigger_ref, "TriggerRef"},
};

std::string value_text(int tag, std::string_view value) {
  return field_name(tag) + "=" + std::string{value};
}

// The characters that a ClOrdID(11) may have.
bool is_cl_ord_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == ':' || c == '-';
}

std::optional<fixspec::SecurityType> security_type_of_cfi(std::string_view cfi) {
  switch (cfi.empty() ? '\0' : cfi.front()) {
    case 'F':
      return fixspec::SecurityType::Future;
    case 'O':
      return fixspec::SecurityType::Option;
    case 'I':
      return fixspec::SecurityType::Spot;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string field_name(int tag) {
  const auto* const found = std::find_if(std::begin(names), std::end(names),
                                         [&](const Name& name) { return name.tag == tag; });
  const std::string number = std::to_string(tag);
  return found == std::end(names) ? "tag " + number : std::string{found->name} + "(" + number + ")";
}

void FieldReader::refuse(RejectCode code, std::string text) {
  if (!refusal_) refusal_ = Refusal{code, std::move(text)};
}

std::optional<std::string_view> FieldReader::required(int tag) {
  auto value = text(tag);
  if (!value) refuse(RejectCode::MissingField, field_name(tag) + " is missing");
  return value;
}

std::optional<fixspec::ClOrdId> FieldReader::cl_ord_id(int tag) {
  auto value = id<fixspec::ClOrdId>(tag, RejectCode::MalformedField);
  if (value && !std::all_of(value->view().begin(), value->view().end(), is_cl_ord_id_character)) {
    refuse(RejectCode::MalformedField,
           value_text(tag, value->view()) + " has characters other than A-Z a-z 0-9 . _ : -");
  }
  return value;
}

std::optional<fixspec::Price> FieldReader::price(int tag) {
  const auto value = text(tag);
  if (!value) return std::nullopt;
  const auto parsed = fixspec::parse_price(*value);
  if (parsed) return *parsed;
  refuse(RejectCode::MalformedField,
         value_text(tag, *value) + ": " + std::string{fixspec::to_text(parsed.error())});
  return std::nullopt;
}

std::optional<fixspec::Quantity> FieldReader::quantity(int tag) {
  const auto value = text(tag);
  if (!value) return std::nullopt;
  const auto parsed = fixspec::parse_quantity(*value);
  if (!parsed) {
    refuse(RejectCode::MalformedField,
           value_text(tag, *value) + ": " + std::string{fixspec::to_text(parsed.error())});
    return std::nullopt;
  }
  if (!parsed->is_positive()) {
    refuse(RejectCode::QuantityTooSmall, value_text(tag, *value) + " must be above zero");
    return std::nullopt;
  }
  return *parsed;
}

std::optional<fixspec::UtcNanos> FieldReader::time(int tag) {
  const auto value = text(tag);
  if (!value) return std::nullopt;
  auto parsed = parse_fix_time(*value);
  if (!parsed) {
    refuse(RejectCode::MalformedField,
           value_text(tag, *value) + " is no UTC timestamp (YYYYMMDD-HH:MM:SS.sss)");
  }
  return parsed;
}

std::optional<fixspec::Side> FieldReader::side() {
  const auto value = text(tag::side);
  if (!value) return std::nullopt;
  auto parsed = fixspec::side_from_fix(*value);
  if (!parsed) {
    refuse(RejectCode::UnsupportedValue, value_text(tag::side, *value) + ": only 1 and 2");
  }
  return parsed;
}

std::optional<fixspec::OrdType> FieldReader::ord_type() {
  const auto value = text(tag::ord_type);
  if (!value) return std::nullopt;
  auto parsed = fixspec::ord_type_from_fix(*value);
  if (!parsed) {
    refuse(RejectCode::UnsupportedValue,
           value_text(tag::ord_type, *value) + ": only 1, 2, 3 and 4");
  }
  return parsed;
}

std::optional<fixspec::TimeInForce> FieldReader::time_in_force() {
  const auto value = text(tag::time_in_force);
  if (!value) return std::nullopt;
  auto parsed = fixspec::time_in_force_from_fix(*value);
  if (!parsed) {
    refuse(RejectCode::UnsupportedValue,
           value_text(tag::time_in_force, *value) + ": only 1, 3, 4 and 6");
  }
  return parsed;
}

std::optional<fixspec::TriggerRef> FieldReader::trigger_ref() {
  const auto value = text(tag::trigger_ref);
  return value ? fixspec::trigger_ref_from_fix(*value) : std::nullopt;
}

std::optional<fixspec::ExecInst> FieldReader::exec_inst() {
  const auto value = text(tag::exec_inst);
  if (!value) return std::nullopt;
  fixspec::ExecInst result;
  std::string_view rest = *value;
  while (true) {
    const std::size_t space = rest.find(' ');
    const std::string_view one = rest.substr(0, space);
    if (one == "6" || one == "A") {
      result.participate_dont_initiate = true;
    } else if (one == "E") {
      result.do_not_increase = true;
    } else {
      refuse(RejectCode::UnsupportedValue,
             value_text(tag::exec_inst, *value) +
                 ": only 6, A and E, each followed by one space or the end");
      return std::nullopt;
    }
    if (space == std::string_view::npos) return result;
    rest.remove_prefix(space + 1);
  }
}

std::optional<fixspec::Venue> FieldReader::venue(int tag) {
  const auto value = text(tag);
  if (!value) return std::nullopt;
  auto parsed = fixspec::venue_from_fix(*value);
  if (!parsed) {
    refuse(RejectCode::UnknownSymbol, value_text(tag, *value) + " is no venue of this gateway");
  }
  return parsed;
}

std::optional<fixspec::Venue> FieldReader::order_venue() {
  const auto exchange = venue(tag::security_exchange);
  const auto destination = venue(tag::ex_destination);
  if (exchange && destination && *exchange != *destination) {
    refuse(RejectCode::FieldMismatch,
           "SecurityExchange(207)=" + std::string{to_fix(*exchange)} +
               " and ExDestination(100)=" + std::string{to_fix(*destination)} + " disagree");
  }
  return exchange ? exchange : destination;
}

std::optional<fixspec::SecurityType> FieldReader::security_type() {
  const auto type = text(tag::security_type);
  const auto cfi = text(tag::cfi_code);
  std::optional<fixspec::SecurityType> result;
  if (type == "FUT" || type == "PERP") result = fixspec::SecurityType::Future;
  if (type == "OPT") result = fixspec::SecurityType::Option;
  if (type && !result) {
    refuse(RejectCode::UnsupportedValue,
           value_text(tag::security_type, *type) + ": only FUT, PERP and OPT; spot has none");
  }
  if (!cfi) return result;
  const auto of_cfi = security_type_of_cfi(*cfi);
  if (!of_cfi) {
    refuse(RejectCode::UnsupportedValue,
           value_text(tag::cfi_code, *cfi) + ": only codes that start with F, O or I");
  } else if (result && *result != *of_cfi) {
    refuse(RejectCode::FieldMismatch, value_text(tag::security_type, *type) + " and " +
                                          value_text(tag::cfi_code, *cfi) + " disagree");
  }
  return result ? result : of_cfi;
}

std::optional<fixspec::InstrumentRef> FieldReader::instrument() {
  const auto symbol = id<fixspec::Symbol>(tag::symbol, RejectCode::UnknownSymbol);
  const auto venue = order_venue();
  const auto type = security_type();
  if (!symbol) return std::nullopt;
  fixspec::InstrumentRef ref{*symbol, venue, std::nullopt};
  if (type || has(tag::currency)) narrow(ref, type);
  return ref;
}

// Of the instruments that `ref` may mean, those of `type`: gives ref its segment where they agree
// on one. A symbol nobody lists is left to the engine, which refuses it.
void FieldReader::narrow(fixspec::InstrumentRef& ref, std::optional<fixspec::SecurityType> type) {
  std::vector<const fixspec::Instrument*> meant;
  bool listed = false;
  for (const fixspec::Instrument* const instrument : instruments_named_(ref.symbol)) {
    if (ref.venue && instrument->key.venue != *ref.venue) continue;
    listed = true;
    if (!type || instrument->security_type == *type) meant.push_back(instrument);
  }
  if (!listed) return;
  if (meant.empty()) {
    refuse(RejectCode::UnknownSymbol,
           "no " + value_text(tag::symbol, ref.symbol.view()) + " of this " +
               (has(tag::security_type) ? value_text(tag::security_type, *text(tag::security_type))
                                        : value_text(tag::cfi_code, *text(tag::cfi_code))));
    return;
  }
  const auto same = [&](auto member) {
    return std::all_of(meant.begin(), meant.end(), [&](const fixspec::Instrument* other) {
      return member(*other) == member(*meant.front());
    });
  };
  if (type && same([](const fixspec::Instrument& i) { return i.key.segment; })) {
    ref.segment = meant.front()->key.segment;
  }
  const auto currency = text(tag::currency);
  if (currency && same([](const fixspec::Instrument& i) { return i.quote; }) &&
      meant.front()->quote.view() != *currency) {
    refuse(RejectCode::FieldMismatch, value_text(tag::currency, *currency) + ": " +
                                          ref.symbol.to_string() + " is quoted in " +
                                          meant.front()->quote.to_string());
  }
}

}  // namespace causeway::gateway::fix
