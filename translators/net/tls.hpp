#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fixspec/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace causeway::translators::net {

/// Whom to trust when a venue shows its certificate. The chain and the name are always verified;
/// there is no way to switch that off.
class Tls {
 public:
  /// Trusts the authorities in the PEM file `ca_file` and no others; without one, the system's.
  static fixspec::Result<std::shared_ptr<Tls>, fixspec::Error> load(
      const std::optional<std::string>& ca_file);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  /// For this room's own sockets.
  [[nodiscard]] boost::asio::ssl::context& context() { return *context_; }

 private:
  explicit Tls(std::unique_ptr<boost::asio::ssl::context> context);
  std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace causeway::translators::net
