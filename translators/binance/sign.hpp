#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "fixspec/result.hpp"

struct evp_mac_ctx_st;
struct evp_md_ctx_st;
struct evp_pkey_st;

namespace causeway::translators::binance {

/// A signature as text, in place: 64 hex digits (HMAC) or 88 characters of base64 (Ed25519). The
/// latter must be percent-encoded in a URL; in a frame it stands as it is.
class Signature {
 public:
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  friend class HmacKey;
  friend class Ed25519Key;
  std::array<char, 88> text_{};
  std::size_t size_ = 0;
};

/// An HMAC secret, prepared: the key schedule is made once, every signature starts from it and
/// allocates nothing. The secret itself is not kept.
class HmacKey {
 public:
  explicit HmacKey(std::string_view secret);

  /// HMAC-SHA256 of `text`, in lower-case hex.
  Signature sign(std::string_view text);

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

/// An Ed25519 private key.
class Ed25519Key {
 public:
  /// The key of a PKCS#8 PEM text, or why it is none. An encrypted key and a key of another kind
  /// (RSA, which the venue knows, too) are errors.
  static fixspec::Result<Ed25519Key, fixspec::Error> from_pem(std::string_view pem);

  /// The signature of `text`, in base64.
  Signature sign(std::string_view text);

 private:
  Ed25519Key() = default;
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_pkey_st, Free> key_;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// An account's key of either kind.
class Signer {
 public:
  explicit Signer(HmacKey key) : key_(std::move(key)) {}
  explicit Signer(Ed25519Key key) : key_(std::move(key)) {}

  Signature sign(std::string_view text) {
    return std::visit([&](auto& key) { return key.sign(text); }, key_);
  }
  /// Only such a key can log a WebSocket API session on.
  [[nodiscard]] bool is_ed25519() const { return std::holds_alternative<Ed25519Key>(key_); }

 private:
  std::variant<HmacKey, Ed25519Key> key_;
};

}  // namespace causeway::translators::binance
