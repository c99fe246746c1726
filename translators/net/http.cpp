#include "translators/net/http.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <type_traits>

#include "translators/net/transport.hpp"

namespace causeway::translators::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

class HttpClient::Exchange {
 public:
  Exchange() = default;
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual void start() = 0;
  virtual void detach() = 0;
};

namespace {

using TlsStream = beast::ssl_stream<Socket>;

template <class Stream>
class ExchangeOver final : public HttpClient::Exchange,
                           public std::enable_shared_from_this<ExchangeOver<Stream>> {
 public:
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

  template <class... StreamArguments>
  ExchangeOver(boost::asio::io_context& io, const HttpOptions& options, HttpRequest request,
               HttpClient::Answer answer, StreamArguments&&... arguments)
      : options_(options),
        answer_(std::move(answer)),
        stream_(std::forward<StreamArguments>(arguments)...),
        dialer_(io),
        deadline_(io) {
    request_.method_string(request.method);
    request_.target(request.target);
    request_.set(http::field::host, options_.endpoint.host_header());
    request_.set(http::field::user_agent, "causeway");
    for (const auto& [name, value] : request.headers) request_.set(name, value);
    request_.keep_alive(false);
    request_.body() = std::move(request.body);
    request_.prepare_payload();
    parser_.body_limit(options_.max_response_bytes);
  }

  void start() override {
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

  void detach() override {
    answer_ = nullptr;
    shut();
  }

 private:
  Socket& socket() { return beast::get_lowest_layer(stream_); }

  void arm(const char* step) {
    deadline_.arm(options_.step_timeout, [this, step] {
      fail(std::string{step} + ": not done within " +
           std::to_string(options_.step_timeout.count()) + " ms");
    });
  }

  void shake_hands() {
    if constexpr (is_tls) {
      SSL* const ssl = stream_.native_handle();
      if (!expect_host(ssl, options_.endpoint.host)) {
        return fail("TLS: not a host name or address: " + options_.endpoint.host);
      }
      arm("TLS handshake");
      stream_.async_handshake(boost::asio::ssl::stream_base::client,
                              [self = this->shared_from_this(), ssl](const error_code& error) {
                                if (self->over_) return;
                                if (error) return self->fail(handshake_error(ssl, error));
                                self->write();
                              });
    }
  }

  void write() {
    arm("writing the request");
    may_have_left_ = true;
    http::async_write(stream_, request_,
                      [self = this->shared_from_this()](const error_code& error, std::size_t) {
                        if (self->over_) return;
                        if (error) return self->fail("writing the request: " + error.message());
                        self->read();
                      });
  }

  // In two steps: read as one, a body that comes together with its header is not held to the
  // limit (Beast of Boost 1.74).
  void read() {
    arm("reading the response");
    http::async_read_header(
        stream_, buffer_, parser_,
        [self = this->shared_from_this()](const error_code& error, std::size_t) {
          if (self->over_) return;
          if (error) return self->fail("reading the response: " + error.message());
          self->read_body();
        });
  }

  void read_body() {
    http::async_read(stream_, buffer_, parser_,
                     [self = this->shared_from_this()](const error_code& error, std::size_t) {
                       if (self->over_) return;
                       if (error) return self->fail("reading the response: " + error.message());
                       self->finish();
                     });
  }

  void finish() {
    HttpResponse response{.status = parser_.get().result_int(), .headers = {}, .body = {}};
    for (const auto& header : parser_.get()) {
      response.headers.emplace_back(header.name_string(), header.value());
    }
    response.body = std::move(parser_.get().body());
    tell(std::move(response));
  }

  void fail(std::string text) {
    if (over_) return;
    tell(fixspec::Unexpected{HttpError{std::move(text), may_have_left_}});
  }

  void tell(fixspec::Result<HttpResponse, HttpError> result) {
    const auto self = this->shared_from_this();
    shut();
    const HttpClient::Answer answer = std::move(answer_);
    answer_ = nullptr;
    if (answer) answer(std::move(result));
  }

  void shut() {
    over_ = true;
    dialer_.cancel();
    deadline_.cancel();
    error_code ignored;
    socket().close(ignored);
  }

  const HttpOptions options_;
  HttpClient::Answer answer_;
  Stream stream_;
  Dialer dialer_;
  Deadline deadline_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  bool may_have_left_ = false;
  bool over_ = false;
};

}  // namespace

HttpClient::HttpClient(boost::asio::io_context& io, std::shared_ptr<Tls> tls, HttpOptions options)
    : io_(io), tls_(std::move(tls)), options_(std::move(options)) {}

HttpClient::~HttpClient() {
  for (const auto& exchange : exchanges_) {
    if (const auto alive = exchange.lock()) alive->detach();
  }
}

void HttpClient::send(HttpRequest request, Answer answer) {
  std::shared_ptr<Exchange> exchange;
  if (options_.endpoint.tls()) {
    exchange = std::make_shared<ExchangeOver<TlsStream>>(io_, options_, std::move(request),
                                                         std::move(answer), io_, tls_->context());
  } else {
    exchange = std::make_shared<ExchangeOver<Socket>>(io_, options_, std::move(request),
                                                      std::move(answer), io_);
  }
  std::erase_if(exchanges_, [](const auto& old) { return old.expired(); });
  exchanges_.push_back(exchange);
  boost::asio::post(io_, [exchange] { exchange->start(); });
}

}  // namespace causeway::translators::net
