#include <algorithm>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "tests/translators/vectors.hpp"
#include "translators/deribit/codec.hpp"
#include "translators/deribit/map.hpp"
#include "translators/deribit/sign.hpp"

namespace causeway::translators::vectors {
namespace {

using deribit::HmacKey;
using fixspec::Decimal;
namespace wire = deribit::wire;
using wire::Call;
using wire::Method;
using wire::Parameter;

/// An intent and, beside it, the memory that the request built from it views into.
struct Intent {
  const Json& json;
  std::list<std::string> texts;
  std::string keep(const char* name) const { return text_of(json, name); }
  std::string_view view(const char* name) { return texts.emplace_back(text_of(json, name)); }
  std::string_view view(const std::string& text) { return texts.emplace_back(text); }
};

struct Unbuildable {
  bool outside = false;  ///< not the gateway's work
  std::string why;
};
using Built = std::variant<wire::Request, Unbuildable>;

Built outside(std::string why) { return Unbuildable{true, std::move(why)}; }
Built broken(std::string why) { return Unbuildable{false, std::move(why)}; }

std::optional<Decimal> decimal_of(const Json& json, const char* name) {
  const auto value = Decimal::parse(text_of(json, name), fixspec::Notation::Scientific);
  return value ? std::optional{*value} : std::nullopt;
}

std::string symbol_of(const Json& intent) {
  const auto member = intent.FindMember("instrument");
  if (member == intent.MemberEnd() || !member->value.IsObject()) return {};
  return text_of(member->value, "venue_symbol");
}

// ---- orders ------------------------------------------------------------------------------------

const std::map<std::string, wire::OrderType, std::less<>> order_types{
    {"limit", wire::OrderType::Limit},
    {"market", wire::OrderType::Market},
    {"stop_limit", wire::OrderType::StopLimit},
    {"stop_market", wire::OrderType::StopMarket},
    {"take_profit_limit", wire::OrderType::TakeLimit},
    {"take_profit_market", wire::OrderType::TakeMarket},
    {"trailing_stop", wire::OrderType::TrailingStop},
    {"market_limit", wire::OrderType::MarketLimit},
};

const std::map<std::string, wire::TimeInForce, std::less<>> times_in_force{
    {"GTC", wire::TimeInForce::GoodTilCancelled}, {"IOC", wire::TimeInForce::ImmediateOrCancel},
    {"FOK", wire::TimeInForce::FillOrKill},       {"GTD", wire::TimeInForce::GoodTilDay},
    {"DAY", wire::TimeInForce::GoodTilDay},
};

const std::map<std::string, fixspec::TriggerRef, std::less<>> trigger_refs{
    {"last", fixspec::TriggerRef::LastTrade},
    {"mark", fixspec::TriggerRef::Mark},
    {"index", fixspec::TriggerRef::Index},
};

fixspec::OrdType closest(wire::OrderType type) { return deribit::to_ord_type(type); }

// An order quoted in volatility: a fraction in the intent, percent at the venue.
std::optional<Decimal> volatility_percent(const Json& intent) {
  const auto fraction = decimal_of(intent, "implied_vol");
  if (!fraction) return std::nullopt;
  return Decimal::multiply(*fraction, Decimal::from_integer(100), fixspec::Rounding::HalfEven)
      .value();
}

// Native flags that the intent passes through as they are.
void take_extras(wire::NewOrder& order, Intent& intent, const Json& extras) {
  if (has(extras, "mmp")) order.mmp = flag_of(extras, "mmp");
  if (has(extras, "post_only")) order.post_only = flag_of(extras, "post_only");
  if (has(extras, "reduce_only")) order.reduce_only = flag_of(extras, "reduce_only");
  if (has(extras, "reject_post_only")) {
    order.reject_post_only = flag_of(extras, "reject_post_only");
  }
  if (const auto amount = decimal_of(extras, "display_amount")) order.display_amount = amount;
  if (const auto offset = decimal_of(extras, "trigger_offset")) order.trigger_offset = offset;
  if (const auto price = decimal_of(extras, "trigger_price")) order.trigger_price = price;
  if (const auto trigger = deribit::trigger_from_text(text_of(extras, "trigger"))) {
    order.trigger = trigger;
  }
  if (const auto advanced = deribit::advanced_from_text(text_of(extras, "advanced"))) {
    order.advanced = advanced;
  }
  if (const auto tif = deribit::time_in_force_from_text(text_of(extras, "time_in_force"))) {
    order.time_in_force = tif;
  }
  if (const auto until = decimal_of(extras, "valid_until")) {
    order.valid_until_ms = std::stoll(until->to_string());
  }
  if (has(extras, "label")) order.label = intent.view(text_of(extras, "label"));
  if (has(extras, "linked_order_type")) {
    order.linked_order_type = intent.view(text_of(extras, "linked_order_type"));
  }
  if (has(extras, "trigger_fill_condition")) {
    order.trigger_fill_condition = intent.view(text_of(extras, "trigger_fill_condition"));
  }
}

// Through the gateway's own request as far as that can say it; the rest in the wire's words.
Built new_order(Intent& intent) {
  const Json& json = intent.json;
  const auto type = order_types.find(text_of(json, "type"));
  if (type == order_types.end()) return broken("unknown type " + text_of(json, "type"));
  if (has(json, "attached") || has(json, "otoco_config")) {
    return outside("linked orders (OTO, OCO)");
  }
  const auto qty = decimal_of(json, "qty");
  if (!qty) return broken("no qty");
  PlaceOrder ask;
  ask.client_id = fixspec::VenueClOrdId{};
  ask.instrument = {fixspec::Venue::Deribit, fixspec::Segment::Linear,
                    fixspec::Symbol{symbol_of(json)}};
  ask.side = text_of(json, "side") == "sell" ? fixspec::Side::Sell : fixspec::Side::Buy;
  ask.ord_type = closest(type->second);
  ask.order_qty = fixspec::Quantity{*qty};
  if (const auto price = decimal_of(json, "price")) ask.price = fixspec::Price{*price};
  if (const auto stop = decimal_of(json, "stop_price")) ask.stop_px = fixspec::Price{*stop};
  const auto trigger = trigger_refs.find(text_of(json, "trigger_by"));
  if (trigger != trigger_refs.end()) ask.trigger_ref = trigger->second;
  ask.exec_inst = {.participate_dont_initiate = flag_of(json, "post_only"),
                   .do_not_increase = flag_of(json, "reduce_only")};

  wire::NewOrder order = deribit::to_wire(ask, std::nullopt);
  order.instrument_name = intent.view(symbol_of(json));
  order.label = intent.view("client_order_id");
  order.type = type->second;
  if (text_of(json, "qty_unit") == "contracts") std::swap(order.amount, order.contracts);
  const auto tif = times_in_force.find(text_of(json, "tif"));
  if (tif != times_in_force.end()) order.time_in_force = tif->second;
  if (const auto offset = decimal_of(json, "trailing_distance")) order.trigger_offset = offset;
  for (const char* name : {"display_qty", "iceberg_qty", "visible_qty", "display_amount"}) {
    if (const auto display = decimal_of(json, name)) order.display_amount = display;
  }
  if (const auto percent = volatility_percent(json)) {
    order.price = percent;
    order.advanced = wire::Advanced::ImpliedVolatility;
  }
  take_extras(order, intent, json);
  if (has(json, "extras")) take_extras(order, intent, json["extras"]);
  return order;
}

Built amend(Intent& intent) {
  const Json& json = intent.json;
  AmendOrder ask;
  ask.exec_inst = {.participate_dont_initiate = flag_of(json, "post_only"),
                   .do_not_increase = flag_of(json, "reduce_only")};
  if (const auto price = decimal_of(json, "price")) ask.price = fixspec::Price{*price};
  if (const auto stop = decimal_of(json, "stop_price")) ask.stop_px = fixspec::Price{*stop};
  wire::Edit edit = deribit::to_wire(ask, std::nullopt);
  edit.label = {};
  edit.instrument_name = {};
  edit.amount = decimal_of(json, "qty");
  if (text_of(json, "qty_unit") == "contracts") std::swap(edit.amount, edit.contracts);
  if (const auto offset = decimal_of(json, "trailing_distance")) edit.trigger_offset = offset;
  if (const auto display = decimal_of(json, "display_amount")) edit.display_amount = display;
  if (const auto percent = volatility_percent(json)) {
    edit.price = percent;
    edit.advanced = wire::Advanced::ImpliedVolatility;
  }
  if (const auto advanced = deribit::advanced_from_text(text_of(json, "advanced"))) {
    edit.advanced = advanced;
  }
  if (has(json, "mmp")) edit.mmp = flag_of(json, "mmp");
  if (has(json, "venue_order_id")) {
    edit.order_id = intent.view("venue_order_id");
    return edit;
  }
  edit.label =
      intent.view(has(json, "orig_client_order_id") ? "orig_client_order_id" : "client_order_id");
  edit.instrument_name = intent.view(symbol_of(json));
  return edit;
}

// ---- plain calls --------------------------------------------------------------------------------

bool is_whole_number(std::string_view text) {
  return !text.empty() && text.size() < 19 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Ours beside the normalised names.
const std::map<std::string, Parameter, std::less<>> normalised{
    {"limit", Parameter::Count},
    {"start_ms", Parameter::StartTimestamp},
    {"since_ms", Parameter::StartTimestamp},
    {"since", Parameter::StartTimestamp},
    {"start_time", Parameter::StartTimestamp},
    {"from_ms", Parameter::StartTimestamp},
    {"end_ms", Parameter::EndTimestamp},
    {"until_ms", Parameter::EndTimestamp},
    {"until", Parameter::EndTimestamp},
    {"end_time", Parameter::EndTimestamp},
    {"to_ms", Parameter::EndTimestamp},
    {"client_order_id", Parameter::Label},
    {"orig_client_order_id", Parameter::Label},
    {"venue_order_id", Parameter::OrderId},
};

wire::Value value_of(Intent& intent, Parameter parameter, const Json& value) {
  if (value.IsBool()) return value.GetBool();
  const std::string text{value.GetString(), value.GetStringLength()};
  const bool textual = parameter == Parameter::Label || parameter == Parameter::OrderId ||
                       parameter == Parameter::StartId || parameter == Parameter::EndId ||
                       parameter == Parameter::QuoteSetId;
  if (!textual && is_whole_number(text)) return static_cast<std::int64_t>(std::stoll(text));
  const auto decimal = Decimal::parse(text, fixspec::Notation::Scientific);
  if (!textual && decimal) return *decimal;
  return intent.view(text);
}

void take_arguments(Call& call, Intent& intent, const Json& from, std::set<Parameter>& taken) {
  const auto allowed = deribit::parameters_of(call.method());
  for (const auto& member : from.GetObject()) {
    if (!member.value.IsString() && !member.value.IsBool()) continue;
    const std::string name = member.name.GetString();
    const auto alias = normalised.find(name);
    for (const Parameter parameter : allowed) {
      const bool same = name == deribit::to_text(parameter) ||
                        (alias != normalised.end() && alias->second == parameter);
      if (!same || !taken.insert(parameter).second) continue;
      call.with(parameter, value_of(intent, parameter, member.value));
    }
  }
}

// The call with everything in the intent that the method takes.
Built call(Intent& intent, Method method) {
  Call made{method};
  std::set<Parameter> taken;
  const auto allowed = deribit::parameters_of(method);
  const bool by_instrument =
      std::find(allowed.begin(), allowed.end(), Parameter::InstrumentName) != allowed.end();
  if (by_instrument && !symbol_of(intent.json).empty()) {
    made.with(Parameter::InstrumentName, intent.view(symbol_of(intent.json)));
    taken.insert(Parameter::InstrumentName);
  }
  take_arguments(made, intent, intent.json, taken);
  if (has(intent.json, "extras") && intent.json["extras"].IsObject()) {
    take_arguments(made, intent, intent.json["extras"], taken);
  }
  return made;
}

bool has_any(const Json& json, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return has(json, n); });
}

Method cancel_all_method(const Json& json) {
  if (has(json, "cancel_type")) return Method::CancelQuotes;
  if (!symbol_of(json).empty()) return Method::CancelAllByInstrument;
  if (has(json, "currency_pair")) return Method::CancelAllByCurrencyPair;
  if (has(json, "currency") && text_of(json, "currency") != "any") {
    return Method::CancelAllByCurrency;
  }
  if (has_any(json, {"kind", "type"})) return Method::CancelAllByKindOrType;
  if (has_any(json, {"client_order_id", "label"})) return Method::CancelByLabel;
  return Method::CancelAll;
}

Method open_orders_method(const Json& json) {
  if (has_any(json, {"client_order_id", "label"})) return Method::GetOpenOrdersByLabel;
  if (!symbol_of(json).empty()) return Method::GetOpenOrdersByInstrument;
  return has(json, "currency") ? Method::GetOpenOrdersByCurrency : Method::GetOpenOrders;
}

Method fills_method(const Json& json) {
  const bool timed =
      has_any(json, {"start_ms", "since_ms", "since", "start_time", "from_ms", "start_timestamp"});
  if (has_any(json, {"venue_order_id", "order_id"})) return Method::GetUserTradesByOrder;
  if (!symbol_of(json).empty()) {
    return timed ? Method::GetUserTradesByInstrumentAndTime : Method::GetUserTradesByInstrument;
  }
  return timed ? Method::GetUserTradesByCurrencyAndTime : Method::GetUserTradesByCurrency;
}

Built subscription(Intent& intent, std::vector<std::string_view>& channels, bool unsubscribe) {
  const Json& json = intent.json;
  const char* const name = has(json, "channels") ? "channels" : "channel";
  if (!has(json, name)) return broken("no channels");
  if (json[name].IsArray()) {
    for (const Json& channel : json[name].GetArray()) {
      channels.push_back(intent.view(std::string{channel.GetString()}));
    }
  } else {
    channels.push_back(intent.view(name));
  }
  const bool owned = std::any_of(channels.begin(), channels.end(), [](std::string_view channel) {
    return channel.starts_with("user.");
  });
  return wire::Subscription{
      .private_channels = owned, .unsubscribe = unsubscribe, .channels = channels};
}

Built logon(Intent& intent, const Json& vector, std::string& signature) {
  const Json& credentials = vector["credentials"];
  const std::string grant = text_of(intent.json, "grant_type");
  const std::string_view client_id = intent.view(text_of(credentials, "client_id"));
  const std::string_view scope = intent.view("scope");
  const std::string secret = text_of(credentials, "client_secret");
  if (grant == "refresh_token") return wire::AuthByRefreshToken{intent.view("refresh_token")};
  if (grant == "client_credentials") {
    return wire::AuthByCredentials{client_id, intent.view(secret), scope};
  }
  const std::int64_t timestamp = std::stoll(text_of(vector, "clock_ms"));
  const std::string_view nonce = intent.view("nonce");
  const std::string_view data = intent.view("data");
  signature = HmacKey{secret}.sign(deribit::auth_string_to_sign(timestamp, nonce, data)).view();
  return wire::AuthBySignature{.client_id = client_id,
                               .timestamp_ms = timestamp,
                               .nonce = nonce,
                               .data = data,
                               .signature = signature,
                               .scope = scope};
}

// What the built request views into.
struct Memory {
  std::vector<std::string_view> channels;
  std::string signature;
};

const std::map<std::string, std::string, std::less<>> not_a_gateways_work{
    {"funding.history", "funding history"},
    {"leverage.set", "Deribit has no leverage setting"},
    {"margin_mode.set", "margin model of the account"},
    {"position_mode.set", "Deribit has no position mode"},
    {"isolated_margin.add", "Deribit has no isolated margin"},
    {"order.new_batch", "Deribit has no batch of orders"},
    {"order.amend_batch", "Deribit has no batch of orders"},
    {"order.cancel_batch", "Deribit has no batch of orders"},
    {"quotes.mass", "mass quotes"},
    {"mass_quote", "mass quotes"},
    {"twap.new", "Deribit has no TWAP"},
    {"position.trading_stop", "Deribit has no stop on a position"},
};

Built build(Intent& intent, const Json& vector, Memory& memory) {
  const Json& json = intent.json;
  const std::string action = text_of(json, "action");
  const auto strange = not_a_gateways_work.find(action);
  if (strange != not_a_gateways_work.end()) return outside(strange->second);
  if (action.starts_with("transfer") || action.starts_with("withdraw")) {
    return outside("transfers and withdrawals");
  }
  const bool has_id = has_any(json, {"venue_order_id", "order_id"});
  if (action == "order.new") return new_order(intent);
  if (action == "order.amend") return amend(intent);
  if (action == "order.cancel") {
    return call(intent, has_id ? Method::Cancel : Method::CancelByLabel);
  }
  if (action == "order.cancel_all") return call(intent, cancel_all_method(json));
  if (action == "quotes.cancel") return call(intent, Method::CancelQuotes);
  if (action == "order.query") {
    return call(intent, has_id ? Method::GetOrderState : Method::GetOrderStateByLabel);
  }
  if (action == "orders.open") return call(intent, open_orders_method(json));
  if (action == "orders.history") {
    return call(intent, symbol_of(json).empty() ? Method::GetOrderHistoryByCurrency
                                                : Method::GetOrderHistoryByInstrument);
  }
  if (action == "fills.history") return call(intent, fills_method(json));
  if (action == "positions") {
    const bool one = !symbol_of(json).empty() && !has(json, "currency");
    return call(intent, one ? Method::GetPosition : Method::GetPositions);
  }
  if (action == "position.close") return call(intent, Method::ClosePosition);
  if (action == "balance" || action == "account.config" || action == "account.rate_limit") {
    return call(intent,
                has(json, "currency") ? Method::GetAccountSummary : Method::GetAccountSummaries);
  }
  if (action == "instruments") {
    return call(intent, symbol_of(json).empty() ? Method::GetInstruments : Method::GetInstrument);
  }
  if (action == "deadman.set") return call(intent, Method::EnableCancelOnDisconnect);
  if (action == "deadman.clear") return call(intent, Method::DisableCancelOnDisconnect);
  if (action == "deadman.get") return call(intent, Method::GetCancelOnDisconnect);
  if (action == "book.snapshot") return call(intent, Method::GetOrderBook);
  if (action == "ticker") return call(intent, Method::Ticker);
  if (action == "time") return call(intent, Method::GetTime);
  if (action == "heartbeat.set") return call(intent, Method::SetHeartbeat);
  if (action == "auth.logon") return logon(intent, vector, memory.signature);
  if (action == "auth.logout") return call(intent, Method::Logout);
  if (action == "subscribe" || action == "userstream.start" || action == "unsubscribe") {
    return subscription(intent, memory.channels, action == "unsubscribe");
  }
  return outside("no such request in the gateway: " + action);
}

// ---- comparing
// -----------------------------------------------------------------------------------

struct Field {
  std::string text;
  bool quoted = false;  ///< a JSON text, rather than a number or a flag

  // Numbers by value.
  [[nodiscard]] bool same(const Field& other, bool with_kind) const {
    if (with_kind && quoted != other.quoted) return false;
    if (text == other.text) return true;
    const auto a = Decimal::parse(text, fixspec::Notation::Scientific);
    const auto b = Decimal::parse(other.text, fixspec::Notation::Scientific);
    return a && b && *a == *b;
  }
};
using Fields = std::map<std::string, Field>;

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out.push_back(static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

Fields fields_of_query(std::string_view query) {
  Fields fields;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) {
      fields[percent_decoded(pair.substr(0, equals))] = {percent_decoded(pair.substr(equals + 1)),
                                                         false};
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return fields;
}

struct Frame {
  std::string method;
  std::string id;
  Fields fields;
};

std::string array_text(const Json& value) {
  std::string text;
  for (const Json& item : value.GetArray()) text.append(item.GetString()).push_back('\n');
  return text;
}

std::optional<Frame> frame_of(std::string_view text) {
  rapidjson::Document typed;
  rapidjson::Document exact;
  typed.Parse(text.data(), text.size());
  exact.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (typed.HasParseError() || exact.HasParseError() || !exact.IsObject()) return std::nullopt;
  if (!has(exact, "params") || !exact["params"].IsObject()) return std::nullopt;
  if (text_of(exact, "jsonrpc") != "2.0") return std::nullopt;
  Frame frame{text_of(exact, "method"), text_of(exact, "id"), {}};
  for (const auto& member : exact["params"].GetObject()) {
    const Json& value = member.value;
    Field field;
    field.quoted = typed["params"][member.name.GetString()].IsString();
    if (value.IsString()) field.text = std::string{value.GetString(), value.GetStringLength()};
    if (value.IsBool()) field.text = value.IsTrue() ? "true" : "false";
    if (value.IsArray()) field.text = array_text(value);
    frame.fields[member.name.GetString()] = field;
  }
  return frame;
}

// Takes out what either side may say or leave out without meaning something else.
void normalise(Fields& fields, const Json& vector) {
  if (has(vector, "sdk_additions")) {
    for (const Json& name : vector["sdk_additions"].GetArray()) fields.erase(name.GetString());
  }
  // Documented defaults; every flag of these methods but this one is false by default.
  std::erase_if(fields, [](const auto& field) {
    return field.second.text == "false" && field.first != "invalidate_token";
  });
  const std::map<std::string, std::string> defaults{
      {"time_in_force", "good_til_cancelled"}, {"type", "limit"}, {"data", ""}, {"scope", ""}};
  for (const auto& [name, value] : defaults) {
    const auto found = fields.find(name);
    if (found != fields.end() && found->second.text == value) fields.erase(found);
  }
  // ccxt asks for old trades with every call for trades.
  if (text_of(vector["intent"], "action") == "fills.history") fields.erase("include_old");
}

std::string describe(const Fields& fields) {
  std::string text;
  for (const auto& [name, field] : fields) text += " " + name + "=" + field.text;
  return text;
}

std::string difference(Fields ours, Fields theirs, const Json& vector, bool with_kind) {
  normalise(ours, vector);
  normalise(theirs, vector);
  const bool same =
      ours.size() == theirs.size() && std::all_of(ours.begin(), ours.end(), [&](const auto& field) {
        const auto other = theirs.find(field.first);
        return other != theirs.end() && field.second.same(other->second, with_kind);
      });
  if (same) return {};
  return "parameters differ: ours" + describe(ours) + "; expected" + describe(theirs);
}

std::string compare_http(const wire::Request& request, const Json& vector) {
  const Json& expected = vector["expected"];
  if (text_of(expected, "method") != "GET") return "ours is always a GET";
  const std::string target = deribit::encode_http_target(request);
  const auto question = target.find('?');
  const std::string path = target.substr(0, question);
  if (path != text_of(expected, "path")) {
    return "path " + path + " instead of " + text_of(expected, "path");
  }
  const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
  return difference(fields_of_query(query), fields_of_query(text_of(expected, "query")), vector,
                    false);
}

std::string compare_frame(const wire::Request& request, const Json& vector) {
  const auto expected = frame_of(text_of(vector["expected"], "frame"));
  if (!expected) return "the expected frame cannot be read";
  const std::string id = text_of(vector["intent"], "request_id");
  std::string text;
  deribit::encode_frame(text, id.empty() ? 1 : std::stoull(id), request);
  const auto ours = frame_of(text);
  if (!ours) return "our frame is not JSON-RPC: " + text;
  if (ours->method != expected->method) {
    return "method " + ours->method + " instead of " + expected->method;
  }
  return difference(ours->fields, expected->fields, vector, true);
}

// ---- signatures
// ----------------------------------------------------------------------------------

// The part `name=` of an Authorization header.
std::string header_part(const std::string& header, const std::string& name) {
  for (const char before : {',', ' '}) {
    const auto at = header.find(before + name + "=");
    if (at == std::string::npos) continue;
    const auto start = at + name.size() + 2;
    return header.substr(start, header.find(',', start) - start);
  }
  return {};
}

// Empty where the signature is ours too.
std::string check_signature(const Json& vector) {
  if (!has(vector, "string_to_sign")) return {};
  HmacKey key{text_of(vector["credentials"], "client_secret")};
  const Json& expected = vector["expected"];
  const std::string wanted =
      has(vector, "signature") ? text_of(vector, "signature") : text_of(expected, "signature");
  const std::string text = text_of(vector, "string_to_sign");
  if (key.sign(text).view() != wanted) return "the signature of string_to_sign differs";
  if (text_of(expected, "transport") != "http") return {};
  const std::string header = text_of(expected["headers"], "Authorization");
  const std::string query = text_of(expected, "query");
  const std::string uri = text_of(expected, "path") + (query.empty() ? "" : "?" + query);
  const std::int64_t timestamp = std::stoll("0" + header_part(header, "ts"));
  const std::string nonce = header_part(header, "nonce");
  const std::string method = text_of(expected, "method");
  const std::string body = text_of(expected, "body");
  if (deribit::http_string_to_sign(timestamp, nonce, method, uri, body) != text) {
    return "our text to sign differs";
  }
  const std::string ours = deribit::http_authorization(
      key, text_of(vector["credentials"], "client_id"), timestamp, nonce, method, uri, body);
  return ours == header ? "" : "our Authorization header differs: " + ours;
}

}  // namespace

Outcome check_deribit(const Json& vector) {
  if (!vector.IsObject() || !has(vector, "intent") || !has(vector, "expected")) {
    return Failed{"not a vector"};
  }
  std::string fault = check_signature(vector);
  if (!fault.empty()) return Failed{fault};
  const std::string transport = text_of(vector["expected"], "transport");
  if (transport == "none") {
    return has(vector, "string_to_sign") ? Outcome{Passed{}}
                                         : Outcome{Failed{"nothing to compare"}};
  }
  Intent intent{vector["intent"], {}};
  Memory memory;
  const Built built = build(intent, vector, memory);
  if (const auto* unbuildable = std::get_if<Unbuildable>(&built)) {
    if (unbuildable->outside) return NotBuilt{unbuildable->why};
    return Failed{unbuildable->why};
  }
  const auto& request = std::get<wire::Request>(built);
  if (transport == "http") {
    fault = compare_http(request, vector);
  } else if (transport == "websocket") {
    fault = compare_frame(request, vector);
  } else {
    fault = "unknown transport " + transport;
  }
  return fault.empty() ? Outcome{Passed{}} : Outcome{Failed{fault}};
}

}  // namespace causeway::translators::vectors
