#include <utility>

#include "translators/binance/account_session.hpp"

// What replies and the user data stream say, as the engine wants it.
namespace causeway::translators::binance {
namespace {

using fixspec::RejectCode;

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

void AccountSession::warn(std::string_view event, const std::string& error) {
  log_.warning(
      event, {{"venue", "binance"}, {"account", settings_.account.to_string()}, {"error", error}});
}

}  // namespace causeway::translators::binance
