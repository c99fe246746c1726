#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "strategies/market_maker/market_maker.hpp"

// The market maker against an exchange of a few lines: what it sends is taken at its word.
namespace causeway::strategies::market_maker {

using fixspec::Decimal;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Price;
using fixspec::Quantity;
using fixspec::Side;

inline Price price(const std::string& text) { return fixspec::parse_price(text).value(); }
inline Quantity qty(const std::string& text) { return fixspec::parse_quantity(text).value(); }

inline constexpr std::int64_t ms = 1'000'000;

inline fixspec::Instrument instrument() {
  fixspec::Instrument instrument;
  instrument.key = {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"BTCUSDT"}};
  instrument.settle = fixspec::Currency{"USDT"};
  instrument.tick = price("0.1");
  instrument.qty_step = qty("0.001");
  instrument.min_qty = qty("0.001");
  return instrument;
}

inline Settings settings() {
  Settings settings;
  settings.name = "MM";
  settings.account = fixspec::AccountId{"beta"};
  settings.instrument.symbol = fixspec::Symbol{"BTCUSDT"};
  settings.order_qty = qty("0.01");
  settings.max_inventory = qty("0.03");
  settings.volatility_window_s = 4;
  return settings;
}

// Working orders, and answers that are on their way.
struct Exchange {
  struct Order {
    fixspec::ClOrdId cl_ord_id;
    Side side = Side::Buy;
    Price price;
    Quantity order_qty, cum_qty;
  };
  std::map<std::string, Order> orders;       // by the newest ClOrdID
  std::map<std::string, std::string> newer;  // a ClOrdID and the one that replaced it
  std::uint64_t exec_ids = 0;
  std::vector<fixspec::ClientRequest> taken;

  // Every name that an order ever had finds it, as at the gateway.
  std::map<std::string, Order>::iterator find(std::string cl_ord_id) {
    for (auto next = newer.find(cl_ord_id); next != newer.end(); next = newer.find(cl_ord_id)) {
      cl_ord_id = next->second;
    }
    return orders.find(cl_ord_id);
  }

  fixspec::ExecutionReport report(const Order& order, ExecType type, OrdStatus status) {
    fixspec::ExecutionReport report;
    report.order_id = fixspec::OrderId{"1"};
    report.exec_id = fixspec::ExecId{"E" + std::to_string(++exec_ids)};
    report.cl_ord_id = order.cl_ord_id;
    report.exec_type = type;
    report.ord_status = status;
    report.side = order.side;
    report.price = order.price;
    report.order_qty = order.order_qty;
    report.cum_qty = order.cum_qty;
    const bool open = status == OrdStatus::New || status == OrdStatus::PartiallyFilled;
    report.leaves_qty = open ? order.order_qty - order.cum_qty : Quantity{};
    return report;
  }
};

class World {
 public:
  explicit World(Settings chosen = settings(), Quantity position = {})
      : maker(std::move(chosen), instrument(), "MM-", position) {
    maker.on_session(true, now);
  }

  // A second of a market that moves a little, so that there is a volatility and something to say.
  void warm_up() {
    for (int i = 0; i < 60; ++i) {
      book(90'000'0 + (i % 2) * 3, 90'000'5 + (i % 2) * 3);
      pass(100);
    }
  }
  void book(std::int64_t bid_ticks, std::int64_t ask_ticks, bool valid = true) {
    TopOfBook top;
    top.valid = valid;
    top.bid = Price{Decimal::from_units(instrument().tick.value().units() * bid_ticks)};
    top.ask = Price{Decimal::from_units(instrument().tick.value().units() * ask_ticks)};
    maker.on_book(top, now);
    take();
  }
  void pass(std::int64_t milliseconds) {
    now += milliseconds * ms;
    maker.on_timer(now);
    take();
  }
  // Requests of the maker wait in `sent` until they are answered.
  void take() {
    for (auto& request : maker.take_requests()) sent.push_back(std::move(request));
  }

  // Answers the oldest request as a venue would that takes it; what it was.
  char answer(bool refuse = false, fixspec::RejectCode code = fixspec::RejectCode::VenueRejected,
              const std::string& risk_limit = {}) {
    const fixspec::ClientRequest request = sent.front();
    sent.pop_front();
    fixspec::RejectDetail detail;
    detail.code = code;
    detail.text = "no";
    detail.risk_limit = risk_limit;
    if (const auto* placed = std::get_if<fixspec::NewOrderSingle>(&request)) {
      Exchange::Order order{
          placed->cl_ord_id, placed->side, placed->price.value_or(Price{}), placed->order_qty, {}};
      if (refuse) {
        auto report = exchange.report(order, ExecType::Rejected, OrdStatus::Rejected);
        report.reject = detail;
        deliver(report);
      } else if (placed->ord_type == fixspec::OrdType::Market) {
        exchange.orders[order.cl_ord_id.to_string()] = order;
        fill(order.cl_ord_id.to_string(), order.order_qty, maker_mid);
      } else {
        exchange.orders[order.cl_ord_id.to_string()] = order;
        deliver(exchange.report(order, ExecType::New, OrdStatus::New));
      }
      return 'D';
    }
    if (const auto* replace = std::get_if<fixspec::OrderCancelReplaceRequest>(&request)) {
      const auto found = exchange.orders.find(replace->orig_cl_ord_id.to_string());
      if (found == exchange.orders.end() || refuse) {
        reject(replace->cl_ord_id, replace->orig_cl_ord_id, found != exchange.orders.end(),
               fixspec::CxlRejResponseTo::CancelReplaceRequest, detail);
        return 'G';
      }
      Exchange::Order order = found->second;
      exchange.orders.erase(found);
      const auto orig = order.cl_ord_id;
      order.cl_ord_id = replace->cl_ord_id;
      exchange.newer[orig.to_string()] = order.cl_ord_id.to_string();
      order.order_qty = replace->order_qty;
      order.price = replace->price.value();
      const bool filled = order.cum_qty >= order.order_qty;
      if (!filled) exchange.orders[order.cl_ord_id.to_string()] = order;
      auto report = exchange.report(order, ExecType::Replaced,
                                    filled                    ? OrdStatus::Filled
                                    : order.cum_qty.is_zero() ? OrdStatus::New
                                                              : OrdStatus::PartiallyFilled);
      report.orig_cl_ord_id = orig;
      deliver(report);
      return 'G';
    }
    const auto& cancel = std::get<fixspec::OrderCancelRequest>(request);
    const auto found = exchange.find(cancel.orig_cl_ord_id->to_string());
    if (found == exchange.orders.end()) {
      reject(cancel.cl_ord_id, *cancel.orig_cl_ord_id, false,
             fixspec::CxlRejResponseTo::CancelRequest, detail);
      return 'F';
    }
    const Exchange::Order order = found->second;
    exchange.orders.erase(found);
    auto report = exchange.report(order, ExecType::Canceled, OrdStatus::Canceled);
    report.orig_cl_ord_id = order.cl_ord_id;
    report.cl_ord_id = cancel.cl_ord_id;
    deliver(report);
    return 'F';
  }
  std::string answer_all() {
    std::string kinds;
    while (!sent.empty()) kinds += answer();
    return kinds;
  }
  void reject(const fixspec::ClOrdId& cl_ord_id, const fixspec::ClOrdId& orig, bool works,
              fixspec::CxlRejResponseTo to, const fixspec::RejectDetail& detail) {
    fixspec::OrderCancelReject reject;
    reject.cl_ord_id = cl_ord_id;
    reject.orig_cl_ord_id = orig;
    reject.ord_status = works ? OrdStatus::New : OrdStatus::Canceled;
    reject.response_to = to;
    reject.reject = detail;
    maker.on_cancel_reject(reject, now);
    take();
  }
  void fill(const std::string& cl_ord_id, Quantity size, Price at) {
    Exchange::Order& order = exchange.orders.at(cl_ord_id);
    order.cum_qty += size;
    const bool filled = order.cum_qty >= order.order_qty;
    auto report = exchange.report(order, ExecType::Trade,
                                  filled ? OrdStatus::Filled : OrdStatus::PartiallyFilled);
    fixspec::Trade trade;
    trade.trade_id = fixspec::TradeId{"t" + std::to_string(exchange.exec_ids)};
    trade.last_qty = size;
    trade.last_px = at;
    trade.fee = fixspec::Fee{Decimal::parse("0.0123").value(), fixspec::Currency{"USDT"}};
    report.trade = trade;
    if (filled) exchange.orders.erase(cl_ord_id);
    deliver(report);
    last_report = report;
  }
  void deliver(const fixspec::ExecutionReport& report) {
    maker.on_report(report, now);
    take();
  }
  const Exchange::Order& order(Side side) const {
    for (const auto& [id, order] : exchange.orders) {
      if (order.side == side) return order;
    }
    throw std::runtime_error("no such order");
  }

  std::int64_t now = 1'000 * ms;
  MarketMaker maker;
  Exchange exchange;
  std::deque<fixspec::ClientRequest> sent;
  fixspec::ExecutionReport last_report;
  Price maker_mid = price("90000.2");
};

struct Quoting : World {
  explicit Quoting(Settings chosen = settings()) : World(std::move(chosen)) {
    warm_up();
    answer_all();
    pass(300);
    answer_all();
  }
};

}  // namespace causeway::strategies::market_maker
