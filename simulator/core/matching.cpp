// How an Exchange matches, amends and triggers.
#include "fixspec/assert.hpp"
#include "simulator/core/exchange.hpp"
#include "simulator/core/option_model.hpp"

namespace causeway::simulator::core {
namespace {

constexpr std::size_t trades_kept = 1000;  // per instrument, for public queries
constexpr int mark_decimals = 4;

int direction_of(Price price, Price last, int previous) {
  if (price > last) return 0;
  if (price < last) return 2;
  return previous < 2 ? 1 : 3;
}

// What a maker may still do: a reduce-only order no more than its account's position.
Quantity usable(const Order& maker, const Account& account) {
  const auto& request = maker.request;
  if (!request.only_reduces() || request.account == house) return maker.remaining();
  const Quantity held = account.position(request.instrument, request.position_side).size;
  const bool reduces = request.side == Side::Buy ? held.value().is_negative() : held.is_positive();
  if (!reduces) return {};
  return std::min(maker.remaining(), Quantity{held.value().abs()});
}

}  // namespace

void Exchange::match(Order& taker, Price limit, UtcNanos now) {
  const auto& request = taker.request;
  const auto& book = books_[request.instrument];
  while (taker.state == OrderState::Open) {
    Order* maker = book.best(fixspec::opposite(request.side));
    if (maker == nullptr || !OrderBook::crosses(request.side, limit, maker->price)) return;
    Quantity wanted = taker.remaining();
    if (request.account != house && request.only_reduces()) {
      wanted = std::min(wanted, reducible(request));
      if (!wanted.is_positive()) {
        return close(taker, OrderState::Cancelled, CancelReason::ReduceOnly, now);
      }
    }
    if (prevent_self_trade(taker, *maker, now)) continue;
    const Quantity offered = usable(*maker, accounts_[maker->request.account]);
    if (!offered.is_positive()) {
      unrest(*maker);
      close(*maker, OrderState::Cancelled, CancelReason::ReduceOnly, now);
      continue;
    }
    fill(taker, *maker, std::min(wanted, offered), now);
  }
}

// True where the two are of one account and one of them, or both, went without a trade.
bool Exchange::prevent_self_trade(Order& taker, Order& maker, UtcNanos now) {
  const auto mode = taker.request.self_trade;
  if (taker.request.account == house || maker.request.account != taker.request.account) {
    return false;
  }
  if (mode == SelfTrade::Allow) return false;
  if (mode != SelfTrade::CancelTaker) {
    unrest(maker);
    close(maker, OrderState::Cancelled, CancelReason::SelfTrade, now);
  }
  if (mode == SelfTrade::CancelTaker || mode == SelfTrade::CancelBoth) {
    close(taker, OrderState::Cancelled, CancelReason::SelfTrade, now);
  }
  return true;
}

void Exchange::fill(Order& taker, Order& maker, Quantity amount, UtcNanos now) {
  const InstrumentIndex at = taker.request.instrument;
  auto& quote = quotes_[at];
  auto& recent = trades_[at];
  const int previous = recent.empty() ? 0 : recent.back().tick_direction;
  const Trade trade{.number = next_trade_++,
                    .instrument = at,
                    .sequence = ++trade_sequences_[at],
                    .price = maker.price,
                    .amount = amount,
                    .taker_side = taker.request.side,
                    .tick_direction = direction_of(maker.price, quote.last, previous),
                    .mark = quote.mark,
                    .index = indexes_[instrument(at).underlying],
                    .time = now};
  recent.push_back(trade);
  if (recent.size() > trades_kept) recent.pop_front();
  quote.last = trade.price;
  quote.high = std::max(quote.high, trade.price);
  quote.low = std::min(quote.low, trade.price);
  quote.volume += amount;
  quote.turnover += times(amount.value(), trade.price.value());
  events_.push_back({.operation = operation_, .what = Traded{trade}});

  books_[at].reduce(maker, amount);
  reserve(maker, amount, false);
  for (Order* order : {&taker, &maker}) {
    order->filled += amount;
    order->filled_value += times(amount.value(), trade.price.value());
    order->updated = now;
  }
  if (!has_limit_price(taker.request.type)) taker.price = trade.price;
  const bool maker_done = maker.remaining().is_zero();
  if (maker_done)
    unrest(maker);
  else
    level_changed(maker);
  execute(taker, trade, false);
  execute(maker, trade, true);
  if (maker_done) close(maker, OrderState::Filled, CancelReason::None, now);
  if (taker.remaining().is_zero()) close(taker, OrderState::Filled, CancelReason::None, now);
  trigger_checks_.push_back(at);
}

void Exchange::execute(Order& order, const Trade& trade, bool maker) {
  const auto& request = order.request;
  const auto booking =
      accounts_[request.account].book(instrument(trade.instrument), trade.instrument, request.side,
                                      trade.amount, trade.price, maker, request.position_side);
  accounts_[request.account].position(trade.instrument, request.position_side).changed = trade.time;
  if (request.account == house) return;
  touch(order);
  Execution execution{.trade = trade,
                      .account = request.account,
                      .order = order.number,
                      .side = request.side,
                      .maker = maker,
                      .fee = booking.fee,
                      .profit_loss = booking.profit_loss,
                      .state = order.remaining().is_zero() ? OrderState::Filled : OrderState::Open,
                      .order_filled = order.filled,
                      .label = request.label,
                      .type = request.type,
                      .post_only = request.post_only != PostOnly::No,
                      .reduce_only = request.reduce_only};
  executions_.push_back(execution);
  events_.push_back({.operation = operation_, .what = Executed{std::move(execution)}});
}

Result<Done, Refusal> Exchange::amend(AccountId account_id, OrderNumber number,
                                      const Amendment& amendment, UtcNanos now) {
  Order* order = find(number);
  if (order == nullptr) return Unexpected{Refusal{RefusalCode::OrderNotFound, {}}};
  if (order->request.account != account_id) return Unexpected{Refusal{RefusalCode::NotOwner, {}}};
  if (is_closed(order->state)) return Unexpected{Refusal{RefusalCode::NotOpen, {}}};

  OrderRequest changed = order->request;
  if (order->request.type == OrderType::MarketLimit) {
    changed.type = OrderType::Limit;
    changed.price = order->price;
  }
  if (amendment.amount) changed.amount = *amendment.amount;
  if (amendment.price && has_limit_price(changed.type)) changed.price = amendment.price;
  if (amendment.trigger_price) changed.trigger_price = amendment.trigger_price;
  if (amendment.post_only) changed.post_only = *amendment.post_only;
  if (amendment.reduce_only) changed.reduce_only = *amendment.reduce_only;
  if (amendment.self_trade) changed.self_trade = *amendment.self_trade;

  begin_operation();
  // While its terms are checked, what the order itself reserves is not counted.
  const bool standing = order->state == OrderState::Open;
  if (standing) reserve(*order, order->remaining(), false);
  const auto refusal = check_amendment(*order, changed);
  if (standing) reserve(*order, order->remaining(), true);
  if (refusal) {
    if (refusal->code == RefusalCode::PostOnlyWouldTake) {
      unrest(*order);
      close(*order, OrderState::Cancelled, CancelReason::PostOnlyEdit, now);
    }
    end_operation();
    return Unexpected{*refusal};
  }
  if (standing) {
    amend_open(*order, changed, now);
  } else {
    amend_waiting(*order, changed, now);
  }
  end_operation();
  run_triggers(now);
  return Done{};
}

void Exchange::amend_waiting(Order& order, const OrderRequest& changed, UtcNanos now) {
  order.request = changed;
  order.price = changed.price.value_or(Price{});
  order.replaced = true;
  ++order.amendments;
  order.updated = now;
  touch(order);
}

void Exchange::amend_open(Order& order, const OrderRequest& changed, UtcNanos now) {
  order.replaced = true;
  ++order.amendments;
  order.updated = now;
  touch(order);
  const bool keeps_place = config_.rules.amend_keeps_place && *changed.price == order.price &&
                           changed.amount <= order.request.amount;
  if (keeps_place) {
    const Quantity less = order.request.amount - changed.amount;
    books_[changed.instrument].reduce(order, less);
    reserve(order, order.remaining(), false);
    order.request = changed;
    reserve(order, order.remaining(), true);
    level_changed(order);
    return;
  }
  unrest(order);
  order.request = changed;
  order.price = *changed.price;
  match(order, order.price, now);
  settle_rest(order, now);
}

void Exchange::set_index(UnderlyingIndex at, Price price, UtcNanos now) {
  CAUSEWAY_ASSERT(price.is_positive());
  begin_operation();
  indexes_[at] = price;
  for (InstrumentIndex i = 0; i < config_.instruments.size(); ++i) {
    if (instrument(i).underlying == at) update_mark(i, now);
  }
  events_.push_back({.operation = operation_, .what = IndexMoved{at}});
  end_operation();
  run_triggers(now);
}

void Exchange::update_mark(InstrumentIndex at, UtcNanos now) {
  const auto& spec = instrument(at);
  const Price index = indexes_[spec.underlying];
  auto& quote = quotes_[at];
  quote.mark = spec.is_option()
                   ? option_mark(spec, index, now)
                   : Price{rounded(times(index.value(), Decimal::from_integer(1) + spec.basis),
                                   mark_decimals, fixspec::Rounding::HalfEven)};
  if (quote.last.is_zero()) {
    const Price start{floor_to(quote.mark.value(), spec.tick.value())};
    quote.last = quote.high = quote.low = quote.open = start;
  }
  trigger_checks_.push_back(at);
}

void Exchange::run_triggers(UtcNanos now) {
  while (trigger_one(now)) {
  }
}

// Fires the first order whose price has come; each one moves the market, so one at a time.
bool Exchange::trigger_one(UtcNanos now) {
  while (!trigger_checks_.empty()) {
    for (Order* order : waiting_[trigger_checks_.back()]) {
      if (is_due(*order)) {
        fire(*order, now);
        return true;
      }
    }
    trigger_checks_.pop_back();
  }
  return false;
}

bool Exchange::is_due(Order& order) const {
  if (order.request.type == OrderType::TrailingStopMarket) return trailing_is_due(order);
  const auto refusal = check_trigger(order.request);
  return refusal && refusal->code != RefusalCode::TriggerPriceOffTick;
}

// A trailing buy waits for the price to have been at its activation price or lower and then to
// have risen by its fraction from the lowest; a trailing sell the other way round.
bool Exchange::trailing_is_due(Order& order) const {
  const auto& request = order.request;
  const bool buy = request.side == Side::Buy;
  const Price price = reference(request.instrument, request.trigger);
  order.extreme = buy ? std::min(order.extreme, price) : std::max(order.extreme, price);
  const auto& from = request.activation_price;
  if (from && (buy ? order.extreme > *from : order.extreme < *from)) return false;
  const Decimal way = times(order.extreme.value(), request.trailing);
  return buy ? price.value() >= order.extreme.value() + way
             : price.value() <= order.extreme.value() - way;
}

void Exchange::fire(Order& order, UtcNanos now) {
  begin_operation();
  std::erase(waiting_[order.request.instrument], &order);
  OrderRequest child = order.request;
  const bool limit = has_limit_price(child.type);
  child.type = limit ? OrderType::Limit : OrderType::Market;
  child.trigger_price.reset();
  if (child.close_position) {
    child.amount = reducible(child);
    child.reduce_only = true;
  }
  if (!config_.rules.child_label.empty()) {
    child.label = config_.rules.child_label + std::to_string(order.number);
  }
  close(order, OrderState::Triggered, CancelReason::None, now);
  const auto entered = enter(child, order.number, now);
  if (!entered) {
    order.state = OrderState::Cancelled;
    order.cancel_reason = CancelReason::TriggerRefused;
  }
  end_operation();
}

}  // namespace causeway::simulator::core
