#include <unistd.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <memory>

#include "gateway/app/commands/commands.hpp"
#include "gateway/app/commands/order_session.hpp"
#include "gateway/app/exit_code.hpp"
#include "gateway/app/log.hpp"
#include "gateway/app/order_text.hpp"

namespace causeway::gateway::app::commands {
namespace {

using fixspec::ClOrdId;
using fixspec::Error;
using fixspec::OrdType;
using fixspec::Result;
using fixspec::Unexpected;

constexpr const char* order_examples = R"(
A small FIX client: it logs on to a running gateway, sends one request, prints each report in words
and logs out. Quantities are in the venue's unit (BTC-PERPETUAL: US dollars, BTCUSDT: bitcoin).

Exit code: 0 accepted or done, 1 rejected, 2 usage, 69 the gateway cannot be reached, 75 no final
answer in time, 78 a password file that cannot be used.

Examples:
  causeway order buy 100 BTC-PERPETUAL@85000 --account alpha
  causeway order buy 0.01 BTCUSDT@85000 --account beta
  causeway order sell 100 BTC-PERPETUAL --account alpha --tif IOC
  causeway order replace cli-1 --qty 200 --price 85001
  causeway order cancel cli-1
  causeway order cancel-all
  causeway order status cli-1
  causeway order status
)";

constexpr const char* new_examples = R"(
SYMBOL@PRICE is a limit order, SYMBOL alone a market order. With --stop it waits for that price.

Examples:
  causeway order buy 100 BTC-PERPETUAL@85000 --account alpha --post-only
  causeway order buy 0.1 BTC_USDC-PERPETUAL@85000 --account alpha --tif IOC
  causeway order sell 100 BTC-PERPETUAL --account alpha --stop 80000 --trigger mark --reduce-only
  causeway order buy 100 BTC-PERPETUAL@85000 --host gw.example.org --tls --ca ca.pem --comp-id OMS1
)";

struct OrderOptions {
  FixOptions fix;
  std::string id;
  std::string qty;
  std::string symbol;
  std::string account = "alpha";
  std::string venue;
  std::string tif = "GTC";
  std::string expire_time;
  std::string stop;
  std::string trigger = "last";
  std::string price;
  std::string target;  // the ClOrdID that cancel, replace and status are about
  bool post_only = false;
  bool reduce_only = false;
  double follow_s = 0.5;
};

// Unique enough for one client: the time in microseconds and the process.
std::string new_id() {
  return "cli-" + std::to_string(utc_now() / 1000) + "-" + std::to_string(::getpid());
}

Result<ClOrdId, Error> cl_ord_id_of(const std::string& text) {
  const auto id = ClOrdId::parse(text);
  if (!id) return Unexpected{Error{"a ClOrdID has 1 to 64 characters"}};
  return *id;
}

Result<std::optional<fixspec::Price>, Error> optional_price(const std::string& text,
                                                            std::string_view option) {
  if (text.empty()) return std::optional<fixspec::Price>{};
  const auto price = fixspec::parse_price(text);
  if (price) return std::optional<fixspec::Price>{*price};
  return Unexpected{
      Error{std::string{option} + " " + text + ": " + std::string{to_text(price.error())}}};
}

OrdType ord_type_of(bool has_price, bool has_stop) {
  if (has_stop) return has_price ? OrdType::StopLimit : OrdType::Stop;
  return has_price ? OrdType::Limit : OrdType::Market;
}

fixspec::TriggerRef trigger_of(const std::string& text) {
  if (text == "mark") return fixspec::TriggerRef::Mark;
  return text == "index" ? fixspec::TriggerRef::Index : fixspec::TriggerRef::LastTrade;
}

Result<fixspec::NewOrderSingle, Error> new_order(const OrderOptions& options, fixspec::Side side) {
  fixspec::NewOrderSingle order;
  order.side = side;
  const auto id = cl_ord_id_of(options.id.empty() ? new_id() : options.id);
  if (!id) return Unexpected{id.error()};
  order.cl_ord_id = *id;
  const auto account = fixspec::AccountId::parse(options.account);
  if (!account) return Unexpected{Error{"--account has 1 to 64 characters"}};
  order.account = *account;
  const auto qty = parse_order_qty(options.qty);
  if (!qty) return Unexpected{qty.error()};
  order.order_qty = *qty;
  const auto symbol = parse_symbol_at_price(options.symbol);
  if (!symbol) return Unexpected{symbol.error()};
  order.instrument.symbol = symbol->symbol;
  order.price = symbol->price;
  const auto stop = optional_price(options.stop, "--stop");
  if (!stop) return Unexpected{stop.error()};
  order.stop_px = *stop;
  order.ord_type = ord_type_of(order.price.has_value(), order.stop_px.has_value());
  order.trigger_ref = trigger_of(options.trigger);
  order.time_in_force = *parse_tif(options.tif);
  order.exec_inst = {.participate_dont_initiate = options.post_only,
                     .do_not_increase = options.reduce_only};
  if (!options.venue.empty()) order.instrument.venue = fixspec::venue_from_fix(options.venue);
  if (!options.expire_time.empty()) {
    const auto time = parse_utc(options.expire_time);
    if (!time) return Unexpected{time.error()};
    order.expire_time = *time;
  }
  return order;
}

int usage(const std::string& why) {
  std::cerr << "causeway order: " << why << "\n";
  return exit_usage;
}

// Logs on, does `work` and logs out.
int with_session(const OrderOptions& options, const std::function<int(OrderSession&)>& work) {
  OrderSession session(options.fix);
  if (const auto failed = session.connect()) return *failed;
  const int code = work(session);
  session.logout();
  return code;
}

std::chrono::milliseconds follow_of(const OrderOptions& options) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(options.follow_s * 1000)};
}

int send_new(const OrderOptions& options, fixspec::Side side) {
  const auto order = new_order(options, side);
  if (!order) return usage(order.error().text);
  return with_session(options, [&](OrderSession& session) {
    std::cout << "ClOrdID " << order->cl_ord_id.to_string() << std::endl;
    return session.run(*order, order->cl_ord_id, follow_of(options));
  });
}

int send_cancel(const OrderOptions& options) {
  const auto target = cl_ord_id_of(options.target);
  if (!target) return usage(target.error().text);
  fixspec::OrderCancelRequest request;
  request.cl_ord_id = ClOrdId{new_id()};
  request.orig_cl_ord_id = *target;
  return with_session(options, [&](OrderSession& session) {
    return session.run(request, request.cl_ord_id, std::chrono::milliseconds{0});
  });
}

int send_cancel_all(const OrderOptions& options) {
  fixspec::OrderMassCancelRequest request;
  request.cl_ord_id = ClOrdId{new_id()};
  return with_session(options, [&](OrderSession& session) {
    return session.run(request, request.cl_ord_id, follow_of(options));
  });
}

// The replace of `order` with the changes that were asked for.
Result<fixspec::OrderCancelReplaceRequest, Error> replace_of(const fixspec::ExecutionReport& order,
                                                             const OrderOptions& options) {
  fixspec::OrderCancelReplaceRequest request;
  request.cl_ord_id = ClOrdId{options.id.empty() ? new_id() : options.id};
  request.orig_cl_ord_id = order.cl_ord_id;
  request.instrument = {.symbol = order.instrument->symbol, .venue = order.instrument->venue};
  request.side = *order.side;
  request.ord_type = order.ord_type;
  request.order_qty = order.order_qty;
  request.price = order.price;
  request.stop_px = order.stop_px;
  request.time_in_force = order.time_in_force;
  if (!options.qty.empty()) {
    const auto qty = parse_order_qty(options.qty);
    if (!qty) return Unexpected{qty.error()};
    request.order_qty = *qty;
  }
  const auto price = optional_price(options.price, "--price");
  if (!price) return Unexpected{price.error()};
  if (*price) request.price = *price;
  const auto stop = optional_price(options.stop, "--stop");
  if (!stop) return Unexpected{stop.error()};
  if (*stop) request.stop_px = *stop;
  return request;
}

int send_replace(const OrderOptions& options) {
  const auto target = cl_ord_id_of(options.target);
  if (!target) return usage(target.error().text);
  if (options.qty.empty() && options.price.empty() && options.stop.empty()) {
    return usage("nothing to change: give --qty, --price or --stop");
  }
  return with_session(options, [&](OrderSession& session) {
    // A replace names the whole order, so it is asked for first.
    const auto order = session.status(*target);
    if (!order) {
      std::cerr << "causeway order: no answer in time\n";
      return static_cast<int>(exit_try_again);
    }
    if (order->ord_rej_reason || !order->instrument || !order->side) {
      std::cerr << "causeway order: there is no order " << options.target << "\n";
      return static_cast<int>(exit_failed);
    }
    const auto request = replace_of(*order, options);
    if (!request) return usage(request.error().text);
    return session.run(*request, request->cl_ord_id, follow_of(options));
  });
}

int ask_status(const OrderOptions& options) {
  if (options.target.empty()) {
    return with_session(options, [](OrderSession& session) { return session.print_open_orders(); });
  }
  const auto target = cl_ord_id_of(options.target);
  if (!target) return usage(target.error().text);
  return with_session(options,
                      [&](OrderSession& session) { return session.print_status(*target); });
}

// ---- the command line --------------------------------------------------------------------------

using Work = std::function<int(const OrderOptions&)>;

// A sub-command of `order` with options of its own.
CLI::App* add_verb(CLI::App& order, const char* name, const char* help, OrderOptions& options,
                   int& exit_code, Work work) {
  CLI::App* verb = order.add_subcommand(name, help);
  add_fix_options(*verb, options.fix);
  verb->callback([&options, &exit_code, work = std::move(work)] { exit_code = work(options); });
  return verb;
}

void add_follow(CLI::App& verb, OrderOptions& options) {
  verb.add_option("--follow", options.follow_s, "Seconds to go on printing while the order is open")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
}

void add_new(CLI::App& order, const char* name, fixspec::Side side, OrderOptions& options,
             int& exit_code) {
  CLI::App* verb =
      add_verb(order, name, side == fixspec::Side::Buy ? "Buy" : "Sell", options, exit_code,
               [side](const OrderOptions& given) { return send_new(given, side); });
  verb->footer(new_examples);
  verb->add_option("quantity", options.qty, "OrderQty(38), in the venue's unit")->required();
  verb->add_option("symbol", options.symbol, "SYMBOL@PRICE, or SYMBOL for a market order")
      ->required();
  verb->add_option("--account", options.account, "Account(1)")
      ->envname("CAUSEWAY_ACCOUNT")
      ->capture_default_str();
  verb->add_option("--venue", options.venue,
                   "SecurityExchange(207), where the symbol is not enough")
      ->check(CLI::IsMember({"BINANCE", "BYBIT", "OKX", "DERIBIT", "HYPERLIQUID"}));
  verb->add_option("--tif", options.tif, "TimeInForce(59)")
      ->check(CLI::IsMember({"GTC", "IOC", "FOK", "GTD"}))
      ->capture_default_str();
  verb->add_option("--expire-time", options.expire_time, "For GTD: 2026-12-24T18:00:00Z");
  verb->add_option("--stop", options.stop, "StopPx(99): wait for this price");
  verb->add_option("--trigger", options.trigger, "The price that a stop watches")
      ->check(CLI::IsMember({"last", "mark", "index"}))
      ->capture_default_str();
  verb->add_flag("--post-only", options.post_only, "Refuse rather than take");
  verb->add_flag("--reduce-only", options.reduce_only, "Never increase the position");
  verb->add_option("--id", options.id, "ClOrdID(11) [made of the time]");
  add_follow(*verb, options);
}

void add_target(CLI::App& verb, OrderOptions& options, bool required) {
  CLI::Option* target = verb.add_option("ClOrdID", options.target, "The order's ClOrdID(11)");
  if (required) target->required();
}

}  // namespace

void add_order(CLI::App& program, int& exit_code) {
  CLI::App* order = program.add_subcommand("order", "Send orders over FIX and see what happens");
  order->footer(order_examples);
  order->require_subcommand(1);
  // One for all verbs: only one of them is given.
  auto options = std::make_shared<OrderOptions>();
  add_new(*order, "buy", fixspec::Side::Buy, *options, exit_code);
  add_new(*order, "sell", fixspec::Side::Sell, *options, exit_code);

  CLI::App* cancel =
      add_verb(*order, "cancel", "Cancel an order", *options, exit_code, send_cancel);
  cancel->footer("\nExample:\n  causeway order cancel cli-1\n");
  add_target(*cancel, *options, true);

  CLI::App* all = add_verb(*order, "cancel-all", "Cancel every order of this session's accounts",
                           *options, exit_code, send_cancel_all);
  all->footer("\nExample:\n  causeway order cancel-all --follow 2\n");
  add_follow(*all, *options);

  CLI::App* replace = add_verb(*order, "replace", "Change quantity or price of an order", *options,
                               exit_code, send_replace);
  replace->footer("\nExample:\n  causeway order replace cli-1 --qty 200 --price 85001\n");
  add_target(*replace, *options, true);
  replace->add_option("--qty", options->qty, "New total quantity, fills included");
  replace->add_option("--price", options->price, "New limit price");
  replace->add_option("--stop", options->stop, "New stop price");
  replace->add_option("--id", options->id, "ClOrdID(11) of the changed order [made of the time]");
  add_follow(*replace, *options);

  CLI::App* status = add_verb(*order, "status", "Show one order, or every open one", *options,
                              exit_code, ask_status);
  status->footer("\nExamples:\n  causeway order status cli-1\n  causeway order status\n");
  add_target(*status, *options, false);

  // The options live as long as the program.
  order->callback([options] {});
}

}  // namespace causeway::gateway::app::commands
