#include "translators/deribit/private_session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "translators/deribit/map.hpp"

namespace causeway::translators::deribit {
namespace {

// One notification a change, without delay; both for every instrument of the account.
constexpr std::array<std::string_view, 2> channels{"user.orders.any.any.raw",
                                                   "user.trades.any.any.raw"};
constexpr std::int64_t heartbeat_s = 30;
// A token is renewed after this share of its life.
constexpr std::int64_t refresh_percent = 80;

// The limits of the lowest tier, until the account tells its own (docs.deribit.com, rate limits).
constexpr wire::Rate lowest_matching{.burst = 20, .rate = 5};
constexpr wire::Rate lowest_other{.burst = 100, .rate = 20};

}  // namespace

PrivateSession::PrivateSession(Settings settings, HmacKey key, Outbox& outbox,
                               fixspec::LogSink& log)
    : settings_(std::move(settings)),
      key_(std::move(key)),
      outbox_(outbox),
      log_(log),
      link_("private " + settings_.account.to_string(), outbox, log, settings_.seed,
            settings_.max_message_bytes) {
  configure_limits({}, 0);
}

void PrivateSession::configure_limits(const wire::Limits& limits, std::int64_t now_ns) {
  const auto configure = [&](std::string_view name, const wire::Rate& rate) {
    // A fifth of the burst is for cancels alone.
    limiter_.configure(name,
                       {.capacity = rate.burst,
                        .refill_per_second = rate.rate,
                        .reserved_for_cancels = rate.burst / 5},
                       now_ns);
  };
  const wire::Rate matching = limits.matching_engine.value_or(lowest_matching);
  configure("matching", matching);
  configure("cancel_all", limits.cancel_all.value_or(matching));
  configure("other", limits.non_matching_engine.value_or(lowest_other));
}

void PrivateSession::stop(fixspec::Timestamp now) {
  link_.stop();
  on_closed("stopped", {}, now);
}

// ---- the log-on: clock, auth, then heartbeat, limits and streams
// ------------------------------------

void PrivateSession::on_open(fixspec::Timestamp now) {
  state_ = State::SyncingClock;
  logon_deadline_mono_ns_ = now.mono_ns + settings_.logon_timeout_ns;
  // A signature is good for 60 s in the venue's clock, so that one is asked first.
  expect(link_.send(wire::Call{wire::Method::GetTime}, now), Purpose::Clock);
}

void PrivateSession::expect(Link::Sent sent, Purpose purpose) {
  if (sent.outcome == net::SendOutcome::Taken) pending_[sent.id] = {purpose, 0};
}

void PrivateSession::authenticate(fixspec::Timestamp now) {
  if (state_ != State::Up) state_ = State::Authenticating;
  reauthenticating_ = true;
  refresh_at_mono_ns_.reset();
  const std::int64_t timestamp_ms = link_.clock().to_venue(now.utc_ns) / fixspec::nanos_per_milli;
  // Each nonce is good once: a counter makes it so even where two random numbers agree.
  const std::string nonce = std::to_string(link_.random()) + "n" + std::to_string(++nonces_);
  const Signature signature = key_.sign(auth_string_to_sign(timestamp_ms, nonce, ""));
  expect(link_.send(wire::AuthBySignature{.client_id = settings_.client_id,
                                          .timestamp_ms = timestamp_ms,
                                          .nonce = nonce,
                                          .data = {},
                                          .signature = signature.view(),
                                          .scope = {}},
                    now),
         Purpose::Auth);
}

void PrivateSession::refresh(fixspec::Timestamp now) {
  refresh_at_mono_ns_.reset();
  expect(link_.send(wire::AuthByRefreshToken{refresh_token_}, now), Purpose::Refresh);
}

void PrivateSession::on_internal(Purpose purpose, const wire::Message& message,
                                 fixspec::Timestamp now) {
  const auto* failure = std::get_if<wire::Failure>(&message);
  switch (purpose) {
    case Purpose::Clock:
      // A reply of any kind tells the time.
      return authenticate(now);
    case Purpose::Auth:
      return failure != nullptr ? on_logon_failed("authentication", *failure)
                                : on_authenticated(now);
    case Purpose::Refresh:
      // A refresh token can be lost or rotated away; the key still holds.
      return failure != nullptr ? authenticate(now) : on_authenticated(now);
    case Purpose::Heartbeat:
      if (failure != nullptr) on_logon_failed("heartbeat", *failure);
      return;
    case Purpose::Limits:
      if (failure == nullptr) learn_account(now);
      return;
    case Purpose::Subscribe:
      return failure != nullptr ? on_logon_failed("subscription", *failure) : on_subscribed(now);
    case Purpose::Job:
      return;
  }
}

void PrivateSession::on_authenticated(fixspec::Timestamp now) {
  const auto result = link_.body().auth_result();
  if (!result) return link_.give_up("venue_logon_unreadable", result.error().text);
  reauthenticating_ = false;
  refresh_token_ = result->refresh_token;
  const std::int64_t life_ns = std::max<std::int64_t>(result->expires_in_s, 1) *
                               (fixspec::nanos_per_second / 100 * refresh_percent);
  refresh_at_mono_ns_ = now.mono_ns + life_ns;
  if (state_ == State::Up) return release_waiting(now);
  if (result->scope.find("trade:none") != std::string_view::npos ||
      (result->scope.find("trade:read") != std::string_view::npos &&
       result->scope.find("trade:read_write") == std::string_view::npos)) {
    log_.warning("venue_key_cannot_trade", {{"venue", "deribit"},
                                            {"account", settings_.account.to_string()},
                                            {"scope", std::string{result->scope}}});
  }
  state_ = State::Subscribing;
  expect(
      link_.send(
          wire::Call{wire::Method::SetHeartbeat}.with(wire::Parameter::Interval, heartbeat_s), now),
      Purpose::Heartbeat);
  expect(link_.send(wire::Call{wire::Method::GetAccountSummaries}, now), Purpose::Limits);
  expect(
      link_.send(
          wire::Subscription{.private_channels = true, .unsubscribe = false, .channels = channels},
          now),
      Purpose::Subscribe);
}

void PrivateSession::on_logon_failed(std::string_view step, const wire::Failure& failure) {
  std::string reason{step};
  reason.append(" refused: ").append(std::to_string(failure.code)).append(" ");
  reason.append(failure.message);
  if (!failure.reason.empty()) reason.append(": ").append(failure.reason);
  log_.error(
      "venue_logon_refused",
      {{"venue", "deribit"}, {"account", settings_.account.to_string()}, {"reason", reason}});
  tell_down(reason);
  outbox_.disconnect(reason);
}

void PrivateSession::learn_account(fixspec::Timestamp now) {
  const auto account = link_.body().account_summaries();
  if (!account) return warn("venue_account_unreadable", account.error().text);
  configure_limits(account->limits, now.mono_ns);
  currencies_.clear();
  for (const wire::Summary& summary : account->summaries) {
    currencies_.emplace_back(summary.currency);
  }
}

void PrivateSession::on_subscribed(fixspec::Timestamp now) {
  const auto confirmed = link_.body().channels();
  if (!confirmed) return link_.give_up("venue_logon_unreadable", confirmed.error().text);
  for (const std::string_view channel : channels) {
    // The venue leaves out silently what it does not grant.
    if (std::find(confirmed->begin(), confirmed->end(), channel) != confirmed->end()) continue;
    return link_.give_up("venue_subscription_refused",
                         "channel not confirmed: " + std::string{channel});
  }
  logon_deadline_mono_ns_.reset();
  state_ = State::Up;
  told_up_ = true;
  link_.settled();
  log_.info("venue_connected", {{"venue", "deribit"}, {"account", settings_.account.to_string()}});
  outbox_.emit(AccountLink{.up = true, .reason = {}});
  release_waiting(now);
}

void PrivateSession::tell_down(const std::string& reason) {
  if (told_up_) outbox_.emit(AccountLink{.up = false, .reason = reason});
  told_up_ = false;
}

// ---- what the connection brings
// ----------------------------------------------------------------------

void PrivateSession::on_message(std::string_view text, fixspec::Timestamp now) {
  const auto message = link_.read(text, now);
  if (!message) return;
  if (const auto* notification = std::get_if<wire::Notification>(&*message)) {
    return on_notification(*notification);
  }
  const auto* success = std::get_if<wire::Success>(&*message);
  const auto* failure = std::get_if<wire::Failure>(&*message);
  const std::optional<std::uint64_t> id = success != nullptr ? success->id : failure->id;
  const auto found = id ? pending_.find(*id) : pending_.end();
  if (found == pending_.end()) {
    // Replies to heartbeats are not waited for.
    if (failure != nullptr) warn("venue_error_unasked", to_detail(*failure, {}).text);
    return;
  }
  const Pending pending = found->second;
  pending_.erase(found);
  if (pending.purpose != Purpose::Job) return on_internal(pending.purpose, *message, now);
  const auto job = jobs_.find(pending.job);
  if (job == jobs_.end()) return;
  job->second.frame = 0;
  if (failure != nullptr) {
    on_refused(job->second, *failure, now);
  } else {
    on_reply(job->second, now);
  }
  begin_walks(now);
}

void PrivateSession::on_notification(const wire::Notification& notification) {
  // Nothing of ours is lost in what we have not asked for.
  if (std::find(channels.begin(), channels.end(), notification.channel) == channels.end()) return;
  const auto changes = link_.body().changes(notification.channel);
  if (!changes) {
    // A fact may be lost in it: only a new start can make up for that.
    return link_.give_up("venue_notification_unreadable", changes.error().text);
  }
  for (const wire::Order& order : changes->orders) emit_order(order, Source::Stream, nullptr);
  emit_trades(changes->trades, Source::Stream);
}

void PrivateSession::on_closed(const std::string& reason,
                               const std::vector<std::uint64_t>& never_started,
                               fixspec::Timestamp now) {
  state_ = State::Down;
  reauthenticating_ = false;
  logon_deadline_mono_ns_.reset();
  refresh_at_mono_ns_.reset();
  tell_down(reason);
  for (const std::uint64_t id : never_started) {
    const auto pending = pending_.find(id);
    if (pending == pending_.end() || pending->second.purpose != Purpose::Job) continue;
    const auto job = jobs_.find(pending->second.job);
    // Of a request of several frames, an earlier one may have changed something.
    if (job != jobs_.end() && job->second.step == Step::Direct) job->second.may_have_left = false;
  }
  walks_.clear();  // each search is answered below
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, job] : jobs_) numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  for (const std::uint64_t number : numbers) {
    Job& job = jobs_.at(number);
    if (job.answered) continue;
    if (job.may_have_left) {
      answer_unknown(job, "the connection was lost: " + reason);
    } else {
      answer_not_sent(job, "the connection was lost before it was sent: " + reason);
    }
  }
  jobs_.clear();
  pending_.clear();
  waiting_.clear();
  link_.closed(reason, now);
}

void PrivateSession::on_timer(fixspec::Timestamp now) {
  link_.on_timer(now);
  if (logon_deadline_mono_ns_ && now.mono_ns >= *logon_deadline_mono_ns_) {
    logon_deadline_mono_ns_.reset();
    link_.give_up("venue_logon_timeout", "the log-on was not done in time");
  }
  if (state_ == State::Up && refresh_at_mono_ns_ && now.mono_ns >= *refresh_at_mono_ns_) {
    refresh(now);
  }
  expire(now);
  release_waiting(now);
  begin_walks(now);
}

void PrivateSession::warn(std::string_view event, const std::string& error) {
  log_.warning(
      event, {{"venue", "deribit"}, {"account", settings_.account.to_string()}, {"error", error}});
}

}  // namespace causeway::translators::deribit
