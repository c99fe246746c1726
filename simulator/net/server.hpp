#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "simulator/core/venue.hpp"
#include "simulator/net/certificate.hpp"
#include "simulator/net/control.hpp"

namespace causeway::simulator::net {

/// One port: a venue, or the control API where `venue` is nullptr.
struct Endpoint {
  std::string name;        ///< as it is printed
  std::uint16_t port = 0;  ///< 0: any free one
  core::Venue* venue = nullptr;
};

/// A port could not be had; the text names it and says why.
struct BindError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The sockets: HTTP and WebSocket on the same port, plain and TLS told apart by the first bytes.
/// One thread; run() returns after SIGINT or SIGTERM. A client that does not read is cut off when
/// its queue is full.
class Server {
 public:
  /// Opens every port. Throws BindError, or std::runtime_error where the certificate is unusable.
  Server(const std::string& host, const std::vector<Endpoint>& endpoints,
         const Certificate& certificate, Control& control);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port that an endpoint really has.
  [[nodiscard]] std::uint16_t port(std::string_view endpoint) const;
  void run();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace causeway::simulator::net
