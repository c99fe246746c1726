#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/deribit/codec.hpp"
#include "translators/net/backoff.hpp"
#include "translators/net/clock_offset.hpp"
#include "translators/net/websocket.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// What a session wants done. The venue does it with sockets, tests write it down. Nothing of it
/// calls back into the session.
class Outbox {
 public:
  virtual ~Outbox() = default;
  /// `id` names the frame when the connection is lost.
  virtual net::SendOutcome send(std::string_view frame, std::uint64_t id) = 0;
  /// The same, before everything that waits: a cancel.
  virtual net::SendOutcome send_first(std::string_view frame, std::uint64_t id) {
    return send(frame, id);
  }
  virtual void connect() = 0;
  virtual void disconnect(std::string reason) = 0;
  virtual void emit(Told told) = 0;
  virtual void emit(const MarketUpdate& update) = 0;
  virtual void emit(const BookUpdate& update) = 0;
  virtual void emit(const PublicTrade& trade) = 0;
};

/// What both kinds of session share: one JSON-RPC connection with its reconnects, its numbering of
/// frames, heartbeats and the venue's clock. A state machine without sockets.
class Link {
 public:
  struct Sent {
    std::uint64_t id = 0;
    net::SendOutcome outcome = net::SendOutcome::Taken;
  };

  /// `name` is for log lines; `seed` makes the reconnects' jitter and the nonces.
  Link(std::string name, Outbox& outbox, fixspec::LogSink& log, std::uint64_t seed,
       std::size_t max_message_bytes);

  void start();
  void stop();
  /// After on_closed: plans the next attempt.
  void closed(const std::string& reason, fixspec::Timestamp now);
  /// Makes the next attempt when it is due.
  void on_timer(fixspec::Timestamp now);
  /// The connection does what it is for: the next failure waits shortly again.
  void settled() { backoff_.reset(); }

  Sent send(const wire::Request& request, fixspec::Timestamp now,
            net::SendLane lane = net::SendLane::Ordinary);
  /// The message in `text`. Nothing where the link has dealt with it: a heartbeat, or something
  /// unreadable, for which the connection is given up.
  std::optional<wire::Message> read(std::string_view text, fixspec::Timestamp now);
  /// Gives the connection up because of what it says: in flight is in doubt.
  void give_up(std::string_view event, const std::string& reason);

  /// The body of the last message.
  [[nodiscard]] const Decoder& body() const { return decoder_; }
  [[nodiscard]] const net::ClockOffset& clock() const { return clock_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Messages that could not be read, since the start.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }
  std::uint64_t random() { return random_(); }

 private:
  struct SentAt {
    std::uint64_t id = 0;
    fixspec::UtcNanos utc_ns = 0;
  };
  void measure(std::uint64_t id, const std::optional<wire::ServerTimes>& times,
               fixspec::Timestamp now);

  std::string name_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  std::mt19937_64 random_;
  Decoder decoder_;
  net::Backoff backoff_;
  net::ClockOffset clock_;
  std::array<SentAt, 256> sent_at_{};
  std::string frame_;
  std::uint64_t last_id_ = 0;
  std::uint64_t unreadable_ = 0;
  std::optional<std::int64_t> connect_at_mono_ns_;
  bool running_ = false;
};

}  // namespace causeway::translators::deribit
