// Which methods there are, what they need and what they cost.
#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {

const std::map<std::string_view, Server::Method>& Server::methods() {
  const auto open = [](Handler handler, Bucket bucket = Bucket::Plain) {
    return Method{.handler = handler, .bucket = bucket};
  };
  const auto socket = [](Handler handler, Area area = Area::Public, Bucket bucket = Bucket::Plain) {
    return Method{.handler = handler, .area = area, .bucket = bucket, .websocket_only = true};
  };
  const auto read = [](Handler handler, Area area) {
    return Method{.handler = handler, .area = area, .access = Access::Read};
  };
  const auto write = [](Handler handler, Area area, Bucket bucket) {
    return Method{.handler = handler, .area = area, .access = Access::ReadWrite, .bucket = bucket};
  };
  static const std::map<std::string_view, Method> table{
      {"public/auth", open(&Server::auth)},
      {"public/hello", open(&Server::hello)},
      {"public/test", open(&Server::test)},
      {"public/get_time", open(&Server::get_time)},
      {"public/status", open(&Server::status)},
      {"public/set_heartbeat", socket(&Server::set_heartbeat)},
      {"public/disable_heartbeat", socket(&Server::disable_heartbeat)},
      {"public/subscribe", socket(&Server::subscribe, Area::Public, Bucket::Subscribe)},
      {"public/unsubscribe", socket(&Server::unsubscribe)},
      {"public/unsubscribe_all", socket(&Server::unsubscribe_all)},
      {"private/subscribe", socket(&Server::subscribe, Area::Any, Bucket::Subscribe)},
      {"private/unsubscribe", socket(&Server::unsubscribe, Area::Any)},
      {"private/unsubscribe_all", socket(&Server::unsubscribe_all, Area::Any)},
      {"private/logout", socket(&Server::logout, Area::Any)},
      {"private/enable_cancel_on_disconnect",
       write(&Server::enable_cancel_on_disconnect, Area::Account, Bucket::Plain)},
      {"private/disable_cancel_on_disconnect",
       write(&Server::disable_cancel_on_disconnect, Area::Account, Bucket::Plain)},
      {"private/get_cancel_on_disconnect", read(&Server::get_cancel_on_disconnect, Area::Account)},

      {"public/get_instruments", open(&Server::get_instruments, Bucket::Instruments)},
      {"public/get_instrument", open(&Server::get_instrument)},
      {"public/get_currencies", open(&Server::get_currencies)},
      {"public/ticker", open(&Server::ticker)},
      {"public/get_order_book", open(&Server::get_order_book)},
      {"public/get_last_trades_by_instrument", open(&Server::get_last_trades)},
      {"public/get_last_trades_by_instrument_and_time", open(&Server::get_last_trades)},
      {"public/get_last_trades_by_currency", open(&Server::get_last_trades)},
      {"public/get_last_trades_by_currency_and_time", open(&Server::get_last_trades)},
      {"public/get_index_price", open(&Server::get_index_price)},
      {"public/get_book_summary_by_currency", open(&Server::get_book_summary)},
      {"public/get_book_summary_by_instrument", open(&Server::get_book_summary)},
      {"public/get_tradingview_chart_data", open(&Server::get_tradingview_chart_data)},
      {"public/get_funding_rate_value", open(&Server::get_funding_rate_value)},
      {"public/get_funding_rate_history", open(&Server::get_funding_rate_history)},

      {"private/buy", write(&Server::buy, Area::Trade, Bucket::Matching)},
      {"private/sell", write(&Server::sell, Area::Trade, Bucket::Matching)},
      {"private/edit", write(&Server::edit, Area::Trade, Bucket::Matching)},
      {"private/edit_by_label", write(&Server::edit_by_label, Area::Trade, Bucket::Matching)},
      {"private/close_position", write(&Server::close_position, Area::Trade, Bucket::Matching)},
      {"private/cancel", write(&Server::cancel, Area::Trade, Bucket::Matching)},
      {"private/cancel_by_label", write(&Server::cancel_many, Area::Trade, Bucket::CancelAll)},
      {"private/cancel_all", write(&Server::cancel_many, Area::Trade, Bucket::CancelAll)},
      {"private/cancel_all_by_currency",
       write(&Server::cancel_many, Area::Trade, Bucket::Matching)},
      {"private/cancel_all_by_currency_pair",
       write(&Server::cancel_many, Area::Trade, Bucket::Matching)},
      {"private/cancel_all_by_instrument",
       write(&Server::cancel_many, Area::Trade, Bucket::Matching)},
      {"private/cancel_all_by_kind_or_type",
       write(&Server::cancel_many, Area::Trade, Bucket::Matching)},
      {"private/set_self_trading_config",
       write(&Server::set_self_trading_config, Area::Account, Bucket::Plain)},

      {"private/get_order_state", read(&Server::get_order_state, Area::Trade)},
      {"private/get_order_state_by_label", read(&Server::get_order_state_by_label, Area::Trade)},
      {"private/get_open_orders", read(&Server::get_open_orders, Area::Trade)},
      {"private/get_open_orders_by_currency", read(&Server::get_open_orders, Area::Trade)},
      {"private/get_open_orders_by_instrument", read(&Server::get_open_orders, Area::Trade)},
      {"private/get_open_orders_by_label", read(&Server::get_open_orders, Area::Trade)},
      {"private/get_order_history_by_currency", read(&Server::get_order_history, Area::Trade)},
      {"private/get_order_history_by_instrument", read(&Server::get_order_history, Area::Trade)},
      {"private/get_user_trades_by_currency", read(&Server::get_user_trades, Area::Trade)},
      {"private/get_user_trades_by_currency_and_time", read(&Server::get_user_trades, Area::Trade)},
      {"private/get_user_trades_by_instrument", read(&Server::get_user_trades, Area::Trade)},
      {"private/get_user_trades_by_instrument_and_time",
       read(&Server::get_user_trades, Area::Trade)},
      {"private/get_user_trades_by_order", read(&Server::get_user_trades_by_order, Area::Trade)},
      {"private/get_position", read(&Server::get_position, Area::Trade)},
      {"private/get_positions", read(&Server::get_positions, Area::Trade)},
      {"private/get_margins", read(&Server::get_margins, Area::Trade)},
      {"private/get_account_summary", read(&Server::get_account_summary, Area::Account)},
      {"private/get_account_summaries", read(&Server::get_account_summaries, Area::Account)},
      {"private/get_subaccounts", read(&Server::get_subaccounts, Area::Account)},
  };
  return table;
}

}  // namespace causeway::simulator::deribit
