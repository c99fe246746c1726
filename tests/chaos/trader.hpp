#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/app/demo/agreement.hpp"
#include "strategies/client/client.hpp"
#include "tests/gateway/stack.hpp"

namespace causeway::chaos {

/// A FIX client that trades at random on several venues, remembers all it did and was told, and
/// fails the test where a report contradicts an earlier one.
class Trader {
 public:
  /// `told` collects the reports of all traders.
  Trader(const gateway::Stack& stack, std::string comp_id, std::uint32_t seed,
         gateway::app::ToldOrders& told);

  /// Logs on, again after a break.
  void connect();
  /// Writes so many requests without waiting for an answer: orders that rest and orders that cross,
  /// amends, cancels.
  void burst(std::size_t requests);
  /// Handles what is there.
  void poll();
  /// Reads what the gateway wrote before it died.
  void drain();
  /// Sends every order that nothing was heard of again, with PossResend(97)=Y.
  void repeat_unanswered();
  /// Cancels everything; done once is_quiet().
  void cancel_all();

  /// Every order has been answered, and nothing is pending.
  [[nodiscard]] bool is_settled() const;
  /// No order works any more.
  [[nodiscard]] bool is_quiet() const;
  [[nodiscard]] std::size_t unanswered() const;
  /// What keeps it from being settled or quiet, for a failure's message.
  [[nodiscard]] std::string unsettled() const;

  [[nodiscard]] const std::string& comp_id() const { return settings_.comp_id; }
  /// Every ClOrdID of a NewOrderSingle that was written, with its venue.
  [[nodiscard]] const std::map<std::string, const gateway::VenueCase*>& sent() const {
    return venue_of_;
  }
  /// Those that were written since begin_round().
  [[nodiscard]] bool is_of_this_round(const std::string& cl_ord_id) const {
    return round_.contains(cl_ord_id);
  }
  void begin_round() { round_.clear(); }
  [[nodiscard]] bool is_answered(const std::string& cl_ord_id) const {
    return order_id_of_.contains(cl_ord_id);
  }
  /// Venue trade ids that were reported on the order of this NewOrderSingle.
  [[nodiscard]] const std::set<std::string>& trades_of(const std::string& cl_ord_id) const;

 private:
  struct Order {
    fixspec::ExecutionReport newest;
    fixspec::ClOrdId cl_ord_id;  // of the last accepted request
    std::set<std::string> trades;
  };
  void send_order();
  void send_on_open_order(bool amend);
  void on_event(const strategies::client::Event& event);
  void on_report(const fixspec::ExecutionReport& report, bool poss_dup);
  [[nodiscard]] std::string next_id(char kind);
  [[nodiscard]] const gateway::VenueCase& venue_of(const Order& order) const;
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  std::vector<const gateway::VenueCase*> venues_;
  strategies::client::Settings settings_;
  gateway::app::ToldOrders& told_;
  std::mt19937 random_;
  std::unique_ptr<strategies::client::Client> client_;
  std::uint64_t ids_ = 0;
  std::set<std::string> round_;
  std::map<std::string, const gateway::VenueCase*> venue_of_;  // by ClOrdID of a D
  std::map<std::string, fixspec::NewOrderSingle> requests_;    // the same
  std::map<std::string, std::string> order_id_of_;             // by ClOrdID of a D
  std::map<std::string, Order> orders_;                        // by OrderID
  std::set<std::string> exec_ids_;
};

}  // namespace causeway::chaos
