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
// The venue ends a connection after 24 h: there is another before, and for a while both. What an
// old connection is late with comes within that time.
constexpr std::int64_t replace_after_ns = 23 * 3'600 * fixspec::nanos_per_second;
constexpr std::int64_t replace_again_ns = 60 * fixspec::nanos_per_second;
constexpr std::int64_t overlap_ns = 10 * fixspec::nanos_per_second;
// More than that in an overlap is said twice instead: it changes nothing but costs time.
constexpr std::size_t most_said = 100'000;
constexpr std::int64_t no_such_listen_key = -1125;
constexpr std::size_t longest_logged = 512;

Channel other_of(Channel channel) {
  return channel == Channel::Events ? Channel::EventsAgain : Channel::Events;
}

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
  if (connected_) outbox_.disconnect(channel_, "stopped");
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
               outbox_.connect(channel_);
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

void UserStream::on_open(Channel channel, fixspec::Timestamp now) {
  if (channel != channel_) {
    if (other_ != Other::Replacing) return outbox_.disconnect(channel, "nobody waits for it");
    other_until_mono_ns_ = now.mono_ns + settings_.connect_timeout_ns;
    other_subscription_ = subscribe(channel);
    return;
  }
  state_ = State::Subscribing;
  heard_mono_ns_ = now.mono_ns;
  replace_at_mono_ns_ = now.mono_ns + replace_after_ns;
  deadline_mono_ns_ = now.mono_ns + settings_.connect_timeout_ns;
  subscription_ = subscribe(channel);
}

std::uint64_t UserStream::subscribe(Channel channel) {
  const std::uint64_t id = ++last_id_;
  std::string frame;
  encode_subscription(frame, id, true, std::array{listen_key_});
  send(channel, frame);
  return id;
}

void UserStream::send(Channel channel, const std::string& frame) {
  // What does not leave shows as silence.
  (void)outbox_.send(channel, frame, last_id_);
}

void UserStream::on_control(const wire::ControlReply& reply, fixspec::Timestamp now) {
  if (other_ == Other::Replacing && reply.id && *reply.id == other_subscription_) {
    return reply.failure ? drop_other("its subscription was refused") : on_replaced(now);
  }
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

// ---- the next connection, before the venue ends this one
// -----------------------------------------------

void UserStream::replace(fixspec::Timestamp now) {
  replace_at_mono_ns_ = now.mono_ns + replace_again_ns;
  if (other_ != Other::None) return;
  other_ = Other::Replacing;
  other_subscription_ = 0;
  other_until_mono_ns_.reset();  // the attempt to connect ends by itself
  outbox_.connect(other_of(channel_));
}

// Every event comes over the new one from now on. What was on its way over the old one still comes,
// because that is dropped only when it has had time to.
void UserStream::on_replaced(fixspec::Timestamp now) {
  channel_ = other_of(channel_);
  other_ = Other::Leaving;
  other_until_mono_ns_ = now.mono_ns + overlap_ns;
  heard_mono_ns_ = now.mono_ns;
  replace_at_mono_ns_ = now.mono_ns + replace_after_ns;
  log_.info("venue_stream_renewed", {{"venue", "binance"}, {"account", settings_.name}});
}

void UserStream::drop_other(const std::string& reason) {
  other_until_mono_ns_.reset();
  if (other_ != Other::None) outbox_.disconnect(other_of(channel_), reason);
}

// Both say the same in the same order, so that what comes first of each event is in order, too. The
// same words twice are the same event: they name its order, its trade and its time.
bool UserStream::is_new(std::string_view text) {
  if (other_ == Other::None || said_.size() >= most_said) return true;
  return said_.emplace(text).second;
}

// ---- the stream
// -------------------------------------------------------------------------------------

void UserStream::on_message(Channel channel, std::string_view text, fixspec::Timestamp now) {
  if (channel == channel_) heard_mono_ns_ = now.mono_ns;
  const auto event = decoder_.user_event(text);
  if (!event) {
    log_.warning("venue_message_unreadable",
                 {{"venue", "binance"},
                  {"link", "events " + settings_.name},
                  {"error", event.error().text},
                  {"bytes", std::to_string(text.size())},
                  {"message", std::string{text.substr(0, longest_logged)}}});
    // A fact may be lost in it: only a new start can make up for that.
    return outbox_.disconnect(channel_, "a message that cannot be read: " + event.error().text);
  }
  if (const auto* control = std::get_if<wire::ControlReply>(&*event)) {
    return on_control(*control, now);
  }
  if (std::holds_alternative<wire::ListenKeyExpired>(*event)) {
    return give_up("venue_listen_key_expired", "the listen key has expired");
  }
  // With the link down, the recovery finds what the other connection would say.
  if (channel != channel_ && state_ != State::Open) return;
  if (is_new(text)) listener_.on_user_event(*event, now);
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

void UserStream::on_closed(Channel channel, const std::string& reason, fixspec::Timestamp now) {
  if (channel != channel_) {
    // The old one has said what it had to say; a new one that did not come is tried again.
    other_ = Other::None;
    other_until_mono_ns_.reset();
    said_.clear();
    return;
  }
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
  drop_other(reason);
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
  if (other_until_mono_ns_ && now.mono_ns >= *other_until_mono_ns_) {
    drop_other(other_ == Other::Leaving ? "another has taken its place"
                                        : "the subscription was not confirmed in time");
  }
  if (state_ != State::Open) return;
  if (now.mono_ns >= replace_at_mono_ns_) replace(now);
  if (renew_at_mono_ns_ && now.mono_ns >= *renew_at_mono_ns_) renew_listen_key(now);
  if (now.mono_ns - heard_mono_ns_ >= heartbeat_ns) {
    heard_mono_ns_ = now.mono_ns;
    send(channel_, R"({"method":"LIST_SUBSCRIPTIONS","id":)" + std::to_string(++last_id_) + "}");
  }
}

void UserStream::give_up(std::string_view event, const std::string& reason) {
  log_.warning(event,
               {{"venue", "binance"}, {"link", "events " + settings_.name}, {"reason", reason}});
  if (connected_) outbox_.disconnect(channel_, reason);
}

}  // namespace causeway::translators::binance
