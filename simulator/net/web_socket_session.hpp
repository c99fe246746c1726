#pragma once

// One WebSocket connection; included by server.cpp alone, which instantiates it.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <type_traits>

#include "simulator/net/server.hpp"

namespace causeway::simulator::net::detail {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using core::ConnectionId;
using core::HttpReply;
using core::UtcNanos;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::chrono::seconds handshake_limit{10};
constexpr std::chrono::minutes idle_limit{15};  // as on the venue
constexpr std::chrono::milliseconds tick{5};
constexpr std::size_t largest_body = 1 << 20;
constexpr std::size_t largest_frame = 1 << 20;
constexpr std::size_t largest_queue = 16 << 20;  // bytes a client may leave unread

inline UtcNanos now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

inline std::chrono::nanoseconds until(UtcNanos time) {
  return std::chrono::nanoseconds{std::max<UtcNanos>(time - now(), 0)};
}

// One open WebSocket, whatever it runs over.
class Socket {
 public:
  virtual ~Socket() = default;
  virtual void send(core::Frame frame) = 0;
  virtual void cut() = 0;
};

// What every connection of one port shares.
struct Port {
  asio::io_context& io;
  asio::ssl::context& tls;
  core::Venue* venue;
  Control& control;
  std::optional<tcp::acceptor> acceptor;
  std::map<ConnectionId, std::weak_ptr<Socket>> sockets = {};

  void dispatch() {
    if (venue == nullptr) return;
    for (auto& frame : venue->take_frames()) {
      const auto found = sockets.find(frame.connection);
      if (found == sockets.end()) continue;
      if (const auto socket = found->second.lock()) socket->send(std::move(frame));
    }
  }
};

template <class Stream>
class WebSocketSession final : public Socket,
                               public std::enable_shared_from_this<WebSocketSession<Stream>> {
 public:
  WebSocketSession(Stream stream, Port& port) : stream_(std::move(stream)), port_(port) {}
  ~WebSocketSession() override {
    if (id_ == 0) return;
    port_.sockets.erase(id_);
    port_.venue->on_close(id_, now());
    port_.dispatch();
  }

  void start(http::request<http::string_body> request) {
    beast::get_lowest_layer(stream_).expires_never();
    stream_.set_option(
        websocket::stream_base::timeout{handshake_limit, websocket::stream_base::none(), false});
    stream_.read_message_max(largest_frame);
    request_ = std::move(request);
    stream_.async_accept(request_, [self = this->shared_from_this()](error_code error) {
      if (!error) self->on_accepted();
    });
  }

  void send(core::Frame frame) override {
    if (frame.not_before != 0) {
      auto timer = std::make_shared<asio::steady_timer>(port_.io, until(frame.not_before));
      timer->async_wait(
          [self = this->shared_from_this(), timer, late = std::move(frame)](error_code) mutable {
            late.not_before = 0;
            self->send(std::move(late));
          });
      return;
    }
    if (closing_) return;
    if (frame.abrupt) return cut();
    queued_ += frame.text.size();
    if (queued_ > largest_queue) return cut();
    closing_ = frame.close_after;
    queue_.push_back(std::move(frame));
    if (queue_.size() == 1) write();
  }

  void cut() override {
    closing_ = true;
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

 private:
  void on_accepted() {
    id_ = port_.venue->on_open(request_.target(), now());
    port_.sockets[id_] = this->weak_from_this();
    stream_.text(true);
    stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
      if (kind == websocket::frame_type::pong) port_.venue->on_pong(id_, now());
    });
    read();
  }

  void read() {
    stream_.async_read(buffer_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return self->cut();
      self->on_message();
    });
  }

  void on_message() {
    if (closing_) {  // too late to be heard
      buffer_.clear();
      return read();
    }
    const auto data = buffer_.cdata();
    port_.venue->on_frame(id_, {static_cast<const char*>(data.data()), data.size()}, now());
    buffer_.consume(buffer_.size());
    port_.dispatch();
    read();
  }

  void write() {
    if (queue_.front().ping) return write_ping();
    if (queue_.front().text.empty()) return finish();
    stream_.async_write(asio::buffer(queue_.front().text),
                        [self = this->shared_from_this()](error_code error, std::size_t) {
                          if (error) return self->cut();
                          self->on_written();
                        });
  }

  void write_ping() {
    websocket::ping_data payload;
    const auto& text = queue_.front().text;
    payload.append(text.data(), text.data() + std::min(text.size(), payload.max_size()));
    stream_.async_ping(payload, [self = this->shared_from_this()](error_code error) {
      if (error) return self->cut();
      self->on_written();
    });
  }

  void on_written() {
    const bool last = queue_.front().close_after;
    queued_ -= queue_.front().text.size();
    queue_.pop_front();
    if (last) return finish();
    if (!queue_.empty()) write();
  }

  void finish() {
    // The peer may never answer the close: the stream's own handshake timeout ends it then.
    stream_.async_close(websocket::close_code::normal,
                        [self = this->shared_from_this()](error_code) { self->cut(); });
  }

  websocket::stream<Stream> stream_;
  Port& port_;
  http::request<http::string_body> request_;
  beast::flat_buffer buffer_;
  std::deque<core::Frame> queue_;
  std::size_t queued_ = 0;
  ConnectionId id_ = 0;
  bool closing_ = false;
};

}  // namespace causeway::simulator::net::detail
