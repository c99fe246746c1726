#include "translators/binance/stream_connection.hpp"

#include <algorithm>
#include <utility>

#include "translators/binance/encode.hpp"

namespace causeway::translators::binance {
namespace {

// At most ten control messages a second are allowed; a burst of wishes goes out as one.
constexpr std::int64_t between_messages_ns = 250 * fixspec::nanos_per_milli;
constexpr std::int64_t gather_ns = 20 * fixspec::nanos_per_milli;
constexpr std::size_t streams_per_frame = 200;
// The venue ends a connection after 24 hours.
constexpr std::int64_t life_ns = std::int64_t{23} * 3'600 * fixspec::nanos_per_second;
// A connection on which nothing happens is asked something, or silence would count as its end.
constexpr std::int64_t ask_after_silence_ns = 25 * fixspec::nanos_per_second;
// One that held for so long counts as settled.
constexpr std::int64_t settled_after_ns = 60 * fixspec::nanos_per_second;

}  // namespace

StreamConnection::StreamConnection(Settings settings, MarketOutbox& outbox, fixspec::LogSink& log)
    : settings_(settings), outbox_(outbox), log_(log), random_(settings.seed) {}

std::string_view StreamConnection::name() const {
  return settings_.route == Route::Public ? "public" : "market";
}

void StreamConnection::start(fixspec::Timestamp now) {
  running_ = true;
  if (!wanted_.empty()) connect(now);
}

void StreamConnection::stop() {
  running_ = false;
  connect_at_mono_ns_.reset();
  if (connecting_ || open_) outbox_.disconnect(settings_.route, "stopped");
}

void StreamConnection::connect(fixspec::Timestamp now) {
  if (!running_ || connecting_ || open_) return;
  connect_at_mono_ns_.reset();
  connecting_ = true;
  opened_at_mono_ns_ = now.mono_ns;
  outbox_.connect(settings_.route);
}

void StreamConnection::want(const std::string& stream, fixspec::Timestamp now) {
  if (!wanted_.insert(stream).second) return;
  // One that is still to be dropped is dropped first: whoever wants it needs its beginning.
  if (open_ && add_.empty() && remove_.empty()) {
    say_at_mono_ns_ = std::max(say_at_mono_ns_, now.mono_ns + gather_ns);
  }
  add_.insert(stream);
  if (!connect_at_mono_ns_) connect(now);
}

void StreamConnection::drop(const std::string& stream, fixspec::Timestamp now) {
  if (wanted_.erase(stream) == 0) return;
  if (open_ && add_.empty() && remove_.empty()) {
    say_at_mono_ns_ = std::max(say_at_mono_ns_, now.mono_ns + gather_ns);
  }
  add_.erase(stream);
  if (asked_.contains(stream)) remove_.insert(stream);
}

void StreamConnection::on_open(fixspec::Timestamp now) {
  connecting_ = false;
  open_ = true;
  opened_at_mono_ns_ = now.mono_ns;
  heard_at_mono_ns_ = now.mono_ns;
  say_at_mono_ns_ = now.mono_ns;
  asked_.clear();
  remove_.clear();
  add_ = wanted_;
  on_timer(now);
}

void StreamConnection::on_closed(const std::string& reason, fixspec::Timestamp now) {
  if (running_) {
    log_.warning("venue_disconnected",
                 {{"venue", "binance"}, {"link", std::string{name()}}, {"reason", reason}});
  }
  if (open_ && now.mono_ns - opened_at_mono_ns_ >= settled_after_ns) backoff_.reset();
  open_ = false;
  connecting_ = false;
  reply_by_mono_ns_.reset();
  if (running_) connect_at_mono_ns_ = now.mono_ns + backoff_.next_ns(random_());
}

void StreamConnection::on_control(const wire::ControlReply& reply, fixspec::Timestamp) {
  reply_by_mono_ns_.reset();
  if (!reply.failure) return;
  give_up("venue_subscription_refused", "code " + std::to_string(reply.failure->code.value_or(0)) +
                                            ": " + std::string{reply.failure->message});
}

void StreamConnection::give_up(std::string_view event, const std::string& reason) {
  log_.warning(event, {{"venue", "binance"}, {"link", std::string{name()}}, {"reason", reason}});
  outbox_.disconnect(settings_.route, reason);
}

void StreamConnection::on_timer(fixspec::Timestamp now) {
  if (connect_at_mono_ns_ && now.mono_ns >= *connect_at_mono_ns_) connect(now);
  if (!open_) return;
  if (reply_by_mono_ns_ && now.mono_ns >= *reply_by_mono_ns_) {
    reply_by_mono_ns_.reset();
    return give_up("venue_reply_timeout", "no reply to a subscription");
  }
  if (now.mono_ns - opened_at_mono_ns_ >= life_ns) {
    opened_at_mono_ns_ = now.mono_ns;
    backoff_.reset();
    return outbox_.disconnect(settings_.route, "renewed before the venue ends it");
  }
  if (now.mono_ns < say_at_mono_ns_) return;
  if (!add_.empty() || !remove_.empty()) {
    say_next(now);
  } else if (now.mono_ns - heard_at_mono_ns_ >= ask_after_silence_ns) {
    heard_at_mono_ns_ = now.mono_ns;
    say(R"({"method":"LIST_SUBSCRIPTIONS","id":)" + std::to_string(++last_id_) + "}", now);
  }
}

void StreamConnection::say_next(fixspec::Timestamp now) {
  const bool subscribe = remove_.empty();
  std::set<std::string>& left = subscribe ? add_ : remove_;
  std::vector<std::string> streams;
  while (!left.empty() && streams.size() < streams_per_frame) {
    streams.push_back(std::move(left.extract(left.begin()).value()));
    if (subscribe) {
      asked_.insert(streams.back());
    } else {
      asked_.erase(streams.back());
    }
  }
  std::string frame;
  encode_subscription(frame, ++last_id_, subscribe, streams);
  say(frame, now);
}

void StreamConnection::say(const std::string& frame, fixspec::Timestamp now) {
  say_at_mono_ns_ = now.mono_ns + between_messages_ns;
  if (outbox_.send(settings_.route, frame) != net::SendOutcome::Taken) {
    return give_up("venue_not_writable", "a subscription could not be sent");
  }
  if (!reply_by_mono_ns_) reply_by_mono_ns_ = now.mono_ns + settings_.reply_timeout_ns;
}

}  // namespace causeway::translators::binance
