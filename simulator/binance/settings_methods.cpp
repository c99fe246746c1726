// What an account sets: leverage, margin, position and asset mode.
#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

constexpr std::int64_t highest_leverage = 125;

std::string success() { return R"({"code":200,"msg":"success"})"; }

bool has_orders(const core::Exchange& exchange, core::AccountId account,
                std::optional<InstrumentIndex> at) {
  core::OrderFilter filter;
  filter.instrument = at;
  return !exchange.open_orders(account, filter).empty();
}

bool has_position(const core::Exchange& exchange, core::AccountId account, InstrumentIndex at) {
  for (const auto side : core::position_sides) {
    if (!exchange.account(account).position(at, side).size.is_zero()) return true;
  }
  return false;
}

}  // namespace

Server::Answer Server::set_leverage(Call& call) {
  const auto at = read_symbol(call);
  const auto leverage = call.params.required_integer("leverage");
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (leverage < 1 || leverage > highest_leverage) {
    return Unexpected{ApiError{
        .code = -4028, .message = "Leverage " + std::to_string(leverage) + " is not valid."}};
  }
  auto& account = exchange_.account(call.account->id);
  const auto before = call.account->symbols[at].leverage;
  const auto set = [&](std::int64_t value) {
    for (const auto side : core::position_sides) account.position(at, side).leverage = value;
  };
  set(leverage);
  // Less leverage needs more margin for what is held and ordered.
  const auto currency = exchange_.instrument(at).currency;
  if (leverage < before &&
      exchange_.margin(call.account->id, currency) > exchange_.equity(call.account->id, currency)) {
    set(before);
    return Unexpected{error(-2028)};
  }
  call.account->symbols[at].leverage = leverage;
  if (leverage != before) users_.tell_leverage(*call.account, at, call.now);
  JsonWriter json;
  return json.object()
      .field("leverage", leverage)
      .field("maxNotionalValue", std::to_string(largest_notional(leverage)))
      .field("symbol", exchange_.instrument(at).name)
      .end()
      .take();
}

Server::Answer Server::set_margin_type(Call& call) {
  const auto at = read_symbol(call);
  const auto type = call.params.required_text("marginType");
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (type != "ISOLATED" && type != "CROSSED") return Unexpected{invalid("marginType")};
  auto& settings = call.account->symbols[at];
  const bool isolated = type == "ISOLATED";
  if (isolated && call.account->multi_assets) return Unexpected{error(-4168)};
  if (settings.isolated == isolated) return Unexpected{error(-4046)};
  if (has_orders(exchange_, call.account->id, at)) return Unexpected{error(-4047)};
  if (has_position(exchange_, call.account->id, at)) return Unexpected{error(-4048)};
  settings.isolated = isolated;
  users_.tell_margin_type(*call.account, at, call.now);
  return success();
}

Server::Answer Server::get_position_mode(Call& call) {
  JsonWriter json;
  return json.object().field("dualSidePosition", call.account->hedge_mode).end().take();
}

Server::Answer Server::set_position_mode(Call& call) {
  if (!call.params.has("dualSidePosition")) return Unexpected{missing("dualSidePosition")};
  const bool hedge = call.params.boolean("dualSidePosition", false);
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (hedge == call.account->hedge_mode) return Unexpected{error(-4059)};
  if (has_orders(exchange_, call.account->id, std::nullopt)) return Unexpected{error(-4067)};
  for (InstrumentIndex at = 0; at < symbols_.size(); ++at) {
    if (has_position(exchange_, call.account->id, at)) return Unexpected{error(-4068)};
  }
  call.account->hedge_mode = hedge;
  return success();
}

Server::Answer Server::get_multi_assets(Call& call) {
  JsonWriter json;
  return json.object().field("multiAssetsMargin", call.account->multi_assets).end().take();
}

Server::Answer Server::set_multi_assets(Call& call) {
  if (!call.params.has("multiAssetsMargin")) return Unexpected{missing("multiAssetsMargin")};
  const bool wanted = call.params.boolean("multiAssetsMargin", false);
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (wanted == call.account->multi_assets) return Unexpected{error(-4171)};
  for (const auto& settings : call.account->symbols) {
    if (wanted && settings.isolated) return Unexpected{error(-4167)};
  }
  call.account->multi_assets = wanted;
  users_.tell_multi_assets(*call.account, call.now);
  return success();
}

Server::Answer Server::get_fee_burn(Call& call) {
  JsonWriter json;
  return json.object().field("feeBurn", call.account->fee_burn).end().take();
}

Server::Answer Server::set_fee_burn(Call& call) {
  if (!call.params.has("feeBurn")) return Unexpected{missing("feeBurn")};
  call.account->fee_burn = call.params.boolean("feeBurn", false);
  if (call.params.error()) return Unexpected{*call.params.error()};
  return success();
}

Server::Answer Server::get_symbol_config(Call& call) {
  const auto only = read_optional_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (InstrumentIndex at = 0; at < symbols_.size(); ++at) {
    if (only && at != *only) continue;
    const auto& settings = call.account->symbols[at];
    json.object()
        .field("symbol", exchange_.instrument(at).name)
        .field("marginType", settings.isolated ? "ISOLATED" : "CROSSED")
        .field("isAutoAddMargin", false)
        .field("leverage", settings.leverage)
        .field("maxNotionalValue", std::to_string(largest_notional(settings.leverage)))
        .end();
  }
  return json.end().take();
}

Server::Answer Server::get_account_config(Call& call) {
  JsonWriter json;
  return json.object()
      .field("feeTier", std::int64_t{0})
      .field("canTrade", true)
      .field("canDeposit", true)
      .field("canWithdraw", true)
      .field("dualSidePosition", call.account->hedge_mode)
      .field("updateTime", std::int64_t{0})
      .field("multiAssetsMargin", call.account->multi_assets)
      .field("tradeGroupId", std::int64_t{-1})
      .end()
      .take();
}

Server::Answer Server::get_brackets(Call& call) {
  const auto only = read_optional_symbol(call);
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  const auto write = [&](InstrumentIndex at) {
    json.object().field("symbol", exchange_.instrument(at).name).key("brackets").array();
    for (const auto& bracket : brackets()) {
      json.object()
          .field("bracket", std::int64_t{bracket.number})
          .field("initialLeverage", bracket.leverage)
          .field("notionalCap", bracket.cap)
          .field("notionalFloor", bracket.floor)
          .key("maintMarginRatio")
          .raw(bracket.maintenance_ratio)
          .key("cum")
          .raw(bracket.cumulated)
          .end();
    }
    json.end().end();
  };
  if (only) {
    write(*only);
    return json.take();
  }
  json.array();
  for (InstrumentIndex at = 0; at < symbols_.size(); ++at) write(at);
  return json.end().take();
}

}  // namespace causeway::simulator::binance
