#include "tests/chaos/trader.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace causeway::chaos {

using fixspec::ExecType;
using fixspec::OrdStatus;
using gateway::VenueCase;

namespace {

bool is_end(OrdStatus status) {
  return status == OrdStatus::Filled || status == OrdStatus::Canceled ||
         status == OrdStatus::Rejected || status == OrdStatus::Expired;
}

bool is_pending(OrdStatus status) {
  return status == OrdStatus::PendingNew || status == OrdStatus::PendingCancel ||
         status == OrdStatus::PendingReplace;
}

}  // namespace

Trader::Trader(const gateway::Stack& stack, std::string comp_id, std::uint32_t seed,
               gateway::app::ToldOrders& told)
    : venues_(stack.venues()), told_(told), random_(seed) {
  settings_.port = stack.fix_port();
  settings_.comp_id = std::move(comp_id);
  settings_.numbers_file = stack.path(settings_.comp_id + ".numbers");
  client_ = std::make_unique<strategies::client::Client>(
      settings_, [this](const auto& event) { on_event(event); });
  connect();
}

void Trader::connect() {
  const auto connected = client_->connect();
  ASSERT_TRUE(connected) << comp_id() << ": " << connected.error().text;
}

void Trader::poll() { client_->poll(std::chrono::milliseconds{0}); }

void Trader::drain() {
  client_->run_until([] { return false; }, std::chrono::seconds{5});
  EXPECT_FALSE(client_->is_logged_on()) << "the gateway was killed";
}

std::string Trader::next_id(char kind) { return comp_id() + "-" + kind + std::to_string(++ids_); }

const VenueCase& Trader::venue_of(const Order& order) const {
  for (const VenueCase* venue : venues_) {
    const auto& instrument = order.newest.instrument;
    if (instrument && fixspec::to_fix(instrument->venue) == venue->fix_name) return *venue;
  }
  return *venues_.front();
}

// ---- what it sends
// -------------------------------------------------------------------------------

void Trader::burst(std::size_t requests) {
  for (std::size_t i = 0; i < requests; ++i) {
    const std::uint32_t what = pick(10);
    if (what < 7) {
      send_order();
    } else {
      send_on_open_order(what == 7);
    }
  }
}

// Half of the orders rest at 80,000, half take what is offered at 90,000.
void Trader::send_order() {
  const VenueCase& venue = *venues_[pick(static_cast<std::uint32_t>(venues_.size()))];
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{next_id('D')};
  order.account = fixspec::AccountId{venue.account};
  order.instrument.symbol = fixspec::Symbol{venue.symbol};
  order.order_qty = fixspec::parse_quantity(venue.qty(std::to_string(10 * (1 + pick(5))))).value();
  order.price = fixspec::parse_price(pick(2) == 0 ? "80000" : "90000").value();
  if (!client_->send(order)) return;  // not logged on: never sent
  venue_of_[order.cl_ord_id.to_string()] = &venue;
  requests_[order.cl_ord_id.to_string()] = order;
  round_.insert(order.cl_ord_id.to_string());
}

void Trader::send_on_open_order(bool amend) {
  std::vector<const Order*> open;
  for (const auto& [order_id, order] : orders_) {
    if (!is_end(order.newest.ord_status) && !is_pending(order.newest.ord_status)) {
      open.push_back(&order);
    }
  }
  if (open.empty()) return send_order();
  const Order& order = *open[pick(static_cast<std::uint32_t>(open.size()))];
  const VenueCase& venue = venue_of(order);
  if (amend) {
    fixspec::OrderCancelReplaceRequest replace;
    replace.cl_ord_id = fixspec::ClOrdId{next_id('G')};
    replace.orig_cl_ord_id = order.cl_ord_id;
    replace.instrument.symbol = fixspec::Symbol{venue.symbol};
    replace.order_qty =
        fixspec::parse_quantity(venue.qty(std::to_string(10 * (1 + pick(6))))).value();
    replace.price = fixspec::parse_price("80000").value();
    (void)client_->send(replace);
    return;
  }
  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{next_id('F')};
  cancel.orig_cl_ord_id = order.cl_ord_id;
  cancel.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{venue.symbol}};
  cancel.side = fixspec::Side::Buy;
  (void)client_->send(cancel);
}

void Trader::repeat_unanswered() {
  for (auto& [cl_ord_id, request] : requests_) {
    if (is_answered(cl_ord_id)) continue;
    request.poss_resend = true;
    (void)client_->send(request);
  }
}

void Trader::cancel_all() {
  fixspec::OrderMassCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{next_id('Q')};
  (void)client_->send(cancel);
}

// ---- what it is told
// -----------------------------------------------------------------------------

void Trader::on_event(const strategies::client::Event& event) {
  if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
    on_report(*report, event.poss_dup);
  } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
    told_.on_reject(*reject);
    if (!reject->order_id) return;
    const auto found = orders_.find(reject->order_id->to_string());
    if (found != orders_.end()) found->second.newest.ord_status = reject->ord_status;
  } else if (const auto* other = std::get_if<strategies::client::Unreadable>(&event.body)) {
    ADD_FAILURE() << comp_id() << ": unreadable " << other->msg_type << ": " << other->why;
  } else if (const auto* refused = std::get_if<strategies::client::SessionReject>(&event.body)) {
    ADD_FAILURE() << comp_id() << ": " << refused->text;
  } else if (const auto* business = std::get_if<strategies::client::BusinessReject>(&event.body)) {
    ADD_FAILURE() << comp_id() << ": " << business->text;
  }
}

void Trader::on_report(const fixspec::ExecutionReport& report, bool poss_dup) {
  // Read before the break and sent again: the numbers file was behind.
  if (!exec_ids_.insert(report.exec_id.to_string()).second) {
    EXPECT_TRUE(poss_dup) << "ExecID " << report.exec_id.view() << " came twice";
    return;
  }
  const std::string cl_ord_id = report.cl_ord_id.to_string();
  if (!report.order_id) {
    ADD_FAILURE() << comp_id() << " " << cl_ord_id << ": " << report.text
                  << (report.reject ? report.reject->text : "");
    return;
  }
  const std::string order_id = report.order_id->to_string();
  if (venue_of_.contains(cl_ord_id)) {
    const auto [at, is_new] = order_id_of_.emplace(cl_ord_id, order_id);
    EXPECT_EQ(at->second, order_id) << cl_ord_id << " became two orders";
  }
  told_.on_report(report);
  Order& order = orders_[order_id];
  if (order.newest.order_id) {
    EXPECT_GE(report.cum_qty, order.newest.cum_qty) << order_id << ": CumQty(14) fell";
    if (is_end(order.newest.ord_status)) {
      EXPECT_TRUE(report.exec_type == ExecType::Trade || report.exec_type == ExecType::OrderStatus)
          << order_id << " ended as " << static_cast<char>(order.newest.ord_status)
          << ", then 150=" << static_cast<char>(report.exec_type);
    }
  }
  EXPECT_EQ(report.leaves_qty,
            is_end(report.ord_status) ? fixspec::Quantity{} : report.order_qty - report.cum_qty)
      << order_id << " 39=" << static_cast<char>(report.ord_status);
  if (report.exec_type == ExecType::Trade) {
    EXPECT_TRUE(order.trades.insert(report.trade->trade_id.to_string()).second)
        << order_id << ": trade " << report.trade->trade_id.view() << " was reported twice";
  }
  if (report.exec_type == ExecType::New || report.exec_type == ExecType::Replaced) {
    order.cl_ord_id = report.cl_ord_id;
  }
  order.newest = report;
}

const std::set<std::string>& Trader::trades_of(const std::string& cl_ord_id) const {
  static const std::set<std::string> none;
  const auto order_id = order_id_of_.find(cl_ord_id);
  return order_id == order_id_of_.end() ? none : orders_.at(order_id->second).trades;
}

std::size_t Trader::unanswered() const { return requests_.size() - order_id_of_.size(); }

bool Trader::is_settled() const {
  if (unanswered() > 0) return false;
  for (const auto& [order_id, order] : orders_) {
    if (is_pending(order.newest.ord_status)) return false;
  }
  return true;
}

bool Trader::is_quiet() const {
  if (unanswered() > 0) return false;
  for (const auto& [order_id, order] : orders_) {
    if (!is_end(order.newest.ord_status)) return false;
  }
  return true;
}

std::string Trader::unsettled() const {
  std::string text;
  for (const auto& [cl_ord_id, request] : requests_) {
    if (!is_answered(cl_ord_id)) text += "\n  " + cl_ord_id + " was never answered";
  }
  for (const auto& [order_id, order] : orders_) {
    if (is_end(order.newest.ord_status)) continue;
    text += "\n  " + order_id + " " + order.newest.cl_ord_id.to_string() +
            " 39=" + static_cast<char>(order.newest.ord_status) + " " +
            order.newest.cum_qty.to_string() + " of " + order.newest.order_qty.to_string();
  }
  return comp_id() + ":" + text;
}

}  // namespace causeway::chaos
