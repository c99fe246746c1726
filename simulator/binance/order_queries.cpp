// Asking for orders and fills.
#include <limits>

#include "simulator/binance/server.hpp"
#include "simulator/core/listing.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr std::int64_t usual_limit = 500;
constexpr std::int64_t most = 1000;
constexpr std::int64_t default_amendments = 50;
constexpr std::int64_t most_amendments = 100;

// [startTime, endTime] in milliseconds; without them everything.
struct Period {
  std::int64_t from = 0;
  std::int64_t to = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] bool has(UtcNanos time) const { return millis(time) >= from && millis(time) <= to; }
};

Period read_period(Params& params) {
  Period period;
  period.from = params.integer("startTime").value_or(period.from);
  period.to = params.integer("endTime").value_or(period.to);
  if (params.has("startTime") && params.has("endTime") && period.from > period.to) {
    params.fail({.code = -1023, .message = "Start time is greater than end time."});
  }
  return period;
}

}  // namespace

Server::Answer Server::get_order(Call& call) {
  const auto order = find_order(call, false, -2013);
  if (!order) return Unexpected{order.error()};
  JsonWriter json;
  write_order(json, view(), **order);
  return json.take();
}

Server::Answer Server::get_open_order(Call& call) {
  const auto order = find_order(call, true, -2013);
  if (!order) return Unexpected{order.error()};
  JsonWriter json;
  write_order(json, view(), **order);
  return json.take();
}

Server::Answer Server::get_open_orders(Call& call) {
  core::OrderFilter filter;
  filter.instrument = read_optional_symbol(call);
  filter.triggered = false;
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (const auto* order : exchange_.open_orders(call.account->id, filter)) {
    write_order(json, view(), *order);
  }
  return json.end().take();
}

Server::Answer Server::get_all_orders(Call& call) {
  const auto at = read_symbol(call);
  const auto from = call.params.integer("orderId");
  const auto limit = read_limit(call, usual_limit, most);
  const auto period = read_period(call.params);
  if (call.params.error()) return Unexpected{*call.params.error()};
  std::vector<const Order*> found;
  for (const auto& order : exchange_.client_orders()) {
    const bool fits = order.request.account == call.account->id && order.request.instrument == at &&
                      !is_algo(order) &&
                      (!from || order.number >= static_cast<OrderNumber>(*from)) &&
                      period.has(order.created);
    if (fits) found.push_back(&order);
  }
  // From an id onwards, or else the latest.
  if (found.size() > limit) {
    if (from)
      found.resize(limit);
    else
      found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
  }
  JsonWriter json;
  json.array();
  for (const auto* order : found) write_order(json, view(), *order);
  return json.end().take();
}

Server::Answer Server::get_amendments(Call& call) {
  const auto order = find_order(call, false, -2013);
  const auto limit = read_limit(call, default_amendments, most_amendments);
  const auto period = read_period(call.params);
  if (!order) return Unexpected{order.error()};
  if (call.params.error()) return Unexpected{*call.params.error()};
  const auto* records = orders_.find_amendments((*order)->number);
  JsonWriter json;
  json.array();
  std::size_t written = 0;
  for (auto at = records == nullptr ? 0 : records->size(); at > 0 && written < limit; --at) {
    if (!period.has((*records)[at - 1].time)) continue;
    write_amendment(json, view(), **order, at - 1);
    ++written;
  }
  return json.end().take();
}

Server::Answer Server::get_user_trades(Call& call) {
  const auto at = read_symbol(call);
  const auto order = call.params.integer("orderId");
  const auto from = call.params.integer("fromId");
  const auto limit = read_limit(call, usual_limit, most);
  const auto period = read_period(call.params);
  if (call.params.error()) return Unexpected{*call.params.error()};
  std::vector<const core::Execution*> found;
  for (const auto& execution : exchange_.executions()) {
    const bool fits = execution.account == call.account->id && execution.trade.instrument == at &&
                      (!order || execution.order == static_cast<OrderNumber>(*order)) &&
                      (!from || binance::trade_id(view(), execution.trade) >= *from) &&
                      period.has(execution.trade.time);
    if (fits) found.push_back(&execution);
  }
  if (found.size() > limit) {
    if (from || call.params.has("startTime"))
      found.resize(limit);
    else
      found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(limit));
  }
  JsonWriter json;
  json.array();
  for (const auto* execution : found) write_user_trade(json, view(), *execution);
  return json.end().take();
}

}  // namespace causeway::simulator::binance
