#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "fixspec/id.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/algo_orders.hpp"
#include "translators/binance/rest.hpp"

namespace causeway::translators::binance {

/// Asks of which stop of ours an order came, if of any. Only an answer rules a stop out: what fails
/// is asked again, after growing pauses, until it is answered. All orders that wait on a symbol
/// share the questions, so that their number does not matter to the rate limit. A state machine
/// without sockets or clock.
class ParentSearch {
 public:
  /// Receives what the venue shows of each stop.
  using Tell = std::function<void(AlgoFacts facts, fixspec::Timestamp now)>;

  /// An order whose parent is wanted.
  struct Child {
    fixspec::Symbol symbol;
    std::int64_t since_mono_ns = 0;  ///< when its first event came
    std::uint64_t stops_known = 0;   ///< the stops that were known then: only they can be it
    /// The stops were not all known then, so that those that have ended are looked at, too.
    bool any_stop = false;
  };

  ParentSearch(Rest& rest, AlgoOrders& orders, const net::ClockOffset& clock,
               std::int64_t timeout_ns, Tell tell);

  /// True where every stop that could be the parent has been asked about since the child is there,
  /// and was answered not to be. Where not, asks what is missing; call it again.
  bool excludes_all(const Child& child, fixspec::Timestamp now);
  /// Forgets what was asked and answered.
  void clear();
  /// Forgets what is answered and may be asked again: nobody waits for it.
  void forget_old(fixspec::Timestamp now);

 private:
  /// What was asked of one stop, or of a symbol's list of stops.
  struct Question {
    bool in_flight = false;
    std::int64_t asked_mono_ns = 0;
    std::int64_t excluded_mono_ns = 0;  ///< when that was asked which ruled it out
    std::int64_t not_before_mono_ns = 0;
    std::uint32_t failures = 0;
  };

  /// False where the question has to wait.
  static bool begin(Question& question, fixspec::Timestamp now);
  static void end(Question& question, bool answered, fixspec::Timestamp now);
  void ask_stop(const fixspec::VenueClOrdId& client_id, fixspec::Timestamp now);
  void ask_list(const fixspec::Symbol& symbol, fixspec::Timestamp now);
  bool on_stop(const fixspec::VenueClOrdId& client_id, const Answer& answer,
               fixspec::Timestamp now);
  bool on_list(const Answer& answer, std::int64_t asked_mono_ns, fixspec::Timestamp now);
  void take(AlgoFacts facts, std::int64_t asked_mono_ns, fixspec::Timestamp now);

  Rest& rest_;
  AlgoOrders& orders_;
  const net::ClockOffset& clock_;
  std::int64_t timeout_ns_;
  Tell tell_;
  std::uint64_t generation_ = 0;  ///< answers to questions of an earlier one are passed over
  std::map<fixspec::VenueClOrdId, Question> stops_;
  std::map<fixspec::Symbol, Question> lists_;
};

}  // namespace causeway::translators::binance
