#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/encode.hpp"
#include "translators/binance/errors.hpp"
#include "translators/binance/limits.hpp"
#include "translators/binance/outbox.hpp"
#include "translators/net/clock_offset.hpp"

namespace causeway::translators::binance {

/// What became of a request, over either way to the venue.
struct Answer {
  enum class Outcome : std::uint8_t {
    Replied,  ///< `reply` holds, and `body` is its result where it is no failure
    NotSent,  ///< not one byte has left
    Lost,     ///< nobody can say
  };
  Outcome outcome = Outcome::Lost;
  wire::Reply reply;
  const Decoder* body = nullptr;
  std::string reason;  ///< for people, where nothing was replied
  fixspec::RejectCode code = fixspec::RejectCode::NotSent;

  [[nodiscard]] bool ok() const { return outcome == Outcome::Replied && !reply.failure; }
};

/// "-1022 Signature for this request is not valid." and the like, for log lines; "" where it is ok.
std::string words_of(const Answer& answer);

/// An account's requests over REST: signed, within the limits, each answered once. Those that only
/// read are repeated after a failure until their time is over; those that change something are
/// sent once. A state machine without sockets or clock.
class Rest {
 public:
  struct Options {
    bool cancel = false;  ///< may use the share of the limits that is kept for cancels
    std::int64_t timeout_ns = 5 * fixspec::nanos_per_second;
    fixspec::UtcNanos valid_until = 0;  ///< in our clock; 0: the venue's default window
  };
  /// Makes the request, each time it is sent; its texts are views into the function's own values.
  using Make = std::function<wire::Request()>;
  using Done = std::function<void(const Answer& answer, fixspec::Timestamp now)>;

  Rest(std::string name, Encoder& encoder, Outbox& outbox, fixspec::LogSink& log,
       AddressLimits& address, OrderLimits& orders, net::ClockOffset& clock,
       std::size_t max_response_bytes);

  /// Sends the request as soon as limits allow; one that changes orders at once or not at all.
  /// `done` is called once, possibly from inside this call.
  void send(Make make, const Options& options, Done done, fixspec::Timestamp now);
  void on_response(std::uint64_t id,
                   const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                   fixspec::Timestamp now);
  /// Deadlines, repetitions, and what waits for room. Call it often.
  void on_timer(fixspec::Timestamp now);
  /// Forgets everything; nothing further is told.
  void clear();

  /// The stamp of a request made now, in the venue's clock; nullopt where `valid_until` is over.
  [[nodiscard]] std::optional<Stamp> stamp_at(fixspec::Timestamp now,
                                              fixspec::UtcNanos valid_until) const;
  /// What a failure over either way says about limits and clocks.
  void learn_failure(const wire::Reply& reply, fixspec::Timestamp now);

 private:
  struct Call {
    Make make;
    Options options;
    Done done;
    Endpoint endpoint;
    bool tells_time = false;
    std::int64_t deadline_mono_ns = 0;
    std::int64_t not_before_mono_ns = 0;
    fixspec::UtcNanos sent_at = 0;
    bool in_flight = false;
    bool may_have_left = false;
    std::uint32_t failures = 0;
  };

  void perform(std::uint64_t id, fixspec::Timestamp now);
  bool has_room(const Call& call, fixspec::Timestamp now);
  bool repeat(Call& call, const Answer& answer, fixspec::Timestamp now);
  void finish(std::uint64_t id, const Answer& answer, fixspec::Timestamp now);
  void finish_without(std::uint64_t id, std::string reason, fixspec::RejectCode code,
                      fixspec::Timestamp now);
  void read_limits(const net::HttpResponse& response, const wire::Reply& reply,
                   fixspec::Timestamp now);
  void sync_clock(fixspec::Timestamp now);

  std::string name_;
  Encoder& encoder_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  AddressLimits& address_;
  OrderLimits& orders_;
  net::ClockOffset& clock_;
  Decoder decoder_;
  std::map<std::uint64_t, Call> calls_;  ///< in the order in which they were asked
  std::uint64_t last_id_ = 0;
  std::size_t in_flight_ = 0;  ///< requests whose response has not come
  bool syncing_clock_ = false;
};

}  // namespace causeway::translators::binance
