#include "translators/net/http.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>
#include <type_traits>

#include "translators/net/transport.hpp"

namespace causeway::translators::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

/// One connection and the request on it, if any.
class HttpClient::Connection {
 public:
  enum class State : std::uint8_t { Busy, Idle, Closed };

  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Not while Busy, except for the first.
  virtual void start(HttpRequest request, Answer answer) = 0;
  virtual void detach() = 0;

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] SteadyClock::time_point idle_since() const { return idle_since_; }

 protected:
  State state_ = State::Busy;
  SteadyClock::time_point idle_since_;
};

namespace {

using TlsStream = beast::ssl_stream<Socket>;
using State = HttpClient::Connection::State;

// Servers close what is idle after a while; what is as old as this is not worth the try.
constexpr std::chrono::seconds longest_idle{20};
constexpr std::size_t most_idle = 4;

template <class Stream>
class ConnectionOver final : public HttpClient::Connection,
                             public std::enable_shared_from_this<ConnectionOver<Stream>> {
 public:
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

  ConnectionOver(boost::asio::io_context& io, std::shared_ptr<Tls> tls, const HttpOptions& options)
      : io_(io), tls_(std::move(tls)), options_(options), dialer_(io), deadline_(io) {}

  void start(HttpRequest request, HttpClient::Answer answer) override {
    reused_ = state_ == State::Idle;
    state_ = State::Busy;
    answer_ = std::move(answer);
    may_have_left_ = false;
    request_ = {};
    request_.method_string(request.method);
    request_.target(request.target);
    request_.set(http::field::host, options_.endpoint.host_header());
    request_.set(http::field::user_agent, "causeway");
    for (const auto& [name, value] : request.headers) request_.set(name, value);
    request_.keep_alive(true);
    request_.body() = std::move(request.body);
    request_.prepare_payload();
    boost::asio::post(io_, [self = this->shared_from_this()] {
      if (self->state_ != State::Busy) return;
      self->reused_ ? self->write() : self->dial();
    });
  }

  void detach() override {
    answer_ = nullptr;
    shut();
  }

 private:
  Socket& socket() { return beast::get_lowest_layer(*stream_); }

  void arm(const char* step) {
    deadline_.arm(options_.step_timeout, [this, step] {
      reused_ = false;  // it is slow, not gone
      fail(std::string{step} + ": not done within " +
           std::to_string(options_.step_timeout.count()) + " ms");
    });
  }

  void dial() {
    buffer_.clear();
    if constexpr (is_tls) {
      stream_.emplace(io_, tls_->context());
    } else {
      stream_.emplace(io_);
    }
    dialer_.dial(socket(), options_.endpoint, options_.step_timeout,
                 [self = this->shared_from_this()](const std::string& error) {
                   if (!error.empty()) return self->fail(error);
                   if constexpr (is_tls) {
                     self->shake_hands();
                   } else {
                     self->write();
                   }
                 });
  }

  void shake_hands() {
    if constexpr (is_tls) {
      SSL* const ssl = stream_->native_handle();
      if (!expect_host(ssl, options_.endpoint.host)) {
        return fail("TLS: not a host name or address: " + options_.endpoint.host);
      }
      arm("TLS handshake");
      stream_->async_handshake(boost::asio::ssl::stream_base::client,
                               [self = this->shared_from_this(), ssl](const error_code& error) {
                                 if (self->state_ != State::Busy) return;
                                 if (error) return self->fail(handshake_error(ssl, error));
                                 self->write();
                               });
    }
  }

  void write() {
    arm("writing the request");
    may_have_left_ = true;
    http::async_write(*stream_, request_,
                      [self = this->shared_from_this()](const error_code& error, std::size_t) {
                        if (self->state_ != State::Busy) return;
                        if (error) return self->fail("writing the request: " + error.message());
                        self->read();
                      });
  }

  // In two steps: read as one, a body that comes together with its header is not held to the
  // limit (Beast of Boost 1.74).
  void read() {
    arm("reading the response");
    parser_.emplace();
    parser_->body_limit(options_.max_response_bytes);
    http::async_read_header(
        *stream_, buffer_, *parser_,
        [self = this->shared_from_this()](const error_code& error, std::size_t) {
          if (self->state_ != State::Busy) return;
          if (error) return self->fail("reading the response: " + error.message());
          self->reused_ = false;
          self->read_body();
        });
  }

  void read_body() {
    http::async_read(*stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](const error_code& error, std::size_t) {
                       if (self->state_ != State::Busy) return;
                       if (error) return self->fail("reading the response: " + error.message());
                       self->finish();
                     });
  }

  void finish() {
    HttpResponse response{.status = parser_->get().result_int(), .headers = {}, .body = {}};
    for (const auto& header : parser_->get()) {
      response.headers.emplace_back(header.name_string(), header.value());
    }
    response.body = std::move(parser_->get().body());
    const bool keeps = parser_->get().keep_alive() && buffer_.size() == 0;
    tell(std::move(response), keeps);
  }

  void fail(std::string text) {
    if (state_ != State::Busy) return;
    if (std::exchange(reused_, false)) {
      // The other side had closed the connection before the request came: over a new one.
      shut();
      state_ = State::Busy;
      may_have_left_ = false;
      return dial();
    }
    tell(fixspec::Unexpected{HttpError{std::move(text), may_have_left_}}, false);
  }

  void tell(fixspec::Result<HttpResponse, HttpError> result, bool keep) {
    const auto self = this->shared_from_this();
    if (keep) {
      deadline_.cancel();
      state_ = State::Idle;
      idle_since_ = SteadyClock::now();
    } else {
      shut();
    }
    const HttpClient::Answer answer = std::move(answer_);
    answer_ = nullptr;
    if (answer) answer(std::move(result));
  }

  void shut() {
    state_ = State::Closed;
    dialer_.cancel();
    deadline_.cancel();
    if (!stream_) return;
    error_code ignored;
    socket().close(ignored);
  }

  boost::asio::io_context& io_;
  std::shared_ptr<Tls> tls_;
  const HttpOptions options_;
  HttpClient::Answer answer_;
  std::optional<Stream> stream_;
  Dialer dialer_;
  Deadline deadline_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  std::optional<http::response_parser<http::string_body>> parser_;
  bool reused_ = false;  ///< and nothing of the response has come
  bool may_have_left_ = false;
};

}  // namespace

HttpClient::HttpClient(boost::asio::io_context& io, std::shared_ptr<Tls> tls, HttpOptions options)
    : io_(io), tls_(std::move(tls)), options_(std::move(options)) {}

HttpClient::~HttpClient() {
  for (const auto& connection : connections_) connection->detach();
}

std::shared_ptr<HttpClient::Connection> HttpClient::take_idle() {
  const auto oldest = SteadyClock::now() - longest_idle;
  std::size_t idle = 0;
  std::shared_ptr<Connection> found;
  for (const auto& connection : connections_) {
    if (connection->state() != State::Idle) continue;
    if (connection->idle_since() < oldest || ++idle > most_idle) {
      connection->detach();
    } else {
      found = connection;
    }
  }
  std::erase_if(connections_, [](const auto& old) { return old->state() == State::Closed; });
  return found;
}

void HttpClient::send(HttpRequest request, Answer answer) {
  std::shared_ptr<Connection> connection = take_idle();
  if (!connection || !request.repeatable) {
    if (options_.endpoint.tls()) {
      connection = std::make_shared<ConnectionOver<TlsStream>>(io_, tls_, options_);
    } else {
      connection = std::make_shared<ConnectionOver<Socket>>(io_, tls_, options_);
    }
    connections_.push_back(connection);
  }
  connection->start(std::move(request), std::move(answer));
}

}  // namespace causeway::translators::net
