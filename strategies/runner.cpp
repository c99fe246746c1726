#include "strategies/runner.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "strategies/client/words.hpp"
#include "strategies/inventory.hpp"
#include "strategies/takeover.hpp"

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

// Begins every ClOrdID(11) of a strategy.
std::string prefix_of(const std::string& name) { return name + "-"; }

// Begins those of one run: two runs are never of the same millisecond, since the numbers file is
// locked by one.
std::string unique_prefix(const std::string& name) {
  const auto now =
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  return prefix_of(name) + std::to_string(now.count()) + "-";
}

Inventory open_inventory(const client::Settings& client, const market_maker::Settings& settings) {
  const std::filesystem::path numbers{client.numbers_file};
  const std::string folder = numbers.has_parent_path() ? numbers.parent_path().string() : ".";
  const std::string session = client.comp_id + "-" + client.gateway_comp_id;
  const fixspec::Symbol& symbol = settings.instrument.symbol;
  return Inventory{inventory_file(folder, session, symbol, settings.account), symbol,
                   settings.account, prefix_of(settings.name)};
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
        client_(client, [this](const auto& event) { on_event(event); }),
        inventory_(open_inventory(client, settings)) {}

  Result<RunResult, Error> operator()() {
    if (auto up = client_.connect(); !up) return Unexpected{up.error()};
    if (auto found = find_instrument(); !found) return Unexpected{found.error()};
    if (auto taken = take_over(); !taken) return Unexpected{taken.error()};
    maker_.emplace(settings_, *instrument_, run_prefix_, inventory_.position());
    print_("quotes " + settings_.instrument.symbol.to_string() + " on account " +
           settings_.account.to_string() + ", " + settings_.order_qty.to_string() +
           " a side, at most " + settings_.max_inventory.to_string() + " held; holds " +
           inventory_.position().to_string() + " from earlier runs");
    tell_venue();
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

  // Nothing of an earlier run still works, and what it filled is counted.
  Result<fixspec::Done, Error> take_over() {
    takeover_.emplace(
        fixspec::InstrumentRef{.symbol = instrument_->key.symbol, .venue = instrument_->key.venue},
        inventory_, run_prefix_, now_ns());
    while (!takeover_->is_done()) {
      for (const fixspec::ClientRequest& request : takeover_->take_requests()) {
        // Where it is not sent the session is down, which ends this.
        if (auto sent = client_.send(request); !sent) break;
      }
      client_.poll(milliseconds{20});
      takeover_->on_timer(now_ns());
      if (!client_.is_logged_on()) {
        return Unexpected{Error{"the session ended before earlier runs' orders were seen to: " +
                                client_.disconnect_reason()}};
      }
      if (!takeover_->error().empty()) return Unexpected{Error{takeover_->error()}};
      if (!inventory_.problem().empty()) {
        return Unexpected{Error{"the inventory cannot be written: " + inventory_.problem()}};
      }
      if (stop_) {
        return Unexpected{
            Error{"asked to stop before earlier runs' orders were seen to have ended"}};
      }
    }
    takeover_.reset();
    return fixspec::Done{};
  }

  // The session is up: the prices are asked for.
  void begin() {
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
      if ((stop_ || failed_) && !stop_by) {
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
    if (auto up = client_.connect(); !up) {
      // Once a reason: it is tried every second.
      if (up.error().text != refusal_) print_(up.error().text);
      refusal_ = up.error().text;
      return;
    }
    refusal_.clear();
    was_up_ = true;
    print_("logged on again");
    begin();
  }

  // Each request is sent, or the market maker is told that it was not.
  void send() {
    for (const fixspec::ClientRequest& request : maker_->take_requests()) {
      if (!send(request)) maker_->on_not_sent(request);
    }
  }

  // False where it was not sent. After a break in the middle of it nobody knows: then the session
  // brings it again when it goes on, or the market maker asks.
  bool send(const fixspec::ClientRequest& request) {
    if (!client_.is_logged_on()) return false;
    const auto* order = std::get_if<fixspec::NewOrderSingle>(&request);
    if (order != nullptr) {
      if (auto written = inventory_.on_order(*order); !written) {
        fail(written.error().text);
        return false;
      }
    }
    (void)client_.send(request);
    return true;
  }

  // It cannot go on: what is open is cancelled and it ends.
  void fail(const std::string& why) {
    failed_ = true;
    maker_->stop(now_ns(), why);
  }

  void on_event(const client::Event& event) {
    hear(event);
    if (!maker_ || failed_ || inventory_.position() == maker_->position()) return;
    fail("the fills that were told add up to " + maker_->position().to_string() +
         ", the orders' CumQty to " + inventory_.position().to_string());
  }

  void hear(const client::Event& event) {
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
    const std::int64_t now = now_ns();
    count(event.body, now);
    if (takeover_) takeover_->on_event(event, now);
    if (const auto* venue = std::get_if<fixspec::TradingSessionStatus>(&event.body)) {
      venue_is_open_[venue->venue] = venue->status == fixspec::TradSesStatus::Open;
      tell_venue();
    }
    if (!maker_) return;
    if (const auto* snapshot = std::get_if<client::MarketDataSnapshot>(&event.body)) {
      maker_->on_book(top_of(*snapshot), now);
    } else if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
      maker_->on_report(*report, now);
    } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
      maker_->on_cancel_reject(*reject, now);
    } else if (!std::holds_alternative<fixspec::OrderMassCancelReport>(event.body) &&
               !std::holds_alternative<fixspec::TradingSessionStatus>(event.body)) {
      print_(client::in_words(event.body));
    }
  }

  // What was told of the venue, also before there was a market maker.
  void tell_venue() {
    if (!maker_ || !instrument_) return;
    const auto told = venue_is_open_.find(instrument_->key.venue);
    if (told != venue_is_open_.end()) maker_->on_venue(told->second, now_ns());
  }

  // Before anybody else hears of it.
  void count(const client::EventBody& event, std::int64_t now) {
    if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event)) {
      inventory_.on_cancel_reject(*reject);
    }
    const auto* report = std::get_if<fixspec::ExecutionReport>(&event);
    if (report == nullptr) return;
    const fixspec::Quantity change = inventory_.on_report(*report);
    if (!maker_) return;
    if (!inventory_.problem().empty()) {
      fail("the inventory cannot be written: " + inventory_.problem());
    }
    const bool of_this_run =
        report->cl_ord_id.view().starts_with(run_prefix_) ||
        (report->orig_cl_ord_id && report->orig_cl_ord_id->view().starts_with(run_prefix_));
    if (of_this_run || change.is_zero() || !report->trade || !report->side) return;
    print_("an order of an earlier run filled late: " + client::in_words(event));
    maker_->on_earlier_fill(*report->side, *report->trade, now);
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
            .failed = failed_,
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
  std::map<fixspec::Venue, bool> venue_is_open_;
  std::optional<Takeover> takeover_;
  std::optional<MarketMaker> maker_;
  std::string run_prefix_ = unique_prefix(settings_.name);
  bool failed_ = false;
  bool was_up_ = true;
  std::string refusal_;  // of the newest logon that failed
  int subscriptions_ = 0;
  Clock::time_point next_attempt_{};
  client::Client client_;
  Inventory inventory_;  // after the client, which lets nobody else have its session
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
