#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "translators/net/http.hpp"
#include "translators/net/websocket.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// An account's WebSocket connections.
enum class Channel : std::uint8_t {
  Orders,       ///< the WebSocket API
  Events,       ///< the user data stream
  EventsAgain,  ///< the same: the two take turns when the stream is renewed
};

/// Where REST requests go. The venue does it with sockets, tests write it down. Nothing of it calls
/// back into the one who asks.
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// `id` names the request when its response is told; each gets exactly one.
  virtual void fetch(net::HttpRequest request, std::uint64_t id) = 0;
};

/// What an account's session wants done.
class Outbox : public Fetcher {
 public:
  /// `id` names the frame when the connection is lost.
  virtual net::SendOutcome send(Channel channel, std::string_view frame, std::uint64_t id) = 0;
  /// The same, before everything that waits: a cancel.
  virtual net::SendOutcome send_first(Channel channel, std::string_view frame, std::uint64_t id) {
    return send(channel, frame, id);
  }
  virtual void connect(Channel channel) = 0;
  virtual void disconnect(Channel channel, std::string reason) = 0;
  virtual void emit(Told told) = 0;
};

}  // namespace causeway::translators::binance
