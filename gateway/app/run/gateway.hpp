#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "gateway/app/config.hpp"
#include "translators/venue.hpp"

namespace boost::asio {
class io_context;
}
namespace causeway::gateway::engine {
class Engine;
}
namespace causeway::gateway::journal {
class Io;
}

namespace causeway::gateway::app {

/// Why a gateway did not start, and the exit code that says so (EX_CONFIG, EX_UNAVAILABLE, ...).
struct StartError {
  int exit_code = 1;
  std::string text;  ///< one or more lines
};

/// Makes the venue that a [VENUE] section describes, on the core's io_context.
using MakeVenue = std::function<std::unique_ptr<translators::Venue>(
    boost::asio::io_context& io, const VenueConfig& venue, translators::VenueSink& sink)>;

/// What a measurement or a simulation puts in the place of the real thing. What is left out is the
/// real thing.
struct Surroundings {
  MakeVenue make_venue = {};
  journal::Io* journal_io = nullptr;
  /// True: no thread of the gateway's own; the audit must be switched off in the configuration.
  bool one_thread = false;
  /// Of a new journal; otherwise drawn at random.
  std::optional<std::uint32_t> instance = {};
};

/// A whole gateway on one core thread: FIX acceptor, core, journal, venues, audit.
class Gateway {
 public:
  /// Loads keys, replays the journal, binds the ports. Nothing has been sent to a venue yet.
  /// `announce` gets a line for scripts whenever a venue opens or halts: "venue DERIBIT open",
  /// and "prices complete" when every subscribed instrument has a price.
  static fixspec::Result<std::unique_ptr<Gateway>, StartError> open(
      const Config& config, fixspec::LogSink& log, std::function<void(const std::string&)> announce,
      const Surroundings& surroundings = {});
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Connects the venues and runs until stop(), on the calling thread.
  void run();
  /// Ends run() in order: clients are logged out, the journal and the audit are brought up to date.
  /// Orders stay where they are. From any thread.
  void stop();

  /// For a caller with a loop of its own, instead of run(): connects the venues.
  void begin();
  /// Does what is ready and answers how much that was; never waits.
  std::size_t poll();

  [[nodiscard]] const engine::Engine& engine() const;
  [[nodiscard]] std::uint16_t plain_port() const;
  [[nodiscard]] std::uint16_t tls_port() const;

 private:
  class Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::gateway::app
