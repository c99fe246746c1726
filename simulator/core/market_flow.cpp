#include "simulator/core/market_flow.hpp"

#include <algorithm>

namespace causeway::simulator::core {
namespace {

constexpr std::size_t levels = 10;          // quotes on each side
constexpr int most_steps_at_once = 20;      // after a gap
constexpr std::uint64_t option_every = 10;  // options are requoted once a second
constexpr std::int64_t pull = 50'000;       // how weakly the walk returns to where it began
constexpr int walk_terms = 3;
constexpr int index_decimals = 2;

}  // namespace

MarketFlow::MarketFlow(Exchange& exchange, std::uint64_t seed)
    : exchange_(exchange), random_(seed), quotes_(exchange.config().instruments.size()) {}

void MarketFlow::start(UtcNanos now) {
  const auto& underlyings = exchange_.config().underlyings;
  for (UnderlyingIndex at = 0; at < underlyings.size(); ++at) {
    exchange_.set_index(at, underlyings[at].index, now);
  }
  for (InstrumentIndex at = 0; at < quotes_.size(); ++at) requote(at, now);
  next_step_ = now + step_interval;
}

void MarketFlow::resume(UtcNanos now) {
  paused_ = false;
  next_step_ = now + step_interval;
}

void MarketFlow::advance(UtcNanos now) {
  if (paused_) return;
  for (int made = 0; next_step_ <= now && made < most_steps_at_once; ++made) {
    step(now);
    next_step_ += step_interval;
  }
  if (next_step_ <= now) next_step_ = now + step_interval;
}

void MarketFlow::step(UtcNanos now) {
  ++steps_;
  for (UnderlyingIndex at = 0; at < exchange_.config().underlyings.size(); ++at) walk(at, now);
  for (InstrumentIndex at = 0; at < quotes_.size(); ++at) {
    const bool option = exchange_.instrument(at).is_option();
    if (option && steps_ % option_every != 0) continue;
    requote(at, now);
    if (random_.chance(option ? 10 : 40)) take(at, now);
  }
}

void MarketFlow::walk(UnderlyingIndex at, UtcNanos now) {
  const auto& spec = exchange_.config().underlyings[at];
  const auto cent = dec("0.01");
  const auto reach = static_cast<std::int64_t>(spec.step.value().units() / cent.units());
  std::int64_t move = 0;
  for (int term = 0; term < walk_terms; ++term) move += random_.between(-reach, reach);
  const Price before = exchange_.index(at);
  const auto back = scaled((spec.index - before).value(), 1, pull);
  const auto after = rounded(before.value() + scaled(cent, move, 1) + back, index_decimals,
                             fixspec::Rounding::HalfEven);
  exchange_.set_index(at, Price{std::max(after, cent)}, now);
}

Quantity MarketFlow::random_amount(const InstrumentSpec& spec, std::int64_t low,
                                   std::int64_t high) {
  const auto wanted = scaled(spec.quote_amount.value(), random_.between(low, high), 100);
  return Quantity{std::max(floor_to(wanted, spec.amount_step.value()), spec.amount_step.value())};
}

// Every level that no longer stands where it should, or was eaten, is cancelled; then the missing
// ones are placed. A new quote may meet a client's order: that is how the market moves through it.
void MarketFlow::requote(InstrumentIndex at, UtcNanos now) {
  const auto& spec = exchange_.instrument(at);
  if (spec.expires != 0 && now >= spec.expires) return clear(at, now);
  const Price mark = exchange_.quote(at).mark;
  const Decimal tick = spec.tick_at(mark).value();
  const auto spread = random_.between(0, 1);
  struct Wanted {
    Side side;
    Price price;
    OrderNumber* slot;
  };
  std::vector<Wanted> missing;
  for (const Side side : {Side::Buy, Side::Sell}) {
    auto& slots = side == Side::Buy ? quotes_[at].bids : quotes_[at].asks;
    slots.resize(levels);
    const Decimal touch = side == Side::Buy
                              ? floor_to(mark.value(), tick) - scaled(tick, spread, 1)
                              : ceil_to(mark.value(), tick) + scaled(tick, 1 + spread, 1);
    for (std::size_t level = 0; level < levels; ++level) {
      const auto distance = scaled(tick, static_cast<std::int64_t>(level * (level + 1) / 2), 1);
      const Price price{side == Side::Buy ? touch - distance : touch + distance};
      const Order* standing = exchange_.find_order(house, slots[level]);
      if (standing != nullptr && standing->price == price) continue;
      if (standing != nullptr) {
        (void)exchange_.cancel(house, slots[level], CancelReason::UserRequest, now);
      }
      slots[level] = 0;
      if (price.value() >= tick) missing.push_back({side, price, &slots[level]});
    }
  }
  for (const auto& [side, price, slot] : missing) {
    const auto placed = exchange_.submit({.account = house,
                                          .instrument = at,
                                          .side = side,
                                          .type = OrderType::Limit,
                                          .amount = random_amount(spec, 20, 200),
                                          .price = price},
                                         now);
    if (placed) *slot = *placed;
  }
}

void MarketFlow::take(InstrumentIndex at, UtcNanos now) {
  const auto& spec = exchange_.instrument(at);
  const Side side = random_.chance(50) ? Side::Buy : Side::Sell;
  const Quantity amount = random_amount(spec, 10, 400);
  const auto best = exchange_.book(at).best_price(fixspec::opposite(side));
  if (!best || (spec.expires != 0 && now >= spec.expires)) return;
  const Decimal reach = scaled(spec.tick_at(*best).value(), 4, 1);
  const Price limit{side == Side::Buy ? best->value() + reach : best->value() - reach};
  if (!limit.is_positive()) return;
  (void)exchange_.submit({.account = house,
                          .instrument = at,
                          .side = side,
                          .type = OrderType::Limit,
                          .amount = amount,
                          .price = limit,
                          .time_in_force = TimeInForce::ImmediateOrCancel},
                         now);
}

void MarketFlow::set_index(UnderlyingIndex at, Price price, UtcNanos now) {
  exchange_.set_index(at, price, now);
  if (paused_) return;
  for (InstrumentIndex i = 0; i < quotes_.size(); ++i) {
    if (exchange_.instrument(i).underlying == at) requote(i, now);
  }
}

void MarketFlow::clear(InstrumentIndex at, UtcNanos now) {
  for (auto* slots : {&quotes_[at].bids, &quotes_[at].asks}) {
    for (auto& slot : *slots) {
      (void)exchange_.cancel(house, slot, CancelReason::UserRequest, now);
      slot = 0;
    }
  }
}

void MarketFlow::step_aside(InstrumentIndex at, Side side, Price price, UtcNanos now) {
  std::vector<OrderNumber> in_the_way;
  const Side against = fixspec::opposite(side);
  for (const auto& [key, level] : exchange_.book(at).levels(against)) {
    if (!OrderBook::crosses(side, price, OrderBook::price(against, key))) break;
    for (const Order* order = level.first; order != nullptr; order = order->queue_next) {
      if (order->request.account == house) in_the_way.push_back(order->number);
    }
  }
  for (const auto number : in_the_way) {
    (void)exchange_.cancel(house, number, CancelReason::UserRequest, now);
  }
}

Result<OrderNumber, Refusal> MarketFlow::place(InstrumentIndex at, Side side, Quantity amount,
                                               Price price, UtcNanos now) {
  step_aside(at, side, price, now);
  return exchange_.submit({.account = house,
                           .instrument = at,
                           .side = side,
                           .type = OrderType::Limit,
                           .amount = amount,
                           .price = price},
                          now);
}

Result<Quantity, Refusal> MarketFlow::trade(InstrumentIndex at, Side side, Quantity amount,
                                            std::optional<Price> price, UtcNanos now) {
  if (price) step_aside(at, side, *price, now);
  const Quantity before = exchange_.quote(at).volume;
  const auto order = exchange_.submit({.account = house,
                                       .instrument = at,
                                       .side = side,
                                       .type = price ? OrderType::Limit : OrderType::Market,
                                       .amount = amount,
                                       .price = price,
                                       .time_in_force = TimeInForce::ImmediateOrCancel},
                                      now);
  if (!order) return Unexpected{order.error()};
  return exchange_.quote(at).volume - before;
}

}  // namespace causeway::simulator::core
