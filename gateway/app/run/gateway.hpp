#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "gateway/app/config.hpp"
#include "translators/venue.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::gateway::app {

/// Why a gateway did not start, and the exit code that says so (EX_CONFIG, EX_UNAVAILABLE, ...).
struct StartError {
  int exit_code = 1;
  std::string text;  ///< one or more lines
};

/// A whole gateway on one core thread: FIX acceptor, core, journal, venues, audit.
class Gateway {
 public:
  /// Makes the venue that a [VENUE] section describes, on the core's io_context.
  using MakeVenue = std::function<std::unique_ptr<translators::Venue>(
      boost::asio::io_context& io, const VenueConfig& venue, translators::VenueSink& sink)>;

  /// Loads keys, replays the journal, binds the ports. Nothing has been sent to a venue yet.
  /// `announce` gets a line for scripts whenever a venue opens or halts: "venue DERIBIT open",
  /// and "prices complete" when every subscribed instrument has a price. `make_venue` stands in for
  /// the real venues in measurements; empty: the real ones.
  static fixspec::Result<std::unique_ptr<Gateway>, StartError> open(
      const Config& config, fixspec::LogSink& log, std::function<void(const std::string&)> announce,
      const MakeVenue& make_venue = {});
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
