#pragma once

#include <deque>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fixspec/result.hpp"
#include "simulator/core/account.hpp"
#include "simulator/core/event.hpp"
#include "simulator/core/order_book.hpp"

namespace causeway::simulator::core {

using fixspec::Done;
using fixspec::Result;
using fixspec::Unexpected;

/// Where venues' matching engines differ.
struct VenueRules {
  /// A future's price beyond the band: true moves it to the band's edge, false refuses it.
  bool clamps_to_band = true;
  /// A reduce-only order larger than the position: true cuts it when it comes, false lets it
  /// trade until nothing is left to reduce. A triggered one is judged when it comes or when it
  /// triggers.
  bool cuts_reduce_only = true;
  /// A fill-or-kill order that cannot fill: true refuses it, false accepts and cancels it.
  bool refuses_unfillable = false;
  /// An amended order keeps its place where its price stays and its amount does not grow.
  bool amend_keeps_place = true;
  /// The label of the order that a trigger makes: that of the triggered order, or this text and
  /// the triggered order's number.
  std::string child_label = {};
};

/// What an Exchange trades.
struct ExchangeConfig {
  std::vector<std::string> currencies;
  std::vector<UnderlyingSpec> underlyings;
  std::vector<InstrumentSpec> instruments;
  /// Orders and trades are numbered from here: later at every start, so that numbers never return.
  std::uint64_t first_number = 1;
  VenueRules rules = {};
};

enum class RefusalCode : std::uint8_t {
  AmountTooLow,
  AmountOffStep,
  PriceMissing,
  PriceOffTick,
  PriceTooHigh,  ///< limit in Refusal::limit
  PriceTooLow,
  TriggerMissing,
  TriggerPriceOffTick,
  TriggerPriceTooHigh,  ///< it would trigger at once
  TriggerPriceTooLow,
  NotEnoughFunds,
  SelfTrade,
  PostOnlyWouldTake,
  NothingToReduce,
  CannotFill,
  BookClosed,
  OrderNotFound,
  NotOwner,
  NotOpen,
  AmountBelowFilled,
};

/// Why a request was refused; `limit` where a price met one.
struct Refusal {
  RefusalCode code;
  Price limit;
};

/// What shall change of an open order; absent: stays. `amount` is the new total, fills included.
struct Amendment {
  std::optional<Quantity> amount = {};
  std::optional<Price> price = {};
  std::optional<Price> trigger_price = {};
  std::optional<PostOnly> post_only = {};
  std::optional<bool> reduce_only = {};
  std::optional<SelfTrade> self_trade = {};
};

/// Which of an account's open orders are meant; absent: any.
struct OrderFilter {
  std::optional<InstrumentIndex> instrument = {};
  std::optional<CurrencyIndex> currency = {};
  std::optional<InstrumentKind> kind = {};
  std::optional<std::string_view> label = {};
  std::optional<bool> triggered = {};  ///< true: only stop and take orders that wait
  std::optional<Origin> origin = {};
};

/// The lowest and highest price at which an instrument may trade now.
struct Band {
  Price low;
  Price high;
};

/// Prices of an instrument that are not in its book.
struct Quote {
  Price mark;
  Price last;
  Price high;
  Price low;
  Price open;
  Quantity volume;
  Decimal turnover;
};

/// One venue's matching engine with its accounts: price-time priority, margin check, triggers, and
/// the record of every client order and fill. No I/O, no clock: time is an argument. What happens
/// is told by events, to be taken after each call.
class Exchange {
 public:
  explicit Exchange(ExchangeConfig config);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // ---- accounts and reference data
  AccountId open_account(std::string name);
  [[nodiscard]] Account& account(AccountId id) { return accounts_[id]; }
  [[nodiscard]] const Account& account(AccountId id) const { return accounts_[id]; }
  [[nodiscard]] std::size_t account_count() const { return accounts_.size(); }
  [[nodiscard]] const ExchangeConfig& config() const { return config_; }
  [[nodiscard]] const InstrumentSpec& instrument(InstrumentIndex at) const {
    return config_.instruments[at];
  }
  [[nodiscard]] std::optional<InstrumentIndex> find_instrument(std::string_view name) const;
  [[nodiscard]] const OrderBook& book(InstrumentIndex at) const { return books_[at]; }
  [[nodiscard]] const Quote& quote(InstrumentIndex at) const { return quotes_[at]; }
  [[nodiscard]] Price index(UnderlyingIndex at) const { return indexes_[at]; }
  [[nodiscard]] Band band(InstrumentIndex at) const;
  /// The latest trades of an instrument, oldest first; a bounded number is kept.
  [[nodiscard]] const std::deque<Trade>& trades(InstrumentIndex at) const { return trades_[at]; }
  /// Balance plus profit of open positions plus value of options.
  [[nodiscard]] Decimal equity(AccountId id, CurrencyIndex currency) const;
  [[nodiscard]] Decimal margin(AccountId id, CurrencyIndex currency) const;

  // ---- orders
  /// Takes an order and matches it. Refused orders leave no trace.
  Result<OrderNumber, Refusal> submit(const OrderRequest& request, UtcNanos now);
  /// Changes an open order (VenueRules::amend_keeps_place says what becomes of its place).
  /// A post-only order that would take is cancelled (PostOnlyWouldTake).
  Result<Done, Refusal> amend(AccountId account, OrderNumber number, const Amendment& amendment,
                              UtcNanos now);
  Result<Done, Refusal> cancel(AccountId account, OrderNumber number, CancelReason reason,
                               UtcNanos now);
  /// Cancels all that match; how many.
  std::size_t cancel_all(AccountId account, const OrderFilter& filter, CancelReason reason,
                         UtcNanos now);
  /// The order, or nullptr where the account has none of that number.
  [[nodiscard]] const Order* find_order(AccountId account, OrderNumber number) const;
  [[nodiscard]] std::vector<const Order*> open_orders(AccountId account,
                                                      const OrderFilter& filter) const;
  /// Every order that ever carried `label`, oldest first.
  [[nodiscard]] std::vector<const Order*> labelled_orders(AccountId account,
                                                          std::string_view label) const;
  /// Cancels what is good for the day, at the venue's end of day.
  void end_day(UtcNanos now);

  // ---- the market's own moves
  /// Sets an index, recomputes the marks of its instruments and runs triggers.
  void set_index(UnderlyingIndex at, Price price, UtcNanos now);

  // ---- the record
  /// Every client order ever accepted, in order of arrival.
  [[nodiscard]] const std::deque<Order>& client_orders() const { return client_orders_; }
  /// Every client execution ever, in order.
  [[nodiscard]] const std::deque<Execution>& executions() const { return executions_; }
  /// The events since the last call.
  std::vector<Event> take_events();

 private:
  Result<OrderNumber, Refusal> enter(OrderRequest request, OrderNumber trigger_order, UtcNanos now);
  std::optional<Refusal> check(OrderRequest& request) const;
  Order& new_order(const OrderRequest& request, OrderNumber trigger_order, UtcNanos now);
  Order* find(OrderNumber number) const;
  std::optional<Refusal> check_terms(const OrderRequest& request) const;
  std::optional<Refusal> check_reduce_only(OrderRequest& request) const;
  std::optional<Refusal> check_trigger(const OrderRequest& request) const;
  std::optional<Refusal> check_price(OrderRequest& request) const;
  std::optional<Refusal> check_post_only(OrderRequest& request) const;
  std::optional<Refusal> check_self_trade(const OrderRequest& request, Quantity amount) const;
  std::optional<Refusal> check_margin(const OrderRequest& request, Quantity amount) const;
  [[nodiscard]] Price worst_price(const OrderRequest& request) const;
  [[nodiscard]] Quantity available(const OrderRequest& request, Price limit) const;
  [[nodiscard]] Price reference(InstrumentIndex at, Trigger trigger) const;
  [[nodiscard]] Quantity reducible(const OrderRequest& request) const;
  bool prevent_self_trade(Order& taker, Order& maker, UtcNanos now);

  void match(Order& taker, Price limit, UtcNanos now);
  void fill(Order& taker, Order& maker, Quantity amount, UtcNanos now);
  void execute(Order& order, const Trade& trade, bool maker);
  void settle_rest(Order& order, UtcNanos now);
  void rest(Order& order);
  void unrest(Order& order);
  void reserve(const Order& order, Quantity amount, bool add);
  void close(Order& order, OrderState state, CancelReason reason, UtcNanos now);
  void touch(Order& order);
  void level_changed(const Order& order);

  std::optional<Refusal> check_amendment(const Order& order, OrderRequest& changed) const;
  void amend_waiting(Order& order, const OrderRequest& changed, UtcNanos now);
  void amend_open(Order& order, const OrderRequest& changed, UtcNanos now);

  void begin_operation();
  void end_operation();
  void run_triggers(UtcNanos now);
  bool trigger_one(UtcNanos now);
  bool is_due(Order& order) const;
  bool trailing_is_due(Order& order) const;
  void fire(Order& order, UtcNanos now);
  void update_mark(InstrumentIndex at, UtcNanos now);

  ExchangeConfig config_;
  std::unordered_map<std::string_view, InstrumentIndex> by_name_;
  std::vector<OrderBook> books_;
  std::vector<Quote> quotes_;
  std::vector<Price> indexes_;
  std::vector<std::deque<Trade>> trades_;
  std::vector<std::uint64_t> trade_sequences_;
  std::deque<Account> accounts_;

  std::deque<Order> client_orders_;
  std::deque<Order> house_orders_;
  std::vector<Order*> free_house_orders_;
  std::unordered_map<OrderNumber, Order*> by_number_;
  std::unordered_map<std::string, std::vector<const Order*>> by_label_;  ///< clients' only
  std::vector<std::map<OrderNumber, Order*>> open_by_account_;
  std::vector<std::vector<Order*>> waiting_;  ///< untriggered orders, per instrument
  std::vector<InstrumentIndex> trigger_checks_;

  std::deque<Execution> executions_;
  std::vector<Event> events_;
  std::vector<Order*> touched_;
  std::uint64_t operation_ = 0;
  OrderNumber next_order_;
  TradeNumber next_trade_;
};

}  // namespace causeway::simulator::core
