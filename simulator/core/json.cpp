#include "simulator/core/json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>
#include <cstdio>

#include "fixspec/assert.hpp"

namespace causeway::simulator::core {
namespace {

constexpr std::size_t deepest = 32;
constexpr unsigned parse_flags =
    rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;

// Builds a JsonValue from RapidJSON's events.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
 public:
  bool Null() { return add({}); }
  bool Bool(bool value) { return add({.kind = JsonValue::Kind::Boolean, .boolean = value}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return add({.kind = JsonValue::Kind::Number, .text = {text, size}});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return add({.kind = JsonValue::Kind::String, .text = {text, size}});
  }
  bool StartObject() { return open(JsonValue::Kind::Object); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    names_.back().assign(text, size);
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(JsonValue::Kind::Array); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  JsonValue take() { return std::move(root_); }

 private:
  bool open(JsonValue::Kind kind) {
    if (open_.size() == deepest) return false;
    open_.push_back({.kind = kind});
    names_.emplace_back();
    return true;
  }
  bool close() {
    JsonValue done = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return add(std::move(done));
  }
  bool add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().kind == JsonValue::Kind::Array) {
      open_.back().items.push_back(std::move(value));
    } else {
      open_.back().members.emplace_back(names_.back(), std::move(value));
    }
    return true;
  }

  JsonValue root_;
  std::vector<JsonValue> open_;
  std::vector<std::string> names_;
};

std::string with_exponent(const std::string& digits) {
  // digits is "0.0000…d…": the first non-zero digit gives the exponent.
  const auto first = digits.find_first_of("123456789");
  const auto exponent = first - 1;
  std::string result{digits[first]};
  if (first + 1 < digits.size()) result += "." + digits.substr(first + 1);
  std::array<char, 16> tail{};
  std::snprintf(tail.data(), tail.size(), "e-%02zu", exponent);
  return result + tail.data();
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<JsonValue> parse_json(std::string_view text) {
  // RapidJSON's reader takes a zero as the end of the text. Its check of UTF-8 reads on behind a
  // character that is cut off, so the stream must know where it ends.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  rapidjson::MemoryStream stream{text.data(), text.size()};
  rapidjson::Reader reader;
  Builder builder;
  if (!reader.Parse<parse_flags>(stream, builder)) return std::nullopt;
  return builder.take();
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  closers_ += bracket == '{' ? '}' : ']';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end() {
  CAUSEWAY_ASSERT(!closers_.empty());
  out_ += closers_.back();
  closers_.pop_back();
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  text(name);
  out_ += ':';
  needs_comma_ = false;
  return *this;
}

void JsonWriter::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::raw(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  out_ += '"';
  for (const char character : value) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out_ += '\\';
      out_ += character;
    } else if (code < 0x20) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", code);
      out_ += escaped.data();
    } else {
      out_ += character;
    }
  }
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) { return raw(std::to_string(value)); }

JsonWriter& JsonWriter::number(fixspec::Decimal value) { return raw(json_number(value)); }

std::string json_number(fixspec::Decimal value) {
  std::string digits = value.abs().to_string();
  if (digits.starts_with("0.0000")) {
    digits = with_exponent(digits);
  } else if (digits.find('.') == std::string::npos) {
    digits += ".0";
  }
  return value.is_negative() ? "-" + digits : digits;
}

}  // namespace causeway::simulator::core
