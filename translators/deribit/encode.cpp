#include <array>
#include <charconv>

#include "translators/deribit/codec.hpp"
#include "translators/deribit/map.hpp"

namespace causeway::translators::deribit {
namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_decimal(std::string& out, fixspec::Decimal value) {
  std::array<char, fixspec::Decimal::max_text> digits{};
  out.append(digits.data(), value.to_chars(digits.data()));
}

void append_json_text(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out.append("\\u00");
      out.push_back(hex_digits[byte >> 4]);
      out.push_back(hex_digits[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(hex_digits[byte >> 4]);
      out.push_back(hex_digits[byte & 15]);
    }
  }
}

using Texts = std::span<const std::string_view>;

/// Writes `"name":value` pairs.
class JsonParameters {
 public:
  explicit JsonParameters(std::string& out) : out_(out) {}

  void put(std::string_view name, std::string_view text) {
    begin(name);
    append_json_text(out_, text);
  }
  void put(std::string_view name, fixspec::Decimal number) {
    begin(name);
    append_decimal(out_, number);
  }
  void put(std::string_view name, std::int64_t number) {
    begin(name);
    append_integer(out_, number);
  }
  void put(std::string_view name, bool flag) {
    begin(name);
    out_.append(flag ? "true" : "false");
  }
  void put(std::string_view name, Texts texts) {
    begin(name);
    char separator = '[';
    for (const std::string_view text : texts) {
      out_.push_back(separator);
      append_json_text(out_, text);
      separator = ',';
    }
    out_.append(texts.empty() ? "[]" : "]");
  }

 private:
  void begin(std::string_view name) {
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.push_back('"');
    out_.append(name).append("\":");
  }
  std::string& out_;
  bool first_ = true;
};

/// Writes `?name=value&name=value`.
class QueryParameters {
 public:
  explicit QueryParameters(std::string& out) : out_(out) {}

  void put(std::string_view name, std::string_view text) {
    begin(name);
    append_percent_encoded(out_, text);
  }
  void put(std::string_view name, fixspec::Decimal number) {
    begin(name);
    append_decimal(out_, number);
  }
  void put(std::string_view name, std::int64_t number) {
    begin(name);
    append_integer(out_, number);
  }
  void put(std::string_view name, bool flag) {
    begin(name);
    out_.append(flag ? "true" : "false");
  }
  // An array is its JSON text.
  void put(std::string_view name, Texts texts) {
    std::string json;
    char separator = '[';
    for (const std::string_view text : texts) {
      json.push_back(separator);
      append_json_text(json, text);
      separator = ',';
    }
    json.append(texts.empty() ? "[]" : "]");
    put(name, std::string_view{json});
  }

 private:
  void begin(std::string_view name) {
    out_.push_back(first_ ? '?' : '&');
    first_ = false;
    out_.append(name).push_back('=');
  }
  std::string& out_;
  bool first_ = true;
};

template <class Out, class T>
void put_some(Out& out, std::string_view name, const std::optional<T>& value) {
  if (!value) return;
  if constexpr (std::is_enum_v<T>) {
    out.put(name, to_text(*value));
  } else {
    out.put(name, *value);
  }
}

template <class Out>
void put_some(Out& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.put(name, text);
}

template <class Out>
void put_parameters(Out& out, const wire::NewOrder& order) {
  out.put("instrument_name", order.instrument_name);
  put_some(out, "amount", order.amount);
  put_some(out, "contracts", order.contracts);
  put_some(out, "type", order.type);
  put_some(out, "price", order.price);
  put_some(out, "time_in_force", order.time_in_force);
  put_some(out, "post_only", order.post_only);
  put_some(out, "reject_post_only", order.reject_post_only);
  put_some(out, "reduce_only", order.reduce_only);
  put_some(out, "display_amount", order.display_amount);
  put_some(out, "trigger", order.trigger);
  put_some(out, "trigger_price", order.trigger_price);
  put_some(out, "trigger_offset", order.trigger_offset);
  put_some(out, "advanced", order.advanced);
  put_some(out, "mmp", order.mmp);
  put_some(out, "valid_until", order.valid_until_ms);
  put_some(out, "label", order.label);
  put_some(out, "linked_order_type", order.linked_order_type);
  put_some(out, "trigger_fill_condition", order.trigger_fill_condition);
}

template <class Out>
void put_parameters(Out& out, const wire::Edit& edit) {
  put_some(out, "order_id", edit.order_id);
  put_some(out, "label", edit.label);
  put_some(out, "instrument_name", edit.instrument_name);
  put_some(out, "amount", edit.amount);
  put_some(out, "contracts", edit.contracts);
  put_some(out, "price", edit.price);
  put_some(out, "post_only", edit.post_only);
  put_some(out, "reject_post_only", edit.reject_post_only);
  put_some(out, "reduce_only", edit.reduce_only);
  put_some(out, "advanced", edit.advanced);
  put_some(out, "trigger_price", edit.trigger_price);
  put_some(out, "trigger_offset", edit.trigger_offset);
  put_some(out, "mmp", edit.mmp);
  put_some(out, "display_amount", edit.display_amount);
  put_some(out, "valid_until", edit.valid_until_ms);
}

template <class Out>
void put_parameters(Out& out, const wire::AuthBySignature& auth) {
  out.put("grant_type", std::string_view{"client_signature"});
  out.put("client_id", auth.client_id);
  out.put("timestamp", auth.timestamp_ms);
  out.put("nonce", auth.nonce);
  out.put("data", auth.data);
  out.put("signature", auth.signature);
  put_some(out, "scope", auth.scope);
}

template <class Out>
void put_parameters(Out& out, const wire::AuthByCredentials& auth) {
  out.put("grant_type", std::string_view{"client_credentials"});
  out.put("client_id", auth.client_id);
  out.put("client_secret", auth.client_secret);
  put_some(out, "scope", auth.scope);
}

template <class Out>
void put_parameters(Out& out, const wire::AuthByRefreshToken& auth) {
  out.put("grant_type", std::string_view{"refresh_token"});
  out.put("refresh_token", auth.refresh_token);
}

template <class Out>
void put_parameters(Out& out, const wire::Subscription& subscription) {
  out.put("channels", subscription.channels);
}

template <class Out>
void put_parameters(Out& out, const wire::Call& call) {
  for (const wire::Call::Argument& argument : call.arguments()) {
    std::visit([&](const auto& value) { out.put(to_text(argument.parameter), value); },
               argument.value);
  }
}

struct MethodName {
  std::string_view operator()(const wire::NewOrder& order) const {
    return order.direction == wire::Direction::Buy ? "private/buy" : "private/sell";
  }
  std::string_view operator()(const wire::Edit& edit) const {
    return edit.order_id.empty() ? "private/edit_by_label" : "private/edit";
  }
  std::string_view operator()(const wire::AuthBySignature&) const { return "public/auth"; }
  std::string_view operator()(const wire::AuthByCredentials&) const { return "public/auth"; }
  std::string_view operator()(const wire::AuthByRefreshToken&) const { return "public/auth"; }
  std::string_view operator()(const wire::Subscription& subscription) const {
    if (subscription.unsubscribe) {
      return subscription.private_channels ? "private/unsubscribe" : "public/unsubscribe";
    }
    return subscription.private_channels ? "private/subscribe" : "public/subscribe";
  }
  std::string_view operator()(const wire::Call& call) const { return to_text(call.method()); }
};

}  // namespace

std::string_view method_name(const wire::Request& request) {
  return std::visit(MethodName{}, request);
}

void encode_frame(std::string& out, std::uint64_t id, const wire::Request& request) {
  out.assign(R"({"jsonrpc":"2.0","id":)");
  append_integer(out, static_cast<std::int64_t>(id));
  out.append(R"(,"method":")").append(method_name(request)).append(R"(","params":{)");
  JsonParameters parameters{out};
  std::visit([&](const auto& body) { put_parameters(parameters, body); }, request);
  out.append("}}");
}

std::string encode_http_target(const wire::Request& request) {
  std::string out = "/api/v2/";
  out.append(method_name(request));
  QueryParameters parameters{out};
  std::visit([&](const auto& body) { put_parameters(parameters, body); }, request);
  return out;
}

}  // namespace causeway::translators::deribit
