#include <set>
#include <utility>

#include "translators/binance/account_session.hpp"

// What replies and the user data stream say, as the engine wants it.
namespace causeway::translators::binance {
namespace {

using fixspec::RejectCode;

// How long the news of a stop may be later than that of the order that came of it, before the venue
// is asked; and the longest that an event is held back.
constexpr std::int64_t ask_after_ns = 300 * fixspec::nanos_per_milli;
constexpr std::int64_t longest_hold_ns = 10 * fixspec::nanos_per_second;

bool is_end(VenueOrderState state) {
  return state == VenueOrderState::Canceled || state == VenueOrderState::Rejected ||
         state == VenueOrderState::Expired;
}

// Whether the request goes to the service of stops.
bool is_about_stop(const Ask& ask) {
  if (const auto* place = std::get_if<PlaceOrder>(&ask)) {
    return fixspec::has_stop_px(place->ord_type);
  }
  const auto* cancel = std::get_if<CancelOrder>(&ask);
  if (cancel == nullptr) return false;
  if (!cancel->venue_order_id) return fixspec::has_stop_px(cancel->ord_type);
  const auto number = order_number_of(cancel->venue_order_id->view());
  return number && number->algo;
}

// The venue's own doing for its own reasons: no stop's.
bool is_forced(const OrderUpdate& update) {
  return update.origin && *update.origin != fixspec::ExecOrigin::Venue &&
         *update.origin != fixspec::ExecOrigin::Client;
}

}  // namespace

// ---- answers to requests
// -----------------------------------------------------------------------------

void AccountSession::on_answer(const VenueRequest& request, const Answer& answer, bool late,
                               fixspec::Timestamp now) {
  if (!answer.ok()) {
    if (late) return;  // it was told as unknown, and is being looked for
    switch (answer.outcome) {
      case Answer::Outcome::Replied:
        return on_refused(request, answer.reply, now);
      case Answer::Outcome::NotSent:
        return answer_not_sent(request, answer.reason, answer.code);
      case Answer::Outcome::Lost:
        return answer_unknown(request, answer.reason);
    }
  }
  auto update = update_of(request, *answer.body);
  if (!update) {
    warn("venue_reply_unreadable", update.error().text);
    if (!late) answer_unknown(request, "its reply cannot be read: " + update.error().text);
    return;
  }
  orders_.note(update->venue_order_id, client_id_of(request.ask));
  update->amended = kind_of(request.ask) == AskKind::Amend && !is_end(update->state);
  // A reply after its deadline is a fact, but no answer: that one was given.
  if (late) {
    update->source = Source::Stream;
  } else {
    update->request_id = request.request_id;
  }
  outbox_.emit(std::move(*update));
}

Mapped<OrderUpdate> AccountSession::update_of(const VenueRequest& request, const Decoder& body) {
  Mapped<OrderUpdate> update = OrderUpdate{};
  if (!is_about_stop(request.ask)) {
    const auto row = body.order();
    if (!row) return fixspec::Unexpected{row.error()};
    update = to_order_update(*row, Source::Reply);
  } else if (kind_of(request.ask) == AskKind::Cancel) {
    update = cancelled_stop(request, body);
  } else {
    const auto row = body.algo_order();
    if (!row) return fixspec::Unexpected{row.error()};
    auto facts = to_algo_facts(*row, Source::Reply);
    if (!facts) return fixspec::Unexpected{facts.error()};
    update = orders_.learn(std::move(*facts));
  }
  // The order that came of a stop does not carry our client id.
  if (update) update->client_id = client_id_of(request.ask);
  return update;
}

// The venue says which, and nothing about it: it is as it was shown last, and gone.
Mapped<OrderUpdate> AccountSession::cancelled_stop(const VenueRequest& request,
                                                   const Decoder& body) {
  const auto done = body.algo_ack();
  if (!done) return fixspec::Unexpected{done.error()};
  AlgoOrders::Stop* stop = orders_.find(client_id_of(request.ask));
  if (stop == nullptr || !stop->last) {
    return fixspec::Unexpected{fixspec::Error{"a stop was cancelled that had not been shown"}};
  }
  OrderUpdate update = *stop->last;
  update.source = Source::Reply;
  update.state = VenueOrderState::Canceled;
  return orders_.learn({.update = std::move(update), .child = {}});
}

void AccountSession::on_refused(const VenueRequest& request, const wire::Reply& reply,
                                fixspec::Timestamp) {
  const AskKind kind = kind_of(request.ask);
  const Judgement judgement = judge(reply.status, *reply.failure, kind);
  auto detail = to_detail(reply.status, *reply.failure, judgement.code);
  if (judgement.verdict == Verdict::Unknown) {
    return answer_unknown(request, std::move(detail.text));
  }
  if (kind == AskKind::Place) orders_.forget(client_id_of(request.ask));
  outbox_.emit(RequestRefused{.request_id = request.request_id,
                              .kind = kind,
                              .client_id = client_id_of(request.ask),
                              .detail = std::move(detail),
                              .order_may_be_closed = judgement.order_may_be_closed,
                              .may_pass_later = judgement.may_pass_later});
}

void AccountSession::answer_unknown(const VenueRequest& request, std::string reason) {
  outbox_.emit(RequestUnknown{.request_id = request.request_id,
                              .kind = kind_of(request.ask),
                              .client_id = client_id_of(request.ask),
                              .reason = std::move(reason)});
}

void AccountSession::answer_not_sent(const VenueRequest& request, std::string reason,
                                     RejectCode code) {
  if (kind_of(request.ask) == AskKind::Place) orders_.forget(client_id_of(request.ask));
  outbox_.emit(RequestNotSent{.request_id = request.request_id,
                              .kind = kind_of(request.ask),
                              .client_id = client_id_of(request.ask),
                              .reason = std::move(reason),
                              .code = code});
}

// ---- the user data stream
// ---------------------------------------------------------------------------

void AccountSession::on_user_event(const wire::UserEvent& event, fixspec::Timestamp now) {
  if (const auto* order = std::get_if<wire::OrderTradeUpdate>(&event)) {
    auto facts = to_order_facts(*order);
    // A fact may be lost in it: only a new start can make up for that.
    if (!facts) return stream_.give_up("venue_event_unreadable", facts.error().text);
    return on_order_event(std::move(*facts), now);
  }
  if (const auto* algo = std::get_if<wire::AlgoUpdate>(&event)) return on_algo_event(*algo, now);
  if (const auto* call = std::get_if<wire::MarginCall>(&event)) {
    std::string symbols;
    for (const std::string_view symbol : call->symbols) {
      symbols.append(symbols.empty() ? "" : " ").append(symbol);
    }
    warn("venue_margin_call", "the venue calls for margin: " + symbols);
  }
  // TRADE_LITE brings a fill some time before ORDER_TRADE_UPDATE, but without its fee and without
  // the order's state: a fill counts once, and then its fee would be missing for ever. Balances and
  // positions of ACCOUNT_UPDATE follow from fills, and recovery compares them.
}

void AccountSession::on_order_event(OrderFacts facts, fixspec::Timestamp now) {
  if (!held_.empty()) {
    held_.push_back({.facts = std::move(facts), .since_mono_ns = now.mono_ns});
    return release_held(now);
  }
  if (identify(facts)) return tell(std::move(facts));
  held_.push_back({.facts = std::move(facts), .since_mono_ns = now.mono_ns});
}

bool AccountSession::identify(OrderFacts& facts) {
  OrderUpdate& update = facts.update;
  if (const auto parent = orders_.parent_of(update.venue_order_id)) {
    update.client_id = parent;
    if (facts.fill) facts.fill->client_id = parent;
    return true;
  }
  if (update.client_id && orders_.is_ours(*update.client_id)) {
    // Should the venue carry a stop's client id over, that links the two as well.
    const AlgoOrders::Stop* stop = orders_.find(*update.client_id);
    if (stop != nullptr) orders_.link(*update.client_id, update.venue_order_id);
    return true;
  }
  if (is_forced(update) || foreign_.contains(update.venue_order_id)) return true;
  return listed_ && orders_.open_on(update.instrument.symbol).empty();
}

void AccountSession::tell(OrderFacts facts) {
  OrderUpdate& update = facts.update;
  AlgoOrders::Stop* stop = update.client_id ? orders_.find(*update.client_id) : nullptr;
  if (stop != nullptr && stop->last) {
    // What the client ordered, not what the venue made of it.
    update.ord_type = stop->last->ord_type;
    update.stop_px = stop->last->stop_px;
    if (!std::exchange(stop->triggered, true)) {
      OrderUpdate triggered = *stop->last;
      triggered.source = Source::Stream;
      triggered.request_id = 0;
      triggered.state = VenueOrderState::Triggered;
      triggered.venue_order_id = update.venue_order_id;
      triggered.venue_time = update.venue_time;
      outbox_.emit(std::move(triggered));
    }
  }
  if (update.client_id) orders_.note(update.venue_order_id, *update.client_id);
  if (facts.fill_unnamed) {
    warn("venue_fill_without_id", "order " + update.venue_order_id.to_string() +
                                      " was filled by a trade without an id; its trades are asked "
                                      "for");
    ask_for_fills(update);
  }
  // The fill first: then the picture that counts it finds it known.
  if (facts.fill) outbox_.emit(std::move(*facts.fill));
  outbox_.emit(std::move(update));
}

void AccountSession::ask_for_fills(const OrderUpdate& update) {
  const auto number = order_number_of(update.venue_order_id.view());
  if (!number) return;
  unnamed_.push_back({.symbol = update.instrument.symbol,
                      .number = number->number,
                      .client_id = update.client_id,
                      .origin = update.origin});
}

void AccountSession::on_algo_event(const wire::AlgoUpdate& event, fixspec::Timestamp now) {
  auto facts = to_algo_facts(event);
  if (!facts) return stream_.give_up("venue_event_unreadable", facts.error().text);
  const AlgoOrders::Stop* stop =
      facts->update.client_id ? orders_.find(*facts->update.client_id) : nullptr;
  const bool was_triggered = stop != nullptr && stop->triggered;
  OrderUpdate update = orders_.learn(std::move(*facts));
  if (update.client_id) orders_.note(update.venue_order_id, *update.client_id);
  // It is told once: later news of the stop show the order as it was, not as it was amended since.
  if (!was_triggered || update.state != VenueOrderState::Triggered) {
    outbox_.emit(std::move(update));
  }
  if (!held_.empty()) release_held(now);
}

// ---- events of orders that may have come of a stop
// --------------------------------------------------

void AccountSession::release_held(fixspec::Timestamp now) {
  std::set<fixspec::VenueOrderId> waiting;
  std::deque<HeldEvent> held = std::exchange(held_, {});
  for (HeldEvent& event : held) {
    const fixspec::VenueOrderId number = event.facts.update.venue_order_id;
    // Of one order, events keep their order.
    const bool free = !waiting.contains(number) && identify(event.facts);
    if (!free && now.mono_ns - event.since_mono_ns >= longest_hold_ns) {
      warn("venue_event_unexplained", "order " + number.to_string() +
                                          " may have come of a stop of ours, which the venue does "
                                          "not tell; it is passed on as it is");
      foreign_.put(number, true);
    } else if (!free) {
      waiting.insert(number);
      if (!event.asked && listed_ && now.mono_ns - event.since_mono_ns >= ask_after_ns) {
        event.asked = true;
        look_for_parents(event.facts.update, now);
      }
      held_.push_back(std::move(event));
      continue;
    }
    tell(std::move(event.facts));
  }
}

// Asks each stop that may have triggered what came of it.
void AccountSession::look_for_parents(const OrderUpdate& child, fixspec::Timestamp now) {
  const auto stops = orders_.open_on(child.instrument.symbol);
  auto left = std::make_shared<std::size_t>(stops.size());
  // The next turn releases what was held.
  const auto done = [this, left, number = child.venue_order_id] {
    if (--*left == 0 && !orders_.parent_of(number)) foreign_.put(number, true);
  };
  for (const fixspec::VenueClOrdId& client_id : stops) {
    rest_.send(
        [client_id] {
          return wire::Call{wire::Method::QueryAlgoOrder}.with(wire::Parameter::ClientAlgoId,
                                                               client_id.view());
        },
        {.timeout_ns = settings_.request_timeout_ns},
        [this, done](const Answer& answer, fixspec::Timestamp) {
          if (answer.ok()) {
            const auto row = answer.body->algo_order();
            auto facts = row ? to_algo_facts(*row, Source::Query)
                             : Mapped<AlgoFacts>{fixspec::Unexpected{row.error()}};
            if (facts) outbox_.emit(orders_.learn(std::move(*facts)));
          }
          done();
        },
        now);
  }
}

void AccountSession::fetch_fills(fixspec::Timestamp now) {
  for (const UnnamedFill& wanted : std::exchange(unnamed_, {})) {
    rest_.send(
        [symbol = wanted.symbol, number = wanted.number] {
          return wire::Call{wire::Method::UserTrades}
              .with(wire::Parameter::Symbol, symbol.view())
              .with(wire::Parameter::OrderId, number);
        },
        {.timeout_ns = settings_.request_timeout_ns},
        [this, wanted](const Answer& answer, fixspec::Timestamp) {
          const auto rows = answer.ok() ? answer.body->user_trades()
                                        : Decoded<std::vector<wire::UserTrade>>{fixspec::Unexpected{
                                              fixspec::Error{words_of(answer)}}};
          if (!rows) return warn("venue_fill_without_id", rows.error().text);
          for (const wire::UserTrade& row : *rows) {
            if (row.order_id != wanted.number) continue;
            auto fill = to_fill(row, Source::Stream, wanted.client_id);
            if (!fill) return warn("venue_trade_unreadable", fill.error().text);
            fill->origin = wanted.origin;
            outbox_.emit(std::move(*fill));
          }
        },
        now);
  }
}

void AccountSession::warn(std::string_view event, const std::string& error) {
  log_.warning(
      event, {{"venue", "binance"}, {"account", settings_.account.to_string()}, {"error", error}});
}

}  // namespace causeway::translators::binance
