#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/engine/account_books.hpp"
#include "gateway/engine/input.hpp"
#include "gateway/engine/instrument_table.hpp"
#include "gateway/engine/order_table.hpp"
#include "gateway/engine/output.hpp"
#include "risk/exposure.hpp"

namespace causeway::gateway::engine {

/// The one deterministic core: (state, input) -> (state', outputs). No I/O, no clock, no floating
/// point: the same inputs give the same outputs for ever. Every input must be in the journal before
/// it is applied. Single-threaded.
///
/// An order's way: a ClientInput makes an Order and a PlaceOrder request; facts and answers of the
/// venue move it; each step that a client may know of is a report. A request whose outcome nobody
/// knows keeps its order pending and its risk reserved, and is asked about by client id until the
/// venue's answer is conclusive.
class Engine {
  friend struct EngineInTest;

 public:
  /// Closed orders answer duplicates and status requests for this long.
  static constexpr std::int64_t retention_ns = 24 * 3'600 * fixspec::nanos_per_second;

  /// Applies one input and appends what has to be done to `outputs`, in the order to do it.
  /// The first input of all must be a StartInput, and each run begins with one.
  void apply(const Input& input, Outputs& outputs);

  /// Timers that have not gone off: (id, when). After a replay they are to be set again.
  [[nodiscard]] std::vector<SetTimer> outstanding_timers() const;
  [[nodiscard]] bool has_timer(std::uint64_t id) const { return timers_.contains(id); }
  [[nodiscard]] const InstrumentTable& instruments() const { return instruments_; }
  [[nodiscard]] const OrderTable& orders() const { return orders_; }
  /// Each venue that an account trades on, and whether orders may go there now.
  [[nodiscard]] std::vector<fixspec::TradingSessionStatus> venue_statuses() const;
  /// Position and open quantities, as risk counts them.
  [[nodiscard]] risk::InstrumentExposure exposure(const fixspec::AccountId& account,
                                                  const fixspec::InstrumentKey& instrument) const {
    return exposure_.of(account, instrument);
  }
  /// What has stopped new orders, oldest first.
  [[nodiscard]] const std::vector<Halt>& halts() const { return halts_; }
  /// Orders of the account at its venue that are not ours, by the venue's id.
  [[nodiscard]] const ExternalOrders& external_orders(const fixspec::AccountId& account) const;
  /// The instrument of the order that waits for this timer, whose decision needs its prices;
  /// nullptr for other timers.
  [[nodiscard]] const fixspec::InstrumentKey* priced_timer(std::uint64_t timer_id) const;
  /// The venue of the account, where the configuration has it.
  [[nodiscard]] std::optional<fixspec::Venue> venue_of(const fixspec::AccountId& account) const;
  [[nodiscard]] std::uint32_t instance() const { return instance_; }
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  /// Changes with every part of the state that a client or a venue could notice; for comparing a
  /// replay with the run it repeats.
  [[nodiscard]] std::uint64_t state_hash() const;
  /// What it remembers, for a snapshot: state_fields.hpp.
  template <class Archive, class Self>
  static void fields(Archive& a, Self& v);

 private:
  // Where an account is on its way from a lost link to trading.
  enum class Phase : std::uint8_t { Down, Querying, Resolving, Comparing, Ready };
  struct Difference {
    fixspec::Quantity by;     // ours less the venue's
    std::uint32_t times = 0;  // that it has shown in a row
    bool rested = false;      // no trade came while the venue was asked

    template <class Archive, class Self>
    static void fields(Archive& a, Self& v);
  };
  // A comparison of positions: a difference counts once it has shown twice, unmoved.
  struct Comparison {
    std::uint32_t attempts = 0;
    bool again = false;  // the next answer decides, and has not been asked for
    fixspec::UtcNanos asked_venue_time = 0;
    std::map<fixspec::InstrumentKey, Difference> differences{};
    std::set<fixspec::InstrumentKey> moved{};  // traded on since the venue was asked

    template <class Archive, class Self>
    static void fields(Archive& a, Self& v);
  };
  struct Account {
    fixspec::Venue venue = fixspec::Venue::Deribit;
    bool link_up = false;
    Phase phase = Phase::Down;
    translators::RequestId trades_request = 0;
    translators::RequestId open_orders_request = 0;
    translators::RequestId positions_request = 0;
    translators::RequestId balances_request = 0;
    std::optional<translators::Trades> trades;
    std::optional<translators::OpenOrders> open_orders;
    std::vector<translators::Told> buffered;  // what the stream said while the queries ran
    std::set<std::uint64_t> resolving;        // orders asked about one by one
    fixspec::UtcNanos fill_watermark = 0;     // venue time up to which all fills are known
    fixspec::UtcNanos venue_time = 0;         // the newest that the venue has told of an order
    bool position_known = false;              // our counting of it has begun
    fixspec::UtcNanos counted_from = 0;       // older trades are in the opening position
    std::uint32_t failed_queries = 0;         // of this recovery
    Comparison comparison;
    translators::RequestId audit_request = 0;    // the open orders, while trading goes on
    translators::RequestId recount_request = 0;  // trades that may explain a difference
    std::uint64_t audit_timer = 0;
    std::uint32_t held = 0;  // orders that wait for its recovery
    // A mismatch that somebody has cleared: the venue's count is taken.
    std::set<fixspec::InstrumentKey> take_position{};

    template <class Archive, class Self>
    static void fields(Archive& a, Self& v);

    /// What is kept when the link is lost.
    [[nodiscard]] Account without_link() const;
  };
  // What a timer is for.
  struct Task {
    enum class Kind : std::uint8_t { Resolve, Expire, RetryRecovery, Audit, Held };
    Kind kind = Kind::Resolve;
    std::uint64_t order = 0;
    fixspec::AccountId account;
    fixspec::UtcNanos at_utc_ns = 0;

    template <class Archive, class Self>
    static void fields(Archive& a, Self& v);
  };
  // A request of a client, judged: the instrument it means and the venue it goes to.
  struct Target {
    const fixspec::Instrument* instrument = nullptr;
    fixspec::Venue venue = fixspec::Venue::Deribit;
  };
  struct CancelReply {
    fixspec::CxlRejResponseTo response_to = fixspec::CxlRejResponseTo::CancelRequest;
    fixspec::CxlRejReason reason = fixspec::CxlRejReason::Other;
  };

  // engine.cpp
  void on(const StartInput& start);
  void on(const ClientInput& client);
  void on(const VenueInput& venue);
  void on(const TimerInput& timer);
  std::uint64_t set_timer(Task task, fixspec::UtcNanos at);
  void clear_timer(std::uint64_t& timer_id);
  void forget_old();
  translators::RequestId request(const fixspec::AccountId& account, translators::Ask ask);
  void alarm(Alarm::Severity severity, std::string event, std::string text);

  // client_requests.cpp
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::NewOrderSingle& request);
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::OrderCancelReplaceRequest& request);
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::OrderCancelRequest& request);
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::RefusedRequest& request);
  fixspec::Result<Target, fixspec::RejectDetail> target_of(
      const fixspec::SessionId& session, const fixspec::NewOrderSingle& request) const;
  std::optional<fixspec::RejectDetail> check_terms(const fixspec::NewOrderSingle& request,
                                                   fixspec::Venue venue) const;
  std::optional<fixspec::RejectDetail> check_link(const fixspec::AccountId& account) const;
  Order& make_order(const fixspec::SessionId& session, const fixspec::NewOrderSingle& request,
                    const fixspec::InstrumentKey& instrument);
  [[nodiscard]] fixspec::InstrumentKey key_of(const fixspec::NewOrderSingle& request) const;
  void refuse_new(const fixspec::SessionId& session, const fixspec::NewOrderSingle& request,
                  const fixspec::RejectDetail& detail);
  void place(Order& order);
  std::optional<std::pair<CancelReply, fixspec::RejectDetail>> check_replace(
      const Order& order, const fixspec::OrderCancelReplaceRequest& request) const;
  void start_replace(Order& order, const fixspec::OrderCancelReplaceRequest& request);
  risk::Proposal proposal_for(const Order& order, const fixspec::Instrument& instrument,
                              const risk::ReferencePrices& reference);

  // past_orders.cpp: of orders that are no longer kept whole.
  [[nodiscard]] const PastName* ended_order(const fixspec::SessionId& session,
                                            const fixspec::ClOrdId& cl_ord_id) const;
  fixspec::ExecutionReport status_of(const PastName& past, const fixspec::ClOrdId& cl_ord_id);
  void refuse_duplicate(const fixspec::SessionId& session, const fixspec::NewOrderSingle& request);
  /// To a cancel or replace whose OrigClOrdID names no order that is kept.
  void answer_without_order(const fixspec::SessionId& session, const fixspec::ClOrdId& cl_ord_id,
                            const std::optional<fixspec::ClOrdId>& orig_cl_ord_id,
                            fixspec::CxlRejResponseTo response_to);

  // mass_requests.cpp
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::OrderMassCancelRequest& request);
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::OrderStatusRequest& request);
  void on(const fixspec::SessionId& session, const risk::ReferencePrices& reference,
          const fixspec::OrderMassStatusRequest& request);

  // venue_facts.cpp
  void on(Account& account, const fixspec::AccountId& id, const translators::OrderUpdate& update);
  void on(Account& account, const fixspec::AccountId& id, const translators::Fill& fill);
  void apply_update(Order& order, const translators::OrderUpdate& update);
  void apply_fill(Order& order, const translators::Fill& fill);
  void apply_replaced(Order& order, const translators::OrderUpdate& update);
  void apply_restated(Order& order, const translators::OrderUpdate& update);
  void acknowledge(Order& order, fixspec::UtcNanos venue_time);
  void trigger(Order& order, fixspec::UtcNanos venue_time);
  void reopen(Order& order);
  void try_finish(Order& order);
  void end(Order& order, fixspec::OrdStatus status);
  void finish(Order& order, fixspec::OrdStatus status);
  void report_filled(Order& order);
  void report_canceled(Order& order);
  void answer_replace_too_late(Order& order);
  void answer_cancel_too_late(Order& order, fixspec::CxlRejReason reason);
  [[nodiscard]] bool carries_out_replace(const Order& order,
                                         const translators::OrderUpdate& update) const;
  Order* order_of(const fixspec::AccountId& account,
                  const std::optional<fixspec::VenueClOrdId>& client_id,
                  const fixspec::VenueOrderId& venue_order_id);
  void refresh_reservation(Order& order);

  // outcomes.cpp and resolver.cpp
  void on(Account& account, const fixspec::AccountId& id,
          const translators::RequestRefused& refused);
  void on(Account& account, const fixspec::AccountId& id,
          const translators::RequestNotSent& not_sent);
  void on(Account& account, const fixspec::AccountId& id,
          const translators::RequestUnknown& unknown);
  void on(Account& account, const fixspec::AccountId& id, const translators::QueryAnswer& answer);
  void reject_new(Order& order, const fixspec::RejectDetail& detail);
  void place_outcome_unknown(Order& order, const std::string& reason);
  void reject_replace(Order& order, const fixspec::RejectDetail& detail);
  void reject_cancel(Order& order, const fixspec::RejectDetail& detail);
  [[nodiscard]] bool fills_cover_replace(const Order& order) const;
  void cancel_rest(Order& order);
  void send_cancel(Order& order);
  void expire(Order& order);
  /// What the venue can do; of a venue that has left the configuration, the defaults.
  [[nodiscard]] translators::Capabilities capabilities_of(fixspec::Venue venue) const;
  void resolve(Order& order);
  void resolve_later(Order& order);
  void conclude_absent(Order& order);
  // A list may have been asked for before the order's newest query was, and proves no absence.
  enum class Shown : std::uint8_t { ByAnswer, InList };
  void conclude_present(Order& order, Shown shown);
  [[nodiscard]] bool needs_resolving(const Order& order) const;
  /// From when on, by the engine's steady clock, a query that finds nothing of a request valid
  /// until then proves that the venue never took the request.
  [[nodiscard]] std::int64_t conclusive_from(const Order& order, std::int64_t valid_until) const;
  [[nodiscard]] bool is_conclusive(const Order& order, std::int64_t valid_until) const;

  // recovery.cpp
  void on(Account& account, const fixspec::AccountId& id, const translators::AccountLink& link);
  void on(Account& account, const fixspec::AccountId& id, const translators::Trades& trades);
  void on(Account& account, const fixspec::AccountId& id, const translators::OpenOrders& orders);
  void on(Account& account, const fixspec::AccountId& id, const translators::Positions& positions);
  void on(Account& account, const fixspec::AccountId& id, const translators::Balances& balances);
  void on(Account& account, const fixspec::AccountId& id,
          const translators::Instruments& instruments);
  void start_recovery(Account& account, const fixspec::AccountId& id);
  static void know_fills_until(Account& account, fixspec::UtcNanos venue_time);
  void buffer(Account& account, const fixspec::AccountId& id, translators::Told told);
  void apply_unasked(Account& account, const fixspec::AccountId& id);
  void apply_buffered(Account& account, const fixspec::AccountId& id);
  translators::RequestId query_trades(Account& account, const fixspec::AccountId& id);
  void retry_recovery(const fixspec::AccountId& id);
  bool is_recovery_request(Account& account, const fixspec::AccountId& id,
                           translators::RequestId request_id);
  void reconcile(Account& account, const fixspec::AccountId& id);
  void compare_positions(Account& account, const fixspec::AccountId& id);
  void resolved(const fixspec::AccountId& id, std::uint64_t order);
  void announce(fixspec::Venue venue);
  [[nodiscard]] fixspec::TradingSessionStatus status_of(fixspec::Venue venue) const;

  // position_check.cpp
  void ask_positions(Account& account, const fixspec::AccountId& id);
  void take_opening(Account& account, const fixspec::AccountId& id,
                    const std::map<fixspec::InstrumentKey, fixspec::Quantity>& theirs);
  void settle_positions(Account& account, const fixspec::AccountId& id,
                        const std::map<fixspec::InstrumentKey, fixspec::Quantity>& theirs);
  void compare_again(Account& account, const fixspec::AccountId& id);
  void position_differs(Account& account, const fixspec::AccountId& id,
                        const fixspec::InstrumentKey& instrument, fixspec::Quantity theirs);
  void positions_compared(Account& account, const fixspec::AccountId& id);
  [[nodiscard]] bool has_expired(const fixspec::InstrumentKey& instrument) const;
  void set_position(const fixspec::AccountId& id, const fixspec::InstrumentKey& instrument,
                    fixspec::Quantity position);
  void add_to_fill_sum(const ReservationSweep::Key& key, fixspec::Side side, fixspec::Quantity qty);

  // audit.cpp
  void schedule_audits();
  void audit(const fixspec::AccountId& id);
  void audit_orders(Account& account, const fixspec::AccountId& id,
                    const translators::OpenOrders& listed);

  // external_orders.cpp: what the account has at the venue that is not ours.
  void external_update(const fixspec::AccountId& id, const translators::OrderUpdate& update);
  void external_fill(Account& account, const fixspec::AccountId& id, const translators::Fill& fill);
  void keep_listed_externals(const fixspec::AccountId& id, const translators::OpenOrders& listed,
                             translators::RequestId request_id);
  void drop_external(const fixspec::AccountId& id, const fixspec::VenueOrderId& venue_order_id);
  void learn_venue_order_id(Order& order, const fixspec::VenueOrderId& venue_order_id);
  [[nodiscard]] bool is_forgotten(const std::optional<fixspec::VenueClOrdId>& client_id) const;

  // checks.cpp: what must always hold, and what stops where it does not.
  void halt(Check check, const fixspec::AccountId& id,
            const std::optional<fixspec::InstrumentKey>& instrument, const std::string& why);
  [[nodiscard]] std::optional<fixspec::RejectDetail> check_halts(
      const Order& order, fixspec::Quantity added_leaves) const;
  void clear_halts(const std::vector<std::uint64_t>& numbers);
  [[nodiscard]] const Halt* halt_of(Check check, const fixspec::AccountId& id,
                                    const fixspec::InstrumentKey& instrument) const;
  bool check_trade_once(Order& order, const translators::Fill& fill);
  void check_filled(const Order& order);
  void check_picture(const Order& order, const translators::OrderUpdate& update);
  void set_reserved(Order& order, fixspec::Quantity reserved);
  void open_exposure(Order& order);
  void add_to_sweep(const Order& order, fixspec::Quantity difference);
  void sweep_reservations();
  void finish_sweep();
  void books_differ(const ReservationSweep::Key& key);

  // held_orders.cpp: new orders that wait until their account has recovered.
  bool hold_new(const fixspec::SessionId& session, const fixspec::NewOrderSingle& request,
                const fixspec::InstrumentKey& instrument);
  void release_held(const fixspec::AccountId& id);
  void held_timer(Order& order, const risk::ReferencePrices& reference);
  void leave_hold(Order& order);
  void cancel_held(Order& order);
  void decide_new(Order& order, const fixspec::Instrument& instrument,
                  const risk::ReferencePrices& reference);

  // reports.cpp
  fixspec::ExecutionReport report_of(const Order& order, fixspec::ExecType exec_type);
  void send(const fixspec::SessionId& session, fixspec::Report report);
  void send_cancel_reject(const Order& order, const fixspec::ClOrdId& cl_ord_id,
                          const fixspec::ClOrdId& orig_cl_ord_id, CancelReply reply,
                          const fixspec::RejectDetail& detail);
  fixspec::ExecId next_exec_id();
  void changed(const Order& order, std::string what);

  std::uint32_t instance_ = 0;
  std::uint32_t epoch_ = 0;
  std::int64_t request_validity_ns_ = 0;
  risk::Permissions permissions_;
  std::map<fixspec::Venue, translators::Capabilities> capabilities_;
  InstrumentTable instruments_;
  OrderTable orders_;
  risk::Exposure exposure_;
  std::map<fixspec::AccountId, Account> accounts_;
  std::map<fixspec::AccountId, AccountSettings> account_settings_;
  // Trades that count in the position and belong to no order that is kept.
  std::map<fixspec::AccountId, RecentTrades> external_trades_;
  std::map<fixspec::AccountId, RecentTrades> own_trades_;
  std::map<fixspec::AccountId, ExternalOrders> external_orders_;
  std::vector<Halt> halts_;
  ReservationSweep sweep_;
  // Positions counted a second time, by what each order's fills came to.
  std::map<ReservationSweep::Key, fixspec::Quantity> fill_sums_;
  std::map<fixspec::Venue, fixspec::TradSesStatus> announced_;
  std::map<std::uint64_t, Task> timers_;
  std::uint64_t next_timer_id_ = 1;
  bool names_were_lost_ = false;  // and an alarm has said so

  // Of the input that is being applied.
  std::uint64_t sequence_ = 0;
  fixspec::Timestamp now_;
  /// Goes on with the monotonic clock, also where somebody sets the other one: never ahead of the
  /// time that has really passed. 0: nothing was applied yet.
  std::int64_t steady_ns_ = 0;
  Outputs* outputs_ = nullptr;
  std::uint32_t next_exec_index_ = 0;
  std::uint32_t next_report_index_ = 0;
  std::uint32_t next_request_index_ = 0;
};

/// True where an order in that state works no more.
bool is_end(translators::VenueOrderState state);

/// The input that made the request.
std::uint64_t sequence_of(translators::RequestId request_id);

/// Why a ClOrdID(11) that was used before is refused.
fixspec::RejectDetail duplicate(const fixspec::ClOrdId& cl_ord_id);

/// A refusal by the gateway itself, worded `CODE: why`.
fixspec::RejectDetail refusal(fixspec::RejectCode code, const std::string& why);

}  // namespace causeway::gateway::engine
