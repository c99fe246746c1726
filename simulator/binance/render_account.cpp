// Balances, positions and the account as a whole.
#include "simulator/binance/render.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr core::CurrencyIndex usdt = 0;

// Sums over all positions of an account.
struct Totals {
  Decimal wallet;
  Decimal unrealized;
  Decimal initial;
  Decimal position;
  Decimal maintenance;

  [[nodiscard]] Decimal margin_balance() const { return wallet + unrealized; }
  [[nodiscard]] Decimal available() const {
    const Decimal left = margin_balance() - initial;
    return left.is_negative() ? Decimal{} : left;
  }
};

Totals totals_of(const View& view, const Account& account) {
  Totals totals;
  totals.wallet = view.exchange.account(account.id).balance(usdt);
  for (InstrumentIndex at = 0; at < view.symbols.size(); ++at) {
    for (const auto side : core::position_sides) {
      const auto facts = position_facts(view, account.id, at, side);
      totals.unrealized += facts.unrealized;
      totals.initial += facts.initial_margin;
      totals.position += facts.position_margin;
      totals.maintenance += facts.maintenance_margin;
    }
  }
  return totals;
}

void write_totals(JsonWriter& json, const Totals& totals) {
  json.field("totalInitialMargin", money(totals.initial))
      .field("totalMaintMargin", money(totals.maintenance))
      .field("totalWalletBalance", money(totals.wallet))
      .field("totalUnrealizedProfit", money(totals.unrealized))
      .field("totalMarginBalance", money(totals.margin_balance()))
      .field("totalPositionInitialMargin", money(totals.position))
      .field("totalOpenOrderInitialMargin", money(totals.initial - totals.position))
      .field("totalCrossWalletBalance", money(totals.wallet))
      .field("totalCrossUnPnl", money(totals.unrealized))
      .field("availableBalance", money(totals.available()))
      .field("maxWithdrawAmount", money(totals.available()));
}

void write_asset(JsonWriter& json, const Totals& totals, UtcNanos now) {
  json.object()
      .field("asset", "USDT")
      .field("walletBalance", money(totals.wallet))
      .field("unrealizedProfit", money(totals.unrealized))
      .field("marginBalance", money(totals.margin_balance()))
      .field("maintMargin", money(totals.maintenance))
      .field("initialMargin", money(totals.initial))
      .field("positionInitialMargin", money(totals.position))
      .field("openOrderInitialMargin", money(totals.initial - totals.position))
      .field("crossWalletBalance", money(totals.wallet))
      .field("crossUnPnl", money(totals.unrealized))
      .field("availableBalance", money(totals.available()))
      .field("maxWithdrawAmount", money(totals.available()))
      .field("marginAvailable", true)
      .field("updateTime", millis(now))
      .end();
}

void write_account_position(JsonWriter& json, const View& view, const Account& account,
                            InstrumentIndex at, core::PositionSide side, bool version_2,
                            UtcNanos now) {
  const auto facts = position_facts(view, account.id, at, side);
  const auto& spec = view.exchange.instrument(at);
  const auto& settings = account.symbols[at];
  const auto entry = facts.position.average_price(spec);
  json.object()
      .field("symbol", spec.name)
      .field("positionSide", to_text(side))
      .field("positionAmt", quantity_text(view, at, facts.position.size))
      .field("unrealizedProfit", money(facts.unrealized))
      .field("isolatedMargin", settings.isolated ? money(facts.position_margin) : "0.00000000")
      .field("notional", money(facts.notional))
      .field("isolatedWallet", settings.isolated ? money(facts.position_margin) : "0.00000000")
      .field("initialMargin", money(facts.initial_margin))
      .field("maintMargin", money(facts.maintenance_margin));
  if (version_2) {
    json.field("positionInitialMargin", money(facts.position_margin))
        .field("openOrderInitialMargin", money(facts.initial_margin - facts.position_margin))
        .field("leverage", std::to_string(settings.leverage))
        .field("isolated", settings.isolated)
        .field("entryPrice", entry.to_string())
        .field("breakEvenPrice", entry.to_string())
        .field("maxNotional", std::to_string(largest_notional(settings.leverage)))
        .field("bidNotional", "0")
        .field("askNotional", "0");
  }
  json.field("updateTime", millis(now)).end();
}

void write_risk(JsonWriter& json, const View& view, const Account& account, InstrumentIndex at,
                core::PositionSide side, bool version_2) {
  const auto facts = position_facts(view, account.id, at, side);
  const auto& spec = view.exchange.instrument(at);
  const auto& settings = account.symbols[at];
  const auto entry = facts.position.average_price(spec).to_string();
  const auto isolated = settings.isolated ? money(facts.position_margin) : "0";
  json.object()
      .field("symbol", spec.name)
      .field("positionSide", to_text(side))
      .field("positionAmt", quantity_text(view, at, facts.position.size))
      .field("entryPrice", entry)
      .field("breakEvenPrice", entry)
      .field("markPrice", money(facts.mark.value()))
      .field("unRealizedProfit", money(facts.unrealized))
      .field("liquidationPrice", "0")
      .field("isolatedMargin", isolated)
      .field("notional", money(facts.notional));
  if (version_2) {
    json.field("leverage", std::to_string(settings.leverage))
        .field("maxNotionalValue", std::to_string(largest_notional(settings.leverage)))
        .field("marginType", settings.isolated ? "isolated" : "cross")
        .field("isAutoAddMargin", "false");
  }
  json.field("marginAsset", spec.settlement)
      .field("isolatedWallet", isolated)
      .field("initialMargin", money(facts.initial_margin))
      .field("maintMargin", money(facts.maintenance_margin))
      .field("positionInitialMargin", money(facts.position_margin))
      .field("openOrderInitialMargin", money(facts.initial_margin - facts.position_margin))
      .field("adl", std::int64_t{facts.position.size.is_zero() ? 0 : 2})
      .field("bidNotional", "0")
      .field("askNotional", "0")
      .field("updateTime", millis(view.exchange.account(account.id).position(at, side).changed))
      .end();
}

}  // namespace

PositionFacts position_facts(const View& view, core::AccountId account, InstrumentIndex at,
                             core::PositionSide side) {
  const auto& spec = view.exchange.instrument(at);
  const auto& position = view.exchange.account(account).position(at, side);
  const Price mark = view.exchange.quote(at).mark;
  core::Position alone;
  alone.size = position.size;
  alone.leverage = position.leverage;
  const Decimal notional = core::times(position.size.value(), mark.value());
  return {.position = position,
          .mark = mark,
          .notional = notional,
          .unrealized = position.unrealized(spec, mark),
          .initial_margin = core::initial_margin(spec, position, mark),
          .position_margin = core::initial_margin(spec, alone, mark),
          .maintenance_margin = maintenance_of(notional.abs())};
}

void write_balances(JsonWriter& json, const View& view, const Account& account, UtcNanos now) {
  const auto totals = totals_of(view, account);
  json.array()
      .object()
      .field("accountAlias", "SgsR")
      .field("asset", "USDT")
      .field("balance", money(totals.wallet))
      .field("crossWalletBalance", money(totals.wallet))
      .field("crossUnPnl", money(totals.unrealized))
      .field("availableBalance", money(totals.available()))
      .field("maxWithdrawAmount", money(totals.available()))
      .field("marginAvailable", true)
      .field("updateTime", millis(now))
      .end()
      .end();
}

void write_account(JsonWriter& json, const View& view, const Account& account, bool version_2,
                   UtcNanos now) {
  const auto totals = totals_of(view, account);
  json.object();
  if (version_2) {
    json.field("feeTier", std::int64_t{0})
        .field("canTrade", true)
        .field("canDeposit", true)
        .field("canWithdraw", true)
        .field("feeBurn", account.fee_burn)
        .field("multiAssetsMargin", account.multi_assets)
        .field("tradeGroupId", std::int64_t{-1})
        .field("updateTime", std::int64_t{0});
  }
  write_totals(json, totals);
  json.key("assets").array();
  write_asset(json, totals, now);
  json.end().key("positions").array();
  for (InstrumentIndex at = 0; at < view.symbols.size(); ++at) {
    for (const auto side : account.sides()) {
      const auto& position = view.exchange.account(account.id).position(at, side);
      if (!version_2 && position.is_empty()) continue;
      write_account_position(json, view, account, at, side, version_2, now);
    }
  }
  json.end().end();
}

void write_positions(JsonWriter& json, const View& view, const Account& account,
                     std::optional<InstrumentIndex> only, bool version_2) {
  json.array();
  for (InstrumentIndex at = 0; at < view.symbols.size(); ++at) {
    if (only && at != *only) continue;
    for (const auto side : account.sides()) {
      const auto& position = view.exchange.account(account.id).position(at, side);
      if (!version_2 && position.is_empty()) continue;
      write_risk(json, view, account, at, side, version_2);
    }
  }
  json.end();
}

}  // namespace causeway::simulator::binance
