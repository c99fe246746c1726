#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/market_outbox.hpp"
#include "translators/binance/wire.hpp"
#include "translators/net/backoff.hpp"

namespace causeway::translators::binance {

/// One connection of public streams: connects when something is wanted, subscribes it within the
/// venue's rate of control messages, comes back after a loss, and is renewed before the venue ends
/// it after a day. A state machine without sockets or clock.
class StreamConnection {
 public:
  struct Settings {
    Route route = Route::Public;
    std::int64_t reply_timeout_ns = 10 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
  };

  StreamConnection(Settings settings, MarketOutbox& outbox, fixspec::LogSink& log);

  void start(fixspec::Timestamp now);
  void stop();
  /// From now on, through every reconnect, or no longer.
  void want(const std::string& stream, fixspec::Timestamp now);
  void drop(const std::string& stream, fixspec::Timestamp now);

  void on_open(fixspec::Timestamp now);
  /// Anything at all came.
  void on_heard(fixspec::Timestamp now) { heard_at_mono_ns_ = now.mono_ns; }
  void on_control(const wire::ControlReply& reply, fixspec::Timestamp now);
  void on_closed(const std::string& reason, fixspec::Timestamp now);
  void on_timer(fixspec::Timestamp now);
  /// Gives the connection up because of what it says.
  void give_up(std::string_view event, const std::string& reason);

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] std::string_view name() const;

 private:
  void connect(fixspec::Timestamp now);
  /// One SUBSCRIBE or UNSUBSCRIBE of what is still to be said.
  void say_next(fixspec::Timestamp now);
  void say(const std::string& frame, fixspec::Timestamp now);

  Settings settings_;
  MarketOutbox& outbox_;
  fixspec::LogSink& log_;
  std::mt19937_64 random_;
  net::Backoff backoff_;
  std::set<std::string> wanted_;
  std::set<std::string> asked_;
  std::set<std::string> add_;
  std::set<std::string> remove_;
  bool running_ = false;
  bool connecting_ = false;
  bool open_ = false;
  std::uint64_t last_id_ = 0;
  std::int64_t opened_at_mono_ns_ = 0;
  std::int64_t heard_at_mono_ns_ = 0;
  std::int64_t say_at_mono_ns_ = 0;
  std::optional<std::int64_t> connect_at_mono_ns_;
  std::optional<std::int64_t> reply_by_mono_ns_;
};

}  // namespace causeway::translators::binance
