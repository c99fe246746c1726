#include <gtest/gtest.h>

#include <random>

#include "strategies/market_maker/profit.hpp"

namespace causeway::strategies::market_maker {
namespace {

using fixspec::Decimal;
using fixspec::Side;

fixspec::Instrument instrument(fixspec::ContractType type) {
  fixspec::Instrument instrument;
  instrument.contract_type = type;
  instrument.settle = fixspec::Currency{type == fixspec::ContractType::Inverse ? "BTC" : "USDT"};
  return instrument;
}

fixspec::Price price(const std::string& text) { return fixspec::parse_price(text).value(); }

fixspec::Trade trade(const std::string& qty, const std::string& at, const std::string& fee,
                     const std::string& currency) {
  fixspec::Trade trade;
  trade.last_qty = fixspec::parse_quantity(qty).value();
  trade.last_px = price(at);
  trade.fee = fixspec::Fee{Decimal::parse(fee).value(), fixspec::Currency{currency}};
  return trade;
}

TEST(Profit, OfARoundTripOnALinearInstrument) {
  Profit profit{instrument(fixspec::ContractType::Linear)};
  profit.on_mid(price("100"));
  profit.on_fill(Side::Buy, trade("2", "99", "0.02", "USDT"));  // 1 below the mid, twice
  profit.on_mid(price("103"));                                  // 3 up with 2 held
  profit.on_fill(Side::Sell, trade("2", "104", "-0.01", "USDT"));
  EXPECT_EQ(profit.spread_earned().to_string(), "4");
  EXPECT_EQ(profit.inventory().to_string(), "6");
  EXPECT_EQ(profit.fees().to_string(), "-0.01");
  EXPECT_EQ(profit.total().to_string(), "9.99");  // 208 - 198 - 0.01
  EXPECT_EQ(profit.by_cash(), profit.total());
  EXPECT_TRUE(profit.position().is_zero());
}

TEST(Profit, OfAnInverseInstrumentIsInTheCoin) {
  Profit profit{instrument(fixspec::ContractType::Inverse)};
  profit.on_mid(price("50000"));
  profit.on_fill(Side::Buy, trade("10000", "50000", "0.00001", "BTC"));
  profit.on_mid(price("62500"));
  // 10000/50000 - 10000/62500 = 0.2 - 0.16
  EXPECT_EQ(profit.inventory().to_string(), "0.04");
  EXPECT_EQ(profit.total().to_string(), "0.03999");
  EXPECT_EQ(profit.by_cash(), profit.total());
}

TEST(Profit, AFeeInAnotherCurrencyStaysApart) {
  Profit profit{instrument(fixspec::ContractType::Linear)};
  profit.on_mid(price("100"));
  profit.on_fill(Side::Sell, trade("1", "100", "0.001", "BNB"));
  EXPECT_TRUE(profit.fees().is_zero());
  EXPECT_EQ(profit.other_fees().at(fixspec::Currency{"BNB"}).to_string(), "-0.001");
}

TEST(Profit, ItsPartsAddUpToTheLastDigitWhateverHappens) {
  for (const auto type : {fixspec::ContractType::Linear, fixspec::ContractType::Inverse}) {
    const bool inverse = type == fixspec::ContractType::Inverse;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
      std::mt19937 random{seed};
      Profit profit{instrument(type)};
      std::int64_t half_ticks = 1'800'000;  // of 0.05
      const auto at = [&](std::int64_t half_tick) {
        return fixspec::Price{Decimal::from_units(Decimal::from_integer(half_tick).units() / 20)};
      };
      profit.on_mid(at(half_ticks));
      for (int i = 0; i < 2'000; ++i) {
        half_ticks += static_cast<std::int64_t>(random() % 41) - 20;
        profit.on_mid(at(half_ticks));
        if (random() % 3 != 0) continue;
        fixspec::Trade one;
        const auto size = static_cast<std::int64_t>(1 + random() % 50);
        one.last_qty = fixspec::Quantity{
            inverse ? Decimal::from_integer(10 * size)
                    : Decimal::from_units(Decimal::from_integer(size).units() / 1'000)};
        one.last_px = at(half_ticks + static_cast<std::int64_t>(random() % 21) - 10);
        one.fee = fixspec::Fee{Decimal::from_units(static_cast<std::int64_t>(random() % 9'999)),
                               fixspec::Currency{inverse ? "BTC" : "USDT"}};
        profit.on_fill(random() % 2 == 0 ? Side::Buy : Side::Sell, one);
        ASSERT_EQ(profit.total(), profit.by_cash()) << "seed " << seed << " step " << i;
      }
      EXPECT_FALSE(profit.spread_earned().is_zero());
      EXPECT_FALSE(profit.inventory().is_zero());
    }
  }
}

}  // namespace
}  // namespace causeway::strategies::market_maker
