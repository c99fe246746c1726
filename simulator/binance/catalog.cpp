#include "simulator/binance/catalog.hpp"

#include <chrono>

#include "simulator/core/listing.hpp"

namespace causeway::simulator::binance {
namespace {

using core::dec;
using core::InstrumentSpec;

enum Underlying : core::UnderlyingIndex { Btc, Eth, Sol };

// One symbol's terms, as texts.
struct Terms {
  const char* base;
  Underlying underlying;
  const char* tick;
  const char* step;
  const char* min_price;
  const char* max_price;
  const char* max_quantity;
  const char* max_market_quantity;
  const char* min_notional;
  const char* quote_amount;
  const char* sub_type;
  int price_decimals;
  int quantity_decimals;
};

constexpr Terms btc{.base = "BTC",
                    .underlying = Btc,
                    .tick = "0.1",
                    .step = "0.001",
                    .min_price = "556.8",
                    .max_price = "4529764",
                    .max_quantity = "1000",
                    .max_market_quantity = "120",
                    .min_notional = "100",
                    .quote_amount = "2",
                    .sub_type = "PoW",
                    .price_decimals = 2,
                    .quantity_decimals = 3};
constexpr Terms eth{.base = "ETH",
                    .underlying = Eth,
                    .tick = "0.01",
                    .step = "0.001",
                    .min_price = "39.86",
                    .max_price = "306177",
                    .max_quantity = "10000",
                    .max_market_quantity = "2000",
                    .min_notional = "20",
                    .quote_amount = "30",
                    .sub_type = "Layer-1",
                    .price_decimals = 2,
                    .quantity_decimals = 3};
constexpr Terms sol{.base = "SOL",
                    .underlying = Sol,
                    .tick = "0.01",
                    .step = "0.01",
                    .min_price = "0.42",
                    .max_price = "6857",
                    .max_quantity = "1000000",
                    .max_market_quantity = "12000",
                    .min_notional = "5",
                    .quote_amount = "500",
                    .sub_type = "Layer-1",
                    .price_decimals = 4,
                    .quantity_decimals = 2};

void add(Catalog& catalog, const Terms& terms, UtcNanos now) {
  InstrumentSpec spec;
  spec.name = std::string{terms.base} + "USDT";
  spec.base = terms.base;
  spec.counter = spec.settlement = "USDT";
  spec.currency = 0;
  spec.underlying = terms.underlying;
  spec.price_index = spec.name;
  spec.created = now / core::nanos_per_day * core::nanos_per_day;
  spec.tick = Price{dec(terms.tick)};
  spec.amount_step = Quantity{dec(terms.step)};
  spec.contract_size = Quantity{dec("1")};
  spec.quote_amount = Quantity{dec(terms.quote_amount)};
  spec.maker_fee = dec("0.0002");
  spec.taker_fee = dec("0.0004");
  spec.band = dec(price_band);
  catalog.exchange.instruments.push_back(spec);
  catalog.symbols.push_back({.pair = spec.name,
                             .contract_type = "PERPETUAL",
                             .sub_type = terms.sub_type,
                             .price_decimals = terms.price_decimals,
                             .quantity_decimals = terms.quantity_decimals,
                             .min_price = Price{dec(terms.min_price)},
                             .max_price = Price{dec(terms.max_price)},
                             .max_quantity = Quantity{dec(terms.max_quantity)},
                             .max_market_quantity = Quantity{dec(terms.max_market_quantity)},
                             .min_notional = dec(terms.min_notional)});
}

// YYMMDD
std::string date_suffix(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const int number = static_cast<int>(date.year()) % 100 * 10'000 +
                     static_cast<int>(unsigned{date.month()}) * 100 +
                     static_cast<int>(unsigned{date.day()});
  const auto text = std::to_string(number);
  return std::string(6 - text.size(), '0') + text;
}

void make_quarterly(Catalog& catalog, UtcNanos now) {
  const auto days = core::quarterly_expiry(now);
  auto& spec = catalog.exchange.instruments.back();
  auto& symbol = catalog.symbols.back();
  spec.name += "_" + date_suffix(days);
  spec.kind = core::InstrumentKind::Future;
  spec.expires = days * core::nanos_per_day + core::expiry_hour;
  spec.basis = dec("0.012");
  symbol.price_decimals = 1;
  constexpr UtcNanos quarter = 91 * core::nanos_per_day;
  symbol.contract_type = spec.expires - now > quarter ? "NEXT_QUARTER" : "CURRENT_QUARTER";
}

}  // namespace

Catalog make_catalog(UtcNanos now) {
  Catalog catalog;
  constexpr UtcNanos nanos_per_number = 10'000;  // more than are ever given away in that time
  auto& config = catalog.exchange;
  config.first_number = core::number_at(now, nanos_per_number);
  config.rules = {.clamps_to_band = false,
                  .cuts_reduce_only = false,
                  .refuses_unfillable = true,
                  .amend_keeps_place = false,
                  .child_label = "algo_"};
  config.currencies = {"USDT"};
  config.underlyings = {
      {.name = "btc_usdt", .index = Price{dec("90000")}, .step = Price{dec("2.5")}},
      {.name = "eth_usdt", .index = Price{dec("3000")}, .step = Price{dec("0.12")}},
      {.name = "sol_usdt", .index = Price{dec("150")}, .step = Price{dec("0.02")}},
  };
  for (const auto* terms : {&btc, &eth, &sol, &btc}) add(catalog, *terms, now);
  make_quarterly(catalog, now);
  return catalog;
}

const std::vector<Bracket>& brackets() {
  static const std::vector<Bracket> table{
      {1, 125, 0, 300'000, "0.004", "0"},
      {2, 100, 300'000, 800'000, "0.005", "300"},
      {3, 50, 800'000, 3'000'000, "0.01", "4300"},
      {4, 20, 3'000'000, 12'000'000, "0.025", "49300"},
      {5, 10, 12'000'000, 70'000'000, "0.05", "349300"},
      {6, 5, 70'000'000, 100'000'000, "0.1", "3849300"},
      {7, 4, 100'000'000, 230'000'000, "0.125", "6349300"},
      {8, 2, 230'000'000, 480'000'000, "0.15", "12099300"},
      {9, 1, 480'000'000, 600'000'000, "0.25", "60099300"},
  };
  return table;
}

std::int64_t largest_notional(std::int64_t leverage) {
  std::int64_t most = 0;
  for (const auto& bracket : brackets()) {
    if (bracket.leverage >= leverage) most = bracket.cap;
  }
  return most;
}

Decimal maintenance_of(Decimal notional) {
  for (const auto& bracket : brackets()) {
    if (notional > Decimal::from_integer(bracket.cap) && &bracket != &brackets().back()) continue;
    return core::times(notional, dec(bracket.maintenance_ratio)) - dec(bracket.cumulated);
  }
  return {};
}

}  // namespace causeway::simulator::binance
