#pragma once

// For the decoder's .cpp files alone: it brings in RapidJSON.

#include <rapidjson/document.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "translators/binance/decode.hpp"

namespace causeway::translators::binance::json {

using Pool = rapidjson::MemoryPoolAllocator<>;
/// Numbers are texts in it (kParseNumbersAsStringsFlag): digits stay as the venue wrote them.
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;
using Value = Document::ValueType;

inline std::string_view text_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

inline fixspec::Unexpected<fixspec::Error> fault(std::string text) {
  return fixspec::Unexpected{fixspec::Error{std::move(text)}};
}

/// Fields of one JSON object, taken one by one in whatever order. The first fault is kept, the
/// others still give empty values, so that a reader can be written straight down. Null counts as
/// missing.
class Fields {
 public:
  explicit Fields(std::string_view what) : what_(what) {}

  void text(std::string_view& out, std::string_view name, const Value& value) {
    if (value.IsNull()) return;
    if (!value.IsString()) return fail(name, "is not a text");
    out = text_of(value);
  }
  void number(std::optional<wire::Number>& out, std::string_view name, const Value& value) {
    std::string_view read;
    text(read, name, value);
    if (!read.empty()) out = read;
  }
  void integer(std::int64_t& out, std::string_view name, const Value& value) {
    std::string_view read;
    text(read, name, value);
    if (read.empty()) return;
    const auto [end, error] = std::from_chars(read.data(), read.data() + read.size(), out);
    if (error != std::errc{} || end != read.data() + read.size()) {
      out = 0;
      fail(name, "is not a whole number");
    }
  }
  void flag(bool& out, std::string_view name, const Value& value) {
    if (value.IsNull()) return;
    // Here and there the venue writes its flags as texts.
    const bool text = value.IsString();
    const bool yes = text ? text_of(value) == "true" : value.IsTrue();
    if (!yes && !(text ? text_of(value) == "false" : value.IsFalse())) {
      return fail(name, "is not a flag");
    }
    out = yes;
  }
  void require(std::string_view name, std::string_view text) {
    if (text.empty()) fail(name, "is missing or empty");
  }
  /// An id or time, which is never zero.
  void require(std::string_view name, std::int64_t number) {
    if (number <= 0) fail(name, "is missing or not positive");
  }

  void fail(std::string_view name, std::string_view why) {
    if (fault_.empty()) fault_.append(what_).append(": ").append(name).append(" ").append(why);
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  std::string_view what_;
  std::string fault_;
};

/// One JSON object, read by its fields' names.
class Object {
 public:
  Object(const Value& value, std::string_view what) : value_(&value), fields_(what) {
    if (!value.IsObject()) fields_.fail("it", "is not an object");
  }

  [[nodiscard]] const Value* find(std::string_view name) const {
    if (!value_->IsObject()) return nullptr;
    const Value key{rapidjson::StringRef(name.data(), name.size())};
    const auto member = value_->FindMember(key);
    return member == value_->MemberEnd() || member->value.IsNull() ? nullptr : &member->value;
  }
  /// A text or a number, as it stands; empty where missing.
  std::string_view text(std::string_view name) {
    std::string_view read;
    if (const Value* const value = find(name)) fields_.text(read, name, *value);
    return read;
  }
  std::string_view required_text(std::string_view name) {
    const std::string_view read = text(name);
    fields_.require(name, read);
    return read;
  }
  std::optional<wire::Number> number(std::string_view name) {
    const std::string_view read = text(name);
    return read.empty() ? std::nullopt : std::optional{read};
  }
  std::int64_t integer(std::string_view name) {
    std::int64_t read = 0;
    if (const Value* const value = find(name)) fields_.integer(read, name, *value);
    return read;
  }
  /// Positive: an id or a time.
  std::int64_t required_integer(std::string_view name) {
    const std::int64_t read = integer(name);
    fields_.require(name, read);
    return read;
  }
  bool flag(std::string_view name) {
    bool read = false;
    if (const Value* const value = find(name)) fields_.flag(read, name, *value);
    return read;
  }
  bool required_flag(std::string_view name) {
    if (find(name) == nullptr) fields_.fail(name, "is missing");
    return flag(name);
  }

  void fail(std::string_view name, std::string_view why) { fields_.fail(name, why); }
  [[nodiscard]] const std::string& fault() const { return fields_.fault(); }

 private:
  const Value* value_;
  Fields fields_;
};

/// `value`, unless a field was faulty.
template <class Source, class T>
Decoded<T> unless_faulty(const Source& source, T value) {
  if (!source.fault().empty()) return fault(source.fault());
  return value;
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

/// The one or two characters of an event's field, as a number to switch on; 0 for longer names.
constexpr unsigned short_name(std::string_view name) {
  if (name.size() == 1) return static_cast<unsigned char>(name[0]);
  if (name.size() == 2) {
    return static_cast<unsigned>(static_cast<unsigned char>(name[0])) << 8 |
           static_cast<unsigned char>(name[1]);
  }
  return 0;
}

}  // namespace causeway::translators::binance::json

namespace causeway::translators::binance {

/// The last message, and the memory that it lies in.
struct Decoder::Parsed {
  std::vector<char> text;  ///< the message, parsed in place
  std::array<char, std::size_t{128} << 10> values;
  std::array<char, std::size_t{32} << 10> stack;
  json::Pool value_pool{values.data(), values.size()};
  json::Pool stack_pool{stack.data(), stack.size()};
  json::Document document{&value_pool, 1024, &stack_pool};
  const json::Value* body = nullptr;    ///< the result of a reply, the data of an event
  const json::Value* limits = nullptr;  ///< rateLimits beside a result
  std::vector<wire::Level> bids;
  std::vector<wire::Level> asks;

  /// False where `bytes` are not one JSON value, or too deep.
  bool parse(std::string_view bytes);
};

/// The levels of a book's side, into `levels`; false where they are none.
bool read_levels(const json::Value* side, std::vector<wire::Level>& levels);
// How events are read, by their object.
Decoded<wire::UserEvent> read_user_event(const json::Value& event);
Decoded<wire::MarketEvent> read_market_event(const json::Value& event,
                                             std::vector<wire::Level>& bids,
                                             std::vector<wire::Level>& asks);

}  // namespace causeway::translators::binance
