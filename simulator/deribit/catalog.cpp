#include "simulator/deribit/catalog.hpp"

#include <array>
#include <chrono>

#include "simulator/core/listing.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::dec;
using core::Decimal;
using core::expiry_hour;
using core::InstrumentKind;
using core::InstrumentSpec;
using core::nanos_per_day;
using core::Price;
using core::Quantity;
using core::quarterly_expiry;
using core::UtcNanos;

enum Currency : core::CurrencyIndex { Btc, Eth, Usdc, Usdt };
enum Underlying : core::UnderlyingIndex { BtcUsd, EthUsd };

// What differs between the two coins.
struct Coin {
  const char* name;
  Currency currency;
  Underlying underlying;
  const char* perpetual_tick;
  const char* future_tick;
  const char* inverse_step;
  const char* inverse_contract;
  const char* inverse_quote;
  const char* linear_tick;
  const char* linear_step;
  const char* linear_quote;
  const char* option_tick_above;
  std::array<const char*, 3> strikes;
  const char* option_step;
  const char* option_quote;
  double volatility;
};

constexpr Coin btc{.name = "BTC",
                   .currency = Btc,
                   .underlying = BtcUsd,
                   .perpetual_tick = "0.5",
                   .future_tick = "2.5",
                   .inverse_step = "10",
                   .inverse_contract = "10",
                   .inverse_quote = "20000",
                   .linear_tick = "0.5",
                   .linear_step = "0.0001",
                   .linear_quote = "0.2",
                   .option_tick_above = "0.005",
                   .strikes = {"80000", "90000", "100000"},
                   .option_step = "0.1",
                   .option_quote = "10",
                   .volatility = 0.5};
constexpr Coin eth{.name = "ETH",
                   .currency = Eth,
                   .underlying = EthUsd,
                   .perpetual_tick = "0.05",
                   .future_tick = "0.25",
                   .inverse_step = "1",
                   .inverse_contract = "1",
                   .inverse_quote = "15000",
                   .linear_tick = "0.05",
                   .linear_step = "0.001",
                   .linear_quote = "5",
                   .option_tick_above = "0.005",
                   .strikes = {"2500", "3000", "3500"},
                   .option_step = "1",
                   .option_quote = "100",
                   .volatility = 0.65};

Price price(const char* text) { return Price{dec(text)}; }
Quantity quantity(const char* text) { return Quantity{dec(text)}; }

InstrumentSpec future_base(const Coin& coin, UtcNanos now) {
  InstrumentSpec spec;
  spec.base = coin.name;
  spec.underlying = coin.underlying;
  spec.created = now / nanos_per_day * nanos_per_day;
  spec.maker_fee = dec("0");
  spec.taker_fee = dec("0.0005");
  spec.band = dec("0.015");
  return spec;
}

InstrumentSpec inverse_future(const Coin& coin, UtcNanos now) {
  InstrumentSpec spec = future_base(coin, now);
  spec.inverse = true;
  spec.counter = "USD";
  spec.settlement = coin.name;
  spec.currency = coin.currency;
  spec.price_index = coin.underlying == BtcUsd ? "btc_usd" : "eth_usd";
  spec.amount_step = quantity(coin.inverse_step);
  spec.contract_size = quantity(coin.inverse_contract);
  spec.quote_amount = quantity(coin.inverse_quote);
  return spec;
}

InstrumentSpec inverse_perpetual(const Coin& coin, UtcNanos now) {
  InstrumentSpec spec = inverse_future(coin, now);
  spec.name = std::string{coin.name} + "-PERPETUAL";
  spec.tick = price(coin.perpetual_tick);
  return spec;
}

InstrumentSpec dated_future(const Coin& coin, UtcNanos now) {
  const auto days = quarterly_expiry(now);
  InstrumentSpec spec = inverse_future(coin, now);
  spec.name = std::string{coin.name} + "-" + venue_date(days);
  spec.kind = InstrumentKind::Future;
  spec.expires = days * nanos_per_day + expiry_hour;
  spec.tick = price(coin.future_tick);
  spec.basis = dec("0.012");
  return spec;
}

InstrumentSpec linear_perpetual(const Coin& coin, UtcNanos now) {
  InstrumentSpec spec = future_base(coin, now);
  spec.name = std::string{coin.name} + "_USDC-PERPETUAL";
  spec.counter = spec.settlement = "USDC";
  spec.currency = Usdc;
  spec.price_index = coin.underlying == BtcUsd ? "btc_usdc" : "eth_usdc";
  spec.tick = price(coin.linear_tick);
  spec.amount_step = spec.contract_size = quantity(coin.linear_step);
  spec.quote_amount = quantity(coin.linear_quote);
  return spec;
}

InstrumentSpec option(const Coin& coin, const char* strike, fixspec::PutOrCall right,
                      UtcNanos now) {
  const auto days = quarterly_expiry(now);
  InstrumentSpec spec = inverse_future(coin, now);
  const bool call = right == fixspec::PutOrCall::Call;
  spec.name = std::string{coin.name} + "-" + venue_date(days) + "-" + strike + (call ? "-C" : "-P");
  spec.kind = InstrumentKind::Option;
  spec.option = core::OptionTerms{.right = right, .strike = price(strike)};
  spec.expires = days * nanos_per_day + expiry_hour;
  spec.tick = price("0.0001");
  spec.tick_steps = {{.above = price(coin.option_tick_above), .tick = price("0.0005")}};
  spec.amount_step = quantity(coin.option_step);
  spec.contract_size = quantity("1");
  spec.quote_amount = quantity(coin.option_quote);
  spec.maker_fee = spec.taker_fee = dec("0.0003");
  spec.band = dec("0.5");
  spec.band_floor = dec("0.04");
  spec.volatility = coin.volatility;
  return spec;
}

}  // namespace

std::string venue_date(std::int64_t days) {
  static constexpr std::array months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                     "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const auto year = static_cast<int>(date.year()) % 100;
  return std::to_string(unsigned{date.day()}) + months[unsigned{date.month()} - 1] +
         (year < 10 ? "0" : "") + std::to_string(year);
}

core::ExchangeConfig catalog(UtcNanos now) {
  core::ExchangeConfig config;
  constexpr UtcNanos nanos_per_number = 10'000;  // more than are ever given away in that time
  config.first_number = core::number_at(now, nanos_per_number);
  config.currencies = {"BTC", "ETH", "USDC", "USDT"};
  config.underlyings = {
      {.name = "btc_usd", .index = price("90000"), .step = price("2.5")},
      {.name = "eth_usd", .index = price("3000"), .step = price("0.12")},
  };
  for (const auto* coin : {&btc, &eth}) {
    config.instruments.push_back(inverse_perpetual(*coin, now));
    config.instruments.push_back(linear_perpetual(*coin, now));
    config.instruments.push_back(dated_future(*coin, now));
    for (const char* strike : coin->strikes) {
      config.instruments.push_back(option(*coin, strike, fixspec::PutOrCall::Call, now));
      config.instruments.push_back(option(*coin, strike, fixspec::PutOrCall::Put, now));
    }
  }
  return config;
}

}  // namespace causeway::simulator::deribit
