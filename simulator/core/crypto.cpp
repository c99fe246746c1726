#include "simulator/core/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace causeway::simulator::core {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t signature_size = 64;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Owned<EVP_PKEY> read_private(std::string_view pem) {
  const Owned<BIO> bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return Owned<EVP_PKEY>{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
}

std::string raw_public(const EVP_PKEY* key) {
  std::string result(key_size, '\0');
  std::size_t size = result.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes(result), &size) != 1) return {};
  return result;
}

}  // namespace

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(text), text.size(),
       digest.data(), &size);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (unsigned i = 0; i < size; ++i) {
    result += digits[digest[i] >> 4U];
    result += digits[digest[i] & 15U];
  }
  return result;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string decode_base64(std::string_view text) {
  std::string result((text.size() + 3) / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(bytes(result), bytes(text), static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
  result.resize(static_cast<std::size_t>(size) - std::min(padding, static_cast<std::size_t>(size)));
  return result;
}

std::string encode_base64(std::string_view text) {
  std::string result((text.size() + 2) / 3 * 4 + 1, '\0');  // it ends with a zero
  const int size = EVP_EncodeBlock(bytes(result), bytes(text), static_cast<int>(text.size()));
  result.resize(static_cast<std::size_t>(size));
  return result;
}

Ed25519Pair make_ed25519_pair() {
  const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr)};
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_keygen(context.get(), &made) != 1) {
    throw std::runtime_error("an Ed25519 key could not be made");
  }
  const Owned<EVP_PKEY> key{made};
  const Owned<BIO> bio{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    throw std::runtime_error("an Ed25519 key could not be written");
  }
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {.public_key = raw_public(key.get()),
          .private_pem = std::string(text, static_cast<std::size_t>(size))};
}

std::string ed25519_public_of(std::string_view private_pem) {
  const auto key = read_private(private_pem);
  return key == nullptr ? std::string{} : raw_public(key.get());
}

bool verify_ed25519(std::string_view public_key, std::string_view text,
                    std::string_view signature) {
  if (signature.size() != signature_size) return false;
  const Owned<EVP_PKEY> key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size())};
  const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

std::string sign_ed25519(std::string_view private_pem, std::string_view text) {
  const auto key = read_private(private_pem);
  const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
  std::string result(signature_size, '\0');
  std::size_t size = result.size();
  if (key == nullptr || context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), bytes(result), &size, bytes(text), text.size()) != 1) {
    return {};
  }
  return result;
}

}  // namespace causeway::simulator::core
