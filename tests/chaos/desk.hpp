#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gateway/app/demo/agreement.hpp"
#include "strategies/client/client.hpp"

namespace causeway::chaos {

/// Where a desk trades: on one side only, so that no account ever meets its own orders.
struct Market {
  std::string_view simulator_name;  ///< of the venue
  std::string_view account;
  std::string_view symbol;
  fixspec::Side side;
  std::string_view crossing;  ///< the price at which the house has all that anybody wants
  std::string_view better;    ///< a price a little better, at which the house has little
  std::string_view resting;   ///< a price that only market() of the rig brings to trade
  std::string_view step;      ///< orders are one to `most_steps` of these
  int most_steps;
};
std::span<const Market> markets();

/// A FIX client that trades at random, remembers all it did and was told, and writes down where a
/// report contradicts an earlier one or the rules of the dialect.
class Desk {
 public:
  struct Settings {
    std::string comp_id;
    std::string folder;  ///< of its sequence numbers
    std::uint16_t port = 0;
    std::uint32_t seed = 0;
  };
  /// `told` collects the reports of all desks.
  Desk(Settings settings, gateway::app::ToldOrders& told);

  // ---- its connection
  /// Logs on where it is not logged on; then asks again, with PossResend(97)=Y, for every order
  /// that nothing was heard of. False where the gateway is not there.
  bool connect();
  void set_port(std::uint16_t port) { settings_.port = port; }
  [[nodiscard]] bool is_logged_on() const { return client_ && client_->is_logged_on(); }
  void disconnect() { client_.reset(); }
  /// Writes the first half of an order and is gone.
  void write_half_a_message_and_vanish();
  /// Takes as little as possible from the socket from now on, until it is connected again.
  void shrink_receive_buffer() const;
  /// Handles what is there.
  void poll();

  // ---- what it does
  /// Sends what is due at `rate` new orders a second, with amends and cancels between them.
  void trade(unsigned rate);
  /// Sends so many requests at once.
  void burst(std::size_t requests);
  /// Time passed in which it was not to trade.
  void rest() { paced_at_ = Clock::now(); }
  void cancel_all();

  // ---- what it knows
  [[nodiscard]] const std::string& comp_id() const { return settings_.comp_id; }
  [[nodiscard]] std::size_t orders_sent() const { return requests_.size(); }
  [[nodiscard]] std::size_t unanswered() const { return unanswered_.size(); }
  /// Every order has been answered, and nothing is pending.
  [[nodiscard]] bool is_settled() const;
  /// No order works any more.
  [[nodiscard]] bool is_quiet() const;
  /// What keeps it from being settled or quiet: the first few of it.
  [[nodiscard]] std::string unsettled() const;
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  /// Rejects of whole messages are no complaint while the gateway's clock is wrong.
  bool clocks_may_differ = false;

  struct Order {
    fixspec::ExecutionReport newest;
    fixspec::ClOrdId cl_ord_id;  // of the last accepted request
    const Market* market = nullptr;
    std::map<std::string, fixspec::Trade> trades;  // by venue trade id
  };
  [[nodiscard]] const std::map<std::string, Order>& orders() const { return orders_; }  // OrderID
  [[nodiscard]] const std::set<std::string>& exec_ids() const { return exec_ids_; }

 private:
  using Clock = std::chrono::steady_clock;
  void send_something();
  void send_order();
  void send_amend(const Order& order);
  void send_cancel(const Order& order);
  Order* pick_open_order();
  void on_event(const strategies::client::Event& event);
  void on_report(const fixspec::ExecutionReport& report, bool poss_dup);
  void check(const Order& order, const fixspec::ExecutionReport& report);
  void complain(const std::string& what);
  [[nodiscard]] std::string next_id(char kind);
  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

  Settings settings_;
  gateway::app::ToldOrders& told_;
  std::mt19937 random_;
  std::unique_ptr<strategies::client::Client> client_;
  Clock::time_point paced_at_ = Clock::now();
  double due_ = 0;
  std::uint64_t ids_ = 0;
  std::map<std::string, std::pair<fixspec::NewOrderSingle, const Market*>> requests_;  // ClOrdID
  std::set<std::string> unanswered_;                // ClOrdIDs of these
  std::map<std::string, std::string> order_id_of_;  // by the same
  std::map<std::string, Order> orders_;             // by OrderID
  std::vector<std::string> maybe_open_;             // OrderIDs
  std::set<std::string> exec_ids_;
  std::vector<std::string> complaints_;
};

}  // namespace causeway::chaos
