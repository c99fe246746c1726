#pragma once

#include <functional>
#include <string>

#include "fixspec/result.hpp"
#include "gateway/app/demo/agreement.hpp"
#include "strategies/client/client.hpp"

namespace causeway::gateway::app {

/// What a newcomer is shown, sent through FIX as an OMS would: a resting limit, an amend, a cancel,
/// a limit that fills in two parts, and an order that risk refuses.
class Scenario {
 public:
  struct Settings {
    strategies::client::Settings client;
    std::string account;
    std::uint16_t control_port = 7100;  ///< of the simulator, to make the market play along
  };
  /// `print` gets one line at a time.
  Scenario(Settings settings, std::function<void(const std::string&)> print);

  fixspec::Result<fixspec::Done, fixspec::Error> run();

  [[nodiscard]] const ToldOrders& told() const { return told_; }
  /// OrderID(37) of the order that filled in two parts.
  [[nodiscard]] const std::string& filled_order_id() const { return filled_order_id_; }

 private:
  using Step = fixspec::Result<fixspec::Done, fixspec::Error>;
  Step rest_amend_cancel();
  Step fill_in_two_parts();
  Step be_refused();
  Step send(const std::string& what, const fixspec::ClientRequest& request);
  /// Waits until a report on `cl_ord_id` has this status.
  Step wait_for(const std::string& cl_ord_id, fixspec::OrdStatus status);
  Step market(const std::string& json);
  fixspec::NewOrderSingle order(const std::string& cl_ord_id, const std::string& qty,
                                const std::string& price) const;
  void on_event(const strategies::client::Event& event);

  Settings settings_;
  std::function<void(const std::string&)> print_;
  strategies::client::Client client_;
  ToldOrders told_;
  std::map<std::string, fixspec::ExecutionReport> newest_;  // by ClOrdID
  std::string filled_order_id_;
  std::string prefix_;  // makes the ClOrdIDs of this run unique
};

}  // namespace causeway::gateway::app
