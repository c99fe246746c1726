#include "strategies/market_maker/market_maker.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <unordered_set>
#include <utility>

#include "strategies/market_maker/quote.hpp"
#include "strategies/math/quotes.hpp"
#include "strategies/math/volatility.hpp"

namespace causeway::strategies::market_maker {

using fixspec::Decimal;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Price;
using fixspec::Quantity;
using fixspec::Side;

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t after_limit_ns = 5 * second_ns;  // pause after a reject by a risk limit
constexpr std::int64_t after_reject_ns = second_ns;     // and after any other
constexpr std::int64_t cancel_again_ns = second_ns;     // after a refused cancel
constexpr std::int64_t unanswered_ns = 10 * second_ns;  // then a request is taken as lost
constexpr std::int64_t flatten_every_ns = second_ns;
constexpr int flatten_tries = 10;
constexpr std::size_t remembered_ids = 20'000;

// How many whole steps `value` holds, downwards.
std::int64_t steps_in(Decimal value, Decimal step) {
  return static_cast<std::int64_t>(value.units() / step.units()) -
         (value.units() % step.units() < 0 ? 1 : 0);
}

Decimal times(Decimal step, std::int64_t count) {
  return Decimal::from_units(step.units() * count);
}

double ratio(Decimal value, Decimal unit) {
  return static_cast<double>(value.units()) / static_cast<double>(unit.units());
}

}  // namespace

std::string_view to_text(State state) {
  switch (state) {
    case State::WarmUp:
      return "warming up";
    case State::Quoting:
      return "quoting";
    case State::Skewed:
      return "skewed";
    case State::OneSided:
      return "one-sided";
    case State::Pulled:
      return "pulled";
    case State::Stopping:
      return "stopping";
    case State::Stopped:
      return "stopped";
  }
  return {};
}

class MarketMaker::Impl {
 public:
  Impl(Settings settings, fixspec::Instrument instrument, std::string id_prefix, Quantity position)
      : settings_(std::move(settings)),
        instrument_(std::move(instrument)),
        id_prefix_(std::move(id_prefix)),
        volatility_(settings_.volatility_window_s),
        profit_(instrument_, position) {}

  void on_book(const TopOfBook& top, std::int64_t now) {
    const bool crossed = top.valid && top.bid >= top.ask;
    if (!top.valid || crossed) {
      top_.valid = false;
      volatility_.interrupt();
      return evaluate(now);
    }
    book_ns_ = now;
    if (!top_.valid || top.bid != top_.bid || top.ask != top_.ask) ++counters_.market_moves;
    top_ = top;
    // Half a tick is still exact.
    mid_ = Price{Decimal::from_units((top.bid + top.ask).value().units() / 2)};
    profit_.on_mid(*mid_);
    volatility_.add(ratio(mid_->value(), tick()), now);
    evaluate(now);
  }

  void on_session(bool up, std::int64_t now) {
    session_up_ = up;
    session_ns_ = now;
    if (!up) {
      for (const fixspec::ClientRequest& request : std::exchange(requests_, {})) {
        on_not_sent(request);
      }
      // Prices were missed. The next quote waits for the first book of the new subscription.
      top_.valid = false;
      volatility_.interrupt();
    }
    evaluate(now);
  }

  void on_venue(bool open, std::int64_t now) {
    venue_open_ = open;
    evaluate(now);
  }

  void on_report(const fixspec::ExecutionReport& report, std::int64_t now) {
    if (!is_new(report.exec_id)) return;
    if (!report.cl_ord_id.view().starts_with(id_prefix_) &&
        !(report.orig_cl_ord_id && report.orig_cl_ord_id->view().starts_with(id_prefix_))) {
      return;
    }
    if (report.exec_type == ExecType::Trade && report.side) count(*report.side, *report.trade);
    if (report.ord_status == OrdStatus::Rejected) on_reject(report.reject, now);
    if (flatten_id_ && report.cl_ord_id == *flatten_id_) {
      if (report.leaves_qty.is_zero()) flatten_id_.reset();
      return evaluate(now);
    }
    for (Quote* quote : {&bid_, &ask_}) {
      const bool names_it = quote->is_named(report.cl_ord_id) ||
                            (report.orig_cl_ord_id && quote->is_named(*report.orig_cl_ord_id));
      if (names_it) quote->on_report(report);
    }
    evaluate(now);
  }

  void on_earlier_fill(Side side, const fixspec::Trade& trade, std::int64_t now) {
    count(side, trade);
    evaluate(now);
  }

  // Told at once or with the end of the session; what to do instead is decided at the next event.
  void on_not_sent(const fixspec::ClientRequest& request) {
    fixspec::ClOrdId cl_ord_id;
    if (const auto* order = std::get_if<fixspec::NewOrderSingle>(&request)) {
      cl_ord_id = order->cl_ord_id;
      --counters_.orders;
    } else if (const auto* replace = std::get_if<fixspec::OrderCancelReplaceRequest>(&request)) {
      cl_ord_id = replace->cl_ord_id;
      --counters_.amends;
    } else if (const auto* cancel = std::get_if<fixspec::OrderCancelRequest>(&request)) {
      cl_ord_id = cancel->cl_ord_id;
      --counters_.cancels;
    } else {
      return;
    }
    if (flatten_id_ == cl_ord_id) {
      flatten_id_.reset();
      --flattened_;
    }
    for (Quote* quote : {&bid_, &ask_}) {
      if (quote->is_named(cl_ord_id)) quote->on_not_sent(cl_ord_id);
    }
  }

  void on_cancel_reject(const fixspec::OrderCancelReject& reject, std::int64_t now) {
    ++counters_.rejects;
    for (Quote* quote : {&bid_, &ask_}) {
      if (quote->is_named(reject.cl_ord_id) || quote->is_named(reject.orig_cl_ord_id)) {
        quote->on_cancel_reject(reject);
      }
    }
    if (reject.response_to == fixspec::CxlRejResponseTo::CancelReplaceRequest) {
      pause(reject.reject, now);
    }
    evaluate(now);
  }

  void stop(std::int64_t now, std::string why) {
    if (state_ == State::Stopping || state_ == State::Stopped) return;
    state_ = State::Stopping;
    reason_ = std::move(why);
    evaluate(now);
  }

  void evaluate(std::int64_t now) {
    if (state_ == State::Stopped) return;
    if (state_ != State::Stopping && settings_.max_loss &&
        profit_.total() <= -*settings_.max_loss) {
      state_ = State::Stopping;
      reason_ = "MaxLoss is reached";
    }
    chase_lost_requests(now);
    if (state_ == State::Stopping) return wind_down(now);
    const std::string why_not = why_no_quotes(now);
    if (!why_not.empty()) {
      if (state_ != State::Pulled && state_ != State::WarmUp) ++counters_.pulls;
      if (state_ != State::WarmUp) state_ = State::Pulled;
      reason_ = why_not;
      return pull(now);
    }
    reason_.clear();
    requote(now);
  }

  Settings settings_;
  fixspec::Instrument instrument_;
  std::string id_prefix_;
  State state_ = State::WarmUp;
  std::string reason_ = warming_up;
  Counters counters_;
  std::vector<fixspec::ClientRequest> requests_;

 private:
  static constexpr const char* warming_up = "too little market data yet";

  [[nodiscard]] Decimal tick() const {
    return fixspec::tick_at(instrument_, mid_.value_or(Price{})).value();
  }

  bool is_new(const fixspec::ExecId& exec_id) {
    if (!seen_.insert(exec_id).second) return false;
    seen_in_order_.push_back(exec_id);
    if (seen_in_order_.size() > remembered_ids) {
      seen_.erase(seen_in_order_.front());
      seen_in_order_.pop_front();
    }
    return true;
  }

  void count(Side side, const fixspec::Trade& trade) {
    ++counters_.fills;
    // Without a mid there is nothing that a spread could be earned against.
    if (!mid_) {
      mid_ = trade.last_px;
      profit_.on_mid(*mid_);
    }
    profit_.on_fill(side, trade);
  }

  fixspec::ClOrdId next_id() { return fixspec::ClOrdId{id_prefix_ + std::to_string(++ids_)}; }

  // ---- whether to quote

  [[nodiscard]] std::string why_no_quotes(std::int64_t now) const {
    if (!session_up_) return "the FIX session is down";
    if (!venue_open_) return "the venue is not open";
    if (!top_.valid) return "there is no valid book";
    if (now - book_ns_ > settings_.stale_after_ns) return "market data are stale";
    if (now < paused_until_ns_) return pause_reason_;
    if (!volatility_.is_ready()) return warming_up;
    return {};
  }

  void on_reject(const std::optional<fixspec::RejectDetail>& detail, std::int64_t now) {
    ++counters_.rejects;
    if (detail) pause(*detail, now);
  }

  void pause(const fixspec::RejectDetail& detail, std::int64_t now) {
    // The market came to the quote: the next target is another.
    if (detail.code == fixspec::RejectCode::PostOnlyWouldTake) return;
    if (fixspec::cxl_rej_reason(detail.code) == fixspec::CxlRejReason::TooLateToCancel) return;
    const std::int64_t pause = detail.risk_limit.empty() ? after_reject_ns : after_limit_ns;
    paused_until_ns_ = std::max(paused_until_ns_, now + pause);
    pause_reason_ = "refused: " + detail.text;
  }

  // ---- where to quote

  void requote(std::int64_t now) {
    const auto [bid, ask] = targets();
    if (!bid || !ask) {
      state_ = State::OneSided;
    } else {
      state_ = profit_.position().is_zero() ? State::Quoting : State::Skewed;
    }
    manage(bid_, bid, now);
    manage(ask_, ask, now);
  }

  struct Targets {
    std::optional<Target> bid, ask;
  };
  [[nodiscard]] Targets targets() const {
    const Decimal one = tick();
    const double held = ratio(profit_.position().value(), settings_.order_qty.value());
    const math::Quotes wanted = math::avellaneda_stoikov(
        ratio(mid_->value(), one), held, settings_.risk_aversion, volatility_.per_sqrt_second(),
        settings_.horizon_s, settings_.arrival_decay);
    const double least_half = static_cast<double>(settings_.min_spread_ticks) / 2;
    // Post-only: never at or beyond the other side's best price.
    const std::int64_t best_bid = steps_in(top_.bid.value(), one);
    const std::int64_t best_ask = steps_in(top_.ask.value(), one);
    const auto bid = std::min(static_cast<std::int64_t>(std::floor(
                                  std::min(wanted.bid, wanted.reservation - least_half))),
                              best_ask - 1);
    const auto ask = std::max(
        static_cast<std::int64_t>(std::ceil(std::max(wanted.ask, wanted.reservation + least_half))),
        best_bid + 1);
    Targets result;
    if (const auto qty = sized(room(Side::Buy)); qty && bid > 0) {
      result.bid = Target{Price{times(one, bid)}, *qty};
    }
    if (const auto qty = sized(room(Side::Sell))) {
      result.ask = Target{Price{times(one, ask)}, *qty};
    }
    return result;
  }

  // How much more may be bought or sold.
  [[nodiscard]] Quantity room(Side side) const {
    return side == Side::Buy ? settings_.max_inventory - profit_.position()
                             : settings_.max_inventory + profit_.position();
  }

  // The size of a quote that may fill whole; nullopt where the venue takes nothing so small.
  [[nodiscard]] std::optional<Quantity> sized(Quantity room) const {
    if (!room.is_positive()) return std::nullopt;
    const Decimal step = instrument_.qty_step.value();
    const Quantity qty{times(step, steps_in(std::min(room, settings_.order_qty).value(), step))};
    if (!qty.is_positive() || qty < instrument_.min_qty) return std::nullopt;
    if (instrument_.min_notional && mid_) {
      const auto value = fixspec::notional(instrument_, qty, *mid_);
      if (!value || *value < *instrument_.min_notional) return std::nullopt;
    }
    return qty;
  }

  // Fewer messages than the market moves, cancels apart.
  [[nodiscard]] bool may_speak() const { return counters_.messages() + 1 < counters_.market_moves; }

  void manage(Quote& quote, const std::optional<Target>& target, std::int64_t now) {
    // A late fill of an earlier order may have left less room than the quote was made for.
    if (!target || quote.open_qty() > room(quote.side())) return pull(quote, now);
    if (quote.phase() == Quote::Phase::None) {
      if (!may_speak() || now - quote.changed_ns() < settings_.min_quote_life_ns) return;
      requests_.emplace_back(quote.place(next_id(), *target, now));
      ++counters_.orders;
      return;
    }
    if (quote.phase() != Quote::Phase::Working) return;
    const Decimal distance = (target->price - quote.price()).value().abs();
    const bool moved = distance >= times(tick(), settings_.amend_threshold_ticks);
    if (!moved || !may_speak() || now - quote.changed_ns() < settings_.min_quote_life_ns) return;
    requests_.emplace_back(quote.amend(next_id(), *target, now));
    ++counters_.amends;
  }

  // ---- no quotes

  void pull(std::int64_t now) {
    pull(bid_, now);
    pull(ask_, now);
  }

  void pull(Quote& quote, std::int64_t now) {
    const bool nothing_to_do =
        quote.phase() == Quote::Phase::None || quote.phase() == Quote::Phase::PendingCancel;
    if (nothing_to_do || !session_up_) return;
    if (quote.had_cancel_refused() && now - quote.changed_ns() < cancel_again_ns) return;
    requests_.emplace_back(quote.cancel(next_id(), now));
    ++counters_.cancels;
  }

  // A request that was written when the session broke may never have arrived. What the gateway
  // knows of the order comes as a resend; where nothing came, it is cancelled: the answer tells.
  void chase_lost_requests(std::int64_t now) {
    if (!session_up_) return;
    for (Quote* quote : {&bid_, &ask_}) {
      const std::int64_t since = std::max(quote->changed_ns(), session_ns_);
      if (quote->phase() == Quote::Phase::None || quote->phase() == Quote::Phase::Working ||
          now - since < unanswered_ns) {
        continue;
      }
      if (quote->phase() == Quote::Phase::PendingCancel) quote->give_up_cancel();
      pull(*quote, now);
    }
  }

  void wind_down(std::int64_t now) {
    pull(now);
    if (bid_.phase() != Quote::Phase::None || ask_.phase() != Quote::Phase::None) return;
    const Quantity held = profit_.position();
    if (held.is_zero() || !settings_.flatten_on_exit) {
      state_ = State::Stopped;
      return;
    }
    if (!session_up_) return;
    // Never a second one while the first may still trade: the gateway is asked what became of it.
    if (flatten_id_) return ask_about_flattening(now);
    if (now - flattened_ns_ < flatten_every_ns) return;
    if (++flattened_ > flatten_tries) {
      reason_ += "; the position could not be flattened";
      state_ = State::Stopped;
      return;
    }
    flattened_ns_ = now;
    fixspec::NewOrderSingle order;
    order.cl_ord_id = next_id();
    order.account = settings_.account;
    order.instrument = settings_.instrument;
    order.side = held.is_positive() ? Side::Sell : Side::Buy;
    order.ord_type = fixspec::OrdType::Market;
    order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
    order.order_qty = held.abs();
    order.exec_inst.do_not_increase = true;
    order.exec_inst_text.assign(1, 'E');
    flatten_id_ = order.cl_ord_id;
    ++counters_.orders;
    requests_.emplace_back(std::move(order));
  }

  void ask_about_flattening(std::int64_t now) {
    if (now - std::max(flattened_ns_, asked_ns_) < unanswered_ns) return;
    asked_ns_ = now;
    fixspec::OrderStatusRequest request;
    request.cl_ord_id = flatten_id_;
    request.ord_status_req_id = flatten_id_->to_string();
    requests_.emplace_back(std::move(request));
  }

  TopOfBook top_;
  std::optional<Price> mid_;
  std::int64_t book_ns_ = 0;
  math::Volatility volatility_;
  bool session_up_ = false;
  std::int64_t session_ns_ = 0;
  bool venue_open_ = true;
  std::int64_t paused_until_ns_ = 0;
  std::string pause_reason_;
  Quote bid_{settings_, Side::Buy};
  Quote ask_{settings_, Side::Sell};
  std::optional<fixspec::ClOrdId> flatten_id_;
  std::int64_t flattened_ns_ = -flatten_every_ns;
  std::int64_t asked_ns_ = -unanswered_ns;
  int flattened_ = 0;
  std::uint64_t ids_ = 0;
  std::unordered_set<fixspec::ExecId> seen_;
  std::deque<fixspec::ExecId> seen_in_order_;

 public:
  Profit profit_;
};

MarketMaker::MarketMaker(Settings settings, fixspec::Instrument instrument, std::string id_prefix,
                         Quantity position)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(instrument), std::move(id_prefix),
                                   position)) {}
MarketMaker::~MarketMaker() = default;

void MarketMaker::on_book(const TopOfBook& top, std::int64_t now_ns) {
  impl_->on_book(top, now_ns);
}
void MarketMaker::on_session(bool up, std::int64_t now_ns) { impl_->on_session(up, now_ns); }
void MarketMaker::on_venue(bool open, std::int64_t now_ns) { impl_->on_venue(open, now_ns); }
void MarketMaker::on_report(const fixspec::ExecutionReport& report, std::int64_t now_ns) {
  impl_->on_report(report, now_ns);
}
void MarketMaker::on_cancel_reject(const fixspec::OrderCancelReject& reject, std::int64_t now_ns) {
  impl_->on_cancel_reject(reject, now_ns);
}
void MarketMaker::on_timer(std::int64_t now_ns) { impl_->evaluate(now_ns); }
void MarketMaker::on_earlier_fill(Side side, const fixspec::Trade& trade, std::int64_t now_ns) {
  impl_->on_earlier_fill(side, trade, now_ns);
}
void MarketMaker::on_not_sent(const fixspec::ClientRequest& request) {
  impl_->on_not_sent(request);
}
void MarketMaker::stop(std::int64_t now_ns, const std::string& why) { impl_->stop(now_ns, why); }

std::vector<fixspec::ClientRequest> MarketMaker::take_requests() {
  return std::exchange(impl_->requests_, {});
}
State MarketMaker::state() const { return impl_->state_; }
const std::string& MarketMaker::reason() const { return impl_->reason_; }
const Counters& MarketMaker::counters() const { return impl_->counters_; }
const Profit& MarketMaker::profit() const { return impl_->profit_; }
Quantity MarketMaker::position() const { return impl_->profit_.position(); }

}  // namespace causeway::strategies::market_maker
