#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fixspec/decimal.hpp"
#include "translators/binance/request.hpp"

// What Binance's USDⓈ-M futures answer and stream, as the venue spells it. Views into the decoder's
// memory: they hold until its next message. Numbers stay texts; flags and integers are read.
namespace causeway::translators::binance::wire {

/// A number as the venue wrote it.
using Number = std::string_view;

// ---- replies ----------------------------------------------------------------------------------

/// `{"code":-1121,"msg":"Invalid symbol."}`, or what an HTTP error says without one.
struct Failure {
  std::optional<std::int64_t> code;  ///< absent: the body was not the venue's JSON (a proxy's page)
  std::string_view message;          ///< the venue's words; empty where there are none
};

/// One line of the rateLimits of a WebSocket API reply.
struct RateLimit {
  std::string_view type;  ///< "REQUEST_WEIGHT", "ORDERS"
  std::string_view interval;
  std::int64_t interval_num = 0;
  std::int64_t limit = 0;  ///< -1 with count -1: this request has no weight
  std::int64_t count = 0;
};

/// The envelope of a WebSocket API reply, or of an HTTP response.
struct Reply {
  std::optional<std::uint64_t> id;  ///< of the frame; absent for HTTP, and where it is not a number
  std::int64_t status = 0;          ///< HTTP's, on both
  std::optional<Failure> failure;   ///< absent: the body is the result
};

/// `serverShutdown` on the WebSocket API: the venue will end the connection.
struct ServerShutdown {};

using ApiMessage = std::variant<Reply, ServerShutdown>;

/// An order in a reply. The acknowledgement of a request has neither average price nor time of
/// creation since July 2026; both are there in the answers of queries.
struct Order {
  std::int64_t order_id = 0;
  std::string_view client_order_id;
  std::string_view symbol;
  std::string_view side;
  std::string_view type;
  std::string_view orig_type;
  std::string_view status;
  std::string_view time_in_force;
  std::string_view position_side;
  Number orig_qty;
  Number executed_qty;
  std::optional<Number> price;
  std::optional<Number> avg_price;
  std::optional<Number> stop_price;
  std::int64_t time_ms = 0;  ///< of its creation; 0: not told
  std::int64_t update_time_ms = 0;
  bool reduce_only = false;
};

/// One element of a batch's reply: an order, or why it was refused.
using BatchItem = std::variant<Order, Failure>;

/// An algo (conditional) order, in the shape of its placing and of its queries.
struct AlgoOrder {
  std::int64_t algo_id = 0;
  std::string_view client_algo_id;
  std::string_view symbol;
  std::string_view side;
  std::string_view order_type;
  std::string_view algo_status;
  std::string_view time_in_force;
  std::string_view position_side;
  std::string_view working_type;
  Number quantity;
  std::optional<Number> price;
  std::optional<Number> trigger_price;
  std::string_view actual_order_id;  ///< of the order that it became; empty: none (queries only)
  std::optional<Number> actual_qty;
  std::int64_t create_time_ms = 0;
  std::int64_t update_time_ms = 0;
  std::int64_t trigger_time_ms = 0;
  bool close_position = false;
  bool reduce_only = false;
};

/// The answer to an algo cancel: which, and nothing about its state.
struct AlgoAck {
  std::int64_t algo_id = 0;
  std::string_view client_algo_id;
};

/// `GET /fapi/v1/userTrades`. Has no client id.
struct UserTrade {
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  std::string_view symbol;
  std::string_view side;
  std::string_view position_side;
  Number price;
  Number qty;
  std::optional<Number> commission;
  std::string_view commission_asset;
  std::optional<Number> realized_pnl;
  std::int64_t time_ms = 0;
  bool maker = false;
};

struct Position {
  std::string_view symbol;
  std::string_view position_side;
  Number position_amt;
  std::optional<Number> entry_price;
  std::optional<Number> mark_price;
  std::optional<Number> unrealized_profit;
  std::optional<Number> liquidation_price;
  std::string_view margin_asset;
  std::int64_t update_time_ms = 0;
};

struct Balance {
  std::string_view asset;
  Number balance;
  Number cross_wallet_balance;
  Number cross_un_pnl;
  Number available_balance;
  std::int64_t update_time_ms = 0;
};

/// `GET /fapi/v1/income`: one movement of the wallet.
struct Income {
  std::string_view symbol;
  std::string_view income_type;
  Number income;  ///< negative: paid
  std::string_view asset;
  std::int64_t time_ms = 0;
  std::int64_t tran_id = 0;
  std::string_view trade_id;
};

/// How the account is set, as far as an order depends on it (`accountConfig`).
struct AccountConfig {
  bool can_trade = false;
  bool dual_side_position = false;
  bool multi_assets_margin = false;
};

struct CommissionRate {
  std::string_view symbol;
  Number maker;
  Number taker;
};

/// The reply to session.logon and session.status.
struct Session {
  std::string_view api_key;  ///< empty: nobody is logged on
  std::int64_t authorized_since_ms = 0;
  std::int64_t server_time_ms = 0;
};

/// A symbol of exchangeInfo, with those of its filters that orders are checked against.
struct Instrument {
  std::string_view symbol;
  std::string_view pair;
  std::string_view contract_type;
  std::string_view status;
  std::string_view base_asset;
  std::string_view quote_asset;
  std::string_view margin_asset;
  std::int64_t delivery_date_ms = 0;
  std::optional<Number> tick_size;  ///< PRICE_FILTER
  std::optional<Number> min_price;
  std::optional<Number> max_price;
  std::optional<Number> step_size;  ///< LOT_SIZE
  std::optional<Number> min_qty;
  std::optional<Number> max_qty;
  std::optional<Number> market_step_size;  ///< MARKET_LOT_SIZE
  std::optional<Number> market_min_qty;
  std::optional<Number> market_max_qty;
  std::optional<Number> min_notional;   ///< MIN_NOTIONAL
  std::optional<Number> multiplier_up;  ///< PERCENT_PRICE
  std::optional<Number> multiplier_down;
};

struct ExchangeInfo {
  std::int64_t server_time_ms = 0;
  std::vector<RateLimit> rate_limits;  ///< their count is 0
  std::vector<Instrument> symbols;
  /// Why a symbol of the list could not be read; the others stand.
  std::vector<std::string> unreadable;
};

struct Level {
  Number price;
  Number qty;  ///< absolute; zero takes the level away
};

struct DepthSnapshot {
  std::int64_t last_update_id = 0;
  std::int64_t transaction_time_ms = 0;
  std::span<const Level> bids;  ///< best first
  std::span<const Level> asks;
};

struct OpenInterest {
  std::string_view symbol;
  Number open_interest;
  std::int64_t time_ms = 0;
};

struct PremiumIndex {
  std::string_view symbol;
  Number mark_price;
  Number index_price;
  std::optional<Number> last_funding_rate;
  std::int64_t next_funding_time_ms = 0;
  std::int64_t time_ms = 0;
};

struct BookTickerReply {
  std::string_view symbol;
  Number bid_price;
  Number bid_qty;
  Number ask_price;
  Number ask_qty;
  std::int64_t time_ms = 0;
};

// ---- user data stream ---------------------------------------------------------------------------

/// ORDER_TRADE_UPDATE.
struct OrderTradeUpdate {
  std::int64_t event_time_ms = 0;
  std::int64_t transaction_time_ms = 0;
  std::string_view symbol;             ///< s
  std::string_view client_order_id;    ///< c
  std::string_view side;               ///< S
  std::string_view type;               ///< o
  std::string_view orig_type;          ///< ot
  std::string_view time_in_force;      ///< f
  std::string_view execution_type;     ///< x
  std::string_view status;             ///< X
  std::string_view expiry_reason;      ///< er; empty: not told
  std::string_view position_side;      ///< ps
  std::int64_t order_id = 0;           ///< i
  Number qty;                          ///< q
  Number filled_qty;                   ///< z
  std::optional<Number> price;         ///< p
  std::optional<Number> avg_price;     ///< ap
  std::optional<Number> stop_price;    ///< sp
  Number last_qty;                     ///< l
  Number last_price;                   ///< L
  std::optional<Number> commission;    ///< n; absent on events without a fill
  std::string_view commission_asset;   ///< N
  std::optional<Number> realized_pnl;  ///< rp
  std::int64_t trade_time_ms = 0;      ///< T of the order
  std::int64_t trade_id = 0;           ///< t; 0: no trade
  bool maker = false;                  ///< m
  bool reduce_only = false;            ///< R
};

/// TRADE_LITE: a fill sooner and with less. It has neither commission nor state; the same fill
/// comes again as ORDER_TRADE_UPDATE, with the same symbol and trade id.
struct TradeLite {
  std::int64_t event_time_ms = 0;
  std::int64_t transaction_time_ms = 0;
  std::string_view symbol;
  std::string_view client_order_id;
  std::string_view side;
  std::int64_t order_id = 0;
  std::int64_t trade_id = 0;
  Number last_qty;
  Number last_price;
  bool maker = false;
};

struct BalanceChange {
  std::string_view asset;  ///< a
  Number wallet_balance;   ///< wb
  Number cross_wallet;     ///< cw
  Number balance_change;   ///< bc: besides profit and commission
};

struct PositionChange {
  std::string_view symbol;                  ///< s
  std::string_view position_side;           ///< ps
  std::string_view margin_type;             ///< mt
  Number position_amt;                      ///< pa
  Number entry_price;                       ///< ep
  std::optional<Number> unrealized_profit;  ///< up
};

/// ACCOUNT_UPDATE: what has changed, and only that.
struct AccountUpdate {
  std::int64_t event_time_ms = 0;
  std::int64_t transaction_time_ms = 0;
  std::string_view reason;  ///< m: "ORDER", "FUNDING_FEE" ...
  std::vector<BalanceChange> balances;
  std::vector<PositionChange> positions;
};

/// ALGO_UPDATE.
struct AlgoUpdate {
  std::int64_t event_time_ms = 0;
  std::int64_t transaction_time_ms = 0;
  std::string_view client_algo_id;         ///< caid
  std::int64_t algo_id = 0;                ///< aid
  std::string_view order_type;             ///< o
  std::string_view symbol;                 ///< s
  std::string_view side;                   ///< S
  std::string_view time_in_force;          ///< f
  std::string_view position_side;          ///< ps
  std::string_view status;                 ///< X
  std::string_view working_type;           ///< wt
  std::string_view child_order_id;         ///< ai: the order that it became; empty: none
  std::string_view reject_reason;          ///< rm
  Number qty;                              ///< q
  std::optional<Number> price;             ///< p
  std::optional<Number> trigger_price;     ///< tp
  std::optional<Number> child_filled_qty;  ///< aq
  std::int64_t trigger_time_ms = 0;        ///< tt; 0: not yet
  bool reduce_only = false;
};

struct ListenKeyExpired {
  std::string_view listen_key;
};

struct MarginCall {
  std::int64_t event_time_ms = 0;
  std::vector<std::string_view> symbols;  ///< of the positions that are short of margin
};

/// ACCOUNT_CONFIG_UPDATE.
struct AccountConfigUpdate {
  std::string_view symbol;  ///< with leverage
  std::optional<std::int64_t> leverage;
  std::optional<bool> multi_assets_margin;
};

/// The answer to SUBSCRIBE and its like on a stream connection.
struct ControlReply {
  std::optional<std::uint64_t> id;
  std::optional<Failure> failure;
};

/// An event that this translator makes nothing of.
struct OtherEvent {
  std::string_view type;
};

using UserEvent =
    std::variant<OrderTradeUpdate, TradeLite, AccountUpdate, AlgoUpdate, ListenKeyExpired,
                 MarginCall, AccountConfigUpdate, ControlReply, OtherEvent>;

// ---- market streams
// -------------------------------------------------------------------------------

/// depthUpdate, whole or partial depth. `prev_final_id` must be the `final_id` of the event before.
struct DepthUpdate {
  std::string_view symbol;
  std::int64_t event_time_ms = 0;
  std::int64_t transaction_time_ms = 0;
  std::int64_t first_id = 0;       ///< U
  std::int64_t final_id = 0;       ///< u
  std::int64_t prev_final_id = 0;  ///< pu
  std::span<const Level> bids;     ///< b
  std::span<const Level> asks;     ///< a
};

struct BookTicker {
  std::string_view symbol;
  std::int64_t event_time_ms = 0;
  std::int64_t transaction_time_ms = 0;
  std::int64_t update_id = 0;  ///< u
  Number bid_price;
  Number bid_qty;
  Number ask_price;
  Number ask_qty;
};

/// aggTrade: trades of one taker at one price within 100 ms.
struct AggTrade {
  std::string_view symbol;
  std::int64_t event_time_ms = 0;
  std::int64_t trade_time_ms = 0;
  std::int64_t agg_id = 0;
  std::int64_t first_trade_id = 0;
  std::int64_t last_trade_id = 0;
  Number price;
  Number qty;
  bool buyer_is_maker = false;
};

/// trade: each by itself; not in the venue's list of streams, but sent.
struct Trade {
  std::string_view symbol;
  std::int64_t event_time_ms = 0;
  std::int64_t trade_time_ms = 0;
  std::int64_t trade_id = 0;
  Number price;
  Number qty;
  std::string_view origin;  ///< X: "MARKET", "INSURANCE_FUND" ...; empty: not told
  bool buyer_is_maker = false;
};

struct MarkPriceUpdate {
  std::string_view symbol;
  std::int64_t event_time_ms = 0;
  Number mark_price;
  Number index_price;
  std::optional<Number> funding_rate;  ///< absent for dated futures
  std::int64_t next_funding_time_ms = 0;
};

using MarketEvent = std::variant<DepthUpdate, BookTicker, AggTrade, Trade, MarkPriceUpdate,
                                 ControlReply, OtherEvent>;

}  // namespace causeway::translators::binance::wire
