#include "translators/binance/rest.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "translators/binance/numbers.hpp"

namespace causeway::translators::binance {
namespace {

using fixspec::RejectCode;

// Between repetitions of a request that failed: doubling, as the venue asks for.
constexpr std::int64_t first_wait_ns = 200 * fixspec::nanos_per_milli;
constexpr std::int64_t longest_wait_ns = 3'200 * fixspec::nanos_per_milli;
// Where the venue does not say for how long.
constexpr std::int64_t limit_hold_ns = 10 * fixspec::nanos_per_second;
constexpr std::int64_t ban_hold_ns = 120 * fixspec::nanos_per_second;
// Bans last up to three days; a longer pause is a fault in the text.
constexpr std::int64_t longest_hold_s = 7 * 86'400;
constexpr std::size_t most_calls = 10'000;
// Each may be a connection of its own: were hundreds of orders asked about at once, they would use
// up the process's descriptors. Orders and cancels don't wait for it; their own limits bound them.
constexpr std::size_t most_in_flight = 32;

constexpr int too_many_requests = 429;
constexpr int banned = 418;
constexpr std::int64_t too_many_orders = -1015;

// What may be sent again although an earlier one may have arrived.
bool is_repeatable(const Endpoint& endpoint) {
  return endpoint.http_method == "GET" || endpoint.path == "/fapi/v1/listenKey";
}

}  // namespace

std::string words_of(const Answer& answer) {
  if (!answer.reply.failure) return answer.reason;
  const auto detail = to_detail(answer.reply.status, *answer.reply.failure, {});
  return detail.venue_error_code + " " + detail.venue_error_text;
}

Rest::Rest(std::string name, Encoder& encoder, Outbox& outbox, fixspec::LogSink& log,
           AddressLimits& address, OrderLimits& orders, net::ClockOffset& clock,
           std::size_t max_response_bytes)
    : name_(std::move(name)),
      encoder_(encoder),
      outbox_(outbox),
      log_(log),
      address_(address),
      orders_(orders),
      clock_(clock),
      decoder_(max_response_bytes) {}

// ---- sending
// ---------------------------------------------------------------------------------------

void Rest::send(Make make, const Options& options, Done done, fixspec::Timestamp now) {
  const std::uint64_t id = ++last_id_;
  Call& call = calls_[id];
  call.make = std::move(make);
  call.options = options;
  call.done = std::move(done);
  call.deadline_mono_ns = now.mono_ns + options.timeout_ns;
  const wire::Request request = call.make();
  call.endpoint = endpoint_of(request);
  const auto* plain = std::get_if<wire::Call>(&request);
  call.tells_time = plain != nullptr && plain->method() == wire::Method::Time;
  if (calls_.size() > most_calls) {
    return finish_without(id, "too many requests wait for the rate limit", RejectCode::Overloaded,
                          now);
  }
  perform(id, now);
}

bool Rest::has_room(const Call& call, fixspec::Timestamp now) {
  return orders_.has_room(call.endpoint.orders, now.mono_ns) &&
         address_.has_room(call.endpoint.weight, call.options.cancel, now.mono_ns);
}

void Rest::perform(std::uint64_t id, fixspec::Timestamp now) {
  Call& call = calls_.at(id);
  if (now.mono_ns < call.not_before_mono_ns) return;
  const bool may_wait = call.endpoint.orders == 0 && !call.options.cancel;
  if (may_wait && in_flight_ >= most_in_flight) return;
  if (!has_room(call, now)) {
    // An order that had to wait would reach the market at a time nobody chose.
    if (call.endpoint.orders == 0) return;
    return finish_without(id, "the venue's rate limit is used up", RejectCode::VenueRateLimit, now);
  }
  const auto stamp = stamp_at(now, call.options.valid_until);
  if (!stamp) {
    return finish_without(id, "its validity had ended before it was sent", RejectCode::StaleRequest,
                          now);
  }
  // Counted at both limits only here: from now on it goes out.
  orders_.take(call.endpoint.orders, now.mono_ns);
  address_.take(call.endpoint.weight, now.mono_ns);
  const HttpCall http = encoder_.http(call.make(), *stamp);
  net::HttpRequest request{.method = std::string{http.method},
                           .target = std::string{http.target},
                           .headers = {},
                           .body = {},
                           .repeatable = is_repeatable(call.endpoint)};
  if (http.needs_api_key) {
    request.headers.emplace_back(std::string{api_key_header}, std::string{encoder_.api_key()});
  }
  call.in_flight = true;
  ++in_flight_;
  call.may_have_left = true;
  call.sent_at = now.utc_ns;
  outbox_.fetch(std::move(request), id);
}

std::optional<Stamp> Rest::stamp_at(fixspec::Timestamp now, fixspec::UtcNanos valid_until) const {
  return stamp(clock_.to_venue(now.utc_ns), valid_until == 0 ? 0 : clock_.to_venue(valid_until));
}

// ---- answers
// ----------------------------------------------------------------------------------------

void Rest::on_response(std::uint64_t id,
                       const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                       fixspec::Timestamp now) {
  --in_flight_;
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;  // its time was over
  Call& call = found->second;
  call.in_flight = false;
  Answer answer;
  if (!response) {
    call.may_have_left = response.error().may_have_left;
    answer.outcome = call.may_have_left ? Answer::Outcome::Lost : Answer::Outcome::NotSent;
    answer.reason = response.error().text;
  } else {
    const auto reply = decoder_.http_reply(response->status, response->body);
    if (reply) {
      answer.outcome = Answer::Outcome::Replied;
      answer.reply = *reply;
      answer.body = &decoder_;
    } else {
      answer.reason = "its reply cannot be read: " + reply.error().text;
      log_.warning("venue_reply_unreadable",
                   {{"venue", "binance"}, {"link", name_}, {"error", reply.error().text}});
    }
    read_limits(*response, answer.reply, now);
  }
  if (answer.ok() && call.tells_time) {
    if (const auto ms = decoder_.server_time_ms()) {
      const fixspec::UtcNanos at = nanos(*ms);
      // A clock that was set makes all that was measured before worthless.
      if (syncing_clock_) clock_ = net::ClockOffset{};
      clock_.add({.sent_at = call.sent_at,
                  .server_received_at = at,
                  .server_sent_at = at,
                  .received_at = now.utc_ns});
    }
  }
  if (repeat(call, answer, now)) return;
  finish(id, answer, now);
}

bool Rest::repeat(Call& call, const Answer& answer, fixspec::Timestamp now) {
  if (answer.ok() || !is_repeatable(call.endpoint)) return false;
  bool again = answer.outcome != Answer::Outcome::Replied;
  if (answer.reply.failure) {
    const Judgement judgement =
        judge(answer.reply.status, *answer.reply.failure, AskKind::QueryOpenOrders);
    again = judgement.verdict == Verdict::Unknown || judgement.verdict == Verdict::Stale ||
            judgement.verdict == Verdict::RateLimited || judgement.may_pass_later;
  }
  const std::int64_t wait_ns =
      std::min(first_wait_ns << std::min<std::uint32_t>(call.failures, 10), longest_wait_ns);
  if (!again || now.mono_ns + wait_ns >= call.deadline_mono_ns) return false;
  ++call.failures;
  call.not_before_mono_ns = now.mono_ns + wait_ns;
  return true;
}

void Rest::learn_failure(const wire::Reply& reply, fixspec::Timestamp now) {
  if (!reply.failure) return;
  if (reply.failure->code == too_many_orders) return orders_.fill(now.mono_ns);
  const Judgement judgement = judge(reply.status, *reply.failure, AskKind::QueryOpenOrders);
  if (judgement.verdict == Verdict::Stale) return sync_clock(now);
  const bool limited = reply.status == too_many_requests || reply.status == banned;
  if (judgement.verdict != Verdict::RateLimited && !limited) return;
  std::int64_t hold_ns = reply.status == banned ? ban_hold_ns : limit_hold_ns;
  if (const auto until_ms = banned_until_ms(reply.failure->message)) {
    // A time that cannot be one leaves the pause as it is.
    if (const auto at = nanos(*until_ms); at > 0) hold_ns = at - clock_.to_venue(now.utc_ns);
    hold_ns = std::min(hold_ns, longest_hold_s * fixspec::nanos_per_second);
  }
  address_.hold(now.mono_ns + hold_ns, reply.status == banned);
  log_.warning("venue_rate_limit", {{"venue", "binance"},
                                    {"link", name_},
                                    {"status", std::to_string(reply.status)},
                                    {"hold_ms", std::to_string(hold_ns / fixspec::nanos_per_milli)},
                                    {"message", std::string{reply.failure->message}}});
}

void Rest::read_limits(const net::HttpResponse& response, const wire::Reply& reply,
                       fixspec::Timestamp now) {
  LimitHeaders limits;
  for (const auto& [name, value] : response.headers) read_header(limits, name, value);
  if (limits.used_weight_1m) address_.learn_used(*limits.used_weight_1m, now.mono_ns);
  if (limits.order_count_10s) orders_.learn_used_10s(*limits.order_count_10s, now.mono_ns);
  if (limits.order_count_1m) orders_.learn_used_1m(*limits.order_count_1m, now.mono_ns);
  const bool limited = response.status == too_many_requests || response.status == banned;
  if (limited && limits.retry_after_s) {
    const std::int64_t pause_s = std::clamp<std::int64_t>(*limits.retry_after_s, 0, longest_hold_s);
    address_.hold(now.mono_ns + pause_s * fixspec::nanos_per_second, response.status == banned);
  } else {
    learn_failure(reply, now);
  }
}

void Rest::sync_clock(fixspec::Timestamp now) {
  if (std::exchange(syncing_clock_, true)) return;
  send([] { return wire::Call{wire::Method::Time}; }, {},
       [this](const Answer&, fixspec::Timestamp) { syncing_clock_ = false; }, now);
}

void Rest::finish(std::uint64_t id, const Answer& answer, fixspec::Timestamp now) {
  const Done done = std::move(calls_.at(id).done);
  calls_.erase(id);
  done(answer, now);
}

void Rest::finish_without(std::uint64_t id, std::string reason, RejectCode code,
                          fixspec::Timestamp now) {
  Answer answer;
  const bool left = calls_.at(id).may_have_left;
  answer.outcome = left ? Answer::Outcome::Lost : Answer::Outcome::NotSent;
  answer.reason = std::move(reason);
  answer.code = code;
  finish(id, answer, now);
}

void Rest::on_timer(fixspec::Timestamp now) {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, call] : calls_) {
    if (now.mono_ns >= call.deadline_mono_ns || !call.in_flight) ids.push_back(id);
  }
  for (const std::uint64_t id : ids) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) continue;
    if (now.mono_ns < found->second.deadline_mono_ns) {
      perform(id, now);
      continue;
    }
    const bool left = found->second.may_have_left;
    const auto limit_ms = found->second.options.timeout_ns / fixspec::nanos_per_milli;
    finish_without(id,
                   left ? "no reply within " + std::to_string(limit_ms) + " ms"
                        : "the venue's rate limit left no room for it in time",
                   left ? RejectCode::NotSent : RejectCode::VenueRateLimit, now);
  }
}

void Rest::clear() { calls_.clear(); }

}  // namespace causeway::translators::binance
