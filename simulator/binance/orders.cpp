#include "simulator/binance/orders.hpp"

namespace causeway::simulator::binance {

using core::CancelReason;
using core::OrderState;
using core::OrderType;

const OrderTerms& Orders::terms(OrderNumber order) const {
  static const OrderTerms plain;
  const auto found = terms_.find(order);
  return found == terms_.end() ? plain : found->second;
}

const std::vector<AmendmentRecord>* Orders::find_amendments(OrderNumber order) const {
  const auto found = amendments_.find(order);
  return found == amendments_.end() ? nullptr : &found->second;
}

Algo& Orders::add_algo(OrderNumber order) {
  const auto id = next_algo_++;
  algo_ids_[order] = id;
  return algos_[id] = Algo{.id = id, .order = order};
}

const Algo* Orders::algo(std::int64_t id) const {
  const auto found = algos_.find(id);
  return found == algos_.end() ? nullptr : &found->second;
}

const Algo* Orders::algo_of(OrderNumber order) const {
  const auto found = algo_ids_.find(order);
  return found == algo_ids_.end() ? nullptr : algo(found->second);
}

Algo* Orders::algo_of(OrderNumber order) {
  const auto found = algo_ids_.find(order);
  return found == algo_ids_.end() ? nullptr : &algos_.at(found->second);
}

std::string_view to_text(TimeInForce value) {
  switch (value) {
    case TimeInForce::Gtc:
      return "GTC";
    case TimeInForce::Ioc:
      return "IOC";
    case TimeInForce::Fok:
      return "FOK";
    case TimeInForce::Gtx:
      return "GTX";
    case TimeInForce::Gtd:
      return "GTD";
    case TimeInForce::Rpi:
      return "RPI";
  }
  return "";
}

std::string_view to_text(PriceMatch value) {
  switch (value) {
    case PriceMatch::None:
      return "NONE";
    case PriceMatch::Opponent:
      return "OPPONENT";
    case PriceMatch::Opponent5:
      return "OPPONENT_5";
    case PriceMatch::Queue:
      return "QUEUE";
    case PriceMatch::Queue5:
      return "QUEUE_5";
    case PriceMatch::Queue10:
      return "QUEUE_10";
    case PriceMatch::Queue20:
      return "QUEUE_20";
  }
  return "";
}

std::string_view to_text(core::SelfTrade value) {
  switch (value) {
    case core::SelfTrade::AsAccount:
    case core::SelfTrade::Allow:
      return "NONE";
    case core::SelfTrade::CancelTaker:
      return "EXPIRE_TAKER";
    case core::SelfTrade::CancelMaker:
      return "EXPIRE_MAKER";
    case core::SelfTrade::CancelBoth:
      return "EXPIRE_BOTH";
  }
  return "";
}

std::string_view to_text(core::PositionSide value) {
  switch (value) {
    case core::PositionSide::Net:
      return "BOTH";
    case core::PositionSide::Long:
      return "LONG";
    case core::PositionSide::Short:
      return "SHORT";
  }
  return "";
}

std::string_view side_text(core::Side side) { return side == core::Side::Buy ? "BUY" : "SELL"; }

std::string_view type_text(OrderType type) {
  switch (type) {
    case OrderType::Limit:
    case OrderType::MarketLimit:  // the venue has none
      return "LIMIT";
    case OrderType::Market:
      return "MARKET";
    case OrderType::StopLimit:
      return "STOP";
    case OrderType::StopMarket:
      return "STOP_MARKET";
    case OrderType::TakeLimit:
      return "TAKE_PROFIT";
    case OrderType::TakeMarket:
      return "TAKE_PROFIT_MARKET";
    case OrderType::TrailingStopMarket:
      return "TRAILING_STOP_MARKET";
  }
  return "";
}

std::string_view status_text(const Order& order) {
  if (order.state == OrderState::Filled) return "FILLED";
  if (order.state != OrderState::Cancelled) {
    return order.filled.is_zero() ? "NEW" : "PARTIALLY_FILLED";
  }
  switch (order.cancel_reason) {
    case CancelReason::SelfTrade:
      return "EXPIRED_IN_MATCH";
    case CancelReason::TimeInForce:
    case CancelReason::ReduceOnly:
    case CancelReason::Settlement:
    case CancelReason::Expired:
    case CancelReason::TriggerRefused:
      return "EXPIRED";
    case CancelReason::None:
    case CancelReason::UserRequest:
    case CancelReason::CancelOnDisconnect:
    case CancelReason::PostOnlyEdit:
      return "CANCELED";
  }
  return "";
}

std::string_view expiry_reason(const Order& order) {
  const bool immediate = order.request.time_in_force == core::TimeInForce::ImmediateOrCancel;
  switch (order.cancel_reason) {
    case CancelReason::SelfTrade:
      return immediate ? "3" : "1";
    case CancelReason::TimeInForce:
      return order.request.type == OrderType::Market ? "9" : "2";
    case CancelReason::ReduceOnly:
      return "4";
    case CancelReason::Settlement:
      return "7";
    default:
      return "0";
  }
}

std::string_view algo_status_text(const Order& order, const Order* child) {
  if (order.state == OrderState::Untriggered) return "NEW";
  if (order.state == OrderState::Triggered) {
    return child != nullptr && core::is_closed(child->state) ? "FINISHED" : "TRIGGERED";
  }
  if (order.cancel_reason == CancelReason::TriggerRefused) return "REJECTED";
  return order.cancel_reason == CancelReason::Expired ? "EXPIRED" : "CANCELED";
}

}  // namespace causeway::simulator::binance
