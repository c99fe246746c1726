#include "translators/deribit/link.hpp"

#include <utility>

#include "translators/deribit/times.hpp"

namespace causeway::translators::deribit {
namespace {

// What of an unreadable message may stand in the log.
constexpr std::size_t longest_logged = 512;

}  // namespace

Link::Link(std::string name, Outbox& outbox, fixspec::LogSink& log, std::uint64_t seed,
           std::size_t max_message_bytes)
    : name_(std::move(name)),
      outbox_(outbox),
      log_(log),
      random_(seed),
      decoder_(max_message_bytes) {}

void Link::start() {
  running_ = true;
  outbox_.connect();
}

void Link::stop() {
  running_ = false;
  connect_at_mono_ns_.reset();
  outbox_.disconnect("stopped");
}

void Link::closed(const std::string& reason, fixspec::Timestamp now) {
  if (!running_) return;
  const std::int64_t wait_ns = backoff_.next_ns(random_());
  connect_at_mono_ns_ = now.mono_ns + wait_ns;
  log_.warning("venue_disconnected",
               {{"venue", "deribit"},
                {"link", name_},
                {"reason", reason},
                {"attempt", std::to_string(backoff_.attempts())},
                {"retry_in_ms", std::to_string(wait_ns / fixspec::nanos_per_milli)}});
}

void Link::on_timer(fixspec::Timestamp now) {
  if (!connect_at_mono_ns_ || now.mono_ns < *connect_at_mono_ns_) return;
  connect_at_mono_ns_.reset();
  outbox_.connect();
}

Link::Sent Link::send(const wire::Request& request, fixspec::Timestamp now, net::SendLane lane) {
  const std::uint64_t id = ++last_id_;
  encode_frame(frame_, id, request);
  sent_at_[id % sent_at_.size()] = {id, now.utc_ns};
  const bool first = lane == net::SendLane::First;
  return {id, first ? outbox_.send_first(frame_, id) : outbox_.send(frame_, id)};
}

std::optional<wire::Message> Link::read(std::string_view text, fixspec::Timestamp now) {
  auto message = decoder_.decode(text);
  if (!message) {
    ++unreadable_;
    log_.warning("venue_message_unreadable",
                 {{"venue", "deribit"},
                  {"link", name_},
                  {"error", message.error().text},
                  {"count", std::to_string(unreadable_)},
                  {"bytes", std::to_string(text.size())},
                  {"message", std::string{text.substr(0, longest_logged)}}});
    outbox_.disconnect("a message that cannot be read: " + message.error().text);
    return std::nullopt;
  }
  if (const auto* heartbeat = std::get_if<wire::Heartbeat>(&*message)) {
    if (heartbeat->test_request) send(wire::Call{wire::Method::Test}, now);
    return std::nullopt;
  }
  if (const auto* success = std::get_if<wire::Success>(&*message)) {
    measure(success->id, success->times, now);
  } else if (const auto* failure = std::get_if<wire::Failure>(&*message)) {
    if (failure->id) measure(*failure->id, failure->times, now);
  }
  return std::move(*message);
}

void Link::give_up(std::string_view event, const std::string& reason) {
  log_.warning(event, {{"venue", "deribit"}, {"link", name_}, {"reason", reason}});
  outbox_.disconnect(reason);
}

void Link::measure(std::uint64_t id, const std::optional<wire::ServerTimes>& times,
                   fixspec::Timestamp now) {
  const SentAt& sent = sent_at_[id % sent_at_.size()];
  if (!times || sent.id != id) return;
  clock_.add({.sent_at = sent.utc_ns,
              .server_received_at = nanos_of_micros(times->received_us),
              .server_sent_at = nanos_of_micros(times->sent_us),
              .received_at = now.utc_ns});
}

}  // namespace causeway::translators::deribit
