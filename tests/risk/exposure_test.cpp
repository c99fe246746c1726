#include "risk/exposure.hpp"

#include <gtest/gtest.h>

namespace causeway::risk {
namespace {

fixspec::Quantity qty(std::string_view text) { return fixspec::parse_quantity(text).value(); }

constexpr std::int64_t milli = fixspec::nanos_per_milli;

OrderTerms terms(std::string_view session = "OMS1", std::string_view symbol = "BTC-PERPETUAL") {
  OrderTerms result;
  result.session = fixspec::SessionId{session};
  result.account = fixspec::AccountId{"alpha"};
  result.instrument = {fixspec::Venue::Deribit, fixspec::Segment::Inverse, fixspec::Symbol{symbol}};
  result.order_qty = qty("10");
  return result;
}

Limits limits() {
  LimitSet everywhere;
  everywhere.name = "ALL";
  everywhere.max_open_orders = 10;
  everywhere.max_orders_per_second = 5;
  LimitSet one_session;
  one_session.name = "SESSION OMS1";
  one_session.scope.session = fixspec::SessionId{"OMS1"};
  one_session.duplicate_max = 1;
  one_session.duplicate_window_ms = 500;
  return {everywhere, one_session};
}

TEST(Exposure, ASectionAppliesToItsScopeOnly) {
  Exposure exposure;
  exposure.set_limits(limits());
  EXPECT_EQ(exposure.usages(terms("OMS1"), {}).size(), 2u);
  EXPECT_EQ(exposure.usages(terms("OMS2"), {}).size(), 1u);
}

TEST(Exposure, RatesAndDuplicatesAreForgottenAfterTheirWindow) {
  Exposure exposure;
  exposure.set_limits(limits());
  exposure.count_message(terms(), true, {.utc_ns = 0, .mono_ns = 0});
  exposure.count_message(terms(), false, {.utc_ns = 0, .mono_ns = 100 * milli});
  const auto at = [&](std::int64_t ms) {
    return exposure.usages(terms(), {.utc_ns = 0, .mono_ns = ms * milli});
  };
  EXPECT_EQ(at(499)[0].orders_in_last_second, 2u);
  EXPECT_EQ(at(499)[1].alike_in_window, 1u);
  EXPECT_EQ(at(500)[1].alike_in_window, 0u);
  EXPECT_EQ(at(1'000)[0].orders_in_last_second, 1u);
  EXPECT_EQ(at(1'100)[0].orders_in_last_second, 0u);
}

TEST(Exposure, OrdersOfOtherTermsAreNotAlike) {
  Exposure exposure;
  exposure.set_limits(limits());
  exposure.count_message(terms("OMS1", "ETH-PERPETUAL"), true, {});
  EXPECT_EQ(exposure.usages(terms(), {})[1].alike_in_window, 0u);
  EXPECT_EQ(exposure.usages(terms("OMS1", "ETH-PERPETUAL"), {})[1].alike_in_window, 1u);
}

TEST(Exposure, OpenQuantityIsReservedUntilItIsFilledOrClosed) {
  Exposure exposure;
  exposure.set_limits(limits());
  const OrderTerms order = terms();
  exposure.open(order, qty("100"));
  exposure.reserve(order, qty("-30"));
  exposure.trade(order.account, order.instrument, fixspec::Side::Buy, qty("30"));
  EXPECT_EQ(exposure.of(order.account, order.instrument),
            (InstrumentExposure{qty("30"), qty("70"), qty("0")}));
  EXPECT_EQ(exposure.usages(order, {})[0].open_orders, 1u);
  exposure.close(order, qty("70"));
  EXPECT_EQ(exposure.of(order.account, order.instrument),
            (InstrumentExposure{qty("30"), qty("0"), qty("0")}));
  EXPECT_EQ(exposure.usages(order, {})[0].open_orders, 0u);
}

}  // namespace
}  // namespace causeway::risk
