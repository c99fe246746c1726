#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/algo_orders.hpp"
#include "translators/binance/limits.hpp"
#include "translators/binance/order_link.hpp"
#include "translators/binance/outbox.hpp"
#include "translators/binance/parent_search.hpp"
#include "translators/binance/query.hpp"
#include "translators/binance/rest.hpp"
#include "translators/binance/user_stream.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// One account at Binance. Orders go over the WebSocket API, or over REST while that is away; what
/// becomes of them comes over the user data stream, and without that the account's link is down.
/// Every request has one answer. A state machine without sockets or clock; what it wants done goes
/// to its Outbox.
class AccountSession final : private OrderLink::Listener, private UserStream::Listener {
 public:
  struct Settings {
    fixspec::AccountId account;
    std::int64_t request_timeout_ns = 5 * fixspec::nanos_per_second;
    std::int64_t connect_timeout_ns = 5 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
    std::size_t max_response_bytes = std::size_t{16} << 20;
    std::size_t max_message_bytes = std::size_t{1} << 20;
  };

  AccountSession(Settings settings, Encoder encoder, Outbox& outbox, fixspec::LogSink& log,
                 AddressLimits& address);
  AccountSession(const AccountSession&) = delete;
  AccountSession& operator=(const AccountSession&) = delete;

  void start(fixspec::Timestamp now);
  void stop(fixspec::Timestamp now);
  /// Sends the request now, or answers it.
  void request(const VenueRequest& request, fixspec::Timestamp now);

  void on_open(Channel channel, fixspec::Timestamp now);
  void on_message(Channel channel, std::string_view text, fixspec::Timestamp now);
  void on_closed(Channel channel, const std::string& reason,
                 const std::vector<std::uint64_t>& never_started, fixspec::Timestamp now);
  void on_response(std::uint64_t id,
                   const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                   fixspec::Timestamp now);
  /// Deadlines, held-back requests and events, reconnects. Call it often.
  void on_timer(fixspec::Timestamp now);
  /// The limits that exchangeInfo tells.
  void learn_limits(std::span<const wire::RateLimit> limits, fixspec::Timestamp now);

  [[nodiscard]] const fixspec::AccountId& account() const { return settings_.account; }
  [[nodiscard]] bool up() const { return told_up_; }
  [[nodiscard]] const net::ClockOffset& clock() const { return clock_; }

 private:
  /// A place, amend or cancel on its way over the WebSocket API.
  struct Job {
    VenueRequest request;
    std::int64_t deadline_mono_ns = 0;
    bool answered = false;
  };
  struct RunningQuery {
    std::unique_ptr<Query> query;
    std::optional<Query::Call> waiting = std::nullopt;
    std::int64_t not_before_mono_ns = 0;
    std::optional<fixspec::VenueOrderId> audit = std::nullopt;  ///< it is for this one, not asked
    std::uint64_t losses = 0;                                   ///< of the stream, when it began
  };
  /// An order that may have come of a stop of ours, with its events in their order.
  struct HeldOrder {
    std::deque<OrderFacts> events;
    ParentSearch::Child child;
    bool searching = false;
    bool warned = false;
  };
  /// An order whose fills have to be asked for: the stream's news of it do not, or did not, do.
  struct Audit {
    std::optional<fixspec::VenueClOrdId> client_id;  ///< absent: not an order of ours
    fixspec::InstrumentKey instrument;
    /// As it was told; only its trades are missing. Absent: all of it is.
    std::optional<OrderUpdate> known;
    /// What a stop says of its order; there is nothing to ask once that one's own news say the
    /// same.
    std::optional<fixspec::Quantity> done;
    bool finished = false;
    std::uint64_t query = 0;  ///< the one that is under way; 0: none
    std::int64_t not_before_mono_ns = 0;
    std::uint32_t failures = 0;
  };

  // account_session.cpp: links, requests and their answers.
  void on_order_reply(std::uint64_t id, const wire::Reply& reply, const Decoder& body,
                      fixspec::Timestamp now) override;
  void on_order_link_lost(const std::string& reason,
                          const std::vector<std::uint64_t>& never_started,
                          fixspec::Timestamp now) override;
  void on_order_link_ready(fixspec::Timestamp now) override;
  void on_clock_known(fixspec::Timestamp now) override;
  void on_stream_open(fixspec::Timestamp now) override;
  void on_stream_lost(const std::string& reason, fixspec::Timestamp now) override;
  void tell_up(fixspec::Timestamp now);
  void tell_down(const std::string& reason);
  void send_order(const VenueRequest& request, fixspec::Timestamp now);
  void send_over_rest(const VenueRequest& request, fixspec::Timestamp now);
  void run_query(const VenueRequest& request, fixspec::Timestamp now);
  void begin_query(RunningQuery running, fixspec::Timestamp now);
  void step(std::uint64_t number, Query::Step step, fixspec::Timestamp now);
  void ask(std::uint64_t number, Query::Call call, fixspec::Timestamp now);
  void on_query_answer(std::uint64_t number, const Answer& answer, fixspec::Timestamp now);
  void expire(fixspec::Timestamp now);

  // account_answers.cpp: what replies and the stream say, as the engine wants it.
  void on_user_event(const wire::UserEvent& event, fixspec::Timestamp now) override;
  void on_answer(const VenueRequest& request, const Answer& answer, bool late,
                 fixspec::Timestamp now);
  void on_refused(const VenueRequest& request, const wire::Reply& reply, fixspec::Timestamp now);
  /// The order that a reply shows; an error where it cannot be read.
  Mapped<OrderUpdate> update_of(const VenueRequest& request, const Decoder& body);
  Mapped<OrderUpdate> cancelled_stop(const VenueRequest& request, const Decoder& body);
  void answer_unknown(const VenueRequest& request, std::string reason);
  void answer_not_sent(const VenueRequest& request, std::string reason,
                       fixspec::RejectCode code = fixspec::RejectCode::NotSent);
  void warn(std::string_view event, const std::string& error);

  // account_events.cpp: whose the orders are that the stream tells of.
  void on_order_event(OrderFacts facts, fixspec::Timestamp now);
  void on_algo_event(const wire::AlgoUpdate& event, fixspec::Timestamp now);
  /// Puts in whose order it is; false where that is not known.
  bool identify(OrderFacts& facts);
  void tell(OrderFacts facts);
  void tell_triggered(const OrderUpdate& update);
  void tell_algo(AlgoFacts facts, fixspec::Timestamp now);
  void hold(OrderFacts facts, fixspec::Timestamp now);
  bool is_explained(HeldOrder& held, fixspec::Timestamp now);
  void release_held(fixspec::Timestamp now);
  void drop_held();

  // account_audits.cpp: orders whose fills have to be asked for.
  void audit_late_links();
  void audit_if_behind(const fixspec::VenueClOrdId& client_id, const AlgoFacts& facts,
                       fixspec::Timestamp now);
  bool is_behind(const Audit& audit);
  void run_audits(fixspec::Timestamp now);
  void on_audit_answer(std::uint64_t query, const fixspec::VenueOrderId& number, const Told& told,
                       fixspec::Timestamp now);
  static void ask_again_later(Audit& audit, fixspec::Timestamp now);

  Settings settings_;
  Encoder encoder_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  AddressLimits& address_;
  net::ClockOffset clock_;
  OrderLimits limits_;
  Rest rest_;
  OrderLink order_link_;
  UserStream stream_;
  AlgoOrders orders_;
  bool running_ = false;
  bool linking_ = false;  ///< the order link has been started
  bool told_up_ = false;
  /// Since the stream opened, what is open has been listed: every stop of ours is known.
  bool listed_ = false;
  std::unordered_map<std::uint64_t, Job> jobs_;  ///< by frame
  std::uint64_t last_query_ = 0;
  std::map<std::uint64_t, RunningQuery> queries_;
  std::map<fixspec::VenueOrderId, HeldOrder> held_;
  std::size_t held_events_ = 0;
  ParentSearch parents_;
  std::map<fixspec::VenueOrderId, Audit> audits_;
  std::uint64_t losses_ = 0;  ///< how often the stream was lost
  /// What was held then, and dropped, began at this time: the next recovery has to reach back to
  /// it.
  std::optional<fixspec::UtcNanos> lost_since_;
  /// Orders that were told as not ours.
  Recent<fixspec::VenueOrderId, fixspec::InstrumentKey> foreign_;
};

}  // namespace causeway::translators::binance
