#include "simulator/binance/keys.hpp"

#include <algorithm>

#include "simulator/core/crypto.hpp"
#include "simulator/core/url.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr std::string_view signature_name = "signature=";
constexpr std::int64_t default_window_ms = 5000;
constexpr std::int64_t ahead_ms = 1000;

// `text` without its parameter "signature", whose value goes to `signature`.
std::string without_signature(std::string_view text, std::string& signature) {
  std::string result;
  bool found = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!found && part.starts_with(signature_name)) {
      found = true;
      signature = core::decode_percent(part.substr(signature_name.size()));
      std::ranges::replace(signature, ' ', '+');  // base64 that was sent as it is
      continue;
    }
    if (!result.empty()) result += '&';
    result += part;
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
  });
  return result;
}

}  // namespace

bool ApiKey::has_signed(std::string_view text, std::string_view signature) const {
  if (is_ed25519()) {
    return core::verify_ed25519(public_key, text, core::decode_base64(signature));
  }
  return core::same_secret(core::hmac_sha256_hex(secret, text), lower(signature));
}

ApiResult<const ApiKey*> Keys::find(std::string_view id) const {
  if (id.empty()) return Unexpected{error(-2014)};
  const auto found = std::ranges::find(keys_, id, &ApiKey::id);
  if (found == keys_.end()) return Unexpected{error(-2015)};
  return &*found;
}

SignedRequest read_request(const core::HttpRequest& request) {
  const std::string_view target = request.target;
  const auto question = std::min(target.find('?'), target.size());
  const auto query = question < target.size() ? target.substr(question + 1) : std::string_view{};
  SignedRequest result;
  std::string in_query, in_body;
  result.text = without_signature(query, in_query) + without_signature(request.body, in_body);
  result.signature = in_query.empty() ? in_body : in_query;
  // Where a name is in both, the query's value holds: it comes first.
  auto pairs = core::decode_form(query);
  for (auto& pair : core::decode_form(request.body)) pairs.push_back(std::move(pair));
  result.params = Params{std::move(pairs)};
  return result;
}

std::vector<std::string> signed_texts(const Params& params) {
  auto pairs = params.pairs();
  std::ranges::sort(pairs, {}, &std::pair<std::string, std::string>::first);
  std::string plain, encoded;
  for (const auto& [name, value] : pairs) {
    if (name == "signature") continue;
    const std::string begin = (plain.empty() ? "" : "&") + name + "=";
    plain += begin + value;
    encoded += begin + core::encode_percent(value);
  }
  return plain == encoded ? std::vector{plain} : std::vector{plain, encoded};
}

std::optional<ApiError> check_time(Params& params, core::UtcNanos now) {
  if (!params.has("timestamp")) return missing("timestamp");
  const auto sent = params.required_integer("timestamp");
  const auto window = params.integer("recvWindow").value_or(default_window_ms);
  if (params.error()) return params.error();
  const auto now_ms = now / fixspec::nanos_per_milli;
  if (sent >= now_ms + ahead_ms) {
    return ApiError{.code = -1021,
                    .message = "Timestamp for this request was 1000ms ahead of the server's time."};
  }
  if (now_ms - sent > window) {
    return ApiError{.code = -1021,
                    .message = "Timestamp for this request is outside of the recvWindow."};
  }
  return std::nullopt;
}

std::optional<ApiError> check_matching_time(Params& params, core::UtcNanos now) {
  const auto refused = check_time(params, now);
  return refused && refused->code == -1021 ? error(-5028) : refused;
}

}  // namespace causeway::simulator::binance
