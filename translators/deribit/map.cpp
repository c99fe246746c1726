#include "translators/deribit/map.hpp"

#include <algorithm>
#include <string>

#include "fixspec/time.hpp"
#include "translators/deribit/times.hpp"

namespace causeway::translators::deribit {
namespace {

using fixspec::Decimal;

fixspec::Unexpected<fixspec::Error> fault(std::string_view what, std::string_view value) {
  std::string text{what};
  text.append(": ").append(value);
  return fixspec::Unexpected{fixspec::Error{std::move(text)}};
}

// Venues compute averages and fees with more digits than we keep, and print sums of binary
// fractions with their tail; neither is an order's own price or quantity.
fixspec::Result<Decimal, fixspec::Error> decimal(std::string_view what, wire::Number text) {
  const auto value = Decimal::parse_rounded(text, fixspec::Rounding::HalfEven);
  if (!value) {
    return fault(
        std::string{what} + " is not a usable number (" + std::string{to_text(value.error())} + ")",
        text);
  }
  return *value;
}

// Reads optional numbers one after the other and keeps the first fault.
class Numbers {
 public:
  Decimal required(std::string_view what, wire::Number text) {
    const auto value = decimal(what, text);
    if (value) return *value;
    if (fault_.empty()) fault_ = value.error().text;
    return {};
  }
  template <class Amount>
  std::optional<Amount> optional(std::string_view what, const std::optional<wire::Number>& text) {
    if (!text) return std::nullopt;
    return Amount{required(what, *text)};
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  std::string fault_;
};

fixspec::Unexpected<fixspec::Error> as_error(const Numbers& numbers) {
  return fixspec::Unexpected{fixspec::Error{numbers.fault()}};
}

Mapped<fixspec::InstrumentKey> key_of(std::string_view instrument_name) {
  const auto segment = segment_of(instrument_name);
  const auto symbol = fixspec::Symbol::parse(instrument_name);
  if (!segment || !symbol)
    return fault("not an instrument that the gateway trades", instrument_name);
  return fixspec::InstrumentKey{fixspec::Venue::Deribit, *segment, *symbol};
}

// Why an order ended without being asked to, and whose doing it was.
struct End {
  std::string_view cancel_reason;
  std::optional<fixspec::ExecOrigin> origin;
  VenueOrderState state = VenueOrderState::Canceled;
  std::optional<fixspec::RejectCode> code = std::nullopt;
};
constexpr End ends[] = {
    {"user_request", std::nullopt},
    {"autoliquidation", fixspec::ExecOrigin::Liquidation},
    {"cancel_on_disconnect", fixspec::ExecOrigin::CancelOnDisconnect},
    {"settlement", fixspec::ExecOrigin::ExpiryOrSettlement, VenueOrderState::Expired},
    {"edit_post_only_reject", std::nullopt, VenueOrderState::Canceled,
     fixspec::RejectCode::PostOnlyWouldTake},
};

// The end that `reason` names. What is not listed (risk_mitigation, pme_*, position_locked,
// mmp_trigger, oco_other_closed ...) follows from the venue's own rules.
End end_of(std::string_view reason) {
  if (reason.empty()) return {};
  for (const End& end : ends) {
    if (end.cancel_reason == reason) return end;
  }
  return {.cancel_reason = reason, .origin = fixspec::ExecOrigin::Venue};
}

void describe_end(OrderUpdate& update, std::string_view cancel_reason) {
  const End end = end_of(cancel_reason);
  update.state = end.state;
  update.reject_code = end.code;
  if (!update.origin) update.origin = end.origin;
  if (cancel_reason != "user_request") update.reason = cancel_reason;
}

bool is_date(std::string_view text) {
  // DMMMYY or DDMMMYY
  if (text.size() < 6 || text.size() > 7) return false;
  const std::size_t days = text.size() - 5;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool letter = i >= days && i < days + 3;
    const char c = text[i];
    if (letter ? (c < 'A' || c > 'Z') : (c < '0' || c > '9')) return false;
  }
  return true;
}

// The part of `name` before the first `separator`, which is removed with it.
std::string_view take_part(std::string_view& name, char separator) {
  const auto at = name.find(separator);
  const std::string_view part = name.substr(0, at);
  name = at == std::string_view::npos ? std::string_view{} : name.substr(at + 1);
  return part;
}

}  // namespace

wire::NewOrder to_wire(const PlaceOrder& ask, std::optional<std::int64_t> valid_until_ms) {
  const bool post_only = ask.exec_inst.participate_dont_initiate;
  const bool waits = fixspec::has_stop_px(ask.ord_type);
  wire::NewOrder order{
      .direction = to_wire(ask.side),
      .instrument_name = ask.instrument.symbol.view(),
      .amount = ask.order_qty.value(),
      .contracts = std::nullopt,
      .type = to_wire(ask.ord_type),
      .price = std::nullopt,
      .time_in_force = std::nullopt,
      // The documented default of post_only is not the real one: it is always said.
      .post_only = post_only,
      // Without it a post-only order that would take is moved to another price.
      .reject_post_only = post_only ? std::optional{true} : std::nullopt,
      .reduce_only = ask.exec_inst.do_not_increase,
      .display_amount = std::nullopt,
      .trigger = waits ? std::optional{to_wire(ask.trigger_ref)} : std::nullopt,
      .trigger_price = std::nullopt,
      .trigger_offset = std::nullopt,
      .advanced = std::nullopt,
      .mmp = std::nullopt,
      .valid_until_ms = valid_until_ms,
      .label = ask.client_id.view(),
      .linked_order_type = {},
      .trigger_fill_condition = {},
  };
  if (ask.price) order.price = ask.price->value();
  if (ask.stop_px && waits) order.trigger_price = ask.stop_px->value();
  // Orders without a price must leave it out.
  if (fixspec::has_price(ask.ord_type)) order.time_in_force = to_wire(ask.time_in_force);
  return order;
}

wire::Edit to_wire(const AmendOrder& ask, std::optional<std::int64_t> valid_until_ms) {
  const bool post_only = ask.exec_inst.participate_dont_initiate;
  wire::Edit edit{.order_id = {},
                  .label = {},
                  .instrument_name = {},
                  .amount = ask.order_qty.value(),
                  .contracts = std::nullopt,
                  .price = std::nullopt,
                  .post_only = post_only,
                  .reject_post_only = post_only ? std::optional{true} : std::nullopt,
                  .reduce_only = ask.exec_inst.do_not_increase ? std::optional{true} : std::nullopt,
                  .advanced = std::nullopt,
                  .trigger_price = std::nullopt,
                  .trigger_offset = std::nullopt,
                  .mmp = std::nullopt,
                  .display_amount = std::nullopt,
                  .valid_until_ms = valid_until_ms};
  if (ask.price) edit.price = ask.price->value();
  if (ask.stop_px) edit.trigger_price = ask.stop_px->value();
  if (ask.venue_order_id) {
    edit.order_id = ask.venue_order_id->view();
  } else {
    edit.label = ask.client_id.view();
    edit.instrument_name = ask.instrument.symbol.view();
  }
  return edit;
}

std::optional<fixspec::Segment> segment_of(std::string_view instrument_name) {
  std::string_view rest = instrument_name;
  const std::string_view pair = take_part(rest, '-');
  const bool has_quote = pair.find('_') != std::string_view::npos;
  if (pair.empty()) return std::nullopt;
  if (rest.empty()) return has_quote ? std::optional{fixspec::Segment::Spot} : std::nullopt;
  const std::string_view expiry = take_part(rest, '-');
  if (expiry != "PERPETUAL" && !is_date(expiry)) return std::nullopt;
  if (rest.empty()) return has_quote ? fixspec::Segment::Linear : fixspec::Segment::Inverse;
  take_part(rest, '-');
  if (rest == "C" || rest == "P") return fixspec::Segment::Option;
  return std::nullopt;
}

std::string_view currency_of(std::string_view instrument_name) {
  std::string_view rest = instrument_name;
  std::string_view pair = take_part(rest, '-');
  const std::string_view base = take_part(pair, '_');
  return pair.empty() ? base : pair;
}

std::optional<fixspec::VenueClOrdId> client_id_of(std::string_view label) {
  constexpr std::size_t longest = 32;
  if (label.size() > longest) return std::nullopt;
  for (const char c : label) {
    const bool ours = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!ours) return std::nullopt;
  }
  return fixspec::VenueClOrdId::parse(label);
}

Mapped<OrderUpdate> to_order_update(const wire::Order& order, Source source) {
  const auto key = key_of(order.instrument_name);
  if (!key) return fixspec::Unexpected{key.error()};
  const auto state = order_state_from_text(order.order_state);
  if (!state) return fault("order: unknown order_state", order.order_state);
  const auto direction = direction_from_text(order.direction);
  if (!direction) return fault("order: unknown direction", order.direction);
  // A market order is shown as a limit at the price band; what it was asked as stands beside.
  const std::string_view type_text =
      order.original_order_type.empty() ? order.order_type : order.original_order_type;
  const auto type = order_type_from_text(type_text);
  if (!type) return fault("order: unknown order_type", type_text);
  const auto order_id = fixspec::VenueOrderId::parse(order.order_id);
  if (!order_id) return fault("order: order_id is too long", order.order_id);
  Numbers numbers;
  const auto filled = numbers.optional<fixspec::Quantity>("filled_amount", order.filled_amount);
  OrderUpdate update{
      .source = source,
      .request_id = 0,
      .client_id = client_id_of(order.label),
      .venue_order_id = *order_id,
      .instrument = *key,
      .state = to_state(*state),
      .side = to_side(*direction),
      .ord_type = to_ord_type(*type),
      .order_qty =
          numbers.optional<fixspec::Quantity>("amount", order.amount).value_or(fixspec::Quantity{}),
      .cum_qty = filled.value_or(fixspec::Quantity{}),
      .price = numbers.optional<fixspec::Price>("price", order.price),
      .stop_px = numbers.optional<fixspec::Price>("trigger_price", order.trigger_price),
      .venue_time = nanos_of_millis(order.last_update_timestamp_ms),
      .amended = false,
      .reason = {},
      .reject_code = std::nullopt,
      .origin = std::nullopt,
  };
  if (order.is_liquidation) update.origin = fixspec::ExecOrigin::Liquidation;
  if (*state == wire::OrderState::Cancelled) describe_end(update, order.cancel_reason);
  if (*state == wire::OrderState::Rejected) {
    update.reject_code = fixspec::RejectCode::VenueRejected;
    update.reason = order.cancel_reason;
  }
  if (!numbers.fault().empty()) return as_error(numbers);
  return update;
}

Mapped<Fill> to_fill(const wire::Trade& trade, Source source) {
  const auto key = key_of(trade.instrument_name);
  if (!key) return fixspec::Unexpected{key.error()};
  const auto direction = direction_from_text(trade.direction);
  if (!direction) return fault("trade: unknown direction", trade.direction);
  const auto order_id = fixspec::VenueOrderId::parse(trade.order_id);
  const auto trade_id = fixspec::TradeId::parse(trade.trade_id);
  if (!order_id) return fault("trade: order_id is too long", trade.order_id);
  if (!trade_id) return fault("trade: trade_id is too long", trade.trade_id);
  Numbers numbers;
  Fill fill{.source = source,
            .client_id = client_id_of(trade.label),
            .venue_order_id = *order_id,
            .instrument = *key,
            .side = to_side(*direction),
            .trade = {.trade_id = *trade_id,
                      .last_qty = fixspec::Quantity{numbers.required("amount", trade.amount)},
                      .last_px = fixspec::Price{numbers.required("price", trade.price)},
                      .liquidity = std::nullopt,
                      .fee = std::nullopt},
            .venue_time = nanos_of_millis(trade.timestamp_ms),
            .origin = std::nullopt};
  if (trade.liquidity == "M") fill.trade.liquidity = fixspec::LiquidityInd::Added;
  if (trade.liquidity == "T") fill.trade.liquidity = fixspec::LiquidityInd::Removed;
  const auto currency = fixspec::Currency::parse(trade.fee_currency);
  if (trade.fee && currency) {
    fill.trade.fee = fixspec::Fee{numbers.required("fee", *trade.fee), *currency};
  }
  // "M" or "T": the maker or the taker of the trade was being liquidated; "MT": both.
  if (!trade.liquidation.empty() && !trade.liquidity.empty() &&
      trade.liquidation.find(trade.liquidity) != std::string_view::npos) {
    fill.origin = fixspec::ExecOrigin::Liquidation;
  }
  if (!numbers.fault().empty()) return as_error(numbers);
  return fill;
}

Mapped<std::optional<Position>> to_position(const wire::Position& position) {
  const auto key = key_of(position.instrument_name);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  const fixspec::Quantity size = fixspec::Quantity{numbers.required("size", position.size)}.abs();
  const auto average = numbers.optional<fixspec::Price>("average_price", position.average_price);
  if (!numbers.fault().empty()) return as_error(numbers);
  if (position.direction == "zero" || size.is_zero()) return std::optional<Position>{};
  const auto direction = direction_from_text(position.direction);
  if (!direction) return fault("position: unknown direction", position.direction);
  return std::optional{Position{.instrument = *key,
                                .size = *direction == wire::Direction::Buy ? size : -size,
                                .average_price = average}};
}

Mapped<Balance> to_balance(const wire::Summary& summary) {
  const auto currency = fixspec::Currency::parse(summary.currency);
  if (!currency) return fault("summary: currency is too long", summary.currency);
  return Balance{.currency = *currency,
                 .equity = std::string{summary.equity},
                 .balance = std::string{summary.balance},
                 .available = std::string{summary.available_funds}};
}

namespace {

fixspec::SecurityTradingStatus status_of(const wire::Instrument& instrument) {
  using enum fixspec::SecurityTradingStatus;
  if (!instrument.is_active) return NotAvailableForTrading;
  // Older answers have no state; then is_active is all there is to know.
  if (instrument.state.empty() || instrument.state == "open") return ReadyToTrade;
  const bool pause = instrument.state == "settlement" || instrument.state == "locked" ||
                     instrument.state == "halted";
  return pause ? TradingHalt : NotAvailableForTrading;
}

// What amounts are multiples of: contracts are whole, but options and spot trade in parts of one.
Decimal quantity_step(Decimal contract_size, Decimal min_trade_amount) {
  return contract_size < min_trade_amount ? contract_size : min_trade_amount;
}

Mapped<fixspec::Instrument> with_kind(fixspec::Instrument made, const wire::Instrument& instrument,
                                      wire::Kind kind) {
  made.contract_type = instrument.instrument_type == "reversed" ? fixspec::ContractType::Inverse
                                                                : fixspec::ContractType::Linear;
  if (kind == wire::Kind::Spot) {
    made.security_type = fixspec::SecurityType::Spot;
    return made;
  }
  made.security_type =
      kind == wire::Kind::Option ? fixspec::SecurityType::Option : fixspec::SecurityType::Future;
  if (instrument.settlement_period != "perpetual") {
    if (instrument.expiration_timestamp_ms <= 0) {
      return fault("instrument: no expiration_timestamp", instrument.instrument_name);
    }
    made.expiry_utc_ns = nanos_of_millis(instrument.expiration_timestamp_ms);
  }
  if (kind != wire::Kind::Option) return made;
  if (instrument.option_type != "call" && instrument.option_type != "put") {
    return fault("instrument: unknown option_type", instrument.option_type);
  }
  if (!instrument.strike) return fault("instrument: no strike", instrument.instrument_name);
  const auto strike = decimal("strike", *instrument.strike);
  if (!strike) return fixspec::Unexpected{strike.error()};
  made.strike = fixspec::Price{*strike};
  made.put_or_call =
      instrument.option_type == "call" ? fixspec::PutOrCall::Call : fixspec::PutOrCall::Put;
  return made;
}

}  // namespace

Mapped<std::optional<fixspec::Instrument>> to_instrument(const wire::Instrument& instrument) {
  const auto kind = kind_from_text(instrument.kind);
  if (!kind) return fault("instrument: unknown kind", instrument.kind);
  if (*kind == wire::Kind::FutureCombo || *kind == wire::Kind::OptionCombo) {
    return std::optional<fixspec::Instrument>{};
  }
  const auto key = key_of(instrument.instrument_name);
  if (!key) return fixspec::Unexpected{key.error()};
  const auto settle = instrument.settlement_currency.empty() ? instrument.quote_currency
                                                             : instrument.settlement_currency;
  const auto base = fixspec::Currency::parse(instrument.base_currency);
  const auto quote = fixspec::Currency::parse(instrument.quote_currency);
  const auto settlement = fixspec::Currency::parse(settle);
  if (!base || !quote || !settlement) {
    return fault("instrument: a currency's name is too long", instrument.instrument_name);
  }
  Numbers numbers;
  const Decimal contract_size = numbers.required("contract_size", instrument.contract_size);
  const Decimal min_amount = numbers.required("min_trade_amount", instrument.min_trade_amount);
  fixspec::Instrument made;
  made.key = *key;
  made.base = *base;
  made.quote = *quote;
  made.settle = *settlement;
  made.price_index = instrument.price_index;
  made.contract_multiplier = contract_size;
  made.tick = fixspec::Price{numbers.required("tick_size", instrument.tick_size)};
  for (const wire::TickSizeStep& step : instrument.tick_size_steps) {
    made.tick_steps.push_back(
        {.above_price = fixspec::Price{numbers.required("above_price", step.above_price)},
         .tick = fixspec::Price{numbers.required("tick_size", step.tick_size)}});
  }
  made.qty_step = fixspec::Quantity{quantity_step(contract_size, min_amount)};
  made.min_qty = fixspec::Quantity{min_amount};
  made.status = status_of(instrument);
  if (!numbers.fault().empty()) return as_error(numbers);
  if (!made.tick.is_positive() || !made.qty_step.is_positive()) {
    return fault("instrument: tick and step must be positive", instrument.instrument_name);
  }
  auto result = with_kind(std::move(made), instrument, *kind);
  if (!result) return fixspec::Unexpected{result.error()};
  return std::optional{std::move(*result)};
}

Mapped<MarketUpdate> to_market_update(const wire::Ticker& ticker) {
  const auto key = key_of(ticker.instrument_name);
  if (!key) return fixspec::Unexpected{key.error()};
  Numbers numbers;
  MarketUpdate update;
  update.instrument = *key;
  update.best_bid = numbers.optional<fixspec::Price>("best_bid_price", ticker.best_bid_price);
  update.best_bid_qty =
      numbers.optional<fixspec::Quantity>("best_bid_amount", ticker.best_bid_amount);
  update.best_ask = numbers.optional<fixspec::Price>("best_ask_price", ticker.best_ask_price);
  update.best_ask_qty =
      numbers.optional<fixspec::Quantity>("best_ask_amount", ticker.best_ask_amount);
  // An empty side is told as a quantity of zero without a price; a bid of zero means the same.
  const auto empty_side = [](bool told, auto& price, auto& qty) {
    if (told && (!price || price->is_zero())) {
      price.reset();
      qty = fixspec::Quantity{};
    }
  };
  empty_side(ticker.has_bid, update.best_bid, update.best_bid_qty);
  empty_side(ticker.has_ask, update.best_ask, update.best_ask_qty);
  update.last = numbers.optional<fixspec::Price>("last_price", ticker.last_price);
  update.mark = numbers.optional<fixspec::Price>("mark_price", ticker.mark_price);
  update.index = numbers.optional<fixspec::Price>("index_price", ticker.index_price);
  if (ticker.current_funding) {
    update.funding_rate = numbers.required("current_funding", *ticker.current_funding);
  }
  if (ticker.open_interest) {
    update.open_interest = numbers.required("open_interest", *ticker.open_interest);
  }
  update.venue_time = nanos_of_millis(ticker.timestamp_ms);
  if (!numbers.fault().empty()) return as_error(numbers);
  return update;
}

Mapped<BookLevel> to_book_level(const wire::BookLevel& level) {
  Numbers numbers;
  const BookLevel made{fixspec::Price{numbers.required("price", level.price)},
                       fixspec::Quantity{numbers.required("amount", level.amount)}};
  if (!numbers.fault().empty()) return as_error(numbers);
  if (level.action == "delete") return BookLevel{made.price, {}};
  if (level.action != "new" && level.action != "change") return fault("book action", level.action);
  if (!made.qty.is_positive()) return fault("book amount is not above zero", level.amount);
  return made;
}

Mapped<PublicTrade> to_public_trade(const wire::PublicTrade& trade) {
  const auto key = key_of(trade.instrument_name);
  if (!key) return fixspec::Unexpected{key.error()};
  const auto trade_id = fixspec::TradeId::parse(trade.trade_id);
  if (!trade_id) return fault("trade_id is too long", trade.trade_id);
  Numbers numbers;
  PublicTrade made{.instrument = *key,
                   .trade_id = *trade_id,
                   .price = fixspec::Price{numbers.required("price", trade.price)},
                   .qty = fixspec::Quantity{numbers.required("amount", trade.amount)},
                   .aggressor = std::nullopt,
                   .venue_time = nanos_of_millis(trade.timestamp_ms)};
  if (!numbers.fault().empty()) return as_error(numbers);
  if (const auto direction = direction_from_text(trade.direction)) {
    made.aggressor = to_side(*direction);
  }
  return made;
}

}  // namespace causeway::translators::deribit
