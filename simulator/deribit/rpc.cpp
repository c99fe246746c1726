#include "simulator/deribit/rpc.hpp"

#include <algorithm>
#include <charconv>

namespace causeway::simulator::deribit {
namespace {

using core::JsonValue;
using core::Refusal;
using core::RefusalCode;

bool is_scalar(const JsonValue& value) {
  return value.kind == JsonValue::Kind::Number || value.kind == JsonValue::Kind::String;
}

RpcError plain(int code, std::string message, std::string reason = {}) {
  return {.code = code, .message = std::move(message), .reason = std::move(reason)};
}

}  // namespace

RpcError invalid_params(std::string reason, std::string param) {
  return {.code = -32602,
          .message = "Invalid params",
          .reason = std::move(reason),
          .param = std::move(param)};
}

RpcError unauthorized(std::string reason) {
  return {.code = 13009, .message = "unauthorized", .reason = std::move(reason)};
}

RpcError invalid_credentials(std::string reason) {
  return {.code = 13004, .message = "invalid_credentials", .reason = std::move(reason)};
}

RpcError from_refusal(const Refusal& refusal) {
  const auto limit = refusal.limit.to_string();
  switch (refusal.code) {
    case RefusalCode::AmountTooLow:
      return plain(10002, "qty_too_low", "min amount is " + limit);
    case RefusalCode::AmountOffStep: {
      auto error = invalid_params("must be a multiple of the minimum order size", "amount");
      return error;
    }
    case RefusalCode::PriceMissing:
      return invalid_params("value required", "price");
    case RefusalCode::PriceOffTick:
      return invalid_params("must conform to tick size", "price");
    case RefusalCode::PriceTooHigh:
      return plain(10007, "price_too_high " + limit);
    case RefusalCode::PriceTooLow:
      return plain(10005, "price_too_low " + limit);
    case RefusalCode::TriggerMissing:
      return invalid_params("value required", "trigger_price");
    case RefusalCode::TriggerPriceOffTick:
      return plain(10044, "trigger_price_wrong_tick");
    case RefusalCode::TriggerPriceTooHigh:
      return plain(10034, "trigger_price_too_high");
    case RefusalCode::TriggerPriceTooLow:
      return plain(10035, "trigger_price_too_low");
    case RefusalCode::NotEnoughFunds:
      return plain(10009, "not_enough_funds");
    case RefusalCode::SelfTrade:
      return plain(10003, "order_overlap");
    case RefusalCode::PostOnlyWouldTake:
      return plain(11054, "post_only_reject");
    case RefusalCode::NothingToReduce:
      return plain(11030, "other_reject reduce_only", "no position to reduce");
    case RefusalCode::CannotFill:
      return plain(11030, "other_reject", "fill_or_kill cannot fill");
    case RefusalCode::BookClosed:
      return plain(10012, "book_closed");
    case RefusalCode::OrderNotFound:
      return plain(10004, "order_not_found");
    case RefusalCode::NotOwner:
      return plain(10029, "not_owner_of_order");
    case RefusalCode::NotOpen:
      return plain(11044, "not_open_order");
    case RefusalCode::AmountBelowFilled:
      return plain(10010, "already_closed", "amount is not above filled_amount");
  }
  return plain(10001, "error");
}

unsigned http_status(int code) {
  switch (code) {
    case 10000:
    case 13004:
    case 13009:
      return 401;
    case 13021:
    case 13403:
      return 403;
    case 10028:
      return 429;
    default:
      return 400;
  }
}

const JsonValue* Params::find(std::string_view name) const {
  const auto* value = object_.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool Params::has(std::string_view name) const { return find(name) != nullptr; }

bool Params::is_set(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr || value->text == "false") return false;
  return value->kind != JsonValue::Kind::Boolean || value->boolean;
}

void Params::fail(std::string reason, std::string_view name) {
  if (!error_) error_ = invalid_params(std::move(reason), std::string{name});
}

std::optional<std::string> Params::text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (is_scalar(*value)) return value->text;
  fail("value must be string", name);
  return std::nullopt;
}

std::string Params::required_text(std::string_view name) {
  auto value = text(name);
  if (!value || value->empty()) {
    fail("value required", name);
    return {};
  }
  return std::move(*value);
}

std::optional<core::Decimal> Params::decimal(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (is_scalar(*value)) {
    const auto parsed = core::Decimal::parse(value->text, fixspec::Notation::Scientific);
    // Beyond this no product of ours is exact any more; no venue takes such an order.
    if (parsed && parsed->abs() < core::Decimal::from_integer(1'000'000'000'000)) return *parsed;
  }
  fail("value must be number", name);
  return std::nullopt;
}

std::optional<bool> Params::boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->kind == JsonValue::Kind::Boolean) return value->boolean;
  if (value->kind == JsonValue::Kind::String && value->text == "true") return true;
  if (value->kind == JsonValue::Kind::String && value->text == "false") return false;
  fail("value must be boolean", name);
  return std::nullopt;
}

bool Params::boolean(std::string_view name, bool otherwise) {
  return boolean(name).value_or(otherwise);
}

std::optional<std::int64_t> Params::integer(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (is_scalar(*value)) {
    std::int64_t result = 0;
    const char* end = value->text.data() + value->text.size();
    const auto parsed = std::from_chars(value->text.data(), end, result);
    if (parsed.ec == std::errc{} && parsed.ptr == end && !value->text.empty()) return result;
  }
  fail("value must be integer", name);
  return std::nullopt;
}

std::int64_t Params::integer(std::string_view name, std::int64_t otherwise, std::int64_t low,
                             std::int64_t high) {
  return std::clamp(integer(name).value_or(otherwise), low, high);
}

std::vector<std::string> Params::texts(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  std::optional<JsonValue> parsed;
  if (value->kind == JsonValue::Kind::String) {
    parsed = core::parse_json(value->text);
    if (!parsed) return {value->text};
    value = &*parsed;
  }
  std::vector<std::string> result;
  for (const auto& item : value->items) {
    if (item.kind == JsonValue::Kind::String) result.push_back(item.text);
  }
  if (value->kind != JsonValue::Kind::Array || result.size() != value->items.size()) {
    fail("value must be array of strings", name);
  }
  return result;
}

}  // namespace causeway::simulator::deribit
