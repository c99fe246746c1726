#pragma once

// For the decoder's .cpp files alone: it brings in RapidJSON.

#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "translators/deribit/codec.hpp"

namespace causeway::translators::deribit::json {

using Pool = rapidjson::MemoryPoolAllocator<>;
/// Numbers are texts in it (kParseNumbersAsStringsFlag): `1e-05` stays as the venue wrote it.
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;
using Value = Document::ValueType;

inline std::string_view text_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

/// One JSON object, read field by field. The first field that is missing or of the wrong kind is
/// remembered; the others still give empty values, so that a reader can be written straight down.
class Object {
 public:
  Object(const Value& value, std::string_view what) : value_(&value), what_(what) {
    if (!value.IsObject()) fault_ = std::string{what} + ": not an object";
  }

  /// Null counts as missing.
  [[nodiscard]] const Value* find(const char* name) const {
    if (!value_->IsObject()) return nullptr;
    const auto member = value_->FindMember(name);
    return member == value_->MemberEnd() || member->value.IsNull() ? nullptr : &member->value;
  }
  [[nodiscard]] bool has(const char* name) const {
    return value_->IsObject() && value_->HasMember(name);
  }

  /// A text or a number, as it stands; empty where missing.
  std::string_view text(const char* name) {
    const Value* const value = find(name);
    if (value == nullptr) return {};
    if (!value->IsString()) return fail(name, "is not a text"), std::string_view{};
    return text_of(*value);
  }
  std::string_view required_text(const char* name) {
    const std::string_view value = text(name);
    if (value.empty()) fail(name, "is missing or empty");
    return value;
  }
  std::optional<wire::Number> number(const char* name) {
    const std::string_view value = text(name);
    return value.empty() ? std::nullopt : std::optional{value};
  }
  wire::Number required_number(const char* name) { return required_text(name); }
  bool flag(const char* name) {
    const Value* const value = find(name);
    if (value == nullptr) return false;
    // Some documents type flags as texts.
    if (value->IsString()) return text_of(*value) == "true";
    if (!value->IsBool()) fail(name, "is not a flag");
    return value->IsTrue();
  }
  std::int64_t integer(const char* name) {
    const std::string_view value = text(name);
    if (value.empty()) return 0;
    // Timestamps are integers, but one JSON writer or another prints them as 1.7e12 or 5.0.
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc{} && end == value.data() + value.size()) return number;
    const auto decimal = fixspec::Decimal::parse(value, fixspec::Notation::Scientific);
    const fixspec::Decimal one = fixspec::Decimal::from_integer(1);
    if (!decimal || !decimal->is_multiple_of(one)) return fail(name, "is not an integer"), 0;
    return static_cast<std::int64_t>(decimal->units() / one.units());
  }
  std::int64_t required_integer(const char* name) {
    if (find(name) == nullptr) fail(name, "is missing");
    return integer(name);
  }

  void fail(std::string_view name, std::string_view why) {
    if (fault_.empty()) {
      fault_.append(what_).append(": ").append(name).append(" ").append(why);
    }
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  const Value* value_;
  std::string_view what_;
  std::string fault_;
};

inline fixspec::Unexpected<fixspec::Error> fault(std::string text) {
  return fixspec::Unexpected{fixspec::Error{std::move(text)}};
}

/// `value`, unless a field of `object` was faulty.
template <class T>
Decoded<T> unless_faulty(const Object& object, T value) {
  if (!object.fault().empty()) return fault(object.fault());
  return value;
}

}  // namespace causeway::translators::deribit::json
