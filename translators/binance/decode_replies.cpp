#include "translators/binance/json.hpp"

namespace causeway::translators::binance {
namespace {

using json::fault;
using json::Object;
using json::read_array;
using json::Value;

Decoded<wire::Order> read_order(const Value& value) {
  Object object{value, "order"};
  const wire::Order order{
      .order_id = object.required_integer("orderId"),
      .client_order_id = object.text("clientOrderId"),
      .symbol = object.required_text("symbol"),
      .side = object.required_text("side"),
      .type = object.required_text("type"),
      .orig_type = object.text("origType"),
      .status = object.required_text("status"),
      .time_in_force = object.text("timeInForce"),
      .position_side = object.text("positionSide"),
      .orig_qty = object.required_text("origQty"),
      .executed_qty = object.required_text("executedQty"),
      .price = object.number("price"),
      .avg_price = object.number("avgPrice"),
      .stop_price = object.number("stopPrice"),
      .time_ms = object.integer("time"),
      .update_time_ms = object.integer("updateTime"),
      .reduce_only = object.flag("reduceOnly"),
  };
  return json::unless_faulty(object, order);
}

Decoded<wire::BatchItem> read_batch_item(const Value& value) {
  Object object{value, "batch"};
  if (object.find("code") == nullptr) {
    auto order = read_order(value);
    if (!order) return fault(order.error().text);
    return wire::BatchItem{*order};
  }
  const wire::Failure failure{.code = object.integer("code"), .message = object.text("msg")};
  return json::unless_faulty(object, wire::BatchItem{failure});
}

Decoded<wire::AlgoOrder> read_algo_order(const Value& value) {
  Object object{value, "algo order"};
  const wire::AlgoOrder order{
      .algo_id = object.required_integer("algoId"),
      .client_algo_id = object.text("clientAlgoId"),
      .symbol = object.required_text("symbol"),
      .side = object.required_text("side"),
      .order_type = object.required_text("orderType"),
      .algo_status = object.required_text("algoStatus"),
      .time_in_force = object.text("timeInForce"),
      .position_side = object.text("positionSide"),
      .working_type = object.text("workingType"),
      .quantity = object.required_text("quantity"),
      .price = object.number("price"),
      .trigger_price = object.number("triggerPrice"),
      .actual_order_id = object.text("actualOrderId"),
      .actual_qty = object.number("actualQty"),
      .create_time_ms = object.integer("createTime"),
      .update_time_ms = object.integer("updateTime"),
      .trigger_time_ms = object.integer("triggerTime"),
      .close_position = object.flag("closePosition"),
      .reduce_only = object.flag("reduceOnly"),
  };
  return json::unless_faulty(object, order);
}

Decoded<wire::UserTrade> read_user_trade(const Value& value) {
  Object object{value, "trade"};
  const wire::UserTrade trade{
      .id = object.required_integer("id"),
      .order_id = object.required_integer("orderId"),
      .symbol = object.required_text("symbol"),
      .side = object.required_text("side"),
      .position_side = object.text("positionSide"),
      .price = object.required_text("price"),
      .qty = object.required_text("qty"),
      .commission = object.number("commission"),
      .commission_asset = object.text("commissionAsset"),
      .realized_pnl = object.number("realizedPnl"),
      .time_ms = object.required_integer("time"),
      .maker = object.required_flag("maker"),
  };
  return json::unless_faulty(object, trade);
}

Decoded<wire::Position> read_position(const Value& value) {
  Object object{value, "position"};
  const wire::Position position{
      .symbol = object.required_text("symbol"),
      .position_side = object.required_text("positionSide"),
      .position_amt = object.required_text("positionAmt"),
      .entry_price = object.number("entryPrice"),
      .mark_price = object.number("markPrice"),
      .unrealized_profit = object.number("unRealizedProfit"),
      .liquidation_price = object.number("liquidationPrice"),
      .margin_asset = object.text("marginAsset"),
      .update_time_ms = object.integer("updateTime"),
  };
  return json::unless_faulty(object, position);
}

Decoded<wire::Balance> read_balance(const Value& value) {
  Object object{value, "balance"};
  const wire::Balance balance{
      .asset = object.required_text("asset"),
      .balance = object.required_text("balance"),
      .cross_wallet_balance = object.text("crossWalletBalance"),
      .cross_un_pnl = object.required_text("crossUnPnl"),
      .available_balance = object.required_text("availableBalance"),
      .update_time_ms = object.integer("updateTime"),
  };
  return json::unless_faulty(object, balance);
}

Decoded<wire::Income> read_income(const Value& value) {
  Object object{value, "income"};
  const wire::Income income{
      .symbol = object.text("symbol"),
      .income_type = object.required_text("incomeType"),
      .income = object.required_text("income"),
      .asset = object.required_text("asset"),
      .time_ms = object.required_integer("time"),
      .tran_id = object.integer("tranId"),
      .trade_id = object.text("tradeId"),
  };
  return json::unless_faulty(object, income);
}

Decoded<wire::RateLimit> read_rate_limit(const Value& value) {
  Object object{value, "rateLimits"};
  const wire::RateLimit limit{
      .type = object.required_text("rateLimitType"),
      .interval = object.required_text("interval"),
      .interval_num = object.integer("intervalNum"),
      .limit = object.integer("limit"),
      .count = object.integer("count"),
  };
  return json::unless_faulty(object, limit);
}

// One of a symbol's filters, into the instrument.
void read_filter(const Value& value, wire::Instrument& instrument, Object& errors) {
  Object filter{value, "filter"};
  const std::string_view type = filter.text("filterType");
  if (type == "PRICE_FILTER") {
    instrument.tick_size = filter.number("tickSize");
    instrument.min_price = filter.number("minPrice");
    instrument.max_price = filter.number("maxPrice");
  } else if (type == "LOT_SIZE") {
    instrument.step_size = filter.number("stepSize");
    instrument.min_qty = filter.number("minQty");
    instrument.max_qty = filter.number("maxQty");
  } else if (type == "MARKET_LOT_SIZE") {
    instrument.market_step_size = filter.number("stepSize");
    instrument.market_min_qty = filter.number("minQty");
    instrument.market_max_qty = filter.number("maxQty");
  } else if (type == "MIN_NOTIONAL") {
    instrument.min_notional = filter.number("notional");
  } else if (type == "PERCENT_PRICE") {
    instrument.multiplier_up = filter.number("multiplierUp");
    instrument.multiplier_down = filter.number("multiplierDown");
  }
  if (!filter.fault().empty()) errors.fail("filters", filter.fault());
}

Decoded<wire::Instrument> read_instrument(const Value& value) {
  Object object{value, "symbol"};
  wire::Instrument instrument;
  instrument.symbol = object.required_text("symbol");
  instrument.pair = object.text("pair");
  instrument.contract_type = object.text("contractType");
  instrument.status = object.required_text("status");
  instrument.base_asset = object.required_text("baseAsset");
  instrument.quote_asset = object.required_text("quoteAsset");
  instrument.margin_asset = object.required_text("marginAsset");
  instrument.delivery_date_ms = object.integer("deliveryDate");
  const Value* const filters = object.find("filters");
  if (filters == nullptr || !filters->IsArray()) {
    object.fail("filters", "is not a list");
  } else {
    for (const Value& filter : filters->GetArray()) read_filter(filter, instrument, object);
  }
  return json::unless_faulty(object, instrument);
}

}  // namespace

Decoded<wire::Order> Decoder::order() const {
  if (parsed_->body == nullptr) return fault("order: no result");
  return read_order(*parsed_->body);
}

Decoded<std::vector<wire::Order>> Decoder::orders() const {
  return read_array<wire::Order>(parsed_->body, "orders", read_order);
}

Decoded<std::vector<wire::BatchItem>> Decoder::batch() const {
  return read_array<wire::BatchItem>(parsed_->body, "batch", read_batch_item);
}

Decoded<wire::AlgoOrder> Decoder::algo_order() const {
  if (parsed_->body == nullptr) return fault("algo order: no result");
  return read_algo_order(*parsed_->body);
}

Decoded<std::vector<wire::AlgoOrder>> Decoder::algo_orders() const {
  return read_array<wire::AlgoOrder>(parsed_->body, "algo orders", read_algo_order);
}

Decoded<wire::AlgoAck> Decoder::algo_ack() const {
  if (parsed_->body == nullptr) return fault("algo cancel: no result");
  Object object{*parsed_->body, "algo cancel"};
  const wire::AlgoAck ack{.algo_id = object.required_integer("algoId"),
                          .client_algo_id = object.text("clientAlgoId")};
  const std::string_view code = object.text("code");
  if (!code.empty() && code != "200") object.fail("code", "is " + std::string{code});
  return json::unless_faulty(object, ack);
}

Decoded<std::vector<wire::UserTrade>> Decoder::user_trades() const {
  return read_array<wire::UserTrade>(parsed_->body, "trades", read_user_trade);
}

Decoded<std::vector<wire::Position>> Decoder::positions() const {
  return read_array<wire::Position>(parsed_->body, "positions", read_position);
}

Decoded<std::vector<wire::Balance>> Decoder::balances() const {
  return read_array<wire::Balance>(parsed_->body, "balances", read_balance);
}

Decoded<std::vector<wire::Income>> Decoder::incomes() const {
  return read_array<wire::Income>(parsed_->body, "incomes", read_income);
}

Decoded<wire::AccountConfig> Decoder::account_config() const {
  if (parsed_->body == nullptr) return fault("account config: no result");
  Object object{*parsed_->body, "account config"};
  const wire::AccountConfig config{
      .can_trade = object.required_flag("canTrade"),
      .dual_side_position = object.required_flag("dualSidePosition"),
      .multi_assets_margin = object.required_flag("multiAssetsMargin")};
  return json::unless_faulty(object, config);
}

Decoded<bool> Decoder::dual_side_position() const {
  if (parsed_->body == nullptr) return fault("position mode: no result");
  Object object{*parsed_->body, "position mode"};
  const bool dual = object.required_flag("dualSidePosition");
  return json::unless_faulty(object, dual);
}

Decoded<wire::CommissionRate> Decoder::commission_rate() const {
  if (parsed_->body == nullptr) return fault("commission rate: no result");
  Object object{*parsed_->body, "commission rate"};
  const wire::CommissionRate rate{.symbol = object.required_text("symbol"),
                                  .maker = object.required_text("makerCommissionRate"),
                                  .taker = object.required_text("takerCommissionRate")};
  return json::unless_faulty(object, rate);
}

Decoded<wire::Session> Decoder::session() const {
  if (parsed_->body == nullptr) return fault("session: no result");
  Object object{*parsed_->body, "session"};
  const wire::Session session{.api_key = object.text("apiKey"),
                              .authorized_since_ms = object.integer("authorizedSince"),
                              .server_time_ms = object.integer("serverTime")};
  return json::unless_faulty(object, session);
}

Decoded<std::string_view> Decoder::listen_key() const {
  if (parsed_->body == nullptr) return fault("listen key: no result");
  Object object{*parsed_->body, "listen key"};
  const std::string_view key = object.required_text("listenKey");
  return json::unless_faulty(object, key);
}

Decoded<std::int64_t> Decoder::server_time_ms() const {
  if (parsed_->body == nullptr) return fault("time: no result");
  Object object{*parsed_->body, "time"};
  const std::int64_t time = object.required_integer("serverTime");
  return json::unless_faulty(object, time);
}

Decoded<wire::ExchangeInfo> Decoder::exchange_info() const {
  if (parsed_->body == nullptr) return fault("exchange info: no result");
  Object object{*parsed_->body, "exchange info"};
  wire::ExchangeInfo info;
  info.server_time_ms = object.integer("serverTime");
  if (!object.fault().empty()) return fault(object.fault());
  auto limits = read_array<wire::RateLimit>(object.find("rateLimits"), "exchange info rateLimits",
                                            read_rate_limit);
  if (!limits) return fault(limits.error().text);
  const Value* const symbols = object.find("symbols");
  if (symbols == nullptr || !symbols->IsArray())
    return fault("exchange info symbols: not an array");
  info.symbols.reserve(symbols->Size());
  for (const Value& symbol : symbols->GetArray()) {
    auto read = read_instrument(symbol);
    if (read) {
      info.symbols.push_back(*read);
    } else {
      info.unreadable.push_back(read.error().text);
    }
  }
  info.rate_limits = std::move(*limits);
  return info;
}

Decoded<wire::OpenInterest> Decoder::open_interest() const {
  if (parsed_->body == nullptr) return fault("open interest: no result");
  Object object{*parsed_->body, "open interest"};
  const wire::OpenInterest interest{.symbol = object.required_text("symbol"),
                                    .open_interest = object.required_text("openInterest"),
                                    .time_ms = object.integer("time")};
  return json::unless_faulty(object, interest);
}

Decoded<wire::PremiumIndex> Decoder::premium_index() const {
  if (parsed_->body == nullptr) return fault("premium index: no result");
  Object object{*parsed_->body, "premium index"};
  const wire::PremiumIndex index{.symbol = object.required_text("symbol"),
                                 .mark_price = object.required_text("markPrice"),
                                 .index_price = object.required_text("indexPrice"),
                                 .last_funding_rate = object.number("lastFundingRate"),
                                 .next_funding_time_ms = object.integer("nextFundingTime"),
                                 .time_ms = object.integer("time")};
  return json::unless_faulty(object, index);
}

Decoded<wire::BookTickerReply> Decoder::book_ticker() const {
  if (parsed_->body == nullptr) return fault("book ticker: no result");
  Object object{*parsed_->body, "book ticker"};
  const wire::BookTickerReply ticker{.symbol = object.required_text("symbol"),
                                     .bid_price = object.required_text("bidPrice"),
                                     .bid_qty = object.required_text("bidQty"),
                                     .ask_price = object.required_text("askPrice"),
                                     .ask_qty = object.required_text("askQty"),
                                     .time_ms = object.integer("time")};
  return json::unless_faulty(object, ticker);
}

Decoded<wire::DepthSnapshot> Decoder::depth_snapshot() {
  if (parsed_->body == nullptr) return fault("depth: no result");
  Object object{*parsed_->body, "depth"};
  wire::DepthSnapshot snapshot;
  snapshot.last_update_id = object.required_integer("lastUpdateId");
  snapshot.transaction_time_ms = object.integer("T");
  if (!read_levels(object.find("bids"), parsed_->bids)) object.fail("bids", "is no list of levels");
  if (!read_levels(object.find("asks"), parsed_->asks)) object.fail("asks", "is no list of levels");
  snapshot.bids = parsed_->bids;
  snapshot.asks = parsed_->asks;
  return json::unless_faulty(object, snapshot);
}

std::vector<wire::RateLimit> Decoder::rate_limits() const {
  auto read = read_array<wire::RateLimit>(parsed_->limits, "rateLimits", read_rate_limit);
  return read ? std::move(*read) : std::vector<wire::RateLimit>{};
}

}  // namespace causeway::translators::binance
