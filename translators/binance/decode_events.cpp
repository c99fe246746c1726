#include "translators/binance/json.hpp"

namespace causeway::translators::binance {
namespace {

using json::fault;
using json::Fields;
using json::Object;
using json::short_name;
using json::Value;

// When an event was made and when what it tells happened, which stand around its body.
struct Times {
  std::int64_t event_ms = 0;
  std::int64_t transaction_ms = 0;
};

Times times_of(Object& event) { return {event.integer("E"), event.integer("T")}; }

// One pass over the fields: a fill is what everything waits for.
Decoded<wire::UserEvent> read_order_trade_update(const Value& body, Times times) {
  Fields fields{"ORDER_TRADE_UPDATE"};
  if (!body.IsObject()) return fault("ORDER_TRADE_UPDATE: o is not an object");
  wire::OrderTradeUpdate event;
  event.event_time_ms = times.event_ms;
  event.transaction_time_ms = times.transaction_ms;
  for (const auto& member : body.GetObject()) {
    const std::string_view name = json::text_of(member.name);
    const Value& value = member.value;
    switch (short_name(name)) {
      case short_name("s"):
        fields.text(event.symbol, name, value);
        break;
      case short_name("c"):
        fields.text(event.client_order_id, name, value);
        break;
      case short_name("S"):
        fields.text(event.side, name, value);
        break;
      case short_name("o"):
        fields.text(event.type, name, value);
        break;
      case short_name("ot"):
        fields.text(event.orig_type, name, value);
        break;
      case short_name("f"):
        fields.text(event.time_in_force, name, value);
        break;
      case short_name("x"):
        fields.text(event.execution_type, name, value);
        break;
      case short_name("X"):
        fields.text(event.status, name, value);
        break;
      case short_name("er"):
        fields.text(event.expiry_reason, name, value);
        break;
      case short_name("ps"):
        fields.text(event.position_side, name, value);
        break;
      case short_name("i"):
        fields.integer(event.order_id, name, value);
        break;
      case short_name("q"):
        fields.text(event.qty, name, value);
        break;
      case short_name("z"):
        fields.text(event.filled_qty, name, value);
        break;
      case short_name("p"):
        fields.number(event.price, name, value);
        break;
      case short_name("ap"):
        fields.number(event.avg_price, name, value);
        break;
      case short_name("sp"):
        fields.number(event.stop_price, name, value);
        break;
      case short_name("l"):
        fields.text(event.last_qty, name, value);
        break;
      case short_name("L"):
        fields.text(event.last_price, name, value);
        break;
      case short_name("n"):
        fields.number(event.commission, name, value);
        break;
      case short_name("N"):
        fields.text(event.commission_asset, name, value);
        break;
      case short_name("rp"):
        fields.number(event.realized_pnl, name, value);
        break;
      case short_name("T"):
        fields.integer(event.trade_time_ms, name, value);
        break;
      case short_name("t"):
        fields.integer(event.trade_id, name, value);
        break;
      case short_name("m"):
        fields.flag(event.maker, name, value);
        break;
      case short_name("R"):
        fields.flag(event.reduce_only, name, value);
        break;
      default:
        break;
    }
  }
  fields.require("s", event.symbol);
  fields.require("S", event.side);
  fields.require("o", event.type);
  fields.require("x", event.execution_type);
  fields.require("X", event.status);
  fields.require("i", event.order_id);
  fields.require("q", event.qty);
  fields.require("z", event.filled_qty);
  fields.require("l", event.last_qty);
  fields.require("L", event.last_price);
  return json::unless_faulty(fields, wire::UserEvent{event});
}

Decoded<wire::UserEvent> read_trade_lite(Object& object, Times times) {
  wire::TradeLite event;
  event.event_time_ms = times.event_ms;
  event.transaction_time_ms = times.transaction_ms;
  event.symbol = object.required_text("s");
  event.client_order_id = object.text("c");
  event.side = object.required_text("S");
  event.order_id = object.required_integer("i");
  event.trade_id = object.required_integer("t");
  event.last_qty = object.required_text("l");
  event.last_price = object.required_text("L");
  event.maker = object.flag("m");
  return json::unless_faulty(object, wire::UserEvent{event});
}

Decoded<wire::BalanceChange> read_balance_change(const Value& value) {
  Object object{value, "ACCOUNT_UPDATE balance"};
  const wire::BalanceChange change{.asset = object.required_text("a"),
                                   .wallet_balance = object.required_text("wb"),
                                   .cross_wallet = object.required_text("cw"),
                                   .balance_change = object.text("bc")};
  return json::unless_faulty(object, change);
}

Decoded<wire::PositionChange> read_position_change(const Value& value) {
  Object object{value, "ACCOUNT_UPDATE position"};
  const wire::PositionChange change{.symbol = object.required_text("s"),
                                    .position_side = object.text("ps"),
                                    .margin_type = object.text("mt"),
                                    .position_amt = object.required_text("pa"),
                                    .entry_price = object.text("ep"),
                                    .unrealized_profit = object.number("up")};
  return json::unless_faulty(object, change);
}

Decoded<wire::UserEvent> read_account_update(const Value& body, Times times) {
  Object object{body, "ACCOUNT_UPDATE"};
  wire::AccountUpdate event;
  event.event_time_ms = times.event_ms;
  event.transaction_time_ms = times.transaction_ms;
  event.reason = object.required_text("m");
  // Funding on a crossed position brings balances alone: either list may be left out.
  if (const Value* const balances = object.find("B")) {
    auto read = json::read_array<wire::BalanceChange>(balances, "B", read_balance_change);
    if (!read) return fault(read.error().text);
    event.balances = std::move(*read);
  }
  if (const Value* const positions = object.find("P")) {
    auto read = json::read_array<wire::PositionChange>(positions, "P", read_position_change);
    if (!read) return fault(read.error().text);
    event.positions = std::move(*read);
  }
  return json::unless_faulty(object, wire::UserEvent{std::move(event)});
}

Decoded<wire::UserEvent> read_algo_update(const Value& body, Times times) {
  Object object{body, "ALGO_UPDATE"};
  wire::AlgoUpdate event;
  event.event_time_ms = times.event_ms;
  event.transaction_time_ms = times.transaction_ms;
  event.client_algo_id = object.text("caid");
  event.algo_id = object.required_integer("aid");
  event.order_type = object.required_text("o");
  event.symbol = object.required_text("s");
  event.side = object.required_text("S");
  event.time_in_force = object.text("f");
  event.position_side = object.text("ps");
  event.status = object.required_text("X");
  event.working_type = object.text("wt");
  event.child_order_id = object.text("ai");
  event.reject_reason = object.text("rm");
  event.qty = object.required_text("q");
  event.price = object.number("p");
  event.trigger_price = object.number("tp");
  event.child_filled_qty = object.number("aq");
  event.trigger_time_ms = object.integer("tt");
  event.reduce_only = object.flag("R");
  return json::unless_faulty(object, wire::UserEvent{event});
}

Decoded<wire::UserEvent> read_margin_call(const Object& object, Times times) {
  auto symbols = json::read_array<std::string_view>(
      object.find("p"), "MARGIN_CALL p", [](const Value& value) -> Decoded<std::string_view> {
        Object position{value, "MARGIN_CALL position"};
        const std::string_view symbol = position.required_text("s");
        return json::unless_faulty(position, symbol);
      });
  if (!symbols) return fault(symbols.error().text);
  return wire::UserEvent{
      wire::MarginCall{.event_time_ms = times.event_ms, .symbols = std::move(*symbols)}};
}

Decoded<wire::UserEvent> read_account_config(const Object& event) {
  wire::AccountConfigUpdate update;
  if (const Value* const leverage = event.find("ac")) {
    Object object{*leverage, "ACCOUNT_CONFIG_UPDATE ac"};
    update.symbol = object.required_text("s");
    update.leverage = object.required_integer("l");
    if (!object.fault().empty()) return fault(object.fault());
  }
  if (const Value* const mode = event.find("ai")) {
    Object object{*mode, "ACCOUNT_CONFIG_UPDATE ai"};
    update.multi_assets_margin = object.required_flag("j");
    if (!object.fault().empty()) return fault(object.fault());
  }
  return wire::UserEvent{update};
}

}  // namespace

Decoded<wire::UserEvent> read_user_event(const Value& value) {
  Object event{value, "event"};
  const std::string_view type = event.required_text("e");
  const Times times = times_of(event);
  if (!event.fault().empty()) return fault(event.fault());
  const auto body_of = [&](std::string_view name) {
    const Value* const body = event.find(name);
    if (body == nullptr) event.fail(name, "is missing");
    return body;
  };
  if (type == "ORDER_TRADE_UPDATE") {
    if (const Value* const body = body_of("o")) return read_order_trade_update(*body, times);
  } else if (type == "TRADE_LITE") {
    return read_trade_lite(event, times);
  } else if (type == "ACCOUNT_UPDATE") {
    if (const Value* const body = body_of("a")) return read_account_update(*body, times);
  } else if (type == "ALGO_UPDATE") {
    if (const Value* const body = body_of("o")) return read_algo_update(*body, times);
  } else if (type == "listenKeyExpired") {
    const wire::ListenKeyExpired expired{event.text("listenKey")};
    return json::unless_faulty(event, wire::UserEvent{expired});
  } else if (type == "MARGIN_CALL") {
    return read_margin_call(event, times);
  } else if (type == "ACCOUNT_CONFIG_UPDATE") {
    return read_account_config(event);
  } else {
    return wire::UserEvent{wire::OtherEvent{type}};
  }
  return fault(event.fault());
}

namespace {

Decoded<wire::MarketEvent> read_depth(Object& object, std::vector<wire::Level>& bids,
                                      std::vector<wire::Level>& asks) {
  wire::DepthUpdate event;
  event.symbol = object.required_text("s");
  event.event_time_ms = object.integer("E");
  event.transaction_time_ms = object.integer("T");
  event.first_id = object.required_integer("U");
  event.final_id = object.required_integer("u");
  event.prev_final_id = object.integer("pu");
  if (!read_levels(object.find("b"), bids)) object.fail("b", "is not a list of levels");
  if (!read_levels(object.find("a"), asks)) object.fail("a", "is not a list of levels");
  event.bids = bids;
  event.asks = asks;
  return json::unless_faulty(object, wire::MarketEvent{event});
}

Decoded<wire::MarketEvent> read_book_ticker(Object& object) {
  wire::BookTicker event;
  event.symbol = object.required_text("s");
  event.event_time_ms = object.integer("E");
  event.transaction_time_ms = object.integer("T");
  event.update_id = object.required_integer("u");
  event.bid_price = object.required_text("b");
  event.bid_qty = object.required_text("B");
  event.ask_price = object.required_text("a");
  event.ask_qty = object.required_text("A");
  return json::unless_faulty(object, wire::MarketEvent{event});
}

Decoded<wire::MarketEvent> read_agg_trade(Object& object) {
  wire::AggTrade event;
  event.symbol = object.required_text("s");
  event.event_time_ms = object.integer("E");
  event.trade_time_ms = object.integer("T");
  event.agg_id = object.required_integer("a");
  event.first_trade_id = object.integer("f");
  event.last_trade_id = object.integer("l");
  event.price = object.required_text("p");
  event.qty = object.required_text("q");
  event.buyer_is_maker = object.required_flag("m");
  return json::unless_faulty(object, wire::MarketEvent{event});
}

Decoded<wire::MarketEvent> read_trade(Object& object) {
  wire::Trade event;
  event.symbol = object.required_text("s");
  event.event_time_ms = object.integer("E");
  event.trade_time_ms = object.integer("T");
  event.trade_id = object.integer("t");
  event.price = object.required_text("p");
  event.qty = object.required_text("q");
  event.origin = object.text("X");
  event.buyer_is_maker = object.required_flag("m");
  return json::unless_faulty(object, wire::MarketEvent{event});
}

Decoded<wire::MarketEvent> read_mark_price(Object& object) {
  wire::MarkPriceUpdate event;
  event.symbol = object.required_text("s");
  event.event_time_ms = object.integer("E");
  event.mark_price = object.required_text("p");
  event.index_price = object.required_text("i");
  event.funding_rate = object.number("r");
  event.next_funding_time_ms = object.integer("T");
  return json::unless_faulty(object, wire::MarketEvent{event});
}

}  // namespace

Decoded<wire::MarketEvent> read_market_event(const Value& value, std::vector<wire::Level>& bids,
                                             std::vector<wire::Level>& asks) {
  Object event{value, "event"};
  const std::string_view type = event.required_text("e");
  if (!event.fault().empty()) return fault(event.fault());
  if (type == "depthUpdate") return read_depth(event, bids, asks);
  if (type == "bookTicker") return read_book_ticker(event);
  if (type == "aggTrade") return read_agg_trade(event);
  if (type == "trade") return read_trade(event);
  if (type == "markPriceUpdate") return read_mark_price(event);
  return wire::MarketEvent{wire::OtherEvent{type}};
}

}  // namespace causeway::translators::binance
