#include "simulator/net/certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace causeway::simulator::net {
namespace {

namespace fs = std::filesystem;

template <auto release>
struct Release {
  void operator()(auto* resource) const { release(resource); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using File = std::unique_ptr<std::FILE, Release<std::fclose>>;

constexpr long ca_days = 3650;
constexpr long server_days = 365;
constexpr long seconds_per_day = 86'400;
constexpr int x509_version_3 = 2;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("certificate: " + what);
}

File open_file(const fs::path& path, const char* mode) {
  File file{std::fopen(path.c_str(), mode)};
  if (!file) fail("cannot open " + path.string());
  return file;
}

Key new_key() {
  Key key{EVP_EC_gen("P-256")};
  if (!key) fail("cannot make an EC key");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
  const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
    fail("cannot add an extension");
  }
}

X509Ptr new_certificate(EVP_PKEY* key, const char* name, X509* issuer, long days) {
  X509Ptr certificate{X509_new()};
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(certificate.get(), x509_version_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U);
  // A day back, for clients whose clock is behind.
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -seconds_per_day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * seconds_per_day);
  X509_set_pubkey(certificate.get(), key);
  auto* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(certificate.get(),
                       issuer != nullptr ? X509_get_subject_name(issuer) : subject);
  return certificate;
}

void sign(X509* certificate, EVP_PKEY* key) {
  if (X509_sign(certificate, key, EVP_sha256()) == 0) fail("cannot sign");
}

void write(const fs::path& path, EVP_PKEY* key) {
  const auto file = open_file(path, "w");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  if (PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    fail("cannot write " + path.string());
  }
}

void write(const fs::path& path, X509* certificate) {
  const auto file = open_file(path, "w");
  if (PEM_write_X509(file.get(), certificate) != 1) fail("cannot write " + path.string());
}

template <class Writer>
std::string to_pem(Writer write) {
  const std::unique_ptr<BIO, Release<BIO_free>> memory{BIO_new(BIO_s_mem())};
  if (write(memory.get()) != 1) fail("cannot write PEM");
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

// Held while the authority is looked for and made, so that two programs make one.
class DirectoryLock {
 public:
  explicit DirectoryLock(const fs::path& directory)
      : descriptor_(open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0 || flock(descriptor_, LOCK_EX) != 0) {
      fail("cannot lock " + directory.string());
    }
  }
  ~DirectoryLock() { close(descriptor_); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int descriptor_;
};

struct Authority {
  X509Ptr certificate;
  Key key;
};

Authority make_authority(const fs::path& certificate_path, const fs::path& key_path) {
  Authority authority{.certificate = nullptr, .key = new_key()};
  authority.certificate =
      new_certificate(authority.key.get(), "Causeway simulator CA", nullptr, ca_days);
  auto* certificate = authority.certificate.get();
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  sign(certificate, authority.key.get());
  write(key_path, authority.key.get());
  write(certificate_path, certificate);
  return authority;
}

Authority load_authority(const fs::path& certificate_path, const fs::path& key_path) {
  if (!fs::exists(certificate_path) || !fs::exists(key_path)) {
    return make_authority(certificate_path, key_path);
  }
  Authority authority;
  const auto certificate_file = open_file(certificate_path, "r");
  authority.certificate.reset(PEM_read_X509(certificate_file.get(), nullptr, nullptr, nullptr));
  const auto key_file = open_file(key_path, "r");
  authority.key.reset(PEM_read_PrivateKey(key_file.get(), nullptr, nullptr, nullptr));
  if (!authority.certificate || !authority.key) {
    fail(certificate_path.string() + " or " + key_path.string() +
         " is unreadable; delete both to have new ones made");
  }
  return authority;
}

}  // namespace

Certificate prepare_certificate(const fs::path& directory) {
  fs::create_directories(directory);
  const DirectoryLock lock{directory};
  const auto authority = load_authority(directory / "ca.pem", directory / "ca.key");
  const Key key = new_key();
  const auto certificate =
      new_certificate(key.get(), "localhost", authority.certificate.get(), server_days);
  auto* issuer = authority.certificate.get();
  add_extension(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), issuer, NID_subject_alt_name,
                "IP:127.0.0.1,IP:::1,DNS:localhost");
  add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid");
  sign(certificate.get(), authority.key.get());
  return {
      .ca = directory / "ca.pem",
      .certificate = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
      .key = to_pem([&](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
      })};
}

}  // namespace causeway::simulator::net
