#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace causeway::gateway::fix {

class ClientSession;
class Connection;

/// Who owns a connection: told what came in and that it ended. All calls come from the io_context.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void on_bytes(Connection& connection, std::string_view bytes) = 0;
  /// Everything queued has been handed to the operating system.
  virtual void on_drained(Connection& connection) = 0;
  /// The last call for this connection.
  virtual void on_closed(Connection& connection, const std::string& reason) = 0;
};

/// One client's socket, plain or TLS, with a bounded queue of what is not written yet. Kept alive
/// by its own pending operations; the owner may drop it at any time by detach() and close().
class Connection {
 public:
  struct Limits {
    std::chrono::milliseconds handshake_timeout;
    std::chrono::milliseconds drain_timeout;
  };

  virtual ~Connection() = default;

  /// Handshakes where there is one, then reads until the end.
  virtual void start() = 0;
  /// Queues `bytes`; they are written at the end of the current turn, after a flush of the journal.
  /// A queue that would pass the limit closes the connection at once: a client that stops reading
  /// is cut off.
  virtual void send(std::string_view bytes) = 0;
  /// Closes when what is queued has been written, or when the drain timeout has passed.
  virtual void close_after_sending(std::string reason) = 0;
  virtual void close(std::string reason) = 0;
  /// No more calls to the owner.
  virtual void detach() = 0;

  virtual void set_outbound_limit(std::size_t bytes) = 0;
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
  /// How long the operating system has taken nothing of what waits: the client does not read. Zero
  /// while nothing waits, or while nothing may leave yet.
  [[nodiscard]] virtual std::chrono::steady_clock::duration stalled_for() const = 0;
  /// True: nothing more is read until it is called with false.
  virtual void hold_reading(bool hold) = 0;
  /// The operating system takes no more than about `bytes` that are not on their way: what it would
  /// keep beyond that gets old there.
  virtual void limit_unsent(std::size_t bytes) = 0;
  /// True from the first call of a close on: what comes in no longer counts.
  [[nodiscard]] virtual bool closing() const = 0;
  /// The peer's address and port, for the log.
  [[nodiscard]] virtual const std::string& peer() const = 0;

  /// The session that logged on over this connection, if any.
  ClientSession* session = nullptr;
};

}  // namespace causeway::gateway::fix
