#include <algorithm>
#include <utility>

#include "translators/binance/account_session.hpp"

// Whose the orders are that the stream tells of. What could have come of a stop of ours is told
// only once it is known whether it did: told without our client id, a fill would never reach its
// client.
namespace causeway::translators::binance {
namespace {

// An operator hears of events that are held for so long. They are held on.
constexpr std::int64_t warn_after_ns = 10 * fixspec::nanos_per_second;
// More would fill the memory while the venue does not answer: then the stream is started anew, and
// the recovery that comes with it finds what was held.
constexpr std::size_t most_held = 20'000;

// The venue's own doing for its own reasons: no stop's.
bool is_forced(const OrderUpdate& update) {
  return update.origin && *update.origin != fixspec::ExecOrigin::Venue &&
         *update.origin != fixspec::ExecOrigin::Client;
}

}  // namespace

void AccountSession::on_order_event(OrderFacts facts, fixspec::Timestamp now) {
  // Of one order, events keep their order.
  const bool is_free =
      !held_.contains(facts.update.venue_order_id) &&
      (identify(facts) || (listed_ && orders_.open_on(facts.update.instrument.symbol).empty()));
  if (is_free) return tell(std::move(facts));
  hold(std::move(facts), now);
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
  return is_forced(update) || foreign_.contains(update.venue_order_id);
}

void AccountSession::tell(OrderFacts facts) {
  OrderUpdate& update = facts.update;
  AlgoOrders::Stop* stop = update.client_id ? orders_.find(*update.client_id) : nullptr;
  if (stop != nullptr) {
    stop->child_cum_qty = std::max(stop->child_cum_qty, update.cum_qty);
    stop->child_ended = stop->child_ended || is_over(update.state);
  }
  if (stop != nullptr && stop->last) {
    // What the client ordered, not what the venue made of it.
    update.ord_type = stop->last->ord_type;
    update.stop_px = stop->last->stop_px;
    tell_triggered(update);
  }
  if (update.client_id) orders_.note(update.venue_order_id, *update.client_id);
  if (!update.client_id || !orders_.is_ours(*update.client_id)) {
    foreign_.put(update.venue_order_id, update.instrument);
  }
  if (facts.fill_unnamed) {
    warn("venue_fill_without_id", "order " + update.venue_order_id.to_string() +
                                      " was filled by a trade without an id; its trades are asked "
                                      "for");
    audits_[update.venue_order_id] = {
        .client_id = update.client_id, .instrument = update.instrument, .known = update};
  }
  // The fill first: then the picture that counts it finds it known.
  if (facts.fill) outbox_.emit(std::move(*facts.fill));
  outbox_.emit(std::move(update));
}

// Once, before anything that the order of a stop does.
void AccountSession::tell_triggered(const OrderUpdate& update) {
  AlgoOrders::Stop* stop = update.client_id ? orders_.find(*update.client_id) : nullptr;
  if (stop == nullptr || !stop->last || std::exchange(stop->triggered, true)) return;
  OrderUpdate triggered = *stop->last;
  triggered.source = Source::Stream;
  triggered.request_id = 0;
  triggered.state = VenueOrderState::Triggered;
  triggered.cum_qty = {};
  triggered.venue_order_id = update.venue_order_id;
  triggered.venue_time = update.venue_time;
  outbox_.emit(std::move(triggered));
}

void AccountSession::on_algo_event(const wire::AlgoUpdate& event, fixspec::Timestamp now) {
  auto facts = to_algo_facts(event);
  if (!facts) return stream_.give_up("venue_event_unreadable", facts.error().text);
  tell_algo(std::move(*facts), now);
  release_held(now);
}

void AccountSession::tell_algo(AlgoFacts facts, fixspec::Timestamp now) {
  const AlgoFacts shown = facts;
  const AlgoOrders::Stop* stop =
      facts.update.client_id ? orders_.find(*facts.update.client_id) : nullptr;
  const bool was_triggered = stop != nullptr && stop->triggered;
  OrderUpdate update = orders_.learn(std::move(facts));
  if (update.client_id) {
    orders_.note(update.venue_order_id, *update.client_id);
    audit_if_behind(*update.client_id, shown, now);
  }
  // It is told once: later news of the stop show the order as it was, not as it was amended since.
  if (!was_triggered || update.state != VenueOrderState::Triggered) {
    outbox_.emit(std::move(update));
  }
}

// ---- events of orders that may have come of a stop
// --------------------------------------------------

void AccountSession::hold(OrderFacts facts, fixspec::Timestamp now) {
  if (held_events_ > most_held) return;  // the stream is being given up
  if (++held_events_ > most_held) {
    return stream_.give_up("venue_events_unexplained",
                           "too many events may have come of stops of ours");
  }
  const auto [at, is_new] = held_.try_emplace(facts.update.venue_order_id);
  if (is_new) {
    at->second.child = {.symbol = facts.update.instrument.symbol,
                        .since_mono_ns = now.mono_ns,
                        .stops_known = orders_.stops_known(),
                        .any_stop = !listed_};
  }
  at->second.events.push_back(std::move(facts));
}

bool AccountSession::is_explained(HeldOrder& held, fixspec::Timestamp now) {
  OrderFacts& first = held.events.front();
  if (identify(first)) return true;
  // Until what is open has been listed, nobody knows which stops there are.
  if (!listed_) return false;
  if (!std::exchange(held.searching, true)) held.child.stops_known = orders_.stops_known();
  if (parents_.excludes_all(held.child, now)) return true;
  if (!held.warned && now.mono_ns - held.child.since_mono_ns >= warn_after_ns) {
    held.warned = true;
    warn("venue_event_unexplained",
         "order " + first.update.venue_order_id.to_string() +
             " may have come of a stop of ours, and the venue does not answer which; its events "
             "are held until it does");
  }
  return false;
}

void AccountSession::release_held(fixspec::Timestamp now) {
  std::vector<std::pair<std::int64_t, fixspec::VenueOrderId>> ready;
  for (auto& [number, held] : held_) {
    if (is_explained(held, now)) ready.emplace_back(held.child.since_mono_ns, number);
  }
  if (ready.empty()) return;
  std::sort(ready.begin(), ready.end());
  for (const auto& [since, number] : ready) {
    HeldOrder held = std::move(held_.extract(number).mapped());
    held_events_ -= held.events.size();
    for (OrderFacts& facts : held.events) {
      identify(facts);
      tell(std::move(facts));
    }
  }
  if (held_.empty()) parents_.forget_old(now);
}

// What is held when the stream is lost is dropped, and the recovery that follows finds it. Nothing
// is lost by that: the link is told as down and as up again, and then the engine asks
// - for all trades since at least the oldest event that was dropped (lost_since_ sees to that),
// with
//   the orders that came of stops named by the venue's own list;
// - for each order of ours whose end it has not been told, by its client id: those that are dropped
//   here have not told theirs.
// Nothing else would be right: told without an owner, a fill of ours would be counted as somebody
// else's, and once more as ours when recovery finds it; kept until its owner is known, somebody
// else's fill would be told after the positions, which have it in them already, were compared.
void AccountSession::drop_held() {
  ++losses_;
  const auto lost = [this](fixspec::UtcNanos venue_time) {
    lost_since_ = std::min(lost_since_.value_or(venue_time), venue_time);
  };
  for (const auto& [number, held] : held_) {
    for (const OrderFacts& facts : held.events) lost(facts.update.venue_time);
  }
  held_.clear();
  held_events_ = 0;
  parents_.clear();
  // Fills of our own orders are told once, however often they are found: these go on.
  std::erase_if(audits_, [&](const auto& entry) {
    const Audit& audit = entry.second;
    if (audit.client_id) return false;
    if (audit.known) lost(audit.known->venue_time);
    return true;
  });
}

}  // namespace causeway::translators::binance
