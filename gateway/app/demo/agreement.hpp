#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fixspec/report.hpp"
#include "fixspec/result.hpp"

// Three accounts of the same orders, compared order by order: what the venue's ledger has, what the
// client was told over FIX, what the audit shows.
namespace causeway::gateway::app {

/// One order as one of the three knows it.
struct OrderAccount {
  std::string status;   ///< as OrdStatus in words; New also stands for PartiallyFilled
  std::string cum_qty;  ///< shortest decimal text
  std::map<std::string, std::string> trades;  ///< by venue trade id: "quantity@price"

  friend bool operator==(const OrderAccount&, const OrderAccount&) = default;
};

/// Collects what a client was told.
class ToldOrders {
 public:
  void on_report(const fixspec::ExecutionReport& report);
  /// A cancel reject tells the order's status, too.
  void on_reject(const fixspec::OrderCancelReject& reject);
  [[nodiscard]] const std::map<std::string, OrderAccount>& by_order_id() const { return orders_; }
  /// The order ended with a replace (150=5) to what was filled; a cancel that was still pending
  /// shows in 39.
  [[nodiscard]] bool was_decreased_to_filled(const std::string& order_id) const {
    return decreased_to_filled_.contains(order_id);
  }

 private:
  std::map<std::string, OrderAccount> orders_;
  std::set<std::string> decreased_to_filled_;
};

/// The orders of the audit by OrderID(37), and the client id each has at the venue.
struct AuditedOrders {
  std::map<std::string, OrderAccount> by_order_id;
  std::map<std::string, std::string> venue_cl_ord_id;  ///< by OrderID
};
fixspec::Result<AuditedOrders, fixspec::Error> read_audit(const std::string& database);

/// The orders of the simulator's ledger by label, which is our client id.
fixspec::Result<std::map<std::string, OrderAccount>, fixspec::Error> read_ledger(
    const std::string& json);

/// What differs, a line each; empty where all three agree. An order that was refused before it was
/// sent is not expected in the ledger.
std::vector<std::string> compare(const ToldOrders& told, const AuditedOrders& audited,
                                 const std::map<std::string, OrderAccount>& ledger);

/// The timeline of one order, as the audit has it, a line a step.
fixspec::Result<std::vector<std::string>, fixspec::Error> read_timeline(
    const std::string& database, const std::string& order_id);

}  // namespace causeway::gateway::app
