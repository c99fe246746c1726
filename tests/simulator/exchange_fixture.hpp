#pragma once

#include <gtest/gtest.h>

#include "simulator/core/exchange.hpp"

namespace causeway::simulator::core {

inline Price price(const char* text) { return Price{dec(text)}; }
inline Quantity amount(const char* text) { return Quantity{dec(text)}; }

/// An exchange with one linear and one inverse perpetual and an option, all on an index of 100.
class ExchangeTest : public testing::Test {
 protected:
  static constexpr InstrumentIndex linear = 0, inverse = 1, option = 2;
  static constexpr CurrencyIndex usd = 0, coin = 1;
  static constexpr UtcNanos start = 1'800'000'000 * fixspec::nanos_per_second;

  static ExchangeConfig config() {
    InstrumentSpec spec;
    spec.name = "LINEAR";
    spec.tick = price("0.5");
    spec.amount_step = spec.contract_size = amount("0.1");
    spec.quote_amount = amount("5");
    spec.taker_fee = dec("0.0005");
    spec.base = "COIN";
    spec.counter = spec.settlement = "USD";
    spec.currency = usd;
    spec.band = dec("0.2");
    InstrumentSpec other = spec;
    other.name = "INVERSE";
    other.inverse = true;
    other.amount_step = other.contract_size = amount("10");
    other.quote_amount = amount("500");
    other.settlement = "COIN";
    other.currency = coin;
    InstrumentSpec right = other;
    right.name = "CALL";
    right.kind = InstrumentKind::Option;
    right.option = OptionTerms{.right = fixspec::PutOrCall::Call, .strike = price("100")};
    right.expires = start + 90 * 86'400 * fixspec::nanos_per_second;
    right.tick = price("0.0005");
    right.amount_step = right.contract_size = amount("1");
    right.band = dec("0.5");
    right.band_floor = dec("0.04");
    return {.currencies = {"USD", "COIN"},
            .underlyings = {{.name = "coin_usd", .index = price("100"), .step = price("0.1")}},
            .instruments = {spec, other, right}};
  }

  ExchangeTest() : exchange(config()) {
    alice = exchange.open_account("alice");
    bob = exchange.open_account("bob");
    for (const auto account : {alice, bob}) {
      exchange.account(account).deposit(usd, dec("100000"));
      exchange.account(account).deposit(coin, dec("1000"));
    }
    exchange.set_index(0, price("100"), start);
    (void)exchange.take_events();
  }

  static OrderRequest limit(AccountId account, Side side, const char* size, const char* at,
                            InstrumentIndex instrument = linear) {
    return {.account = account,
            .instrument = instrument,
            .side = side,
            .type = OrderType::Limit,
            .amount = amount(size),
            .price = price(at)};
  }
  OrderNumber enter(const OrderRequest& request) {
    const auto number = exchange.submit(request, ++now);
    EXPECT_TRUE(number.has_value());
    return number.value_or(0);
  }
  std::optional<RefusalCode> refused(const OrderRequest& request) {
    const auto number = exchange.submit(request, ++now);
    return number ? std::nullopt : std::optional{number.error().code};
  }
  const Order& order(AccountId account, OrderNumber number) {
    return *exchange.find_order(account, number);
  }

  Exchange exchange;
  AccountId alice = 0;
  AccountId bob = 0;
  UtcNanos now = start;
};

}  // namespace causeway::simulator::core
