#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace causeway::translators {

/// What a certificate made for a test says.
struct CertificateWish {
  std::string address = "127.0.0.1";  ///< its only subject alternative name
  bool expired = false;
};

/// An authority made for a test, and a certificate that it has signed; PEM files in a folder that
/// goes with the object.
class TestAuthority {
 public:
  explicit TestAuthority(const CertificateWish& wish = {});
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  [[nodiscard]] std::string ca_file() const { return (folder_ / "ca.pem").string(); }
  [[nodiscard]] std::string certificate_file() const { return (folder_ / "server.pem").string(); }
  [[nodiscard]] std::string key_file() const { return (folder_ / "server.key").string(); }

 private:
  std::filesystem::path folder_;
};

/// What a TestServer does with each connection.
enum class ServerBehaviour : std::uint8_t {
  Echo,             ///< sends every message back
  Silent,           ///< upgrades and says nothing more
  NeverHandshakes,  ///< accepts TCP, and that is all
  NeverUpgrades,    ///< shakes hands, and that is all
  DeclinesUpgrade,  ///< answers the upgrade with HTTP 429
  NeverReads,       ///< upgrades and does not read what comes
  ClosesAtOnce,     ///< upgrades and closes with a reason
  Http,             ///< answers HTTP requests with what it was asked for
};

/// A TLS server on a free loopback port; one connection after the other, on a thread of its own.
class TestServer {
 public:
  TestServer(const TestAuthority& authority, ServerBehaviour behaviour);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Connections accepted so far.
  [[nodiscard]] int accepted() const { return accepted_; }

  struct Sockets;

 private:
  std::unique_ptr<Sockets> sockets_;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace causeway::translators
