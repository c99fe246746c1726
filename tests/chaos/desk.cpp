#include "tests/chaos/desk.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "fixspec/decimal.hpp"

namespace causeway::chaos {
namespace {

using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Side;

constexpr std::array all_markets = {
    Market{"deribit", "alpha", "BTC-PERPETUAL", Side::Buy, "90000", "89950", "80000", "10", 5},
    Market{"deribit", "alpha", "ETH-PERPETUAL", Side::Sell, "3000", "3010", "3500", "10", 5},
    Market{"binance", "beta", "BTCUSDT", Side::Buy, "90000", "89950", "80000", "0.002", 3},
    Market{"binance", "beta", "ETHUSDT", Side::Sell, "3000", "3010", "3500", "0.02", 5},
};
// A desk that has more orders open cancels rather than amends.
constexpr std::size_t many_open = 40;
constexpr std::size_t most_complaints = 20;
// What is overdue by more than this is not made up for.
constexpr double most_due = 40;

bool is_end(OrdStatus status) {
  return status == OrdStatus::Filled || status == OrdStatus::Canceled ||
         status == OrdStatus::Rejected || status == OrdStatus::Expired;
}

bool is_pending(OrdStatus status) {
  return status == OrdStatus::PendingNew || status == OrdStatus::PendingCancel ||
         status == OrdStatus::PendingReplace;
}

fixspec::Quantity steps(const Market& market, std::uint32_t count) {
  const auto step = fixspec::Decimal::parse(market.step).value();
  const auto times = fixspec::Decimal::from_integer(count);
  return fixspec::Quantity{
      fixspec::Decimal::multiply(step, times, fixspec::Rounding::HalfEven).value()};
}

// Quantity-weighted mean of the trades' prices, as AvgPx(6) is defined.
fixspec::Price mean_price(const std::map<std::string, fixspec::Trade>& trades) {
  fixspec::Decimal gross, quantity;
  for (const auto& [id, trade] : trades) {
    gross = fixspec::Decimal::checked_add(
                gross, fixspec::Decimal::multiply(trade.last_qty.value(), trade.last_px.value(),
                                                  fixspec::Rounding::HalfEven)
                           .value())
                .value();
    quantity = fixspec::Decimal::checked_add(quantity, trade.last_qty.value()).value();
  }
  if (quantity.is_zero()) return {};
  return fixspec::Price{
      fixspec::Decimal::divide(gross, quantity, fixspec::Rounding::HalfEven).value()};
}

}  // namespace

std::span<const Market> markets() { return all_markets; }

Desk::Desk(Settings settings, gateway::app::ToldOrders& told)
    : settings_(std::move(settings)), told_(told), random_(settings_.seed) {}

// ---- its connection ----------------------------------------------------------------------------

bool Desk::connect() {
  if (is_logged_on()) return true;
  if (!client_) {
    strategies::client::Settings settings;
    settings.port = settings_.port;
    settings.comp_id = settings_.comp_id;
    settings.check_latency = false;  // its own clock is right, and the gateway's may be set
    settings.numbers_file = settings_.folder + "/" + settings_.comp_id + ".numbers";
    client_ = std::make_unique<strategies::client::Client>(
        std::move(settings), [this](const auto& event) { on_event(event); });
  }
  if (!client_->connect()) return false;
  rest();
  for (const std::string& cl_ord_id : std::set<std::string>{unanswered_}) {
    auto& order = requests_.at(cl_ord_id).first;
    order.poss_resend = true;
    if (!client_->send(order)) return false;
  }
  return true;
}

void Desk::write_half_a_message_and_vanish() {
  if (!is_logged_on()) return;
  const std::string_view half =
      "8=FIX.4.4\x01"
      "9=178\x01"
      "35=D\x01"
      "34=";
  static_cast<void>(::send(client_->descriptor(), half.data(), half.size(), MSG_NOSIGNAL));
  disconnect();
}

void Desk::shrink_receive_buffer() const {
  if (!is_logged_on()) return;
  const int bytes = 2048;
  ::setsockopt(client_->descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void Desk::poll() {
  if (!client_) return;
  while (client_->poll(std::chrono::milliseconds{0})) {
  }
}

// ---- what it does ------------------------------------------------------------------------------

void Desk::trade(unsigned rate) {
  const auto now = Clock::now();
  due_ += std::chrono::duration<double>(now - paced_at_).count() * rate;
  due_ = std::min(due_, most_due);
  paced_at_ = now;
  for (; due_ >= 1; due_ -= 1) {
    if (!is_logged_on()) return;
    send_order();
    if (pick(2) == 0) send_something();
  }
}

void Desk::burst(std::size_t requests) {
  for (std::size_t i = 0; i < requests && is_logged_on(); ++i) send_something();
}

void Desk::send_something() {
  const Order* const order = pick_open_order();
  if (order == nullptr) return send_order();
  if (maybe_open_.size() > many_open || pick(2) == 0) return send_cancel(*order);
  send_amend(*order);
}

void Desk::send_order() {
  const Market& market = all_markets[pick(all_markets.size())];
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{next_id('D')};
  order.account = fixspec::AccountId{market.account};
  order.instrument.symbol = fixspec::Symbol{market.symbol};
  order.side = market.side;
  order.order_qty = steps(market, 1 + pick(static_cast<std::uint32_t>(market.most_steps)));
  const std::uint32_t kind = pick(10);
  if (kind == 0) {
    order.ord_type = fixspec::OrdType::Market;
    order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
  } else {
    order.price = fixspec::parse_price(kind < 6 ? market.resting : market.crossing).value();
  }
  const std::string name = order.cl_ord_id.to_string();
  // Written down first: after an error nobody knows whether it left.
  requests_[name] = {order, &market};
  unanswered_.insert(name);
  static_cast<void>(client_->send(order));
}

Desk::Order* Desk::pick_open_order() {
  while (!maybe_open_.empty()) {
    const std::size_t at = pick(static_cast<std::uint32_t>(maybe_open_.size()));
    Order& order = orders_.at(maybe_open_[at]);
    if (!is_end(order.newest.ord_status)) {
      return is_pending(order.newest.ord_status) ? nullptr : &order;
    }
    std::swap(maybe_open_[at], maybe_open_.back());
    maybe_open_.pop_back();
  }
  return nullptr;
}

void Desk::send_amend(const Order& order) {
  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = fixspec::ClOrdId{next_id('G')};
  replace.orig_cl_ord_id = order.cl_ord_id;
  replace.instrument.symbol = fixspec::Symbol{order.market->symbol};
  replace.side = order.market->side;
  replace.order_qty =
      steps(*order.market, 1 + pick(static_cast<std::uint32_t>(order.market->most_steps + 1)));
  replace.price = fixspec::parse_price(order.market->resting).value();
  static_cast<void>(client_->send(replace));
}

void Desk::send_cancel(const Order& order) {
  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{next_id('F')};
  cancel.orig_cl_ord_id = order.cl_ord_id;
  cancel.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{order.market->symbol}};
  cancel.side = order.market->side;
  static_cast<void>(client_->send(cancel));
}

void Desk::cancel_all() {
  if (!is_logged_on()) return;
  fixspec::OrderMassCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{next_id('Q')};
  static_cast<void>(client_->send(cancel));
}

std::string Desk::next_id(char kind) { return comp_id() + "-" + kind + std::to_string(++ids_); }

// ---- what it is told ---------------------------------------------------------------------------

void Desk::on_event(const strategies::client::Event& event) {
  if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
    on_report(*report, event.poss_dup);
  } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
    told_.on_reject(*reject);
    if (!reject->order_id) return;
    const auto found = orders_.find(reject->order_id->to_string());
    if (found != orders_.end()) found->second.newest.ord_status = reject->ord_status;
  } else if (const auto* other = std::get_if<strategies::client::Unreadable>(&event.body)) {
    complain("unreadable " + other->msg_type + ": " + other->why);
  } else if (const auto* refused = std::get_if<strategies::client::SessionReject>(&event.body)) {
    if (!clocks_may_differ) complain("35=3: " + refused->text);
  } else if (const auto* business = std::get_if<strategies::client::BusinessReject>(&event.body)) {
    complain("35=j: " + business->text);
  }
}

void Desk::on_report(const fixspec::ExecutionReport& report, bool poss_dup) {
  // Read before the break and sent again: the numbers file was behind.
  if (!exec_ids_.insert(report.exec_id.to_string()).second) {
    if (!poss_dup) complain("ExecID " + report.exec_id.to_string() + " came twice");
    return;
  }
  const std::string cl_ord_id = report.cl_ord_id.to_string();
  if (!report.order_id) {
    complain(cl_ord_id + ": " + report.text + (report.reject ? report.reject->text : ""));
    return;
  }
  const std::string order_id = report.order_id->to_string();
  const auto request = requests_.find(cl_ord_id);
  if (request != requests_.end()) {
    unanswered_.erase(cl_ord_id);
    const auto [at, is_new] = order_id_of_.emplace(cl_ord_id, order_id);
    if (at->second != order_id) complain(cl_ord_id + " became two orders");
  }
  told_.on_report(report);
  Order& order = orders_[order_id];
  if (order.market == nullptr) {
    if (request == requests_.end()) complain(order_id + " begins with " + cl_ord_id);
    order.market = request == requests_.end() ? &all_markets[0] : request->second.second;
    maybe_open_.push_back(order_id);
  }
  if (report.exec_type == ExecType::Trade &&
      !order.trades.emplace(report.trade->trade_id.to_string(), *report.trade).second) {
    complain(order_id + ": trade " + report.trade->trade_id.to_string() + " was told twice");
  }
  check(order, report);
  if (report.exec_type == ExecType::New || report.exec_type == ExecType::Replaced) {
    order.cl_ord_id = report.cl_ord_id;
  }
  order.newest = report;
}

// What must hold between a report, the one before it and the order's trades.
void Desk::check(const Order& order, const fixspec::ExecutionReport& report) {
  const std::string about = report.order_id->to_string() +
                            " 150=" + static_cast<char>(report.exec_type) +
                            " 39=" + static_cast<char>(report.ord_status) + ": ";
  if (order.newest.order_id) {
    if (report.cum_qty < order.newest.cum_qty) complain(about + "CumQty(14) fell");
    const bool may_follow_the_end =
        report.exec_type == ExecType::Trade || report.exec_type == ExecType::OrderStatus;
    if (is_end(order.newest.ord_status) && !may_follow_the_end) {
      complain(about + "after it ended as " + static_cast<char>(order.newest.ord_status));
    }
  }
  const auto leaves =
      is_end(report.ord_status) ? fixspec::Quantity{} : report.order_qty - report.cum_qty;
  if (report.leaves_qty != leaves) complain(about + "LeavesQty(151) is wrong");
  fixspec::Quantity filled;
  for (const auto& [id, trade] : order.trades) filled += trade.last_qty;
  if (report.cum_qty != filled) {
    complain(about + "CumQty(14)=" + report.cum_qty.to_string() + " but trades of " +
             filled.to_string() + " were told");
  } else if (report.avg_px != mean_price(order.trades)) {
    complain(about + "AvgPx(6)=" + report.avg_px.to_string() + " but the trades make " +
             mean_price(order.trades).to_string());
  }
}

void Desk::complain(const std::string& what) {
  if (complaints_.size() < most_complaints) complaints_.push_back(comp_id() + ": " + what);
}

// ---- what it knows -----------------------------------------------------------------------------

bool Desk::is_settled() const {
  return unanswered_.empty() &&
         std::none_of(maybe_open_.begin(), maybe_open_.end(), [this](const std::string& order_id) {
           return is_pending(orders_.at(order_id).newest.ord_status);
         });
}

bool Desk::is_quiet() const {
  return unanswered_.empty() &&
         std::all_of(maybe_open_.begin(), maybe_open_.end(), [this](const std::string& order_id) {
           return is_end(orders_.at(order_id).newest.ord_status);
         });
}

std::string Desk::unsettled() const {
  constexpr std::size_t most = 5;
  std::string text;
  std::size_t count = 0;
  for (const std::string& cl_ord_id : unanswered_) {
    if (++count <= most) text += "\n  " + cl_ord_id + " was never answered";
  }
  for (const std::string& order_id : maybe_open_) {
    const Order& order = orders_.at(order_id);
    if (is_end(order.newest.ord_status)) continue;
    if (++count > 2 * most) break;
    text += "\n  " + order_id + " " + order.newest.cl_ord_id.to_string() +
            " 39=" + static_cast<char>(order.newest.ord_status) + " " +
            order.newest.cum_qty.to_string() + " of " + order.newest.order_qty.to_string() + " " +
            order.newest.text;
  }
  return text.empty() ? "" : comp_id() + ":" + text;
}

}  // namespace causeway::chaos
