#pragma once

#include <deque>
#include <string>
#include <vector>

#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "fixspec/result.hpp"

namespace causeway::strategies {

/// What a strategy holds of one instrument on one account: the sum of its own fills over all its
/// runs, in a small file that survives the end of the process at any moment. Each order is written
/// down before it is sent and each fill before it counts. A fill is counted by how far CumQty(14)
/// of its order has come, so a report that comes twice, or by a status request, changes nothing.
class Inventory {
 public:
  /// Reads `path`; where there is none, the strategy holds nothing. An order of the strategy is one
  /// whose ClOrdID(11) begins with `id_prefix`. Throws std::runtime_error where the file is damaged
  /// or is another instrument's or account's.
  Inventory(std::string path, const fixspec::Symbol& symbol, const fixspec::AccountId& account,
            std::string id_prefix);

  /// Signed, in the venue's unit.
  [[nodiscard]] fixspec::Quantity position() const { return position_; }
  /// The first ClOrdID(11) of each order that has not ended, as far as is known here.
  [[nodiscard]] std::vector<fixspec::ClOrdId> open_orders() const;
  /// Why the newest figures are not in the file; empty while they are.
  [[nodiscard]] const std::string& problem() const { return problem_; }

  /// Before the order is sent. Where this fails it must not be sent.
  fixspec::Result<fixspec::Done, fixspec::Error> on_order(const fixspec::NewOrderSingle& order);
  /// How much the report moved the position: zero where it tells nothing new, or is about an order
  /// of somebody else.
  fixspec::Quantity on_report(const fixspec::ExecutionReport& report);
  void on_cancel_reject(const fixspec::OrderCancelReject& reject);

 private:
  struct Order {
    fixspec::ClOrdId cl_ord_id;  // of the 35=D
    fixspec::OrderId order_id;   // empty until it is told
    fixspec::Side side = fixspec::Side::Buy;
    fixspec::Quantity cum_qty;  // counted so far
    bool ended = false;
  };

  void read();
  void read_line(const std::string& line);
  void save();
  [[nodiscard]] bool is_ours(const fixspec::ExecutionReport& report) const;
  Order* find(const fixspec::ExecutionReport& report);
  void forget_the_oldest();

  std::string path_;
  std::string key_;
  fixspec::Symbol symbol_;
  fixspec::AccountId account_;
  std::string id_prefix_;
  fixspec::Quantity position_;
  std::deque<Order> orders_;  // oldest first: the open ones, and some that have ended
  std::string problem_;
};

/// "<folder>/<session>.BTCUSDT.beta.inventory": the file of what the strategy of a FIX session
/// holds of a symbol on an account, which is of one venue.
std::string inventory_file(const std::string& folder, const std::string& session,
                           const fixspec::Symbol& symbol, const fixspec::AccountId& account);

}  // namespace causeway::strategies
