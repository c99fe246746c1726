#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/core/random.hpp"
#include "simulator/core/venue.hpp"
#include "simulator/deribit/rpc.hpp"

namespace causeway::simulator::deribit {

/// What a key or token may do in one area of the API.
enum class Access : std::uint8_t { None, Read, ReadWrite };

/// The rights of a token, as far as this simulator has areas to protect.
struct Scope {
  Access account = Access::ReadWrite;
  Access trade = Access::ReadWrite;
  Access wallet = Access::ReadWrite;
  std::string session;  ///< empty: scope "connection"
};
/// As the venue spells it in the result of public/auth.
std::string to_text(const Scope& scope);

struct ApiKey {
  std::string id;
  std::string secret;
  core::AccountId account = 0;
};

/// Who a request comes from and what it may do.
struct Identity {
  core::AccountId account = 0;
  Scope scope;
  core::UtcNanos expires = 0;  ///< 0: holds for this request only
};

/// What public/auth grants.
struct Grant {
  std::string access_token;
  std::string refresh_token;
  std::int64_t expires_in = 0;  ///< seconds
  Identity identity;
  std::string session_id;
};

/// Keys, tokens and signatures, really verified. Tokens are made from a seed.
class Auth {
 public:
  Auth(std::int64_t token_lifetime_seconds, std::uint64_t seed)
      : lifetime_(token_lifetime_seconds), random_(seed) {}

  void add_key(ApiKey key) { keys_.push_back(std::move(key)); }

  /// public/auth in each of its three forms. `connection`: the socket it came over, 0 for HTTP.
  RpcResult<Grant> grant(Params& params, core::ConnectionId connection, core::UtcNanos now);
  /// The holder of an access token used on `connection` (0: HTTP).
  RpcResult<Identity> verify_token(std::string_view token, core::ConnectionId connection,
                                   core::UtcNanos now) const;
  /// The sender of an HTTP request by its Authorization header: Bearer, Basic or
  /// deri-hmac-sha256. nullopt where there is none.
  RpcResult<std::optional<Identity>> verify_http(const core::HttpRequest& request,
                                                 core::UtcNanos now);
  /// Tokens of scope "connection" end with their socket.
  void forget_connection(core::ConnectionId connection);
  void revoke(std::string_view access_token) { access_.erase(std::string{access_token}); }

 private:
  struct Token {
    Identity identity;
    core::ConnectionId connection = 0;
    core::UtcNanos expires = 0;
  };

  const ApiKey* find_key(std::string_view id) const;
  RpcResult<const ApiKey*> check_secret(std::string_view id, std::string_view secret) const;
  RpcResult<const ApiKey*> check_signature(Params& params, core::UtcNanos now);
  RpcResult<Identity> check_header(std::string_view fields, const core::HttpRequest& request,
                                   core::UtcNanos now);
  RpcResult<Grant> refresh(Params& params, core::ConnectionId connection, core::UtcNanos now);
  Grant issue(core::AccountId account, Scope scope, core::ConnectionId connection,
              std::int64_t lifetime, core::UtcNanos now);
  std::string new_token(core::UtcNanos now);
  bool is_fresh(std::string_view timestamp_ms, core::UtcNanos now) const;
  /// False where `mark` was used in the last two minutes.
  bool use_once(std::string mark, core::UtcNanos now);

  std::int64_t lifetime_;
  core::Random random_;
  std::vector<ApiKey> keys_;
  std::unordered_map<std::string, Token> access_;
  std::unordered_map<std::string, Token> refresh_;
  std::map<core::UtcNanos, std::vector<std::string>> used_by_time_;
  std::set<std::string> used_;
};

}  // namespace causeway::simulator::deribit
