#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixspec/decimal.hpp"

namespace causeway::simulator::core {

/// A parsed JSON value. A number keeps its text, so that a decimal stays exact and an id is
/// answered as it was asked.
struct JsonValue {
  enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

  Kind kind = Kind::Null;
  bool boolean = false;
  std::string text = {};  ///< of a Number or String
  std::vector<JsonValue> items = {};
  std::vector<std::pair<std::string, JsonValue>> members = {};

  /// The member of that name, or nullptr; also where this is no object.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
  [[nodiscard]] bool is_null() const { return kind == Kind::Null; }
};

/// The value of `text`, or nullopt where it is not one JSON value (also: nested too deeply).
std::optional<JsonValue> parse_json(std::string_view text);

/// Writes JSON text piece by piece, with the commas. Objects and arrays are closed by end().
class JsonWriter {
 public:
  JsonWriter& object() { return open('{'); }
  JsonWriter& array() { return open('['); }
  JsonWriter& end();
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  /// A number with a fraction always: `10.0`; below 0.0001 with an exponent: `7.766e-05`.
  JsonWriter& number(fixspec::Decimal value);
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// `value` must be JSON text.
  JsonWriter& raw(std::string_view value);

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, const char* value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, fixspec::Decimal value) {
    return key(name).number(value);
  }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }

  [[nodiscard]] const std::string& view() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  void separate();

  std::string out_;
  std::string closers_;
  bool needs_comma_ = false;
};

/// `value` as JsonWriter::number writes it.
std::string json_number(fixspec::Decimal value);

}  // namespace causeway::simulator::core
