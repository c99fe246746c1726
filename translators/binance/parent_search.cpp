#include "translators/binance/parent_search.hpp"

#include <algorithm>
#include <utility>

namespace causeway::translators::binance {
namespace {

using wire::Method;
using wire::Parameter;

// How long the news of a stop may be later than that of the order that came of it, before the venue
// is asked.
constexpr std::int64_t ask_after_ns = 300 * fixspec::nanos_per_milli;
// Between two questions about the same; doubling while they fail.
constexpr std::int64_t shortest_pause_ns = 500 * fixspec::nanos_per_milli;
constexpr std::int64_t longest_pause_ns = 5 * fixspec::nanos_per_second;
// More stops than this are asked for as a list, which weighs as much as five.
constexpr std::size_t few = 5;
constexpr std::int64_t longest_list = 1'000;

}  // namespace

ParentSearch::ParentSearch(Rest& rest, AlgoOrders& orders, const net::ClockOffset& clock,
                           std::int64_t timeout_ns, Tell tell)
    : rest_(rest),
      orders_(orders),
      clock_(clock),
      timeout_ns_(timeout_ns),
      tell_(std::move(tell)) {}

void ParentSearch::clear() {
  ++generation_;
  stops_.clear();
  lists_.clear();
}

void ParentSearch::forget_old(fixspec::Timestamp now) {
  const auto is_old = [&](const auto& entry) {
    return !entry.second.in_flight && now.mono_ns >= entry.second.not_before_mono_ns;
  };
  std::erase_if(stops_, is_old);
  std::erase_if(lists_, is_old);
}

bool ParentSearch::excludes_all(const Child& child, fixspec::Timestamp now) {
  // What was asked earlier may have been answered before the stop triggered.
  const std::int64_t after = child.since_mono_ns + ask_after_ns;
  if (now.mono_ns < after) return false;
  const auto is_excluded = [&](const auto& questions, const auto& key) {
    const auto found = questions.find(key);
    return found != questions.end() && found->second.excluded_mono_ns >= after;
  };
  auto missing = orders_.open_on(child.symbol, child.stops_known);
  std::erase_if(missing, [&](const auto& client_id) { return is_excluded(stops_, client_id); });
  const bool listed = is_excluded(lists_, child.symbol);
  if (missing.empty() && (listed || !child.any_stop)) return true;
  if (!listed && (child.any_stop || missing.size() > few)) ask_list(child.symbol, now);
  if (listed || missing.size() <= few) {
    for (const fixspec::VenueClOrdId& client_id : missing) ask_stop(client_id, now);
  }
  return false;
}

bool ParentSearch::begin(Question& question, fixspec::Timestamp now) {
  if (question.in_flight || now.mono_ns < question.not_before_mono_ns) return false;
  question.in_flight = true;
  question.asked_mono_ns = now.mono_ns;
  return true;
}

void ParentSearch::end(Question& question, bool answered, fixspec::Timestamp now) {
  question.in_flight = false;
  question.failures = answered ? 0 : question.failures + 1;
  const std::int64_t pause_ns = shortest_pause_ns << std::min<std::uint32_t>(question.failures, 10);
  question.not_before_mono_ns = now.mono_ns + std::min(pause_ns, longest_pause_ns);
}

void ParentSearch::ask_stop(const fixspec::VenueClOrdId& client_id, fixspec::Timestamp now) {
  if (!begin(stops_[client_id], now)) return;
  rest_.send(
      [client_id] {
        return wire::Call{Method::QueryAlgoOrder}.with(Parameter::ClientAlgoId, client_id.view());
      },
      {.timeout_ns = timeout_ns_},
      [this, client_id, generation = generation_](const Answer& answer, fixspec::Timestamp at) {
        if (generation != generation_) return;
        const bool answered = on_stop(client_id, answer, at);
        end(stops_[client_id], answered, at);
      },
      now);
}

bool ParentSearch::on_stop(const fixspec::VenueClOrdId& client_id, const Answer& answer,
                           fixspec::Timestamp now) {
  const std::int64_t asked_mono_ns = stops_[client_id].asked_mono_ns;
  if (answer.ok()) {
    const auto row = answer.body->algo_order();
    if (!row) return false;
    auto facts = to_algo_facts(*row, Source::Query);
    if (!facts) return false;
    take(std::move(*facts), asked_mono_ns, now);
    return true;
  }
  if (!answer.reply.failure) return false;
  const Judgement judgement =
      judge(answer.reply.status, *answer.reply.failure, AskKind::QueryOrder);
  if (judgement.verdict != Verdict::NotFound) return false;
  // A stop that the venue does not have is nobody's parent.
  stops_[client_id].excluded_mono_ns = asked_mono_ns;
  const std::int64_t age_ns = now.mono_ns - asked_mono_ns;
  orders_.not_found(client_id, clock_.to_venue(now.utc_ns - age_ns));
  return true;
}

void ParentSearch::ask_list(const fixspec::Symbol& symbol, fixspec::Timestamp now) {
  Question& question = lists_[symbol];
  if (!begin(question, now)) return;
  rest_.send(
      [symbol] {
        return wire::Call{Method::AllAlgoOrders}
            .with(Parameter::Symbol, symbol.view())
            .with(Parameter::Limit, longest_list);
      },
      {.timeout_ns = timeout_ns_},
      [this, symbol, generation = generation_](const Answer& answer, fixspec::Timestamp at) {
        if (generation != generation_) return;
        const std::int64_t asked_mono_ns = lists_[symbol].asked_mono_ns;
        const bool answered = on_list(answer, asked_mono_ns, at);
        if (answered) lists_[symbol].excluded_mono_ns = asked_mono_ns;
        end(lists_[symbol], answered, at);
      },
      now);
}

// Stops that the list does not have (it does not reach back for ever) are not ruled out by it.
bool ParentSearch::on_list(const Answer& answer, std::int64_t asked_mono_ns,
                           fixspec::Timestamp now) {
  if (!answer.ok()) return false;
  const auto rows = answer.body->algo_orders();
  if (!rows) return false;
  for (const wire::AlgoOrder& row : *rows) {
    // Others on the account may have made kinds that we know nothing of: they are not ours.
    auto facts = to_algo_facts(row, Source::Query);
    if (!facts || !facts->update.client_id) continue;
    const AlgoOrders::Stop* stop = orders_.find(*facts->update.client_id);
    const bool is_waited_for = stop != nullptr && !stop->child && !stop->ended;
    if (is_waited_for) {
      take(std::move(*facts), asked_mono_ns, now);
    } else if (facts->child) {
      orders_.link(*facts->update.client_id, *facts->child);
    }
  }
  return true;
}

void ParentSearch::take(AlgoFacts facts, std::int64_t asked_mono_ns, fixspec::Timestamp now) {
  // One that triggers right now, and does not say yet what comes of it, is asked again.
  if (facts.update.client_id && (facts.child || !facts.may_have_child)) {
    stops_[*facts.update.client_id].excluded_mono_ns = asked_mono_ns;
  }
  if (facts.child || facts.update.state != VenueOrderState::Untriggered) {
    tell_(std::move(facts), now);
  }
}

}  // namespace causeway::translators::binance
