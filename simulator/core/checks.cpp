// What an Exchange refuses, rule by rule.
#include "fixspec/assert.hpp"
#include "simulator/core/exchange.hpp"

namespace causeway::simulator::core {
namespace {

Refusal refuse(RefusalCode code, Price limit = {}) { return {.code = code, .limit = limit}; }

bool is_buy(const OrderRequest& request) { return request.side == Side::Buy; }

}  // namespace

std::optional<Refusal> Exchange::check(OrderRequest& request) const {
  if (auto refusal = check_terms(request)) return refusal;
  if (auto refusal = check_trigger(request)) return refusal;
  if (auto refusal = check_reduce_only(request)) return refusal;
  if (is_triggered_type(request.type)) return std::nullopt;  // the rest when it triggers
  if (auto refusal = check_price(request)) return refusal;
  if (auto refusal = check_post_only(request)) return refusal;
  if (auto refusal = check_self_trade(request, request.amount)) return refusal;
  return check_margin(request, request.amount);
}

std::optional<Refusal> Exchange::check_terms(const OrderRequest& request) const {
  const auto& spec = instrument(request.instrument);
  if (request.close_position && is_triggered_type(request.type)) return std::nullopt;
  if (request.amount < spec.amount_step) {
    return refuse(RefusalCode::AmountTooLow, Price{spec.amount_step.value()});
  }
  if (!request.amount.value().is_multiple_of(spec.amount_step.value())) {
    return refuse(RefusalCode::AmountOffStep, Price{spec.amount_step.value()});
  }
  if (!has_limit_price(request.type)) return std::nullopt;
  if (!request.price) return refuse(RefusalCode::PriceMissing);
  if (!request.price->is_positive()) return refuse(RefusalCode::PriceTooLow, spec.tick);
  const Price tick = spec.tick_at(*request.price);
  if (!request.price->value().is_multiple_of(tick.value())) {
    return refuse(RefusalCode::PriceOffTick, tick);
  }
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_trigger(const OrderRequest& request) const {
  if (!is_triggered_type(request.type)) return std::nullopt;
  if (request.type == OrderType::TrailingStopMarket) return std::nullopt;
  if (!request.trigger_price) return refuse(RefusalCode::TriggerMissing);
  const Price at = *request.trigger_price;
  const auto& spec = instrument(request.instrument);
  if (!at.is_positive() || !at.value().is_multiple_of(spec.tick_at(at).value())) {
    return refuse(RefusalCode::TriggerPriceOffTick, spec.tick);
  }
  const Price now_at = reference(request.instrument, request.trigger);
  const bool stop = request.type == OrderType::StopLimit || request.type == OrderType::StopMarket;
  // A buy stop and a sell take wait for the price to rise, the other two for it to fall.
  const bool waits_for_rise = is_buy(request) == stop;
  if (waits_for_rise && now_at >= at) return refuse(RefusalCode::TriggerPriceTooLow, now_at);
  if (!waits_for_rise && now_at <= at) return refuse(RefusalCode::TriggerPriceTooHigh, now_at);
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_reduce_only(OrderRequest& request) const {
  if (!request.only_reduces() || request.account == house) return std::nullopt;
  const bool cuts = config_.rules.cuts_reduce_only;
  if (!cuts && is_triggered_type(request.type)) return std::nullopt;
  const Quantity most = reducible(request);
  if (!most.is_positive()) return refuse(RefusalCode::NothingToReduce);
  if (cuts) request.amount = std::min(request.amount, most);
  return std::nullopt;
}

// How much of its position the order could take away.
Quantity Exchange::reducible(const OrderRequest& request) const {
  const auto& holder = accounts_[request.account];
  const Quantity held = holder.position(request.instrument, request.position_side).size;
  const bool reduces = is_buy(request) ? held.value().is_negative() : held.is_positive();
  return reduces ? Quantity{held.value().abs()} : Quantity{};
}

std::optional<Refusal> Exchange::check_price(OrderRequest& request) const {
  if (!has_limit_price(request.type) || request.account == house) return std::nullopt;
  const Band limits = band(request.instrument);
  const bool clamps = config_.rules.clamps_to_band && !instrument(request.instrument).is_option();
  if (is_buy(request) && *request.price > limits.high) {
    if (!clamps) return refuse(RefusalCode::PriceTooHigh, limits.high);
    request.price = limits.high;
  }
  if (!is_buy(request) && *request.price < limits.low) {
    if (!clamps) return refuse(RefusalCode::PriceTooLow, limits.low);
    request.price = limits.low;
  }
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_post_only(OrderRequest& request) const {
  if (request.post_only == PostOnly::No) return std::nullopt;
  const auto best = books_[request.instrument].best_price(fixspec::opposite(request.side));
  if (!best || !OrderBook::crosses(request.side, *request.price, *best)) return std::nullopt;
  if (request.post_only == PostOnly::Reject) return refuse(RefusalCode::PostOnlyWouldTake, *best);
  const Price tick = instrument(request.instrument).tick_at(*best);
  const Price moved = is_buy(request) ? *best - tick : *best + tick;
  if (!moved.is_positive()) return refuse(RefusalCode::PostOnlyWouldTake, *best);
  request.price = moved;
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_self_trade(const OrderRequest& request,
                                                  Quantity amount) const {
  if (request.account == house || request.self_trade != SelfTrade::AsAccount) return std::nullopt;
  if (accounts_[request.account].self_trade_cancels_maker) return std::nullopt;
  const Side side = fixspec::opposite(request.side);
  const Price limit = worst_price(request);
  for (const auto& [key, level] : books_[request.instrument].levels(side)) {
    if (!OrderBook::crosses(request.side, limit, OrderBook::price(side, key))) break;
    for (const Order* maker = level.first; maker != nullptr; maker = maker->queue_next) {
      if (!amount.is_positive()) return std::nullopt;
      if (maker->request.account == request.account) return refuse(RefusalCode::SelfTrade);
      amount -= maker->remaining();
    }
  }
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_margin(const OrderRequest& request, Quantity amount) const {
  if (request.account == house || request.only_reduces()) return std::nullopt;
  const auto& spec = instrument(request.instrument);
  const auto& before =
      accounts_[request.account].position(request.instrument, request.position_side);
  const Price mark = quotes_[request.instrument].mark;
  Position after = before;
  (is_buy(request) ? after.open_buy : after.open_sell) += amount;
  if (is_buy(request) && spec.is_option()) {
    after.open_buy_value += times(amount.value(), worst_price(request).value());
  }
  const Decimal margin_before = initial_margin(spec, before, mark);
  const Decimal margin_after = initial_margin(spec, after, mark);
  if (margin_after <= margin_before) return std::nullopt;
  const Decimal needed = margin(request.account, spec.currency) - margin_before + margin_after;
  if (needed > equity(request.account, spec.currency)) return refuse(RefusalCode::NotEnoughFunds);
  return std::nullopt;
}

std::optional<Refusal> Exchange::check_amendment(const Order& order, OrderRequest& changed) const {
  if (changed.amount <= order.filled) return refuse(RefusalCode::AmountBelowFilled);
  if (auto refusal = check_terms(changed)) return refusal;
  if (order.state == OrderState::Untriggered) return check_trigger(changed);
  if (auto refusal = check_price(changed)) return refusal;
  if (auto refusal = check_post_only(changed)) return refusal;
  if (auto refusal = check_self_trade(changed, changed.amount - order.filled)) return refusal;
  if (changed.amount <= order.request.amount && !instrument(changed.instrument).is_option()) {
    return std::nullopt;
  }
  return check_margin(changed, changed.amount - order.filled);
}

Price Exchange::worst_price(const OrderRequest& request) const {
  if (has_limit_price(request.type)) return *request.price;
  if (request.account == house)
    return Price{is_buy(request) ? Decimal::from_integer(1'000'000'000) : Decimal{}};
  const Band limits = band(request.instrument);
  return is_buy(request) ? limits.high : limits.low;
}

Quantity Exchange::available(const OrderRequest& request, Price limit) const {
  const Side side = fixspec::opposite(request.side);
  Quantity result;
  for (const auto& [key, level] : books_[request.instrument].levels(side)) {
    if (!OrderBook::crosses(request.side, limit, OrderBook::price(side, key))) break;
    for (const Order* maker = level.first; maker != nullptr; maker = maker->queue_next) {
      if (request.account == house || maker->request.account != request.account ||
          request.self_trade == SelfTrade::Allow) {
        result += maker->remaining();
      }
    }
    if (result >= request.amount) break;
  }
  return result;
}

Price Exchange::reference(InstrumentIndex at, Trigger trigger) const {
  switch (trigger) {
    case Trigger::LastPrice:
      return quotes_[at].last;
    case Trigger::MarkPrice:
      return quotes_[at].mark;
    case Trigger::IndexPrice:
      return indexes_[instrument(at).underlying];
  }
  return {};
}

}  // namespace causeway::simulator::core
