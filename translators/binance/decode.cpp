#include "translators/binance/decode.hpp"

#include <algorithm>

#include "translators/binance/json.hpp"

namespace causeway::translators::binance {
namespace {

using json::fault;
using json::Object;
using json::Value;

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

bool is_ascii(std::string_view bytes) {
  unsigned char all = 0;
  for (const char c : bytes) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
  return all < 0x80;
}

// Parses in place: texts and numbers of `handler` are views into `text`, which a zero must end.
// Recursion is bounded by DepthBound, which ends the parsing where it is too deep.
template <unsigned flags>
bool read(std::vector<char>& text, json::Document& handler, json::Pool& stack_pool) {
  rapidjson::InsituStringStream stream(text.data());
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, json::Pool> reader(&stack_pool,
                                                                                    1024);
  DepthBound bounded{handler};
  return !reader.Parse<flags>(stream, bounded).IsError() && stream.Tell() == text.size() - 1;
}

// Only a number of ours is an id: the venue echoes what it was sent, or null.
std::optional<std::uint64_t> id_of(const Object& envelope) {
  const Value* const value = envelope.find("id");
  if (value == nullptr || !value->IsString()) return std::nullopt;
  const std::string_view text = json::text_of(*value);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// `{"code":…,"msg":…}`; what is missing or of another kind stays absent: a failure is one anyhow.
wire::Failure failure_of(const Value& value) {
  wire::Failure failure;
  if (!value.IsObject()) return failure;
  Object object{value, "error"};
  if (object.find("code") != nullptr) {
    const std::int64_t code = object.integer("code");
    if (object.fault().empty()) failure.code = code;
  }
  failure.message = object.text("msg");
  return failure;
}

bool is_success(std::int64_t status) { return status >= 200 && status < 300; }

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

bool same_header(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

Decoded<wire::ControlReply> read_control(const Object& envelope, const Value& document) {
  wire::ControlReply reply{.id = id_of(envelope), .failure = std::nullopt};
  if (const Value* const error = envelope.find("error")) {
    reply.failure = failure_of(*error);
  } else if (envelope.find("code") != nullptr) {
    reply.failure = failure_of(document);
  }
  return reply;
}

bool is_control(const Object& envelope, const Value& document) {
  return document.IsObject() && envelope.find("e") == nullptr &&
         (document.HasMember("result") || document.HasMember("error") ||
          document.HasMember("code"));
}

// The event itself, out of `{"stream":…,"data":…}` where it is wrapped.
const Value* event_of(const Object& envelope, const Value& document) {
  if (envelope.find("stream") == nullptr) return &document;
  return envelope.find("data");
}

}  // namespace

bool Decoder::Parsed::parse(std::string_view bytes) {
  body = nullptr;
  limits = nullptr;
  document.SetNull();
  value_pool.Clear();
  stack_pool.Clear();
  text.assign(bytes.begin(), bytes.end());
  text.push_back('\0');
  bool good = false;
  const auto generate = [&](json::Document& handler) {
    // The encoding of what is ASCII alone, as nearly all is, needs no look at every character.
    constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    good = is_ascii(bytes)
               ? read<flags>(text, handler, stack_pool)
               : read<flags | rapidjson::kParseValidateEncodingFlag>(text, handler, stack_pool);
    return good;
  };
  document.Populate(generate);
  return good;
}

bool read_levels(const Value* side, std::vector<wire::Level>& levels) {
  levels.clear();
  if (side == nullptr || !side->IsArray()) return false;
  for (const Value& level : side->GetArray()) {
    if (!level.IsArray() || level.Size() < 2 || !level[0].IsString() || !level[1].IsString()) {
      return false;
    }
    levels.push_back({.price = json::text_of(level[0]), .qty = json::text_of(level[1])});
  }
  return true;
}

void read_header(LimitHeaders& limits, std::string_view name, std::string_view value) {
  const auto take = [&](std::string_view wanted, std::optional<std::int64_t>& field) {
    if (!same_header(name, wanted)) return;
    if (const auto number = whole_number(value)) field = number;
  };
  take("X-MBX-USED-WEIGHT-1M", limits.used_weight_1m);
  take("X-MBX-ORDER-COUNT-10S", limits.order_count_10s);
  take("X-MBX-ORDER-COUNT-1M", limits.order_count_1m);
  take("Retry-After", limits.retry_after_s);
}

std::optional<std::int64_t> banned_until_ms(std::string_view message) {
  constexpr std::string_view before = "banned until ";
  const auto at = message.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view digits = message.substr(at + before.size());
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  return digits.empty() ? std::nullopt : whole_number(digits);
}

Decoder::Decoder(std::size_t max_bytes)
    : parsed_(std::make_unique<Parsed>()), max_bytes_(max_bytes) {}
Decoder::~Decoder() = default;

std::optional<fixspec::Error> Decoder::parse(std::string_view bytes) {
  if (bytes.size() > max_bytes_) {
    parsed_->body = nullptr;
    return fixspec::Error{"a message of " + std::to_string(bytes.size()) +
                          " bytes is longer than " + std::to_string(max_bytes_)};
  }
  if (!parsed_->parse(bytes)) return fixspec::Error{"not JSON, or nested too deep"};
  return std::nullopt;
}

Decoded<wire::ApiMessage> Decoder::api_message(std::string_view bytes) {
  if (auto bad = parse(bytes)) return fault(std::move(bad->text));
  Object envelope{parsed_->document, "message"};
  if (const Value* const event = envelope.find("event")) {
    Object object{*event, "event"};
    if (object.text("e") == "serverShutdown") return wire::ApiMessage{wire::ServerShutdown{}};
    return fault("message: an event of an unknown kind");
  }
  wire::Reply reply{.id = id_of(envelope),
                    .status = envelope.required_integer("status"),
                    .failure = std::nullopt};
  parsed_->limits = envelope.find("rateLimits");
  if (!envelope.fault().empty()) return fault(envelope.fault());
  if (is_success(reply.status)) {
    parsed_->body = envelope.find("result");
    return wire::ApiMessage{reply};
  }
  const Value* const error = envelope.find("error");
  reply.failure = error == nullptr ? wire::Failure{} : failure_of(*error);
  return wire::ApiMessage{reply};
}

Decoded<wire::Reply> Decoder::http_reply(unsigned status, std::string_view body) {
  wire::Reply reply{.id = std::nullopt, .status = status, .failure = std::nullopt};
  auto bad = parse(body);
  if (!is_success(reply.status)) {
    reply.failure = bad ? wire::Failure{} : failure_of(parsed_->document);
    return reply;
  }
  if (bad) return fault(std::move(bad->text));
  // A failure inside a success is a failure all the same; 200 is this venue's word for done.
  const wire::Failure inside = failure_of(parsed_->document);
  if (inside.code && *inside.code < 0) {
    reply.failure = inside;
    return reply;
  }
  parsed_->body = &parsed_->document;
  return reply;
}

Decoded<wire::UserEvent> Decoder::user_event(std::string_view bytes) {
  if (auto bad = parse(bytes)) return fault(std::move(bad->text));
  const Object envelope{parsed_->document, "message"};
  if (is_control(envelope, parsed_->document)) {
    return wire::UserEvent{read_control(envelope, parsed_->document).value()};
  }
  const Value* const event = event_of(envelope, parsed_->document);
  if (event == nullptr) return fault("message: data is missing");
  return read_user_event(*event);
}

Decoded<wire::MarketEvent> Decoder::market_event(std::string_view bytes) {
  if (auto bad = parse(bytes)) return fault(std::move(bad->text));
  const Object envelope{parsed_->document, "message"};
  if (is_control(envelope, parsed_->document)) {
    return wire::MarketEvent{read_control(envelope, parsed_->document).value()};
  }
  const Value* const event = event_of(envelope, parsed_->document);
  if (event == nullptr) return fault("message: data is missing");
  return read_market_event(*event, parsed_->bids, parsed_->asks);
}

}  // namespace causeway::translators::binance
