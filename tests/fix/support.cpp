#include "tests/fix/support.hpp"

#include <chrono>
#include <stdexcept>

namespace causeway::tests::fix {
namespace {

using namespace fixspec;

constexpr UtcNanos event_time = 1'790'000'000'123'456'789;
constexpr std::string_view quantity_that_fills = "10";

Instrument perpetual(std::string_view symbol, Segment segment, ContractType type,
                     std::string_view quote) {
  Instrument instrument;
  instrument.key = {Venue::Deribit, segment, Symbol{symbol}};
  instrument.security_type = SecurityType::Future;
  instrument.contract_type = type;
  instrument.base = Currency{"BTC"};
  instrument.quote = Currency{quote};
  instrument.settle = Currency{type == ContractType::Inverse ? "BTC" : quote};
  instrument.tick = parse_price("0.5").value();
  instrument.qty_step = parse_quantity("10").value();
  instrument.min_qty = parse_quantity("10").value();
  return instrument;
}

Instrument call_option() {
  Instrument instrument =
      perpetual("BTC-25DEC26-100000-C", Segment::Option, ContractType::Inverse, "BTC");
  instrument.security_type = SecurityType::Option;
  instrument.put_or_call = PutOrCall::Call;
  instrument.strike = parse_price("100000").value();
  instrument.expiry_utc_ns = 1'798'185'600'000'000'000;  // 2026-12-25 08:00 UTC
  instrument.tick = parse_price("0.0001").value();
  instrument.tick_steps = {{parse_price("0.005").value(), parse_price("0.0005").value()}};
  instrument.max_qty = parse_quantity("500").value();
  instrument.min_notional = Notional{Decimal::from_integer(5)};
  instrument.qty_type = QtyType::Contracts;
  return instrument;
}

}  // namespace

std::vector<gateway::journal::StoredMessage> MemorySessionStore::read(
    std::uint64_t begin, std::uint64_t end, std::size_t max_messages) const {
  std::vector<gateway::journal::StoredMessage> result;
  for (auto it = messages.lower_bound(begin); it != messages.end() && it->first <= end; ++it) {
    if (result.size() == max_messages) break;
    result.push_back({it->first, it->second.bytes});
  }
  return result;
}

void MemorySessionStore::reset(UtcNanos now) {
  messages.clear();
  next_sender_ = 1;
  next_target_ = 1;
  creation_time_ = now;
}

void EventLog::write(Level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line{event};
  for (const auto& [name, value] : fields) line += " " + std::string{name} + "=" + value;
  events.push_back(std::move(line));
}

Desk::Desk()
    : instrument_list{perpetual("BTC-PERPETUAL", Segment::Inverse, ContractType::Inverse, "USD"),
                      perpetual("BTC_USDC-PERPETUAL", Segment::Linear, ContractType::Linear,
                                "USDC"),
                      call_option()},
      statuses{{.venue = Venue::Deribit, .status = TradSesStatus::Open, .text = ""}} {}

void Desk::on_session_state(const SessionId& session, bool logged_on, const std::string& reason) {
  session_states.push_back(session.to_string() + (logged_on ? " on" : " off: " + reason));
}

std::vector<const Instrument*> Desk::instruments_named(const Symbol& symbol) const {
  std::vector<const Instrument*> found;
  for (const Instrument& instrument : instrument_list) {
    if (instrument.key.symbol == symbol) found.push_back(&instrument);
  }
  return found;
}

bool Desk::knows_cl_ord_id(const SessionId& session, const ClOrdId& cl_ord_id) const {
  return orders_.count({session.to_string(), cl_ord_id.to_string()}) > 0;
}

void Desk::on_client_request(const SessionId& session, ClientRequest request,
                             std::uint64_t msg_seq_num) {
  requests.push_back({session, request, msg_seq_num});
  session_ = session;
  ++input_;
  output_ = 0;
  std::visit([this](const auto& r) { answer(r); }, request);
}

void Desk::emit(const Report& report) { send(session_, report, {input_, output_++}); }

void Desk::report(ExecutionReport state, ExecType type, OrdStatus status) {
  state.exec_id = ExecId{"1-" + std::to_string(next_exec_++)};
  state.exec_type = type;
  state.ord_status = status;
  state.transact_time = event_time;
  emit(state);
}

void Desk::answer(const NewOrderSingle& request) {
  const std::pair key{session_.to_string(), request.cl_ord_id.to_string()};
  const auto known = orders_.find(key);
  if (known != orders_.end() && request.poss_resend) {
    report(known->second.state, ExecType::OrderStatus, known->second.state.ord_status);
    return;
  }
  ExecutionReport state;
  state.order_id = OrderId{"1-" + std::to_string(next_order_++)};
  state.cl_ord_id = request.cl_ord_id;
  state.account = request.account;
  state.instrument = InstrumentKey{request.instrument.venue.value_or(Venue::Deribit),
                                   Segment::Inverse, request.instrument.symbol};
  state.side = request.side;
  state.ord_type = request.ord_type;
  state.time_in_force = request.time_in_force;
  state.price = request.price;
  state.stop_px = request.stop_px;
  state.exec_inst = request.exec_inst_text;
  state.expire_time = request.expire_time;
  state.order_qty = request.order_qty;
  if (known != orders_.end()) {
    state.order_id = std::nullopt;
    state.reject =
        RejectDetail{.code = RejectCode::DuplicateClOrdId, .text = "ClOrdID(11) is used"};
    report(state, ExecType::Rejected, OrdStatus::Rejected);
    return;
  }
  state.leaves_qty = request.order_qty;
  report(state, ExecType::PendingNew, OrdStatus::PendingNew);
  state.venue_order_id = VenueOrderId{"D-" + std::to_string(next_order_)};
  state.ord_status = OrdStatus::New;
  report(state, ExecType::New, OrdStatus::New);
  bool open = true;
  if (request.order_qty.to_string() == quantity_that_fills) {
    const Price price = request.price.value_or(parse_price("60000.5").value());
    state.cum_qty = state.order_qty;
    state.leaves_qty = Quantity{};
    state.avg_px = price;
    state.ord_status = OrdStatus::Filled;
    ExecutionReport fill = state;
    fill.trade = Trade{.trade_id = TradeId{"T-1"},
                       .last_qty = state.order_qty,
                       .last_px = price,
                       .liquidity = LiquidityInd::Removed,
                       .fee = Fee{Decimal::parse("0.00000125").value(), Currency{"BTC"}}};
    report(fill, ExecType::Trade, OrdStatus::Filled);
    open = false;
  }
  orders_[key] = Order{state, open};
}

void Desk::answer(const OrderCancelReplaceRequest& request) {
  const auto found = orders_.find({session_.to_string(), request.orig_cl_ord_id.to_string()});
  if (found == orders_.end() || !found->second.open) {
    OrderCancelReject reject{.cl_ord_id = request.cl_ord_id,
                             .orig_cl_ord_id = request.orig_cl_ord_id,
                             .response_to = CxlRejResponseTo::CancelReplaceRequest,
                             .cxl_rej_reason = CxlRejReason::UnknownOrder,
                             .reject = {.code = RejectCode::UnknownOrder, .text = "no such order"},
                             .transact_time = event_time};
    emit(reject);
    return;
  }
  Order order = found->second;
  found->second.open = false;
  order.state.orig_cl_ord_id = request.orig_cl_ord_id;
  order.state.cl_ord_id = request.cl_ord_id;
  report(order.state, ExecType::PendingReplace, OrdStatus::PendingReplace);
  order.state.order_qty = request.order_qty;
  order.state.price = request.price;
  order.state.leaves_qty = request.order_qty - order.state.cum_qty;
  report(order.state, ExecType::Replaced, OrdStatus::New);
  orders_[{session_.to_string(), request.cl_ord_id.to_string()}] = order;
}

void Desk::answer(const OrderCancelRequest& request) {
  const std::string orig =
      request.orig_cl_ord_id ? request.orig_cl_ord_id->to_string() : std::string{};
  const auto found = orders_.find({session_.to_string(), orig});
  if (found == orders_.end() || !found->second.open) {
    OrderCancelReject reject{.cl_ord_id = request.cl_ord_id,
                             .orig_cl_ord_id = request.orig_cl_ord_id.value_or(ClOrdId{}),
                             .cxl_rej_reason = CxlRejReason::UnknownOrder,
                             .reject = {.code = RejectCode::UnknownOrder, .text = "no such order"},
                             .transact_time = event_time};
    emit(reject);
    return;
  }
  ExecutionReport& state = found->second.state;
  found->second.open = false;
  state.orig_cl_ord_id = state.cl_ord_id;
  state.cl_ord_id = request.cl_ord_id;
  report(state, ExecType::PendingCancel, OrdStatus::PendingCancel);
  state.leaves_qty = Quantity{};
  state.ord_status = OrdStatus::Canceled;
  report(state, ExecType::Canceled, OrdStatus::Canceled);
}

void Desk::answer(const OrderMassCancelRequest& request) {
  OrderMassCancelReport answer{.order_id = OrderId{"1-M"},
                               .cl_ord_id = request.cl_ord_id,
                               .type = request.type,
                               .accepted = true,
                               .transact_time = event_time};
  for (auto& [key, order] : orders_) {
    if (key.first != session_.view() || !order.open) continue;
    order.open = false;
    answer.affected_cl_ord_ids.push_back(order.state.cl_ord_id);
  }
  answer.total_affected_orders = static_cast<std::uint32_t>(answer.affected_cl_ord_ids.size());
  emit(answer);
}

void Desk::answer(const OrderStatusRequest& request) {
  const std::string id = request.cl_ord_id ? request.cl_ord_id->to_string() : std::string{};
  const auto found = orders_.find({session_.to_string(), id});
  if (found == orders_.end()) {
    ExecutionReport unknown;
    unknown.cl_ord_id = request.cl_ord_id.value_or(ClOrdId{"NONE"});
    unknown.ord_rej_reason = OrdRejReason::UnknownOrder;
    unknown.ord_status_req_id = request.ord_status_req_id;
    report(unknown, ExecType::OrderStatus, OrdStatus::Rejected);
    return;
  }
  ExecutionReport state = found->second.state;
  state.ord_status_req_id = request.ord_status_req_id;
  report(state, ExecType::OrderStatus, state.ord_status);
}

void Desk::answer(const OrderMassStatusRequest& request) {
  std::vector<ExecutionReport> open;
  for (const auto& [key, order] : orders_) {
    if (key.first == session_.view() && order.open) open.push_back(order.state);
  }
  for (ExecutionReport& state : open) {
    state.mass_status_req_id = request.mass_status_req_id;
    state.tot_num_reports = static_cast<std::uint32_t>(open.size());
    state.last_rpt_requested = &state == &open.back();
    report(state, ExecType::OrderStatus, state.ord_status);
  }
}

void Desk::answer(const RefusedRequest& request) {
  const RejectDetail reject{.code = request.code, .text = request.text};
  if (request.msg_type == 'D') {
    ExecutionReport state;
    state.cl_ord_id = request.cl_ord_id;
    state.account = request.account;
    state.side = request.side;
    state.order_qty = request.order_qty.value_or(Quantity{});
    state.reject = reject;
    report(state, ExecType::Rejected, OrdStatus::Rejected);
  } else if (request.msg_type == 'q') {
    emit(OrderMassCancelReport{
        .cl_ord_id = request.cl_ord_id, .reject = reject, .transact_time = event_time});
  } else {
    emit(OrderCancelReject{.cl_ord_id = request.cl_ord_id,
                           .orig_cl_ord_id = request.orig_cl_ord_id.value_or(ClOrdId{}),
                           .response_to = request.msg_type == 'G'
                                              ? CxlRejResponseTo::CancelReplaceRequest
                                              : CxlRejResponseTo::CancelRequest,
                           .cxl_rej_reason = cxl_rej_reason(request.code),
                           .reject = reject,
                           .transact_time = event_time});
  }
}

bool PriceBoard::may_see(const SessionId&, const InstrumentKey& instrument) const {
  return instrument.symbol.view() != hidden_symbol;
}

const gateway::core::MarketState& PriceBoard::watch(const InstrumentKey& instrument,
                                                    translators::MarketInterest interest) {
  if (interest.values) watched.push_back("values");
  if (interest.book) watched.push_back("book");
  if (interest.trades) watched.push_back("trades");
  return states[instrument];
}

void PriceBoard::unwatch(const InstrumentKey&, translators::MarketInterest interest) {
  if (interest.values) watched.push_back("-values");
  if (interest.book) watched.push_back("-book");
  if (interest.trades) watched.push_back("-trades");
}

gateway::fix::Settings TestGateway::default_settings() {
  gateway::fix::Settings settings;
  settings.plain = gateway::fix::PlainPort{.port = 0};
  for (const char* const comp_id : {"OMS", "OTHER"}) {
    gateway::fix::SessionSettings session;
    session.comp_id = SessionId{comp_id};
    settings.sessions.push_back(session);
  }
  return settings;
}

TestGateway::TestGateway(gateway::fix::Settings the_settings, Stores other_stores,
                         std::function<void()> other_flush)
    : settings(std::move(the_settings)),
      other_stores_(std::move(other_stores)),
      other_flush_(std::move(other_flush)) {
  for (const auto& session : settings.sessions) {
    stores_[session.comp_id.to_string()] = std::make_unique<MemorySessionStore>();
  }
  desk.send = [this](const SessionId& session, const Report& report,
                     gateway::journal::ReportKey key) { acceptor->send(session, report, key); };
  start();
}

TestGateway::~TestGateway() { acceptor.reset(); }

void TestGateway::start() {
  io = std::make_unique<boost::asio::io_context>();
  acceptor = std::make_unique<gateway::fix::Acceptor>(
      *io, settings,
      gateway::fix::Dependencies{
          .handler = desk,
          .store = [this](const SessionId& id) -> gateway::journal::SessionStore& {
            return other_stores_ ? other_stores_(id) : *stores_.at(id.to_string());
          },
          .flush =
              [this] {
                ++flushes;
                if (other_flush_) other_flush_();
              },
          .log = log,
          .may_write = [this] { return may_write; },
          .market = &prices});
  const auto started = acceptor->start();
  if (!started) throw std::runtime_error(started.error().text);
}

void TestGateway::restart() {
  acceptor.reset();
  start();
}

void TestGateway::pump() {
  if (io->poll() == 0) io->run_one_for(std::chrono::milliseconds{1});
}

}  // namespace causeway::tests::fix
