#include <algorithm>
#include <array>
#include <charconv>

#include "translators/binance/map.hpp"
#include "translators/binance/numbers.hpp"

namespace causeway::translators::binance {
namespace {

constexpr std::string_view algo_prefix = "algo-";

wire::NewOrder plain_order(const PlaceOrder& ask) {
  wire::NewOrder order;
  order.symbol = ask.instrument.symbol.view();
  order.side = to_wire(ask.side);
  order.type = to_wire(ask.ord_type);
  order.quantity = ask.order_qty.value();
  order.new_client_order_id = ask.client_id.view();
  order.response_type = wire::ResponseType::Ack;
  if (ask.exec_inst.do_not_increase) order.reduce_only = true;
  if (ask.price && fixspec::has_price(ask.ord_type)) order.price = ask.price->value();
  // A market order must not have one.
  if (fixspec::has_price(ask.ord_type)) {
    order.time_in_force = to_wire(ask.time_in_force, ask.exec_inst.participate_dont_initiate);
  }
  return order;
}

Mapped<wire::Request> algo_order(const PlaceOrder& ask) {
  if (ask.trigger_ref == fixspec::TriggerRef::Index) {
    return fault("Binance has no stop on the index price", ask.instrument.symbol.view());
  }
  wire::NewAlgoOrder order;
  order.symbol = ask.instrument.symbol.view();
  order.side = to_wire(ask.side);
  order.type = to_wire(ask.ord_type);
  order.quantity = ask.order_qty.value();
  order.client_algo_id = ask.client_id.view();
  order.working_type = ask.trigger_ref == fixspec::TriggerRef::Mark
                           ? wire::WorkingType::MarkPrice
                           : wire::WorkingType::ContractPrice;
  if (ask.exec_inst.do_not_increase) order.reduce_only = true;
  if (ask.stop_px) order.trigger_price = ask.stop_px->value();
  if (fixspec::has_price(ask.ord_type)) {
    if (ask.price) order.price = ask.price->value();
    order.time_in_force = to_wire(ask.time_in_force, ask.exec_inst.participate_dont_initiate);
  }
  return wire::Request{order};
}

/// Which order a request means: its number, or its client id at one of the two services.
struct Target {
  std::optional<std::int64_t> number;
  bool algo = false;
};

Mapped<Target> target_of(const std::optional<fixspec::VenueOrderId>& venue_order_id,
                         fixspec::OrdType ord_type) {
  if (!venue_order_id) {
    return Target{.number = std::nullopt, .algo = fixspec::has_stop_px(ord_type)};
  }
  const auto number = order_number_of(venue_order_id->view());
  if (!number) return fault("not an order id of Binance", venue_order_id->view());
  return Target{.number = number->number, .algo = number->algo};
}

Mapped<wire::Request> call_about(const std::optional<fixspec::VenueOrderId>& venue_order_id,
                                 const fixspec::VenueClOrdId& client_id, std::string_view symbol,
                                 fixspec::OrdType ord_type, wire::Method plain, wire::Method algo) {
  const auto target = target_of(venue_order_id, ord_type);
  if (!target) return fixspec::Unexpected{target.error()};
  wire::Call call{target->algo ? algo : plain};
  // The algo service takes no symbol.
  if (!target->algo) call.with(wire::Parameter::Symbol, symbol);
  if (target->number) {
    call.with(target->algo ? wire::Parameter::AlgoId : wire::Parameter::OrderId, *target->number);
  } else {
    call.with(target->algo ? wire::Parameter::ClientAlgoId : wire::Parameter::OrigClientOrderId,
              client_id.view());
  }
  return wire::Request{call};
}

}  // namespace

fixspec::VenueOrderId to_venue_order_id(OrderNumber number) {
  std::array<char, 32> text{};
  char* first = text.data();
  if (number.algo) first = std::copy(algo_prefix.begin(), algo_prefix.end(), first);
  const char* const end = std::to_chars(first, text.data() + text.size(), number.number).ptr;
  return fixspec::VenueOrderId{
      std::string_view{text.data(), static_cast<std::size_t>(end - text.data())}};
}

std::optional<OrderNumber> order_number_of(std::string_view venue_order_id) {
  OrderNumber made;
  if (venue_order_id.starts_with(algo_prefix)) {
    made.algo = true;
    venue_order_id.remove_prefix(algo_prefix.size());
  }
  const char* const last = venue_order_id.data() + venue_order_id.size();
  const auto [end, error] = std::from_chars(venue_order_id.data(), last, made.number);
  if (error != std::errc{} || end != last || made.number < 0) return std::nullopt;
  return made;
}

std::optional<fixspec::VenueClOrdId> client_id_of(std::string_view client_order_id) {
  constexpr std::size_t longest = 32;
  if (client_order_id.size() > longest) return std::nullopt;
  for (const char c : client_order_id) {
    const bool ours = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!ours) return std::nullopt;
  }
  return fixspec::VenueClOrdId::parse(client_order_id);
}

std::optional<fixspec::ExecOrigin> origin_of(std::string_view client_order_id) {
  if (client_order_id.starts_with("autoclose-")) return fixspec::ExecOrigin::Liquidation;
  if (client_order_id.starts_with("adl_autoclose")) return fixspec::ExecOrigin::AutoDeleveraging;
  if (client_order_id.starts_with("settlement_autoclose-") ||
      client_order_id.starts_with("delivery_autoclose-")) {
    return fixspec::ExecOrigin::ExpiryOrSettlement;
  }
  return std::nullopt;
}

std::optional<fixspec::InstrumentKey> key_of(std::string_view symbol) {
  const auto parsed = fixspec::Symbol::parse(symbol);
  if (!parsed) return std::nullopt;
  return fixspec::InstrumentKey{fixspec::Venue::Binance, fixspec::Segment::Linear, *parsed};
}

wire::Side to_wire(fixspec::Side side) {
  return side == fixspec::Side::Buy ? wire::Side::Buy : wire::Side::Sell;
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
      return wire::OrderType::Stop;
  }
  return wire::OrderType::Limit;
}

wire::TimeInForce to_wire(fixspec::TimeInForce time_in_force, bool post_only) {
  if (post_only) return wire::TimeInForce::PostOnly;
  switch (time_in_force) {
    case fixspec::TimeInForce::GoodTillCancel:
    case fixspec::TimeInForce::GoodTillDate:
      return wire::TimeInForce::GoodTillCancel;
    case fixspec::TimeInForce::ImmediateOrCancel:
      return wire::TimeInForce::ImmediateOrCancel;
    case fixspec::TimeInForce::FillOrKill:
      return wire::TimeInForce::FillOrKill;
  }
  return wire::TimeInForce::GoodTillCancel;
}

Mapped<wire::Request> to_wire(const PlaceOrder& ask) {
  if (fixspec::has_stop_px(ask.ord_type)) return algo_order(ask);
  return wire::Request{plain_order(ask)};
}

Mapped<wire::Request> to_wire(const AmendOrder& ask) {
  const auto target = target_of(ask.venue_order_id, ask.ord_type);
  if (!target) return fixspec::Unexpected{target.error()};
  if (target->algo) return fault("Binance cannot amend a stop that waits", ask.client_id.view());
  if (!ask.price) return fault("Binance amends limit orders only", ask.client_id.view());
  wire::ModifyOrder modify;
  modify.symbol = ask.instrument.symbol.view();
  modify.side = to_wire(ask.side);
  modify.order_id = target->number;
  if (!modify.order_id) modify.orig_client_order_id = ask.client_id.view();
  modify.quantity = ask.order_qty.value();
  modify.price = ask.price->value();
  return wire::Request{modify};
}

Mapped<wire::Request> to_wire(const CancelOrder& ask) {
  return call_about(ask.venue_order_id, ask.client_id, ask.instrument.symbol.view(), ask.ord_type,
                    wire::Method::CancelOrder, wire::Method::CancelAlgoOrder);
}

Mapped<wire::Request> to_wire(const QueryOrder& ask) {
  return call_about(ask.venue_order_id, ask.client_id, ask.instrument.symbol.view(), ask.ord_type,
                    wire::Method::QueryOrder, wire::Method::QueryAlgoOrder);
}

fixspec::Side to_side(wire::Side side) {
  return side == wire::Side::Buy ? fixspec::Side::Buy : fixspec::Side::Sell;
}

fixspec::OrdType to_ord_type(wire::OrderType type) {
  switch (type) {
    case wire::OrderType::Limit:
      return fixspec::OrdType::Limit;
    case wire::OrderType::Market:
      return fixspec::OrdType::Market;
    case wire::OrderType::Stop:
    case wire::OrderType::TakeProfit:
      return fixspec::OrdType::StopLimit;
    case wire::OrderType::StopMarket:
    case wire::OrderType::TakeProfitMarket:
    case wire::OrderType::TrailingStopMarket:
      return fixspec::OrdType::Stop;
  }
  return fixspec::OrdType::Limit;
}

}  // namespace causeway::translators::binance
