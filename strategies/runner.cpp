#include "strategies/runner.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "strategies/client/words.hpp"

namespace causeway::strategies {
namespace {

using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;
using market_maker::MarketMaker;
using market_maker::State;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr seconds patience{15};      // for the instrument list
constexpr seconds winding_down{30};  // after it was asked to stop
constexpr seconds reconnect_every{1};
constexpr seconds status_every{5};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

std::string unique_prefix(const std::string& name) {
  const auto seconds_now =
      std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch());
  return name + "-" + std::to_string(seconds_now.count()) + "-";
}

market_maker::TopOfBook top_of(const client::MarketDataSnapshot& snapshot) {
  market_maker::TopOfBook top;
  bool bid = false, ask = false;
  for (const client::MarketDataEntry& entry : snapshot.entries) {
    if (entry.type == '0' && !bid) {
      bid = true;
      top.bid = fixspec::Price{entry.price};
      top.bid_qty = entry.size.value_or(fixspec::Quantity{});
    } else if (entry.type == '1' && !ask) {
      ask = true;
      top.ask = fixspec::Price{entry.price};
      top.ask_qty = entry.size.value_or(fixspec::Quantity{});
    }
  }
  top.valid = bid && ask;
  return top;
}

class Run {
 public:
  Run(const client::Settings& client, const market_maker::Settings& settings,
      const std::atomic<bool>& stop, const std::function<void(const std::string&)>& print)
      : settings_(settings),
        stop_(stop),
        print_(print),
        client_(client, [this](const auto& event) { on_event(event); }) {}

  Result<RunResult, Error> operator()() {
    if (auto up = client_.connect(); !up) return Unexpected{up.error()};
    if (auto found = find_instrument(); !found) return Unexpected{found.error()};
    maker_.emplace(settings_, *instrument_, unique_prefix(settings_.name));
    print_("quotes " + settings_.instrument.symbol.to_string() + " on account " +
           settings_.account.to_string() + ", " + settings_.order_qty.to_string() +
           " a side, at most " + settings_.max_inventory.to_string() + " held");
    begin();
    loop();
    client_.logout();
    return result();
  }

 private:
  Result<fixspec::Done, Error> find_instrument() {
    if (auto asked = client_.request_instruments("instruments"); !asked) return asked;
    const auto until = Clock::now() + patience;
    // A venue that is still connecting has no instruments yet.
    while (!instrument_ && Clock::now() < until && !stop_) {
      listed_ = false;
      client_.run_until([this] { return listed_ || instrument_ || stop_; }, seconds{2});
      if (instrument_) break;
      client_.run_until([this] { return stop_.load(); }, milliseconds{500});
      if (auto asked = client_.request_instruments("instruments"); !asked) return asked;
    }
    if (instrument_) return fixspec::Done{};
    return Unexpected{Error{"the gateway lists no instrument " +
                            settings_.instrument.symbol.to_string() + " for this session"}};
  }

  // The session is up: nothing of an earlier run may still work, and the prices are asked for.
  void begin() {
    if (!has_begun_) {
      fixspec::OrderMassCancelRequest cancel;
      cancel.cl_ord_id = fixspec::ClOrdId{unique_prefix(settings_.name) + "Q"};
      (void)client_.send(cancel);
      has_begun_ = true;
    }
    (void)client_.request_best_prices("prices-" + std::to_string(++subscriptions_),
                                      settings_.instrument);
    maker_->on_session(true, now_ns());
  }

  void loop() {
    auto next_status = Clock::now() + status_every;
    std::optional<Clock::time_point> stop_by;
    while (maker_->state() != State::Stopped) {
      if (!client_.is_logged_on()) reconnect();
      if (client_.is_logged_on()) client_.poll(milliseconds{20});
      if (stop_ && !stop_by) {
        maker_->stop(now_ns());
        stop_by = Clock::now() + winding_down;
      }
      maker_->on_timer(now_ns());
      send();
      if (stop_by && Clock::now() > *stop_by) break;
      if (Clock::now() >= next_status) {
        print_(status());
        next_status += status_every;
      }
    }
  }

  void reconnect() {
    if (was_up_) {
      print_("the session ended: " + client_.disconnect_reason());
      was_up_ = false;
      maker_->on_session(false, now_ns());
    }
    if (Clock::now() < next_attempt_) {
      client_.poll(milliseconds{20});
      return;
    }
    next_attempt_ = Clock::now() + reconnect_every;
    if (!client_.connect()) return;
    was_up_ = true;
    print_("logged on again");
    begin();
  }

  void send() {
    for (const fixspec::ClientRequest& request : maker_->take_requests()) {
      // Where it is not sent the session is down; the market maker hears of that in reconnect().
      if (!client_.send(request)) return;
    }
  }

  void on_event(const client::Event& event) {
    if (const auto* list = std::get_if<client::SecurityList>(&event.body)) {
      for (const fixspec::Instrument& instrument : list->instruments) {
        const bool same_venue =
            !settings_.instrument.venue || instrument.key.venue == *settings_.instrument.venue;
        if (instrument.key.symbol == settings_.instrument.symbol && same_venue) {
          instrument_ = instrument;
        }
      }
      listed_ = list->last;
      return;
    }
    if (!maker_) return;
    const std::int64_t now = now_ns();
    if (const auto* snapshot = std::get_if<client::MarketDataSnapshot>(&event.body)) {
      maker_->on_book(top_of(*snapshot), now);
    } else if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
      maker_->on_report(*report, now);
    } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
      maker_->on_cancel_reject(*reject, now);
    } else if (const auto* venue = std::get_if<fixspec::TradingSessionStatus>(&event.body)) {
      if (instrument_ && venue->venue == instrument_->key.venue) {
        maker_->on_venue(venue->status == fixspec::TradSesStatus::Open, now);
      }
    } else if (!std::holds_alternative<fixspec::OrderMassCancelReport>(event.body)) {
      print_(client::in_words(event.body));
    }
  }

  [[nodiscard]] std::string status() const {
    const auto& profit = maker_->profit();
    const auto& counters = maker_->counters();
    std::string text{market_maker::to_text(maker_->state())};
    if (!maker_->reason().empty()) text += " (" + maker_->reason() + ")";
    return text + ", holds " + maker_->position().to_string() + ", profit " +
           profit.total().to_string() + " " + profit.currency().to_string() + ", " +
           std::to_string(counters.fills) + " fills, " + std::to_string(counters.messages()) +
           " messages for " + std::to_string(counters.market_moves) + " moves of the market";
  }

  [[nodiscard]] RunResult result() const {
    const auto& profit = maker_->profit();
    return {.state = maker_->state(),
            .reason = maker_->reason(),
            .counters = maker_->counters(),
            .currency = profit.currency().to_string(),
            .spread_earned = profit.spread_earned().to_string(),
            .inventory = profit.inventory().to_string(),
            .fees = profit.fees().to_string(),
            .total = profit.total().to_string(),
            .by_cash = profit.by_cash().to_string(),
            .position = maker_->position().to_string()};
  }

  const market_maker::Settings& settings_;
  const std::atomic<bool>& stop_;
  const std::function<void(const std::string&)>& print_;
  std::optional<fixspec::Instrument> instrument_;
  bool listed_ = false;
  std::optional<MarketMaker> maker_;
  bool has_begun_ = false;
  bool was_up_ = true;
  int subscriptions_ = 0;
  Clock::time_point next_attempt_{};
  client::Client client_;
};

}  // namespace

std::string to_text(const RunResult& result) {
  const auto& counters = result.counters;
  return std::string{market_maker::to_text(result.state)} +
         (result.reason.empty() ? "" : ": " + result.reason) + "\nprofit " + result.total + " " +
         result.currency + " = spread " + result.spread_earned + " + inventory " +
         result.inventory + " + fees " + result.fees + "\ncash and position at the mid " +
         result.by_cash + " " + result.currency + "\nposition " + result.position + "\n" +
         std::to_string(counters.fills) + " fills, " + std::to_string(counters.orders) +
         " orders, " + std::to_string(counters.amends) + " amends, " +
         std::to_string(counters.cancels) + " cancels, " + std::to_string(counters.rejects) +
         " rejects: " + std::to_string(counters.messages()) + " messages for " +
         std::to_string(counters.market_moves) + " moves of the market\n";
}

Result<RunResult, Error> run_market_maker(const client::Settings& client,
                                          const market_maker::Settings& settings,
                                          const std::atomic<bool>& stop,
                                          const std::function<void(const std::string&)>& print) {
  return Run{client, settings, stop, print}();
}

}  // namespace causeway::strategies
