#include "simulator/binance/params.hpp"

#include <charconv>

namespace causeway::simulator::binance {
namespace {

constexpr std::string_view legal_decimal = R"(^([0-9]{1,20})(\.[0-9]{1,20})?$)";
constexpr std::string_view legal_integer = "^[0-9]{1,20}$";
// Larger amounts would overflow the sums and products of the engine.
constexpr std::int64_t largest_amount = 1'000'000'000;

}  // namespace

Params::Params(const core::JsonValue& object) {
  using Kind = core::JsonValue::Kind;
  for (const auto& [name, value] : object.members) {
    if (value.kind == Kind::Boolean) {
      pairs_.emplace_back(name, value.boolean ? "true" : "false");
    } else if (value.kind == Kind::Number || value.kind == Kind::String) {
      pairs_.emplace_back(name, value.text);
    }
  }
}

const std::string* Params::find(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value.empty() ? nullptr : &value;
  }
  return nullptr;
}

std::optional<std::string> Params::text(std::string_view name) const {
  const auto* found = find(name);
  return found == nullptr ? std::nullopt : std::optional{*found};
}

std::string Params::required_text(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) fail(missing(name));
  return found == nullptr ? std::string{} : *found;
}

std::optional<std::int64_t> Params::integer(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const auto* end = found->data() + found->size();
  const auto parsed = std::from_chars(found->data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < 0) {
    fail(illegal(name, legal_integer));
    return std::nullopt;
  }
  return value;
}

std::int64_t Params::required_integer(std::string_view name) {
  if (!has(name)) fail(missing(name));
  return integer(name).value_or(0);
}

std::optional<core::Decimal> Params::decimal(std::string_view name) {
  const auto* found = find(name);
  if (found == nullptr) return std::nullopt;
  const auto parsed = core::Decimal::parse(*found, fixspec::Notation::Scientific);
  if (!parsed || parsed->abs() > core::Decimal::from_integer(largest_amount)) {
    fail(illegal(name, legal_decimal));
    return std::nullopt;
  }
  return *parsed;
}

core::Decimal Params::required_decimal(std::string_view name) {
  if (!has(name)) fail(missing(name));
  return decimal(name).value_or(core::Decimal{});
}

bool Params::boolean(std::string_view name, bool otherwise) {
  const auto* found = find(name);
  if (found == nullptr) return otherwise;
  if (*found == "true" || *found == "TRUE") return true;
  if (*found != "false" && *found != "FALSE") fail(invalid(name));
  return false;
}

}  // namespace causeway::simulator::binance
