#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fixspec/result.hpp"
#include "translators/net/endpoint.hpp"
#include "translators/net/tls.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::translators::net {

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path and query, already encoded
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpResponse {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< as they came, in their order
  std::string body;
};

struct HttpError {
  std::string text;
  /// False only where not one byte of the request has left: then the venue cannot have seen it.
  bool may_have_left = false;
};

struct HttpOptions {
  Endpoint endpoint;  ///< its target is not used
  /// For each of resolving, TCP, TLS, writing the request and reading the response.
  std::chrono::milliseconds step_timeout{5'000};
  std::size_t max_response_bytes = std::size_t{16} << 20;
};

/// A request per connection, for cold work: a connection that is used again may have been closed
/// by the other side, and then nobody could say whether a request had left.
class HttpClient {
 public:
  using Answer = std::function<void(fixspec::Result<HttpResponse, HttpError>)>;

  HttpClient(boost::asio::io_context& io, std::shared_ptr<Tls> tls, HttpOptions options);
  /// Drops what is under way; no further answer is told.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends `request`; `answer` is called once, on the io_context's thread, never from inside this
  /// call. Any HTTP status is a response.
  void send(HttpRequest request, Answer answer);

  class Exchange;

 private:
  boost::asio::io_context& io_;
  std::shared_ptr<Tls> tls_;
  HttpOptions options_;
  std::vector<std::weak_ptr<Exchange>> exchanges_;
};

}  // namespace causeway::translators::net
