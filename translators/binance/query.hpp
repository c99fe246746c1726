#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/algo_orders.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/errors.hpp"
#include "translators/binance/rest.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// A request of the engine that takes several requests to the venue, and has one answer. A state
/// machine: each reply leads to the next request, or to the answer.
class Query {
 public:
  struct Call {
    Rest::Make make;
    std::int64_t after_ns = 0;  ///< not before so much time has passed
    bool cancel = false;        ///< in the lane of cancels
  };
  using Step = std::variant<Call, Told>;

  Query(VenueRequest request, AlgoOrders& orders) : request_(std::move(request)), orders_(orders) {}
  virtual ~Query() = default;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// `now` is in the venue's clock.
  virtual Step begin(fixspec::Timestamp now) = 0;
  virtual Step on_reply(const Decoder& body) = 0;
  /// A refusal that is a step of the query; nothing where it ends it.
  virtual std::optional<Step> on_refused(const Judgement&) { return std::nullopt; }
  [[nodiscard]] const VenueRequest& request() const { return request_; }
  [[nodiscard]] Told unknown(std::string reason) const;

 protected:
  VenueRequest request_;
  AlgoOrders& orders_;
};

/// The query that `request` needs: of one order, of all open ones, of trades, positions, balances,
/// or a mass cancel.
std::unique_ptr<Query> make_query(const VenueRequest& request, AlgoOrders& orders,
                                  fixspec::LogSink& log);

/// The trades alone of the order that `request` (a QueryOrder) names by its number and that stands
/// as `known`: a QueryAnswer once they make up its cumulative quantity.
std::unique_ptr<Query> make_fills_query(const VenueRequest& request, AlgoOrders& orders,
                                        OrderUpdate known);

/// The order that `ask` is about by our client id; empty where it is about no single order.
fixspec::VenueClOrdId client_id_of(const Ask& ask);

// ---- what queries share
// ---------------------------------------------------------------------------

/// The orders and stops of an account that are open, with the client ids that are ours.
class OpenOrdersSearch {
 public:
  OpenOrdersSearch(AlgoOrders& orders, fixspec::LogSink& log) : orders_(orders), log_(log) {}

  /// The next request; nothing once everything is known, or cannot be (see error()).
  std::optional<Query::Call> begin();
  std::optional<Query::Call> on_reply(const Decoder& body);
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::vector<OrderUpdate> take() { return std::move(found_); }

 private:
  enum class Step : std::uint8_t { Stops, Orders, Parents };

  std::optional<Query::Call> on_stops(const Decoder& body);
  std::optional<Query::Call> on_orders(const Decoder& body);
  std::optional<Query::Call> next_parents();
  void finish();

  AlgoOrders& orders_;
  fixspec::LogSink& log_;
  Step step_ = Step::Stops;
  std::vector<OrderUpdate> found_;
  std::vector<fixspec::Symbol> symbols_;  ///< where an order may have come of a stop
  std::string error_;
};

/// What of an account's orders the algo service says came of stops: teaches `orders` the links.
/// Empty where good, else why it cannot be read.
std::string learn_parents(const Decoder& body, AlgoOrders& orders);

/// Venue order: by time; those of one millisecond stay as the venue listed them.
void sort_by_time(std::vector<Fill>& fills);

/// `symbol`'s own copy, for the views of a request that is made later.
Rest::Make call_for(wire::Method method, const fixspec::Symbol& symbol);

}  // namespace causeway::translators::binance
