#include <limits>
#include <utility>

#include "translators/deribit/map.hpp"
#include "translators/deribit/private_session.hpp"

namespace causeway::translators::deribit {
namespace {

using fixspec::RejectCode;
using Lane = net::RateLimiter::Lane;

// How long a reply that comes after its deadline is still understood as one.
constexpr std::int64_t late_reply_ns = 60 * fixspec::nanos_per_second;
// How long the venue's "recent" queries cover an order: it says 30 minutes for closed ones.
constexpr std::int64_t recent_ns = 25 * 60 * fixspec::nanos_per_second;
constexpr std::size_t longest_waiting = 10'000;
constexpr std::size_t most_chained = 10'000;

bool is_cancel(AskKind kind) { return kind == AskKind::Cancel || kind == AskKind::CancelAll; }

// An order that had to wait would reach the market at a time nobody chose.
constexpr std::size_t most_pages = 4;

bool may_wait(AskKind kind) { return kind != AskKind::Place && kind != AskKind::Amend; }

fixspec::UtcNanos validity_of(const Ask& ask) {
  if (const auto* place = std::get_if<PlaceOrder>(&ask)) return place->valid_until;
  if (const auto* amend = std::get_if<AmendOrder>(&ask)) return amend->valid_until;
  return 0;
}

bool is_stale(const Ask& ask, fixspec::Timestamp now) {
  const fixspec::UtcNanos valid_until = validity_of(ask);
  return valid_until != 0 && valid_until <= now.utc_ns;
}

bool cancels_by_label(const VenueRequest& request) {
  const auto* cancel = std::get_if<CancelOrder>(&request.ask);
  return cancel != nullptr && !cancel->venue_order_id;
}

}  // namespace

fixspec::VenueClOrdId client_id_of(const Ask& ask) {
  struct Visitor {
    fixspec::VenueClOrdId operator()(const PlaceOrder& body) const { return body.client_id; }
    fixspec::VenueClOrdId operator()(const AmendOrder& body) const { return body.client_id; }
    fixspec::VenueClOrdId operator()(const CancelOrder& body) const { return body.client_id; }
    fixspec::VenueClOrdId operator()(const QueryOrder& body) const { return body.client_id; }
    fixspec::VenueClOrdId operator()(const CancelAll&) const { return {}; }
    fixspec::VenueClOrdId operator()(const QueryOpenOrders&) const { return {}; }
    fixspec::VenueClOrdId operator()(const QueryTrades&) const { return {}; }
    fixspec::VenueClOrdId operator()(const QueryPositions&) const { return {}; }
    fixspec::VenueClOrdId operator()(const QueryBalances&) const { return {}; }
  };
  return std::visit(Visitor{}, ask);
}

void PrivateSession::request(const VenueRequest& request, fixspec::Timestamp now) {
  const std::uint64_t number = ++last_job_;
  Job& job = jobs_[number];
  job.number = number;
  job.request = request;
  job.kind = kind_of(request.ask);
  job.deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns;
  if (state_ != State::Up) return answer_not_sent(job, "the venue link is down");
  if (is_stale(request.ask, now)) {
    return answer_not_sent(job, "its validity had ended before it was sent",
                           RejectCode::StaleRequest);
  }
  begin_query(job, now);
  perform(job, now);
}

// ---- sending
// ---------------------------------------------------------------------------------------

void PrivateSession::perform(Job& job, fixspec::Timestamp now) {
  const bool held = state_ != State::Up || reauthenticating_ || !admit(job, now);
  if (!held) return transmit(job, now);
  if (!may_wait(job.kind) && !reauthenticating_) {
    return answer_not_sent(job, "the venue's rate limit is used up", RejectCode::VenueRateLimit);
  }
  if (waiting_.size() >= longest_waiting) {
    return answer_not_sent(job, "too many requests wait for the rate limit",
                           RejectCode::Overloaded);
  }
  if (is_cancel(job.kind)) {
    waiting_.push_front(job.number);
  } else {
    waiting_.push_back(job.number);
  }
}

// Pages of a thousand rows: hundreds of orders that are asked about at once would have the venue
// answer faster than anybody reads, and it would cut the connection.
bool PrivateSession::is_page(const Job& job) const {
  return job.step == Step::RecentHistory || job.step == Step::Archive ||
         job.step == Step::TradesSweep;
}

std::size_t PrivateSession::pages_in_flight() const {
  return static_cast<std::size_t>(
      std::count_if(pending_.begin(), pending_.end(), [this](const auto& entry) {
        const auto job = jobs_.find(entry.second.job);
        return entry.second.purpose == Purpose::Job && job != jobs_.end() && is_page(job->second);
      }));
}

bool PrivateSession::admit(Job& job, fixspec::Timestamp now) {
  if (is_page(job) && pages_in_flight() >= most_pages) return false;
  const bool orders =
      job.step == Step::Direct &&
      (job.kind == AskKind::Place || job.kind == AskKind::Amend || job.kind == AskKind::Cancel);
  const bool all = job.step == Step::Direct && job.kind == AskKind::CancelAll;
  const std::string_view bucket = orders ? "matching" : all ? "cancel_all" : "other";
  return limiter_.try_take(bucket, 1, is_cancel(job.kind) ? Lane::Cancel : Lane::Ordinary,
                           now.mono_ns);
}

void PrivateSession::transmit(Job& job, fixspec::Timestamp now) {
  // It may have had to wait since it was asked for.
  if (is_stale(job.request.ask, now) && !job.may_have_left) {
    return answer_not_sent(job, "its validity had ended before it was sent",
                           RejectCode::StaleRequest);
  }
  const Link::Sent sent =
      link_.send(frame_of(job, now), now,
                 is_cancel(job.kind) ? net::SendLane::First : net::SendLane::Ordinary);
  if (sent.outcome != net::SendOutcome::Taken) {
    const std::string reason = sent.outcome == net::SendOutcome::QueueFull
                                   ? "the venue does not read: its queue is full"
                                   : "the venue link is down";
    return job.may_have_left ? answer_unknown(job, reason) : answer_not_sent(job, reason);
  }
  job.frame = sent.id;
  job.may_have_left = true;
  pending_[sent.id] = {Purpose::Job, job.number};
}

std::optional<std::int64_t> PrivateSession::valid_until_ms(fixspec::UtcNanos valid_until) const {
  if (valid_until == 0) return std::nullopt;
  return link_.clock().to_venue(valid_until) / fixspec::nanos_per_milli;
}

wire::Request PrivateSession::frame_of(const Job& job, fixspec::Timestamp now) const {
  using wire::Call;
  using wire::Method;
  using wire::Parameter;
  if (job.step != Step::Direct) return query_frame_of(job, now);
  if (const auto* place = std::get_if<PlaceOrder>(&job.request.ask)) {
    return to_wire(*place, valid_until_ms(place->valid_until));
  }
  if (const auto* amend = std::get_if<AmendOrder>(&job.request.ask)) {
    return to_wire(*amend, valid_until_ms(amend->valid_until));
  }
  if (const auto* cancel = std::get_if<CancelOrder>(&job.request.ask)) {
    if (cancel->venue_order_id) {
      return Call{Method::Cancel}.with(Parameter::OrderId, cancel->venue_order_id->view());
    }
    return Call{Method::CancelByLabel}
        .with(Parameter::Label, cancel->client_id.view())
        .with(Parameter::Currency, currency_of(cancel->instrument.symbol.view()));
  }
  if (const auto* all = std::get_if<CancelAll>(&job.request.ask)) {
    if (!all->instrument) return Call{Method::CancelAll};
    return Call{Method::CancelAllByInstrument}.with(Parameter::InstrumentName,
                                                    all->instrument->symbol.view());
  }
  if (job.kind == AskKind::QueryPositions) {
    return Call{Method::GetPositions}.with(Parameter::Currency, std::string_view{"any"});
  }
  if (job.kind == AskKind::QueryBalances) return Call{Method::GetAccountSummaries};
  return Call{Method::GetOpenOrders};
}

void PrivateSession::release_waiting(fixspec::Timestamp now) {
  // Each is looked at once: what still has to wait keeps its place.
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    if (state_ != State::Up || reauthenticating_) return;
    const auto found = jobs_.find(waiting_.front());
    const bool gone = found == jobs_.end() || found->second.answered;
    const bool early = !gone && now.mono_ns < found->second.not_before_mono_ns;
    if (!gone && !early && !admit(found->second, now)) return;
    const std::uint64_t number = waiting_.front();
    waiting_.pop_front();
    if (early) waiting_.push_back(number);
    if (!gone && !early) transmit(found->second, now);
  }
}

// ---- answers
// ----------------------------------------------------------------------------------------

void PrivateSession::on_reply(Job& job, fixspec::Timestamp now) {
  if (job.step != Step::Direct) return on_query_reply(job, now);
  switch (job.kind) {
    case AskKind::Place:
    case AskKind::Amend:
      return on_order_reply(job);
    case AskKind::Cancel:
      return on_cancel_reply(job, now);
    case AskKind::CancelAll:
      job.step = Step::AfterCancelAll;
      return perform(job, now);
    case AskKind::QueryOrder:
    case AskKind::QueryOpenOrders:
    case AskKind::QueryTrades:
    case AskKind::QueryPositions:
    case AskKind::QueryBalances:
      return on_query_reply(job, now);
  }
}

void PrivateSession::on_order_reply(Job& job) {
  const auto result = link_.body().order_and_trades();
  if (!result) {
    warn("venue_reply_unreadable", result.error().text);
    return answer_unknown(job, "its reply cannot be read: " + result.error().text);
  }
  const std::uint64_t number = job.number;
  emit_order(result->order, Source::Reply, &job);
  emit_trades(result->trades, Source::Reply);
  forget(number);
}

void PrivateSession::on_cancel_reply(Job& job, fixspec::Timestamp now) {
  if (!cancels_by_label(job.request)) {
    const auto order = link_.body().order();
    if (!order) {
      warn("venue_reply_unreadable", order.error().text);
      return answer_unknown(job, "its reply cannot be read: " + order.error().text);
    }
    const std::uint64_t number = job.number;
    emit_order(*order, Source::Reply, &job);
    return forget(number);
  }
  const auto count = link_.body().count();
  if (!count) {
    warn("venue_reply_unreadable", count.error().text);
    return answer_unknown(job, "its reply cannot be read: " + count.error().text);
  }
  if (*count > 0) {
    job.step = Step::AfterLabelCancel;
    return perform(job, now);
  }
  answer(job, RequestRefused{.request_id = job.request.request_id,
                             .kind = job.kind,
                             .client_id = client_id_of(job.request.ask),
                             .detail = {.code = RejectCode::UnknownOrder,
                                        .text = "Deribit has no open order with this label",
                                        .venue_error_code = {},
                                        .venue_error_text = {},
                                        .risk_limit = {},
                                        .risk_used = {}},
                             .order_may_be_closed = true});
}

void PrivateSession::on_refused(Job& job, const wire::Failure& failure, fixspec::Timestamp now) {
  const Judgement judgement = judge(failure.code, job.kind);
  if (judgement.verdict == Verdict::RateLimited) {
    // Our count was wrong; the venue ends the session now.
    limiter_.drain(job.step == Step::Direct && !may_wait(job.kind) ? "matching" : "other",
                   now.mono_ns);
  }
  // The token had expired, so nothing was carried out: once more, after a new log-on.
  if (judgement.verdict == Verdict::Unauthorized && !job.repeated && !job.answered) {
    job.repeated = true;
    job.may_have_left = job.step != Step::Direct;
    waiting_.push_back(job.number);
    if (!reauthenticating_) authenticate(now);
    return;
  }
  if (!job.answered && on_query_refused(job, failure, now)) return;
  if (judgement.verdict == Verdict::Unknown || job.step == Step::AfterLabelCancel) {
    return answer_unknown(job, to_detail(failure, judgement.code).text);
  }
  answer(job, RequestRefused{.request_id = job.request.request_id,
                             .kind = job.kind,
                             .client_id = client_id_of(job.request.ask),
                             .detail = to_detail(failure, judgement.code),
                             .order_may_be_closed = judgement.order_may_be_closed,
                             .may_pass_later = judgement.may_pass_later});
}

void PrivateSession::emit_order(const wire::Order& order, Source source, const Job* job) {
  if (!segment_of(order.instrument_name)) {
    skip("order", order.instrument_name);
    if (job != nullptr) {
      answer_unknown(jobs_.at(job->number), "its reply is about an instrument we do not trade");
    }
    return;
  }
  auto update = to_order_update(order, source);
  if (!update) {
    warn("venue_order_unreadable", update.error().text);
    if (job != nullptr) answer_unknown(jobs_.at(job->number), update.error().text);
    return;
  }
  chain(*update, order);
  if (job == nullptr) return outbox_.emit(std::move(*update));
  // The venue shows a cancelled stop as it was before: the reply itself says that it is gone.
  if (job->kind == AskKind::Cancel && update->state == VenueOrderState::Untriggered) {
    update->state = VenueOrderState::Canceled;
  }
  update->amended = job->kind == AskKind::Amend;
  // A reply after its deadline is a fact, but no answer: that one was given.
  if (job->answered) {
    update->source = Source::Stream;
    return outbox_.emit(std::move(*update));
  }
  update->request_id = job->request.request_id;
  answer(jobs_.at(job->number), std::move(*update));
}

void PrivateSession::emit_trades(const std::vector<wire::Trade>& trades, Source source) {
  for (const wire::Trade& trade : trades) {
    if (!segment_of(trade.instrument_name)) {
      skip("trade", trade.instrument_name);
      continue;
    }
    auto fill = to_fill(trade, source);
    if (!fill) {
      link_.give_up("venue_trade_unreadable", fill.error().text);
      continue;
    }
    const auto chained = chained_.find(fill->venue_order_id);
    if (!fill->client_id && chained != chained_.end()) fill->client_id = chained->second;
    outbox_.emit(std::move(*fill));
  }
}

// A stop that triggers becomes an order with an id of its own, and possibly without our label.
void PrivateSession::chain(OrderUpdate& update, const wire::Order& order) {
  const auto parent = fixspec::VenueOrderId::parse(order.trigger_order_id);
  if (parent && !update.client_id) {
    const auto known = chained_.find(*parent);
    if (known != chained_.end()) update.client_id = known->second;
  }
  if (!update.client_id) return;
  if (update.state != VenueOrderState::Untriggered && !parent) return;
  // Fills may come after the end of an order, so entries are not taken out one by one.
  if (chained_.size() >= most_chained) chained_.clear();
  chained_[update.venue_order_id] = *update.client_id;
}

void PrivateSession::answer(Job& job, Told told) {
  if (!job.answered && job.reads_history) {
    fail_walk(job, told);
  } else if (!job.answered) {
    outbox_.emit(std::move(told));
  }
  job.answered = true;
  if (job.frame == 0) jobs_.erase(job.number);
}

void PrivateSession::answer_unknown(Job& job, std::string reason) {
  if (job.kind == AskKind::Place && !job.answered) {
    doubtful_[client_id_of(job.request.ask)] = job.deadline_mono_ns - settings_.request_timeout_ns;
  }
  answer(job, RequestUnknown{.request_id = job.request.request_id,
                             .kind = job.kind,
                             .client_id = client_id_of(job.request.ask),
                             .reason = std::move(reason)});
}

void PrivateSession::answer_not_sent(Job& job, std::string reason, RejectCode code) {
  answer(job, RequestNotSent{.request_id = job.request.request_id,
                             .kind = job.kind,
                             .client_id = client_id_of(job.request.ask),
                             .reason = std::move(reason),
                             .code = code});
}

void PrivateSession::forget(std::uint64_t job) { jobs_.erase(job); }

void PrivateSession::expire(fixspec::Timestamp now) {
  std::vector<std::uint64_t> due;
  for (const auto& [number, job] : jobs_) {
    if (now.mono_ns >= job.deadline_mono_ns) due.push_back(number);
  }
  for (const std::uint64_t number : due) {
    const auto found = jobs_.find(number);
    if (found == jobs_.end()) continue;  // answered with the reading that it waited for
    Job& job = found->second;
    if (job.answered) {
      pending_.erase(job.frame);
      jobs_.erase(number);
      continue;
    }
    if (job.may_have_left) {
      const auto limit_ms = settings_.request_timeout_ns / fixspec::nanos_per_milli;
      answer_unknown(job, "no reply within " + std::to_string(limit_ms) + " ms");
      const auto still = jobs_.find(number);
      if (still != jobs_.end()) still->second.deadline_mono_ns = now.mono_ns + late_reply_ns;
    } else {
      answer_not_sent(job, "the venue's rate limit left no room for it in time",
                      RejectCode::VenueRateLimit);
    }
  }
  std::erase_if(doubtful_,
                [&](const auto& entry) { return now.mono_ns - entry.second > recent_ns; });
}

}  // namespace causeway::translators::deribit
