#include <gtest/gtest.h>

#include <cmath>

#include "strategies/math/quotes.hpp"
#include "strategies/math/volatility.hpp"

namespace causeway::strategies::math {
namespace {

void expect_close(double value, double oracle) {
  EXPECT_LE(std::abs(value - oracle), 1e-12 * std::abs(oracle)) << value << " for " << oracle;
}

// Avellaneda and Stoikov (2008) by other means, to the digits given.
TEST(Quotes, AvellanedaStoikov) {
  const Quotes flat = avellaneda_stoikov(100, 0, 0.1, 2, 1, 1.5);
  expect_close(flat.ask - flat.bid, 1.6907704227514233);
  expect_close(flat.reservation, 100);
  const Quotes long_one = avellaneda_stoikov(100, 1, 0.1, 2, 1, 1.5);
  expect_close(long_one.reservation, 99.6);
  expect_close(long_one.bid, 98.75461478862428);
  expect_close(long_one.ask, 100.44538521137571);
  const Quotes short_three = avellaneda_stoikov(100, -3, 0.1, 2, 0.5, 1.5);
  expect_close(short_three.reservation, 100.6);
  expect_close(short_three.ask - short_three.bid, 1.4907704227514234);
  const Quotes calm = avellaneda_stoikov(100, 2, 0.01, 2, 0.25, 1.5);
  expect_close(calm.reservation, 99.98);
  expect_close(calm.ask - calm.bid, 1.3389085437337023);
}

TEST(Quotes, GueantLehalleFernandez) {
  const auto distances = [](double q) {
    const Quotes quotes = gueant_lehalle_fernandez(0, q, 0.01, 0.3, 0.9, 0.3);
    return std::pair{-quotes.bid, quotes.ask};
  };
  expect_close(distances(0).first, 3.312915198564539);
  expect_close(distances(0).second, 3.312915198564539);
  expect_close(distances(3).first, 3.51651269615719);
  expect_close(distances(3).second, 3.1093177009718875);
  expect_close(distances(-2).first, 3.177183533502771);
  expect_close(distances(-2).second, 3.4486468636263066);
}

// A price that moves one up and one down each second has a volatility of one.
TEST(Volatility, OfAZigzag) {
  Volatility volatility{60};
  EXPECT_FALSE(volatility.is_ready());
  std::int64_t now = 0;
  for (int i = 0; i < 600; ++i) volatility.add(100 + i % 2, now += 1'000'000'000);
  EXPECT_TRUE(volatility.is_ready());
  EXPECT_NEAR(volatility.per_sqrt_second(), 1, 1e-9);
}

TEST(Volatility, FlickerWithinATenthOfASecondIsNoMoveAndAGapIsNone) {
  Volatility volatility{60};
  volatility.add(100, 0);
  volatility.add(500, 50'000'000);
  volatility.add(100, 1'000'000'000);
  EXPECT_EQ(volatility.per_sqrt_second(), 0);
  volatility.interrupt();
  volatility.add(900, 2'000'000'000);
  EXPECT_EQ(volatility.per_sqrt_second(), 0);
}

}  // namespace
}  // namespace causeway::strategies::math
