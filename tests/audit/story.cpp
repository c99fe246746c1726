#include "support.hpp"

namespace causeway::gateway::audit {
namespace {

using namespace fixspec;
using engine::OrderChanged;

constexpr UtcNanos start = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
const SessionId oms{"OMS"};
const AccountId alpha{"alpha"};
const InstrumentKey perpetual{
    .venue = Venue::Deribit, .segment = Segment::Inverse, .symbol = Symbol{"BTC-PERPETUAL"}};

/// Builds steps: input n at `start` + n·100 µs, and what follows from it.
class Script {
 public:
  Step& add(engine::InputBody body) {
    ++sequence_;
    const auto offset = static_cast<std::int64_t>(sequence_) * 100'000;
    steps_.push_back({.input = {.sequence = sequence_,
                                .now = {.utc_ns = start + offset, .mono_ns = offset},
                                .body = std::move(body)},
                      .outputs = {}});
    report_index_ = 0;
    return steps_.back();
  }
  /// A client's request. Other records lie between the journal's inputs, so numbers have gaps.
  Step& client(ClientRequest request) {
    ++sequence_;
    return add(engine::ClientInput{
        .session = oms,
        .request = std::move(request),
        .reference = {.mark = price("60001.5"), .index = price("60000"), .age_ms = 12},
        .msg_seq_num = ++msg_seq_num_});
  }
  Step& venue(translators::Told told) {
    return add(
        engine::VenueInput{{.venue = Venue::Deribit, .account = alpha, .told = std::move(told)}});
  }

  void report(Report report) {
    steps_.back().outputs.push_back(engine::SendReport{.session = oms,
                                                       .report = std::move(report),
                                                       .input_sequence = sequence_,
                                                       .index = report_index_++});
  }
  void execution(const OrderChanged& order, ExecType type, std::optional<Trade> trade = {},
                 std::optional<RejectDetail> reject = {}) {
    ExecutionReport r;
    r.order_id = order.order_id;
    r.exec_id = ExecId{"1-" + std::to_string(sequence_) + "-" + std::to_string(report_index_)};
    r.cl_ord_id = order.cl_ord_id;
    r.venue_order_id = order.venue_order_id;
    r.exec_type = type;
    r.ord_status = order.ord_status;
    r.account = order.account;
    r.instrument = order.instrument;
    r.side = order.side;
    r.order_qty = order.order_qty;
    r.cum_qty = order.cum_qty;
    r.leaves_qty = order.leaves_qty;
    r.avg_px = order.avg_px;
    r.transact_time = steps_.back().input.now.utc_ns;
    r.trade = std::move(trade);
    r.reject = std::move(reject);
    report(r);
  }
  void changed(OrderChanged& order, std::string what) {
    order.what = std::move(what);
    steps_.back().outputs.push_back(order);
  }
  void risk(const OrderChanged& order, const std::optional<RejectDetail>& reject = {}) {
    steps_.back().outputs.push_back(engine::RiskDecision{.session = oms,
                                                         .account = alpha,
                                                         .cl_ord_id = order.cl_ord_id,
                                                         .accepted = !reject,
                                                         .reject = reject,
                                                         .reference_price = price("60001.5")});
  }
  void ask(translators::Ask ask) {
    steps_.back().outputs.push_back(engine::SendRequest{{.request_id = ++request_id_,
                                                         .venue = Venue::Deribit,
                                                         .account = alpha,
                                                         .ask = std::move(ask)}});
  }
  void alarm(std::string event, std::string text) {
    steps_.back().outputs.push_back(engine::Alarm{.severity = engine::Alarm::Severity::Warning,
                                                  .event = std::move(event),
                                                  .text = std::move(text)});
  }
  [[nodiscard]] std::vector<Step> take() { return std::move(steps_); }
  [[nodiscard]] std::uint64_t request_id() const { return request_id_; }
  void skip_to(std::uint64_t sequence) { sequence_ = sequence - 1; }

 private:
  std::vector<Step> steps_;
  std::uint64_t sequence_ = 0;
  std::uint64_t msg_seq_num_ = 1;
  std::uint64_t request_id_ = 0;
  std::uint32_t report_index_ = 0;
};

NewOrderSingle request_for(const OrderChanged& order) {
  NewOrderSingle request;
  request.cl_ord_id = order.cl_ord_id;
  request.account = alpha;
  request.instrument.symbol = order.instrument.symbol;
  request.side = order.side;
  request.ord_type = order.ord_type;
  request.order_qty = order.order_qty;
  request.price = order.price;
  return request;
}

OrderChanged order_of(std::string_view name, Side side, std::string_view qty,
                      std::string_view limit) {
  OrderChanged order;
  order.order_id = OrderId{"1-" + std::string{name}};
  order.session = oms;
  order.account = alpha;
  order.cl_ord_id = ClOrdId{name};
  order.venue_cl_ord_id = VenueClOrdId{"V" + std::string{name}};
  order.instrument = perpetual;
  order.side = side;
  order.order_qty = quantity(qty);
  order.leaves_qty = order.order_qty;
  order.price = price(limit);
  return order;
}

translators::PlaceOrder place(const OrderChanged& order) {
  translators::PlaceOrder ask;
  ask.client_id = order.venue_cl_ord_id;
  ask.instrument = order.instrument;
  ask.side = order.side;
  ask.order_qty = order.order_qty;
  ask.price = order.price;
  ask.valid_until = start + 3 * nanos_per_second;
  return ask;
}

/// D, risk, PendingNew, the request to the venue.
void enter(Script& script, OrderChanged& order) {
  script.client(request_for(order));
  script.risk(order);
  script.execution(order, ExecType::PendingNew);
  script.ask(place(order));
  script.changed(order, "accepted, sent to the venue");
}

translators::OrderUpdate update_of(const OrderChanged& order, translators::VenueOrderState state) {
  translators::OrderUpdate update;
  update.client_id = order.venue_cl_ord_id;
  update.venue_order_id = *order.venue_order_id;
  update.instrument = order.instrument;
  update.state = state;
  update.side = order.side;
  update.order_qty = order.order_qty;
  update.cum_qty = order.cum_qty;
  update.price = order.price;
  update.venue_time = start;
  return update;
}

void acknowledge(Script& script, OrderChanged& order, std::string_view venue_order_id) {
  order.venue_order_id = VenueOrderId{venue_order_id};
  auto update = update_of(order, translators::VenueOrderState::Open);
  update.source = translators::Source::Reply;
  update.request_id = script.request_id();
  script.venue(update);
  order.ord_status = OrdStatus::New;
  script.execution(order, ExecType::New);
  script.changed(order, "acknowledged by the venue");
}

void fill(Script& script, OrderChanged& order, std::string_view trade_id, std::string_view qty,
          std::string_view at, bool completely) {
  translators::Fill told;
  told.client_id = order.venue_cl_ord_id;
  told.venue_order_id = *order.venue_order_id;
  told.instrument = order.instrument;
  told.side = order.side;
  told.trade = {
      .trade_id = TradeId{trade_id},
      .last_qty = quantity(qty),
      .last_px = price(at),
      .liquidity = LiquidityInd::Removed,
      .fee = Fee{.amount = Decimal::parse("0.00000004").value(), .currency = Currency{"BTC"}}};
  told.venue_time = start;
  script.venue(told);
  order.cum_qty += told.trade.last_qty;
  order.leaves_qty -= told.trade.last_qty;
  order.avg_px = price(at);
  order.ord_status = completely ? OrdStatus::Filled : OrdStatus::PartiallyFilled;
  script.execution(order, ExecType::Trade, told.trade);
  script.changed(order, "fill");
}

void begin_run(Script& script) {
  engine::StartInput run;
  run.instance = 7;
  run.epoch = 1;
  run.limits.resize(2);
  run.permissions.sessions[oms].accounts = {alpha};
  script.add(run);
  Instrument instrument;
  instrument.key = perpetual;
  instrument.contract_type = ContractType::Inverse;
  instrument.base = Currency{"BTC"};
  instrument.quote = Currency{"USD"};
  instrument.settle = Currency{"BTC"};
  instrument.tick = price("0.5");
  instrument.qty_step = quantity("10");
  instrument.min_qty = quantity("10");
  script.venue(translators::Instruments{.instruments = {instrument}, .complete = true});
  script.venue(translators::AccountLink{.up = true, .reason = ""});
  script.ask(translators::QueryOpenOrders{});
  script.venue(translators::OpenOrders{.request_id = script.request_id(), .orders = {}});
  Step& ready = script.venue(translators::Positions{
      .request_id = 0,
      .positions = {{.instrument = perpetual, .size = quantity("-50"), .average_price = {}}}});
  ready.outputs.push_back(engine::VenueStatusChanged{
      {.venue = Venue::Deribit, .status = TradSesStatus::Open, .text = "ready"}});
}

void replace_and_cancel(Script& script, OrderChanged& order) {
  OrderCancelReplaceRequest replace;
  replace.cl_ord_id = ClOrdId{"A2r"};
  replace.orig_cl_ord_id = order.cl_ord_id;
  replace.instrument.symbol = perpetual.symbol;
  replace.side = order.side;
  replace.ord_type = order.ord_type;
  replace.order_qty = quantity("30");
  replace.price = price("59000.5");
  script.client(replace);
  OrderChanged asked = order;
  asked.cl_ord_id = replace.cl_ord_id;
  script.risk(asked);
  order.ord_status = OrdStatus::PendingReplace;
  script.execution(order, ExecType::PendingReplace);
  script.ask(translators::AmendOrder{.client_id = order.venue_cl_ord_id,
                                     .venue_order_id = order.venue_order_id,
                                     .instrument = perpetual,
                                     .side = order.side,
                                     .ord_type = order.ord_type,
                                     .order_qty = replace.order_qty,
                                     .price = replace.price});
  script.changed(order, "replace sent to the venue");

  order.cl_ord_id = replace.cl_ord_id;
  order.order_qty = replace.order_qty;
  order.leaves_qty = replace.order_qty;
  order.price = replace.price;
  order.ord_status = OrdStatus::New;
  auto amended = update_of(order, translators::VenueOrderState::Open);
  amended.amended = true;
  script.venue(amended);
  script.execution(order, ExecType::Replaced);
  script.changed(order, "replaced");

  OrderCancelRequest cancel;
  cancel.cl_ord_id = ClOrdId{"A2c"};
  cancel.orig_cl_ord_id = order.cl_ord_id;
  script.client(cancel);
  order.ord_status = OrdStatus::PendingCancel;
  script.ask(translators::CancelOrder{.client_id = order.venue_cl_ord_id,
                                      .venue_order_id = order.venue_order_id,
                                      .instrument = perpetual});
  script.execution(order, ExecType::PendingCancel);
  script.changed(order, "cancel sent to the venue");
  script.venue(update_of(order, translators::VenueOrderState::Canceled));
  order.ord_status = OrdStatus::Canceled;
  order.leaves_qty = quantity("0");
  script.execution(order, ExecType::Canceled);
  script.changed(order, "Canceled");
}

void refused_by_risk(Script& script, OrderChanged& order) {
  const RejectDetail detail{.code = RejectCode::MaxOrderQty,
                            .text = "RISK.MAX_ORDER_QTY: 38=5000000 is above ACCOUNT alpha",
                            .risk_limit = "1000000",
                            .risk_used = "5000000"};
  script.client(request_for(order));
  script.risk(order, detail);
  order.ord_status = OrdStatus::Rejected;
  order.leaves_qty = quantity("0");
  script.execution(order, ExecType::Rejected, {}, detail);
  script.changed(order, "rejected: " + detail.text);
}

void refused_by_venue(Script& script, OrderChanged& order) {
  enter(script, order);
  const RejectDetail detail{.code = RejectCode::InsufficientMargin,
                            .text = "the venue refused",
                            .venue_error_code = "10009",
                            .venue_error_text = "not_enough_funds"};
  script.venue(translators::RequestRefused{.request_id = script.request_id(),
                                           .kind = translators::AskKind::Place,
                                           .client_id = order.venue_cl_ord_id,
                                           .detail = detail});
  order.ord_status = OrdStatus::Rejected;
  order.leaves_qty = quantity("0");
  script.execution(order, ExecType::Rejected, {}, detail);
  script.changed(order, "rejected: " + detail.text);
}

}  // namespace

fixspec::Price price(std::string_view text) { return fixspec::parse_price(text).value(); }
fixspec::Quantity quantity(std::string_view text) { return fixspec::parse_quantity(text).value(); }

std::vector<Step> story() {
  Script script;
  begin_run(script);

  OrderChanged a1 = order_of("A1", Side::Buy, "100", "60010");
  enter(script, a1);
  acknowledge(script, a1, "ETH-1");
  fill(script, a1, "T1", "40", "60009.5", false);
  fill(script, a1, "T2", "60", "60010", true);

  OrderChanged a2 = order_of("A2", Side::Buy, "20", "59000");
  enter(script, a2);
  acknowledge(script, a2, "ETH-2");
  replace_and_cancel(script, a2);

  OrderChanged a3 = order_of("A3", Side::Sell, "5000000", "60500");
  refused_by_risk(script, a3);
  OrderChanged a4 = order_of("A4", Side::Buy, "900000", "60000");
  refused_by_venue(script, a4);

  OrderCancelRequest unknown;
  unknown.cl_ord_id = ClOrdId{"C9"};
  unknown.orig_cl_ord_id = ClOrdId{"NOBODY"};
  script.client(unknown);
  script.report(OrderCancelReject{
      .cl_ord_id = unknown.cl_ord_id,
      .orig_cl_ord_id = *unknown.orig_cl_ord_id,
      .cxl_rej_reason = CxlRejReason::UnknownOrder,
      .reject = {.code = RejectCode::UnknownOrder, .text = "OrigClOrdID(41) NOBODY names no order"},
      .transact_time = start});

  OrderChanged a5 = order_of("A5", Side::Sell, "50", "61000");
  enter(script, a5);
  script.venue(translators::RequestUnknown{.request_id = script.request_id(),
                                           .kind = translators::AskKind::Place,
                                           .client_id = a5.venue_cl_ord_id,
                                           .reason = "no reply in 5 s"});
  a5.unknown = true;
  script.alarm("outcome_unknown", "order 1-A5");
  script.ask(translators::QueryOrder{.client_id = a5.venue_cl_ord_id, .instrument = perpetual});
  script.changed(a5, "outcome unknown, no reply in 5 s");

  OrderChanged a6 = order_of("A6", Side::Sell, "10", "65000");
  enter(script, a6);
  acknowledge(script, a6, "ETH-6");
  return script.take();
}

std::vector<Step> many_orders(std::uint64_t first, std::size_t count) {
  Script script;
  script.skip_to(first);
  std::vector<Step> steps;
  for (std::size_t i = 0; steps.size() + 2 < count; ++i) {
    OrderChanged order = order_of("M" + std::to_string(first + i), Side::Buy, "10", "60000");
    enter(script, order);
    acknowledge(script, order, "X-" + std::to_string(first + i));
    for (Step& step : script.take()) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace causeway::gateway::audit
