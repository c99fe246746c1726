#include <algorithm>

#include "translators/binance/numbers.hpp"
#include "translators/binance/query_kinds.hpp"

// One order: where it stands, then its fills. A stop is looked for in the algo service first, and
// then the order that came of it.
namespace causeway::translators::binance {
namespace {

using wire::Method;
using wire::Parameter;

constexpr std::int64_t page = 1'000;
// The trades of an order may lag behind the order.
constexpr std::int64_t again_after_ns = 300 * fixspec::nanos_per_milli;
constexpr int most_attempts = 12;
constexpr std::int64_t longest_window_ns = 60 * fixspec::nanos_per_second;
constexpr std::int64_t forgotten_after_ns = std::int64_t{3} * 86'400 * fixspec::nanos_per_second;

class OrderQuery final : public Query {
 public:
  OrderQuery(const VenueRequest& request, AlgoOrders& orders,
             std::optional<OrderUpdate> known = std::nullopt)
      : Query(request, orders), ask_(std::get<QueryOrder>(request_.ask)), found_(std::move(known)) {
    if (ask_.venue_order_id) number_ = order_number_of(ask_.venue_order_id->view());
  }

  Step begin(fixspec::Timestamp now) override {
    began_at_ = now.utc_ns;
    if (found_) {
      if (!number_) return unknown("an order number that is none");
      stage_ = Stage::Trades;
      return ask_trades(0);
    }
    if (fixspec::has_stop_px(ask_.ord_type)) {
      know_stop();
    } else {
      orders_.know(ask_.client_id);
    }
    const bool stop = fixspec::has_stop_px(ask_.ord_type) && !(number_ && !number_->algo);
    stage_ = stop ? Stage::Stop : Stage::Order;
    return stop ? ask_stop() : ask_order();
  }

  Step on_reply(const Decoder& body) override {
    switch (stage_) {
      case Stage::Stop:
        return on_stop(body);
      case Stage::Order:
        return on_order(body);
      case Stage::Trades:
        return on_trades(body);
    }
    return unknown("a reply that nobody has asked for");
  }

  std::optional<Step> on_refused(const Judgement& judgement) override {
    if (judgement.verdict != Verdict::NotFound) return std::nullopt;
    if (stage_ == Stage::Stop) {
      // By its number it is unknown, by our client id it may be there.
      if (number_) {
        number_.reset();
        return ask_stop();
      }
      orders_.not_found(ask_.client_id, began_at_);
      return absent();
    }
    if (stage_ == Stage::Order && number_ && !stop_) {
      number_.reset();
      if (!fixspec::has_stop_px(ask_.ord_type)) return ask_order();
      stage_ = Stage::Stop;
      return ask_stop();
    }
    if (stage_ == Stage::Order && stop_) return on_child_not_found();
    return stage_ == Stage::Order ? std::optional<Step>{absent()} : std::nullopt;
  }

 private:
  enum class Stage : std::uint8_t { Stop, Order, Trades };

  void know_stop() {
    if (number_ && !number_->algo) {
      orders_.link(ask_.client_id, *ask_.venue_order_id);
      return;
    }
    // Whenever it was sent, it was before now, and with the longest window at most.
    orders_.expect(ask_.client_id, ask_.instrument.symbol,
                   began_at_ + longest_window_ns + visibility_lag_ns);
    const AlgoOrders::Stop* stop = orders_.find(ask_.client_id);
    if (stop->child) number_ = order_number_of(stop->child->view());
  }

  // Its stop says that it exists. The venue forgets an order that ended without a fill after three
  // days; before that, or where something was filled, it only does not show it yet.
  Step on_child_not_found() {
    const fixspec::UtcNanos since = std::max(stop_->venue_time, triggered_at_);
    if (triggered_at_ == 0 || done_.is_positive() || began_at_ - since < forgotten_after_ns) {
      return unknown("the venue does not show the order that came of the stop yet");
    }
    OrderUpdate update = *stop_;
    update.state = VenueOrderState::Canceled;
    return answer(std::move(update));
  }

  Step ask_stop() {
    return Call{.make = [ask = ask_, number = number_] {
      wire::Call call{Method::QueryAlgoOrder};
      if (number) return call.with(Parameter::AlgoId, number->number);
      return call.with(Parameter::ClientAlgoId, ask.client_id.view());
    }};
  }

  Step ask_order() {
    return Call{.make = [ask = ask_, number = number_] {
      wire::Call call{Method::QueryOrder};
      call.with(Parameter::Symbol, ask.instrument.symbol.view());
      if (number) return call.with(Parameter::OrderId, number->number);
      return call.with(Parameter::OrigClientOrderId, ask.client_id.view());
    }};
  }

  Step ask_trades(std::int64_t after_ns) {
    return Call{.make =
                    [symbol = ask_.instrument.symbol, number = number_->number, from = from_id_] {
                      wire::Call call{Method::UserTrades};
                      call.with(Parameter::Symbol, symbol.view())
                          .with(Parameter::OrderId, number)
                          .with(Parameter::Limit, page);
                      if (from) call.with(Parameter::FromId, *from);
                      return call;
                    },
                .after_ns = after_ns};
  }

  Step on_stop(const Decoder& body) {
    const auto row = body.algo_order();
    if (!row) return unknown(row.error().text);
    auto facts = to_algo_facts(*row, Source::Query);
    if (!facts) return unknown(facts.error().text);
    done_ = facts->update.cum_qty;
    triggered_at_ = nanos(row->trigger_time_ms);
    facts->update.client_id = ask_.client_id;
    OrderUpdate update = orders_.learn(std::move(*facts));
    // As the venue says now, or as its stream has said before.
    const auto child = orders_.find(ask_.client_id)->child;
    if (!child) return answer(std::move(update));
    stop_ = std::move(update);
    number_ = order_number_of(child->view());
    if (!number_) return unknown("an order number that is none: " + child->to_string());
    stage_ = Stage::Order;
    return ask_order();
  }

  Step on_order(const Decoder& body) {
    const auto row = body.order();
    if (!row) return unknown(row.error().text);
    auto update = to_order_update(*row, Source::Query);
    if (!update) return unknown(update.error().text);
    number_ = OrderNumber{.number = row->order_id};
    found_ = std::move(*update);
    found_->client_id = ask_.client_id;
    if (stop_) {
      found_->ord_type = stop_->ord_type;
      found_->stop_px = stop_->stop_px;
    }
    if (found_->cum_qty.is_zero()) return answer(std::move(*found_));
    stage_ = Stage::Trades;
    return ask_trades(0);
  }

  Step on_trades(const Decoder& body) {
    const auto rows = body.user_trades();
    if (!rows) return unknown(rows.error().text);
    for (const wire::UserTrade& row : *rows) {
      if (row.order_id != number_->number || !seen_.insert(row.id).second) continue;
      auto fill = to_fill(row, Source::Query, ask_.client_id);
      if (!fill) return unknown(fill.error().text);
      fills_.push_back(std::move(*fill));
    }
    if (static_cast<std::int64_t>(rows->size()) >= page) {
      from_id_ = rows->back().id + 1;
      return ask_trades(0);
    }
    fixspec::Quantity filled;
    for (const Fill& fill : fills_) filled += fill.trade.last_qty;
    if (filled < found_->cum_qty) {
      // Fills that are missing may not be told as all there are.
      if (++attempts_ == most_attempts) return unknown("the venue does not list all of its trades");
      from_id_.reset();
      return ask_trades(again_after_ns);
    }
    sort_by_time(fills_);
    return answer(std::move(*found_));
  }

  Step answer(OrderUpdate update) {
    return QueryAnswer{.request_id = request_.request_id,
                       .client_id = ask_.client_id,
                       .order = std::move(update),
                       .fills = std::move(fills_)};
  }

  Step absent() {
    return QueryAnswer{
        .request_id = request_.request_id, .client_id = ask_.client_id, .order = {}, .fills = {}};
  }

  const QueryOrder ask_;
  Stage stage_ = Stage::Order;
  std::optional<OrderNumber> number_;
  std::optional<OrderUpdate> stop_;  ///< the stop that the order came of
  fixspec::Quantity done_;           ///< by that order, as the stop says
  fixspec::UtcNanos triggered_at_ = 0;
  fixspec::UtcNanos began_at_ = 0;  ///< in the venue's clock
  std::optional<OrderUpdate> found_;
  std::vector<Fill> fills_;
  std::unordered_set<std::int64_t> seen_;
  std::optional<std::int64_t> from_id_;
  int attempts_ = 0;
};

}  // namespace

std::unique_ptr<Query> make_order_query(const VenueRequest& request, AlgoOrders& orders) {
  return std::make_unique<OrderQuery>(request, orders);
}

std::unique_ptr<Query> make_fills_query(const VenueRequest& request, AlgoOrders& orders,
                                        OrderUpdate known) {
  return std::make_unique<OrderQuery>(request, orders, std::move(known));
}

}  // namespace causeway::translators::binance
