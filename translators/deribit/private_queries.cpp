#include <algorithm>
#include <utility>

#include "translators/deribit/map.hpp"
#include "translators/deribit/private_session.hpp"

namespace causeway::translators::deribit {
namespace {

using wire::Call;
using wire::Method;
using wire::Parameter;

// Trades stay in the default store for 24 h; older ones are in the archive, and the hour that both
// cover makes up for the archive's delay.
constexpr std::int64_t recent_trades_ns = 23 * 3'600 * fixspec::nanos_per_second;
// The archive and the trades of an order that was filled just now may lag behind the order.
constexpr std::int64_t retry_ns = 300 * fixspec::nanos_per_milli;

constexpr std::string_view usual_currencies[] = {"BTC", "ETH", "USDC", "USDT", "EURR"};

const QueryOrder* order_query(const VenueRequest& request) {
  return std::get_if<QueryOrder>(&request.ask);
}

fixspec::Quantity filled(const std::vector<Fill>& fills) {
  fixspec::Quantity sum;
  for (const Fill& fill : fills) sum += fill.trade.last_qty;
  return sum;
}

// Venue order: by time; those of one millisecond stay as the venue listed them.
void sort_by_time(std::vector<Fill>& fills) {
  std::stable_sort(fills.begin(), fills.end(),
                   [](const Fill& a, const Fill& b) { return a.venue_time < b.venue_time; });
}

bool is_bad_argument(std::int64_t code) {
  return code == -32602 || code == 11049 || code == 11050 || code == 11029;
}

}  // namespace

PrivateSession::Wanted PrivateSession::wanted(const VenueRequest& request) {
  if (const auto* query = order_query(request)) {
    return {query->client_id, query->venue_order_id, query->instrument.symbol.view()};
  }
  if (const auto* cancel = std::get_if<CancelOrder>(&request.ask)) {
    return {cancel->client_id, cancel->venue_order_id, cancel->instrument.symbol.view()};
  }
  return {};
}

void PrivateSession::begin_query(Job& job, fixspec::Timestamp now) {
  if (const auto* query = order_query(job.request)) {
    job.step = query->venue_order_id ? Step::ById : Step::ByLabel;
  } else if (const auto* trades = std::get_if<QueryTrades>(&job.request.ask)) {
    job.step = Step::TradesSweep;
    job.start_ms = trades->since / fixspec::nanos_per_milli;
    job.archive = now.utc_ns - trades->since > recent_trades_ns;
  }
}

wire::Request PrivateSession::query_frame_of(const Job& job, fixspec::Timestamp now) const {
  const Wanted order = wanted(job.request);
  const std::string_view currency = currency_of(order.symbol);
  switch (job.step) {
    case Step::ById:
      return Call{Method::GetOrderState}.with(Parameter::OrderId, order.order_id->view());
    case Step::ByLabel:
    case Step::AfterLabelCancel:
      return Call{Method::GetOrderStateByLabel}
          .with(Parameter::Currency, currency)
          .with(Parameter::Label, order.client_id.view());
    case Step::OpenByLabel:
      return Call{Method::GetOpenOrdersByLabel}
          .with(Parameter::Currency, currency)
          .with(Parameter::Label, order.client_id.view());
    case Step::RecentHistory:
    case Step::Archive:
      return Call{Method::GetOrderHistoryByInstrument}
          .with(Parameter::InstrumentName, order.symbol)
          .with(Parameter::Count, rows_a_page)
          .with(Parameter::Offset, job.offset)
          .with(Parameter::IncludeOld, true)
          .with(Parameter::IncludeUnfilled, true)
          .with(Parameter::Historical, job.step == Step::Archive);
    case Step::OrderTrades:
    case Step::ArchivedOrderTrades:
      return Call{Method::GetUserTradesByOrder}
          .with(Parameter::OrderId, job.found->venue_order_id.view())
          .with(Parameter::Sorting, std::string_view{"asc"})
          .with(Parameter::Historical, job.step == Step::ArchivedOrderTrades);
    case Step::TradesSweep: {
      const std::string_view name = currencies_.empty()
                                        ? usual_currencies[job.currency]
                                        : std::string_view{currencies_[job.currency]};
      // The end lies ahead of both clocks: it only has to be there.
      const std::int64_t end_ms = now.utc_ns / fixspec::nanos_per_milli + 3'600'000;
      return Call{Method::GetUserTradesByCurrencyAndTime}
          .with(Parameter::Currency, name)
          .with(Parameter::StartTimestamp, job.start_ms)
          .with(Parameter::EndTimestamp, end_ms)
          .with(Parameter::Count, rows_a_page)
          .with(Parameter::Sorting, std::string_view{"asc"})
          .with(Parameter::Historical, job.archive);
    }
    case Step::Direct:
    case Step::AfterCancelAll:
      break;
  }
  return Call{Method::GetOpenOrders};
}

void PrivateSession::on_query_reply(Job& job, fixspec::Timestamp now) {
  switch (job.step) {
    case Step::ById:
    case Step::ByLabel:
    case Step::AfterLabelCancel:
    case Step::OpenByLabel:
      return on_search_reply(job, now);
    case Step::RecentHistory:
    case Step::Archive:
      return on_history_page(job, now);
    case Step::OrderTrades:
    case Step::ArchivedOrderTrades:
      return on_order_trades(job, now);
    case Step::TradesSweep:
      return on_swept_trades(job, now);
    case Step::Direct:
    case Step::AfterCancelAll:
      break;
  }
  if (job.kind == AskKind::QueryBalances) {
    const auto account = link_.body().account_summaries();
    if (!account) return answer_unknown(job, account.error().text);
    Balances balances{.request_id = job.request.request_id, .balances = {}};
    for (const wire::Summary& summary : account->summaries) {
      auto balance = to_balance(summary);
      if (!balance) return answer_unknown(job, balance.error().text);
      balances.balances.push_back(std::move(*balance));
    }
    return answer(job, std::move(balances));
  }
  if (job.kind == AskKind::QueryPositions) {
    const auto rows = link_.body().positions();
    if (!rows) return answer_unknown(job, rows.error().text);
    Positions positions{.request_id = job.request.request_id, .positions = {}};
    for (const wire::Position& row : *rows) {
      if (!segment_of(row.instrument_name)) {
        skip("position", row.instrument_name);
        continue;
      }
      auto position = to_position(row);
      if (!position) return answer_unknown(job, position.error().text);
      if (*position) positions.positions.push_back(std::move(**position));
    }
    return answer(job, std::move(positions));
  }
  const auto orders = link_.body().orders();
  if (!orders) return answer_unknown(job, orders.error().text);
  auto updates = updates_of(job, *orders);
  if (updates) {
    answer(job, OpenOrders{.request_id = job.request.request_id, .orders = std::move(*updates)});
  }
}

// The orders in our words; nullopt where one cannot be read and the job was answered with that.
std::optional<std::vector<OrderUpdate>> PrivateSession::updates_of(
    Job& job, const std::vector<wire::Order>& orders) {
  std::vector<OrderUpdate> updates;
  for (const wire::Order& order : orders) {
    if (!segment_of(order.instrument_name)) {
      skip("order", order.instrument_name);
      continue;
    }
    auto update = to_order_update(order, Source::Query);
    if (!update) {
      warn("venue_order_unreadable", update.error().text);
      answer_unknown(job, update.error().text);
      return std::nullopt;
    }
    chain(*update, order);
    updates.push_back(std::move(*update));
  }
  return updates;
}

// ---- one order: where it stands, then its fills
// ------------------------------------------------------

void PrivateSession::on_search_reply(Job& job, fixspec::Timestamp now) {
  auto orders = link_.body().orders();
  if (job.step == Step::ById) {
    const auto order = link_.body().order();
    orders = order ? Decoded<std::vector<wire::Order>>{std::vector{*order}}
                   : fixspec::Unexpected{order.error()};
  }
  if (!orders) return answer_unknown(job, orders.error().text);
  const Wanted order = wanted(job.request);
  std::erase_if(*orders, [&](const wire::Order& candidate) {
    const bool same_label = !order.client_id.empty() && candidate.label == order.client_id.view();
    const bool same_id = order.order_id && (candidate.order_id == order.order_id->view() ||
                                            candidate.trigger_order_id == order.order_id->view());
    return !same_label && !same_id;
  });
  if (orders->empty()) return search_on(job, now);
  on_found(job, *orders, now);
}

void PrivateSession::on_found(Job& job, const std::vector<wire::Order>& orders,
                              fixspec::Timestamp now) {
  const Wanted order = wanted(job.request);
  choose(job, orders);
  if (job.answered || !job.found) return;
  // A stop that has become an order: that one has the fills.
  if (job.step == Step::ById && job.found->state == VenueOrderState::Triggered &&
      !order.client_id.empty()) {
    return search_on(job, now);
  }
  if (job.step == Step::AfterLabelCancel) {
    OrderUpdate update = std::move(*job.found);
    update.source = Source::Reply;
    update.request_id = job.request.request_id;
    if (update.state == VenueOrderState::Untriggered) update.state = VenueOrderState::Canceled;
    return answer(job, std::move(update));
  }
  if (job.found->cum_qty.is_zero()) {
    return answer(job, QueryAnswer{.request_id = job.request.request_id,
                                   .client_id = order.client_id,
                                   .order = std::move(job.found),
                                   .fills = {}});
  }
  job.step = Step::OrderTrades;
  perform(job, now);
}

// Of the orders with one label (a stop and what came of it): the one that lives, or lived last.
void PrivateSession::choose(Job& job, const std::vector<wire::Order>& orders) {
  auto updates = updates_of(job, orders);
  if (!updates) return;
  const auto rank = [](const OrderUpdate& update) {
    return std::pair{update.state != VenueOrderState::Triggered, update.venue_time};
  };
  for (OrderUpdate& update : *updates) {
    if (!job.found || rank(*job.found) < rank(update)) job.found = std::move(update);
  }
}

// The next place to look for an order that was not found so far.
void PrivateSession::search_on(Job& job, fixspec::Timestamp now) {
  const Wanted order = wanted(job.request);
  switch (job.step) {
    case Step::ById:
      if (order.client_id.empty()) return search_history(job, Step::RecentHistory);
      job.step = Step::ByLabel;
      return perform(job, now);
    case Step::ByLabel:
      job.step = Step::OpenByLabel;
      return perform(job, now);
    case Step::OpenByLabel:
      return search_history(job, Step::RecentHistory);
    case Step::RecentHistory:
      if (!doubtful_.contains(order.client_id)) return search_history(job, Step::Archive);
      break;
    case Step::Archive:
      break;
    case Step::AfterLabelCancel:
      return answer_unknown(job, "it was cancelled, but cannot be found by its label");
    case Step::Direct:
    case Step::AfterCancelAll:
    case Step::OrderTrades:
    case Step::ArchivedOrderTrades:
    case Step::TradesSweep:
      return;
  }
  answer(job, QueryAnswer{.request_id = job.request.request_id,
                          .client_id = order.client_id,
                          .order = std::move(job.found),
                          .fills = {}});
}

void PrivateSession::on_order_trades(Job& job, fixspec::Timestamp now) {
  const auto result = link_.body().trades();
  if (!result) return answer_unknown(job, result.error().text);
  if (!collect(job, result->trades)) return;
  if (filled(job.fills) >= job.found->cum_qty) {
    sort_by_time(job.fills);
    return answer(job, QueryAnswer{.request_id = job.request.request_id,
                                   .client_id = wanted(job.request).client_id,
                                   .order = std::move(job.found),
                                   .fills = std::move(job.fills)});
  }
  if (job.step == Step::OrderTrades) {
    job.step = Step::ArchivedOrderTrades;
    return perform(job, now);
  }
  // Neither store has them yet. Fills that are missing may not be told as all there are.
  job.step = Step::OrderTrades;
  job.not_before_mono_ns = now.mono_ns + retry_ns;
  waiting_.push_back(job.number);
}

// Adds what is new; false where a trade cannot be read and the job was answered with that.
bool PrivateSession::collect(Job& job, const std::vector<wire::Trade>& trades) {
  for (const wire::Trade& trade : trades) {
    if (!segment_of(trade.instrument_name)) {
      skip("trade", trade.instrument_name);
      continue;
    }
    std::string name{trade.instrument_name};
    if (!job.seen.insert(name.append("/").append(trade.trade_id)).second) continue;
    auto fill = to_fill(trade, Source::Query);
    if (!fill) {
      warn("venue_trade_unreadable", fill.error().text);
      answer_unknown(job, fill.error().text);
      return false;
    }
    const auto chained = chained_.find(fill->venue_order_id);
    if (!fill->client_id && chained != chained_.end()) fill->client_id = chained->second;
    job.fills.push_back(std::move(*fill));
  }
  return true;
}

// ---- all trades: every currency, first the archive, then the recent ones
// ----------------------------

void PrivateSession::on_swept_trades(Job& job, fixspec::Timestamp now) {
  const auto result = link_.body().trades();
  if (!result) return answer_unknown(job, result.error().text);
  if (!collect(job, result->trades)) return;
  if (!result->has_more || result->trades.empty()) return next_sweep(job, now);
  // Trades of the last millisecond may go on behind the page: it is asked for again.
  const std::int64_t last_ms = result->trades.back().timestamp_ms;
  if (last_ms <= job.start_ms) {
    return answer_unknown(job, "more than " + std::to_string(rows_a_page) +
                                   " trades in one millisecond: they cannot be told apart by time");
  }
  job.start_ms = last_ms;
  // A long list may take longer than one request: every page has the time of one.
  job.deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns;
  perform(job, now);
}

void PrivateSession::next_sweep(Job& job, fixspec::Timestamp now) {
  const auto since = std::get<QueryTrades>(job.request.ask).since;
  job.start_ms = since / fixspec::nanos_per_milli;
  job.deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns;
  if (job.archive) {
    job.archive = false;
    return perform(job, now);
  }
  job.archive = now.utc_ns - since > recent_trades_ns;
  ++job.currency;
  const std::size_t count = currencies_.empty() ? std::size(usual_currencies) : currencies_.size();
  if (job.currency < count) return perform(job, now);
  sort_by_time(job.fills);
  answer(
      job,
      Trades{.request_id = job.request.request_id, .since = since, .fills = std::move(job.fills)});
}

// Whether an error reply is a step of the query rather than its end.
bool PrivateSession::on_query_refused(Job& job, const wire::Failure& failure,
                                      fixspec::Timestamp now) {
  const bool not_found = judge(failure.code, job.kind).verdict == Verdict::NotFound;
  if (job.step == Step::TradesSweep && is_bad_argument(failure.code)) {
    warn("venue_currency_refused", to_detail(failure, {}).text);
    next_sweep(job, now);
    return true;
  }
  const bool searching =
      job.step == Step::ById || job.step == Step::ByLabel || job.step == Step::OpenByLabel;
  if (searching && not_found) {
    search_on(job, now);
    return true;
  }
  return false;
}

void PrivateSession::skip(std::string_view what, std::string_view instrument_name) {
  log_.info("venue_instrument_skipped", {{"venue", "deribit"},
                                         {"what", std::string{what}},
                                         {"instrument", std::string{instrument_name}}});
}

}  // namespace causeway::translators::deribit
