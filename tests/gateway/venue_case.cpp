#include "tests/gateway/venue_case.hpp"

#include "fixspec/amount.hpp"

namespace causeway::gateway {

using fixspec::Decimal;

const VenueCase deribit{.test_name = "Deribit",
                        .fix_name = "DERIBIT",
                        .simulator_name = "deribit",
                        .config = "Url=wss://127.0.0.1:PORT/ws/api/v2\n",
                        .account = "alpha",
                        .symbol = "BTC-PERPETUAL",
                        .units_per_qty = 1,
                        .place_method = "private/buy",
                        .amend_method = "private/edit",
                        .cancel_method = "private/cancel",
                        .fill_channel = "user.",
                        .book_channel = "book.",
                        .wrong_key_text = "invalid_credentials",
                        .index = "btc_usd",
                        .stop_trigger = fixspec::TriggerRef::Index,
                        .latest_acceptance_ms = 3'000,
                        .most_open_orders = 1'000,
                        .kinds = "call,dated future,inverse perpetual,linear perpetual,put"};

const VenueCase binance{.test_name = "Binance",
                        .fix_name = "BINANCE",
                        .simulator_name = "binance",
                        .config =
                            "Url=https://127.0.0.1:PORT\n"
                            "ApiUrl=wss://127.0.0.1:PORT/ws-fapi/v1\n"
                            "StreamUrl=wss://127.0.0.1:PORT\n",
                        .account = "beta",
                        .symbol = "BTCUSDT",
                        .units_per_qty = 1'000,
                        .place_method = "order.place",
                        .amend_method = "order.modify",
                        .cancel_method = "order.cancel",
                        .fill_channel = "ORDER_TRADE_UPDATE",
                        .book_channel = "btcusdt@depth",
                        .wrong_key_text = "-1022",
                        .index = "btc_usdt",
                        .stop_trigger = fixspec::TriggerRef::Mark,
                        .refuses_fill_or_kill = true,
                        // recvWindow, and ten seconds that a request waits within the venue.
                        .latest_acceptance_ms = 13'000,
                        .most_open_orders = 200,
                        .kinds = "dated future,linear perpetual"};

const VenueCase binance_over_rest = [] {
  VenueCase way = binance;
  way.test_name = "BinanceOverRest";
  way.config =
      "Url=https://127.0.0.1:PORT\n"
      "ApiUrl=wss://127.0.0.1:1/ws-fapi/v1\n"
      "StreamUrl=wss://127.0.0.1:PORT\n";
  way.place_method = "POST /fapi/v1/order";
  way.amend_method = "PUT /fapi/v1/order";
  way.cancel_method = "DELETE /fapi/v1/order";
  return way;
}();

const std::array<const VenueCase*, 2> all_venues = {&deribit, &binance};
const std::array<const VenueCase*, 3> all_ways = {&deribit, &binance, &binance_over_rest};

std::string VenueCase::qty(std::string_view units) const {
  const auto value =
      Decimal::divide(Decimal::parse(units).value(), Decimal::from_integer(units_per_qty),
                      fixspec::Rounding::HalfEven);
  return value.value().to_string();
}

std::string VenueCase::units(std::string_view qty) const {
  const auto value =
      Decimal::multiply(Decimal::parse(qty).value(), Decimal::from_integer(units_per_qty),
                        fixspec::Rounding::HalfEven);
  return value.value().to_string();
}

std::string test_name(const VenueCase& venue) { return std::string{venue.test_name}; }

}  // namespace causeway::gateway
