#pragma once

#include <optional>
#include <string>
#include <variant>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/reject_code.hpp"
#include "fixspec/time.hpp"

namespace causeway::fixspec {

// What a client may ask, as values: FIX messages with their fields already parsed. Which fields are
// required, and when, is in rules_of_engagement.md; gateway/fix refuses what is malformed.

/// ExecInst(18), as far as the dialect has it.
struct ExecInst {
  bool participate_dont_initiate = false;  ///< `6` (or `A`): post-only, refused if it would take
  bool do_not_increase = false;            ///< `E`: reduce-only
  friend bool operator==(const ExecInst&, const ExecInst&) = default;
};

/// How a message names its instrument: 55, with 207/100 and 167/461 where they were given.
struct InstrumentRef {
  Symbol symbol;
  std::optional<Venue> venue;
  std::optional<Segment> segment;
  friend bool operator==(const InstrumentRef&, const InstrumentRef&) = default;
};

/// NewOrderSingle (35=D).
struct NewOrderSingle {
  ClOrdId cl_ord_id;
  AccountId account;
  InstrumentRef instrument;
  Side side = Side::Buy;
  OrdType ord_type = OrdType::Limit;
  TimeInForce time_in_force = TimeInForce::GoodTillCancel;
  Quantity order_qty;
  std::optional<Price> price;             ///< iff has_price(ord_type)
  std::optional<Price> stop_px;           ///< iff has_stop_px(ord_type)
  TriggerRef trigger_ref = TriggerRef::LastTrade;
  ExecInst exec_inst;
  std::string exec_inst_text;             ///< 18 as sent, echoed
  std::optional<UtcNanos> expire_time;    ///< 126, iff GoodTillDate
  bool poss_resend = false;               ///< 97=Y, or 43=Y too old to be processed as new

  friend bool operator==(const NewOrderSingle&, const NewOrderSingle&) = default;
};

/// OrderCancelReplaceRequest (35=G). order_qty is the total, fills included.
struct OrderCancelReplaceRequest {
  ClOrdId cl_ord_id;
  ClOrdId orig_cl_ord_id;
  std::optional<OrderId> order_id;
  InstrumentRef instrument;
  Side side = Side::Buy;
  OrdType ord_type = OrdType::Limit;
  std::optional<TimeInForce> time_in_force;
  Quantity order_qty;
  std::optional<Price> price;
  std::optional<Price> stop_px;
  std::optional<ExecInst> exec_inst;

  friend bool operator==(const OrderCancelReplaceRequest&,
                         const OrderCancelReplaceRequest&) = default;
};

/// OrderCancelRequest (35=F). By orig_cl_ord_id, or by order_id alone.
struct OrderCancelRequest {
  ClOrdId cl_ord_id;
  std::optional<ClOrdId> orig_cl_ord_id;
  std::optional<OrderId> order_id;
  std::optional<InstrumentRef> instrument;
  std::optional<Side> side;

  friend bool operator==(const OrderCancelRequest&, const OrderCancelRequest&) = default;
};

/// MassCancelRequestType(530).
enum class MassCancelRequestType : char { Security = '1', All = '7', Market = '8' };

/// OrderMassCancelRequest (35=q).
struct OrderMassCancelRequest {
  ClOrdId cl_ord_id;
  MassCancelRequestType type = MassCancelRequestType::All;
  std::optional<AccountId> account;           ///< else every account of the session
  std::optional<InstrumentRef> instrument;    ///< for Security
  std::optional<Venue> market;                ///< MarketID(1301), for Market
  std::optional<Side> side;

  friend bool operator==(const OrderMassCancelRequest&, const OrderMassCancelRequest&) = default;
};

/// OrderStatusRequest (35=H).
struct OrderStatusRequest {
  std::optional<ClOrdId> cl_ord_id;
  std::optional<OrderId> order_id;
  std::string ord_status_req_id;  ///< 790, echoed; empty: none
  std::optional<InstrumentRef> instrument;
  std::optional<Side> side;

  friend bool operator==(const OrderStatusRequest&, const OrderStatusRequest&) = default;
};

/// MassStatusReqType(585).
enum class MassStatusReqType : char { Security = '1', All = '7', Account = '8' };

/// OrderMassStatusRequest (35=AF). 585=8 (PartyID in later FIX) means Account(1) here.
struct OrderMassStatusRequest {
  std::string mass_status_req_id;  ///< 584
  MassStatusReqType type = MassStatusReqType::All;
  std::optional<AccountId> account;
  std::optional<InstrumentRef> instrument;
  std::optional<Side> side;

  friend bool operator==(const OrderMassStatusRequest&, const OrderMassStatusRequest&) = default;
};

/// A D, G, F or q whose ClOrdID could be read but that this dialect refuses: it is journalled and
/// answered like any other request (8, 9 or r), never with a BusinessMessageReject.
struct RefusedRequest {
  char msg_type = 'D';  ///< 'D', 'G', 'F' or 'q'
  ClOrdId cl_ord_id;
  std::optional<ClOrdId> orig_cl_ord_id;
  std::optional<AccountId> account;
  std::optional<InstrumentRef> instrument;
  std::optional<Side> side;
  std::optional<Quantity> order_qty;
  RejectCode code = RejectCode::UnsupportedValue;
  std::string text;  ///< the rule, the value and the tag

  friend bool operator==(const RefusedRequest&, const RefusedRequest&) = default;
};

using ClientRequest =
    std::variant<NewOrderSingle, OrderCancelReplaceRequest, OrderCancelRequest,
                 OrderMassCancelRequest, OrderStatusRequest, OrderMassStatusRequest, RefusedRequest>;

}  // namespace causeway::fixspec
