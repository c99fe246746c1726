#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

// A folder of its own that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "causeway-tls-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// Writes a self-signed certificate and its key as PEM.
void write_certificate(const Key& key, const std::string& certificate_file,
                       const std::string& key_file) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate.get());
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

gateway::fix::Settings tls_settings(const Folder& folder) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.tls = gateway::fix::TlsPort{.host = "127.0.0.1",
                                       .port = 0,
                                       .certificate_file = folder.file("cert.pem"),
                                       .private_key_file = folder.file("key.pem")};
  return settings;
}

void trade_over_tls(const Key& key) {
  const Folder folder;
  write_certificate(key, folder.file("cert.pem"), folder.file("key.pem"));
  TestGateway gateway{tls_settings(folder)};
  RawClient client{gateway.acceptor->tls_port(), gateway.pumper(), {.tls = true}};
  client.log_on();
  EXPECT_EQ(value_of(client.receive().value_or(""), 35), "A");
  client.send(
      "35=D|11=a|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=2|44=1|38=10|");
  EXPECT_EQ(value_of(client.receive().value_or(""), 150), "A");
  EXPECT_EQ(value_of(client.receive().value_or(""), 150), "0");
  EXPECT_EQ(value_of(client.receive().value_or(""), 150), "F");
  client.send("35=5|");
  EXPECT_EQ(value_of(client.receive().value_or(""), 35), "5");
  EXPECT_TRUE(client.closed_by_server());
}

Key ec_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }
Key rsa_key() { return {EVP_RSA_gen(2048), EVP_PKEY_free}; }

TEST(FixTls, TradesWithAnEcCertificate) { trade_over_tls(ec_key()); }

TEST(FixTls, TradesWithAnRsaCertificate) { trade_over_tls(rsa_key()); }

TEST(FixTls, RefusedLogonStillSaysWhy) {
  const Folder folder;
  write_certificate(ec_key(), folder.file("cert.pem"), folder.file("key.pem"));
  TestGateway gateway{tls_settings(folder)};
  RawClient client{
      gateway.acceptor->tls_port(), gateway.pumper(), {.comp_id = "NOBODY", .tls = true}};
  client.log_on();
  EXPECT_EQ(value_of(client.receive().value_or(""), 35), "5");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(FixTls, PlainFixOnTheTlsPortIsClosed) {
  const Folder folder;
  write_certificate(ec_key(), folder.file("cert.pem"), folder.file("key.pem"));
  TestGateway gateway{tls_settings(folder)};
  RawClient client{gateway.acceptor->tls_port(), gateway.pumper()};
  client.log_on();
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(gateway.store("OMS").next_target_msg_seq_num(), 1U);
}

TEST(FixTls, HandshakeThatNeverComesIsCutOff) {
  const Folder folder;
  write_certificate(ec_key(), folder.file("cert.pem"), folder.file("key.pem"));
  gateway::fix::Settings settings = tls_settings(folder);
  settings.logon_timeout = std::chrono::milliseconds{50};
  TestGateway gateway{std::move(settings)};
  RawClient client{gateway.acceptor->tls_port(), gateway.pumper()};
  EXPECT_TRUE(client.closed_by_server());
}

TEST(FixTls, MissingCertificateIsAnErrorThatNamesTheFile) {
  const Folder folder;
  try {
    TestGateway gateway{tls_settings(folder)};
    FAIL() << "started without a certificate";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("cert.pem"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace causeway::tests::fix
