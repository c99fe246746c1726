#include "tests/translators/tls_server.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

namespace causeway::translators {
namespace {

using Tcp = boost::asio::ip::tcp;
using boost::system::error_code;
namespace beast = boost::beast;
namespace http = boost::beast::http;

struct Freed {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed>;
using Certificate = std::unique_ptr<X509, Freed>;

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate certificate_of(EVP_PKEY* key, const std::string& name, long serial, bool expired) {
  Certificate certificate{X509_new()};
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7'200);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), expired ? -3'600 : 3'600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

template <class Write>
void to_file(const std::filesystem::path& path, const Write& write) {
  FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw std::runtime_error("cannot write " + path.string());
  write(file);
  std::fclose(file);
}

}  // namespace

TestAuthority::TestAuthority(const CertificateWish& wish) {
  std::string pattern = (std::filesystem::temp_directory_path() / "causeway-tls-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = pattern;
  const Key ca_key{EVP_EC_gen("P-256")};
  const Key server_key{EVP_EC_gen("P-256")};
  const Certificate ca = certificate_of(ca_key.get(), "test authority", 1, false);
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(ca.get(), ca_key.get(), EVP_sha256());
  const Certificate server = certificate_of(server_key.get(), "test server", 2, wish.expired);
  X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get()));
  extend(server.get(), ca.get(), NID_subject_alt_name, "IP:" + wish.address);
  X509_sign(server.get(), ca_key.get(), EVP_sha256());
  to_file(ca_file(), [&](FILE* file) { PEM_write_X509(file, ca.get()); });
  to_file(certificate_file(), [&](FILE* file) { PEM_write_X509(file, server.get()); });
  to_file(key_file(), [&](FILE* file) {
    PEM_write_PrivateKey(file, server_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

TestAuthority::~TestAuthority() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

namespace {

using TlsStream = boost::asio::ssl::stream<Tcp::socket>;

// Waits for the other side to hang up.
void idle(Tcp::socket& socket) {
  char byte = 0;
  error_code error;
  while (!error) socket.read_some(boost::asio::buffer(&byte, 1), error);
}

void serve_http(TlsStream& stream) {
  beast::flat_buffer buffer;
  error_code error;
  while (true) {
    http::request<http::string_body> request;
    http::read(stream, buffer, request, error);
    if (error) return;
    http::response<http::string_body> response{http::status::ok, request.version()};
    response.body() = std::string{request.method_string()} + " " + std::string{request.target()} +
                      " " + std::string{request["X-Test"]} + " " + request.body();
    if (request.target() == "/teapot") response.result(418);
    if (request.target() == "/long") response.body().assign(100'000, 'x');
    if (request.target() == "/hang") return idle(stream.next_layer());
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    http::write(stream, response, error);
    // Closed although it was promised to be kept: as a server does when nothing comes for long.
    if (error || request.target() == "/last") return;
  }
}

void decline(TlsStream& stream) {
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  error_code error;
  http::read(stream, buffer, request, error);
  http::response<http::empty_body> response{http::status::too_many_requests, 11};
  response.prepare_payload();
  http::write(stream, response, error);
}

void serve_websocket(beast::websocket::stream<TlsStream&>& socket, ServerBehaviour behaviour) {
  error_code error;
  if (behaviour == ServerBehaviour::ClosesAtOnce) {
    socket.close({beast::websocket::close_code::try_again_later, "maintenance"}, error);
    return;
  }
  while (!error) {
    beast::flat_buffer buffer;
    socket.read(buffer, error);
    if (error || behaviour == ServerBehaviour::Silent) continue;
    socket.text(true);
    socket.write(buffer.data(), error);
  }
}

void serve(Tcp::socket& plain, boost::asio::ssl::context& context, ServerBehaviour behaviour,
           const std::atomic<bool>& stopping) {
  error_code error;
  if (behaviour == ServerBehaviour::NeverHandshakes) return idle(plain);
  TlsStream stream(std::move(plain), context);
  stream.handshake(boost::asio::ssl::stream_base::server, error);
  if (!error && behaviour == ServerBehaviour::NeverUpgrades) idle(stream.next_layer());
  if (!error && behaviour == ServerBehaviour::DeclinesUpgrade) decline(stream);
  if (!error && behaviour == ServerBehaviour::Http) serve_http(stream);
  const bool upgrades =
      behaviour == ServerBehaviour::Echo || behaviour == ServerBehaviour::Silent ||
      behaviour == ServerBehaviour::NeverReads || behaviour == ServerBehaviour::ClosesAtOnce;
  if (!error && upgrades) {
    beast::websocket::stream<TlsStream&> socket(stream);
    socket.accept(error);
    if (!error && behaviour == ServerBehaviour::NeverReads) {
      // The end of the connection stands behind what is not read, so it is not seen here.
      pollfd nothing{-1, 0, 0};
      while (!stopping) poll(&nothing, 1, 10);
    } else if (!error) {
      serve_websocket(socket, behaviour);
    }
  }
  plain = std::move(stream.next_layer());
}

}  // namespace

struct TestServer::Sockets {
  boost::asio::io_context io;
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
  Tcp::acceptor acceptor{io, {boost::asio::ip::address_v4::loopback(), 0}};
};

TestServer::TestServer(const TestAuthority& authority, ServerBehaviour behaviour)
    : sockets_(std::make_unique<Sockets>()) {
  sockets_->context.use_certificate_file(authority.certificate_file(),
                                         boost::asio::ssl::context::pem);
  sockets_->context.use_private_key_file(authority.key_file(), boost::asio::ssl::context::pem);
  port_ = sockets_->acceptor.local_endpoint().port();
  thread_ = std::thread([this, behaviour] {
    while (!stopping_) {
      error_code error;
      Tcp::socket plain(sockets_->io);
      sockets_->acceptor.accept(plain, error);
      if (error || stopping_) return;
      ++accepted_;
      serve(plain, sockets_->context, behaviour, stopping_);
    }
  });
}

TestServer::~TestServer() {
  stopping_ = true;
  // Wakes the thread out of accept(); its connections end with the clients'.
  ::shutdown(sockets_->acceptor.native_handle(), SHUT_RDWR);
  thread_.join();
}

}  // namespace causeway::translators
