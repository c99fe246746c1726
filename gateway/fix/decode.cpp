#include "gateway/fix/decode.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/fix/field_reader.hpp"
#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

using fixspec::RejectCode;
using fixspec::Unexpected;
using Decoded = fixspec::Result<fixspec::ClientRequest, Undecodable>;

// Fields of an order that the dictionary declares so that they can be refused by name: each would
// change what the order does, and none is supported yet.
constexpr int refused_when_present[] = {
    tag::position_effect,    tag::min_qty,         tag::max_floor,
    tag::cash_order_qty,     tag::max_show,        tag::peg_offset_value,
    tag::trading_session_id, tag::discretion_inst, tag::discretion_offset_value,
    tag::expire_date,        tag::display_qty,
};
// PriceType(423): per unit, which is what Price(44) means anyway.
constexpr std::string_view price_type_per_unit = "2";

// How the header marks a repetition.
struct Repetition {
  bool poss_resend = false;  // PossResend(97)=Y
  bool poss_dup = false;     // PossDupFlag(43)=Y
  bool stale = false;        // poss_dup, and first sent too long ago
};

bool is_yes(const FrameFields& message, int tag) { return message.text(tag) == "Y"; }

Repetition repetition(const FrameFields& message, const DecodeContext& context) {
  Repetition result{.poss_resend = is_yes(message, tag::poss_resend),
                    .poss_dup = is_yes(message, tag::poss_dup_flag)};
  if (result.poss_dup) {
    const auto text = message.text(tag::orig_sending_time);
    const auto sent = text ? parse_fix_time(*text) : std::nullopt;
    result.stale = !sent || context.now - *sent > context.poss_dup_max_age_ns;
  }
  return result;
}

void refuse_stale(FieldReader& reader, const FrameFields& message, const DecodeContext& context) {
  if (!repetition(message, context).stale) return;
  reader.refuse(RejectCode::StaleRequest,
                "resent (43=Y) and first sent at " +
                    std::string{message.text(tag::orig_sending_time).value_or("an unknown time")} +
                    ": older than " + std::to_string(context.poss_dup_max_age_ns / 1'000'000) +
                    " ms");
}

void refuse_unsupported_fields(FieldReader& reader) {
  for (const int tag : refused_when_present) {
    if (const auto value = reader.text(tag)) {
      reader.refuse(RejectCode::UnsupportedValue,
                    field_name(tag) + "=" + std::string{*value} + " is not supported");
    }
  }
  const auto price_type = reader.text(tag::price_type);
  if (price_type && *price_type != price_type_per_unit) {
    reader.refuse(RejectCode::UnsupportedValue,
                  "PriceType(423)=" + std::string{*price_type} + ": only 2, per unit");
  }
}

// The field must be there exactly where the order's type or time in force calls for it: `rule_tag`
// with `rule_value`.
void require_iff(FieldReader& reader, bool wanted, int tag, int rule_tag, char rule_value) {
  if (reader.has(tag) == wanted) return;
  reader.refuse(wanted ? RejectCode::MissingField : RejectCode::UnsupportedValue,
                field_name(tag) + (wanted ? " is missing: " : " is not allowed: ") +
                    field_name(rule_tag) + "=" + rule_value);
}

void check_prices(FieldReader& reader, fixspec::OrdType type) {
  const char value = static_cast<char>(type);
  require_iff(reader, fixspec::has_price(type), tag::price, tag::ord_type, value);
  require_iff(reader, fixspec::has_stop_px(type), tag::stop_px, tag::ord_type, value);
  if (!fixspec::has_stop_px(type) && reader.has(tag::trigger_ref)) {
    require_iff(reader, false, tag::trigger_ref, tag::ord_type, value);
  }
}

// What any refused request can still tell about itself.
fixspec::RefusedRequest refused(char msg_type, const fixspec::ClOrdId& cl_ord_id,
                                const FrameFields& message, const DecodeContext& context,
                                const FieldReader::Refusal& refusal) {
  FieldReader lenient{message, context.instruments_named};
  return fixspec::RefusedRequest{
      .msg_type = msg_type,
      .cl_ord_id = cl_ord_id,
      .orig_cl_ord_id = lenient.cl_ord_id(tag::orig_cl_ord_id),
      .account = lenient.id<fixspec::AccountId>(tag::account, RejectCode::UnknownAccount),
      .instrument = lenient.instrument(),
      .side = lenient.side(),
      .order_qty = lenient.quantity(tag::order_qty),
      .code = refusal.code,
      .text = refusal.text,
  };
}

fixspec::NewOrderSingle new_order_single(FieldReader& reader, const fixspec::ClOrdId& cl_ord_id,
                                         const FrameFields& message, const DecodeContext& context) {
  fixspec::NewOrderSingle order;
  order.cl_ord_id = cl_ord_id;
  const Repetition repeated = repetition(message, context);
  order.poss_resend =
      repeated.poss_resend || (repeated.poss_dup && context.knows_cl_ord_id(cl_ord_id));
  if (!order.poss_resend) refuse_stale(reader, message, context);
  reader.required(tag::account);
  order.account = reader.id<fixspec::AccountId>(tag::account, RejectCode::UnknownAccount)
                      .value_or(fixspec::AccountId{});
  order.instrument = reader.instrument().value_or(fixspec::InstrumentRef{});
  order.side = reader.side().value_or(fixspec::Side::Buy);
  order.ord_type = reader.ord_type().value_or(fixspec::OrdType::Limit);
  order.time_in_force = reader.time_in_force().value_or(fixspec::TimeInForce::GoodTillCancel);
  refuse_unsupported_fields(reader);
  reader.required(tag::order_qty);
  order.order_qty = reader.quantity(tag::order_qty).value_or(fixspec::Quantity{});
  check_prices(reader, order.ord_type);
  order.price = reader.price(tag::price);
  order.stop_px = reader.price(tag::stop_px);
  order.trigger_ref = reader.trigger_ref().value_or(fixspec::TriggerRef::LastTrade);
  order.exec_inst = reader.exec_inst().value_or(fixspec::ExecInst{});
  order.exec_inst_text = std::string{reader.text(tag::exec_inst).value_or("")};
  require_iff(reader, order.time_in_force == fixspec::TimeInForce::GoodTillDate, tag::expire_time,
              tag::time_in_force, static_cast<char>(order.time_in_force));
  order.expire_time = reader.time(tag::expire_time);
  return order;
}

fixspec::OrderCancelReplaceRequest replace_request(FieldReader& reader,
                                                   const fixspec::ClOrdId& cl_ord_id,
                                                   const FrameFields& message,
                                                   const DecodeContext& context) {
  fixspec::OrderCancelReplaceRequest request;
  request.cl_ord_id = cl_ord_id;
  refuse_stale(reader, message, context);
  request.orig_cl_ord_id = reader.cl_ord_id(tag::orig_cl_ord_id).value_or(fixspec::ClOrdId{});
  request.order_id = reader.id<fixspec::OrderId>(tag::order_id, RejectCode::UnknownOrder);
  request.instrument = reader.instrument().value_or(fixspec::InstrumentRef{});
  request.side = reader.side().value_or(fixspec::Side::Buy);
  request.ord_type = reader.ord_type().value_or(fixspec::OrdType::Limit);
  request.time_in_force = reader.time_in_force();
  refuse_unsupported_fields(reader);
  reader.required(tag::order_qty);
  request.order_qty = reader.quantity(tag::order_qty).value_or(fixspec::Quantity{});
  check_prices(reader, request.ord_type);
  request.price = reader.price(tag::price);
  request.stop_px = reader.price(tag::stop_px);
  request.exec_inst = reader.exec_inst();
  for (const int tag : {tag::trigger_ref, tag::expire_time}) {
    if (reader.has(tag)) {
      reader.refuse(RejectCode::UnsupportedValue, field_name(tag) + " cannot be amended");
    }
  }
  return request;
}

// A cancel is never too old, and takes whatever names the order.
// A cancel always passes: what names the order is read, and nothing else of it can refuse it.
fixspec::OrderCancelRequest cancel_request(FieldReader& reader, const fixspec::ClOrdId& cl_ord_id) {
  fixspec::OrderCancelRequest request;
  request.cl_ord_id = cl_ord_id;
  request.orig_cl_ord_id = reader.cl_ord_id(tag::orig_cl_ord_id);
  request.order_id = reader.id<fixspec::OrderId>(tag::order_id, RejectCode::UnknownOrder);
  if (!request.orig_cl_ord_id && !request.order_id) {
    reader.refuse(RejectCode::MissingField, "OrigClOrdID(41) and OrderID(37) are missing");
  }
  return request;
}

fixspec::OrderMassCancelRequest mass_cancel_request(FieldReader& reader,
                                                    const fixspec::ClOrdId& cl_ord_id,
                                                    const FrameFields& message,
                                                    const DecodeContext& context) {
  fixspec::OrderMassCancelRequest request;
  request.cl_ord_id = cl_ord_id;
  refuse_stale(reader, message, context);
  const std::string_view type = reader.required(tag::mass_cancel_request_type).value_or("");
  if (type == "1" || type == "7" || type == "8") {
    request.type = static_cast<fixspec::MassCancelRequestType>(type.front());
  } else {
    reader.refuse(RejectCode::UnsupportedValue, field_name(tag::mass_cancel_request_type) + "=" +
                                                    std::string{type} + ": only 1, 7 and 8");
  }
  request.account = reader.id<fixspec::AccountId>(tag::account, RejectCode::UnknownAccount);
  request.side = reader.side();
  if (request.type == fixspec::MassCancelRequestType::Security) {
    reader.required(tag::symbol);
    request.instrument = reader.instrument();
  }
  if (request.type == fixspec::MassCancelRequestType::Market) {
    reader.required(tag::market_id);
    request.market = reader.venue(tag::market_id);
  }
  return request;
}

// Of D, G, F and q: a request, or a refusal under the ClOrdID.
Decoded order_request(char msg_type, const FrameFields& message, const DecodeContext& context) {
  FieldReader reader{message, context.instruments_named};
  const std::string_view text = reader.text(tag::cl_ord_id).value_or("");
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  const auto id = fixspec::ClOrdId::parse(text);
  if (!id || !printable) {
    return Unexpected{Undecodable{Undecodable::Kind::BadValue, tag::cl_ord_id, ""}};
  }
  reader.cl_ord_id(tag::cl_ord_id);  // refuses an id with other characters than the dialect's

  fixspec::ClientRequest request;
  switch (msg_type) {
    case 'D':
      request = new_order_single(reader, *id, message, context);
      break;
    case 'G':
      request = replace_request(reader, *id, message, context);
      break;
    case 'F':
      request = cancel_request(reader, *id);
      break;
    default:
      request = mass_cancel_request(reader, *id, message, context);
  }
  if (reader.refusal()) request = refused(msg_type, *id, message, context, *reader.refusal());
  return request;
}

// H and AF have no answer of their own for a field that cannot be used.
Unexpected<Undecodable> unusable(const FieldReader& reader) {
  return Unexpected{Undecodable{Undecodable::Kind::Unsupported, 0, reader.refusal()->text}};
}

Decoded status_request(const FrameFields& message, const DecodeContext& context) {
  FieldReader reader{message, context.instruments_named};
  fixspec::OrderStatusRequest request;
  request.cl_ord_id = reader.id<fixspec::ClOrdId>(tag::cl_ord_id, RejectCode::MalformedField);
  request.order_id = reader.id<fixspec::OrderId>(tag::order_id, RejectCode::UnknownOrder);
  if (!request.cl_ord_id && !request.order_id && !reader.refusal()) {
    return Unexpected{Undecodable{Undecodable::Kind::MissingField, tag::cl_ord_id, ""}};
  }
  request.ord_status_req_id = std::string{reader.text(tag::ord_status_req_id).value_or("")};
  request.instrument = reader.instrument();
  request.side = reader.side();
  if (reader.refusal()) return unusable(reader);
  return fixspec::ClientRequest{std::move(request)};
}

Decoded mass_status_request(const FrameFields& message, const DecodeContext& context) {
  FieldReader reader{message, context.instruments_named};
  fixspec::OrderMassStatusRequest request;
  request.mass_status_req_id = std::string{reader.text(tag::mass_status_req_id).value_or("")};
  const std::string_view type = reader.text(tag::mass_status_req_type).value_or("");
  if (type != "1" && type != "7" && type != "8") {
    reader.refuse(RejectCode::UnsupportedValue,
                  "MassStatusReqType(585)=" + std::string{type} + ": only 1, 7 and 8");
    return unusable(reader);
  }
  request.type = static_cast<fixspec::MassStatusReqType>(type.front());
  if (request.type == fixspec::MassStatusReqType::Security) reader.required(tag::symbol);
  if (request.type == fixspec::MassStatusReqType::Account) reader.required(tag::account);
  request.account = reader.id<fixspec::AccountId>(tag::account, RejectCode::UnknownAccount);
  request.instrument = reader.instrument();
  request.side = reader.side();
  if (reader.refusal()) return unusable(reader);
  return fixspec::ClientRequest{std::move(request)};
}

}  // namespace

Decoded decode(const FrameFields& message, const DecodeContext& context) {
  const std::string_view type = message.text(tag::msg_type).value_or("");
  if (type == "H") return status_request(message, context);
  if (type == "AF") return mass_status_request(message, context);
  return order_request(type.front(), message, context);
}

}  // namespace causeway::gateway::fix
