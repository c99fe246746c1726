#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fixspec/result.hpp"
#include "gateway/fix/connection.hpp"

namespace causeway::gateway::fix {

/// A bound port. Each accepted socket becomes a Connection, started by whoever takes it.
class Listener {
 public:
  using OnConnection = std::function<void(std::shared_ptr<Connection>)>;

  struct TlsFiles {
    std::string certificate_file;
    std::string private_key_file;
  };

  virtual ~Listener() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// No more connections. Must come before the owner goes.
  virtual void close() = 0;

  struct Options {
    std::string host;
    std::uint16_t port = 0;
    std::optional<TlsFiles> tls;  ///< none: plain TCP
    Connection::Limits limits;
    /// Called before each socket write: false where nothing may leave yet.
    std::function<bool()> flush;
  };

  /// Binds and starts accepting, or says in words why not.
  static fixspec::Result<std::shared_ptr<Listener>, fixspec::Error> open(
      boost::asio::io_context& io, ConnectionOwner& owner, Options options,
      OnConnection on_connection);
};

}  // namespace causeway::gateway::fix
