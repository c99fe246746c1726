#pragma once

// For this room's .cpp files alone: it brings in Asio. What other rooms use is websocket.hpp and
// http.hpp.

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "translators/net/endpoint.hpp"

namespace causeway::translators::net {

using Tcp = boost::asio::ip::tcp;
/// Bound to io_context's own executor: nothing is type-erased on the way of an order.
using Socket = boost::asio::basic_stream_socket<Tcp, boost::asio::io_context::executor_type>;

/// A one-shot timer that a later arm() or cancel() makes void, even when it has already expired
/// and its handler only waits to run.
class Deadline {
 public:
  explicit Deadline(boost::asio::io_context& io) : timer_(io) {}
  void arm(std::chrono::milliseconds after, std::function<void()> on_expiry);
  void cancel();

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<int> current_;
};

/// Resolves a host and connects TCP to the first of its addresses that answers.
class Dialer {
 public:
  /// The error in words; empty when `socket` is connected.
  using Done = std::function<void(std::string error)>;

  explicit Dialer(boost::asio::io_context& io);
  /// `socket` must live until `done` was called or cancel() was.
  void dial(Socket& socket, const Endpoint& endpoint, std::chrono::milliseconds step_timeout,
            Done done);
  void cancel();

 private:
  void connect(Socket& socket, const Tcp::resolver::results_type& addresses);
  void finish(std::string error);

  boost::asio::ip::basic_resolver<Tcp, boost::asio::io_context::executor_type> resolver_;
  Deadline deadline_;
  std::string peer_;
  std::chrono::milliseconds step_timeout_{};
  Done done_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// Makes a TLS handshake verify that the certificate is for `host`, and names the host (SNI).
/// False where OpenSSL refuses the name.
bool expect_host(SSL* ssl, const std::string& host);
/// Why a TLS handshake failed, with the certificate's fault where that was the reason.
std::string handshake_error(SSL* ssl, const boost::system::error_code& error);

}  // namespace causeway::translators::net
