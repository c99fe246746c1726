#pragma once

#include <array>
#include <list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "simulator/core/candles.hpp"
#include "simulator/core/venue.hpp"
#include "simulator/deribit/channel.hpp"

namespace causeway::simulator::deribit {

/// Who listens to what, and what they are told. One notification a channel and operation in the
/// venue's usual order: user.trades, user.orders, user.changes, user.portfolio, then the market.
class Publisher {
 public:
  Publisher(const core::Exchange& exchange, core::Faults& faults, const core::Candles& candles,
            std::vector<core::Frame>& out);

  /// Adds a subscription; one that exists stays as it is.
  void subscribe(core::ConnectionId connection, core::AccountId account, Channel channel,
                 std::string label);
  void unsubscribe(core::ConnectionId connection, std::string_view channel);
  void unsubscribe_all(core::ConnectionId connection, bool private_channels);
  void drop(core::ConnectionId connection);

  /// Tells what the events say. `muted` hears nothing of them (0: nobody is muted).
  void publish(std::span<const core::Event> events, core::ConnectionId muted, core::UtcNanos now);
  /// Sends first pictures of new subscriptions and what was gathered for slower intervals.
  void flush(core::UtcNanos now);

  [[nodiscard]] std::int64_t change_id(core::InstrumentIndex at) const { return change_ids_[at]; }

 private:
  using Levels = std::map<core::Decimal, core::Decimal>;  // OrderBook key -> amount

  struct Subscription {
    core::ConnectionId connection = 0;
    core::AccountId account = 0;
    Channel channel;
    std::string label;
    bool fresh = true;   // nothing sent yet
    bool dirty = false;  // something of it has changed since the last sending
    core::UtcNanos next_flush = 0;
    std::vector<std::string> gathered;
    std::array<Levels, 2> known = {};  // Book: what the client has, bids and asks
    std::array<std::set<core::Decimal>, 2> changed = {};
    std::int64_t last_change_id = 0;
    std::string last_sent;
  };

  void send(Subscription& subscription, std::string_view data);
  void publish_operation(std::span<const core::Event> events, core::ConnectionId muted,
                         core::UtcNanos now);
  void tell_user(Subscription& subscription, std::span<const core::Event> events,
                 core::UtcNanos now);
  void tell_changes(Subscription& subscription, std::span<const core::Event> events,
                    core::UtcNanos now);
  void tell_trades(Subscription& subscription, std::span<const core::Event> events);
  void note_market(Subscription& subscription, std::span<const core::Event> events);
  void deliver(Subscription& subscription, std::vector<std::string> items);
  void send_gathered(Subscription& subscription);
  void flush_one(Subscription& subscription, core::UtcNanos now);
  void send_book_snapshot(Subscription& subscription, core::UtcNanos now);
  void send_book_change(Subscription& subscription, core::UtcNanos now);
  void send_grouped_book(Subscription& subscription, core::UtcNanos now);
  void send_portfolio(Subscription& subscription);
  [[nodiscard]] std::string market_picture(const Subscription& subscription,
                                           core::UtcNanos now) const;

  const core::Exchange& exchange_;
  core::Faults& faults_;
  const core::Candles& candles_;
  std::vector<core::Frame>& out_;
  std::list<Subscription> subscriptions_;
  std::vector<std::int64_t> change_ids_;
};

/// The levels of a book put together into steps of `group` (zero: as they are), best first.
std::vector<std::pair<core::Price, core::Quantity>> grouped_levels(const core::OrderBook& book,
                                                                   core::Side side,
                                                                   core::Price group,
                                                                   std::size_t depth);

}  // namespace causeway::simulator::deribit
