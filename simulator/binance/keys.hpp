#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/binance/params.hpp"
#include "simulator/core/venue.hpp"

namespace causeway::simulator::binance {

/// One API key: HMAC with a secret, or Ed25519 with a public key.
struct ApiKey {
  std::string id;
  std::string secret = {};      ///< of an HMAC key
  std::string public_key = {};  ///< of an Ed25519 key, 32 raw bytes
  core::AccountId account = 0;

  [[nodiscard]] bool is_ed25519() const { return !public_key.empty(); }
  /// True where `signature`, as the venue wants it encoded, is this key's over `text`.
  [[nodiscard]] bool has_signed(std::string_view text, std::string_view signature) const;
};

/// The keys that exist.
class Keys {
 public:
  void add(ApiKey key) { keys_.push_back(std::move(key)); }
  /// -2014 where `id` is empty, -2015 where no such key exists.
  [[nodiscard]] ApiResult<const ApiKey*> find(std::string_view id) const;

 private:
  std::vector<ApiKey> keys_;
};

/// What a REST request says of itself: the text that was signed (query string and body as they
/// were sent, without the signature) and its parameters.
struct SignedRequest {
  std::string text;
  std::string signature;
  Params params;
};
SignedRequest read_request(const core::HttpRequest& request);

/// The texts that a WebSocket API request may have signed: all its parameters but the signature in
/// alphabetical order, with their values as they are, and percent-encoded.
std::vector<std::string> signed_texts(const Params& params);

/// -1102, -1021: whether the timestamp that a signed request needs lies in its window.
std::optional<ApiError> check_time(Params& params, core::UtcNanos now);
/// -5028: the same window, looked at again where an order reaches the matching engine.
std::optional<ApiError> check_matching_time(Params& params, core::UtcNanos now);

}  // namespace causeway::simulator::binance
