#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace causeway::strategies::client {

/// A FIX acceptor written by hand for tests: it says exactly what the test's script says. Messages
/// are written with | for SOH; header, length and checksum are added.
class Peer {
 public:
  /// Runs `script` for the first connection, on a thread of its own.
  explicit Peer(std::function<void(Peer&)> script);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // ---- for the script ----

  /// The next message with | for SOH, or "" at the end of the stream.
  std::string read();
  /// read() until a message has `part` in it.
  std::string read_until(std::string_view part);
  /// "35=A|98=0|108=30|" as message `number`; `header` goes behind SendingTime.
  void send(std::uint64_t number, std::string_view body, std::string_view header = "");
  void send_bytes(std::string_view bytes);
  /// Closes this connection and waits for the next.
  void accept_again();

 private:
  void accept();

  int listener_ = -1;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  std::string buffer_;
  std::thread thread_;
};

}  // namespace causeway::strategies::client
