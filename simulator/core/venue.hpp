#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/core/exchange.hpp"
#include "simulator/core/faults.hpp"
#include "simulator/core/market_flow.hpp"

namespace causeway::simulator::core {

/// Numbers the connections of one venue, for ever.
using ConnectionId = std::uint64_t;

/// What a venue wants sent to a WebSocket connection.
struct Frame {
  ConnectionId connection = 0;
  std::string text = {};
  UtcNanos not_before = 0;   ///< 0: at once
  bool close_after = false;  ///< `text` may be empty then
  bool abrupt = false;       ///< the connection is cut: no text, no closing handshake
  bool ping = false;         ///< a WebSocket ping; `text` is its payload
};

struct HttpRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of a header (its name in any case), or "".
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpReply {
  enum class Fate : std::uint8_t {
    Send,
    Silence,  ///< never answered
    Close,    ///< the connection is cut without an answer
  };
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  Fate fate = Fate::Send;
  UtcNanos not_before = 0;
  bool close_after = false;
};

/// A venue's protocol from the server's side, without sockets: bytes and time in, bytes out. After
/// every call the frames it wants sent are to be taken. One thread.
class Venue {
 public:
  virtual ~Venue() = default;

  /// "deribit" and so on, as the control API spells it.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// A WebSocket was opened at `target` (path and query string).
  virtual ConnectionId on_open(std::string_view target, UtcNanos now) = 0;
  virtual void on_frame(ConnectionId connection, std::string_view bytes, UtcNanos now) = 0;
  virtual void on_close(ConnectionId connection, UtcNanos now) = 0;
  /// The client answered a WebSocket ping, or sent a pong unasked.
  virtual void on_pong(ConnectionId /*connection*/, UtcNanos /*now*/) {}
  virtual HttpReply on_http(const HttpRequest& request, UtcNanos now) = 0;
  /// To be called every few milliseconds.
  virtual void on_timer(UtcNanos now) = 0;
  /// A client's position was closed by force in this trade of the house.
  virtual void on_forced_trade(const Trade& /*trade*/, UtcNanos /*now*/) {}
  /// To be called after something else moved the exchange (the control API).
  virtual void on_market(UtcNanos now) = 0;
  virtual std::vector<Frame> take_frames() = 0;

  /// The ids by which this venue's clients know an order or a trade.
  [[nodiscard]] virtual std::string order_id(const Order& order) const = 0;
  [[nodiscard]] virtual std::string trade_id(const Trade& trade) const = 0;

  virtual Exchange& exchange() = 0;
  virtual MarketFlow& flow() = 0;
  virtual Faults& faults() = 0;
  /// Whether the venue can suffer such a fault.
  [[nodiscard]] virtual bool suffers(FaultKind kind) const { return is_common(kind); }
};

}  // namespace causeway::simulator::core
