#include "strategies/client/decode.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <stdexcept>

#include "strategies/client/dialect.hpp"

namespace causeway::strategies::client {
namespace {

namespace field = FIX::FIELD;
using fixspec::Decimal;

// Thrown inside this file only: a field that is missing or means nothing here.
struct BadField {
  std::string why;
};

std::string describe(int tag, const std::string& value, std::string_view why) {
  return "tag " + std::to_string(tag) + "=" + value + ": " + std::string{why};
}

// Reads the fields of a message or group as our values.
class Fields {
 public:
  explicit Fields(const FIX::FieldMap& map) : map_(map) {}

  [[nodiscard]] bool has(int tag) const { return map_.isSetField(tag); }
  [[nodiscard]] std::string text(int tag) const { return has(tag) ? map_.getField(tag) : ""; }
  [[nodiscard]] std::string required(int tag) const {
    if (!has(tag)) throw BadField{"tag " + std::to_string(tag) + " is missing"};
    return map_.getField(tag);
  }

  template <class IdType>
  [[nodiscard]] IdType id(int tag) const {
    const std::string value = required(tag);
    const auto id = IdType::parse(value);
    if (!id) throw BadField{describe(tag, value, "is no id of 1 to 64 characters")};
    return *id;
  }
  template <class IdType>
  [[nodiscard]] std::optional<IdType> optional_id(int tag) const {
    if (!has(tag)) return std::nullopt;
    return id<IdType>(tag);
  }

  [[nodiscard]] Decimal decimal(int tag) const {
    const std::string value = required(tag);
    const auto parsed = Decimal::parse(value);
    if (!parsed) throw BadField{describe(tag, value, to_text(parsed.error()))};
    return *parsed;
  }
  template <class AmountType>
  [[nodiscard]] std::optional<AmountType> optional_amount(int tag) const {
    if (!has(tag)) return std::nullopt;
    return AmountType{decimal(tag)};
  }

  [[nodiscard]] std::uint64_t number(int tag) const {
    const std::string value = required(tag);
    std::uint64_t number = 0;
    const char* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc{} || stop != end) throw BadField{describe(tag, value, "is no number")};
    return number;
  }

  // The value that `parse` makes of the field's text.
  template <class Parse>
  [[nodiscard]] auto parsed(int tag, Parse parse) const {
    const std::string value = required(tag);
    const auto result = parse(std::string_view{value});
    if (!result) throw BadField{describe(tag, value, "is not known to this client")};
    return *result;
  }
  template <class Parse>
  [[nodiscard]] auto optional_parsed(int tag, Parse parse) const
      -> decltype(parse(std::string_view{})) {
    if (!has(tag)) return std::nullopt;
    return parsed(tag, parse);
  }

 private:
  const FIX::FieldMap& map_;
};

// The enumerator of one character among those listed.
template <class Enum, Enum... values>
std::optional<Enum> one_of(std::string_view text) {
  std::optional<Enum> found;
  if (text.size() == 1) {
    ((static_cast<char>(values) == text.front() ? void(found = values) : void()), ...);
  }
  return found;
}

std::optional<fixspec::OrdStatus> ord_status(std::string_view text) {
  using enum fixspec::OrdStatus;
  return one_of<fixspec::OrdStatus, New, PartiallyFilled, Filled, Canceled, PendingCancel, Rejected,
                PendingNew, Expired, PendingReplace>(text);
}

std::optional<fixspec::ExecType> exec_type(std::string_view text) {
  using enum fixspec::ExecType;
  return one_of<fixspec::ExecType, New, Canceled, Replaced, PendingCancel, Rejected, PendingNew,
                Expired, Restated, PendingReplace, Trade, OrderStatus, Triggered>(text);
}

std::optional<fixspec::LiquidityInd> liquidity(std::string_view text) {
  using enum fixspec::LiquidityInd;
  return one_of<fixspec::LiquidityInd, Added, Removed>(text);
}

// "20261121-01:02:03[.fraction]" as nanoseconds, which fit in 64 bits up to 2261.
std::optional<fixspec::UtcNanos> utc_nanos(std::string_view text) {
  using namespace std::chrono;
  const auto number = [&](std::size_t at, std::size_t size) -> std::optional<unsigned> {
    if (at + size > text.size()) return std::nullopt;
    unsigned value = 0;
    const char* end = text.data() + at + size;
    const auto [stop, error] = std::from_chars(text.data() + at, end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
  };
  const auto y = number(0, 4), m = number(4, 2), d = number(6, 2);
  const auto hour = number(9, 2), minute = number(12, 2), second = number(15, 2);
  if (!y || !m || !d || !hour || !minute || !second) return std::nullopt;
  const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
  if (!date.ok() || *y < 1970 || *y > 2260 || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  const seconds whole =
      sys_days{date}.time_since_epoch() + hours{*hour} + minutes{*minute} + seconds{*second};
  fixspec::UtcNanos result = whole.count() * fixspec::nanos_per_second;
  if (text.size() > 17) {
    const std::size_t digits = text.size() - 18;
    const auto fraction = number(18, digits);
    if (text[17] != '.' || digits == 0 || digits > 9 || !fraction) return std::nullopt;
    fixspec::UtcNanos unit = fixspec::nanos_per_second;
    for (std::size_t i = 0; i < digits; ++i) unit /= 10;
    result += *fraction * unit;
  }
  return result;
}

// Side(54), which is required on the wire: 7 (undisclosed) stands for none.
std::optional<fixspec::Side> side_of(const Fields& fields) {
  if (fields.text(field::Side) == "7") return std::nullopt;
  return fields.optional_parsed(field::Side, fixspec::side_from_fix);
}

// OrderID(37), which is NONE where there is no order.
std::optional<fixspec::OrderId> order_id(const Fields& fields) {
  if (fields.required(field::OrderID) == "NONE") return std::nullopt;
  return fields.id<fixspec::OrderId>(field::OrderID);
}

fixspec::RejectDetail reject_detail(const Fields& fields) {
  fixspec::RejectDetail detail;
  if (fields.has(tag::reject_code)) {
    detail.code = static_cast<fixspec::RejectCode>(fields.number(tag::reject_code));
  }
  detail.text = fields.text(field::Text);
  detail.venue_error_code = fields.text(tag::venue_error_code);
  detail.venue_error_text = fields.text(tag::venue_error_text);
  detail.risk_limit = fields.text(tag::risk_limit);
  detail.risk_used = fields.text(tag::risk_used);
  return detail;
}

fixspec::Trade trade_of(const FIX::Message& message, const Fields& fields) {
  fixspec::Trade trade;
  trade.trade_id = fields.id<fixspec::TradeId>(field::SecondaryExecID);
  trade.last_qty = fixspec::Quantity{fields.decimal(field::LastQty)};
  trade.last_px = fixspec::Price{fields.decimal(field::LastPx)};
  trade.liquidity = fields.optional_parsed(field::LastLiquidityInd, liquidity);
  if (message.groupCount(field::NoMiscFees) > 0) {
    FIX::Group group(field::NoMiscFees, field::MiscFeeAmt);
    message.getGroup(1, group);
    const Fields fee(group);
    trade.fee = fixspec::Fee{.amount = fee.decimal(field::MiscFeeAmt),
                             .currency = fee.id<fixspec::Currency>(field::MiscFeeCurr)};
  }
  return trade;
}

// The key of a report: the wire tells the segment by SecurityType only, so that linear and inverse
// are told apart by the symbol alone; Linear stands for both here.
std::optional<fixspec::InstrumentKey> instrument_of(const Fields& fields) {
  const auto venue = fields.optional_parsed(field::SecurityExchange, fixspec::venue_from_fix);
  const auto symbol = fields.optional_id<fixspec::Symbol>(field::Symbol);
  if (!venue || !symbol) return std::nullopt;
  const std::string type = fields.text(field::SecurityType);
  const auto segment = type == "OPT"    ? fixspec::Segment::Option
                       : type == "SPOT" ? fixspec::Segment::Spot
                                        : fixspec::Segment::Linear;
  return fixspec::InstrumentKey{.venue = *venue, .segment = segment, .symbol = *symbol};
}

EventBody execution_report(const FIX::Message& message, const Fields& fields) {
  fixspec::ExecutionReport report;
  report.order_id = order_id(fields);
  report.exec_id = fields.id<fixspec::ExecId>(field::ExecID);
  report.cl_ord_id = fields.id<fixspec::ClOrdId>(field::ClOrdID);
  report.orig_cl_ord_id = fields.optional_id<fixspec::ClOrdId>(field::OrigClOrdID);
  report.venue_order_id = fields.optional_id<fixspec::VenueOrderId>(field::SecondaryOrderID);
  report.exec_type = fields.parsed(field::ExecType, exec_type);
  report.ord_status = fields.parsed(field::OrdStatus, ord_status);
  report.account = fields.optional_id<fixspec::AccountId>(field::Account);
  report.instrument = instrument_of(fields);
  report.side = side_of(fields);
  if (const auto type = fields.optional_parsed(field::OrdType, fixspec::ord_type_from_fix)) {
    report.ord_type = *type;
  }
  if (const auto tif =
          fields.optional_parsed(field::TimeInForce, fixspec::time_in_force_from_fix)) {
    report.time_in_force = *tif;
  }
  report.price = fields.optional_amount<fixspec::Price>(field::Price);
  report.stop_px = fields.optional_amount<fixspec::Price>(field::StopPx);
  report.exec_inst = fields.text(field::ExecInst);
  report.expire_time = fields.optional_parsed(field::ExpireTime, utc_nanos);
  if (fields.has(field::OrderQty)) {
    report.order_qty = fixspec::Quantity{fields.decimal(field::OrderQty)};
  }
  report.cum_qty = fixspec::Quantity{fields.decimal(field::CumQty)};
  report.leaves_qty = fixspec::Quantity{fields.decimal(field::LeavesQty)};
  report.avg_px = fixspec::Price{fields.decimal(field::AvgPx)};
  if (const auto time = fields.optional_parsed(field::TransactTime, utc_nanos)) {
    report.transact_time = *time;
  }
  if (report.exec_type == fixspec::ExecType::Trade) report.trade = trade_of(message, fields);
  const bool refused = report.exec_type == fixspec::ExecType::Rejected ||
                       fields.has(tag::reject_code) || fields.has(tag::venue_error_code);
  if (refused) report.reject = reject_detail(fields);
  if (fields.has(field::OrdRejReason)) {
    report.ord_rej_reason = static_cast<fixspec::OrdRejReason>(fields.number(field::OrdRejReason));
  }
  if (fields.has(field::ExecRestatementReason)) {
    report.restatement_reason =
        static_cast<fixspec::ExecRestatementReason>(fields.number(field::ExecRestatementReason));
  }
  if (fields.has(tag::exec_origin)) {
    report.exec_origin = static_cast<fixspec::ExecOrigin>(fields.number(tag::exec_origin));
  }
  report.text = fields.text(field::Text);
  report.ord_status_req_id = fields.text(field::OrdStatusReqID);
  report.mass_status_req_id = fields.text(field::MassStatusReqID);
  if (fields.has(field::TotNumReports)) {
    report.tot_num_reports = static_cast<std::uint32_t>(fields.number(field::TotNumReports));
  }
  report.last_rpt_requested = fields.text(field::LastRptRequested) == "Y";
  return report;
}

EventBody order_cancel_reject(const Fields& fields) {
  using To = fixspec::CxlRejResponseTo;
  fixspec::OrderCancelReject reject;
  reject.order_id = order_id(fields);
  reject.cl_ord_id = fields.id<fixspec::ClOrdId>(field::ClOrdID);
  reject.orig_cl_ord_id = fields.id<fixspec::ClOrdId>(field::OrigClOrdID);
  reject.ord_status = fields.parsed(field::OrdStatus, ord_status);
  reject.account = fields.optional_id<fixspec::AccountId>(field::Account);
  reject.response_to = fields.parsed(field::CxlRejResponseTo,
                                     one_of<To, To::CancelRequest, To::CancelReplaceRequest>);
  if (fields.has(field::CxlRejReason)) {
    reject.cxl_rej_reason = static_cast<fixspec::CxlRejReason>(fields.number(field::CxlRejReason));
  }
  reject.reject = reject_detail(fields);
  if (const auto time = fields.optional_parsed(field::TransactTime, utc_nanos)) {
    reject.transact_time = *time;
  }
  return reject;
}

EventBody mass_cancel_report(const FIX::Message& message, const Fields& fields) {
  using Type = fixspec::MassCancelRequestType;
  fixspec::OrderMassCancelReport report;
  report.order_id = fields.id<fixspec::OrderId>(field::OrderID);
  report.cl_ord_id = fields.id<fixspec::ClOrdId>(field::ClOrdID);
  report.type = fields.parsed(field::MassCancelRequestType,
                              one_of<Type, Type::Security, Type::All, Type::Market>);
  report.accepted = fields.required(field::MassCancelResponse) != "0";
  if (fields.has(field::TotalAffectedOrders)) {
    report.total_affected_orders =
        static_cast<std::uint32_t>(fields.number(field::TotalAffectedOrders));
  }
  const auto count = static_cast<int>(message.groupCount(field::NoAffectedOrders));
  for (int i = 1; i <= count; ++i) {
    FIX::Group group(field::NoAffectedOrders, field::OrigClOrdID);
    message.getGroup(static_cast<unsigned>(i), group);
    report.affected_cl_ord_ids.push_back(Fields(group).id<fixspec::ClOrdId>(field::OrigClOrdID));
  }
  if (!report.accepted) report.reject = reject_detail(fields);
  if (const auto time = fields.optional_parsed(field::TransactTime, utc_nanos)) {
    report.transact_time = *time;
  }
  return report;
}

EventBody trading_session_status(const Fields& fields) {
  fixspec::TradingSessionStatus status;
  status.venue = fields.parsed(field::TradingSessionID, fixspec::venue_from_fix);
  status.status = static_cast<fixspec::TradSesStatus>(fields.number(field::TradSesStatus));
  status.text = fields.text(field::Text);
  return status;
}

fixspec::Instrument instrument_line(const Fields& fields) {
  using fixspec::ContractType;
  fixspec::Instrument instrument;
  const auto key = instrument_of(fields);
  if (!key) throw BadField{"an instrument without venue or symbol"};
  instrument.key = *key;
  const std::string type = fields.text(field::SecurityType);
  instrument.security_type = type == "OPT"    ? fixspec::SecurityType::Option
                             : type == "SPOT" ? fixspec::SecurityType::Spot
                                              : fixspec::SecurityType::Future;
  if (const auto kind = fields.optional_parsed(
          tag::contract_type, one_of<ContractType, ContractType::Linear, ContractType::Inverse,
                                     ContractType::Quanto>)) {
    instrument.contract_type = *kind;
    if (*kind == ContractType::Inverse && instrument.key.segment == fixspec::Segment::Linear) {
      instrument.key.segment = fixspec::Segment::Inverse;
    }
  }
  if (const auto quote = fields.optional_id<fixspec::Currency>(field::Currency)) {
    instrument.quote = *quote;
  }
  if (const auto settle = fields.optional_id<fixspec::Currency>(field::SettlCurrency)) {
    instrument.settle = *settle;
  }
  const auto amount = [&](int number, auto& into) {
    if (fields.has(number)) into = std::decay_t<decltype(into)>{fields.decimal(number)};
  };
  instrument.strike = fields.optional_amount<fixspec::Price>(field::StrikePrice);
  amount(field::ContractMultiplier, instrument.contract_multiplier);
  amount(field::MinPriceIncrement, instrument.tick);
  amount(tag::qty_step, instrument.qty_step);
  amount(field::MinTradeVol, instrument.min_qty);
  instrument.max_qty = fields.optional_amount<fixspec::Quantity>(field::MaxTradeVol);
  instrument.min_notional = fields.optional_amount<fixspec::Notional>(tag::min_notional);
  if (fields.has(field::SecurityTradingStatus)) {
    instrument.status =
        static_cast<fixspec::SecurityTradingStatus>(fields.number(field::SecurityTradingStatus));
  }
  return instrument;
}

EventBody security_list(const FIX::Message& message, const Fields& fields) {
  SecurityList list;
  list.request_id = fields.required(field::SecurityReqID);
  list.result = static_cast<int>(fields.number(field::SecurityRequestResult));
  list.last = fields.text(field::LastFragment) != "N";
  list.text = fields.text(field::Text);
  const auto count = static_cast<int>(message.groupCount(field::NoRelatedSym));
  for (int i = 1; i <= count; ++i) {
    FIX::Group group(field::NoRelatedSym, field::Symbol);
    message.getGroup(static_cast<unsigned>(i), group);
    list.instruments.push_back(instrument_line(Fields(group)));
  }
  return list;
}

EventBody market_data(const FIX::Message& message, const Fields& fields) {
  MarketDataSnapshot snapshot;
  snapshot.request_id = fields.required(field::MDReqID);
  snapshot.symbol = fields.id<fixspec::Symbol>(field::Symbol);
  snapshot.text = fields.text(field::Text);
  const auto count = static_cast<int>(message.groupCount(field::NoMDEntries));
  for (int i = 1; i <= count; ++i) {
    FIX::Group group(field::NoMDEntries, field::MDEntryType);
    message.getGroup(static_cast<unsigned>(i), group);
    const Fields line(group);
    MarketDataEntry entry;
    entry.type = line.required(field::MDEntryType).front();
    entry.id = line.text(field::MDEntryID);
    entry.price = line.decimal(field::MDEntryPx);
    entry.size = line.optional_amount<fixspec::Quantity>(field::MDEntrySize);
    if (line.has(field::MDEntryPositionNo)) {
      entry.position = static_cast<int>(line.number(field::MDEntryPositionNo));
    }
    snapshot.entries.push_back(std::move(entry));
  }
  return snapshot;
}

EventBody market_data_reject(const Fields& fields) {
  return MarketDataReject{.request_id = fields.required(field::MDReqID),
                          .reason = fields.text(field::MDReqRejReason),
                          .text = fields.text(field::Text)};
}

EventBody session_reject(const Fields& fields) {
  return SessionReject{.ref_seq_num = fields.number(field::RefSeqNum),
                       .ref_msg_type = fields.text(field::RefMsgType),
                       .ref_tag = fields.text(field::RefTagID),
                       .text = fields.text(field::Text)};
}

EventBody business_reject(const Fields& fields) {
  return BusinessReject{.ref_seq_num = fields.number(field::RefSeqNum),
                        .ref_msg_type = fields.text(field::RefMsgType),
                        .ref_id = fields.text(field::BusinessRejectRefID),
                        .reason = static_cast<int>(fields.number(field::BusinessRejectReason)),
                        .text = fields.text(field::Text)};
}

EventBody decode_as(const std::string& type, const FIX::Message& message) {
  const Fields fields(message);
  if (type == "8") return execution_report(message, fields);
  if (type == "9") return order_cancel_reject(fields);
  if (type == "r") return mass_cancel_report(message, fields);
  if (type == "h") return trading_session_status(fields);
  if (type == "y") return security_list(message, fields);
  if (type == "3") return session_reject(fields);
  if (type == "j") return business_reject(fields);
  if (type == "W") return market_data(message, fields);
  if (type == "Y") return market_data_reject(fields);
  return Unreadable{.msg_type = type, .why = "a message type that this client does not know"};
}

}  // namespace

EventBody decode(const FIX::Message& message) {
  const std::string type = Fields(message.getHeader()).text(field::MsgType);
  try {
    return decode_as(type, message);
  } catch (const BadField& bad) {
    return Unreadable{.msg_type = type, .why = bad.why};
  } catch (const FIX::Exception& error) {
    return Unreadable{.msg_type = type, .why = error.what()};
  }
}

}  // namespace causeway::strategies::client
