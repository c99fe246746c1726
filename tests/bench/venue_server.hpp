#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "simulator/net/certificate.hpp"

namespace causeway::bench {

/// A Deribit as small as a measurement needs, over TLS and WebSocket on a loopback port: it logs
/// the gateway on and lists instruments; what becomes of an order, and when, is the caller's. It
/// does nothing by itself: whoever owns it polls it, on one thread.
class VenueServer {
 public:
  /// BTC-PERPETUAL and `options` options are listed.
  VenueServer(const simulator::net::Certificate& certificate, std::size_t options);
  ~VenueServer();
  VenueServer(const VenueServer&) = delete;
  VenueServer& operator=(const VenueServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Does what is to be done now, without waiting.
  void poll();

  /// An order as it came in.
  struct Order {
    std::uint64_t request_id = 0;
    std::uint64_t number = 0;  ///< the venue's own: its order_id
    std::string label;
    std::string price;
    std::string amount;
  };
  /// The oldest order that was not taken yet.
  std::optional<Order> take_order();
  /// Replies that the order works.
  void acknowledge(const Order& order);
  /// Tells of a trade of all of it (user.trades).
  void tell_trade(const Order& order);
  /// Tells that it is filled (user.orders).
  void tell_filled(const Order& order);
  /// Prices of BTC-PERPETUAL.
  void tell_prices();

  class Session;

 private:
  struct Sockets;
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace causeway::bench
