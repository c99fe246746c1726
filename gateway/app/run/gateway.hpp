#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "gateway/app/config.hpp"

namespace causeway::gateway::app {

/// Why a gateway did not start, and the exit code that says so (EX_CONFIG, EX_UNAVAILABLE, ...).
struct StartError {
  int exit_code = 1;
  std::string text;  ///< one or more lines
};

/// A whole gateway on one core thread: FIX acceptor, core, journal, venues, audit.
class Gateway {
 public:
  /// Loads keys, replays the journal, binds the ports. Nothing has been sent to a venue yet.
  /// `announce` gets a line for scripts whenever a venue opens or halts: "venue DERIBIT open",
  /// and "prices complete" when every subscribed instrument has a price.
  static fixspec::Result<std::unique_ptr<Gateway>, StartError> open(
      const Config& config, fixspec::LogSink& log,
      std::function<void(const std::string&)> announce);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Connects the venues and runs until stop(), on the calling thread.
  void run();
  /// Ends run() in order: clients are logged out, the journal and the audit are brought up to date.
  /// Orders stay where they are. From any thread.
  void stop();

  [[nodiscard]] std::uint16_t plain_port() const;
  [[nodiscard]] std::uint16_t tls_port() const;

 private:
  class Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::gateway::app
