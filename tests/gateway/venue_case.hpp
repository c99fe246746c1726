#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "fixspec/enums.hpp"

namespace causeway::gateway {

/// What the same test needs to know of a venue. A further venue joins here.
struct VenueCase {
  std::string_view test_name;       ///< of instances of parametrised tests
  std::string_view fix_name;        ///< SecurityExchange(207)
  std::string_view simulator_name;  ///< in causeway-sim's options and control API
  std::string_view config;          ///< the addresses in [VENUE]; "PORT" stands for the port
  std::string_view account;
  std::string_view symbol;  ///< a perpetual that trades near 90,000
  /// Tests count in units, so that 100 is a quantity everywhere: 1 US dollar here, 0.001 coins
  /// there.
  std::int64_t units_per_qty = 1;
  std::string_view place_method;  ///< what /v1/faults calls the requests
  std::string_view amend_method;
  std::string_view cancel_method;
  std::string_view fill_channel;     ///< what /v1/faults calls the notifications of fills
  std::string_view book_channel;     ///< ... and of books
  std::string_view wrong_key_text;   ///< what the venue says to a wrong secret
  std::string_view index;            ///< what /v1/market calls the index of `symbol`
  fixspec::TriggerRef stop_trigger;  ///< what stops can be triggered by
  /// A fill-or-kill order that cannot fill is refused, rather than taken and cancelled.
  bool refuses_fill_or_kill = false;
  /// A request may be accepted until then after it was sent; absent is provable from then on.
  std::int64_t latest_acceptance_ms = 0;
  std::size_t most_open_orders = 0;  ///< that the venue allows in one instrument, or 1,000
  std::string_view kinds;            ///< of what is listed, sorted, with commas

  /// `units` as a quantity of the venue.
  [[nodiscard]] std::string qty(std::string_view units) const;
  /// A quantity of the venue in units.
  [[nodiscard]] std::string units(std::string_view qty) const;
};

extern const VenueCase deribit;
extern const VenueCase binance;
/// Binance with its orders over REST: nobody answers where its WebSocket API is said to be.
extern const VenueCase binance_over_rest;
extern const std::array<const VenueCase*, 2> all_venues;
/// Every way that orders go.
extern const std::array<const VenueCase*, 3> all_ways;

/// "Deribit", "Binance": the names of instances of parametrised tests.
std::string test_name(const VenueCase& venue);

}  // namespace causeway::gateway
