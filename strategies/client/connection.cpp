#include "strategies/client/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace causeway::strategies::client {
namespace {

using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;
using std::chrono::milliseconds;

constexpr std::size_t read_size = 16 * 1024;

// Milliseconds for poll(2), rounded up so that it does not spin at the end.
int remaining_ms(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

// Waits until the descriptor is ready for `events`; false where the deadline passed.
bool wait_for(int descriptor, short events, Clock::time_point deadline) {
  while (true) {
    pollfd request{.fd = descriptor, .events = events, .revents = 0};
    const int count = ::poll(&request, 1, remaining_ms(deadline));
    if (count > 0) return true;
    if (count == 0 && Clock::now() >= deadline) return false;
    if (count < 0 && errno != EINTR) return false;
  }
}

class Socket final : public Connection {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() override { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool read(std::string& buffer, Clock::time_point deadline) override {
    if (!wait_for(descriptor_, POLLIN, deadline)) return true;
    std::array<char, read_size> bytes;
    const ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (count > 0) {
      buffer.append(bytes.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    error_text_ = count == 0 ? "the gateway closed the connection" : std::strerror(errno);
    return false;
  }

  bool write(std::string_view bytes, Clock::time_point deadline) override {
    while (!bytes.empty()) {
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        if (!wait_for(descriptor_, POLLOUT, deadline)) {
          error_text_ = "the gateway does not read";
          return false;
        }
      } else if (errno != EINTR) {
        error_text_ = std::strerror(errno);
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] int descriptor() const override { return descriptor_; }
  [[nodiscard]] const std::string& error_text() const override { return error_text_; }

 private:
  int descriptor_;
  std::string error_text_;
};

std::string place(const std::string& host, std::uint16_t port) {
  return host + ":" + std::to_string(port);
}

// One address of the host: a connected socket, or -1 with errno set.
int connect_to(const addrinfo& address, Clock::time_point deadline) {
  const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  int error = 0;
  if (::connect(descriptor, address.ai_addr, address.ai_addrlen) != 0) error = errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    if (!wait_for(descriptor, POLLOUT, deadline)) {
      error = ETIMEDOUT;
    } else if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  if (error != 0) {
    ::close(descriptor);
    errno = error;
    return -1;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

Result<std::unique_ptr<Socket>, Error> connect_socket(const std::string& host, std::uint16_t port,
                                                      Clock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) {
    return Unexpected{Error{"host " + host + " is not known: " + ::gai_strerror(code)}};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  int error = ECONNREFUSED;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const int descriptor = connect_to(*address, deadline);
    if (descriptor >= 0) return std::make_unique<Socket>(descriptor);
    error = errno;
  }
  return Unexpected{Error{"cannot connect to " + place(host, port) + ": " + std::strerror(error)}};
}

// ---- TLS ---------------------------------------------------------------------------------------

std::string tls_error(const SSL* ssl) {
  const long verify = SSL_get_verify_result(ssl);
  if (verify != X509_V_OK) {
    return std::string{"the certificate is not trusted: "} + X509_verify_cert_error_string(verify);
  }
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
  return text.data();
}

// TLS over a Socket. OpenSSL works on memory only, so that every wait has our deadline and no write
// of its own can raise SIGPIPE.
class TlsConnection final : public Connection {
 public:
  TlsConnection(std::unique_ptr<Socket> socket, SSL_CTX* context)
      : socket_(std::move(socket)),
        ssl_(SSL_new(context), &SSL_free),
        in_(BIO_new(BIO_s_mem())),
        out_(BIO_new(BIO_s_mem())) {
    SSL_set_bio(ssl_.get(), in_, out_);  // owns both from here on
  }

  [[nodiscard]] SSL* ssl() { return ssl_.get(); }

  // Empty, or why there is no TLS.
  std::string handshake(Clock::time_point deadline) {
    while (true) {
      ERR_clear_error();
      const int result = SSL_connect(ssl_.get());
      const int reason = SSL_get_error(ssl_.get(), result);
      // Taken before flush(): an alert goes out even where the handshake failed.
      const std::string why = result == 1 ? "" : tls_error(ssl_.get());
      if (!flush(deadline)) return socket_->error_text();
      if (result == 1) return "";
      if (reason != SSL_ERROR_WANT_READ) return why;
      if (Clock::now() >= deadline) return "the TLS handshake took too long";
      if (!fill(deadline)) return "TLS: " + socket_->error_text();
    }
  }

  bool read(std::string& buffer, Clock::time_point deadline) override {
    const std::size_t before = buffer.size();
    if (!take(buffer)) return false;
    if (buffer.size() != before) return true;
    if (!fill(deadline)) {
      error_text_ = socket_->error_text();
      return false;
    }
    return take(buffer) && flush(deadline);
  }

  bool write(std::string_view bytes, Clock::time_point deadline) override {
    std::size_t written = 0;
    ERR_clear_error();
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) != 1) {
      error_text_ = tls_error(ssl_.get());
      return false;
    }
    return flush(deadline);
  }

  [[nodiscard]] int descriptor() const override { return socket_->descriptor(); }
  [[nodiscard]] const std::string& error_text() const override { return error_text_; }

 private:
  // Decrypts what is there; false at the end of the stream.
  bool take(std::string& buffer) {
    std::array<char, read_size> bytes;
    while (true) {
      std::size_t count = 0;
      ERR_clear_error();
      if (SSL_read_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1) {
        buffer.append(bytes.data(), count);
        continue;
      }
      const int reason = SSL_get_error(ssl_.get(), 0);
      if (reason == SSL_ERROR_WANT_READ) return true;
      error_text_ = reason == SSL_ERROR_ZERO_RETURN ? "the gateway closed the connection"
                                                    : tls_error(ssl_.get());
      return false;
    }
  }

  bool fill(Clock::time_point deadline) {
    std::string bytes;
    if (!socket_->read(bytes, deadline)) return false;
    return bytes.empty() || BIO_write(in_, bytes.data(), static_cast<int>(bytes.size())) ==
                                static_cast<int>(bytes.size());
  }

  bool flush(Clock::time_point deadline) {
    std::array<char, read_size> bytes;
    while (true) {
      const int count = BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
      if (count <= 0) return true;
      if (!socket_->write({bytes.data(), static_cast<std::size_t>(count)}, deadline)) {
        error_text_ = socket_->error_text();
        return false;
      }
    }
  }

  std::unique_ptr<Socket> socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  BIO* in_;   // owned by ssl_
  BIO* out_;  // owned by ssl_
  std::string error_text_;
};

bool is_address(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// The name or address that the certificate must carry.
void expect_name(SSL* ssl, const std::string& name) {
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
  } else {
    SSL_set1_host(ssl, name.c_str());
    // What SSL_set_tlsext_host_name does, without the casts of the macro.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(name.c_str()));
  }
}

}  // namespace

Result<std::unique_ptr<Connection>, Error> connect_plain(const std::string& host,
                                                         std::uint16_t port,
                                                         Clock::time_point deadline) {
  auto socket = connect_socket(host, port, deadline);
  if (!socket) return Unexpected{socket.error()};
  return std::unique_ptr<Connection>{*std::move(socket)};
}

Result<std::unique_ptr<Connection>, Error> connect_tls(const std::string& host, std::uint16_t port,
                                                       const std::string& ca_file,
                                                       const std::string& server_name,
                                                       Clock::time_point deadline) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  if (!context) return Unexpected{Error{"TLS is not available"}};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const int trusted = ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get())
                          : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr);
  if (trusted != 1) {
    return Unexpected{Error{"no certificate authority can be read from " +
                            (ca_file.empty() ? "the system's store" : ca_file)}};
  }
  auto socket = connect_socket(host, port, deadline);
  if (!socket) return Unexpected{socket.error()};
  auto connection = std::make_unique<TlsConnection>(*std::move(socket), context.get());
  expect_name(connection->ssl(), server_name.empty() ? host : server_name);
  const std::string problem = connection->handshake(deadline);
  if (!problem.empty()) return Unexpected{Error{place(host, port) + ": " + problem}};
  return std::unique_ptr<Connection>{std::move(connection)};
}

}  // namespace causeway::strategies::client
