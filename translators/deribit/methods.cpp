#include <array>

#include "fixspec/assert.hpp"
#include "translators/deribit/map.hpp"

namespace causeway::translators::deribit {
namespace {

using enum wire::Parameter;
using wire::Method;

constexpr std::size_t max_parameters = 12;

struct Row {
  Method method;
  std::string_view name;
  std::array<wire::Parameter, max_parameters> parameters;
  std::size_t count;
};

template <class... Parameters>
constexpr Row row(Method method, std::string_view name, Parameters... parameters) {
  return {method, name, {parameters...}, sizeof...(parameters)};
}

// In the order of the enumerators, so that a method is looked up by its number.
constexpr Row methods[] = {
    row(Method::Cancel, "private/cancel", OrderId),
    row(Method::CancelByLabel, "private/cancel_by_label", Label, Currency),
    row(Method::CancelAll, "private/cancel_all", Detailed, FreezeQuotes),
    row(Method::CancelAllByCurrency, "private/cancel_all_by_currency", Currency, Kind, Type,
        Detailed, FreezeQuotes),
    row(Method::CancelAllByCurrencyPair, "private/cancel_all_by_currency_pair", CurrencyPair, Kind,
        Type, Detailed, FreezeQuotes),
    row(Method::CancelAllByInstrument, "private/cancel_all_by_instrument", InstrumentName, Type,
        Detailed, IncludeCombos, FreezeQuotes),
    row(Method::CancelAllByKindOrType, "private/cancel_all_by_kind_or_type", Currency, Kind, Type,
        Detailed, FreezeQuotes),
    row(Method::CancelQuotes, "private/cancel_quotes", CancelType, MinDelta, MaxDelta, QuoteSetId,
        InstrumentName, InstrumentKind, Kind, Currency, CurrencyPair, Detailed, FreezeQuotes),
    row(Method::ClosePosition, "private/close_position", InstrumentName, Type, Price),
    row(Method::GetOrderState, "private/get_order_state", OrderId),
    row(Method::GetOrderStateByLabel, "private/get_order_state_by_label", Currency, Label),
    row(Method::GetOpenOrders, "private/get_open_orders", Kind, Type),
    row(Method::GetOpenOrdersByCurrency, "private/get_open_orders_by_currency", Currency, Kind,
        Type),
    row(Method::GetOpenOrdersByInstrument, "private/get_open_orders_by_instrument", InstrumentName,
        Type),
    row(Method::GetOpenOrdersByLabel, "private/get_open_orders_by_label", Currency, Label),
    row(Method::GetOrderHistoryByCurrency, "private/get_order_history_by_currency", Currency, Kind,
        Count, Offset, IncludeOld, IncludeUnfilled, WithContinuation, Continuation, Historical),
    row(Method::GetOrderHistoryByInstrument, "private/get_order_history_by_instrument",
        InstrumentName, Count, Offset, IncludeOld, IncludeUnfilled, WithContinuation, Continuation,
        Historical),
    row(Method::GetTriggerOrderHistory, "private/get_trigger_order_history", Currency,
        InstrumentName, Count, Continuation),
    row(Method::GetUserTradesByCurrency, "private/get_user_trades_by_currency", Currency, Kind,
        StartId, EndId, Count, StartTimestamp, EndTimestamp, Sorting, Historical, IncludeOld,
        SubaccountId),
    row(Method::GetUserTradesByCurrencyAndTime, "private/get_user_trades_by_currency_and_time",
        Currency, Kind, StartTimestamp, EndTimestamp, Count, Sorting, Historical, IncludeOld),
    row(Method::GetUserTradesByInstrument, "private/get_user_trades_by_instrument", InstrumentName,
        StartSeq, EndSeq, Count, StartTimestamp, EndTimestamp, Sorting, Historical, IncludeOld),
    row(Method::GetUserTradesByInstrumentAndTime, "private/get_user_trades_by_instrument_and_time",
        InstrumentName, StartTimestamp, EndTimestamp, Count, Sorting, Historical, IncludeOld),
    row(Method::GetUserTradesByOrder, "private/get_user_trades_by_order", OrderId, Sorting,
        Historical),
    row(Method::GetPosition, "private/get_position", InstrumentName),
    row(Method::GetPositions, "private/get_positions", Currency, Kind, SubaccountId),
    row(Method::GetAccountSummary, "private/get_account_summary", Currency, SubaccountId, Extended),
    row(Method::GetAccountSummaries, "private/get_account_summaries", SubaccountId, Extended),
    row(Method::GetMargins, "private/get_margins", InstrumentName, Amount, Price),
    row(Method::GetTransactionLog, "private/get_transaction_log", Currency, StartTimestamp,
        EndTimestamp, Query, Count, Continuation, SubaccountId),
    row(Method::EnableCancelOnDisconnect, "private/enable_cancel_on_disconnect", Scope),
    row(Method::DisableCancelOnDisconnect, "private/disable_cancel_on_disconnect", Scope),
    row(Method::GetCancelOnDisconnect, "private/get_cancel_on_disconnect", Scope),
    row(Method::GetMmpConfig, "private/get_mmp_config", IndexName, MmpGroup),
    row(Method::GetMmpStatus, "private/get_mmp_status", IndexName, MmpGroup),
    row(Method::ResetMmp, "private/reset_mmp", IndexName, MmpGroup),
    row(Method::Logout, "private/logout", InvalidateToken),
    row(Method::UnsubscribeAllPrivate, "private/unsubscribe_all"),
    row(Method::UnsubscribeAllPublic, "public/unsubscribe_all"),
    row(Method::GetInstruments, "public/get_instruments", Currency, Kind, Expired),
    row(Method::GetInstrument, "public/get_instrument", InstrumentName),
    row(Method::GetCurrencies, "public/get_currencies"),
    row(Method::GetIndexPrice, "public/get_index_price", IndexName),
    row(Method::GetOrderBook, "public/get_order_book", InstrumentName, Depth),
    row(Method::GetBookSummaryByCurrency, "public/get_book_summary_by_currency", Currency, Kind),
    row(Method::GetBookSummaryByInstrument, "public/get_book_summary_by_instrument",
        InstrumentName),
    row(Method::GetLastTradesByInstrument, "public/get_last_trades_by_instrument", InstrumentName,
        StartSeq, EndSeq, StartTimestamp, EndTimestamp, Count, Sorting),
    row(Method::GetLastTradesByCurrency, "public/get_last_trades_by_currency", Currency, Kind,
        StartId, EndId, StartTimestamp, EndTimestamp, Count, Sorting),
    row(Method::Ticker, "public/ticker", InstrumentName),
    row(Method::GetTime, "public/get_time"),
    row(Method::Status, "public/status"),
    row(Method::Test, "public/test"),
    row(Method::Hello, "public/hello", ClientName, ClientVersion),
    row(Method::SetHeartbeat, "public/set_heartbeat", Interval),
    row(Method::DisableHeartbeat, "public/disable_heartbeat"),
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(methods); ++i) {
    if (methods[i].method != static_cast<Method>(i)) return false;
  }
  return true;
}
static_assert(in_order());

constexpr std::string_view parameters[] = {
    "amount",
    "cancel_type",
    "client_name",
    "client_version",
    "continuation",
    "count",
    "currency",
    "currency_pair",
    "delta",
    "depth",
    "detailed",
    "end_id",
    "end_seq",
    "end_timestamp",
    "expired",
    "extended",
    "freeze_quotes",
    "historical",
    "include_combos",
    "include_old",
    "include_unfilled",
    "index_name",
    "instrument_kind",
    "instrument_name",
    "interval",
    "invalidate_token",
    "kind",
    "label",
    "max_delta",
    "min_delta",
    "mmp_group",
    "offset",
    "order_id",
    "price",
    "query",
    "quote_set_id",
    "scope",
    "sorting",
    "start_id",
    "start_seq",
    "start_timestamp",
    "subaccount_id",
    "type",
    "with_continuation",
};
static_assert(std::size(parameters) == static_cast<std::size_t>(WithContinuation) + 1);

const Row& row_of(Method method) {
  CAUSEWAY_ASSERT(static_cast<std::size_t>(method) < std::size(methods));
  return methods[static_cast<std::size_t>(method)];
}

}  // namespace

std::string_view to_text(Method value) { return row_of(value).name; }

std::string_view to_text(wire::Parameter value) {
  CAUSEWAY_ASSERT(static_cast<std::size_t>(value) < std::size(parameters));
  return parameters[static_cast<std::size_t>(value)];
}

std::optional<Method> method_from_text(std::string_view text) {
  for (const Row& candidate : methods) {
    if (candidate.name == text) return candidate.method;
  }
  return std::nullopt;
}

std::span<const wire::Parameter> parameters_of(Method method) {
  const Row& found = row_of(method);
  return {found.parameters.data(), found.count};
}

wire::Call& wire::Call::with(Parameter parameter, Value value) {
  bool taken = false;
  for (const Parameter candidate : parameters_of(method_)) taken |= candidate == parameter;
  CAUSEWAY_ASSERT(taken && size_ < max_arguments);
  arguments_[size_++] = {parameter, value};
  return *this;
}

}  // namespace causeway::translators::deribit
