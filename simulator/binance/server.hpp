#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/binance/accounts.hpp"
#include "simulator/binance/keys.hpp"
#include "simulator/binance/market_streams.hpp"
#include "simulator/binance/user_streams.hpp"
#include "simulator/core/candles.hpp"
#include "simulator/core/random.hpp"
#include "simulator/core/venue.hpp"

namespace causeway::simulator::binance {

struct ServerOptions {
  std::uint64_t seed = 1;
  bool real_limits = true;  ///< as on the venue; false: nothing is counted
  bool flow = true;         ///< the synthetic market moves from the start
  /// The public half of the demo account's second key, 32 raw bytes; empty: there is no such key.
  std::string ed25519_public_key = {};
  std::int64_t listen_key_lifetime_seconds = 3600;
};

inline constexpr std::string_view demo_key = "causeway-demo-key";
inline constexpr std::string_view demo_secret = "causeway-demo-secret-000000000000000000";
inline constexpr std::string_view demo_ed25519_key = "causeway-demo-key-ed25519";

/// Binance USDⓈ-M futures from the server's side: REST under /fapi, the WebSocket API, market and
/// user streams.
class Server final : public core::Venue {
 public:
  Server(const ServerOptions& options, UtcNanos now);

  [[nodiscard]] std::string_view name() const override { return "binance"; }
  core::ConnectionId on_open(std::string_view target, UtcNanos now) override;
  void on_frame(core::ConnectionId connection, std::string_view bytes, UtcNanos now) override;
  void on_close(core::ConnectionId connection, UtcNanos now) override;
  void on_pong(core::ConnectionId connection, UtcNanos now) override;
  core::HttpReply on_http(const core::HttpRequest& request, UtcNanos now) override;
  void on_timer(UtcNanos now) override;
  void on_market(UtcNanos now) override { drain(now); }
  std::vector<core::Frame> take_frames() override { return std::exchange(frames_, {}); }

  [[nodiscard]] std::string order_id(const Order& order) const override;
  [[nodiscard]] std::string trade_id(const core::Trade& trade) const override;
  core::Exchange& exchange() override { return exchange_; }
  core::MarketFlow& flow() override { return flow_; }
  core::Faults& faults() override { return faults_; }
  [[nodiscard]] bool suffers(core::FaultKind /*kind*/) const override { return true; }
  void on_forced_trade(const core::Trade& trade, UtcNanos now) override {
    markets_.force_order(trade, now);
  }

  /// Makes another key of the demo account known.
  void add_key(ApiKey key);

 private:
  // The WebSocket API's answer to "who are you".
  struct Session {
    const ApiKey* key = nullptr;
    UtcNanos since = 0;
  };
  struct Connection {
    core::ConnectionId id = 0;
    Target target;
    UtcNanos opened = 0;
    std::optional<Session> session;
    std::set<std::string> streams;  // names, and listen keys
    bool wrapped = false;
    UtcNanos next_ping = 0;
    UtcNanos last_pong = 0;
    Window messages{1, 10};
  };
  // One request on its way through.
  struct Call {
    Params& params;
    Account* account = nullptr;  // nullptr: the method needs none
    const ApiKey* key = nullptr;
    UtcNanos now = 0;
    Connection* connection = nullptr;  // nullptr: REST
  };
  using Answer = ApiResult<std::string>;  // the JSON text of the result
  using Handler = Answer (Server::*)(Call&);
  using Weight = std::int64_t (*)(const Params&);
  enum class Security : std::uint8_t { None, Key, Signed };
  struct Method {
    Handler handler;
    Security security = Security::None;
    Weight weight = nullptr;
    int orders = 0;       // in the window of ten seconds
    int orders_long = 0;  // in the window of a minute
  };
  struct Routes;
  struct Late {  // a request that a fault holds back
    UtcNanos due = 0;
    UtcNanos received = 0;
    core::ConnectionId connection = 0;  // 0: REST
    std::string frame;
    core::HttpRequest request;
    bool silent = false;  // its answer was given already
  };
  // Everything about an order that was asked for.
  struct NewOrder {
    core::OrderRequest request;
    OrderTerms terms;
    bool result = false;  // newOrderRespType
    std::string callback_rate;
  };

  // server.cpp
  View view() const { return {exchange_, symbols_, orders_, candles_}; }
  void drain(UtcNanos now);
  void send(core::ConnectionId connection, std::string text);
  void cut(core::ConnectionId connection, bool abrupt);
  void run_late(UtcNanos now);
  void run_deadlines(UtcNanos now);
  void run_pings(UtcNanos now);
  void run_faults(UtcNanos now);
  std::string random_text(std::size_t size);
  Account& account_of(const ApiKey& key) { return accounts_.at(key.account); }

  // admission.cpp
  std::optional<ApiError> count_weight(std::int64_t weight, UtcNanos now);
  std::optional<ApiError> count_orders(const Method& method, Account& account, UtcNanos now);
  void write_limits(JsonWriter& json, const Method& method, const Account* account, UtcNanos now);
  static std::optional<ApiError> fault_answer(core::FaultKind kind);
  static bool takes_anyway(core::FaultKind kind);

  // rest.cpp
  Answer serve(const Method& method, const core::HttpRequest& request, UtcNanos received,
               UtcNanos now, Account** account);
  /// A request whose answer was given long ago: only what it does counts.
  void serve_late(const Late& late, UtcNanos now);
  core::HttpReply to_http(const Answer& answer) const;
  void add_usage(core::HttpReply& reply, const Method& method, const Account* account,
                 UtcNanos now) const;

  // ws_api.cpp
  void on_api_frame(Connection& connection, std::string_view bytes, UtcNanos received, UtcNanos now,
                    bool faulty, bool silent = false);
  Answer serve_api(const Method& method, Call& call, UtcNanos received, UtcNanos matched);
  std::optional<ApiError> identify(Call& call, Security security, UtcNanos received);
  std::string api_reply(const core::JsonValue* id, const Answer& answer, const Method* method,
                        const Call& call);
  Answer session_logon(Call& call);
  Answer session_status(Call& call);
  Answer session_logout(Call& call);

  // ws_streams.cpp
  void on_stream_frame(Connection& connection, std::string_view bytes, UtcNanos now);
  std::string stream_answer(Connection& connection, const core::JsonValue& request, UtcNanos now);
  std::string stream_property(Connection& connection, const core::JsonValue& request,
                              const std::string& method, const std::string& id);
  void listen(Connection& connection, const std::string& name, UtcNanos now);
  void listen_user(Connection& connection, const UserTarget& target);
  void unlisten(Connection& connection, const std::string& name);

  // order_entry.cpp
  Answer place_order(Call& call);
  Answer test_order(Call& call);
  Answer place_batch(Call& call);
  ApiResult<OrderNumber> place(Call& call, const NewOrder& order);
  Answer place_one(Call& call);
  Answer for_each_in_batch(Call& call, std::string_view name, std::size_t most,
                           Answer (Server::*handle)(Call&));
  void keep_terms(OrderNumber number, const NewOrder& order);

  // order_terms.cpp
  ApiResult<NewOrder> read_order(Call& call);
  void read_parties(Call& call, NewOrder& order);
  void read_time_in_force(Call& call, NewOrder& order, bool algo);
  void read_price_match(Call& call, NewOrder& order);
  void read_client_id(Call& call, NewOrder& order, std::string_view name);
  std::optional<ApiError> check_filters(const NewOrder& order) const;
  std::optional<ApiError> check_price(const core::OrderRequest& request) const;
  std::optional<ApiError> check_quantity(const core::OrderRequest& request) const;
  std::optional<ApiError> check_notional(const core::OrderRequest& request, int code) const;
  std::optional<ApiError> check_counterparty(const core::OrderRequest& request) const;
  std::optional<ApiError> check_leverage(const Account& account,
                                         const core::OrderRequest& request) const;
  std::optional<ApiError> check_open_orders(const core::OrderRequest& request, bool algo) const;

  // order_changes.cpp
  Answer modify_order(Call& call);
  Answer modify_batch(Call& call);
  Answer cancel_order(Call& call);
  Answer cancel_batch(Call& call);
  Answer cancel_all(Call& call);
  Answer countdown_cancel(Call& call);
  ApiResult<const Order*> find_order(Call& call, bool open, int not_found);
  Answer cancel_found(Call& call, const Order& order);
  Answer modify_found(Call& call, const Order& order, const core::Amendment& wanted);

  // order_queries.cpp
  Answer get_order(Call& call);
  Answer get_open_order(Call& call);
  Answer get_open_orders(Call& call);
  Answer get_all_orders(Call& call);
  Answer get_amendments(Call& call);
  Answer get_user_trades(Call& call);

  // algo_methods.cpp
  Answer place_algo(Call& call);
  Answer cancel_algo(Call& call);
  Answer cancel_all_algos(Call& call);
  Answer get_algo(Call& call);
  Answer get_open_algos(Call& call);
  Answer get_all_algos(Call& call);
  ApiResult<NewOrder> read_algo(Call& call);
  void read_trailing(Call& call, NewOrder& order);
  void read_close_position(Call& call, NewOrder& order);
  ApiResult<const Algo*> find_algo(Call& call, bool open, int not_found);

  // account_methods.cpp
  Answer get_balances(Call& call);
  Answer get_account_v2(Call& call);
  Answer get_account_v3(Call& call);
  Answer get_positions_v2(Call& call);
  Answer get_positions_v3(Call& call);
  Answer get_income(Call& call);
  Answer get_commission(Call& call);
  Answer get_order_limits(Call& call);
  Answer start_listen_key(Call& call);
  Answer renew_listen_key(Call& call);
  Answer close_listen_key(Call& call);

  // settings_methods.cpp
  Answer set_leverage(Call& call);
  Answer set_margin_type(Call& call);
  Answer get_position_mode(Call& call);
  Answer set_position_mode(Call& call);
  Answer get_multi_assets(Call& call);
  Answer set_multi_assets(Call& call);
  Answer get_fee_burn(Call& call);
  Answer set_fee_burn(Call& call);
  Answer get_symbol_config(Call& call);
  Answer get_account_config(Call& call);
  Answer get_brackets(Call& call);

  // market_methods.cpp
  Answer ping(Call& call);
  Answer get_time(Call& call);
  Answer get_exchange_info(Call& call);
  Answer get_depth(Call& call);
  Answer get_trades(Call& call);
  Answer get_agg_trades(Call& call);
  Answer get_klines(Call& call);
  Answer get_ticker(Call& call);
  Answer get_price(Call& call);
  Answer get_book_ticker(Call& call);
  Answer get_premium_index(Call& call);
  Answer get_funding_rates(Call& call);
  Answer get_funding_info(Call& call);
  Answer get_open_interest(Call& call);
  /// One object for the symbol that is asked for, or an array of all.
  template <class Write>
  Answer for_symbols(Call& call, const Write& write);

  // Parameters that several methods share; errors go to call.params.
  InstrumentIndex read_symbol(Call& call);
  std::optional<InstrumentIndex> read_optional_symbol(Call& call);
  static std::size_t read_limit(Call& call, std::int64_t otherwise, std::int64_t most);

  ServerOptions options_;
  std::vector<Symbol> symbols_;
  core::Exchange exchange_;
  core::MarketFlow flow_;
  core::Faults faults_;
  core::Candles candles_;
  Orders orders_;
  Keys keys_;
  std::map<core::AccountId, Account> accounts_;
  std::vector<core::Frame> frames_;
  MarketStreams markets_;
  UserStreams users_;
  core::Random random_;
  std::map<core::ConnectionId, Connection> connections_;
  core::ConnectionId next_connection_ = 1;
  AddressLimits address_;
  std::vector<Late> late_;
  std::multimap<std::int64_t, OrderNumber> good_till_;  // milliseconds; also of algos
  std::int64_t next_amendment_ = 1;
};

}  // namespace causeway::simulator::binance
