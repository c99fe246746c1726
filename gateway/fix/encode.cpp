#include "gateway/fix/encode.hpp"

#include <string_view>

#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

FIX::Message message_of_type(const std::string& type) {
  FIX::Message message;
  message.getHeader().setField(tag::msg_type, type);
  return message;
}

void put(FIX::FieldMap& fields, int tag, std::string_view value) {
  if (!value.empty()) fields.setField(tag, std::string{value});
}

// FIX::Message hides this function of its base.
void add_group(FIX::FieldMap& fields, int count_tag, const FIX::Group& group) {
  fields.addGroup(count_tag, group);
}

template <class Number>
void put_number(FIX::FieldMap& fields, int tag, Number value) {
  fields.setField(tag, std::to_string(value));
}

void put_char(FIX::FieldMap& fields, int tag, char value) {
  fields.setField(tag, std::string(1, value));
}

// Text from elsewhere: whatever could break a FIX field becomes a space.
void put_text(FIX::FieldMap& fields, int tag, std::string_view value) {
  std::string clean{value};
  for (char& c : clean) {
    if (c < ' ' || c > '~') c = ' ';
  }
  put(fields, tag, clean);
}

template <class AnAmount>
void put_amount(FIX::FieldMap& fields, int tag, const std::optional<AnAmount>& amount) {
  if (amount) fields.setField(tag, amount->to_string());
}

// SecurityType(167) and CFICode(461) of an instrument; spot has no 167.
struct TypeTexts {
  std::string_view security_type;
  std::string_view cfi_code;
};

TypeTexts type_texts(const fixspec::Instrument& instrument) {
  switch (instrument.security_type) {
    case fixspec::SecurityType::Spot:
      return {"", "IXXXXX"};
    case fixspec::SecurityType::Future:
      return {"FUT", "FFCCSX"};
    case fixspec::SecurityType::Option:
      return {"OPT", instrument.put_or_call == fixspec::PutOrCall::Put ? "OPECCS" : "OCECCS"};
  }
  return {};
}

void put_tick_rules(FIX::FieldMap& fields, const fixspec::Instrument& instrument) {
  const int order[] = {tag::start_tick_price_range, tag::tick_increment, 0};
  for (const fixspec::TickStep& step : instrument.tick_steps) {
    FIX::Group rule{tag::no_tick_rules, tag::start_tick_price_range, order};
    put(rule, tag::start_tick_price_range, step.above_price.to_string());
    put(rule, tag::tick_increment, step.tick.to_string());
    add_group(fields, tag::no_tick_rules, rule);
  }
}

void put_instrument(FIX::Group& entry, const fixspec::Instrument& instrument) {
  put(entry, tag::symbol, instrument.key.symbol.view());
  const TypeTexts types = type_texts(instrument);
  put(entry, tag::security_type, types.security_type);
  put(entry, tag::cfi_code, types.cfi_code);
  put(entry, tag::security_exchange, fixspec::to_fix(instrument.key.venue));
  if (instrument.expiry_utc_ns) {
    constexpr std::size_t date_size = 8;
    put(entry, tag::maturity_date, to_fix_time(*instrument.expiry_utc_ns, 0).substr(0, date_size));
  }
  if (instrument.put_or_call) {
    put_char(entry, tag::put_or_call, static_cast<char>(*instrument.put_or_call));
  }
  put_amount(entry, tag::strike_price, instrument.strike);
  put(entry, tag::contract_multiplier, instrument.contract_multiplier.to_string());
  put_char(entry, tag::qty_type, static_cast<char>(instrument.qty_type));
  put(entry, tag::currency, instrument.quote.view());
  put(entry, tag::settl_currency, instrument.settle.view());
  put(entry, tag::min_price_increment, instrument.tick.to_string());
  put_tick_rules(entry, instrument);
  put(entry, tag::min_trade_vol, instrument.min_qty.to_string());
  put_amount(entry, tag::max_trade_vol, instrument.max_qty);
  put_number(entry, tag::security_trading_status, static_cast<int>(instrument.status));
  put_char(entry, tag::contract_type, static_cast<char>(instrument.contract_type));
  put(entry, tag::qty_step, instrument.qty_step.to_string());
  put_amount(entry, tag::min_notional, instrument.min_notional);
}

}  // namespace

FIX::Message reject(std::uint64_t ref_seq_num, const std::string& ref_msg_type, int ref_tag,
                    int reason, const std::string& text) {
  FIX::Message message = message_of_type("3");
  put_number(message, tag::ref_seq_num, ref_seq_num);
  put_number(message, tag::ref_tag_id, ref_tag);
  put(message, tag::ref_msg_type, ref_msg_type);
  put_number(message, tag::session_reject_reason, reason);
  put_text(message, tag::text, text);
  return message;
}

FIX::Message business_reject(std::uint64_t ref_seq_num, const std::string& ref_msg_type, int reason,
                             const std::string& text) {
  FIX::Message message = message_of_type("j");
  put_number(message, tag::ref_seq_num, ref_seq_num);
  put(message, tag::ref_msg_type, ref_msg_type);
  put_number(message, tag::business_reject_reason, reason);
  put_text(message, tag::text, text);
  return message;
}

FIX::Message encode(const SecurityListPage& page) {
  FIX::Message message = message_of_type("y");
  put(message, tag::security_req_id, page.request_id);
  put(message, tag::security_response_id, page.response_id);
  put_number(message, tag::security_request_result, page.result);
  put_number(message, tag::tot_no_related_sym, page.total);
  put_char(message, tag::last_fragment, page.last ? 'Y' : 'N');
  put_text(message, tag::text, page.text);
  const int order[] = {
      tag::symbol,        tag::security_type, tag::cfi_code,       tag::security_exchange,
      tag::maturity_date, tag::put_or_call,   tag::strike_price,   tag::contract_multiplier,
      tag::qty_type,      tag::currency,      tag::settl_currency, tag::min_price_increment,
      tag::no_tick_rules, tag::min_trade_vol, tag::max_trade_vol,  tag::security_trading_status,
      tag::contract_type, tag::qty_step,      tag::min_notional,   0};
  for (const fixspec::Instrument* instrument : page.instruments) {
    FIX::Group entry{tag::no_related_sym, tag::symbol, order};
    put_instrument(entry, *instrument);
    add_group(message, tag::no_related_sym, entry);
  }
  return message;
}

FIX::Message encode(const fixspec::TradingSessionStatus& status, const std::string& request_id) {
  FIX::Message message = message_of_type("h");
  put(message, tag::trad_ses_req_id, request_id);
  put(message, tag::trading_session_id, fixspec::to_fix(status.venue));
  put_number(message, tag::trad_ses_status, static_cast<int>(status.status));
  put_text(message, tag::text, status.text);
  return message;
}

}  // namespace causeway::gateway::fix
