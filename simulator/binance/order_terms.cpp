// What an order request says, and the venue's rules about it.
#include <algorithm>
#include <array>

#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

using core::OrderRequest;
using core::OrderType;
using core::PositionSide;
using core::SelfTrade;

constexpr std::size_t longest_client_id = 36;
constexpr std::int64_t shortest_life_ms = 600'000;
constexpr std::int64_t latest_good_till_ms = 253'402'300'799'000;
constexpr std::int64_t most_algos = 200;

template <class T, std::size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

template <class T, std::size_t N>
std::optional<T> choice(const std::string& text, const Names<T, N>& names) {
  for (const auto& [name, value] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

constexpr Names<TimeInForce, 6> times_in_force{{{"GTC", TimeInForce::Gtc},
                                                {"IOC", TimeInForce::Ioc},
                                                {"FOK", TimeInForce::Fok},
                                                {"GTX", TimeInForce::Gtx},
                                                {"GTD", TimeInForce::Gtd},
                                                {"RPI", TimeInForce::Rpi}}};
constexpr Names<PriceMatch, 7> price_matches{{{"NONE", PriceMatch::None},
                                              {"OPPONENT", PriceMatch::Opponent},
                                              {"OPPONENT_5", PriceMatch::Opponent5},
                                              {"QUEUE", PriceMatch::Queue},
                                              {"QUEUE_5", PriceMatch::Queue5},
                                              {"QUEUE_10", PriceMatch::Queue10},
                                              {"QUEUE_20", PriceMatch::Queue20}}};
constexpr Names<SelfTrade, 4> self_trades{{{"NONE", SelfTrade::Allow},
                                           {"EXPIRE_TAKER", SelfTrade::CancelTaker},
                                           {"EXPIRE_MAKER", SelfTrade::CancelMaker},
                                           {"EXPIRE_BOTH", SelfTrade::CancelBoth}}};
constexpr Names<PositionSide, 3> sides{
    {{"BOTH", PositionSide::Net}, {"LONG", PositionSide::Long}, {"SHORT", PositionSide::Short}}};

bool is_client_id(std::string_view text) {
  return text.size() <= longest_client_id && std::ranges::all_of(text, [](char character) {
           return (character >= 'A' && character <= 'Z') ||
                  (character >= 'a' && character <= 'z') ||
                  (character >= '0' && character <= '9') ||
                  std::string_view{".:/_-"}.find(character) != std::string_view::npos;
         });
}

bool has_more_decimals(Decimal value, int decimals) {
  return core::rounded(value, decimals, fixspec::Rounding::HalfEven) != value;
}

// How far from the touch a price match looks, and at whose.
struct Place {
  bool own_side;
  std::size_t level;
};
Place place_of(PriceMatch match) {
  switch (match) {
    case PriceMatch::None:
    case PriceMatch::Opponent:
      return {false, 1};
    case PriceMatch::Opponent5:
      return {false, 5};
    case PriceMatch::Queue:
      return {true, 1};
    case PriceMatch::Queue5:
      return {true, 5};
    case PriceMatch::Queue10:
      return {true, 10};
    case PriceMatch::Queue20:
      return {true, 20};
  }
  return {false, 1};
}

}  // namespace

InstrumentIndex Server::read_symbol(Call& call) {
  const auto name = call.params.required_text("symbol");
  const auto found = exchange_.find_instrument(name);
  if (!found && !name.empty()) call.params.fail(error(-1121));
  return found.value_or(0);
}

std::optional<InstrumentIndex> Server::read_optional_symbol(Call& call) {
  if (!call.params.has("symbol")) return std::nullopt;
  return read_symbol(call);
}

std::size_t Server::read_limit(Call& call, std::int64_t otherwise, std::int64_t most) {
  const auto wanted = call.params.integer("limit").value_or(otherwise);
  if (wanted < 1 || wanted > most) call.params.fail(invalid("limit"));
  return static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 1, most));
}

// Symbol, side, position side, self-trade prevention, and for whom.
void Server::read_parties(Call& call, NewOrder& order) {
  auto& params = call.params;
  auto& request = order.request;
  request.account = call.account->id;
  if (call.connection != nullptr) request.origin = call.connection->id;
  request.instrument = read_symbol(call);
  const auto side = params.required_text("side");
  if (side != "BUY" && side != "SELL" && !side.empty()) params.fail(error(-1117));
  request.side = side == "SELL" ? core::Side::Sell : core::Side::Buy;
  const auto wanted = choice(params.text("positionSide").value_or("BOTH"), sides);
  if (!wanted) params.fail(error(-4060));
  request.position_side = wanted.value_or(PositionSide::Net);
  if ((request.position_side != PositionSide::Net) != call.account->hedge_mode) {
    params.fail(error(-4061));
  }
  request.reduce_only = params.boolean("reduceOnly", false);
  if (params.has("reduceOnly") && call.account->hedge_mode) params.fail(error(-4062));
  const auto mode =
      choice(params.text("selfTradePreventionMode").value_or("EXPIRE_MAKER"), self_trades);
  if (!mode) params.fail(error(-5039));
  request.self_trade = mode.value_or(SelfTrade::CancelMaker);
}

void Server::read_time_in_force(Call& call, NewOrder& order, bool algo) {
  auto& params = call.params;
  const bool limit = core::has_limit_price(order.request.type);
  const auto text = params.text("timeInForce");
  if (!text && limit && !algo) return params.fail(missing("timeInForce"));
  if (text && !limit && !algo) return params.fail(not_required("timeInForce"));
  const auto value = choice(text.value_or("GTC"), times_in_force);
  if (!value) return params.fail(error(-1115));
  order.terms.time_in_force = *value;
  auto& request = order.request;
  switch (*value) {
    case TimeInForce::Ioc:
      request.time_in_force = core::TimeInForce::ImmediateOrCancel;
      break;
    case TimeInForce::Fok:
      request.time_in_force = core::TimeInForce::FillOrKill;
      break;
    case TimeInForce::Gtx:
    case TimeInForce::Rpi:
      if (limit) request.post_only = core::PostOnly::Reject;
      break;
    case TimeInForce::Gtd: {
      const auto until = params.required_integer("goodTillDate") / 1000 * 1000;  // whole seconds
      if (until <= millis(call.now) + shortest_life_ms || until >= latest_good_till_ms) {
        params.fail(error(-5040));
      }
      order.terms.good_till_ms = until;
      break;
    }
    case TimeInForce::Gtc:
      break;
  }
}

// A price by where the book stands, instead of a number.
void Server::read_price_match(Call& call, NewOrder& order) {
  auto& params = call.params;
  const auto text = params.text("priceMatch");
  if (!text || *text == "NONE") return;
  const auto match = choice(*text, price_matches);
  if (!match) return params.fail(error(-5037));
  if (!core::has_limit_price(order.request.type)) return params.fail(error(-5038));
  if (params.has("price")) return params.fail(not_required("price"));
  const auto [own_side, level] = place_of(*match);
  auto& request = order.request;
  const auto side = own_side ? request.side : fixspec::opposite(request.side);
  const auto standing = exchange_.book(request.instrument).top(side, level);
  if (standing.size() < level) return params.fail(error(-5041));
  order.terms.price_match = *match;
  request.price = standing.back().first;
}

void Server::read_client_id(Call& call, NewOrder& order, std::string_view name) {
  const auto id = call.params.text(name);
  if (id && !is_client_id(*id)) call.params.fail(error(-4015));
  order.request.label = id.value_or("");
  if (!id) order.request.label = random_text(22);
}

ApiResult<Server::NewOrder> Server::read_order(Call& call) {
  auto& params = call.params;
  NewOrder order;
  read_parties(call, order);
  const auto type = params.required_text("type");
  static constexpr std::array conditional{"STOP", "STOP_MARKET", "TAKE_PROFIT",
                                          "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"};
  if (std::ranges::find(conditional, type) != conditional.end()) {
    params.fail(error(-4120));
  } else if (type != "LIMIT" && type != "MARKET" && !type.empty()) {
    params.fail(error(-1116));
  }
  order.request.type = type == "MARKET" ? OrderType::Market : OrderType::Limit;
  if (!params.error()) read_time_in_force(call, order, false);
  order.request.amount = Quantity{params.required_decimal("quantity")};
  if (type == "MARKET" && params.has("price")) params.fail(not_required("price"));
  if (!params.error()) read_price_match(call, order);
  if (type == "LIMIT" && !order.request.price) {
    order.request.price = Price{params.required_decimal("price")};
  }
  read_client_id(call, order, "newClientOrderId");
  order.result = params.text("newOrderRespType").value_or("ACK") == "RESULT";
  if (params.error()) return Unexpected{*params.error()};
  return order;
}

std::optional<ApiError> Server::check_price(const OrderRequest& request) const {
  if (!request.price) return std::nullopt;
  const auto& symbol = symbols_[request.instrument];
  const auto price = *request.price;
  if (!price.is_positive()) return error(-4001);
  if (has_more_decimals(price.value(), symbol.price_decimals)) return error(-1111);
  if (price > symbol.max_price) return error(-4002);
  if (price < symbol.min_price) return error(-4013);
  const auto tick = exchange_.instrument(request.instrument).tick.value();
  if (!(price - symbol.min_price).value().is_multiple_of(tick)) return error(-4014);
  return std::nullopt;
}

std::optional<ApiError> Server::check_quantity(const OrderRequest& request) const {
  if (request.close_position) return std::nullopt;
  const auto& symbol = symbols_[request.instrument];
  const auto step = exchange_.instrument(request.instrument).amount_step;
  const auto amount = request.amount;
  if (!amount.is_positive()) return error(-4003);
  if (has_more_decimals(amount.value(), symbol.quantity_decimals)) return error(-1111);
  if (amount < step) return error(-4004);
  const auto most =
      core::has_limit_price(request.type) ? symbol.max_quantity : symbol.max_market_quantity;
  if (amount > most) return error(-4005);
  if (!amount.value().is_multiple_of(step.value())) return error(-4023);
  return std::nullopt;
}

std::optional<ApiError> Server::check_notional(const OrderRequest& request, int code) const {
  if (request.only_reduces() || request.close_position) return std::nullopt;
  const auto price = request.price.value_or(exchange_.quote(request.instrument).mark);
  const auto least = symbols_[request.instrument].min_notional;
  if (core::times(price.value(), request.amount.value()) >= least) return std::nullopt;
  if (code != -4164) return error(code);
  return ApiError{.code = -4164,
                  .message = "Order's notional must be no smaller than " + least.to_string() +
                             " (unless you choose reduce only)."};
}

// A market order whose counterparty stands outside the price band.
std::optional<ApiError> Server::check_counterparty(const OrderRequest& request) const {
  if (request.type != OrderType::Market) return std::nullopt;
  const auto best = exchange_.book(request.instrument).best_price(fixspec::opposite(request.side));
  const auto band = exchange_.band(request.instrument);
  if (!best) return std::nullopt;
  const bool outside = request.side == core::Side::Buy ? *best > band.high : *best < band.low;
  return outside ? std::optional{error(-4131)} : std::nullopt;
}

// Position and open orders may not be worth more than the leverage allows.
std::optional<ApiError> Server::check_leverage(const Account& account,
                                               const OrderRequest& request) const {
  if (request.only_reduces()) return std::nullopt;
  const auto& position =
      exchange_.account(account.id).position(request.instrument, request.position_side);
  const bool buy = request.side == core::Side::Buy;
  const Quantity worst = request.amount + (buy ? position.size + position.open_buy
                                               : position.open_sell - position.size);
  const auto mark = exchange_.quote(request.instrument).mark;
  const auto most = largest_notional(account.symbols[request.instrument].leverage);
  if (core::times(worst.value(), mark.value()) <= Decimal::from_integer(most)) return std::nullopt;
  return error(-2027);
}

// How many orders stand already, and whether one of them has this client id.
std::optional<ApiError> Server::check_open_orders(const OrderRequest& request, bool algo) const {
  core::OrderFilter filter;
  filter.triggered = algo;
  if (!algo) filter.instrument = request.instrument;
  const auto most = algo ? most_algos : max_open_orders;
  if (exchange_.open_orders(request.account, filter).size() >= static_cast<std::size_t>(most)) {
    return error(algo ? -4045 : -2025);
  }
  for (const auto* known : exchange_.labelled_orders(request.account, request.label)) {
    if (is_algo(*known) == algo && !core::is_closed(known->state)) return error(-4116);
  }
  return std::nullopt;
}

std::optional<ApiError> Server::check_filters(const NewOrder& order) const {
  const auto& request = order.request;
  const bool algo = core::is_triggered_type(request.type);
  if (const auto wrong = check_quantity(request)) return wrong;
  if (const auto wrong = check_price(request)) return wrong;
  if (const auto wrong = check_open_orders(request, algo)) return wrong;
  if (algo) return std::nullopt;  // the rest when it triggers
  if (const auto wrong = check_notional(request, -4164)) return wrong;
  if (const auto wrong = check_counterparty(request)) return wrong;
  return check_leverage(accounts_.at(request.account), request);
}

}  // namespace causeway::simulator::binance
