#pragma once

#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {

/// Which request is answered by which method.
struct Server::Routes {
  /// By "GET /fapi/v1/time"; nullptr where there is none.
  static const Method* rest(std::string_view request);
  /// By "order.place", also with a version before it; nullptr where there is none.
  static const Method* api(std::string_view method);
};

}  // namespace causeway::simulator::binance
