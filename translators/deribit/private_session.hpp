#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/deribit/errors.hpp"
#include "translators/deribit/link.hpp"
#include "translators/deribit/sign.hpp"
#include "translators/net/rate_limiter.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// The order that `ask` is about by our client id; empty where it is about no single order.
fixspec::VenueClOrdId client_id_of(const Ask& ask);

/// One account's connection: logs on and stays logged on, subscribes to orders and trades, and
/// turns every request into one answer. A state machine without sockets or clock; what it wants
/// done goes to its Outbox.
class PrivateSession {
 public:
  struct Settings {
    fixspec::AccountId account;
    std::string client_id;
    std::int64_t request_timeout_ns = 5 * fixspec::nanos_per_second;
    std::int64_t logon_timeout_ns = 5 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
    std::size_t max_message_bytes = std::size_t{8} << 20;
  };

  PrivateSession(Settings settings, HmacKey key, Outbox& outbox, fixspec::LogSink& log);

  void start() { link_.start(); }
  void stop(fixspec::Timestamp now);
  /// Sends the request's first frame now, or answers it.
  void request(const VenueRequest& request, fixspec::Timestamp now);

  void on_open(fixspec::Timestamp now);
  void on_message(std::string_view text, fixspec::Timestamp now);
  void on_closed(const std::string& reason, const std::vector<std::uint64_t>& never_started,
                 fixspec::Timestamp now);
  /// Deadlines, token refresh, held-back requests, reconnects. Call it often.
  void on_timer(fixspec::Timestamp now);

  [[nodiscard]] const fixspec::AccountId& account() const { return settings_.account; }
  [[nodiscard]] bool up() const { return state_ == State::Up; }
  [[nodiscard]] const Link& link() const { return link_; }

 private:
  enum class State : std::uint8_t { Down, SyncingClock, Authenticating, Subscribing, Up };
  enum class Purpose : std::uint8_t { Clock, Auth, Refresh, Heartbeat, Limits, Subscribe, Job };

  /// Where a request of several frames stands.
  enum class Step : std::uint8_t {
    Direct,            ///< one frame, one answer
    AfterCancelAll,    ///< what is left open
    AfterLabelCancel,  ///< the order that a cancel by label has ended
    ById,
    ByLabel,
    OpenByLabel,
    RecentHistory,
    Archive,
    OrderTrades,
    ArchivedOrderTrades,
    TradesSweep,
  };

  static constexpr std::int64_t rows_a_page = 1'000;

  struct Job {
    std::uint64_t number = 0;
    VenueRequest request;
    AskKind kind = AskKind::Place;
    Step step = Step::Direct;
    std::int64_t deadline_mono_ns = 0;
    std::uint64_t frame = 0;  ///< the frame in flight; 0: none
    bool may_have_left = false;
    bool answered = false;
    bool repeated = false;  ///< once already, after a token had expired
    // For the steps of queries.
    std::optional<OrderUpdate> found;
    std::vector<Fill> fills;
    std::unordered_set<std::string> seen;  ///< trades, by instrument and id
    std::size_t currency = 0;
    std::int64_t offset = 0;
    std::int64_t start_ms = 0;
    bool archive = false;
    std::int64_t not_before_mono_ns = 0;
    bool reads_history = false;  ///< of no request: it asks for the pages of a Walk
  };

  /// Which order a search is about; a cancel by label ends with one, too.
  struct Wanted {
    fixspec::VenueClOrdId client_id;
    std::optional<fixspec::VenueOrderId> order_id;
    std::string_view symbol;
  };

  /// The order history of an instrument, and whether in the archive.
  using History = std::pair<fixspec::InstrumentKey, bool>;
  /// One reading of a history, newest first, for all searches that were there before its first page
  /// was asked for. A later one waits for the next: only what is read after a question can say that
  /// there is no such order.
  struct Walk {
    std::uint64_t reader = 0;             ///< the job that asks for the pages; 0: none
    std::vector<std::uint64_t> searches;  ///< jobs that have not found their order so far
    std::vector<std::uint64_t> next;
  };

  struct Pending {
    Purpose purpose = Purpose::Job;
    std::uint64_t job = 0;
  };

  // private_session.cpp: the link and the log-on.
  void expect(Link::Sent sent, Purpose purpose);
  void authenticate(fixspec::Timestamp now);
  void refresh(fixspec::Timestamp now);
  void on_internal(Purpose purpose, const wire::Message& message, fixspec::Timestamp now);
  void on_authenticated(fixspec::Timestamp now);
  void on_logon_failed(std::string_view step, const wire::Failure& failure);
  void learn_account(fixspec::Timestamp now);
  void on_subscribed(fixspec::Timestamp now);
  void on_notification(const wire::Notification& notification);
  void configure_limits(const wire::Limits& limits, std::int64_t now_ns);
  void tell_down(const std::string& reason);

  // private_requests.cpp: one frame, one answer.
  void perform(Job& job, fixspec::Timestamp now);
  void transmit(Job& job, fixspec::Timestamp now);
  bool admit(Job& job, fixspec::Timestamp now);
  [[nodiscard]] bool is_page(const Job& job) const;
  [[nodiscard]] std::size_t pages_in_flight() const;
  wire::Request frame_of(const Job& job, fixspec::Timestamp now) const;
  std::optional<std::int64_t> valid_until_ms(fixspec::UtcNanos valid_until) const;
  void release_waiting(fixspec::Timestamp now);
  void on_reply(Job& job, fixspec::Timestamp now);
  void on_refused(Job& job, const wire::Failure& failure, fixspec::Timestamp now);
  void on_order_reply(Job& job);
  void on_cancel_reply(Job& job, fixspec::Timestamp now);
  void emit_order(const wire::Order& order, Source source, const Job* job);
  void emit_trades(const std::vector<wire::Trade>& trades, Source source);
  void chain(OrderUpdate& update, const wire::Order& order);
  void answer(Job& job, Told told);
  void answer_unknown(Job& job, std::string reason);
  void answer_not_sent(Job& job, std::string reason,
                       fixspec::RejectCode code = fixspec::RejectCode::NotSent);
  void forget(std::uint64_t job);
  void expire(fixspec::Timestamp now);

  // private_queries.cpp: several frames, one answer.
  void begin_query(Job& job, fixspec::Timestamp now);
  void on_query_reply(Job& job, fixspec::Timestamp now);
  void on_search_reply(Job& job, fixspec::Timestamp now);
  static Wanted wanted(const VenueRequest& request);
  void on_found(Job& job, const std::vector<wire::Order>& orders, fixspec::Timestamp now);
  void search_on(Job& job, fixspec::Timestamp now);
  void on_order_trades(Job& job, fixspec::Timestamp now);
  void on_swept_trades(Job& job, fixspec::Timestamp now);
  void next_sweep(Job& job, fixspec::Timestamp now);
  bool on_query_refused(Job& job, const wire::Failure& failure, fixspec::Timestamp now);
  wire::Request query_frame_of(const Job& job, fixspec::Timestamp now) const;
  bool collect(Job& job, const std::vector<wire::Trade>& trades);
  void choose(Job& job, const std::vector<wire::Order>& orders);
  std::optional<std::vector<OrderUpdate>> updates_of(Job& job,
                                                     const std::vector<wire::Order>& orders);

  // private_history.cpp: one reading of the history for many searches.
  void search_history(Job& job, Step step);
  void begin_walks(fixspec::Timestamp now);
  void begin_walk(const History& history, Walk& walk, fixspec::Timestamp now);
  void on_history_page(Job& reader, fixspec::Timestamp now);
  std::vector<std::uint64_t> search_page(const std::vector<wire::Order>& rows,
                                         const std::vector<std::uint64_t>& searches,
                                         fixspec::Timestamp now);
  void fail_walk(const Job& reader, const Told& told);
  [[nodiscard]] bool is_before(const wire::Order& row, const VenueRequest& request) const;

  void skip(std::string_view what, std::string_view instrument_name);
  void warn(std::string_view event, const std::string& error);

  Settings settings_;
  HmacKey key_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  Link link_;
  net::RateLimiter limiter_;
  State state_ = State::Down;
  std::optional<std::int64_t> logon_deadline_mono_ns_;
  std::optional<std::int64_t> refresh_at_mono_ns_;
  std::string refresh_token_;
  bool told_up_ = false;
  bool reauthenticating_ = false;
  std::uint64_t nonces_ = 0;

  std::uint64_t last_job_ = 0;
  std::unordered_map<std::uint64_t, Job> jobs_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  /// Held back by the rate limiter or until we are logged on again; in order.
  std::deque<std::uint64_t> waiting_;
  /// Orders that were answered as unknown and when they were sent, while the venue's queries for
  /// recent orders still cover them: their archive need not be searched.
  std::unordered_map<fixspec::VenueClOrdId, std::int64_t> doubtful_;
  /// From stops and the orders that came of them to our client id.
  std::unordered_map<fixspec::VenueOrderId, fixspec::VenueClOrdId> chained_;
  std::vector<std::string> currencies_;
  std::map<History, Walk> walks_;
};

}  // namespace causeway::translators::deribit
