#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fixspec/result.hpp"

namespace causeway::strategies::client {

using Clock = std::chrono::steady_clock;

/// A TCP connection, with or without TLS, whose every call has a limit in time.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Appends what has arrived to `buffer`, waiting for it until `deadline`. False at the end of the
  /// stream; error_text() says why.
  virtual bool read(std::string& buffer, Clock::time_point deadline) = 0;
  /// Writes everything, or false: the connection is then broken.
  virtual bool write(std::string_view bytes, Clock::time_point deadline) = 0;
  [[nodiscard]] virtual int descriptor() const = 0;
  [[nodiscard]] virtual const std::string& error_text() const = 0;
};

/// Connected over plain TCP, or why not.
fixspec::Result<std::unique_ptr<Connection>, fixspec::Error> connect_plain(
    const std::string& host, std::uint16_t port, Clock::time_point deadline);

/// Connected over TLS 1.2 or newer, with the peer's certificate verified against `ca_file` (empty:
/// the system's authorities) and carrying `server_name`, or why not.
fixspec::Result<std::unique_ptr<Connection>, fixspec::Error> connect_tls(
    const std::string& host, std::uint16_t port, const std::string& ca_file,
    const std::string& server_name, Clock::time_point deadline);

}  // namespace causeway::strategies::client
