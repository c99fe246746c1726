#include <array>
#include <cstring>

#include "translators/deribit/codec.hpp"
#include "translators/deribit/json.hpp"

namespace causeway::translators::deribit {
namespace {

using json::fault;
using json::Object;
using json::Value;

constexpr std::size_t value_memory = std::size_t{256} << 10;
constexpr std::size_t stack_memory = std::size_t{32} << 10;

/// Passes RapidJSON's events on to the document, down to a depth.
class DepthBound {
 public:
  explicit DepthBound(json::Document& document) : document_(document) {}

  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool Int(int value) { return document_.Int(value); }
  bool Uint(unsigned value) { return document_.Uint(value); }
  bool Int64(std::int64_t value) { return document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return document_.Uint64(value); }
  bool Double(double value) { return document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
    return document_.RawNumber(text, size, copy);
  }
  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    return document_.String(text, size, copy);
  }
  bool StartObject() { return deeper() && document_.StartObject(); }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    return document_.Key(text, size, copy);
  }
  bool EndObject(rapidjson::SizeType count) {
    --depth_;
    return document_.EndObject(count);
  }
  bool StartArray() { return deeper() && document_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) {
    --depth_;
    return document_.EndArray(count);
  }

 private:
  bool deeper() { return ++depth_ <= Decoder::max_depth; }
  json::Document& document_;
  std::size_t depth_ = 0;
};

// Nearly every message is: then there is no encoding to check, which costs a tenth.
bool is_ascii(std::string_view bytes) {
  std::uint64_t seen = 0;
  std::size_t at = 0;
  for (; at + sizeof seen <= bytes.size(); at += sizeof seen) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    seen |= word;
  }
  for (; at < bytes.size(); ++at) seen |= static_cast<unsigned char>(bytes[at]);
  return (seen & 0x8080808080808080) == 0;
}

std::optional<wire::ServerTimes> times_of(Object& envelope) {
  if (!envelope.has("usIn") || !envelope.has("usOut")) return std::nullopt;
  return wire::ServerTimes{envelope.integer("usIn"), envelope.integer("usOut")};
}

Decoded<wire::Message> read_failure(Object& envelope, const Value& body) {
  Object error{body, "error"};
  wire::Failure failure{.id = std::nullopt,
                        .code = error.required_integer("code"),
                        .message = error.text("message"),
                        .times = times_of(envelope)};
  if (envelope.find("id") != nullptr) {
    failure.id = static_cast<std::uint64_t>(envelope.integer("id"));
  }
  const Value* const data = error.find("data");
  if (data != nullptr && data->IsString()) failure.reason = json::text_of(*data);
  if (data != nullptr && data->IsObject()) {
    Object detail{*data, "error.data"};
    failure.reason = detail.text("reason");
    failure.parameter = detail.text("param");
  }
  if (!envelope.fault().empty()) return fault(envelope.fault());
  return json::unless_faulty(error, wire::Message{failure});
}

}  // namespace

/// The last message, and the memory that it lies in.
struct Decoder::Parsed {
  std::array<char, value_memory> values;
  std::array<char, stack_memory> stack;
  json::Pool value_pool{values.data(), values.size()};
  json::Pool stack_pool{stack.data(), stack.size()};
  json::Document document{&value_pool, 1024, &stack_pool};
  const Value* body = nullptr;

  // False where `bytes` are not one JSON value. The reader recurses, which DepthBound bounds.
  bool parse(std::string_view bytes) {
    constexpr unsigned flags = rapidjson::kParseNumbersAsStringsFlag;
    constexpr unsigned checking_flags = flags | rapidjson::kParseValidateEncodingFlag;
    return is_ascii(bytes) ? parse_as<flags>(bytes) : parse_as<checking_flags>(bytes);
  }

 private:
  template <unsigned flags>
  bool parse_as(std::string_view bytes) {
    body = nullptr;
    document.SetNull();
    value_pool.Clear();
    stack_pool.Clear();
    bool good = false;
    const auto generate = [&](json::Document& handler) {
      rapidjson::MemoryStream stream(bytes.data(), bytes.size());
      rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, json::Pool> reader(&stack_pool,
                                                                                        1024);
      DepthBound bounded{handler};
      good =
          !reader.template Parse<flags>(stream, bounded).IsError() && stream.Tell() == bytes.size();
      return good;
    };
    document.Populate(generate);
    return good;
  }
};

Decoder::Decoder(std::size_t max_bytes)
    : parsed_(std::make_unique<Parsed>()), max_bytes_(max_bytes) {}
Decoder::~Decoder() = default;

Decoded<wire::Message> Decoder::decode(std::string_view bytes) {
  if (bytes.size() > max_bytes_) {
    return fault("a message of " + std::to_string(bytes.size()) + " bytes is longer than " +
                 std::to_string(max_bytes_));
  }
  if (!parsed_->parse(bytes)) return fault("not JSON, or nested too deep");
  Object envelope{parsed_->document, "message"};
  if (const Value* const error = envelope.find("error")) return read_failure(envelope, *error);
  if (envelope.has("result")) {
    const auto id = static_cast<std::uint64_t>(envelope.required_integer("id"));
    parsed_->body = &parsed_->document["result"];
    return json::unless_faulty(envelope, wire::Message{wire::Success{id, times_of(envelope)}});
  }
  const std::string_view method = envelope.required_text("method");
  const Value* const params = envelope.find("params");
  if (!envelope.fault().empty()) return fault(envelope.fault());
  if (params == nullptr) return fault("message: params is missing");
  Object parameters{*params, "params"};
  if (method == "heartbeat") {
    const bool test_request = parameters.text("type") == "test_request";
    return json::unless_faulty(parameters, wire::Message{wire::Heartbeat{test_request}});
  }
  if (method != "subscription") return fault("message: unknown method " + std::string{method});
  const wire::Notification notification{parameters.required_text("channel")};
  parsed_->body = parameters.find("data");
  if (parsed_->body == nullptr) parameters.fail("data", "is missing");
  return json::unless_faulty(parameters, wire::Message{notification});
}

namespace {

Decoded<wire::Order> read_order(const Value& value) {
  Object object{value, "order"};
  wire::Order order{
      .order_id = object.required_text("order_id"),
      .label = object.text("label"),
      .instrument_name = object.required_text("instrument_name"),
      .direction = object.required_text("direction"),
      .order_type = object.required_text("order_type"),
      .original_order_type = object.text("original_order_type"),
      .order_state = object.required_text("order_state"),
      .time_in_force = object.text("time_in_force"),
      .trigger_order_id = object.text("trigger_order_id"),
      .cancel_reason = object.text("cancel_reason"),
      .price = object.number("price"),
      .amount = object.number("amount"),
      .filled_amount = object.number("filled_amount"),
      .average_price = object.number("average_price"),
      .trigger_price = object.number("trigger_price"),
      .creation_timestamp_ms = object.integer("creation_timestamp"),
      .last_update_timestamp_ms = object.integer("last_update_timestamp"),
      .replaced = object.flag("replaced"),
      .auto_replaced = object.flag("auto_replaced"),
      .is_liquidation = object.flag("is_liquidation"),
  };
  if (order.price == "market_price") order.price.reset();
  return json::unless_faulty(object, order);
}

Decoded<wire::Trade> read_trade(const Value& value) {
  Object object{value, "trade"};
  const wire::Trade trade{
      .trade_id = object.required_text("trade_id"),
      .order_id = object.required_text("order_id"),
      .label = object.text("label"),
      .instrument_name = object.required_text("instrument_name"),
      .direction = object.required_text("direction"),
      .price = object.required_number("price"),
      .amount = object.required_number("amount"),
      .liquidity = object.text("liquidity"),
      .liquidation = object.text("liquidation"),
      .fee = object.number("fee"),
      .fee_currency = object.text("fee_currency"),
      .timestamp_ms = object.required_integer("timestamp"),
      .trade_seq = object.integer("trade_seq"),
  };
  return json::unless_faulty(object, trade);
}

template <class T, class Read>
Decoded<std::vector<T>> read_array(const Value* array, std::string_view what, const Read& read) {
  if (array == nullptr || !array->IsArray()) return fault(std::string{what} + ": not an array");
  std::vector<T> items;
  items.reserve(array->Size());
  for (const Value& value : array->GetArray()) {
    auto item = read(value);
    if (!item) return fault(item.error().text);
    items.push_back(std::move(*item));
  }
  return items;
}

Decoded<std::vector<wire::Order>> read_orders(const Value* array) {
  return read_array<wire::Order>(array, "orders", read_order);
}

Decoded<std::vector<wire::Trade>> read_trades(const Value* array) {
  return read_array<wire::Trade>(array, "trades", read_trade);
}

// `body`, or its member where it is an object that has one: some methods wrap, others do not.
const Value* unwrap(const Value* body, const char* name) {
  if (body == nullptr || !body->IsObject()) return body;
  const auto member = body->FindMember(name);
  return member == body->MemberEnd() ? body : &member->value;
}

Decoded<wire::Position> read_position(const Value& value) {
  Object object{value, "position"};
  const wire::Position position{.instrument_name = object.required_text("instrument_name"),
                                .direction = object.required_text("direction"),
                                .size = object.required_number("size"),
                                .average_price = object.number("average_price")};
  return json::unless_faulty(object, position);
}

Decoded<wire::Summary> read_summary(const Value& value) {
  Object object{value, "summary"};
  const wire::Summary summary{.currency = object.required_text("currency"),
                              .equity = object.required_number("equity"),
                              .balance = object.required_number("balance"),
                              .available_funds = object.required_number("available_funds")};
  return json::unless_faulty(object, summary);
}

std::optional<wire::Rate> read_rate(const Value* value) {
  if (value == nullptr || !value->IsObject()) return std::nullopt;
  Object object{*value, "rate"};
  const wire::Rate rate{.burst = object.integer("burst"), .rate = object.integer("rate")};
  if (!object.fault().empty() || rate.burst <= 0 || rate.rate <= 0) return std::nullopt;
  return rate;
}

wire::Limits read_limits(const Value* value) {
  wire::Limits limits;
  if (value == nullptr || !value->IsObject()) return limits;
  Object object{*value, "limits"};
  limits.non_matching_engine = read_rate(object.find("non_matching_engine"));
  const Value* const engine = object.find("matching_engine");
  if (engine == nullptr || !engine->IsObject()) return limits;
  Object matching{*engine, "matching_engine"};
  limits.cancel_all = read_rate(matching.find("cancel_all"));
  const Value* const trading = matching.find("trading");
  if (trading == nullptr || !trading->IsObject()) return limits;
  limits.matching_engine = read_rate(Object{*trading, "trading"}.find("total"));
  return limits;
}

Decoded<wire::TickSizeStep> read_tick_size_step(const Value& value) {
  Object object{value, "tick_size_steps"};
  const wire::TickSizeStep step{.above_price = object.required_number("above_price"),
                                .tick_size = object.required_number("tick_size")};
  return json::unless_faulty(object, step);
}

Decoded<wire::Instrument> read_instrument(const Value& value) {
  Object object{value, "instrument"};
  wire::Instrument instrument{
      .instrument_name = object.required_text("instrument_name"),
      .kind = object.required_text("kind"),
      .instrument_type = object.text("instrument_type"),
      .base_currency = object.required_text("base_currency"),
      .quote_currency = object.required_text("quote_currency"),
      .settlement_currency = object.text("settlement_currency"),
      .price_index = object.text("price_index"),
      .settlement_period = object.text("settlement_period"),
      .option_type = object.text("option_type"),
      .state = object.text("state"),
      .strike = object.number("strike"),
      .tick_size = object.required_number("tick_size"),
      .contract_size = object.required_number("contract_size"),
      .min_trade_amount = object.required_number("min_trade_amount"),
      .tick_size_steps = {},
      .expiration_timestamp_ms = object.integer("expiration_timestamp"),
      .is_active = object.flag("is_active"),
  };
  if (const Value* const steps = object.find("tick_size_steps")) {
    auto read = read_array<wire::TickSizeStep>(steps, "tick_size_steps", read_tick_size_step);
    if (!read) return fault(read.error().text);
    instrument.tick_size_steps = std::move(*read);
  }
  return json::unless_faulty(object, std::move(instrument));
}

}  // namespace

Decoded<wire::AuthResult> Decoder::auth_result() const {
  if (parsed_->body == nullptr) return fault("auth: no result");
  Object object{*parsed_->body, "auth"};
  const wire::AuthResult result{.access_token = object.required_text("access_token"),
                                .refresh_token = object.required_text("refresh_token"),
                                .scope = object.text("scope"),
                                .expires_in_s = object.required_integer("expires_in")};
  return json::unless_faulty(object, result);
}

Decoded<std::vector<std::string_view>> Decoder::channels() const {
  return read_array<std::string_view>(parsed_->body, "channels",
                                      [](const Value& value) -> Decoded<std::string_view> {
                                        if (!value.IsString()) return fault("channels: not a text");
                                        return json::text_of(value);
                                      });
}

Decoded<wire::OrderAndTrades> Decoder::order_and_trades() const {
  if (parsed_->body == nullptr) return fault("order: no result");
  Object object{*parsed_->body, "result"};
  const Value* const order_value = object.find("order");
  if (order_value == nullptr) return fault("result: order is missing");
  auto order = read_order(*order_value);
  if (!order) return fault(order.error().text);
  const Value* const trade_values = object.find("trades");
  if (trade_values == nullptr) return wire::OrderAndTrades{*order, {}};
  auto trades = read_trades(trade_values);
  if (!trades) return fault(trades.error().text);
  return wire::OrderAndTrades{*order, std::move(*trades)};
}

Decoded<wire::Order> Decoder::order() const {
  if (parsed_->body == nullptr) return fault("order: no result");
  return read_order(*parsed_->body);
}

Decoded<std::vector<wire::Order>> Decoder::orders() const {
  return read_orders(unwrap(parsed_->body, "orders"));
}

Decoded<std::int64_t> Decoder::count() const {
  if (parsed_->body == nullptr || !parsed_->body->IsString()) return fault("count: not a number");
  const std::string_view text = json::text_of(*parsed_->body);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return fault("count: not a whole number: " + std::string{text});
  }
  return number;
}

Decoded<wire::TradePage> Decoder::trades() const {
  wire::TradePage page;
  if (parsed_->body != nullptr && parsed_->body->IsObject()) {
    Object object{*parsed_->body, "result"};
    page.has_more = object.flag("has_more");
    if (!object.fault().empty()) return fault(object.fault());
  }
  auto trades = read_trades(unwrap(parsed_->body, "trades"));
  if (!trades) return fault(trades.error().text);
  page.trades = std::move(*trades);
  return page;
}

Decoded<std::vector<wire::Position>> Decoder::positions() const {
  return read_array<wire::Position>(parsed_->body, "positions", read_position);
}

Decoded<wire::AccountSummaries> Decoder::account_summaries() const {
  if (parsed_->body == nullptr) return fault("account summaries: no result");
  Object object{*parsed_->body, "account summaries"};
  auto summaries =
      read_array<wire::Summary>(object.find("summaries"), "account summaries", read_summary);
  if (!summaries) return fault(summaries.error().text);
  wire::AccountSummaries result{std::move(*summaries), read_limits(object.find("limits"))};
  // Where limits count per currency they stand in each summary; the first speaks for all.
  const Value& list = *object.find("summaries");
  if (!result.limits.matching_engine && list.Size() > 0 && list[0].IsObject()) {
    result.limits = read_limits(Object{list[0], "summary"}.find("limits"));
  }
  return result;
}

Decoded<std::vector<wire::Instrument>> Decoder::instruments() const {
  return read_array<wire::Instrument>(parsed_->body, "instruments", read_instrument);
}

Decoded<wire::Changes> Decoder::changes(std::string_view channel) const {
  if (parsed_->body == nullptr) return fault("changes: no data");
  const Value& data = *parsed_->body;
  wire::Changes changes;
  const Value* orders = nullptr;
  const Value* trades = nullptr;
  if (channel.starts_with("user.orders.")) {
    // Raw channels bring one order, the others a list.
    if (data.IsObject()) {
      auto order = read_order(data);
      if (!order) return fault(order.error().text);
      changes.orders.push_back(*order);
      return changes;
    }
    orders = &data;
  } else if (channel.starts_with("user.trades.")) {
    trades = &data;
  } else if (channel.starts_with("user.changes.")) {
    const Object object{data, "changes"};
    if (!object.fault().empty()) return fault(object.fault());
    orders = object.find("orders");
    trades = object.find("trades");
  } else {
    return fault("not a channel of orders or trades: " + std::string{channel});
  }
  if (orders != nullptr) {
    auto read = read_orders(orders);
    if (!read) return fault(read.error().text);
    changes.orders = std::move(*read);
  }
  if (trades != nullptr) {
    auto read = read_trades(trades);
    if (!read) return fault(read.error().text);
    changes.trades = std::move(*read);
  }
  return changes;
}

Decoded<wire::Ticker> Decoder::ticker() const {
  if (parsed_->body == nullptr) return fault("ticker: no data");
  Object object{*parsed_->body, "ticker"};
  const wire::Ticker ticker{
      .instrument_name = object.required_text("instrument_name"),
      .timestamp_ms = object.required_integer("timestamp"),
      .best_bid_price = object.number("best_bid_price"),
      .best_bid_amount = object.number("best_bid_amount"),
      .best_ask_price = object.number("best_ask_price"),
      .best_ask_amount = object.number("best_ask_amount"),
      .has_bid = object.has("best_bid_price"),
      .has_ask = object.has("best_ask_price"),
      .last_price = object.number("last_price"),
      .mark_price = object.number("mark_price"),
      .index_price = object.number("index_price"),
      .open_interest = object.number("open_interest"),
      .current_funding = object.number("current_funding"),
  };
  return json::unless_faulty(object, ticker);
}

namespace {

// `[["new",5042.34,30],...]`; what is wrong with it, or nothing.
std::string read_levels(const Object& book, const char* name,
                        std::vector<wire::BookLevel>& levels) {
  levels.clear();
  const Value* const rows = book.find(name);
  if (rows == nullptr || !rows->IsArray()) return std::string{"book: no array "} + name;
  for (const Value& row : rows->GetArray()) {
    const bool is_level = row.IsArray() && row.Size() == 3 && row[0].IsString() &&
                          row[1].IsString() && row[2].IsString();
    if (!is_level) return std::string{"book: a row of "} + name + " is no level";
    levels.push_back({json::text_of(row[0]), json::text_of(row[1]), json::text_of(row[2])});
  }
  return {};
}

}  // namespace

Decoded<fixspec::Done> Decoder::book(wire::Book& book) const {
  if (parsed_->body == nullptr) return fault("book: no data");
  Object object{*parsed_->body, "book"};
  book.instrument_name = object.required_text("instrument_name");
  book.timestamp_ms = object.required_integer("timestamp");
  book.change_id = object.required_integer("change_id");
  book.prev_change_id.reset();
  const bool is_snapshot = object.text("type") == "snapshot";
  if (!is_snapshot && object.find("prev_change_id") != nullptr) {
    book.prev_change_id = object.integer("prev_change_id");
  } else if (object.text("type") == "change") {
    object.fail("prev_change_id", "is missing");
  }
  for (auto [name, levels] : {std::pair{"bids", &book.bids}, std::pair{"asks", &book.asks}}) {
    if (auto wrong = read_levels(object, name, *levels); !wrong.empty()) {
      return fault(std::move(wrong));
    }
  }
  return json::unless_faulty(object, fixspec::Done{});
}

Decoded<std::vector<wire::PublicTrade>> Decoder::public_trades() const {
  if (parsed_->body == nullptr || !parsed_->body->IsArray()) return fault("trades: no array");
  std::vector<wire::PublicTrade> trades;
  for (const Value& row : parsed_->body->GetArray()) {
    Object object{row, "trade"};
    trades.push_back({.trade_id = object.required_text("trade_id"),
                      .instrument_name = object.required_text("instrument_name"),
                      .direction = object.text("direction"),
                      .price = object.required_number("price"),
                      .amount = object.required_number("amount"),
                      .timestamp_ms = object.required_integer("timestamp")});
    if (!object.fault().empty()) return fault(object.fault());
  }
  return trades;
}

}  // namespace causeway::translators::deribit
