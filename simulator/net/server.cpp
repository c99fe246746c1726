// The only file of the simulator that instantiates Beast: it takes long to compile.
#include "simulator/net/server.hpp"

#include "simulator/net/web_socket_session.hpp"

#include <algorithm>

namespace causeway::simulator::net {
namespace {

using namespace detail;

core::HttpRequest translate(const http::request<http::string_body>& request) {
  core::HttpRequest result;
  result.method = std::string{request.method_string()};
  result.target = std::string{request.target()};
  for (const auto& field : request) {
    result.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
  }
  result.body = request.body();
  return result;
}

template <class Stream>
class HttpSession : public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  HttpSession(Stream stream, beast::flat_buffer buffer, Port& port)
      : stream_(std::move(stream)), buffer_(std::move(buffer)), port_(port), timer_(port.io) {}

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      beast::get_lowest_layer(stream_).expires_after(handshake_limit);
      stream_.async_handshake(
          asio::ssl::stream_base::server, buffer_.data(),
          [self = this->shared_from_this()](error_code error, std::size_t used) {
            self->buffer_.consume(used);
            if (!error) self->read();
          });
    } else {
      read();
    }
  }

 private:
  void read() {
    beast::get_lowest_layer(stream_).expires_after(idle_limit);
    parser_.emplace();
    parser_->body_limit(largest_body);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

  void on_read(error_code error) {
    if (error == http::error::body_limit) return reply({.status = 413, .close_after = true});
    if (error == http::error::end_of_stream) return finish();
    if (error) return;
    if (websocket::is_upgrade(parser_->get()) && port_.venue != nullptr) {
      return std::make_shared<WebSocketSession<Stream>>(std::move(stream_), port_)
          ->start(parser_->release());
    }
    keep_alive_ = parser_->get().keep_alive();
    const auto request = translate(parser_->get());
    HttpReply answer;
    if (port_.venue != nullptr) {
      answer = port_.venue->on_http(request, now());
      port_.dispatch();
    } else {
      answer = port_.control.on_http(request, now());
    }
    answer_at_its_time(std::move(answer));
  }

  void answer_at_its_time(HttpReply answer) {
    if (answer.fate == HttpReply::Fate::Close) return cut();
    // A client that waits in vain goes on to be read, so that its leaving is noticed.
    if (answer.fate == HttpReply::Fate::Silence) return read();
    if (answer.not_before == 0) return reply(std::move(answer));
    timer_.expires_after(until(answer.not_before));
    timer_.async_wait([self = this->shared_from_this(), late = std::move(answer)](
                          error_code) mutable { self->reply(std::move(late)); });
  }

  void reply(HttpReply answer) {
    response_ = {};
    response_.result(answer.status);
    response_.version(11);
    response_.set(http::field::server, "causeway-sim");
    response_.set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    response_.keep_alive(keep_alive_ && !answer.close_after);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    http::async_write(stream_, response_,
                      [self = this->shared_from_this()](error_code error, std::size_t) {
                        if (error) return;
                        if (self->response_.keep_alive())
                          self->read();
                        else
                          self->finish();
                      });
  }

  void finish() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      beast::get_lowest_layer(stream_).expires_after(handshake_limit);
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->cut(); });
    } else {
      error_code ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  void cut() {
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

  Stream stream_;
  beast::flat_buffer buffer_;
  Port& port_;
  asio::steady_timer timer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  bool keep_alive_ = true;
};

// Tells TLS from plain by the first bytes.
class Detector : public std::enable_shared_from_this<Detector> {
 public:
  Detector(tcp::socket socket, Port& port) : stream_(std::move(socket)), port_(port) {}

  void start() {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay{true}, ignored);
    stream_.expires_after(handshake_limit);  // the detection has no limit of its own
    beast::async_detect_ssl(stream_, buffer_,
                            [self = shared_from_this()](error_code error, bool tls) {
                              if (!error) self->hand_over(tls);
                            });
  }

 private:
  void hand_over(bool tls) {
    if (tls) {
      std::make_shared<HttpSession<TlsStream>>(TlsStream{std::move(stream_), port_.tls},
                                               std::move(buffer_), port_)
          ->start();
    } else {
      std::make_shared<HttpSession<PlainStream>>(std::move(stream_), std::move(buffer_), port_)
          ->start();
    }
  }

  PlainStream stream_;
  Port& port_;
  beast::flat_buffer buffer_;
};

tcp::acceptor open_port(asio::io_context& io, const std::string& host, const Endpoint& endpoint) {
  const auto fail = [&](const std::string& why) -> void {
    throw BindError(endpoint.name + ": cannot listen on " + host + ":" +
                    std::to_string(endpoint.port) + ": " + why);
  };
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) fail("not an IP address");
  tcp::acceptor acceptor{io};
  const tcp::endpoint local{address, endpoint.port};
  acceptor.open(local.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address{true}, error);
  if (!error) acceptor.bind(local, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) fail("the port is in use by another program");
  if (error) fail(error.message());
  return acceptor;
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(const std::string& host, const std::vector<Endpoint>& endpoints,
                 const Certificate& certificate, Control& control)
      : tls_(asio::ssl::context::tls_server), signals_(io_, SIGINT, SIGTERM), timer_(io_) {
    tls_.use_certificate_chain(asio::buffer(certificate.certificate));
    tls_.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
    for (const auto& endpoint : endpoints) {
      ports_.emplace_back(endpoint.name, std::unique_ptr<Port>(
                                             new Port{.io = io_,
                                                      .tls = tls_,
                                                      .venue = endpoint.venue,
                                                      .control = control,
                                                      .acceptor = open_port(io_, host, endpoint)}));
    }
  }

  // Sockets must not outlive their io_context; ports must outlive the sessions in it.
  ~Implementation() {
    for (auto& [name, port] : ports_) port->acceptor.reset();
  }

  std::uint16_t port(std::string_view endpoint) const {
    for (const auto& [name, port] : ports_) {
      if (name == endpoint) return port->acceptor->local_endpoint().port();
    }
    return 0;
  }

  void run() {
    signals_.async_wait([this](error_code error, int) {
      if (!error) io_.stop();
    });
    for (auto& [name, port] : ports_) accept(*port);
    on_tick();
    io_.run();
  }

 private:
  void accept(Port& port) {
    port.acceptor->async_accept([this, &port](error_code error, tcp::socket socket) {
      if (!error) std::make_shared<Detector>(std::move(socket), port)->start();
      if (error != asio::error::operation_aborted) accept(port);
    });
  }

  // Also what the control API moved is sent out here, some milliseconds later.
  void on_tick() {
    for (auto& [name, port] : ports_) {
      if (port->venue == nullptr) continue;
      port->venue->on_timer(now());
      port->dispatch();
    }
    timer_.expires_after(tick);
    timer_.async_wait([this](error_code error) {
      if (!error) on_tick();
    });
  }

  // The io_context goes last: destroying it destroys sessions, which speak to their Port.
  std::vector<std::pair<std::string, std::unique_ptr<Port>>> ports_;
  asio::ssl::context tls_;
  asio::io_context io_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
};

Server::Server(const std::string& host, const std::vector<Endpoint>& endpoints,
               const Certificate& certificate, Control& control)
    : implementation_(std::make_unique<Implementation>(host, endpoints, certificate, control)) {}

Server::~Server() = default;

std::uint16_t Server::port(std::string_view endpoint) const {
  return implementation_->port(endpoint);
}

void Server::run() { implementation_->run(); }

}  // namespace causeway::simulator::net
