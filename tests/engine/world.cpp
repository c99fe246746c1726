#include "tests/engine/world.hpp"

#include <algorithm>

namespace causeway::gateway::engine {
namespace {

using translators::AskKind;

const fixspec::AccountId account{"alpha"};

std::string names(const fixspec::ClOrdId& cl_ord_id,
                  const std::optional<fixspec::ClOrdId>& orig_cl_ord_id) {
  return "(" + cl_ord_id.to_string() +
         (orig_cl_ord_id ? "/" + orig_cl_ord_id->to_string() : std::string{}) + ")";
}

struct Printer {
  std::string operator()(const fixspec::ExecutionReport& report) const {
    std::string line = "8" + names(report.cl_ord_id, report.orig_cl_ord_id) + " " +
                       static_cast<char>(report.exec_type) + "/" +
                       static_cast<char>(report.ord_status) + " " + report.order_qty.to_string() +
                       "/" + report.cum_qty.to_string() + "/" + report.leaves_qty.to_string();
    if (report.trade) line += " 32=" + report.trade->last_qty.to_string();
    if (report.reject) {
      line += " 20050=" + std::to_string(static_cast<int>(report.reject->code));
    }
    if (report.ord_rej_reason) {
      line += " 103=" + std::to_string(static_cast<int>(*report.ord_rej_reason));
    }
    if (report.restatement_reason) {
      line += " 378=" + std::to_string(static_cast<int>(*report.restatement_reason));
    }
    if (report.exec_origin) {
      line += " 20020=" + std::to_string(static_cast<int>(*report.exec_origin));
    }
    return line;
  }
  std::string operator()(const fixspec::OrderCancelReject& reject) const {
    return "9" + names(reject.cl_ord_id, reject.orig_cl_ord_id) +
           " 39=" + static_cast<char>(reject.ord_status) +
           " 102=" + std::to_string(static_cast<int>(reject.cxl_rej_reason)) +
           " 434=" + static_cast<char>(reject.response_to) + (reject.order_id ? "" : " 37=NONE");
  }
  std::string operator()(const fixspec::OrderMassCancelReport& report) const {
    return "r(" + report.cl_ord_id.to_string() + ") " +
           (report.accepted ? "accepted " : "refused ") +
           std::to_string(report.total_affected_orders);
  }
  std::string operator()(const fixspec::TradingSessionStatus&) const { return "h"; }

  std::string operator()(const SendReport& send) const { return std::visit(*this, send.report); }
  std::string operator()(const VenueStatusChanged& changed) const {
    return changed.status.status == fixspec::TradSesStatus::Open ? "h open" : "h halted";
  }
  std::string operator()(const SendRequest& send) const {
    std::string line = "> " + std::string{translators::to_text(kind_of(send.request.ask))};
    if (const auto* amend = std::get_if<translators::AmendOrder>(&send.request.ask)) {
      line += " " + amend->order_qty.to_string() + "@" +
              (amend->price ? amend->price->to_string() : std::string{"-"});
    }
    return line;
  }
  std::string operator()(const Alarm& alarm) const {
    return alarm.severity == Alarm::Severity::Info ? "" : "! " + alarm.event;
  }
  std::string operator()(const SetTimer&) const { return ""; }
  std::string operator()(const RiskDecision&) const { return ""; }
  std::string operator()(const OrderChanged&) const { return ""; }
};

}  // namespace

fixspec::Quantity qty(std::string_view text) { return fixspec::parse_quantity(text).value(); }
fixspec::Price px(std::string_view text) { return fixspec::parse_price(text).value(); }

World::World(bool ready, std::uint64_t sequence_step)
    : reference{.mark = px("60000"), .index = px("60000"), .age_ms = 1},
      sequence_step_(sequence_step) {
  start.instance = 7;
  start.epoch = 1;
  start.permissions.accounts = {{account, fixspec::Venue::Deribit}};
  for (const auto* session : {"OMS1", "OMS2"}) {
    start.permissions.sessions[fixspec::SessionId{session}].accounts = {account};
  }
  start.venues[fixspec::Venue::Deribit] = {};
  apply(start);
  fixspec::Instrument perpetual;
  perpetual.key = instrument();
  perpetual.contract_type = fixspec::ContractType::Inverse;
  perpetual.tick = px("0.5");
  perpetual.qty_step = perpetual.min_qty = qty("1");
  apply(
      VenueInput{{.venue = fixspec::Venue::Deribit,
                  .account = {},
                  .told = translators::Instruments{.instruments = {perpetual}, .complete = true}}});
  if (ready) {
    link(true);
    recover();
  }
  take();
}

fixspec::InstrumentKey World::instrument() const {
  return {fixspec::Venue::Deribit, fixspec::Segment::Inverse, fixspec::Symbol{symbol}};
}

void World::apply(InputBody body) {
  now.utc_ns += 1'000'000;
  now.mono_ns += 1'000'000;
  Input input{.sequence = sequence_ += sequence_step_, .now = now, .body = std::move(body)};
  const std::size_t before = outputs_.size();
  engine.apply(input, outputs_);
  for (std::size_t i = before; i < outputs_.size(); ++i) {
    if (const auto* send = std::get_if<SendRequest>(&outputs_[i]))
      requests_.push_back(send->request);
  }
  inputs.push_back(std::move(input));
}

std::string World::take() {
  std::string text;
  for (const Output& output : outputs_) {
    const std::string line = std::visit(Printer{}, output);
    if (!line.empty()) text += line + "\n";
  }
  outputs_.clear();
  return text;
}

fixspec::NewOrderSingle World::order(std::string_view cl_ord_id, std::string_view quantity,
                                     std::string_view price) const {
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  order.account = account;
  order.instrument.symbol = fixspec::Symbol{symbol};
  order.order_qty = qty(quantity);
  order.price = px(price);
  return order;
}

void World::request(fixspec::ClientRequest request, std::string_view session) {
  apply(ClientInput{.session = fixspec::SessionId{session},
                    .request = std::move(request),
                    .reference = reference});
}

void World::new_order(std::string_view cl_ord_id, std::string_view quantity, std::string_view price,
                      fixspec::Side side) {
  auto request_of = order(cl_ord_id, quantity, price);
  request_of.side = side;
  request(request_of);
}

void World::replace(std::string_view cl_ord_id, std::string_view orig, std::string_view quantity,
                    std::string_view price) {
  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  replace.orig_cl_ord_id = fixspec::ClOrdId{orig};
  replace.instrument.symbol = fixspec::Symbol{symbol};
  replace.order_qty = qty(quantity);
  replace.price = px(price);
  request(replace);
}

void World::cancel(std::string_view cl_ord_id, std::string_view orig) {
  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  cancel.orig_cl_ord_id = fixspec::ClOrdId{orig};
  request(cancel);
}

void World::told(translators::Told told) {
  apply(
      VenueInput{{.venue = fixspec::Venue::Deribit, .account = account, .told = std::move(told)}});
}

const Order& World::newest() const { return engine.orders().all().rbegin()->second; }

risk::InstrumentExposure World::exposure() const { return engine.exposure(account, instrument()); }

translators::OrderUpdate World::update(translators::VenueOrderState state, std::string_view cum,
                                       translators::Source source) {
  const Order& order = newest();
  return {.source = source,
          .client_id = order.client_id,
          .venue_order_id = fixspec::VenueOrderId{"V" + std::to_string(order.number)},
          .instrument = order.instrument,
          .state = state,
          .side = order.side,
          .ord_type = order.ord_type,
          .order_qty = order.order_qty,
          .cum_qty = qty(cum),
          .price = order.price,
          .stop_px = order.stop_px,
          .venue_time = now.utc_ns};
}

translators::Fill World::fill(std::string_view trade_id, std::string_view quantity,
                              std::string_view price, translators::Source source) {
  const Order& order = newest();
  return {.source = source,
          .client_id = order.client_id,
          .venue_order_id = fixspec::VenueOrderId{"V" + std::to_string(order.number)},
          .instrument = order.instrument,
          .side = order.side,
          .trade = {.trade_id = fixspec::TradeId{trade_id},
                    .last_qty = qty(quantity),
                    .last_px = px(price)},
          .venue_time = now.utc_ns};
}

void World::canceled(std::string_view cum, std::string_view reason) {
  auto update_of = update(translators::VenueOrderState::Canceled, cum);
  update_of.reason = reason;
  told(update_of);
}

void World::amended(std::string_view quantity, std::string_view price) {
  auto update_of = update(translators::VenueOrderState::Open, newest().cum_qty.to_string(),
                          translators::Source::Reply);
  update_of.request_id = request_id(AskKind::Amend);
  update_of.amended = true;
  update_of.order_qty = qty(quantity);
  update_of.price = px(price);
  told(update_of);
}

void World::refused(AskKind kind, fixspec::RejectCode code, bool may_be_closed,
                    bool may_pass_later) {
  fixspec::RejectDetail detail;
  detail.code = code;
  detail.text = "the venue says no";
  told(translators::RequestRefused{.request_id = request_id(kind),
                                   .kind = kind,
                                   .client_id = newest().client_id,
                                   .detail = detail,
                                   .order_may_be_closed = may_be_closed,
                                   .may_pass_later = may_pass_later});
}

void World::unknown(AskKind kind) {
  told(translators::RequestUnknown{.request_id = request_id(kind),
                                   .kind = kind,
                                   .client_id = newest().client_id,
                                   .reason = "time-out"});
}

void World::answer(bool found, translators::OrderUpdate order,
                   std::vector<translators::Fill> fills) {
  translators::QueryAnswer answer{.request_id = request_id(AskKind::QueryOrder),
                                  .client_id = newest().client_id,
                                  .fills = std::move(fills)};
  order.source = translators::Source::Query;
  if (found) answer.order = order;
  told(answer);
}

void World::link(bool up) { told(translators::AccountLink{.up = up, .reason = "test"}); }

void World::recover(std::vector<translators::OrderUpdate> open,
                    std::vector<translators::Fill> trades) {
  told(translators::Trades{.request_id = request_id(AskKind::QueryTrades),
                           .fills = std::move(trades)});
  told(translators::OpenOrders{.request_id = request_id(AskKind::QueryOpenOrders),
                               .orders = std::move(open)});
  if (request_id(AskKind::QueryPositions) == 0) return;
  translators::Positions positions{.request_id = request_id(AskKind::QueryPositions),
                                   .positions = {}};
  if (!exposure().position.is_zero()) {
    positions.positions.push_back({.instrument = instrument(), .size = exposure().position});
  }
  told(positions);
}

void World::positions(std::string_view size) {
  told(translators::Positions{.request_id = request_id(AskKind::QueryPositions),
                              .positions = {{.instrument = instrument(), .size = qty(size)}}});
}

void World::open_orders(std::vector<translators::OrderUpdate> open) {
  told(translators::OpenOrders{.request_id = request_id(AskKind::QueryOpenOrders),
                               .orders = std::move(open)});
}

translators::OrderUpdate World::external(std::string_view venue_order_id, std::string_view quantity,
                                         std::string_view cum) const {
  return {.source = translators::Source::Stream,
          .client_id = {},
          .venue_order_id = fixspec::VenueOrderId{venue_order_id},
          .instrument = instrument(),
          .side = fixspec::Side::Sell,
          .order_qty = qty(quantity),
          .cum_qty = qty(cum),
          .price = px("61000"),
          .venue_time = now.utc_ns};
}

void World::set(const AccountSettings& settings) {
  start.account_settings[account] = settings;
  restart();
  link(true);
  recover();
  take();
}

void World::run_timers(std::int64_t milliseconds) {
  const auto until = now.utc_ns + milliseconds * fixspec::nanos_per_milli;
  for (;;) {
    auto timers = engine.outstanding_timers();
    std::erase_if(timers, [&](const SetTimer& timer) { return timer.at_utc_ns > until; });
    if (timers.empty()) break;
    const auto next = *std::min_element(
        timers.begin(), timers.end(),
        [](const SetTimer& a, const SetTimer& b) { return a.at_utc_ns < b.at_utc_ns; });
    pass(std::max<std::int64_t>(next.at_utc_ns - now.utc_ns, 0));
    TimerInput timer{.timer_id = next.timer_id, .reference = {}};
    if (engine.priced_timer(next.timer_id) != nullptr) timer.reference = reference;
    apply(timer);
  }
  pass(std::max<std::int64_t>(until - now.utc_ns, 0));
}

void World::restart() {
  ++start.epoch;
  apply(start);
}

translators::RequestId World::request_id(AskKind kind) const {
  for (auto request = requests_.rbegin(); request != requests_.rend(); ++request) {
    if (kind_of(request->ask) == kind) return request->request_id;
  }
  return 0;
}

fixspec::UtcNanos World::trades_asked_since() const {
  for (auto request = requests_.rbegin(); request != requests_.rend(); ++request) {
    if (const auto* query = std::get_if<translators::QueryTrades>(&request->ask))
      return query->since;
  }
  return 0;
}

}  // namespace causeway::gateway::engine
