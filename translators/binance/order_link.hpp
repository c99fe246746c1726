#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/encode.hpp"
#include "translators/binance/limits.hpp"
#include "translators/binance/outbox.hpp"
#include "translators/net/backoff.hpp"
#include "translators/net/clock_offset.hpp"

namespace causeway::translators::binance {

/// An account's connection to the WebSocket API: logs on where the key can, stays connected, and is
/// renewed before the venue ends it. A state machine without sockets or clock.
class OrderLink {
 public:
  struct Settings {
    std::string name;  ///< of the account, for log lines
    std::int64_t logon_timeout_ns = 5 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
    std::size_t max_message_bytes = std::size_t{1} << 20;
  };

  /// What the link tells its owner, from inside its on_...() functions.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// The reply to the frame `id`; `body` is its result where it is no failure.
    virtual void on_order_reply(std::uint64_t id, const wire::Reply& reply, const Decoder& body,
                                fixspec::Timestamp now) = 0;
    /// The connection is gone: of the frames in `never_started` no byte has left; of all others in
    /// flight nobody can say.
    virtual void on_order_link_lost(const std::string& reason,
                                    const std::vector<std::uint64_t>& never_started,
                                    fixspec::Timestamp now) = 0;
    virtual void on_order_link_ready(fixspec::Timestamp now) = 0;
  };

  OrderLink(Settings settings, Encoder& encoder, Outbox& outbox, fixspec::LogSink& log,
            AddressLimits& address, net::ClockOffset& clock, Listener& listener);

  /// Connects now, and again whenever the connection is lost.
  void start();
  void stop(fixspec::Timestamp now);
  void on_open(fixspec::Timestamp now);
  void on_message(std::string_view text, fixspec::Timestamp now);
  void on_closed(const std::string& reason, const std::vector<std::uint64_t>& never_started,
                 fixspec::Timestamp now);
  /// `idle`: no request of the owner is in flight.
  void on_timer(bool idle, fixspec::Timestamp now);

  /// True while requests can be sent.
  [[nodiscard]] bool ready() const { return state_ == State::Ready; }
  /// True once the first attempt has ended, well or not.
  [[nodiscard]] bool tried() const { return tried_; }
  /// The number of the frame; nothing where nothing has left. Only while ready.
  std::optional<std::uint64_t> send(const wire::Request& request, const Stamp& stamp,
                                    net::SendLane lane);
  void give_up(std::string_view event, const std::string& reason);

 private:
  enum class State : std::uint8_t { Down, LoggingOn, Ready };

  struct SentAt {
    std::uint64_t id = 0;
    fixspec::UtcNanos utc_ns = 0;
  };

  void call(wire::Method method, fixspec::Timestamp now);
  void on_session_reply(const wire::Reply& reply, fixspec::Timestamp now);
  void become_ready(fixspec::Timestamp now);

  Settings settings_;
  Encoder& encoder_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  AddressLimits& address_;
  net::ClockOffset& clock_;
  Listener& listener_;
  std::mt19937_64 random_;
  Decoder decoder_;
  net::Backoff backoff_;
  State state_ = State::Down;
  bool running_ = false;
  bool tried_ = false;
  std::uint64_t last_id_ = 0;
  SentAt session_call_;  ///< the logon or heartbeat in flight
  std::int64_t opened_mono_ns_ = 0;
  std::int64_t heard_mono_ns_ = 0;
  std::int64_t measured_mono_ns_ = 0;  ///< when the venue's clock was asked for last
  std::optional<std::int64_t> logon_deadline_mono_ns_;
  std::optional<std::int64_t> connect_at_mono_ns_;
};

}  // namespace causeway::translators::binance
