#pragma once

#include <string>
#include <string_view>

namespace causeway::simulator::core {

/// HMAC-SHA256 in lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);
/// True where both are the same; how long it takes does not depend on what they hold.
bool same_secret(std::string_view a, std::string_view b);
/// "" where `text` is no base64.
std::string decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

/// An Ed25519 key pair: the public half as raw 32 bytes, the private one as PKCS#8 PEM.
struct Ed25519Pair {
  std::string public_key;
  std::string private_pem;
};
/// A new pair. Throws std::runtime_error where the library makes none.
Ed25519Pair make_ed25519_pair();
/// The public half of a private key in PKCS#8 PEM, raw; "" where it is none.
std::string ed25519_public_of(std::string_view private_pem);
/// True where `signature` (64 raw bytes) is the key's over `text`.
bool verify_ed25519(std::string_view public_key, std::string_view text, std::string_view signature);
/// The signature of `text`, raw; "" where the PEM is no Ed25519 key.
std::string sign_ed25519(std::string_view private_pem, std::string_view text);

}  // namespace causeway::simulator::core
