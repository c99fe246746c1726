#include "translators/binance/account_session.hpp"

#include <algorithm>
#include <utility>

namespace causeway::translators::binance {
namespace {

using fixspec::RejectCode;

// How long a reply that comes after its deadline is still understood as one.
constexpr std::int64_t late_reply_ns = 60 * fixspec::nanos_per_second;
constexpr std::size_t foreign_kept = 10'000;
// The venue's, where a request does not say.
constexpr std::int64_t default_window_ns = 5 * fixspec::nanos_per_second;

fixspec::UtcNanos validity_of(const Ask& ask) {
  if (const auto* place = std::get_if<PlaceOrder>(&ask)) return place->valid_until;
  if (const auto* amend = std::get_if<AmendOrder>(&ask)) return amend->valid_until;
  return 0;
}

Mapped<wire::Request> wire_of(const Ask& ask) {
  if (const auto* place = std::get_if<PlaceOrder>(&ask)) return to_wire(*place);
  if (const auto* amend = std::get_if<AmendOrder>(&ask)) return to_wire(*amend);
  return to_wire(std::get<CancelOrder>(ask));
}

bool is_cancel(const VenueRequest& request) { return kind_of(request.ask) == AskKind::Cancel; }

}  // namespace

AccountSession::AccountSession(Settings settings, Encoder encoder, Outbox& outbox,
                               fixspec::LogSink& log, AddressLimits& address)
    : settings_(settings),
      encoder_(std::move(encoder)),
      outbox_(outbox),
      log_(log),
      address_(address),
      rest_(settings.account.to_string(), encoder_, outbox, log, address, limits_, clock_,
            settings.max_response_bytes),
      order_link_({.name = settings.account.to_string(),
                   .logon_timeout_ns = settings.connect_timeout_ns,
                   .seed = settings.seed,
                   .max_message_bytes = settings.max_message_bytes},
                  encoder_, outbox, log, address, clock_, *this),
      stream_({.name = settings.account.to_string(),
               .connect_timeout_ns = settings.connect_timeout_ns,
               .seed = settings.seed + 1,
               .max_message_bytes = settings.max_message_bytes},
              rest_, outbox, log, *this),
      parents_(
          rest_, orders_, clock_, settings.request_timeout_ns,
          [this](AlgoFacts facts, fixspec::Timestamp now) { tell_algo(std::move(facts), now); }),
      foreign_(foreign_kept) {}

void AccountSession::start(fixspec::Timestamp now) {
  running_ = true;
  stream_.start(now);
}

void AccountSession::stop(fixspec::Timestamp now) {
  running_ = false;
  stream_.stop(now);
  if (std::exchange(linking_, false)) order_link_.stop(now);
  for (auto& [number, running] : std::exchange(queries_, {})) {
    if (!running.audit) outbox_.emit(running.query->unknown("stopped"));
  }
  rest_.clear();
}

// ---- the links
// --------------------------------------------------------------------------------------

void AccountSession::on_open(Channel channel, fixspec::Timestamp now) {
  if (channel == Channel::Orders) return order_link_.on_open(now);
  stream_.on_open(channel, now);
}

void AccountSession::on_message(Channel channel, std::string_view text, fixspec::Timestamp now) {
  if (channel == Channel::Orders) return order_link_.on_message(text, now);
  stream_.on_message(channel, text, now);
}

void AccountSession::on_closed(Channel channel, const std::string& reason,
                               const std::vector<std::uint64_t>& never_started,
                               fixspec::Timestamp now) {
  if (channel == Channel::Orders) return order_link_.on_closed(reason, never_started, now);
  stream_.on_closed(channel, reason, now);
}

void AccountSession::on_response(std::uint64_t id,
                                 const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                                 fixspec::Timestamp now) {
  rest_.on_response(id, response, now);
}

void AccountSession::on_clock_known(fixspec::Timestamp) {
  // Its log-on is signed, so that it needs the venue's time.
  if (!std::exchange(linking_, true)) order_link_.start();
}

void AccountSession::on_order_link_ready(fixspec::Timestamp now) { tell_up(now); }

void AccountSession::on_stream_open(fixspec::Timestamp now) {
  listed_ = false;
  tell_up(now);
}

// With orders going over REST alone the account can work, too: what it must not be without is the
// stream. At the start the faster way is given its chance first.
void AccountSession::tell_up(fixspec::Timestamp) {
  if (told_up_ || !stream_.open() || !order_link_.tried()) return;
  told_up_ = true;
  log_.info("venue_connected", {{"venue", "binance"},
                                {"account", settings_.account.to_string()},
                                {"orders", order_link_.ready() ? "WebSocket" : "REST"}});
  outbox_.emit(AccountLink{.up = true, .reason = {}});
}

void AccountSession::tell_down(const std::string& reason) {
  if (std::exchange(told_up_, false)) outbox_.emit(AccountLink{.up = false, .reason = reason});
}

void AccountSession::on_stream_lost(const std::string& reason, fixspec::Timestamp) {
  drop_held();
  tell_down(reason);
}

void AccountSession::on_order_link_lost(const std::string& reason,
                                        const std::vector<std::uint64_t>& never_started,
                                        fixspec::Timestamp now) {
  std::vector<std::uint64_t> frames;
  for (const auto& [frame, job] : jobs_) frames.push_back(frame);
  std::sort(frames.begin(), frames.end());
  const auto jobs = std::exchange(jobs_, {});
  for (const std::uint64_t frame : frames) {
    const Job& job = jobs.at(frame);
    if (job.answered) continue;
    const bool never_left =
        std::find(never_started.begin(), never_started.end(), frame) != never_started.end();
    if (!never_left) {
      answer_unknown(job.request, "the connection was lost: " + reason);
    } else if (!running_ || (!told_up_ && !is_cancel(job.request))) {
      answer_not_sent(job.request, "the connection was lost before it was sent: " + reason);
    } else {
      send_over_rest(job.request, now);
    }
  }
  tell_up(now);
}

// ---- requests
// ---------------------------------------------------------------------------------------

void AccountSession::request(const VenueRequest& request, fixspec::Timestamp now) {
  switch (kind_of(request.ask)) {
    case AskKind::Place:
    case AskKind::Amend:
      if (!told_up_) return answer_not_sent(request, "the venue link is down");
      return send_order(request, now);
    case AskKind::Cancel:
      if (!running_) return answer_not_sent(request, "the venue link is down");
      return send_order(request, now);
    case AskKind::CancelAll:
    case AskKind::QueryOrder:
    case AskKind::QueryOpenOrders:
    case AskKind::QueryTrades:
    case AskKind::QueryPositions:
    case AskKind::QueryBalances:
      if (!running_) return answer_not_sent(request, "the venue link is down");
      return run_query(request, now);
  }
}

void AccountSession::send_order(const VenueRequest& asked, fixspec::Timestamp now) {
  VenueRequest request = asked;
  orders_.know(client_id_of(request.ask));
  if (const auto* place = std::get_if<PlaceOrder>(&request.ask)) {
    if (fixspec::has_stop_px(place->ord_type)) {
      const fixspec::UtcNanos until =
          place->valid_until != 0 ? place->valid_until : now.utc_ns + default_window_ns;
      orders_.expect(place->client_id, place->instrument.symbol,
                     clock_.to_venue(until) + visibility_lag_ns);
    }
  } else {
    // Of a stop that has triggered, the order that came of it is meant.
    const AlgoOrders::Stop* stop = orders_.find(client_id_of(request.ask));
    if (stop != nullptr && stop->child) {
      if (auto* amend = std::get_if<AmendOrder>(&request.ask)) amend->venue_order_id = stop->child;
      if (auto* cancel = std::get_if<CancelOrder>(&request.ask)) {
        cancel->venue_order_id = stop->child;
      }
    }
  }
  const auto wire_request = wire_of(request.ask);
  if (!wire_request) {
    return answer_not_sent(request, wire_request.error().text, RejectCode::VenueCannot);
  }
  if (!order_link_.ready()) return send_over_rest(request, now);
  const auto stamp = rest_.stamp_at(now, validity_of(request.ask));
  if (!stamp) {
    return answer_not_sent(request, "its validity had ended before it was sent",
                           RejectCode::StaleRequest);
  }
  // Room at both limits first, and counted only once it has been handed over: a slot that was spent
  // on what never went out would be missing for what could.
  const Endpoint endpoint = endpoint_of(*wire_request);
  const bool has_room = limits_.has_room(endpoint.orders, now.mono_ns) &&
                        address_.has_room(endpoint.weight, is_cancel(request), now.mono_ns);
  if (!has_room) {
    // A cancel waits for room, which REST does for it.
    if (is_cancel(request)) return send_over_rest(request, now);
    return answer_not_sent(request, "the venue's rate limit is used up",
                           RejectCode::VenueRateLimit);
  }
  const auto frame = order_link_.send(
      *wire_request, *stamp, is_cancel(request) ? net::SendLane::First : net::SendLane::Ordinary);
  if (!frame) return send_over_rest(request, now);  // nothing has left
  limits_.take(endpoint.orders, now.mono_ns);
  address_.take(endpoint.weight, now.mono_ns);
  jobs_.emplace(*frame, Job{.request = std::move(request),
                            .deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns});
}

void AccountSession::send_over_rest(const VenueRequest& request, fixspec::Timestamp now) {
  rest_.send([request] { return wire_of(request.ask).value(); },
             {.cancel = is_cancel(request),
              .timeout_ns = settings_.request_timeout_ns,
              .valid_until = validity_of(request.ask)},
             [this, request](const Answer& answer, fixspec::Timestamp at) {
               on_answer(request, answer, false, at);
             },
             now);
}

void AccountSession::on_order_reply(std::uint64_t id, const wire::Reply& reply, const Decoder& body,
                                    fixspec::Timestamp now) {
  const auto limits = body.rate_limits();
  learn_limits(limits, now);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  const Job job = std::move(found->second);
  jobs_.erase(found);
  if (reply.failure) rest_.learn_failure(reply, now);
  const bool logged_out = reply.failure && encoder_.can_log_on() &&
                          judge(reply.status, *reply.failure, AskKind::QueryOpenOrders).verdict ==
                              Verdict::Unauthorized;
  on_answer(
      job.request,
      Answer{.outcome = Answer::Outcome::Replied, .reply = reply, .body = &body, .reason = {}},
      job.answered, now);
  // Only a new connection can log on again.
  if (logged_out) {
    order_link_.give_up("venue_session_ended", "the session is not logged on any more");
  }
}

void AccountSession::learn_limits(std::span<const wire::RateLimit> limits, fixspec::Timestamp now) {
  limits_.learn(limits, now.mono_ns);
  for (const wire::RateLimit& limit : limits) {
    if (limit.type != "REQUEST_WEIGHT" || limit.limit <= 0) continue;
    if (window_ns_of(limit) != 60 * fixspec::nanos_per_second) continue;
    address_.set_limit(limit.limit);
    address_.learn_used(limit.count, now.mono_ns);
  }
}

// ---- requests of several steps
// ----------------------------------------------------------------------

void AccountSession::run_query(const VenueRequest& asked, fixspec::Timestamp now) {
  VenueRequest request = asked;
  auto* trades = std::get_if<QueryTrades>(&request.ask);
  if (trades != nullptr && lost_since_) trades->since = std::min(trades->since, *lost_since_);
  begin_query({.query = make_query(request, orders_, log_), .losses = losses_}, now);
}

void AccountSession::begin_query(RunningQuery running, fixspec::Timestamp now) {
  const std::uint64_t number = ++last_query_;
  Query& begun = *queries_.emplace(number, std::move(running)).first->second.query;
  // What is asked by time is asked in the venue's clock.
  const fixspec::Timestamp at_venue{.utc_ns = clock_.to_venue(now.utc_ns), .mono_ns = now.mono_ns};
  step(number, begun.begin(at_venue), now);
}

void AccountSession::step(std::uint64_t number, Query::Step step, fixspec::Timestamp now) {
  if (auto* call = std::get_if<Query::Call>(&step)) {
    if (call->after_ns == 0) return ask(number, std::move(*call), now);
    RunningQuery& running = queries_.at(number);
    running.not_before_mono_ns = now.mono_ns + call->after_ns;
    running.waiting = std::move(*call);
    return;
  }
  const RunningQuery running = std::move(queries_.at(number));
  queries_.erase(number);
  Told& told = std::get<Told>(step);
  if (running.audit) return on_audit_answer(number, *running.audit, told, now);
  if (std::holds_alternative<Trades>(told) && running.losses == losses_ && told_up_) {
    lost_since_.reset();
  }
  const bool lists = std::holds_alternative<OpenOrders>(told);
  outbox_.emit(std::move(told));
  if (lists) {
    listed_ = stream_.open();
    release_held(now);
  }
}

void AccountSession::ask(std::uint64_t number, Query::Call call, fixspec::Timestamp now) {
  rest_.send(
      std::move(call.make), {.cancel = call.cancel, .timeout_ns = settings_.request_timeout_ns},
      [this, number](const Answer& answer, fixspec::Timestamp at) {
        on_query_answer(number, answer, at);
      },
      now);
}

void AccountSession::on_query_answer(std::uint64_t number, const Answer& answer,
                                     fixspec::Timestamp now) {
  const auto found = queries_.find(number);
  if (found == queries_.end()) return;
  Query& query = *found->second.query;
  if (answer.ok()) return step(number, query.on_reply(*answer.body), now);
  if (answer.reply.failure) {
    const Judgement judgement =
        judge(answer.reply.status, *answer.reply.failure, kind_of(query.request().ask));
    if (auto next = query.on_refused(judgement)) return step(number, std::move(*next), now);
  }
  const VenueRequest request = query.request();
  const auto audit = found->second.audit;
  const Told unknown = query.unknown(words_of(answer));
  queries_.erase(found);
  if (audit) return on_audit_answer(number, *audit, unknown, now);
  on_answer(request, answer, false, now);
}

// ---- time
// ----------------------------------------------------------------------------------------------

void AccountSession::on_timer(fixspec::Timestamp now) {
  rest_.on_timer(now);
  stream_.on_timer(now);
  order_link_.on_timer(jobs_.empty(), now);
  expire(now);
  std::vector<std::uint64_t> due;
  for (const auto& [number, running] : queries_) {
    if (running.waiting && now.mono_ns >= running.not_before_mono_ns) due.push_back(number);
  }
  for (const std::uint64_t number : due) {
    ask(number, *std::exchange(queries_.at(number).waiting, std::nullopt), now);
  }
  release_held(now);
  audit_late_links();
  run_audits(now);
}

void AccountSession::expire(fixspec::Timestamp now) {
  std::vector<std::uint64_t> due;
  for (const auto& [frame, job] : jobs_) {
    if (now.mono_ns >= job.deadline_mono_ns) due.push_back(frame);
  }
  std::sort(due.begin(), due.end());
  for (const std::uint64_t frame : due) {
    Job& job = jobs_.at(frame);
    if (job.answered) {
      jobs_.erase(frame);
      continue;
    }
    job.answered = true;
    job.deadline_mono_ns = now.mono_ns + late_reply_ns;
    const auto limit_ms = settings_.request_timeout_ns / fixspec::nanos_per_milli;
    answer_unknown(job.request, "no reply within " + std::to_string(limit_ms) + " ms");
  }
}

}  // namespace causeway::translators::binance
