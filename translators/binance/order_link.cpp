#include "translators/binance/order_link.hpp"

#include <utility>

#include "translators/binance/numbers.hpp"
#include "translators/binance/rest.hpp"

namespace causeway::translators::binance {
namespace {

// The handshake counts against the address's limit.
constexpr int connect_weight = 5;
constexpr int session_weight = 2;
// The venue's pings don't count as messages, so that something is asked when nothing was said.
constexpr std::int64_t heartbeat_ns = 10 * fixspec::nanos_per_second;
// Clocks drift: the venue's time comes with its answer.
constexpr std::int64_t measure_ns = 60 * fixspec::nanos_per_second;
// The venue ends a connection after 24 h: it is renewed before, at a moment when nothing is in
// flight if there is one.
constexpr std::int64_t renew_idle_ns = 23 * 3'600 * fixspec::nanos_per_second;
constexpr std::int64_t renew_ns = renew_idle_ns + 1'800 * fixspec::nanos_per_second;
constexpr std::size_t longest_logged = 512;

}  // namespace

OrderLink::OrderLink(Settings settings, Encoder& encoder, Outbox& outbox, fixspec::LogSink& log,
                     AddressLimits& address, net::ClockOffset& clock, Listener& listener)
    : settings_(std::move(settings)),
      encoder_(encoder),
      outbox_(outbox),
      log_(log),
      address_(address),
      clock_(clock),
      listener_(listener),
      random_(settings_.seed),
      decoder_(settings_.max_message_bytes) {}

void OrderLink::start() {
  running_ = true;
  outbox_.connect(Channel::Orders);
}

void OrderLink::stop(fixspec::Timestamp now) {
  running_ = false;
  connect_at_mono_ns_.reset();
  outbox_.disconnect(Channel::Orders, "stopped");
  on_closed("stopped", {}, now);
}

void OrderLink::on_open(fixspec::Timestamp now) {
  opened_mono_ns_ = heard_mono_ns_ = now.mono_ns;
  address_.take(connect_weight, now.mono_ns);
  state_ = State::LoggingOn;
  logon_deadline_mono_ns_ = now.mono_ns + settings_.logon_timeout_ns;
  // A key that cannot log on signs each request; the status tells that the other side is there.
  call(encoder_.can_log_on() ? wire::Method::SessionLogon : wire::Method::SessionStatus, now);
}

void OrderLink::call(wire::Method method, fixspec::Timestamp now) {
  const Stamp stamp{.timestamp_ms = clock_.to_venue(now.utc_ns) / fixspec::nanos_per_milli,
                    .recv_window_ms = {}};
  const bool signs = method == wire::Method::SessionLogon;
  const std::uint64_t id = ++last_id_;
  const auto frame = encoder_.frame(id, wire::Call{method}, stamp,
                                    signs ? FrameAuth::Signature : FrameAuth::Session);
  address_.take(session_weight, now.mono_ns);
  measured_mono_ns_ = now.mono_ns;
  if (outbox_.send(Channel::Orders, frame, id) != net::SendOutcome::Taken) return;
  session_call_ = {.id = id, .utc_ns = now.utc_ns};
}

std::optional<std::uint64_t> OrderLink::send(const wire::Request& request, const Stamp& stamp,
                                             net::SendLane lane) {
  const std::uint64_t id = ++last_id_;
  const FrameAuth auth = encoder_.can_log_on() ? FrameAuth::Session : FrameAuth::Signature;
  const auto frame = encoder_.frame(id, request, stamp, auth);
  const auto sent = lane == net::SendLane::First ? outbox_.send_first(Channel::Orders, frame, id)
                                                 : outbox_.send(Channel::Orders, frame, id);
  if (sent != net::SendOutcome::Taken) return std::nullopt;
  return id;
}

void OrderLink::on_message(std::string_view text, fixspec::Timestamp now) {
  heard_mono_ns_ = now.mono_ns;
  const auto message = decoder_.api_message(text);
  if (!message) {
    log_.warning("venue_message_unreadable",
                 {{"venue", "binance"},
                  {"link", "orders " + settings_.name},
                  {"error", message.error().text},
                  {"bytes", std::to_string(text.size())},
                  {"message", std::string{text.substr(0, longest_logged)}}});
    return outbox_.disconnect(Channel::Orders,
                              "a message that cannot be read: " + message.error().text);
  }
  const auto* reply = std::get_if<wire::Reply>(&*message);
  if (reply == nullptr) return give_up("venue_shuts_down", "the venue announces its shutdown");
  if (reply->id && *reply->id == session_call_.id && session_call_.id != 0) {
    return on_session_reply(*reply, now);
  }
  if (!reply->id) {
    // It answers something of ours, and nobody can say what.
    return give_up("venue_error_unasked",
                   reply->failure ? std::string{reply->failure->message} : "a reply without an id");
  }
  listener_.on_order_reply(*reply->id, *reply, decoder_, now);
}

void OrderLink::on_session_reply(const wire::Reply& reply, fixspec::Timestamp now) {
  const fixspec::UtcNanos sent_at = session_call_.utc_ns;
  session_call_ = {};
  if (reply.failure) {
    // A status that is refused has been answered all the same: the link works.
    if (!encoder_.can_log_on() && state_ == State::LoggingOn) return become_ready(now);
    if (state_ != State::LoggingOn) return;
    const std::string reason =
        "session.logon refused: " +
        words_of({.outcome = Answer::Outcome::Replied, .reply = reply, .reason = {}});
    log_.error("venue_logon_refused",
               {{"venue", "binance"}, {"account", settings_.name}, {"reason", reason}});
    return outbox_.disconnect(Channel::Orders, reason);
  }
  const auto session = decoder_.session();
  if (session && session->server_time_ms > 0) {
    const fixspec::UtcNanos at = nanos(session->server_time_ms);
    clock_.add({.sent_at = sent_at,
                .server_received_at = at,
                .server_sent_at = at,
                .received_at = now.utc_ns});
  }
  if (state_ == State::LoggingOn) become_ready(now);
}

void OrderLink::become_ready(fixspec::Timestamp now) {
  state_ = State::Ready;
  tried_ = true;
  logon_deadline_mono_ns_.reset();
  backoff_.reset();
  listener_.on_order_link_ready(now);
}

void OrderLink::on_closed(const std::string& reason,
                          const std::vector<std::uint64_t>& never_started, fixspec::Timestamp now) {
  state_ = State::Down;
  tried_ = true;
  session_call_ = {};
  logon_deadline_mono_ns_.reset();
  listener_.on_order_link_lost(reason, never_started, now);
  if (!running_) return;
  const std::int64_t wait_ns = backoff_.next_ns(random_());
  connect_at_mono_ns_ = now.mono_ns + wait_ns;
  log_.warning("venue_disconnected",
               {{"venue", "binance"},
                {"link", "orders " + settings_.name},
                {"reason", reason},
                {"attempt", std::to_string(backoff_.attempts())},
                {"retry_in_ms", std::to_string(wait_ns / fixspec::nanos_per_milli)}});
}

void OrderLink::on_timer(bool idle, fixspec::Timestamp now) {
  if (connect_at_mono_ns_ && now.mono_ns >= *connect_at_mono_ns_ && !address_.banned(now.mono_ns)) {
    connect_at_mono_ns_.reset();
    outbox_.connect(Channel::Orders);
  }
  if (logon_deadline_mono_ns_ && now.mono_ns >= *logon_deadline_mono_ns_) {
    logon_deadline_mono_ns_.reset();
    return give_up("venue_logon_timeout", "the log-on was not done in time");
  }
  if (state_ != State::Ready) return;
  const std::int64_t age_ns = now.mono_ns - opened_mono_ns_;
  if (age_ns >= renew_ns || (age_ns >= renew_idle_ns && idle)) {
    opened_mono_ns_ = now.mono_ns;
    return outbox_.disconnect(Channel::Orders, "renewed before the venue ends it");
  }
  if (session_call_.id == 0 && (now.mono_ns - heard_mono_ns_ >= heartbeat_ns ||
                                now.mono_ns - measured_mono_ns_ >= measure_ns)) {
    call(wire::Method::SessionStatus, now);
  }
}

void OrderLink::give_up(std::string_view event, const std::string& reason) {
  log_.warning(event,
               {{"venue", "binance"}, {"link", "orders " + settings_.name}, {"reason", reason}});
  outbox_.disconnect(Channel::Orders, reason);
}

}  // namespace causeway::translators::binance
