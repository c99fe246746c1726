#include "simulator/deribit/auth.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "simulator/core/crypto.hpp"
#include "simulator/core/url.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::ConnectionId;
using core::decode_base64;
using core::hmac_sha256_hex;
using core::same_secret;
using core::split;
using core::UtcNanos;
using fixspec::Unexpected;

constexpr UtcNanos signature_window = 60 * fixspec::nanos_per_second;
constexpr int refresh_lives_longer = 10;
constexpr std::size_t most_tokens = 1000;  // before those that are over are forgotten

std::string_view to_text(Access access) {
  return access == Access::ReadWrite ? "read_write" : access == Access::Read ? "read" : "none";
}

struct WantedScope {
  Scope scope;
  std::optional<std::int64_t> lifetime;
};

// The rights asked for; a key of ours has all, so what is asked is what is granted. Where no area
// is named, all are meant.
RpcResult<WantedScope> parse_scope(std::string_view text) {
  WantedScope wanted;
  bool any_area = false;
  Scope areas{
      .account = Access::None, .trade = Access::None, .wallet = Access::None, .session = {}};
  for (const auto part : split(text, ' ')) {
    const auto colon = part.find(':');
    const auto name = part.substr(0, colon);
    const auto value =
        colon == std::string_view::npos ? std::string_view{} : part.substr(colon + 1);
    const auto access = value == "read_write" ? Access::ReadWrite
                        : value == "read"     ? Access::Read
                                              : Access::None;
    if (name == "session" && !value.empty()) wanted.scope.session = value;
    if (name == "expires") {
      std::int64_t seconds = 0;
      const auto parsed = std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (parsed.ec != std::errc{} || seconds <= 0) {
        return Unexpected{invalid_params("invalid expires", "scope")};
      }
      wanted.lifetime = seconds;
    }
    for (const auto& [area, field] :
         {std::pair{"account", &Scope::account}, std::pair{"trade", &Scope::trade},
          std::pair{"wallet", &Scope::wallet}}) {
      if (name != area) continue;
      any_area = true;
      areas.*field = access;
    }
  }
  if (any_area) {
    areas.session = wanted.scope.session;
    wanted.scope = areas;
  }
  return wanted;
}

}  // namespace

std::string to_text(const Scope& scope) {
  std::string result = "account:" + std::string{to_text(scope.account)};
  result += scope.session.empty() ? " connection" : " session:" + scope.session;
  result += " mainaccount trade:" + std::string{to_text(scope.trade)};
  return result + " wallet:" + std::string{to_text(scope.wallet)};
}

const ApiKey* Auth::find_key(std::string_view id) const {
  const auto found = std::ranges::find(keys_, id, &ApiKey::id);
  return found == keys_.end() ? nullptr : &*found;
}

RpcResult<const ApiKey*> Auth::check_secret(std::string_view id, std::string_view secret) const {
  const auto* key = find_key(id);
  if (key == nullptr) return Unexpected{invalid_credentials("unknown client_id")};
  if (!same_secret(key->secret, secret)) {
    return Unexpected{invalid_credentials("wrong client_secret")};
  }
  return key;
}

bool Auth::is_fresh(std::string_view timestamp_ms, UtcNanos now) const {
  std::int64_t millis = 0;
  const auto parsed =
      std::from_chars(timestamp_ms.data(), timestamp_ms.data() + timestamp_ms.size(), millis);
  if (parsed.ec != std::errc{} || parsed.ptr != timestamp_ms.data() + timestamp_ms.size()) {
    return false;
  }
  const auto age = now / fixspec::nanos_per_milli - millis;
  return std::abs(age) <= signature_window / fixspec::nanos_per_milli;
}

bool Auth::use_once(std::string mark, UtcNanos now) {
  while (!used_by_time_.empty() && used_by_time_.begin()->first < now - 2 * signature_window) {
    for (const auto& old : used_by_time_.begin()->second) used_.erase(old);
    used_by_time_.erase(used_by_time_.begin());
  }
  if (!used_.insert(mark).second) return false;
  used_by_time_[now].push_back(std::move(mark));
  return true;
}

RpcResult<const ApiKey*> Auth::check_signature(Params& params, UtcNanos now) {
  const auto id = params.required_text("client_id");
  const auto timestamp = params.required_text("timestamp");
  const auto signature = params.required_text("signature");
  const auto nonce = params.text("nonce").value_or("");
  const auto data = params.text("data").value_or("");
  if (params.error()) return Unexpected{*params.error()};
  const auto* key = find_key(id);
  if (key == nullptr) return Unexpected{invalid_credentials("unknown client_id")};
  if (!is_fresh(timestamp, now)) return Unexpected{invalid_credentials("timestamp out of window")};
  const auto expected = hmac_sha256_hex(key->secret, timestamp + "\n" + nonce + "\n" + data);
  if (!same_secret(expected, signature)) return Unexpected{invalid_credentials("wrong signature")};
  if (!nonce.empty() && !use_once("auth " + id + " " + nonce, now)) {
    return Unexpected{invalid_credentials("nonce used before")};
  }
  return key;
}

RpcResult<Grant> Auth::grant(Params& params, ConnectionId connection, UtcNanos now) {
  const auto type = params.required_text("grant_type");
  const auto wanted = parse_scope(params.text("scope").value_or(""));
  if (params.error()) return Unexpected{*params.error()};
  if (!wanted) return Unexpected{wanted.error()};
  if (type == "refresh_token") return refresh(params, connection, now);
  RpcResult<const ApiKey*> key = Unexpected{invalid_params("unknown grant_type", "grant_type")};
  if (type == "client_credentials") {
    const auto id = params.required_text("client_id");
    const auto secret = params.required_text("client_secret");
    if (params.error()) return Unexpected{*params.error()};
    key = check_secret(id, secret);
  } else if (type == "client_signature") {
    key = check_signature(params, now);
  }
  if (!key) return Unexpected{key.error()};
  const auto lifetime = std::min(wanted->lifetime.value_or(lifetime_), lifetime_);
  return issue((*key)->account, wanted->scope, connection, lifetime, now);
}

RpcResult<Grant> Auth::refresh(Params& params, ConnectionId connection, UtcNanos now) {
  const auto text = params.required_text("refresh_token");
  if (params.error()) return Unexpected{*params.error()};
  const auto found = refresh_.find(text);
  if (found == refresh_.end() || found->second.expires <= now) {
    return Unexpected{RpcError{.code = 13009,
                               .message = "unauthorized",
                               .reason = "invalid_token",
                               .param = "refresh_token"}};
  }
  const Token token = found->second;
  refresh_.erase(found);  // rotated: each is good for one use
  return issue(token.identity.account, token.identity.scope, connection, lifetime_, now);
}

std::string Auth::new_token(UtcNanos now) {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text = std::to_string(now / fixspec::nanos_per_milli) + ".1";
  for (int i = 0; i < 40; ++i) text += letters[random_.next() % letters.size()];
  return text;
}

Grant Auth::issue(core::AccountId account, Scope scope, ConnectionId connection,
                  std::int64_t lifetime, UtcNanos now) {
  const auto is_over = [&](const auto& entry) { return entry.second.expires <= now; };
  if (refresh_.size() >= most_tokens) {
    std::erase_if(access_, is_over);
    std::erase_if(refresh_, is_over);
  }
  const auto expires = now + lifetime * fixspec::nanos_per_second;
  Grant grant;
  grant.access_token = new_token(now);
  grant.refresh_token = new_token(now);
  grant.expires_in = lifetime;
  grant.identity = {.account = account, .scope = std::move(scope), .expires = expires};
  // A token got over HTTP belongs to no socket, whatever its scope says.
  const auto bound = grant.identity.scope.session.empty() ? connection : 0;
  if (!grant.identity.scope.session.empty()) grant.session_id = new_token(now).substr(0, 24);
  access_[grant.access_token] = {
      .identity = grant.identity, .connection = bound, .expires = expires};
  refresh_[grant.refresh_token] = {
      .identity = grant.identity,
      .connection = bound,
      .expires = now + lifetime * refresh_lives_longer * fixspec::nanos_per_second};
  return grant;
}

RpcResult<Identity> Auth::verify_token(std::string_view token, ConnectionId connection,
                                       UtcNanos now) const {
  const auto found = access_.find(std::string{token});
  if (found == access_.end()) return Unexpected{unauthorized("invalid_token")};
  if (found->second.expires <= now) return Unexpected{unauthorized("token_expired")};
  if (found->second.connection != 0 && found->second.connection != connection) {
    return Unexpected{unauthorized("invalid_token")};
  }
  return found->second.identity;
}

RpcResult<std::optional<Identity>> Auth::verify_http(const core::HttpRequest& request,
                                                     UtcNanos now) {
  const auto header = request.header("Authorization");
  if (header.empty()) return std::optional<Identity>{};
  const auto space = header.find(' ');
  const auto scheme = header.substr(0, space);
  const auto rest = space == std::string_view::npos ? std::string_view{} : header.substr(space + 1);
  RpcResult<Identity> identity =
      Unexpected{RpcError{.code = 10000, .message = "authorization_required"}};
  if (scheme == "Bearer" || scheme == "bearer") {
    identity = verify_token(rest, 0, now);
  } else if (scheme == "Basic") {
    const auto pair = decode_base64(rest);
    const auto colon = std::min(pair.find(':'), pair.size());
    const auto key = check_secret(std::string_view{pair}.substr(0, colon),
                                  colon < pair.size() ? pair.substr(colon + 1) : "");
    if (!key) return Unexpected{key.error()};
    identity = Identity{.account = (*key)->account, .scope = {}, .expires = 0};
  } else if (scheme == "deri-hmac-sha256") {
    identity = check_header(rest, request, now);
  }
  if (!identity) return Unexpected{identity.error()};
  return std::optional{*identity};
}

RpcResult<Identity> Auth::check_header(std::string_view fields, const core::HttpRequest& request,
                                       UtcNanos now) {
  std::map<std::string_view, std::string_view> values;
  for (auto part : split(fields, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    const auto equals = part.find('=');
    if (equals != std::string_view::npos) values[part.substr(0, equals)] = part.substr(equals + 1);
  }
  const auto* key = find_key(values["id"]);
  if (key == nullptr) return Unexpected{invalid_credentials("unknown client id")};
  if (!is_fresh(values["ts"], now)) {
    return Unexpected{invalid_credentials("timestamp out of window")};
  }
  const auto text = std::string{values["ts"]} + "\n" + std::string{values["nonce"]} + "\n" +
                    request.method + "\n" + request.target + "\n" + request.body + "\n";
  if (!same_secret(hmac_sha256_hex(key->secret, text), values["sig"])) {
    return Unexpected{invalid_credentials("wrong signature")};
  }
  // The same signature twice is a replay: the same request, time and nonce.
  if (!use_once("http " + std::string{values["sig"]}, now)) {
    return Unexpected{invalid_credentials("nonce used before")};
  }
  return Identity{.account = key->account, .scope = {}, .expires = 0};
}

void Auth::forget_connection(ConnectionId connection) {
  const auto bound = [&](const auto& entry) { return entry.second.connection == connection; };
  std::erase_if(access_, bound);
  std::erase_if(refresh_, bound);
}

}  // namespace causeway::simulator::deribit
