#include "translators/binance/sign.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <string>

#include "fixspec/assert.hpp"

namespace causeway::translators::binance {
namespace {

constexpr std::size_t digest_bytes = 32;
constexpr std::size_t ed25519_bytes = 64;
constexpr char hex_digits[] = "0123456789abcdef";

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

fixspec::Unexpected<fixspec::Error> fault(std::string_view text) {
  return fixspec::Unexpected{fixspec::Error{std::string{text}}};
}

// A key whose PEM is encrypted needs a password: there is none, and nobody is asked for one.
int no_password(char*, int, int, void*) { return -1; }

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
  signature.size_ = 2 * digest_bytes;
  for (std::size_t i = 0; i < digest_bytes; ++i) {
    signature.text_[2 * i] = hex_digits[digest[i] >> 4];
    signature.text_[2 * i + 1] = hex_digits[digest[i] & 15];
  }
  return signature;
}

void Ed25519Key::Free::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }
void Ed25519Key::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

fixspec::Result<Ed25519Key, fixspec::Error> Ed25519Key::from_pem(std::string_view pem) {
  if (pem.size() > std::size_t{1} << 16) return fault("the private key is too long to be a PEM");
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
  CAUSEWAY_ASSERT(bio != nullptr);
  Ed25519Key made;
  made.key_.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_password, nullptr));
  if (!made.key_) return fault("the private key is not an unencrypted PEM (PKCS#8)");
  if (EVP_PKEY_get_id(made.key_.get()) != EVP_PKEY_ED25519) {
    return fault("the private key is a PEM, but not of an Ed25519 key");
  }
  made.context_.reset(EVP_MD_CTX_new());
  CAUSEWAY_ASSERT(made.context_ != nullptr);
  return made;
}

Signature Ed25519Key::sign(std::string_view text) {
  std::array<unsigned char, ed25519_bytes> raw{};
  std::size_t size = raw.size();
  const bool done =
      EVP_DigestSignInit(context_.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestSign(context_.get(), raw.data(), &size, bytes(text), text.size()) == 1;
  CAUSEWAY_ASSERT(done && size == ed25519_bytes);
  // EVP_EncodeBlock ends its text with a zero that a Signature has no room for.
  std::array<unsigned char, 89> base64{};
  const int written = EVP_EncodeBlock(base64.data(), raw.data(), static_cast<int>(raw.size()));
  Signature signature;
  CAUSEWAY_ASSERT(written == static_cast<int>(signature.text_.size()));
  for (std::size_t i = 0; i < signature.text_.size(); ++i) {
    signature.text_[i] = static_cast<char>(base64[i]);
  }
  signature.size_ = signature.text_.size();
  return signature;
}

}  // namespace causeway::translators::binance
