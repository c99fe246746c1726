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
  /// It may reach the other side twice without harm. Such a request takes a connection that is open
  /// already; should that have been closed meanwhile, it is sent again over a new one. Any other
  /// has a connection of its own, so that it is known whether it has left.
  bool repeatable = false;
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

/// HTTP/1.1, for cold work: one request at a time on a connection, several connections where
/// several requests are under way. They are kept for repeatable requests.
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

  class Connection;

 private:
  std::shared_ptr<Connection> take_idle();

  boost::asio::io_context& io_;
  std::shared_ptr<Tls> tls_;
  HttpOptions options_;
  std::vector<std::shared_ptr<Connection>> connections_;
};

}  // namespace causeway::translators::net
