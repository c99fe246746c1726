#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fixspec/result.hpp"

namespace causeway::translators::net {

/// Where a connection goes, taken from a URL.
struct Endpoint {
  std::string scheme;  ///< "wss", "ws", "https" or "http"
  std::string host;    ///< a name, or an address without brackets
  std::uint16_t port = 0;
  std::string target = "/";  ///< path and query

  [[nodiscard]] bool tls() const { return scheme == "wss" || scheme == "https"; }
  /// The Host header: the port is named where it is not the scheme's own.
  [[nodiscard]] std::string host_header() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// The endpoint of `url`, or what is wrong with it. Without TLS only a literal loopback address is
/// allowed: a name could resolve to anywhere.
fixspec::Result<Endpoint, fixspec::Error> parse_endpoint(std::string_view url);

/// True for 127.0.0.0/8 and ::1 as literal addresses.
bool is_loopback_address(std::string_view host);

}  // namespace causeway::translators::net
