#include "translators/net/transport.hpp"

#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>

namespace causeway::translators::net {
namespace {

// Unacknowledged data for this long means that the peer is gone: without it the kernel retries
// for a quarter of an hour.
constexpr int tcp_user_timeout_ms = 15'000;

void tune(Socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
  using UserTimeout = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  socket.set_option(UserTimeout(tcp_user_timeout_ms), ignored);
}

std::string timed_out(const std::string& step, std::chrono::milliseconds limit) {
  return step + ": no answer within " + std::to_string(limit.count()) + " ms";
}

}  // namespace

void Deadline::arm(std::chrono::milliseconds after, std::function<void()> on_expiry) {
  current_ = std::make_shared<int>(0);
  timer_.expires_after(after);
  timer_.async_wait([armed = std::weak_ptr<int>(current_),
                     expired = std::move(on_expiry)](const boost::system::error_code&) {
    if (!armed.expired()) expired();
  });
}

void Deadline::cancel() {
  current_.reset();
  timer_.cancel();
}

Dialer::Dialer(boost::asio::io_context& io) : resolver_(io), deadline_(io) {}

void Dialer::dial(Socket& socket, const Endpoint& endpoint, std::chrono::milliseconds step_timeout,
                  Done done) {
  done_ = std::move(done);
  peer_ = endpoint.host + ":" + std::to_string(endpoint.port);
  step_timeout_ = step_timeout;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(endpoint.host, error);
  if (!error) {
    connect(socket, Tcp::resolver::results_type::create(Tcp::endpoint(address, endpoint.port),
                                                        endpoint.host, ""));
    return;
  }
  deadline_.arm(step_timeout_, [this] {
    resolver_.cancel();
    finish(timed_out("resolving " + peer_, step_timeout_));
  });
  resolver_.async_resolve(
      endpoint.host, std::to_string(endpoint.port),
      [this, &socket, alive = std::weak_ptr<int>(alive_)](
          const boost::system::error_code& failed, const Tcp::resolver::results_type& addresses) {
        if (alive.expired() || !done_) return;
        if (failed) {
          finish("resolving " + peer_ + ": " + failed.message());
        } else {
          connect(socket, addresses);
        }
      });
}

void Dialer::connect(Socket& socket, const Tcp::resolver::results_type& addresses) {
  deadline_.arm(step_timeout_, [this, &socket] {
    boost::system::error_code ignored;
    socket.close(ignored);
    finish(timed_out("connecting to " + peer_, step_timeout_));
  });
  boost::asio::async_connect(
      socket, addresses,
      [this, &socket, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& failed,
                                                          const Tcp::endpoint&) {
        if (alive.expired() || !done_) return;
        if (!failed) tune(socket);
        finish(failed ? "connecting to " + peer_ + ": " + failed.message() : std::string{});
      });
}

void Dialer::finish(std::string error) {
  deadline_.cancel();
  const Done done = std::move(done_);
  done_ = nullptr;
  if (done) done(std::move(error));
}

void Dialer::cancel() {
  alive_ = std::make_shared<int>(0);
  done_ = nullptr;
  deadline_.cancel();
  resolver_.cancel();
}

bool expect_host(SSL* ssl, const std::string& host) {
  boost::system::error_code not_an_address;
  boost::asio::ip::make_address(host, not_an_address);
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (!not_an_address) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  }
  // SSL_set_tlsext_host_name is a macro with an old-style cast in it.
  const long named = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                              const_cast<char*>(host.c_str()));
  return named == 1 && SSL_set1_host(ssl, host.c_str()) == 1;
}

std::string handshake_error(SSL* ssl, const boost::system::error_code& error) {
  const long verified = SSL_get_verify_result(ssl);
  if (verified == X509_V_OK) return "TLS handshake: " + error.message();
  return std::string{"TLS handshake: the certificate is not accepted: "} +
         X509_verify_cert_error_string(verified);
}

}  // namespace causeway::translators::net
