#include "translators/binance/user_stream.hpp"

#include <array>
#include <utility>

namespace causeway::translators::binance {
namespace {

// A listen key lives for an hour after it was made or renewed.
constexpr std::int64_t renew_every_ns = 25 * 60 * fixspec::nanos_per_second;
constexpr std::int64_t renew_again_ns = 60 * fixspec::nanos_per_second;
// The venue's pings don't count as messages, so that something is asked when nothing was said.
constexpr std::int64_t heartbeat_ns = 10 * fixspec::nanos_per_second;
// The venue ends a connection after 24 h.
constexpr std::int64_t longest_life_ns = 23 * 3'600 * fixspec::nanos_per_second;
constexpr std::int64_t no_such_listen_key = -1125;
constexpr std::size_t longest_logged = 512;

}  // namespace

UserStream::UserStream(Settings settings, Rest& rest, Outbox& outbox, fixspec::LogSink& log,
                       Listener& listener)
    : settings_(std::move(settings)),
      rest_(rest),
      outbox_(outbox),
      log_(log),
      listener_(listener),
      random_(settings_.seed),
      decoder_(settings_.max_message_bytes) {}

void UserStream::start(fixspec::Timestamp now) {
  running_ = true;
  prepare(now);
}

void UserStream::stop(fixspec::Timestamp now) {
  running_ = false;
  ++attempt_;
  retry_at_mono_ns_.reset();
  if (connected_) outbox_.disconnect(Channel::Events, "stopped");
  connected_ = false;
  lost("stopped", now);
}

// ---- from nothing to the stream: time, position mode, listen key, connection, subscription
// --------

void UserStream::prepare(fixspec::Timestamp now) {
  state_ = State::Preparing;
  const std::uint64_t attempt = ++attempt_;
  rest_.send([] { return wire::Call{wire::Method::Time}; }, {},
             [this, attempt](const Answer& answer, fixspec::Timestamp at) {
               if (attempt != attempt_) return;
               if (!answer.ok()) return fail("venue_clock_unknown", words_of(answer), at);
               listener_.on_clock_known(at);
               check_position_mode(at);
             },
             now);
}

void UserStream::check_position_mode(fixspec::Timestamp now) {
  rest_.send([] { return wire::Call{wire::Method::GetPositionMode}; }, {},
             [this, attempt = attempt_](const Answer& answer, fixspec::Timestamp at) {
               if (attempt != attempt_) return;
               // The first signed request: what is wrong with the key shows here.
               if (!answer.ok()) return fail("venue_logon_refused", words_of(answer), at);
               const auto hedge = answer.body->dual_side_position();
               if (!hedge) return fail("venue_reply_unreadable", hedge.error().text, at);
               if (*hedge) {
                 return fail("venue_hedge_mode",
                             "the account is in hedge mode; Causeway trades in one-way mode: set "
                             "dualSidePosition to false",
                             at);
               }
               get_listen_key(at);
             },
             now);
}

void UserStream::get_listen_key(fixspec::Timestamp now) {
  rest_.send([] { return wire::Call{wire::Method::ListenKeyStart}; }, {},
             [this, attempt = attempt_](const Answer& answer, fixspec::Timestamp at) {
               if (attempt != attempt_) return;
               if (!answer.ok()) return fail("venue_listen_key_refused", words_of(answer), at);
               const auto key = answer.body->listen_key();
               if (!key || key->empty()) {
                 return fail("venue_reply_unreadable", "a listen key that is none", at);
               }
               listen_key_ = *key;
               renew_at_mono_ns_ = at.mono_ns + renew_every_ns;
               state_ = State::Connecting;
               connected_ = true;
               outbox_.connect(Channel::Events);
             },
             now);
}

void UserStream::fail(std::string_view event, const std::string& reason, fixspec::Timestamp now) {
  log_.error(event, {{"venue", "binance"}, {"account", settings_.name}, {"reason", reason}});
  state_ = State::Idle;
  retry_later(now);
}

void UserStream::retry_later(fixspec::Timestamp now) {
  if (running_) retry_at_mono_ns_ = now.mono_ns + backoff_.next_ns(random_());
}

void UserStream::on_open(fixspec::Timestamp now) {
  state_ = State::Subscribing;
  opened_mono_ns_ = heard_mono_ns_ = now.mono_ns;
  deadline_mono_ns_ = now.mono_ns + settings_.connect_timeout_ns;
  subscription_ = ++last_id_;
  std::string frame;
  encode_subscription(frame, subscription_, true, std::array{listen_key_});
  send(frame);
}

void UserStream::send(const std::string& frame) {
  // What does not leave shows as silence.
  (void)outbox_.send(Channel::Events, frame, last_id_);
}

void UserStream::on_control(const wire::ControlReply& reply, fixspec::Timestamp now) {
  if (state_ != State::Subscribing) return;
  // A subscription that fails is answered without its number.
  if (reply.failure && (!reply.id || *reply.id == subscription_)) {
    return give_up("venue_subscription_refused", std::string{reply.failure->message});
  }
  if (reply.id != subscription_) return;
  deadline_mono_ns_.reset();
  state_ = State::Open;
  backoff_.reset();
  listener_.on_stream_open(now);
}

// ---- the stream
// -------------------------------------------------------------------------------------

void UserStream::on_message(std::string_view text, fixspec::Timestamp now) {
  heard_mono_ns_ = now.mono_ns;
  const auto event = decoder_.user_event(text);
  if (!event) {
    log_.warning("venue_message_unreadable",
                 {{"venue", "binance"},
                  {"link", "events " + settings_.name},
                  {"error", event.error().text},
                  {"bytes", std::to_string(text.size())},
                  {"message", std::string{text.substr(0, longest_logged)}}});
    // A fact may be lost in it: only a new start can make up for that.
    return outbox_.disconnect(Channel::Events,
                              "a message that cannot be read: " + event.error().text);
  }
  if (const auto* control = std::get_if<wire::ControlReply>(&*event)) {
    return on_control(*control, now);
  }
  if (std::holds_alternative<wire::ListenKeyExpired>(*event)) {
    return give_up("venue_listen_key_expired", "the listen key has expired");
  }
  listener_.on_user_event(*event, now);
}

void UserStream::renew_listen_key(fixspec::Timestamp now) {
  renew_at_mono_ns_ = now.mono_ns + renew_every_ns;
  rest_.send([] { return wire::Call{wire::Method::ListenKeyPing}; }, {},
             [this, attempt = attempt_](const Answer& answer, fixspec::Timestamp at) {
               if (attempt != attempt_ || answer.ok()) return;
               if (answer.reply.failure && answer.reply.failure->code == no_such_listen_key) {
                 return give_up("venue_listen_key_expired", words_of(answer));
               }
               log_.warning("venue_listen_key_not_renewed", {{"venue", "binance"},
                                                             {"account", settings_.name},
                                                             {"reason", words_of(answer)}});
               renew_at_mono_ns_ = at.mono_ns + renew_again_ns;
             },
             now);
}

void UserStream::on_closed(const std::string& reason, fixspec::Timestamp now) {
  connected_ = false;
  lost(reason, now);
  ++attempt_;
  if (!running_) return;
  retry_later(now);
  log_.warning("venue_disconnected",
               {{"venue", "binance"},
                {"link", "events " + settings_.name},
                {"reason", reason},
                {"attempt", std::to_string(backoff_.attempts())},
                {"retry_in_ms",
                 std::to_string((*retry_at_mono_ns_ - now.mono_ns) / fixspec::nanos_per_milli)}});
}

void UserStream::lost(const std::string& reason, fixspec::Timestamp now) {
  state_ = State::Idle;
  deadline_mono_ns_.reset();
  renew_at_mono_ns_.reset();
  listener_.on_stream_lost(reason, now);
}

void UserStream::on_timer(fixspec::Timestamp now) {
  if (retry_at_mono_ns_ && now.mono_ns >= *retry_at_mono_ns_) {
    retry_at_mono_ns_.reset();
    prepare(now);
  }
  if (deadline_mono_ns_ && now.mono_ns >= *deadline_mono_ns_) {
    deadline_mono_ns_.reset();
    return give_up("venue_logon_timeout", "the subscription was not confirmed in time");
  }
  if (state_ != State::Open) return;
  if (now.mono_ns - opened_mono_ns_ >= longest_life_ns) {
    opened_mono_ns_ = now.mono_ns;
    return outbox_.disconnect(Channel::Events, "renewed before the venue ends it");
  }
  if (renew_at_mono_ns_ && now.mono_ns >= *renew_at_mono_ns_) renew_listen_key(now);
  if (now.mono_ns - heard_mono_ns_ >= heartbeat_ns) {
    heard_mono_ns_ = now.mono_ns;
    send(R"({"method":"LIST_SUBSCRIPTIONS","id":)" + std::to_string(++last_id_) + "}");
  }
}

void UserStream::give_up(std::string_view event, const std::string& reason) {
  log_.warning(event,
               {{"venue", "binance"}, {"link", "events " + settings_.name}, {"reason", reason}});
  if (connected_) outbox_.disconnect(Channel::Events, reason);
}

}  // namespace causeway::translators::binance
