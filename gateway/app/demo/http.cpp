#include "gateway/app/demo/http.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

namespace causeway::gateway::app {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr std::chrono::seconds limit{5};

fixspec::Result<std::string, fixspec::Error> round_trip(
    std::uint16_t port, const http::request<http::string_body>& request) {
  boost::asio::io_context io;
  boost::beast::tcp_stream stream{io};
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{64} << 20U);
  boost::system::error_code failure;
  stream.expires_after(limit);
  stream.async_connect(
      {boost::asio::ip::address_v4::loopback(), port}, [&](boost::system::error_code error) {
        if ((failure = error)) return;
        http::async_write(stream, request, [&](boost::system::error_code e, auto) {
          if ((failure = e)) return;
          http::async_read(stream, buffer, parser,
                           [&](boost::system::error_code r, auto) { failure = r; });
        });
      });
  io.run();
  const std::string where =
      "http://127.0.0.1:" + std::to_string(port) + std::string{request.target()};
  if (failure) return fixspec::Unexpected{fixspec::Error{where + ": " + failure.message()}};
  if (parser.get().result() != http::status::ok) {
    return fixspec::Unexpected{fixspec::Error{where + ": " + parser.get().body()}};
  }
  return parser.get().body();
}

}  // namespace

fixspec::Result<std::string, fixspec::Error> http_get(std::uint16_t port, const std::string& path) {
  http::request<http::string_body> request{http::verb::get, path, 11};
  request.set(http::field::host, "127.0.0.1");
  return round_trip(port, request);
}

fixspec::Result<std::string, fixspec::Error> http_delete(std::uint16_t port,
                                                         const std::string& path) {
  http::request<http::string_body> request{http::verb::delete_, path, 11};
  request.set(http::field::host, "127.0.0.1");
  return round_trip(port, request);
}

fixspec::Result<std::string, fixspec::Error> http_post(std::uint16_t port, const std::string& path,
                                                       const std::string& json) {
  http::request<http::string_body> request{http::verb::post, path, 11};
  request.set(http::field::host, "127.0.0.1");
  request.set(http::field::content_type, "application/json");
  request.body() = json;
  request.prepare_payload();
  return round_trip(port, request);
}

}  // namespace causeway::gateway::app
