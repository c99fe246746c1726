#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/fix/connection.hpp"

namespace causeway::simulation {

/// A client's end of a connection to the gateway.
class FixPeer {
 public:
  virtual ~FixPeer() = default;
  virtual void on_bytes(std::string_view bytes) = 0;
  virtual void on_closed() = 0;
};

/// The network between FIX clients and the gateway: takes the place of gateway/fix's sockets.
class FixNetwork {
 public:
  class Pipe;

  FixNetwork();
  ~FixNetwork();
  FixNetwork(const FixNetwork&) = delete;
  FixNetwork& operator=(const FixNetwork&) = delete;
  static FixNetwork& get();

  /// A connection, or null where nobody listens.
  std::shared_ptr<Pipe> connect(FixPeer& peer);
  /// Writes what the gateway has queued, as its sockets do at the end of a turn. False: there was
  /// nothing to do.
  bool end_turn();
  /// The gateway's process has ended.
  void reset();

  // For the listener, which the gateway opens.
  std::function<bool()> flush;
  std::function<void(std::shared_ptr<gateway::fix::Connection>)> on_connection;
  gateway::fix::ConnectionOwner* owner = nullptr;

 private:
  std::vector<std::shared_ptr<Pipe>> pipes_;
};

/// Both ends of one connection.
class FixNetwork::Pipe final : public gateway::fix::Connection,
                               public std::enable_shared_from_this<Pipe> {
 public:
  Pipe(FixPeer& peer, gateway::fix::ConnectionOwner& owner) : peer_(&peer), owner_(&owner) {}

  // gateway::fix::Connection
  void start() override {}
  void send(std::string_view bytes) override;
  void close_after_sending(std::string reason) override;
  void close(std::string reason) override;
  void detach() override { owner_ = nullptr; }
  void set_outbound_limit(std::size_t bytes) override { limit_ = bytes; }
  [[nodiscard]] std::size_t queued_bytes() const override { return waiting_.size(); }
  [[nodiscard]] std::chrono::steady_clock::duration stalled_for() const override { return {}; }
  void hold_reading(bool hold) override;
  void limit_unsent(std::size_t) override {}
  [[nodiscard]] bool closing() const override { return closing_ || closed_; }
  [[nodiscard]] const std::string& peer() const override { return name_; }

  /// The client writes.
  void write(std::string bytes);
  /// The connection breaks; of what is on its way, a part arrives, which may end anywhere.
  void cut();
  bool end_turn(const std::function<bool()>& flush);
  [[nodiscard]] bool dead() const { return closed_ && peer_ == nullptr; }
  /// The gateway is gone without a word.
  void gateway_gone();

 private:
  void tell_peer();
  void read();

  FixPeer* peer_;
  gateway::fix::ConnectionOwner* owner_;
  std::string name_ = "simulated";
  std::string waiting_;
  std::string incoming_;  // on its way to the gateway
  std::string unread_;    // arrived, and not read yet
  bool held_ = false;
  std::int64_t to_gateway_ = 0;
  std::int64_t to_client_ = 0;
  std::size_t limit_ = 1U << 20U;
  bool closing_ = false;
  bool closed_ = false;
  std::string reason_;
};

}  // namespace causeway::simulation
