#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "translators/net/endpoint.hpp"
#include "translators/net/tls.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::translators::net {

/// What became of a message handed to WebSocket::send().
enum class SendOutcome : std::uint8_t {
  Taken,         ///< written, or waiting to be
  NotConnected,  ///< nothing left
  QueueFull,     ///< nothing left: the peer reads too slowly
};

/// Which of the messages that wait goes first.
enum class SendLane : std::uint8_t {
  Ordinary,
  First,  ///< before all ordinary ones, also where those have filled the queue: cancels
};

struct WebSocketOptions {
  Endpoint endpoint;
  /// For each of resolving, TCP, TLS, upgrade and the writing of one message.
  std::chrono::milliseconds step_timeout{5'000};
  /// No message from the venue for this long: the link counts as dead. Pings do not count.
  std::chrono::milliseconds silence_timeout{75'000};
  std::size_t max_message_bytes = std::size_t{4} << 20;
  std::size_t max_queued_bytes = std::size_t{1} << 20;
  /// More bytes than that for messages that go first.
  std::size_t reserved_bytes = std::size_t{256} << 10;
};

/// Told on the thread of the io_context, never from inside a call to WebSocket.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  virtual void on_open() = 0;
  /// `text` is valid during the call.
  virtual void on_message(std::string_view text) = 0;
  /// The connection, or the attempt at one, is over. `never_started` are the tags of messages of
  /// which no byte has left; of every other message, bytes may have.
  virtual void on_closed(const std::string& reason,
                         const std::vector<std::uint64_t>& never_started) = 0;
};

/// A WebSocket client: one connection at a time, with deadlines and bounds on everything. It does
/// not reconnect by itself; its owner decides when.
class WebSocket {
 public:
  WebSocket(boost::asio::io_context& io, std::shared_ptr<Tls> tls, WebSocketOptions options,
            WebSocketHandler& handler);
  /// Drops the connection; the handler hears nothing more.
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Starts an attempt; on_open or on_closed follows. Only while there is no connection.
  void connect();
  /// Sends `text` as one message, now if nothing waits before it. `tag` names it in on_closed.
  SendOutcome send(std::string_view text, std::uint64_t tag, SendLane lane = SendLane::Ordinary);
  /// Drops the connection; on_closed follows with this reason.
  void close(std::string reason);

  class Connection;

 private:
  boost::asio::io_context& io_;
  std::shared_ptr<Tls> tls_;
  WebSocketOptions options_;
  WebSocketHandler& handler_;
  std::shared_ptr<Connection> connection_;
};

}  // namespace causeway::translators::net
