#include "gateway/audit/words.hpp"

namespace causeway::gateway::audit {
namespace {

/// "Buy 10 BTC-PERPETUAL Limit at 60000 stop 59000 GTC"; what is absent is left out.
struct Terms {
  std::optional<fixspec::Side> side;
  std::optional<fixspec::Quantity> order_qty;
  std::string_view symbol;
  std::optional<fixspec::OrdType> ord_type;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
  std::optional<fixspec::TimeInForce> time_in_force;
};

std::string describe(const Terms& terms) {
  std::string text;
  const auto add = [&](std::string_view word) {
    if (!text.empty()) text += ' ';
    text += word;
  };
  if (terms.side) add(to_words(*terms.side));
  if (terms.order_qty) add(terms.order_qty->to_string());
  if (!terms.symbol.empty()) add(terms.symbol);
  if (terms.ord_type) add(to_words(*terms.ord_type));
  if (terms.price) add("at " + terms.price->to_string());
  if (terms.stop_px) add("stop " + terms.stop_px->to_string());
  if (terms.time_in_force) add(to_words(*terms.time_in_force));
  return text;
}

std::string flags(const fixspec::ExecInst& exec_inst) {
  std::string text;
  if (exec_inst.participate_dont_initiate) text += " post-only";
  if (exec_inst.do_not_increase) text += " reduce-only";
  return text;
}

std::string describe(const fixspec::RejectDetail& detail) {
  // Our own refusals begin with their code already.
  const std::string code{to_text(detail.code)};
  std::string text = detail.text.starts_with(code) ? detail.text : code + ": " + detail.text;
  if (!detail.risk_limit.empty()) text += ", limit " + detail.risk_limit;
  if (!detail.risk_used.empty()) text += ", value " + detail.risk_used;
  if (!detail.venue_error_code.empty()) text += ", venue error " + detail.venue_error_code;
  if (!detail.venue_error_text.empty()) text += " " + detail.venue_error_text;
  return text;
}

std::string describe(const fixspec::Trade& trade) {
  std::string text = trade.last_qty.to_string() + " at " + trade.last_px.to_string();
  if (trade.liquidity) text += ", liquidity " + std::string{to_words(*trade.liquidity)};
  if (trade.fee) {
    text += ", fee " + trade.fee->amount.to_string() + " " + trade.fee->currency.to_string();
  }
  return text;
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string{what} + (count == 1 ? "" : "s");
}

struct RequestSentence {
  std::string operator()(const fixspec::NewOrderSingle& r) const {
    return "NewOrderSingle " + r.cl_ord_id.to_string() + ": " +
           describe(Terms{.side = r.side,
                          .order_qty = r.order_qty,
                          .symbol = r.instrument.symbol.view(),
                          .ord_type = r.ord_type,
                          .price = r.price,
                          .stop_px = r.stop_px,
                          .time_in_force = r.time_in_force}) +
           flags(r.exec_inst);
  }
  std::string operator()(const fixspec::OrderCancelReplaceRequest& r) const {
    return "OrderCancelReplaceRequest " + r.cl_ord_id.to_string() + " of " +
           r.orig_cl_ord_id.to_string() + ": " +
           describe(Terms{.side = r.side,
                          .order_qty = r.order_qty,
                          .symbol = r.instrument.symbol.view(),
                          .ord_type = r.ord_type,
                          .price = r.price,
                          .stop_px = r.stop_px,
                          .time_in_force = r.time_in_force});
  }
  std::string operator()(const fixspec::OrderCancelRequest& r) const {
    std::string text = "OrderCancelRequest " + r.cl_ord_id.to_string();
    if (r.orig_cl_ord_id) text += " of " + r.orig_cl_ord_id->to_string();
    if (r.order_id) text += " of order " + r.order_id->to_string();
    return text;
  }
  std::string operator()(const fixspec::OrderMassCancelRequest& r) const {
    std::string text = "OrderMassCancelRequest " + r.cl_ord_id.to_string();
    if (r.account) text += " account " + r.account->to_string();
    if (r.instrument) text += " " + r.instrument->symbol.to_string();
    if (r.side) text += " " + std::string{to_words(*r.side)};
    return text;
  }
  std::string operator()(const fixspec::OrderStatusRequest& r) const {
    std::string text = "OrderStatusRequest";
    if (r.cl_ord_id) text += " " + r.cl_ord_id->to_string();
    if (r.order_id) text += " of order " + r.order_id->to_string();
    return text;
  }
  std::string operator()(const fixspec::OrderMassStatusRequest& r) const {
    return "OrderMassStatusRequest " + r.mass_status_req_id;
  }
  std::string operator()(const fixspec::RefusedRequest& r) const {
    return std::string{"a request (35="} + r.msg_type + ") " + r.cl_ord_id.to_string() +
           " that the dialect refuses, " + std::string{to_text(r.code)} + ": " + r.text;
  }
};

struct AskSentence {
  std::string operator()(const translators::PlaceOrder& a) const {
    return describe(Terms{.side = a.side,
                          .order_qty = a.order_qty,
                          .symbol = a.instrument.symbol.view(),
                          .ord_type = a.ord_type,
                          .price = a.price,
                          .stop_px = a.stop_px,
                          .time_in_force = a.time_in_force}) +
           flags(a.exec_inst) + ", client id " + a.client_id.to_string();
  }
  std::string operator()(const translators::AmendOrder& a) const {
    return describe(Terms{.side = a.side,
                          .order_qty = a.order_qty,
                          .symbol = a.instrument.symbol.view(),
                          .ord_type = a.ord_type,
                          .price = a.price,
                          .stop_px = a.stop_px}) +
           ", client id " + a.client_id.to_string();
  }
  std::string operator()(const translators::CancelOrder& a) const {
    return of_order(a.client_id, a.venue_order_id);
  }
  std::string operator()(const translators::CancelAll& a) const {
    return a.instrument ? a.instrument->symbol.to_string() : "every instrument";
  }
  std::string operator()(const translators::QueryOrder& a) const {
    return of_order(a.client_id, a.venue_order_id);
  }
  std::string operator()(const translators::QueryOpenOrders&) const { return "of the account"; }
  std::string operator()(const translators::QueryTrades&) const { return "of the account"; }
  std::string operator()(const translators::QueryPositions&) const { return "of the account"; }
  std::string operator()(const translators::QueryBalances&) const { return "of the account"; }

 private:
  static std::string of_order(const fixspec::VenueClOrdId& client_id,
                              const std::optional<fixspec::VenueOrderId>& venue_order_id) {
    if (venue_order_id) return "venue order " + venue_order_id->to_string();
    return "client id " + client_id.to_string();
  }
};

struct ToldSentence {
  std::string operator()(const translators::OrderUpdate& t) const { return audit::describe(t); }
  std::string operator()(const translators::Fill& t) const { return audit::describe(t); }
  std::string operator()(const translators::RequestRefused& t) const {
    return std::string{to_text(t.kind)} + " refused by the venue, " + describe(t.detail);
  }
  std::string operator()(const translators::RequestNotSent& t) const {
    return std::string{to_text(t.kind)} + " was not sent: " + t.reason;
  }
  std::string operator()(const translators::RequestUnknown& t) const {
    return std::string{to_text(t.kind)} + ": outcome unknown, " + t.reason;
  }
  std::string operator()(const translators::QueryAnswer& t) const {
    if (!t.order) return "the venue knows no such order now";
    return "the order as the venue has it, with " + counted(t.fills.size(), "fill");
  }
  std::string operator()(const translators::OpenOrders& t) const {
    return counted(t.orders.size(), "open order");
  }
  std::string operator()(const translators::Trades& t) const {
    return counted(t.fills.size(), "trade");
  }
  std::string operator()(const translators::Positions& t) const {
    std::string text = counted(t.positions.size(), "position");
    for (const auto& position : t.positions) {
      text += "; " + position.instrument.symbol.to_string() + " " + position.size.to_string();
    }
    return text;
  }
  std::string operator()(const translators::Balances& t) const {
    std::string text = counted(t.balances.size(), "balance");
    for (const auto& balance : t.balances) {
      text += "; " + balance.currency.to_string() + " equity " + balance.equity;
    }
    return text;
  }
  std::string operator()(const translators::AccountLink& t) const {
    std::string text = t.up ? "the account's link is up" : "the account's link is down";
    return t.reason.empty() ? text : text + ": " + t.reason;
  }
  std::string operator()(const translators::Instruments& t) const {
    return counted(t.instruments.size(), "instrument") + (t.complete ? ", complete list" : "");
  }
};

struct ReportSentence {
  std::string operator()(const fixspec::ExecutionReport& r) const {
    std::string text = std::string{"150="} + static_cast<char>(r.exec_type) +
                       " 39=" + static_cast<char>(r.ord_status) + " " +
                       std::string{to_words(r.exec_type)} + ", order " +
                       std::string{to_words(r.ord_status)};
    if (r.trade) text += ": " + describe(*r.trade);
    if (r.reject) text += ": " + describe(*r.reject);
    text += "; 14=" + r.cum_qty.to_string() + " 151=" + r.leaves_qty.to_string() +
            " 6=" + r.avg_px.to_string();
    return r.text.empty() ? text : text + " (" + r.text + ")";
  }
  std::string operator()(const fixspec::OrderCancelReject& r) const {
    const bool is_cancel = r.response_to == fixspec::CxlRejResponseTo::CancelRequest;
    return std::string{is_cancel ? "cancel " : "replace "} + r.cl_ord_id.to_string() +
           " refused, 39=" + static_cast<char>(r.ord_status) + ", " + describe(r.reject);
  }
  std::string operator()(const fixspec::OrderMassCancelReport& r) const {
    if (r.reject) return "mass cancel refused, " + describe(*r.reject);
    return std::string{r.accepted ? "mass cancel accepted, " : "mass cancel refused, "} +
           counted(r.total_affected_orders, "order");
  }
  std::string operator()(const fixspec::TradingSessionStatus& r) const {
    return std::string{to_fix(r.venue)} + " " + std::string{to_words(r.status)} +
           (r.text.empty() ? "" : ": " + r.text);
  }
};

}  // namespace

std::string describe(const fixspec::ClientRequest& request) {
  return std::visit(RequestSentence{}, request);
}

std::string describe(const translators::Ask& ask) {
  return std::string{to_text(kind_of(ask))} + " " + std::visit(AskSentence{}, ask);
}

std::string describe(const translators::OrderUpdate& update) {
  std::string text = "order " + update.venue_order_id.to_string() + " is " +
                     std::string{to_words(update.state)} + ": " +
                     describe(Terms{.side = update.side,
                                    .order_qty = update.order_qty,
                                    .symbol = update.instrument.symbol.view(),
                                    .ord_type = update.ord_type,
                                    .price = update.price,
                                    .stop_px = update.stop_px}) +
                     ", filled " + update.cum_qty.to_string();
  if (update.amended) text += ", amended";
  return update.reason.empty() ? text : text + ", " + update.reason;
}

std::string describe(const translators::Fill& fill) {
  return "trade " + fill.trade.trade_id.to_string() + " of order " +
         fill.venue_order_id.to_string() + ": " + std::string{to_words(fill.side)} + " " +
         describe(fill.trade);
}

std::string describe(const translators::Told& told) { return std::visit(ToldSentence{}, told); }

std::string describe(const engine::RiskDecision& decision) {
  const std::string reference =
      decision.reference_price ? ", reference price " + decision.reference_price->to_string() : "";
  if (decision.accepted) return "accepted" + reference;
  return "refused, " + (decision.reject ? describe(*decision.reject) : "") + reference;
}

std::string describe(const engine::OrderChanged& changed) {
  const std::string status{to_words(changed.ord_status)};
  std::string text = (changed.what == status ? status : changed.what + ": " + status) + ", " +
                     changed.cum_qty.to_string() + " of " + changed.order_qty.to_string() +
                     " filled";
  if (!changed.cum_qty.is_zero()) text += " at " + changed.avg_px.to_string();
  text += ", " + changed.leaves_qty.to_string() + " open";
  return changed.unknown ? text + ", outcome unknown" : text;
}

std::string describe(const fixspec::Report& report) { return std::visit(ReportSentence{}, report); }

}  // namespace causeway::gateway::audit
