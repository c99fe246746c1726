#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulator/core/venue.hpp"
#include "translators/net/websocket.hpp"

namespace causeway::simulation {

/// The network between the gateway and the venues: takes the place of translators/net's sockets and
/// carries their bytes to the simulated venues, late, in pieces or not at all.
class VenueNetwork {
 public:
  VenueNetwork();
  ~VenueNetwork();
  VenueNetwork(const VenueNetwork&) = delete;
  VenueNetwork& operator=(const VenueNetwork&) = delete;
  /// The one that exists.
  static VenueNetwork& get();

  void add(std::uint16_t port, simulator::core::Venue& venue);
  /// The venues' own time passes.
  void tick();
  /// Cuts every connection to a venue.
  void cut(std::uint16_t port);
  /// Cuts one of them.
  void cut_one(std::uint16_t port);
  /// Nobody reaches the venue until then.
  void refuse_until(std::uint16_t port, std::int64_t elapsed) { site(port).refused = elapsed; }
  [[nodiscard]] bool reachable(std::uint16_t port);
  /// Sends on what a venue wants sent.
  void collect(std::uint16_t port);

  using Link = translators::net::WebSocket::Connection;
  struct Site {
    simulator::core::Venue* venue = nullptr;
    std::int64_t refused = 0;
    std::map<simulator::core::ConnectionId, std::shared_ptr<Link>> links;
  };
  Site& site(std::uint16_t port) { return sites_.at(port); }

 private:
  std::map<std::uint16_t, Site> sites_;
};

/// How long something is on its way now.
std::int64_t draw_latency();

}  // namespace causeway::simulation
