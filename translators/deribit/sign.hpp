#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;

namespace causeway::translators::deribit {

/// An HMAC-SHA256 as 64 hex digits.
class Signature {
 public:
  [[nodiscard]] std::string_view view() const { return {hex_.data(), hex_.size()}; }

 private:
  friend class HmacKey;
  std::array<char, 64> hex_{};
};

/// A secret, prepared for signing: the key schedule is made once and every signature starts from
/// it, which costs a quarter of an HMAC from scratch. The secret itself is not kept.
class HmacKey {
 public:
  explicit HmacKey(std::string_view secret);
  HmacKey(HmacKey&&) noexcept = default;
  HmacKey& operator=(HmacKey&&) noexcept = default;
  ~HmacKey() = default;

  /// HMAC-SHA256 of `text`.
  Signature sign(std::string_view text);

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

/// What public/auth with grant_type client_signature signs: timestamp, nonce and data, a newline
/// after each of the first two even where data is empty (docs.deribit.com, Authentication).
std::string auth_string_to_sign(std::int64_t timestamp_ms, std::string_view nonce,
                                std::string_view data);

/// What a `deri-hmac-sha256` HTTP request signs; `uri` is path and query as sent.
std::string http_string_to_sign(std::int64_t timestamp_ms, std::string_view nonce,
                                std::string_view method, std::string_view uri,
                                std::string_view body);

/// The Authorization header of a signed HTTP request.
std::string http_authorization(HmacKey& key, std::string_view client_id, std::int64_t timestamp_ms,
                               std::string_view nonce, std::string_view method,
                               std::string_view uri, std::string_view body);

}  // namespace causeway::translators::deribit
