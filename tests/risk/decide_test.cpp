#include "risk/decide.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace causeway::risk {
namespace {

using fixspec::OrdType;
using fixspec::RejectCode;
using fixspec::Side;

fixspec::Price px(std::string_view text) { return fixspec::parse_price(text).value(); }
fixspec::Quantity qty(std::string_view text) { return fixspec::parse_quantity(text).value(); }

// An order that every check lets pass; each case then breaks one thing.
struct World {
  fixspec::Instrument instrument;
  Permission permission;
  LimitSet limits;
  Proposal proposal;

  World() {
    instrument.key = {fixspec::Venue::Deribit, fixspec::Segment::Linear,
                      fixspec::Symbol{"BTC_USDC-PERPETUAL"}};
    instrument.tick = px("0.5");
    instrument.qty_step = qty("0.001");
    instrument.min_qty = qty("0.001");
    instrument.max_qty = qty("50");
    instrument.min_notional = fixspec::Notional{fixspec::Decimal::from_integer(5)};
    permission.accounts = {fixspec::AccountId{"alpha"}};
    permission.symbols = {"BTC*"};
    limits.name = "ACCOUNT alpha";
    limits.max_order_qty = qty("10");
    limits.max_order_value = fixspec::Notional{fixspec::Decimal::from_integer(300'000)};
    limits.price_collar_percent = fixspec::Decimal::from_integer(5);
    limits.reference_max_age_ms = 1'000;
    limits.duplicate_max = 2;
    limits.duplicate_window_ms = 500;
    limits.max_position = qty("8");
    limits.max_open_orders = 3;
    limits.max_orders_per_second = 4;
    proposal.account = fixspec::AccountId{"alpha"};
    proposal.order_qty = qty("1");
    proposal.added_leaves = qty("1");
    proposal.price = px("60000");
    proposal.reference = {.mark = px("60000"), .index = px("60000"), .age_ms = 10};
  }

  checks::Verdict verdict() {
    proposal.instrument = &instrument;
    proposal.permission = &permission;
    if (proposal.usages.empty()) proposal.usages.push_back({});
    proposal.usages.front().limits = &limits;
    return decide(proposal);
  }
  Usage& usage() {
    if (proposal.usages.empty()) proposal.usages.push_back({});
    return proposal.usages.front();
  }
};

TEST(Decide, AnOrderWithinEveryLimitPasses) { EXPECT_EQ(World{}.verdict(), std::nullopt); }

TEST(Decide, AtTheLimitPassesAndBeyondItIsRefused) {
  World world;
  world.limits.max_order_value.reset();
  world.limits.max_position.reset();
  world.proposal.order_qty = world.proposal.added_leaves = qty("10");
  EXPECT_EQ(world.verdict(), std::nullopt);
  world.proposal.order_qty = qty("10.001");
  const auto verdict = world.verdict();
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code, RejectCode::MaxOrderQty);
  EXPECT_EQ(verdict->text, "RISK.MAX_ORDER_QTY: 10.001 > limit 10 (MaxOrderQty, ACCOUNT alpha)");
  EXPECT_EQ(verdict->risk_limit, "10");
  EXPECT_EQ(verdict->risk_used, "10.001");
}

struct Case {
  std::string name;
  std::function<void(World&)> breaks;
  RejectCode code;
  std::string text;  // somewhere in the reason
};

TEST(Decide, EachRuleRefusesAndSaysRuleLimitAndValue) {
  const Case cases[] = {
      {"no permission", [](World& w) { w.permission.trade = false; }, RejectCode::NotPermitted,
       "may not trade (Trade)"},
      {"other account", [](World& w) { w.proposal.account = fixspec::AccountId{"beta"}; },
       RejectCode::NotPermitted, "account beta"},
      {"other symbol",
       [](World& w) {
         w.permission.symbols = {"ETH*", "BTC_USDC"};
       },
       RejectCode::NotPermitted, "BTC_USDC-PERPETUAL"},
      {"halted",
       [](World& w) { w.instrument.status = fixspec::SecurityTradingStatus::TradingHalt; },
       RejectCode::InstrumentNotTrading, "not open for trading"},
      {"expired",
       [](World& w) {
         w.instrument.expiry_utc_ns = 5;
         w.proposal.now = 5;
       },
       RejectCode::InstrumentNotTrading, "has expired"},
      {"off tick", [](World& w) { w.proposal.price = px("60000.25"); }, RejectCode::PriceOffTick,
       "Price(44) 60000.25 is not a multiple of tick 0.5"},
      {"negative price", [](World& w) { w.proposal.price = px("-1"); }, RejectCode::PriceOffTick,
       "not positive"},
      {"stop off tick",
       [](World& w) {
         w.proposal.ord_type = OrdType::StopLimit;
         w.proposal.stop_px = px("60000.1");
       },
       RejectCode::PriceOffTick, "StopPx(99)"},
      {"zero", [](World& w) { w.proposal.order_qty = qty("0"); }, RejectCode::QuantityTooSmall,
       "0"},
      {"too small", [](World& w) { w.proposal.order_qty = qty("0.0005"); },
       RejectCode::QuantityTooSmall, "minimum 0.001"},
      {"off step", [](World& w) { w.proposal.order_qty = qty("0.0015"); },
       RejectCode::QuantityOffStep, "step 0.001"},
      {"too large", [](World& w) { w.proposal.order_qty = qty("51"); },
       RejectCode::QuantityTooLarge, "maximum 50"},
      {"too little money",
       [](World& w) {
         w.instrument.min_notional = fixspec::Notional{*fixspec::Decimal::parse("60000.5")};
       },
       RejectCode::NotionalTooSmall, "60000 is below the minimum 60000.5"},
      {"rate", [](World& w) { w.usage().orders_in_last_second = 4; }, RejectCode::OrderRate,
       "5 orders in a second > limit 4"},
      {"value", [](World& w) { w.proposal.order_qty = w.proposal.added_leaves = qty("5.001"); },
       RejectCode::MaxOrderValue, "300060 > limit 300000"},
      {"value without a price", [](World& w) { w.proposal.reference.age_ms = 1'001; },
       RejectCode::NoReferencePrice, "MaxOrderValue"},
      {"collar", [](World& w) { w.proposal.price = px("63000.5"); }, RejectCode::PriceCollar,
       "63000.5 > bound 63000, 5 % off 60000"},
      {"collar without a price",
       [](World& w) {
         w.limits.max_order_value.reset();
         w.proposal.reference = {};
       },
       RejectCode::NoReferencePrice, "PriceCollarPercent"},
      {"sell too low",
       [](World& w) {
         w.proposal.side = Side::Sell;
         w.proposal.price = px("56999.5");
       },
       RejectCode::PriceCollar, "56999.5 < bound 57000"},
      {"market order without a price",
       [](World& w) {
         w.limits.max_order_value.reset();
         w.instrument.min_notional.reset();
         w.proposal.ord_type = OrdType::Market;
         w.proposal.price.reset();
         w.proposal.reference = {};
       },
       RejectCode::NoReferencePrice, "PriceCollarPercent"},
      {"stop limit far above its trigger",
       [](World& w) {
         w.proposal.ord_type = OrdType::StopLimit;
         w.proposal.stop_px = px("50000");
       },
       RejectCode::PriceCollar, "5 % off 50000"},
      {"duplicate", [](World& w) { w.usage().alike_in_window = 2; }, RejectCode::DuplicateOrder,
       "3 orders alike > limit 2"},
      {"position",
       [](World& w) {
         w.proposal.exposure = {qty("6"), qty("1.5"), qty("0")};
       },
       RejectCode::PositionLimit, "worst-case long 8.5 > limit 8"},
      {"short position",
       [](World& w) {
         w.proposal.side = Side::Sell;
         w.proposal.exposure = {qty("-7"), qty("3"), qty("0.5")};
       },
       RejectCode::PositionLimit, "worst-case short 8.5 > limit 8"},
      {"open orders", [](World& w) { w.usage().open_orders = 3; }, RejectCode::OpenOrders,
       "4 open orders > limit 3"},
  };
  for (const Case& test : cases) {
    World world;
    test.breaks(world);
    const auto verdict = world.verdict();
    ASSERT_TRUE(verdict) << test.name;
    EXPECT_EQ(verdict->code, test.code) << test.name << ": " << verdict->text;
    EXPECT_NE(verdict->text.find(test.text), std::string::npos)
        << test.name << ": " << verdict->text;
    EXPECT_TRUE(verdict->text.starts_with(fixspec::to_text(test.code))) << verdict->text;
  }
}

TEST(Decide, AReducingOrderPassesAFullPosition) {
  World world;
  world.proposal.side = Side::Sell;
  world.proposal.exposure = {qty("8"), qty("0"), qty("0")};
  EXPECT_EQ(world.verdict(), std::nullopt);
}

TEST(Decide, AReplaceThatAddsNothingPassesAFullPosition) {
  World world;
  world.proposal.is_replace = true;
  world.proposal.added_leaves = qty("0");
  world.proposal.exposure = {qty("8"), qty("1"), qty("0")};
  EXPECT_EQ(world.verdict(), std::nullopt);
}

TEST(Decide, AnInverseOrderIsValuedWithoutAPrice) {
  World world;
  world.instrument.contract_type = fixspec::ContractType::Inverse;
  world.instrument.qty_step = world.instrument.min_qty = qty("10");
  world.instrument.max_qty.reset();
  world.limits.max_order_qty.reset();
  world.limits.max_position.reset();
  world.limits.price_collar_percent.reset();
  world.proposal.reference = {};
  world.proposal.order_qty = world.proposal.added_leaves = qty("300000");
  EXPECT_EQ(world.verdict(), std::nullopt);
  world.proposal.order_qty = qty("300010");
  EXPECT_EQ(world.verdict()->code, RejectCode::MaxOrderValue);
}

TEST(Decide, AnOptionIsCollaredByItsMarkNeverByItsIndex) {
  World world;
  world.instrument.security_type = fixspec::SecurityType::Option;
  world.instrument.contract_type = fixspec::ContractType::Inverse;
  world.instrument.tick = px("0.0001");
  world.instrument.min_notional.reset();
  world.limits.max_order_value.reset();
  world.proposal.price = px("0.0105");
  world.proposal.reference = {.mark = px("0.01"), .index = px("60000"), .age_ms = 1};
  EXPECT_EQ(world.verdict(), std::nullopt);
  world.proposal.price = px("0.0106");
  EXPECT_EQ(world.verdict()->code, RejectCode::PriceCollar);
  world.proposal.reference.mark.reset();
  EXPECT_EQ(world.verdict()->code, RejectCode::NoReferencePrice);
}

}  // namespace
}  // namespace causeway::risk
