#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fixspec/result.hpp"
#include "gateway/app/demo/agreement.hpp"
#include "strategies/client/client.hpp"

namespace causeway::gateway::app {

/// A venue on which the tour is made, and what is ordered there: quantities are in its own unit.
struct TourStop {
  fixspec::Venue venue = fixspec::Venue::Deribit;
  std::string simulator_name;         ///< in the simulator's options and control API
  std::string symbol;                 ///< trades near 90,000
  std::string small, twice;           ///< what rests, and what it is amended to
  std::string offered, wanted, rest;  ///< a fill in two parts: offered + rest = wanted
  std::string huge;                   ///< more than any limit
};

/// The stop at that venue; nullptr where the demo has none.
const TourStop* tour_stop(fixspec::Venue venue);

/// What a newcomer is shown, sent through FIX as an OMS would, on each venue: a resting limit, an
/// amend, a cancel, a limit that fills in two parts, and an order that risk refuses.
class Scenario {
 public:
  struct Settings {
    strategies::client::Settings client;
    /// The accounts to trade on, with the venue of each.
    std::vector<std::pair<std::string, const TourStop*>> accounts;
    std::uint16_t control_port = 7100;  ///< of the simulator, to make the market play along
  };
  /// `print` gets one line at a time.
  Scenario(Settings settings, std::function<void(const std::string&)> print);

  fixspec::Result<fixspec::Done, fixspec::Error> run();

  [[nodiscard]] const ToldOrders& told() const { return told_; }
  /// OrderID(37) of the last order that filled in two parts.
  [[nodiscard]] const std::string& filled_order_id() const { return filled_order_id_; }

 private:
  using Step = fixspec::Result<fixspec::Done, fixspec::Error>;
  Step rest_amend_cancel();
  Step fill_in_two_parts();
  Step be_refused();
  Step send(const std::string& what, const fixspec::ClientRequest& request);
  /// Waits until a report on `cl_ord_id` has this status.
  Step wait_for(const std::string& cl_ord_id, fixspec::OrdStatus status);
  /// POST /v1/market with the venue filled in.
  Step market(const std::string& members);
  [[nodiscard]] std::string of_symbol() const;
  fixspec::NewOrderSingle order(const std::string& cl_ord_id, const std::string& qty,
                                const std::string& price) const;
  void on_event(const strategies::client::Event& event);

  Settings settings_;
  std::function<void(const std::string&)> print_;
  strategies::client::Client client_;
  ToldOrders told_;
  std::map<std::string, fixspec::ExecutionReport> newest_;  // by ClOrdID
  std::string filled_order_id_;
  std::string run_;     // makes the ClOrdIDs of this run unique
  std::string prefix_;  // of the ClOrdIDs at this stop
  std::string account_;
  const TourStop* stop_ = nullptr;
};

}  // namespace causeway::gateway::app
