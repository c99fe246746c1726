#include <array>

#include "translators/deribit/map.hpp"

namespace causeway::translators::deribit {
namespace {

// The enumerator that `values` lists and the venue writes as `text`.
template <class Enum, std::size_t count>
std::optional<Enum> find(std::string_view text, const Enum (&values)[count]) {
  for (const Enum value : values) {
    if (to_text(value) == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(wire::Direction value) {
  switch (value) {
    case wire::Direction::Buy:
      return "buy";
    case wire::Direction::Sell:
      return "sell";
  }
  return "";
}

std::string_view to_text(wire::OrderType value) {
  switch (value) {
    case wire::OrderType::Limit:
      return "limit";
    case wire::OrderType::Market:
      return "market";
    case wire::OrderType::StopLimit:
      return "stop_limit";
    case wire::OrderType::StopMarket:
      return "stop_market";
    case wire::OrderType::TakeLimit:
      return "take_limit";
    case wire::OrderType::TakeMarket:
      return "take_market";
    case wire::OrderType::MarketLimit:
      return "market_limit";
    case wire::OrderType::TrailingStop:
      return "trailing_stop";
  }
  return "";
}

std::string_view to_text(wire::OrderState value) {
  switch (value) {
    case wire::OrderState::Open:
      return "open";
    case wire::OrderState::Filled:
      return "filled";
    case wire::OrderState::Rejected:
      return "rejected";
    case wire::OrderState::Cancelled:
      return "cancelled";
    case wire::OrderState::Untriggered:
      return "untriggered";
    case wire::OrderState::Triggered:
      return "triggered";
  }
  return "";
}

std::string_view to_text(wire::TimeInForce value) {
  switch (value) {
    case wire::TimeInForce::GoodTilCancelled:
      return "good_til_cancelled";
    case wire::TimeInForce::GoodTilDay:
      return "good_til_day";
    case wire::TimeInForce::FillOrKill:
      return "fill_or_kill";
    case wire::TimeInForce::ImmediateOrCancel:
      return "immediate_or_cancel";
  }
  return "";
}

std::string_view to_text(wire::Trigger value) {
  switch (value) {
    case wire::Trigger::IndexPrice:
      return "index_price";
    case wire::Trigger::MarkPrice:
      return "mark_price";
    case wire::Trigger::LastPrice:
      return "last_price";
  }
  return "";
}

std::string_view to_text(wire::Advanced value) {
  switch (value) {
    case wire::Advanced::Usd:
      return "usd";
    case wire::Advanced::ImpliedVolatility:
      return "implv";
  }
  return "";
}

std::string_view to_text(wire::Kind value) {
  switch (value) {
    case wire::Kind::Future:
      return "future";
    case wire::Kind::Option:
      return "option";
    case wire::Kind::Spot:
      return "spot";
    case wire::Kind::FutureCombo:
      return "future_combo";
    case wire::Kind::OptionCombo:
      return "option_combo";
  }
  return "";
}

std::optional<wire::Direction> direction_from_text(std::string_view text) {
  using enum wire::Direction;
  return find(text, {Buy, Sell});
}

std::optional<wire::OrderType> order_type_from_text(std::string_view text) {
  using enum wire::OrderType;
  return find(text, {Limit, Market, StopLimit, StopMarket, TakeLimit, TakeMarket, MarketLimit,
                     TrailingStop});
}

std::optional<wire::OrderState> order_state_from_text(std::string_view text) {
  using enum wire::OrderState;
  return find(text, {Open, Filled, Rejected, Cancelled, Untriggered, Triggered});
}

std::optional<wire::TimeInForce> time_in_force_from_text(std::string_view text) {
  using enum wire::TimeInForce;
  return find(text, {GoodTilCancelled, GoodTilDay, FillOrKill, ImmediateOrCancel});
}

std::optional<wire::Trigger> trigger_from_text(std::string_view text) {
  using enum wire::Trigger;
  return find(text, {IndexPrice, MarkPrice, LastPrice});
}

std::optional<wire::Advanced> advanced_from_text(std::string_view text) {
  using enum wire::Advanced;
  return find(text, {Usd, ImpliedVolatility});
}

std::optional<wire::Kind> kind_from_text(std::string_view text) {
  using enum wire::Kind;
  return find(text, {Future, Option, Spot, FutureCombo, OptionCombo});
}

wire::Direction to_wire(fixspec::Side side) {
  switch (side) {
    case fixspec::Side::Buy:
      return wire::Direction::Buy;
    case fixspec::Side::Sell:
      return wire::Direction::Sell;
  }
  return wire::Direction::Buy;
}

wire::OrderType to_wire(fixspec::OrdType type) {
  switch (type) {
    case fixspec::OrdType::Market:
      return wire::OrderType::Market;
    case fixspec::OrdType::Limit:
      return wire::OrderType::Limit;
    case fixspec::OrdType::Stop:
      return wire::OrderType::StopMarket;
    case fixspec::OrdType::StopLimit:
      return wire::OrderType::StopLimit;
  }
  return wire::OrderType::Limit;
}

wire::TimeInForce to_wire(fixspec::TimeInForce time_in_force) {
  switch (time_in_force) {
    case fixspec::TimeInForce::GoodTillCancel:
    // Deribit's good_til_day ends at the next settlement, whatever the date asked for.
    case fixspec::TimeInForce::GoodTillDate:
      return wire::TimeInForce::GoodTilCancelled;
    case fixspec::TimeInForce::ImmediateOrCancel:
      return wire::TimeInForce::ImmediateOrCancel;
    case fixspec::TimeInForce::FillOrKill:
      return wire::TimeInForce::FillOrKill;
  }
  return wire::TimeInForce::GoodTilCancelled;
}

wire::Trigger to_wire(fixspec::TriggerRef trigger_ref) {
  switch (trigger_ref) {
    case fixspec::TriggerRef::LastTrade:
      return wire::Trigger::LastPrice;
    case fixspec::TriggerRef::Mark:
      return wire::Trigger::MarkPrice;
    case fixspec::TriggerRef::Index:
      return wire::Trigger::IndexPrice;
  }
  return wire::Trigger::LastPrice;
}

fixspec::Side to_side(wire::Direction direction) {
  switch (direction) {
    case wire::Direction::Buy:
      return fixspec::Side::Buy;
    case wire::Direction::Sell:
      return fixspec::Side::Sell;
  }
  return fixspec::Side::Buy;
}

fixspec::OrdType to_ord_type(wire::OrderType type) {
  switch (type) {
    case wire::OrderType::Limit:
    case wire::OrderType::MarketLimit:
      return fixspec::OrdType::Limit;
    case wire::OrderType::Market:
      return fixspec::OrdType::Market;
    case wire::OrderType::StopLimit:
    case wire::OrderType::TakeLimit:
      return fixspec::OrdType::StopLimit;
    case wire::OrderType::StopMarket:
    case wire::OrderType::TakeMarket:
    case wire::OrderType::TrailingStop:
      return fixspec::OrdType::Stop;
  }
  return fixspec::OrdType::Limit;
}

VenueOrderState to_state(wire::OrderState state) {
  switch (state) {
    case wire::OrderState::Open:
      return VenueOrderState::Open;
    case wire::OrderState::Filled:
      return VenueOrderState::Filled;
    case wire::OrderState::Rejected:
      return VenueOrderState::Rejected;
    case wire::OrderState::Cancelled:
      return VenueOrderState::Canceled;
    case wire::OrderState::Untriggered:
      return VenueOrderState::Untriggered;
    case wire::OrderState::Triggered:
      return VenueOrderState::Triggered;
  }
  return VenueOrderState::Open;
}

}  // namespace causeway::translators::deribit
