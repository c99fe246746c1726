#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"

// What must hold whatever venues say and whatever mistakes we make, looked at while trading goes
// on. What breaks one is told with its values, and new orders stop for the scope that it concerns.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::InstrumentKey;
using fixspec::OrdStatus;
using fixspec::Quantity;
using fixspec::RejectCode;
using translators::OrderUpdate;

namespace {

// Orders looked at with each input.
constexpr int looked_at_once = 1;
// Inputs between two comparisons, besides a few for each instrument.
constexpr std::uint64_t least_rest = 64;
constexpr std::uint64_t rest_for_each = 4;
// Of one order: a stop that has triggered goes on under a second id.
constexpr std::size_t most_ids_of_a_stop = 2;

}  // namespace

// ---- halts
// ---------------------------------------------------------------------------------------

void Engine::halt(Check check, const AccountId& id, const std::optional<InstrumentKey>& instrument,
                  const std::string& why) {
  const bool is_known = std::any_of(halts_.begin(), halts_.end(), [&](const Halt& halt) {
    return halt.check == check && halt.account == id && halt.instrument == instrument;
  });
  if (is_known) return;
  // Two may come of one input; each has a number of its own.
  std::uint64_t number = sequence_;
  for (const Halt& halt : halts_) number = std::max(number, halt.number + 1);
  const std::string scope =
      (instrument ? instrument->symbol.to_string() + " of account " : std::string{"account "}) +
      id.to_string();
  const bool agrees_later = check == Check::PositionMismatch;
  alarm(Alarm::Severity::Critical, std::string{to_text(check)},
        why + ". Halt " + std::to_string(number) + ": new orders on " + scope +
            " are refused, cancels work, until " +
            (agrees_later ? "both agree, or until " : "somebody has looked into it and ") +
            "ClearHalts=" + std::to_string(number) +
            " stands in [DEFAULT] of sessions.cfg when the gateway starts" +
            (agrees_later ? ", which takes the venue's count" : ""));
  halts_.push_back({.number = number,
                    .check = check,
                    .account = id,
                    .instrument = instrument,
                    .why = why,
                    .venue_position = {}});
}

const Halt* Engine::halt_of(Check check, const AccountId& id,
                            const InstrumentKey& instrument) const {
  const auto found = std::find_if(halts_.begin(), halts_.end(), [&](const Halt& halt) {
    return halt.check == check && halt.account == id && halt.instrument == instrument;
  });
  return found == halts_.end() ? nullptr : &*found;
}

void Engine::clear_halts(const std::vector<std::uint64_t>& numbers) {
  std::erase_if(halts_, [&](const Halt& halt) {
    if (std::find(numbers.begin(), numbers.end(), halt.number) == numbers.end()) return false;
    alarm(Alarm::Severity::Warning, "halt_cleared",
          "halt " + std::to_string(halt.number) + " is cleared by ClearHalts: " + halt.why);
    if (halt.check == Check::PositionMismatch) {
      if (const auto found = accounts_.find(halt.account); found != accounts_.end()) {
        found->second.take_position.insert(*halt.instrument);
      }
    }
    return true;
  });
}

// `added_leaves` is what the order, or its replacement, adds to the open quantity of its side.
std::optional<fixspec::RejectDetail> Engine::check_halts(const Order& order,
                                                         Quantity added_leaves) const {
  if (added_leaves.is_zero()) return std::nullopt;
  for (const Halt& halt : halts_) {
    if (halt.account != order.account) continue;
    if (halt.instrument && *halt.instrument != order.instrument) continue;
    const bool is_mismatch = halt.check == Check::PositionMismatch;
    // What can only make the position smaller, by the venue's promise or by both counts.
    if (halt.instrument && order.exec_inst.do_not_increase) continue;
    if (is_mismatch) {
      const auto exposure = exposure_.of(order.account, order.instrument);
      const bool sells = order.side == fixspec::Side::Sell;
      const Quantity working = (sells ? exposure.open_sell : exposure.open_buy) + added_leaves;
      const auto covers = [&](Quantity position) {
        return (sells ? position : -position) >= working;
      };
      if (covers(exposure.position) && covers(halt.venue_position)) continue;
    }
    return refusal(is_mismatch ? RejectCode::PositionMismatch : RejectCode::TradingHalted,
                   "halt " + std::to_string(halt.number) + ", " + halt.why +
                       (is_mismatch ? "; what makes it smaller passes" : ""));
  }
  return std::nullopt;
}

// ---- of a fact
// -----------------------------------------------------------------------------------

// False where the trade was told of another order of ours: it is not counted again.
bool Engine::check_trade_once(Order& order, const translators::Fill& fill) {
  RecentTrades& own = own_trades_[order.account];
  if (own.insert(fill.instrument, fill.trade.trade_id, fill.side, order.number)) return true;
  const auto number = own.find(fill.instrument, fill.trade.trade_id, fill.side);
  if (number == order.number) return true;
  const Order* const other = orders_.by_number(*number);
  halt(Check::TradeTwice, order.account, order.instrument,
       "the venue told trade " + fill.trade.trade_id.to_string() + " of order " +
           (other == nullptr ? std::string{"that has ended"} : other->order_id.to_string()) +
           " and again of order " + order.order_id.to_string() + "; it is counted once");
  return false;
}

void Engine::check_filled(const Order& order) {
  if (order.cum_qty <= order.order_qty) return;
  if (order.replace && order.cum_qty <= order.replace->order_qty) return;
  halt(Check::Overfill, order.account, order.instrument,
       "order " + order.order_id.to_string() + " has filled " + order.cum_qty.to_string() + " of " +
           order.order_qty.to_string());
}

// Before a picture is applied. A stop is two orders at some venues, each with a count of its own.
void Engine::check_picture(const Order& order, const OrderUpdate& update) {
  if (fixspec::has_stop_px(order.ord_type)) return;
  const bool is_newer = update.venue_time > order.last_venue_time;
  const bool fell = is_newer && update.cum_qty < order.venue_cum_qty;
  const bool ends_below = is_newer && is_end(update.state) && update.cum_qty < order.cum_qty;
  if (!fell && !ends_below) return;
  halt(Check::CumQtyFell, order.account, order.instrument,
       "the venue counts " + update.cum_qty.to_string() + " of order " +
           order.order_id.to_string() + " as filled and had told of " +
           std::max(order.venue_cum_qty, order.cum_qty).to_string());
}

void Engine::learn_venue_order_id(Order& order, const fixspec::VenueOrderId& venue_order_id) {
  if (venue_order_id.empty() || order.venue_order_id == venue_order_id) return;
  drop_external(order.account, venue_order_id);
  orders_.set_venue_order_id(order, venue_order_id);
  const std::size_t most = fixspec::has_stop_px(order.ord_type) ? most_ids_of_a_stop : 1;
  if (order.venue_order_ids.size() <= most) return;
  halt(Check::SecondVenueOrder, order.account, std::nullopt,
       "the venue has orders " + order.venue_order_ids.front().to_string() + " and " +
           venue_order_id.to_string() + " under the client id " + order.client_id.to_string() +
           " of order " + order.order_id.to_string());
}

// ---- what is reserved
// ----------------------------------------------------------------------------

// The one place that changes the reservation of an open order.
void Engine::set_reserved(Order& order, Quantity reserved) {
  const Quantity difference = reserved - order.reserved;
  exposure_.reserve(order.terms(), difference);
  order.reserved = reserved;
  add_to_sweep(order, difference);
}

void Engine::open_exposure(Order& order) {
  order.counted_open = true;
  order.reserved = Quantity{};
  exposure_.open(order.terms(), order.reserved);
  set_reserved(order, order.to_reserve());
}

void Engine::add_to_sweep(const Order& order, Quantity difference) {
  if (order.number > sweep_.passed) return;
  auto& sums = sweep_.sums[{order.account, order.instrument}];
  (order.side == fixspec::Side::Buy ? sums.buy : sums.sell) += difference;
}

void Engine::sweep_reservations() {
  if (sweep_.rest > 0) {
    --sweep_.rest;
    return;
  }
  auto next = orders_.open().upper_bound(sweep_.passed);
  for (int i = 0; i < looked_at_once; ++i, ++next) {
    if (next == orders_.open().end()) return finish_sweep();
    const Order& order = *orders_.by_number(*next);
    sweep_.passed = order.number;
    if (order.counted_open) add_to_sweep(order, order.to_reserve());
  }
}

void Engine::finish_sweep() {
  for (const auto& [id, orders] : external_orders_) {
    for (const auto& [venue_order_id, order] : orders) {
      auto& sums = sweep_.sums[{id, order.shown.instrument}];
      (order.shown.side == fixspec::Side::Buy ? sums.buy : sums.sell) += order.reserved;
    }
  }
  // In an order of their own, so that a replay numbers halts alike.
  std::set<ReservationSweep::Key> differing;
  exposure_.for_each([&](const AccountId& id, const InstrumentKey& instrument,
                         const risk::InstrumentExposure& exposure) {
    const ReservationSweep::Key key{id, instrument};
    const auto sums = sweep_.sums.find(key);
    const auto filled = fill_sums_.find(key);
    const auto expected = sums == sweep_.sums.end() ? ReservationSweep::Sums{} : sums->second;
    if (expected.buy != exposure.open_buy || expected.sell != exposure.open_sell ||
        (filled == fill_sums_.end() ? Quantity{} : filled->second) != exposure.position) {
      differing.insert(key);
    }
  });
  for (const auto& key : differing) books_differ(key);
  sweep_ = {};
  sweep_.rest = least_rest + rest_for_each * exposure_.instruments();
}

void Engine::books_differ(const ReservationSweep::Key& key) {
  const auto& [id, instrument] = key;
  const auto exposure = exposure_.of(id, instrument);
  const ReservationSweep::Sums sums = sweep_.sums[key];
  if (sums.buy != exposure.open_buy || sums.sell != exposure.open_sell) {
    halt(Check::ReservedRisk, id, instrument,
         "the open orders on " + instrument.symbol.to_string() + " come to " +
             sums.buy.to_string() + " to buy and " + sums.sell.to_string() +
             " to sell, and risk counts " + exposure.open_buy.to_string() + " and " +
             exposure.open_sell.to_string());
  }
  if (fill_sums_[key] != exposure.position) {
    halt(Check::FillSum, id, instrument,
         "the fills on " + instrument.symbol.to_string() + " come to a position of " +
             fill_sums_[key].to_string() + ", and risk counts " + exposure.position.to_string());
  }
}

}  // namespace causeway::gateway::engine
