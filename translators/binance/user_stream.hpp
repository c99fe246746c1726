#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_set>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/outbox.hpp"
#include "translators/binance/rest.hpp"
#include "translators/net/backoff.hpp"

namespace causeway::translators::binance {

/// An account's user data stream: learns the time, checks that the account is in one-way mode, gets
/// a listen key and keeps it alive, connects, subscribes and stays subscribed. A state machine
/// without sockets or clock.
class UserStream {
 public:
  struct Settings {
    std::string name;  ///< of the account, for log lines
    std::int64_t connect_timeout_ns = 5 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
    std::size_t max_message_bytes = std::size_t{1} << 20;
  };

  /// What the stream tells its owner, from inside its functions.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// The venue's time is known: what signs can be started.
    virtual void on_clock_known(fixspec::Timestamp now) = 0;
    /// From now on every event comes.
    virtual void on_stream_open(fixspec::Timestamp now) = 0;
    /// Events may be missing from now on, until it is open again.
    virtual void on_stream_lost(const std::string& reason, fixspec::Timestamp now) = 0;
    virtual void on_user_event(const wire::UserEvent& event, fixspec::Timestamp now) = 0;
  };

  UserStream(Settings settings, Rest& rest, Outbox& outbox, fixspec::LogSink& log,
             Listener& listener);

  void start(fixspec::Timestamp now);
  void stop(fixspec::Timestamp now);
  /// Of either of its two connections.
  void on_open(Channel channel, fixspec::Timestamp now);
  void on_message(Channel channel, std::string_view text, fixspec::Timestamp now);
  void on_closed(Channel channel, const std::string& reason, fixspec::Timestamp now);
  void on_timer(fixspec::Timestamp now);
  [[nodiscard]] bool open() const { return state_ == State::Open; }
  /// Gives the connection up: something that it said may be lost.
  void give_up(std::string_view event, const std::string& reason);

 private:
  enum class State : std::uint8_t { Idle, Preparing, Connecting, Subscribing, Open };
  /// What the other connection is there for.
  enum class Other : std::uint8_t {
    None,
    Replacing,  ///< the new one: not confirmed yet
    Leaving,    ///< the old one: says what it still has to say
  };

  void prepare(fixspec::Timestamp now);
  void check_position_mode(fixspec::Timestamp now);
  void get_listen_key(fixspec::Timestamp now);
  void renew_listen_key(fixspec::Timestamp now);
  void send(Channel channel, const std::string& frame);
  std::uint64_t subscribe(Channel channel);
  /// Makes a second connection before the venue ends this one.
  void replace(fixspec::Timestamp now);
  void on_replaced(fixspec::Timestamp now);
  void drop_other(const std::string& reason);
  /// False where the other connection has said it already.
  bool is_new(std::string_view text);
  /// Why the preparation cannot go on; it starts again later.
  void fail(std::string_view event, const std::string& reason, fixspec::Timestamp now);
  void retry_later(fixspec::Timestamp now);
  void on_control(const wire::ControlReply& reply, fixspec::Timestamp now);
  void lost(const std::string& reason, fixspec::Timestamp now);

  Settings settings_;
  Rest& rest_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  Listener& listener_;
  std::mt19937_64 random_;
  Decoder decoder_;
  net::Backoff backoff_;
  State state_ = State::Idle;
  bool running_ = false;
  bool connected_ = false;
  Channel channel_ = Channel::Events;  ///< the connection that counts
  Other other_ = Other::None;
  std::optional<std::int64_t> other_until_mono_ns_;  ///< its deadline
  std::uint64_t other_subscription_ = 0;
  std::int64_t replace_at_mono_ns_ = 0;
  /// What was said while there are two connections: each says it, and it counts once.
  std::unordered_set<std::string> said_;
  /// Of the current attempt: answers to an earlier one are passed over.
  std::uint64_t attempt_ = 0;
  std::string listen_key_;
  std::uint64_t last_id_ = 0;
  std::uint64_t subscription_ = 0;
  std::int64_t heard_mono_ns_ = 0;
  std::optional<std::int64_t> deadline_mono_ns_;
  std::optional<std::int64_t> retry_at_mono_ns_;
  std::optional<std::int64_t> renew_at_mono_ns_;
};

}  // namespace causeway::translators::binance
