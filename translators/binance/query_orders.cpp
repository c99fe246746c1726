#include <algorithm>
#include <set>

#include "translators/binance/query_kinds.hpp"

namespace causeway::translators::binance {

using wire::Method;
using wire::Parameter;

namespace {

constexpr std::int64_t longest_list = 1'000;

}  // namespace

Rest::Make call_for(Method method, const fixspec::Symbol& symbol) {
  return [method, symbol] { return wire::Call{method}.with(Parameter::Symbol, symbol.view()); };
}

std::string learn_parents(const Decoder& body, AlgoOrders& orders) {
  const auto rows = body.algo_orders();
  if (!rows) return rows.error().text;
  for (const wire::AlgoOrder& row : *rows) {
    auto facts = to_algo_facts(row, Source::Query);
    // Others on the account may have made kinds that we know nothing of: they are not ours.
    if (facts && facts->child && facts->update.client_id) {
      orders.link(*facts->update.client_id, *facts->child);
    }
  }
  return {};
}

// ---- what is open
// -----------------------------------------------------------------------------------

std::optional<Query::Call> OpenOrdersSearch::begin() {
  // A stop that triggers in between is in both lists, or in none: never only in the wrong one.
  step_ = Step::Stops;
  return Query::Call{.make = [] { return wire::Call{Method::OpenAlgoOrders}; }};
}

std::optional<Query::Call> OpenOrdersSearch::on_reply(const Decoder& body) {
  switch (step_) {
    case Step::Stops:
      return on_stops(body);
    case Step::Orders:
      return on_orders(body);
    case Step::Parents:
      error_ = learn_parents(body, orders_);
      return error_.empty() ? next_parents() : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Query::Call> OpenOrdersSearch::on_stops(const Decoder& body) {
  const auto rows = body.algo_orders();
  if (!rows) {
    error_ = rows.error().text;
    return std::nullopt;
  }
  for (const wire::AlgoOrder& row : *rows) {
    auto facts = to_algo_facts(row, Source::Query);
    if (!facts) {
      log_.warning("venue_order_skipped",
                   {{"venue", "binance"}, {"what", "algo order"}, {"error", facts.error().text}});
      continue;
    }
    found_.push_back(orders_.learn(std::move(*facts)));
  }
  step_ = Step::Orders;
  return Query::Call{.make = [] { return wire::Call{Method::OpenOrders}; }};
}

std::optional<Query::Call> OpenOrdersSearch::on_orders(const Decoder& body) {
  const auto rows = body.orders();
  if (!rows) {
    error_ = rows.error().text;
    return std::nullopt;
  }
  std::set<fixspec::Symbol> symbols;
  for (const wire::Order& row : *rows) {
    auto update = to_order_update(row, Source::Query);
    if (!update) {
      error_ = update.error().text;
      return std::nullopt;
    }
    const bool ours = update->client_id && orders_.is_ours(*update->client_id);
    if (!ours && !orders_.parent_of(update->venue_order_id)) {
      symbols.insert(update->instrument.symbol);
    }
    found_.push_back(std::move(*update));
  }
  symbols_.assign(symbols.begin(), symbols.end());
  step_ = Step::Parents;
  return next_parents();
}

std::optional<Query::Call> OpenOrdersSearch::next_parents() {
  if (symbols_.empty()) {
    finish();
    return std::nullopt;
  }
  const fixspec::Symbol symbol = symbols_.back();
  symbols_.pop_back();
  return Query::Call{.make = [symbol] {
    return wire::Call{Method::AllAlgoOrders}
        .with(Parameter::Symbol, symbol.view())
        .with(Parameter::Limit, longest_list);
  }};
}

void OpenOrdersSearch::finish() {
  for (OrderUpdate& update : found_) {
    if (const auto parent = orders_.parent_of(update.venue_order_id)) update.client_id = parent;
    if (!update.client_id) continue;
    orders_.know(*update.client_id);
    orders_.note(update.venue_order_id, *update.client_id);
  }
  // A stop whose order is in the list is told by that alone.
  std::set<fixspec::VenueOrderId> numbers;
  std::erase_if(found_, [&](const OrderUpdate& update) {
    return update.state != VenueOrderState::Triggered &&
           !numbers.insert(update.venue_order_id).second;
  });
  std::erase_if(found_, [&](const OrderUpdate& update) {
    return update.state == VenueOrderState::Triggered && numbers.contains(update.venue_order_id);
  });
}

namespace {

// ---- QueryOpenOrders
// ---------------------------------------------------------------------------------

class OpenOrdersQuery final : public Query {
 public:
  OpenOrdersQuery(const VenueRequest& request, AlgoOrders& orders, fixspec::LogSink& log)
      : Query(request, orders), search_(orders, log) {}

  Step begin(fixspec::Timestamp) override { return *search_.begin(); }
  Step on_reply(const Decoder& body) override {
    if (auto next = search_.on_reply(body)) return std::move(*next);
    if (!search_.error().empty()) return unknown(search_.error());
    return OpenOrders{.request_id = request_.request_id, .orders = search_.take()};
  }

 private:
  OpenOrdersSearch search_;
};

// ---- CancelAll: of each symbol with open orders, orders and stops; then what is left
// ---------------

class CancelAllQuery final : public Query {
 public:
  CancelAllQuery(const VenueRequest& request, AlgoOrders& orders, fixspec::LogSink& log)
      : Query(request, orders), search_(orders, log) {}

  Step begin(fixspec::Timestamp) override {
    const auto& all = std::get<CancelAll>(request_.ask);
    if (all.instrument) {
      add(all.instrument->symbol);
      stage_ = Stage::Cancelling;
      return next();
    }
    return *search_.begin();
  }

  Step on_reply(const Decoder& body) override {
    if (stage_ == Stage::Cancelling) return next();
    if (auto next_call = search_.on_reply(body)) return std::move(*next_call);
    if (!search_.error().empty()) return unknown(search_.error());
    auto found = search_.take();
    if (stage_ == Stage::Remaining) {
      return OpenOrders{.request_id = request_.request_id, .orders = std::move(found)};
    }
    std::set<fixspec::Symbol> symbols;
    for (const OrderUpdate& update : found) symbols.insert(update.instrument.symbol);
    for (const fixspec::Symbol& symbol : symbols) add(symbol);
    stage_ = Stage::Cancelling;
    return next();
  }

 private:
  enum class Stage : std::uint8_t { Listing, Cancelling, Remaining };

  void add(const fixspec::Symbol& symbol) {
    calls_.push_back(call_for(Method::CancelAllAlgoOrders, symbol));
    // Last in, first out: plain orders go first.
    calls_.push_back(call_for(Method::CancelAllOpenOrders, symbol));
  }

  Step next() {
    if (calls_.empty()) {
      stage_ = Stage::Remaining;
      return *search_.begin();
    }
    Call call{.make = std::move(calls_.back()), .cancel = true};
    calls_.pop_back();
    return call;
  }

  Stage stage_ = Stage::Listing;
  std::vector<Rest::Make> calls_;
  OpenOrdersSearch search_;
};

}  // namespace

std::unique_ptr<Query> make_open_orders_query(const VenueRequest& request, AlgoOrders& orders,
                                              fixspec::LogSink& log) {
  if (kind_of(request.ask) == AskKind::CancelAll) {
    return std::make_unique<CancelAllQuery>(request, orders, log);
  }
  return std::make_unique<OpenOrdersQuery>(request, orders, log);
}

}  // namespace causeway::translators::binance
