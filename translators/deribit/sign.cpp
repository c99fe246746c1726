#include "translators/deribit/sign.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "fixspec/assert.hpp"

namespace causeway::translators::deribit {
namespace {

constexpr std::size_t digest_bytes = 32;
constexpr char hex_digits[] = "0123456789abcdef";

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

void HmacKey::Free::operator()(evp_mac_ctx_st* context) const noexcept {
  EVP_MAC_CTX_free(context);
}

HmacKey::HmacKey(std::string_view secret) {
  EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  CAUSEWAY_ASSERT(hmac != nullptr);
  context_.reset(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  CAUSEWAY_ASSERT(context_ != nullptr);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  // OpenSSL takes a null key as "the key of last time": an empty secret still needs an address.
  const char* const key = secret.empty() ? "" : secret.data();
  CAUSEWAY_ASSERT(EVP_MAC_init(context_.get(), reinterpret_cast<const unsigned char*>(key),
                               secret.size(), parameters) == 1);
}

Signature HmacKey::sign(std::string_view text) {
  std::array<unsigned char, digest_bytes> digest{};
  std::size_t size = 0;
  const bool done = EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(context_.get(), bytes(text), text.size()) == 1 &&
                    EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1;
  CAUSEWAY_ASSERT(done && size == digest_bytes);
  Signature signature;
  for (std::size_t i = 0; i < digest_bytes; ++i) {
    signature.hex_[2 * i] = hex_digits[digest[i] >> 4];
    signature.hex_[2 * i + 1] = hex_digits[digest[i] & 15];
  }
  return signature;
}

std::string auth_string_to_sign(std::int64_t timestamp_ms, std::string_view nonce,
                                std::string_view data) {
  std::string text = std::to_string(timestamp_ms);
  text.append("\n").append(nonce).append("\n").append(data);
  return text;
}

std::string http_string_to_sign(std::int64_t timestamp_ms, std::string_view nonce,
                                std::string_view method, std::string_view uri,
                                std::string_view body) {
  std::string text = auth_string_to_sign(timestamp_ms, nonce, method);
  text.append("\n").append(uri).append("\n").append(body).append("\n");
  return text;
}

std::string http_authorization(HmacKey& key, std::string_view client_id, std::int64_t timestamp_ms,
                               std::string_view nonce, std::string_view method,
                               std::string_view uri, std::string_view body) {
  const Signature signature = key.sign(http_string_to_sign(timestamp_ms, nonce, method, uri, body));
  std::string header = "deri-hmac-sha256 id=";
  header.append(client_id).append(",ts=").append(std::to_string(timestamp_ms));
  header.append(",sig=").append(signature.view()).append(",nonce=").append(nonce);
  return header;
}

}  // namespace causeway::translators::deribit
