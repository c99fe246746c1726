#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "translators/net/http.hpp"
#include "translators/net/websocket.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// The two connections of public data; each stream is served on one of them alone.
enum class Route : std::uint8_t {
  Public,  ///< books and best prices
  Market,  ///< trades, mark prices
};

/// What the session of public data wants done. The venue does it with sockets, tests write it
/// down. Nothing of it calls back into the session.
class MarketOutbox {
 public:
  virtual ~MarketOutbox() = default;
  virtual net::SendOutcome send(Route route, std::string_view frame) = 0;
  virtual void connect(Route route) = 0;
  virtual void disconnect(Route route, std::string reason) = 0;
  /// `id` names the request when its response is told; each gets exactly one.
  virtual void fetch(net::HttpRequest request, std::uint64_t id) = 0;
  /// Whether the address may send a request of this weight now; it is counted if so.
  virtual bool may_fetch(int weight, fixspec::Timestamp now) = 0;
  virtual void emit(const MarketUpdate& update) = 0;
  virtual void emit(const BookUpdate& update) = 0;
  virtual void emit(const PublicTrade& trade) = 0;
};

}  // namespace causeway::translators::binance
