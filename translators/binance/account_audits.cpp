#include <algorithm>
#include <utility>

#include "translators/binance/account_session.hpp"

// Orders whose fills have to be asked for: the stream told them as nobody's before it was known
// that they came of a stop of ours, or it told less of them than their stop does, or a trade of
// theirs had no id. Asked until answered; all that is found is told, and each fill counts once.
namespace causeway::translators::binance {
namespace {

constexpr std::int64_t shortest_pause_ns = 500 * fixspec::nanos_per_milli;
constexpr std::int64_t longest_pause_ns = 8 * fixspec::nanos_per_second;
// The news of an order may be that much later than those of its stop.
constexpr std::int64_t behind_for_ns = fixspec::nanos_per_second;

}  // namespace

// A link that comes after the order was told as nobody's: everything of it is still owed.
void AccountSession::audit_late_links() {
  for (const AlgoOrders::Link& link : orders_.take_links()) {
    const fixspec::InstrumentKey* instrument = foreign_.find(link.child);
    if (instrument == nullptr) continue;
    warn("venue_parent_late", "order " + link.child.to_string() +
                                  " came of a stop of ours, which became known after it had been "
                                  "told as not ours; its fills are asked for");
    audits_[link.child] = {.client_id = link.client_id, .instrument = *instrument};
  }
}

// A stop tells how much was done by the order that came of it, and when that has ended.
void AccountSession::audit_if_behind(const fixspec::VenueClOrdId& client_id, const AlgoFacts& facts,
                                     fixspec::Timestamp now) {
  const AlgoOrders::Stop* stop = orders_.find(client_id);
  if (stop == nullptr || !stop->child) return;
  Audit audit{.client_id = client_id,
              .instrument = facts.update.instrument,
              .done = facts.update.cum_qty,
              .finished = facts.finished,
              .not_before_mono_ns = now.mono_ns + behind_for_ns};
  if (!is_behind(audit)) return;
  const auto [at, is_new] = audits_.try_emplace(*stop->child, audit);
  if (is_new || !at->second.done) return;
  at->second.done = std::max(*at->second.done, *audit.done);
  at->second.finished = at->second.finished || audit.finished;
}

bool AccountSession::is_behind(const Audit& audit) {
  const AlgoOrders::Stop* stop = audit.client_id ? orders_.find(*audit.client_id) : nullptr;
  if (stop == nullptr || !audit.done) return true;
  return stop->child_cum_qty < *audit.done || (audit.finished && !stop->child_ended);
}

void AccountSession::run_audits(fixspec::Timestamp now) {
  std::vector<fixspec::VenueOrderId> due;
  std::erase_if(audits_, [&](const auto& entry) {
    return entry.second.query == 0 && now.mono_ns >= entry.second.not_before_mono_ns &&
           !is_behind(entry.second);
  });
  for (const auto& [number, audit] : audits_) {
    if (audit.query == 0 && now.mono_ns >= audit.not_before_mono_ns) due.push_back(number);
  }
  for (const fixspec::VenueOrderId& number : due) {
    Audit& audit = audits_.at(number);
    audit.query = last_query_ + 1;
    const VenueRequest request{
        .request_id = 0,
        .venue = fixspec::Venue::Binance,
        .account = settings_.account,
        .ask =
            QueryOrder{.client_id = audit.client_id.value_or(fixspec::VenueClOrdId{}),
                       .venue_order_id = number,
                       .instrument = audit.instrument,
                       .ord_type = audit.known ? audit.known->ord_type : fixspec::OrdType::Stop}};
    begin_query({.query = audit.known ? make_fills_query(request, orders_, *audit.known)
                                      : make_query(request, orders_, log_),
                 .audit = number},
                now);
  }
}

void AccountSession::ask_again_later(Audit& audit, fixspec::Timestamp now) {
  audit.query = 0;
  const std::int64_t pause_ns = shortest_pause_ns << std::min<std::uint32_t>(audit.failures, 10);
  audit.not_before_mono_ns = now.mono_ns + std::min(pause_ns, longest_pause_ns);
  ++audit.failures;
}

void AccountSession::on_audit_answer(std::uint64_t query, const fixspec::VenueOrderId& number,
                                     const Told& told, fixspec::Timestamp now) {
  const auto found = audits_.find(number);
  if (found == audits_.end() || found->second.query != query) return;
  const auto* answer = std::get_if<QueryAnswer>(&told);
  // It has told of itself, so that it exists: not to find it is no answer either.
  if (answer == nullptr || !answer->order) return ask_again_later(found->second, now);

  const Audit audit = found->second;
  OrderUpdate update = *answer->order;
  update.source = Source::Stream;  // a fact, and no answer to anything that was asked
  update.client_id = audit.client_id;
  tell_triggered(update);
  for (Fill fill : answer->fills) {
    fill.source = Source::Stream;
    fill.client_id = audit.client_id;
    fill.origin = audit.known ? audit.known->origin : std::nullopt;
    outbox_.emit(std::move(fill));
  }
  AlgoOrders::Stop* stop = audit.client_id ? orders_.find(*audit.client_id) : nullptr;
  if (stop != nullptr) {
    stop->child_cum_qty = std::max(stop->child_cum_qty, update.cum_qty);
    stop->child_ended = stop->child_ended || is_over(update.state);
    if (stop->last) {
      update.ord_type = stop->last->ord_type;
      update.stop_px = stop->last->stop_px;
    }
  }
  if (!audit.known) outbox_.emit(std::move(update));
  // The order's picture may lag behind what its stop has said.
  if (audit.done && is_behind(audit)) return ask_again_later(found->second, now);
  audits_.erase(found);
}

}  // namespace causeway::translators::binance
