#include "tests/strategies/certificate.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace causeway::strategies::client {
namespace {

void expect(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
  expect(extension != nullptr, "extension");
  expect(X509_add_ext(certificate, extension.get(), -1) == 1, "X509_add_ext");
}

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

}  // namespace

void write_certificate(const std::string& name, const std::string& certificate_file,
                       const std::string& key_file) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  expect(key && certificate, "EVP_EC_gen");
  X509* x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -60);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
  X509_set_pubkey(x509, key.get());
  const std::string common_name = "causeway test";
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(x509));
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(x509, NID_subject_alt_name,
                name.find(':') == std::string::npos ? "DNS:" + name : name);
  expect(X509_sign(x509, key.get(), EVP_sha256()) != 0, "X509_sign");

  const File certificate_out(std::fopen(certificate_file.c_str(), "w"), &std::fclose);
  expect(certificate_out && PEM_write_X509(certificate_out.get(), x509) == 1, "PEM_write_X509");
  const File key_out(std::fopen(key_file.c_str(), "w"), &std::fclose);
  expect(key_out && PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr) == 1,
         "PEM_write_PrivateKey");
}

}  // namespace causeway::strategies::client
