#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "fixspec/reject_code.hpp"
#include "fixspec/time.hpp"

namespace causeway::fixspec {

/// Why something was refused, for 58, 20050 to 20052 and 20080 to 20082.
struct RejectDetail {
  RejectCode code = RejectCode::VenueRejected;
  std::string text;                    ///< Text(58)
  std::string venue_error_code;        ///< VenueErrorCode(20051); empty: none
  std::string venue_error_text;        ///< VenueErrorText(20052); empty: none
  std::string risk_limit;              ///< RiskLimit(20081); empty: not a risk limit
  std::string risk_used;               ///< RiskUsed(20082): the value that broke it

  friend bool operator==(const RejectDetail&, const RejectDetail&) = default;
};

/// One fee of a trade (MiscFees group 136). Positive: paid; negative: a rebate.
struct Fee {
  Decimal amount;     ///< MiscFeeAmt(137)
  Currency currency;  ///< MiscFeeCurr(138)
  friend bool operator==(const Fee&, const Fee&) = default;
};

/// The trade of an ExecutionReport with ExecType Trade.
struct Trade {
  TradeId trade_id;      ///< SecondaryExecID(527)
  Quantity last_qty;     ///< LastQty(32)
  Price last_px;         ///< LastPx(31)
  std::optional<LiquidityInd> liquidity;  ///< LastLiquidityInd(851)
  std::optional<Fee> fee;
  friend bool operator==(const Trade&, const Trade&) = default;
};

/// ExecutionReport (35=8): an order's state after one event.
struct ExecutionReport {
  std::optional<OrderId> order_id;               ///< 37; NONE where no order was made
  ExecId exec_id;                                ///< 17
  ClOrdId cl_ord_id;                             ///< 11
  std::optional<ClOrdId> orig_cl_ord_id;         ///< 41, for the answer to a cancel or replace
  std::optional<VenueOrderId> venue_order_id;    ///< SecondaryOrderID(198)
  ExecType exec_type = ExecType::New;            ///< 150
  OrdStatus ord_status = OrdStatus::New;         ///< 39
  std::optional<AccountId> account;              ///< 1
  std::optional<InstrumentKey> instrument;       ///< 55, 207
  std::optional<Side> side;                      ///< 54
  OrdType ord_type = OrdType::Limit;             ///< 40
  TimeInForce time_in_force = TimeInForce::GoodTillCancel;  ///< 59
  std::optional<Price> price;                    ///< 44
  std::optional<Price> stop_px;                  ///< 99
  std::string exec_inst;                         ///< 18, as the client sent it
  std::optional<UtcNanos> expire_time;           ///< 126
  Quantity order_qty;                            ///< 38
  Quantity cum_qty;                              ///< 14
  Quantity leaves_qty;                           ///< 151
  Price avg_px;                                  ///< 6
  UtcNanos transact_time = 0;                    ///< 60: the venue's time of the event, else ours
  std::optional<Trade> trade;                    ///< iff exec_type is Trade
  std::optional<RejectDetail> reject;            ///< iff refused; 103 follows from its code
  std::optional<OrdRejReason> ord_rej_reason;    ///< 103 of a status report on an unknown order
  std::optional<ExecRestatementReason> restatement_reason;  ///< 378
  std::optional<ExecOrigin> exec_origin;         ///< 20020, where not the client's doing
  std::string text;                              ///< 58; empty: none
  std::string ord_status_req_id;                 ///< 790, for the answer to H
  std::string mass_status_req_id;                ///< 584, for the answer to AF
  std::optional<std::uint32_t> tot_num_reports;  ///< 911
  bool last_rpt_requested = false;               ///< 912=Y

  friend bool operator==(const ExecutionReport&, const ExecutionReport&) = default;
};

/// OrderCancelReject (35=9).
struct OrderCancelReject {
  std::optional<OrderId> order_id;   ///< 37; NONE where unknown
  ClOrdId cl_ord_id;                 ///< 11
  ClOrdId orig_cl_ord_id;            ///< 41
  OrdStatus ord_status = OrdStatus::Rejected;  ///< 39 of the order as it stands
  std::optional<AccountId> account;
  CxlRejResponseTo response_to = CxlRejResponseTo::CancelRequest;  ///< 434
  CxlRejReason cxl_rej_reason = CxlRejReason::Other;               ///< 102
  RejectDetail reject;
  UtcNanos transact_time = 0;

  friend bool operator==(const OrderCancelReject&, const OrderCancelReject&) = default;
};

/// OrderMassCancelReport (35=r).
struct OrderMassCancelReport {
  OrderId order_id;  ///< 37: the request's own
  ClOrdId cl_ord_id;
  MassCancelRequestType type = MassCancelRequestType::All;
  bool accepted = false;  ///< 531=0 and 532 where not
  std::uint32_t total_affected_orders = 0;          ///< 533
  std::vector<ClOrdId> affected_cl_ord_ids;         ///< 534 group, 41
  std::optional<RejectDetail> reject;
  UtcNanos transact_time = 0;

  friend bool operator==(const OrderMassCancelReport&, const OrderMassCancelReport&) = default;
};

/// TradingSessionStatus (35=h): how a client learns that a venue link is up or down.
struct TradingSessionStatus {
  Venue venue = Venue::Deribit;  ///< 336
  TradSesStatus status = TradSesStatus::Halted;
  std::string text;

  friend bool operator==(const TradingSessionStatus&, const TradingSessionStatus&) = default;
};

using Report =
    std::variant<ExecutionReport, OrderCancelReject, OrderMassCancelReport, TradingSessionStatus>;

}  // namespace causeway::fixspec
