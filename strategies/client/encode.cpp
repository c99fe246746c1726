#include "strategies/client/encode.hpp"

#include <array>
#include <ctime>

#include "strategies/client/dialect.hpp"

namespace causeway::strategies::client {
namespace {

namespace field = FIX::FIELD;

std::string of(char c) { return std::string(1, c); }

template <class Enum>
std::string of_enum(Enum value) {
  return of(static_cast<char>(value));
}

// "20261121-01:02:03" of nanoseconds, whose fraction of a second is left out where it is zero.
std::string utc_text(fixspec::UtcNanos utc_ns) {
  const std::time_t seconds = utc_ns / fixspec::nanos_per_second;
  const auto millis =
      static_cast<int>(utc_ns % fixspec::nanos_per_second / fixspec::nanos_per_milli);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%d-%H:%M:%S", &parts);
  if (millis != 0) std::snprintf(text.data() + size, text.size() - size, ".%03d", millis);
  return text.data();
}

FIX::Message message_of(const char* type) {
  FIX::Message message;
  message.getHeader().setField(field::MsgType, type);
  return message;
}

void set_instrument(FIX::Message& message, const fixspec::InstrumentRef& instrument) {
  message.setField(field::Symbol, instrument.symbol.to_string());
  if (instrument.venue) {
    message.setField(field::SecurityExchange, std::string{to_fix(*instrument.venue)});
  }
  // Linear and inverse futures share their SecurityType; their symbols differ on every venue.
  if (instrument.segment == fixspec::Segment::Spot) message.setField(field::SecurityType, "SPOT");
  if (instrument.segment == fixspec::Segment::Option) message.setField(field::SecurityType, "OPT");
}

std::string text_of(const fixspec::ExecInst& exec_inst) {
  if (!exec_inst.do_not_increase) return exec_inst.participate_dont_initiate ? "6" : "";
  return exec_inst.participate_dont_initiate ? "6 E" : "E";
}

void set_prices(FIX::Message& message, const auto& request) {
  message.setField(field::OrdType, of_enum(request.ord_type));
  message.setField(field::OrderQty, request.order_qty.to_string());
  if (request.price) message.setField(field::Price, request.price->to_string());
  if (request.stop_px) message.setField(field::StopPx, request.stop_px->to_string());
}

void set_ids(FIX::Message& message, const auto& request) {
  message.setField(field::ClOrdID, request.cl_ord_id.to_string());
  if (request.order_id) message.setField(field::OrderID, request.order_id->to_string());
}

class Encoder {
 public:
  explicit Encoder(const std::string& transact_time) : transact_time_(transact_time) {}

  FIX::Message operator()(const fixspec::NewOrderSingle& order) const {
    FIX::Message message = message_of("D");
    message.setField(field::ClOrdID, order.cl_ord_id.to_string());
    message.setField(field::Account, order.account.to_string());
    set_instrument(message, order.instrument);
    message.setField(field::Side, of_enum(order.side));
    message.setField(field::TransactTime, transact_time_);
    set_prices(message, order);
    message.setField(field::TimeInForce, of_enum(order.time_in_force));
    if (order.stop_px && order.trigger_ref != fixspec::TriggerRef::LastTrade) {
      message.setField(tag::trigger_ref, of_enum(order.trigger_ref));
    }
    const std::string exec_inst =
        order.exec_inst_text.empty() ? text_of(order.exec_inst) : order.exec_inst_text;
    if (!exec_inst.empty()) message.setField(field::ExecInst, exec_inst);
    if (order.expire_time) message.setField(field::ExpireTime, utc_text(*order.expire_time));
    if (order.poss_resend) message.getHeader().setField(field::PossResend, "Y");
    return message;
  }

  FIX::Message operator()(const fixspec::OrderCancelReplaceRequest& request) const {
    FIX::Message message = message_of("G");
    set_ids(message, request);
    message.setField(field::OrigClOrdID, request.orig_cl_ord_id.to_string());
    set_instrument(message, request.instrument);
    message.setField(field::Side, of_enum(request.side));
    message.setField(field::TransactTime, transact_time_);
    set_prices(message, request);
    if (request.time_in_force) {
      message.setField(field::TimeInForce, of_enum(*request.time_in_force));
    }
    if (request.exec_inst && !text_of(*request.exec_inst).empty()) {
      message.setField(field::ExecInst, text_of(*request.exec_inst));
    }
    return message;
  }

  FIX::Message operator()(const fixspec::OrderCancelRequest& request) const {
    FIX::Message message = message_of("F");
    set_ids(message, request);
    if (request.orig_cl_ord_id) {
      message.setField(field::OrigClOrdID, request.orig_cl_ord_id->to_string());
    }
    set_filter(message, request.instrument, request.side);
    message.setField(field::TransactTime, transact_time_);
    return message;
  }

  FIX::Message operator()(const fixspec::OrderMassCancelRequest& request) const {
    FIX::Message message = message_of("q");
    message.setField(field::ClOrdID, request.cl_ord_id.to_string());
    message.setField(field::MassCancelRequestType, of_enum(request.type));
    if (request.account) message.setField(field::Account, request.account->to_string());
    if (request.market) message.setField(field::MarketID, std::string{to_fix(*request.market)});
    set_filter(message, request.instrument, request.side);
    message.setField(field::TransactTime, transact_time_);
    return message;
  }

  FIX::Message operator()(const fixspec::OrderStatusRequest& request) const {
    FIX::Message message = message_of("H");
    if (request.cl_ord_id) message.setField(field::ClOrdID, request.cl_ord_id->to_string());
    if (request.order_id) message.setField(field::OrderID, request.order_id->to_string());
    if (!request.ord_status_req_id.empty()) {
      message.setField(field::OrdStatusReqID, request.ord_status_req_id);
    }
    set_filter(message, request.instrument, request.side);
    return message;
  }

  FIX::Message operator()(const fixspec::OrderMassStatusRequest& request) const {
    FIX::Message message = message_of("AF");
    message.setField(field::MassStatusReqID, request.mass_status_req_id);
    message.setField(field::MassStatusReqType, of_enum(request.type));
    if (request.account) message.setField(field::Account, request.account->to_string());
    set_filter(message, request.instrument, request.side);
    return message;
  }

  FIX::Message operator()(const fixspec::RefusedRequest&) const {
    // It is the gateway's word for what a client should not have sent; a client never makes one.
    CAUSEWAY_ASSERT(false);
    return {};
  }

 private:
  static void set_filter(FIX::Message& message,
                         const std::optional<fixspec::InstrumentRef>& instrument,
                         const std::optional<fixspec::Side>& side) {
    if (instrument) set_instrument(message, *instrument);
    if (side) message.setField(field::Side, of_enum(*side));
  }

  const std::string& transact_time_;
};

}  // namespace

FIX::Message encode(const fixspec::ClientRequest& request, const std::string& transact_time) {
  return std::visit(Encoder(transact_time), request);
}

FIX::Message encode_security_list_request(const std::string& request_id) {
  FIX::Message message = message_of("x");
  message.setField(field::SecurityReqID, request_id);
  message.setField(field::SecurityListRequestType, "4");
  return message;
}

FIX::Message encode_best_prices_request(const std::string& request_id,
                                        const fixspec::InstrumentRef& instrument) {
  FIX::Message message = message_of("V");
  message.setField(field::MDReqID, request_id);
  message.setField(field::SubscriptionRequestType, "1");
  message.setField(field::MarketDepth, "1");
  message.setField(field::MDUpdateType, "0");
  for (const char* type : {"0", "1"}) {
    FIX::Group entry(field::NoMDEntryTypes, field::MDEntryType);
    entry.setField(field::MDEntryType, type);
    message.addGroup(entry);
  }
  FIX::Group line(field::NoRelatedSym, field::Symbol);
  line.setField(field::Symbol, instrument.symbol.to_string());
  if (instrument.venue) {
    line.setField(field::SecurityExchange, std::string{to_fix(*instrument.venue)});
  }
  message.addGroup(line);
  return message;
}

}  // namespace causeway::strategies::client
