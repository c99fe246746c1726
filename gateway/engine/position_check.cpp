#include <algorithm>
#include <utility>

#include "gateway/engine/engine.hpp"

// Our positions against the venue's. A picture of positions and the fills race, so a difference
// counts once it has shown twice in a row without a trade between, or the same again and again;
// then new orders on that instrument stop, and everything else goes on.
namespace causeway::gateway::engine {

using fixspec::AccountId;
using fixspec::InstrumentKey;
using fixspec::Quantity;

namespace {

constexpr std::int64_t again_ns = 250 * fixspec::nanos_per_milli;
// On an instrument that never rests every comparison may race with a trade.
constexpr std::uint32_t most_attempts = 4;
// Trades from shortly before a comparison that agreed are asked for again.
constexpr std::int64_t agreed_margin_ns = 5 * fixspec::nanos_per_second;

}  // namespace

void Engine::ask_positions(Account& account, const AccountId& id) {
  account.comparison.again = false;
  account.comparison.asked_venue_time = account.venue_time;
  account.comparison.moved.clear();
  account.positions_request = request(id, translators::QueryPositions{});
}

void Engine::on(Account& account, const AccountId& id, const translators::Positions& positions) {
  if (positions.request_id != account.positions_request) return;
  account.positions_request = 0;
  // What the venue leaves out is flat there.
  auto theirs = exposure_.positions(id);
  for (auto& [instrument, position] : theirs) position = Quantity{};
  for (const auto& position : positions.positions) theirs[position.instrument] = position.size;
  if (!account.position_known) return take_opening(account, id, theirs);

  Comparison& comparison = account.comparison;
  const auto before = std::exchange(comparison.differences, {});
  bool is_open = false;
  for (const auto& [instrument, position] : theirs) {
    const Quantity by = exposure_.of(id, instrument).position - position;
    if (by.is_zero()) continue;
    const auto last = before.find(instrument);
    const bool repeats = last != before.end() && last->second.by == by;
    const bool rested = !comparison.moved.contains(instrument);
    comparison.differences[instrument] = {
        .by = by, .times = repeats ? last->second.times + 1 : 1, .rested = rested};
    const Halt* const known = halt_of(Check::PositionMismatch, id, instrument);
    const bool is_known = known != nullptr && known->venue_position == position &&
                          !account_settings_[id].adopt_position;
    is_open = is_open || !(is_known || (repeats && rested));
  }
  if (is_open && ++comparison.attempts < most_attempts) return compare_again(account, id);
  settle_positions(account, id, theirs);
}

// The first picture is where our counting starts; it has to show twice, for a trade that came in
// between would count double.
void Engine::take_opening(Account& account, const AccountId& id,
                          const std::map<InstrumentKey, Quantity>& theirs) {
  bool agrees = true;
  for (const auto& [instrument, position] : theirs) {
    if (exposure_.of(id, instrument).position == position) continue;
    agrees = false;
    set_position(id, instrument, position);
  }
  if (!agrees && ++account.comparison.attempts < most_attempts) return compare_again(account, id);
  account.position_known = true;
  positions_compared(account, id);
}

void Engine::compare_again(Account& account, const AccountId& id) {
  account.comparison.again = true;
  // While trading goes on a trade may have been missed, and not only be late.
  if (account.phase == Phase::Ready && account.recount_request == 0) {
    account.recount_request = query_trades(account, id);
  }
  set_timer({.kind = Task::Kind::RetryRecovery, .order = 0, .account = id}, now_.utc_ns + again_ns);
}

void Engine::settle_positions(Account& account, const AccountId& id,
                              const std::map<InstrumentKey, Quantity>& theirs) {
  // Where both agree there is nothing to take, now or at another difference much later.
  std::erase_if(account.take_position, [&](const InstrumentKey& instrument) {
    return !account.comparison.differences.contains(instrument);
  });
  for (const auto& [instrument, difference] : account.comparison.differences) {
    const bool is_proven =
        (difference.times > 1 && difference.rested) || difference.times >= most_attempts;
    if (is_proven) position_differs(account, id, instrument, theirs.at(instrument));
    // Of the others each answer has shown another difference: trades in flight, that the next audit
    // will find at rest.
  }
  std::erase_if(halts_, [&](const Halt& halt) {
    if (halt.check != Check::PositionMismatch || halt.account != id) return false;
    const auto found = theirs.find(*halt.instrument);
    const Quantity there = found == theirs.end() ? Quantity{} : found->second;
    const Quantity here = exposure_.of(id, *halt.instrument).position;
    if (here != there) return false;
    alarm(Alarm::Severity::Warning, "position_agrees",
          "halt " + std::to_string(halt.number) + " is over: position of " +
              halt.instrument->symbol.to_string() + " on account " + id.to_string() + " is " +
              here.to_string() + " here and at the venue");
    return true;
  });
  positions_compared(account, id);
}

void Engine::position_differs(Account& account, const AccountId& id,
                              const InstrumentKey& instrument, Quantity theirs) {
  const std::string text = "position of " + instrument.symbol.to_string() + " on account " +
                           id.to_string() + " is " +
                           exposure_.of(id, instrument).position.to_string() + " here and " +
                           theirs.to_string() + " at the venue";
  const bool acknowledged = account.take_position.erase(instrument) > 0;
  if (account_settings_[id].adopt_position || acknowledged || has_expired(instrument)) {
    alarm(Alarm::Severity::Critical, "position_mismatch", text + "; the venue's count is taken");
    return set_position(id, instrument, theirs);
  }
  halt(Check::PositionMismatch, id, instrument, text);
  for (Halt& halt : halts_) {
    if (halt.check == Check::PositionMismatch && halt.account == id &&
        halt.instrument == instrument) {
      halt.venue_position = theirs;
    }
  }
}

// Settlement takes positions away without a trade.
bool Engine::has_expired(const InstrumentKey& instrument) const {
  const fixspec::Instrument* const known = instruments_.find(instrument);
  return known != nullptr && known->expiry_utc_ns && *known->expiry_utc_ns <= now_.utc_ns;
}

void Engine::positions_compared(Account& account, const AccountId& id) {
  Comparison& comparison = account.comparison;
  // All trades up to then are known: the next recovery asks for those since. By the venue's clock:
  // ours may be ahead, and trades would be missed.
  if (comparison.differences.empty()) {
    account.fill_watermark =
        std::max(account.fill_watermark, comparison.asked_venue_time - agreed_margin_ns);
  }
  comparison = {};
  if (account.phase != Phase::Comparing) return;
  account.phase = Phase::Ready;
  announce(account.venue);
  release_held(id);
}

void Engine::set_position(const AccountId& id, const InstrumentKey& instrument, Quantity position) {
  exposure_.set_position(id, instrument, position);
  fill_sums_[{id, instrument}] = position;
}

void Engine::add_to_fill_sum(const ReservationSweep::Key& key, fixspec::Side side, Quantity qty) {
  fill_sums_[key] += side == fixspec::Side::Buy ? qty : -qty;
}

}  // namespace causeway::gateway::engine
