#include "tests/translators/binance_intent.hpp"

#include <charconv>
#include <map>

#include "translators/binance/map.hpp"

namespace causeway::translators::vectors::binance_intent {

namespace wire = binance::wire;
using fixspec::Decimal;
using wire::Call;
using wire::Method;
using wire::Parameter;

std::optional<std::int64_t> integer_of(const Json& json, const char* name) {
  const std::string text = text_of(json, name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

namespace {

Built outside(std::string why) { return Unbuildable{true, std::move(why)}; }
Built broken(std::string why) { return Unbuildable{false, std::move(why)}; }

std::optional<Decimal> decimal_of(const Json& json, const char* name) {
  const auto value = Decimal::parse(text_of(json, name), fixspec::Notation::Scientific);
  return value ? std::optional{*value} : std::nullopt;
}

std::string first_of(const Json& json, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const std::string text = text_of(json, name); !text.empty()) return text;
  }
  return {};
}

std::string symbol_of(const Json& json) {
  const auto member = json.FindMember("instrument");
  if (member == json.MemberEnd() || !member->value.IsObject()) return text_of(json, "symbol");
  return text_of(member->value, "venue_symbol");
}

// ---- orders -------------------------------------------------------------------------------------

const std::map<std::string, wire::OrderType, std::less<>> order_types{
    {"limit", wire::OrderType::Limit},
    {"market", wire::OrderType::Market},
    {"stop_limit", wire::OrderType::Stop},
    {"stop_market", wire::OrderType::StopMarket},
    {"take_profit_limit", wire::OrderType::TakeProfit},
    {"take_profit_market", wire::OrderType::TakeProfitMarket},
    {"trailing_stop", wire::OrderType::TrailingStopMarket},
};

std::optional<wire::PositionSide> position_side_of(const Json& json) {
  const std::string side = text_of(json, "position_side");
  if (side == "long") return wire::PositionSide::Long;
  if (side == "short") return wire::PositionSide::Short;
  return binance::position_side_from_text(side);
}

fixspec::TimeInForce time_in_force_of(const Json& json) {
  const std::string tif = text_of(json, "tif");
  if (tif == "IOC") return fixspec::TimeInForce::ImmediateOrCancel;
  if (tif == "FOK") return fixspec::TimeInForce::FillOrKill;
  return fixspec::TimeInForce::GoodTillCancel;
}

// What the gateway's own request can say of an order.
PlaceOrder ask_of(const Json& json, wire::OrderType type) {
  PlaceOrder ask;
  ask.instrument = binance::key_of(symbol_of(json)).value();
  ask.side = text_of(json, "side") == "sell" ? fixspec::Side::Sell : fixspec::Side::Buy;
  ask.ord_type = binance::to_ord_type(type);
  ask.time_in_force = time_in_force_of(json);
  if (const auto qty = decimal_of(json, "qty")) ask.order_qty = fixspec::Quantity{*qty};
  if (const auto price = decimal_of(json, "price")) ask.price = fixspec::Price{*price};
  if (const auto stop = decimal_of(json, "stop_price")) ask.stop_px = fixspec::Price{*stop};
  if (text_of(json, "trigger_by") == "mark") ask.trigger_ref = fixspec::TriggerRef::Mark;
  if (text_of(json, "trigger_by") == "index") ask.trigger_ref = fixspec::TriggerRef::Index;
  ask.exec_inst = {.participate_dont_initiate = flag_of(json, "post_only"),
                   .do_not_increase = flag_of(json, "reduce_only")};
  return ask;
}

// What both kinds of orders can be told beyond that, in the venue's own words.
template <class Order>
void take_common(Order& order, const Json& json) {
  if (const auto side = position_side_of(json)) order.position_side = side;
  for (const char* name :
       {"self_trade_prevention", "stp", "selfTradePreventionMode", "self_trade_prevention_mode"}) {
    if (const auto mode = binance::stp_mode_from_text(text_of(json, name))) order.stp_mode = mode;
  }
  for (const char* name : {"price_match", "priceMatch"}) {
    if (const auto match = binance::price_match_from_text(text_of(json, name))) {
      order.price_match = match;
      order.price.reset();
    }
  }
  for (const char* name : {"newOrderRespType", "response_type"}) {
    if (const auto type = binance::response_type_from_text(text_of(json, name))) {
      order.response_type = type;
    }
  }
  for (const char* name : {"timeInForce", "tif"}) {
    const auto tif = binance::time_in_force_from_text(text_of(json, name));
    if (tif && !flag_of(json, "post_only")) order.time_in_force = tif;
  }
  for (const char* name : {"good_till_date", "good_till_ms", "good_till_date_ms", "expire_ms",
                           "expire_time_ms", "goodTillDate"}) {
    if (const auto date = integer_of(json, name)) {
      order.good_till_date_ms = date;
      order.time_in_force = wire::TimeInForce::GoodTillDate;
    }
  }
}

void take_algo(wire::NewAlgoOrder& order, const Json& json, wire::OrderType type) {
  order.type = type;
  // The gateway always names the price that a trigger watches and answers shortly; the intent may
  // leave the first to the venue and never says the second.
  if (!has(json, "trigger_by")) order.working_type.reset();
  if (flag_of(json, "close_position") || flag_of(json, "closePosition")) {
    order.close_position = true;
    order.quantity.reset();
    order.reduce_only.reset();
  }
  if (has(json, "price_protect")) order.price_protect = flag_of(json, "price_protect");
  if (has(json, "priceProtect")) order.price_protect = flag_of(json, "priceProtect");
  for (const char* name : {"activation_price", "activate_price", "activatePrice"}) {
    if (const auto price = decimal_of(json, name)) order.activate_price = price;
  }
  for (const char* name : {"callback_rate_pct", "callback_rate", "callbackRate"}) {
    if (const auto rate = decimal_of(json, name)) order.callback_rate = rate;
  }
  // A trailing stop watches prices from where it is activated.
  if (type == wire::OrderType::TrailingStopMarket) order.trigger_price.reset();
}

Built new_order(Intent& intent, const Json& json) {
  const auto type = order_types.find(text_of(json, "type"));
  if (type == order_types.end()) return broken("unknown type " + text_of(json, "type"));
  if (has(json, "attached")) return outside("Binance futures have no attached orders");
  PlaceOrder& ask = intent.asks.emplace_back(ask_of(json, type->second));
  auto request = binance::to_wire(ask);
  if (!request) return broken(request.error().text);
  const std::string_view client_id = intent.view(json, "client_order_id");
  if (auto* const algo = std::get_if<wire::NewAlgoOrder>(&*request)) {
    algo->client_algo_id = client_id;
    take_algo(*algo, json, type->second);
    take_common(*algo, json);
    if (has(json, "extras")) {
      take_algo(*algo, json["extras"], type->second);
      if (has(json, "trigger_by")) {
        algo->working_type = ask.trigger_ref == fixspec::TriggerRef::Mark
                                 ? wire::WorkingType::MarkPrice
                                 : wire::WorkingType::ContractPrice;
      }
      take_common(*algo, json["extras"]);
    }
    return std::move(*request);
  }
  auto& order = std::get<wire::NewOrder>(*request);
  order.new_client_order_id = client_id;
  order.test = flag_of(json, "test");
  take_common(order, json);
  if (has(json, "extras")) take_common(order, json["extras"]);
  return std::move(*request);
}

wire::ModifyOrder modify_order(Intent& intent, const Json& json) {
  AmendOrder ask;
  ask.instrument = binance::key_of(symbol_of(json)).value();
  ask.side = text_of(json, "side") == "sell" ? fixspec::Side::Sell : fixspec::Side::Buy;
  ask.price = fixspec::Price{decimal_of(json, "price").value_or(Decimal{})};
  if (const auto qty = decimal_of(json, "qty")) ask.order_qty = fixspec::Quantity{*qty};
  const std::string id = text_of(json, "venue_order_id");
  if (!id.empty()) ask.venue_order_id = fixspec::VenueOrderId{id};
  auto modify = std::get<wire::ModifyOrder>(binance::to_wire(ask).value());
  modify.symbol = intent.view(symbol_of(json));
  modify.orig_client_order_id = {};
  if (!modify.order_id) {
    modify.orig_client_order_id =
        intent.view(first_of(json, {"orig_client_order_id", "client_order_id"}));
  }
  modify.position_side = position_side_of(json);
  for (const char* name : {"price_match", "priceMatch"}) {
    if (const auto match = binance::price_match_from_text(text_of(json, name))) {
      modify.price_match = match;
      modify.price.reset();
    }
  }
  for (const char* name : {"modify_id", "modifyId"}) {
    if (const auto modify_id = integer_of(json, name)) modify.modify_id = modify_id;
  }
  return modify;
}

// The list of a batch: of orders, or of changes to them.
const Json* list_of(const Json& json) {
  for (const char* name : {"orders", "batch", "legs", "items", "amends", "cancels"}) {
    if (has(json, name) && json[name].IsArray()) return &json[name];
  }
  return nullptr;
}

Built batch(Intent& intent, bool amends) {
  const Json* const list = list_of(intent.json);
  if (list == nullptr) return broken("a batch without a list");
  for (const Json& item : list->GetArray()) {
    if (amends) {
      intent.amends.push_back(modify_order(intent, item));
      continue;
    }
    const Built built = new_order(intent, item);
    if (const auto* unbuildable = std::get_if<Unbuildable>(&built)) return *unbuildable;
    const auto* const order = std::get_if<wire::NewOrder>(&std::get<wire::Request>(built));
    if (order == nullptr) return broken("a conditional order in a batch");
    intent.orders.push_back(*order);
  }
  if (amends) return wire::Request{wire::ModifyOrders{intent.amends}};
  return wire::Request{wire::NewOrders{intent.orders}};
}

void take_ids(Intent& intent, const Json& json) {
  for (const char* name : {"venue_order_ids", "order_ids"}) {
    if (!has(json, name)) continue;
    for (const Json& id : json[name].GetArray()) {
      intent.order_ids.push_back(std::stoll(id.GetString()));
    }
  }
  for (const char* name : {"client_order_ids", "orig_client_order_ids"}) {
    if (!has(json, name)) continue;
    for (const Json& id : json[name].GetArray()) {
      intent.client_ids.push_back(intent.view(std::string{id.GetString()}));
    }
  }
  if (const auto id = integer_of(json, "venue_order_id")) intent.order_ids.push_back(*id);
  const std::string client_id = first_of(json, {"orig_client_order_id", "client_order_id"});
  if (!client_id.empty()) intent.client_ids.push_back(intent.view(client_id));
}

Built cancel_batch(Intent& intent) {
  take_ids(intent, intent.json);
  std::string symbol = symbol_of(intent.json);
  if (const Json* const list = list_of(intent.json)) {
    for (const Json& item : list->GetArray()) {
      take_ids(intent, item);
      if (symbol.empty()) symbol = symbol_of(item);
    }
  }
  return wire::Request{wire::CancelOrders{.symbol = intent.view(symbol),
                                          .order_ids = intent.order_ids,
                                          .orig_client_order_ids = intent.client_ids}};
}

// ---- plain calls
// -----------------------------------------------------------------------------------

/// The normalised names of plain parameters, and what they are called at the venue.
const std::map<std::string, Parameter, std::less<>> normalised{
    {"start_ms", Parameter::StartTime},   {"since_ms", Parameter::StartTime},
    {"start_time", Parameter::StartTime}, {"end_ms", Parameter::EndTime},
    {"end_time", Parameter::EndTime},     {"limit", Parameter::Limit},
    {"depth", Parameter::Limit},          {"page", Parameter::Page},
    {"leverage", Parameter::Leverage},    {"income_type", Parameter::IncomeType},
    {"asset", Parameter::Asset},          {"from_id", Parameter::FromId},
    {"amount", Parameter::Amount},        {"interval", Parameter::Interval},
};

std::optional<Parameter> parameter_named(std::string_view name) {
  const auto found = normalised.find(name);
  if (found != normalised.end()) return found->second;
  for (int i = 0; i <= static_cast<int>(Parameter::WorkingType); ++i) {
    const auto parameter = static_cast<Parameter>(i);
    if (binance::to_text(parameter) == name) return parameter;
  }
  return std::nullopt;
}

void take_plain(Intent& intent, Call& call, const Json& json) {
  for (const auto& member : json.GetObject()) {
    const auto parameter = parameter_named(member.name.GetString());
    if (!parameter || !(member.value.IsString() || member.value.IsBool())) continue;
    if (member.value.IsBool()) {
      call.with(*parameter, member.value.IsTrue());
    } else {
      call.with(*parameter, intent.view(std::string{member.value.GetString()}));
    }
  }
}

Built call_of(Intent& intent, Method method, bool with_symbol = true) {
  Call call{method};
  const std::string symbol = symbol_of(intent.json);
  if (with_symbol && !symbol.empty()) call.with(Parameter::Symbol, intent.view(symbol));
  take_plain(intent, call, intent.json);
  if (has(intent.json, "extras") && intent.json["extras"].IsObject()) {
    take_plain(intent, call, intent.json["extras"]);
  }
  return wire::Request{call};
}

bool is_conditional(const Json& json) {
  return flag_of(json, "conditional") || flag_of(json, "trigger");
}

// One order, by either id, at either service.
Built about_one(Intent& intent, Method plain, Method algo) {
  const Json& json = intent.json;
  const bool conditional = is_conditional(json);
  Call call{conditional ? algo : plain};
  if (!conditional) call.with(Parameter::Symbol, intent.view(symbol_of(json)));
  const std::string id = first_of(json, {"venue_order_id", "algo_id"});
  if (!id.empty()) {
    call.with(conditional ? Parameter::AlgoId : Parameter::OrderId, intent.view(id));
  } else {
    const std::string client_id = first_of(json, {"orig_client_order_id", "client_order_id"});
    call.with(conditional ? Parameter::ClientAlgoId : Parameter::OrigClientOrderId,
              intent.view(client_id));
  }
  return wire::Request{call};
}

Built with_value(Intent& intent, Method method, Parameter parameter, wire::Value value) {
  Built built = call_of(intent, method);
  std::get<Call>(std::get<wire::Request>(built)).with(parameter, value);
  return built;
}

Built margin_mode(Intent& intent) {
  const std::string mode = text_of(intent.json, "margin_mode");
  if (mode.empty()) return broken("no margin_mode");
  const auto type = mode == "isolated" ? wire::MarginType::Isolated : wire::MarginType::Crossed;
  return with_value(intent, Method::SetMarginType, Parameter::MarginType, binance::to_text(type));
}

Built position_mode(Intent& intent) {
  const std::string mode = text_of(intent.json, "position_mode");
  return with_value(intent, Method::SetPositionMode, Parameter::DualSidePosition, mode == "hedge");
}

Built isolated_margin(Intent& intent, bool add) {
  Built built =
      with_value(intent, Method::ChangePositionMargin, Parameter::Type, std::int64_t{add ? 1 : 2});
  Call& call = std::get<Call>(std::get<wire::Request>(built));
  if (const auto side = position_side_of(intent.json)) {
    call.with(Parameter::PositionSide, binance::to_text(*side));
  }
  return built;
}

Built dead_man(Intent& intent, bool set) {
  std::string countdown = set ? "" : "0";
  for (const char* name : {"countdown_ms", "timeout_ms", "countdownTime", "ms"}) {
    if (set && has(intent.json, name)) countdown = text_of(intent.json, name);
  }
  if (countdown.empty() && has(intent.json, "timeout_s")) {
    countdown = text_of(intent.json, "timeout_s") + "000";
  }
  return with_value(intent, Method::CountdownCancelAll, Parameter::CountdownTime,
                    std::int64_t{std::stoll("0" + countdown)});
}

Built user_stream(Intent& intent) { return call_of(intent, Method::ListenKeyStart, false); }

const std::map<std::string, Method, std::less<>> plain_calls{
    {"positions", Method::Positions},
    {"balance", Method::Balances},
    {"account", Method::Account},
    {"account.info", Method::Account},
    {"account.config", Method::AccountConfig},
    {"account.symbol_config", Method::SymbolConfig},
    {"symbol.config", Method::SymbolConfig},
    {"account.commission", Method::CommissionRate},
    {"commission", Method::CommissionRate},
    {"commission.rate", Method::CommissionRate},
    {"fees", Method::CommissionRate},
    {"account.rate_limit", Method::OrderRateLimit},
    {"account.leverage_brackets", Method::LeverageBrackets},
    {"leverage.brackets", Method::LeverageBrackets},
    {"leverage.set", Method::SetLeverage},
    {"position_mode.get", Method::GetPositionMode},
    {"multi_assets.get", Method::GetMultiAssetsMargin},
    {"fills.history", Method::UserTrades},
    {"orders.history", Method::AllOrders},
    {"income.history", Method::Income},
    {"userstream.keepalive", Method::ListenKeyPing},
    {"userstream.ping", Method::ListenKeyPing},
    {"userstream.stop", Method::ListenKeyStop},
    {"userstream.close", Method::ListenKeyStop},
    {"instruments", Method::ExchangeInfo},
    {"time", Method::Time},
    {"book.snapshot", Method::Depth},
    {"ticker", Method::BookTicker},
    {"trades", Method::Trades},
    {"klines", Method::Klines},
    {"funding.rate", Method::PremiumIndex},
    {"mark_price", Method::PremiumIndex},
    {"open_interest", Method::OpenInterest},
    {"auth.logon", Method::SessionLogon},
    {"auth.status", Method::SessionStatus},
    {"auth.logout", Method::SessionLogout},
};

}  // namespace

Built build(Intent& intent) {
  const Json& json = intent.json;
  const std::string action = text_of(json, "action");
  const bool conditional = is_conditional(json);
  if (action.starts_with("transfer") || action.starts_with("withdraw")) {
    return outside("transfers and withdrawals");
  }
  if (action == "order.new" || action == "order.test") {
    Built built = new_order(intent, json);
    auto* const request = std::get_if<wire::Request>(&built);
    if (request != nullptr && action == "order.test") {
      if (auto* const order = std::get_if<wire::NewOrder>(request)) order->test = true;
    }
    return built;
  }
  if (action == "order.new_batch") return batch(intent, false);
  if (action == "order.amend") return wire::Request{modify_order(intent, json)};
  if (action == "order.amend_batch") return batch(intent, true);
  if (action == "order.cancel_batch") return cancel_batch(intent);
  if (action == "order.cancel") {
    return about_one(intent, Method::CancelOrder, Method::CancelAlgoOrder);
  }
  if (action == "order.cancel_all") {
    return call_of(intent, conditional ? Method::CancelAllAlgoOrders : Method::CancelAllOpenOrders);
  }
  if (action == "order.query") {
    return about_one(intent, Method::QueryOrder, Method::QueryAlgoOrder);
  }
  if (action == "orders.open") {
    const bool one = !first_of(json, {"venue_order_id", "client_order_id"}).empty();
    if (one) return about_one(intent, Method::QueryOpenOrder, Method::QueryAlgoOrder);
    return call_of(intent, conditional ? Method::OpenAlgoOrders : Method::OpenOrders);
  }
  if (action == "funding.history") {
    return with_value(intent, Method::Income, Parameter::IncomeType,
                      std::string_view{"FUNDING_FEE"});
  }
  if (action == "margin_mode.set") return margin_mode(intent);
  if (action == "position_mode.set") return position_mode(intent);
  if (action == "multi_assets.set") {
    const bool on = flag_of(json, "multi_assets") || flag_of(json, "enabled");
    return with_value(intent, Method::SetMultiAssetsMargin, Parameter::MultiAssetsMargin, on);
  }
  if (action == "isolated_margin.add") return isolated_margin(intent, true);
  if (action == "isolated_margin.reduce") return isolated_margin(intent, false);
  if (action == "deadman.set") return dead_man(intent, true);
  if (action == "deadman.clear") return dead_man(intent, false);
  if (action == "userstream.start") return user_stream(intent);
  const auto plain = plain_calls.find(action);
  if (plain != plain_calls.end()) return call_of(intent, plain->second);
  return outside("no such request in the gateway: " + action);
}

std::vector<Method> alternatives(Method method) {
  switch (method) {
    case Method::Balances:
      return {Method::Account, Method::BalancesV2, Method::AccountV2};
    case Method::Positions:
      return {Method::PositionsV2, Method::Account};
    case Method::QueryOrder:
      return {Method::QueryOpenOrder};
    case Method::AccountConfig:
      return {Method::Account};
    case Method::BookTicker:
      return {Method::Ticker24h, Method::TickerPrice};
    case Method::PremiumIndex:
      return {Method::FundingRates};
    default:
      return {};
  }
}

}  // namespace causeway::translators::vectors::binance_intent
