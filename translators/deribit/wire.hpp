#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "fixspec/decimal.hpp"

// Deribit's JSON-RPC API v2 as it spells things itself. Everything here is wire data: views into
// the caller's memory (requests) or into the decoder's (replies, until the next message).
namespace causeway::translators::deribit::wire {

// ---- closed choices -------------------------------------------------------------------------

enum class Direction : std::uint8_t { Buy, Sell };

enum class OrderType : std::uint8_t {
  Limit,
  Market,
  StopLimit,
  StopMarket,
  TakeLimit,
  TakeMarket,
  MarketLimit,
  TrailingStop,
};

enum class OrderState : std::uint8_t { Open, Filled, Rejected, Cancelled, Untriggered, Triggered };

enum class TimeInForce : std::uint8_t {
  GoodTilCancelled,
  GoodTilDay,
  FillOrKill,
  ImmediateOrCancel,
};

enum class Trigger : std::uint8_t { IndexPrice, MarkPrice, LastPrice };

enum class Advanced : std::uint8_t { Usd, ImpliedVolatility };

enum class Kind : std::uint8_t { Future, Option, Spot, FutureCombo, OptionCombo };

// ---- requests -------------------------------------------------------------------------------

/// private/buy and private/sell. A field that is absent is not sent.
struct NewOrder {
  Direction direction = Direction::Buy;
  std::string_view instrument_name;
  std::optional<fixspec::Decimal> amount;     ///< USD for inverse futures, else the base coin
  std::optional<fixspec::Decimal> contracts;  ///< instead of amount
  std::optional<OrderType> type;
  std::optional<fixspec::Decimal> price;  ///< percent with Advanced::ImpliedVolatility
  std::optional<TimeInForce> time_in_force;
  std::optional<bool> post_only;
  std::optional<bool> reject_post_only;
  std::optional<bool> reduce_only;
  std::optional<fixspec::Decimal> display_amount;
  std::optional<Trigger> trigger;
  std::optional<fixspec::Decimal> trigger_price;
  std::optional<fixspec::Decimal> trigger_offset;
  std::optional<Advanced> advanced;
  std::optional<bool> mmp;
  std::optional<std::int64_t> valid_until_ms;
  std::string_view label;  ///< empty: none
  std::string_view linked_order_type;
  std::string_view trigger_fill_condition;
};

/// private/edit (by order_id) and private/edit_by_label (by label and instrument_name).
struct Edit {
  std::string_view order_id;  ///< empty: by label
  std::string_view label;
  std::string_view instrument_name;
  std::optional<fixspec::Decimal> amount;  ///< the new total, fills included
  std::optional<fixspec::Decimal> contracts;
  std::optional<fixspec::Decimal> price;
  std::optional<bool> post_only;
  std::optional<bool> reject_post_only;
  std::optional<bool> reduce_only;
  std::optional<Advanced> advanced;
  std::optional<fixspec::Decimal> trigger_price;
  std::optional<fixspec::Decimal> trigger_offset;
  std::optional<bool> mmp;
  std::optional<fixspec::Decimal> display_amount;
  std::optional<std::int64_t> valid_until_ms;
};

/// public/auth by a signature, so that the secret itself never leaves.
struct AuthBySignature {
  std::string_view client_id;
  std::int64_t timestamp_ms = 0;
  std::string_view nonce;
  std::string_view data;
  std::string_view signature;  ///< hex
  std::string_view scope;      ///< empty: the key's own
};

/// public/auth with the secret itself; the gateway's own sessions sign instead.
struct AuthByCredentials {
  std::string_view client_id;
  std::string_view client_secret;
  std::string_view scope;
};

struct AuthByRefreshToken {
  std::string_view refresh_token;
};

/// public/subscribe, private/subscribe and their opposites.
struct Subscription {
  bool private_channels = false;
  bool unsubscribe = false;
  std::span<const std::string_view> channels;
};

/// Every other call that belongs to a gateway's work: a method with plain parameters.
enum class Method : std::uint8_t {
  Cancel,
  CancelByLabel,
  CancelAll,
  CancelAllByCurrency,
  CancelAllByCurrencyPair,
  CancelAllByInstrument,
  CancelAllByKindOrType,
  CancelQuotes,
  ClosePosition,
  GetOrderState,
  GetOrderStateByLabel,
  GetOpenOrders,
  GetOpenOrdersByCurrency,
  GetOpenOrdersByInstrument,
  GetOpenOrdersByLabel,
  GetOrderHistoryByCurrency,
  GetOrderHistoryByInstrument,
  GetTriggerOrderHistory,
  GetUserTradesByCurrency,
  GetUserTradesByCurrencyAndTime,
  GetUserTradesByInstrument,
  GetUserTradesByInstrumentAndTime,
  GetUserTradesByOrder,
  GetPosition,
  GetPositions,
  GetAccountSummary,
  GetAccountSummaries,
  GetMargins,
  GetTransactionLog,
  EnableCancelOnDisconnect,
  DisableCancelOnDisconnect,
  GetCancelOnDisconnect,
  GetMmpConfig,
  GetMmpStatus,
  ResetMmp,
  Logout,
  UnsubscribeAllPrivate,
  UnsubscribeAllPublic,
  GetInstruments,
  GetInstrument,
  GetCurrencies,
  GetIndexPrice,
  GetOrderBook,
  GetBookSummaryByCurrency,
  GetBookSummaryByInstrument,
  GetLastTradesByInstrument,
  GetLastTradesByCurrency,
  Ticker,
  GetTime,
  Status,
  Test,
  Hello,
  SetHeartbeat,
  DisableHeartbeat,
};

/// A parameter of a Method; named on the wire as here, in snake_case.
enum class Parameter : std::uint8_t {
  Amount,
  CancelType,
  ClientName,
  ClientVersion,
  Continuation,
  Count,
  Currency,
  CurrencyPair,
  Delta,
  Depth,
  Detailed,
  EndId,
  EndSeq,
  EndTimestamp,
  Expired,
  Extended,
  FreezeQuotes,
  Historical,
  IncludeCombos,
  IncludeOld,
  IncludeUnfilled,
  IndexName,
  InstrumentKind,
  InstrumentName,
  Interval,
  InvalidateToken,
  Kind,
  Label,
  MaxDelta,
  MinDelta,
  MmpGroup,
  Offset,
  OrderId,
  Price,
  Query,
  QuoteSetId,
  Scope,
  Sorting,
  StartId,
  StartSeq,
  StartTimestamp,
  SubaccountId,
  Type,
  WithContinuation,
};

using Value = std::variant<std::string_view, fixspec::Decimal, std::int64_t, bool>;

/// A call of a Method.
class Call {
 public:
  static constexpr std::size_t max_arguments = 10;
  struct Argument {
    Parameter parameter = Parameter::Amount;
    Value value;
  };

  explicit Call(Method method) : method_(method) {}
  /// Adds an argument, which the method must take (our bug otherwise).
  Call& with(Parameter parameter, Value value);

  [[nodiscard]] Method method() const { return method_; }
  [[nodiscard]] std::span<const Argument> arguments() const { return {arguments_.data(), size_}; }

 private:
  Method method_;
  std::array<Argument, max_arguments> arguments_;
  std::size_t size_ = 0;
};

using Request = std::variant<NewOrder, Edit, AuthBySignature, AuthByCredentials, AuthByRefreshToken,
                             Subscription, Call>;

// ---- replies and notifications ----------------------------------------------------------------

/// A number as the venue wrote it.
using Number = std::string_view;

/// What every reply says about the venue's clock; microseconds since 1970.
struct ServerTimes {
  std::int64_t received_us = 0;
  std::int64_t sent_us = 0;
};

struct Success {
  std::uint64_t id = 0;
  std::optional<ServerTimes> times;
};

struct Failure {
  std::optional<std::uint64_t> id{};  ///< absent where the venue could not read ours
  std::int64_t code = 0;
  std::string_view message{};
  std::string_view reason{};     ///< data.reason, or data where it is a text; empty: none
  std::string_view parameter{};  ///< data.param; empty: none
  std::optional<ServerTimes> times{};
};

/// A message of a subscribed channel.
struct Notification {
  std::string_view channel;
};

struct Heartbeat {
  bool test_request = false;  ///< must be answered with public/test
};

using Message = std::variant<Success, Failure, Notification, Heartbeat>;

struct Order {
  std::string_view order_id;
  std::string_view label;
  std::string_view instrument_name;
  std::string_view direction;
  std::string_view order_type;
  std::string_view original_order_type;
  std::string_view order_state;
  std::string_view time_in_force;
  std::string_view trigger_order_id;  ///< of the stop that became this order
  std::string_view cancel_reason;
  std::optional<Number> price;  ///< absent also where the venue wrote "market_price"
  std::optional<Number> amount;
  std::optional<Number> filled_amount;
  std::optional<Number> average_price;
  std::optional<Number> trigger_price;
  std::int64_t creation_timestamp_ms = 0;
  std::int64_t last_update_timestamp_ms = 0;
  bool replaced = false;
  bool auto_replaced = false;
  bool is_liquidation = false;
};

struct Trade {
  std::string_view trade_id;
  std::string_view order_id;
  std::string_view label;
  std::string_view instrument_name;
  std::string_view direction;
  Number price;
  Number amount;
  std::string_view liquidity;    ///< "M", "T"
  std::string_view liquidation;  ///< "M", "T", "MT"; empty: none
  std::optional<Number> fee;
  std::string_view fee_currency;
  std::int64_t timestamp_ms = 0;
  std::int64_t trade_seq = 0;
};

/// The result of an order request.
struct OrderAndTrades {
  Order order;
  std::vector<Trade> trades;
};

/// What a user.* notification says.
struct Changes {
  std::vector<Order> orders;
  std::vector<Trade> trades;
};

struct TradePage {
  std::vector<Trade> trades;
  bool has_more = false;
};

struct Position {
  std::string_view instrument_name;
  std::string_view direction;  ///< "buy", "sell", "zero"
  Number size;
  std::optional<Number> average_price;
};

/// One currency of private/get_account_summaries.
struct Summary {
  std::string_view currency;
  Number equity;
  Number balance;
  Number available_funds;
};

struct Rate {
  std::int64_t burst = 0;
  std::int64_t rate = 0;
};

/// The account's own rate limits, where the venue tells them.
struct Limits {
  std::optional<Rate> matching_engine;
  std::optional<Rate> cancel_all;
  std::optional<Rate> non_matching_engine;
};

struct AccountSummaries {
  std::vector<Summary> summaries;
  Limits limits;
};

struct AuthResult {
  std::string_view access_token;
  std::string_view refresh_token;
  std::string_view scope;
  std::int64_t expires_in_s = 0;
};

struct TickSizeStep {
  Number above_price;
  Number tick_size;
};

struct Instrument {
  std::string_view instrument_name;
  std::string_view kind;
  std::string_view instrument_type;  ///< "reversed", "linear"; empty for spot
  std::string_view base_currency;
  std::string_view quote_currency;
  std::string_view settlement_currency;
  std::string_view price_index;
  std::string_view settlement_period;
  std::string_view option_type;
  std::string_view state;  ///< empty: the venue left it out
  std::optional<Number> strike;
  Number tick_size;
  Number contract_size;
  Number min_trade_amount;
  std::vector<TickSizeStep> tick_size_steps;
  std::int64_t expiration_timestamp_ms = 0;
  bool is_active = false;
};

/// ticker.* and quote.* notifications; a quote has only the top of book.
struct Ticker {
  std::string_view instrument_name;
  std::int64_t timestamp_ms = 0;
  // Of these, null and zero both mean: nobody quotes this side.
  std::optional<Number> best_bid_price;
  std::optional<Number> best_bid_amount;
  std::optional<Number> best_ask_price;
  std::optional<Number> best_ask_amount;
  bool has_bid = false;  ///< the message has best_bid_price at all
  bool has_ask = false;
  std::optional<Number> last_price;
  std::optional<Number> mark_price;
  std::optional<Number> index_price;
  std::optional<Number> open_interest;
  std::optional<Number> current_funding;
};

/// One price of a book.* notification.
struct BookLevel {
  std::string_view action;  ///< "new", "change", "delete"
  Number price;
  Number amount;
};

/// A book.<instrument>.<interval> notification: the whole book first, then what changed in it.
struct Book {
  std::string_view instrument_name;
  std::int64_t timestamp_ms = 0;
  std::int64_t change_id = 0;
  std::optional<std::int64_t> prev_change_id;  ///< absent: a snapshot
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
};

/// One row of a trades.* notification.
struct PublicTrade {
  std::string_view trade_id;
  std::string_view instrument_name;
  std::string_view direction;  ///< of who took
  Number price;
  Number amount;
  std::int64_t timestamp_ms = 0;
};

}  // namespace causeway::translators::deribit::wire
