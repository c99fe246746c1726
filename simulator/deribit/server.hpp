#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/core/candles.hpp"
#include "simulator/core/venue.hpp"
#include "simulator/deribit/auth.hpp"
#include "simulator/deribit/credits.hpp"
#include "simulator/deribit/publisher.hpp"
#include "simulator/deribit/rpc.hpp"

namespace causeway::simulator::deribit {

struct ServerOptions {
  std::uint64_t seed = 1;
  bool real_limits = true;  ///< credits as on the venue; false: none are counted
  bool flow = true;         ///< the synthetic market moves from the start
  std::int64_t token_lifetime_seconds = 900;
};

inline constexpr std::string_view demo_key = "causeway-demo-key";
inline constexpr std::string_view demo_secret = "causeway-demo-secret-000000000000000000";

/// Deribit's JSON-RPC over WebSocket and HTTP, from the server's side.
class Server final : public core::Venue {
 public:
  Server(const ServerOptions& options, core::UtcNanos now);

  [[nodiscard]] std::string_view name() const override { return "deribit"; }
  core::ConnectionId on_open(std::string_view target, core::UtcNanos now) override;
  void on_frame(core::ConnectionId connection, std::string_view bytes, core::UtcNanos now) override;
  void on_close(core::ConnectionId connection, core::UtcNanos now) override;
  core::HttpReply on_http(const core::HttpRequest& request, core::UtcNanos now) override;
  void on_timer(core::UtcNanos now) override;
  void on_market(core::UtcNanos now) override;
  std::vector<core::Frame> take_frames() override;

  [[nodiscard]] std::string order_id(const core::Order& order) const override;
  [[nodiscard]] std::string trade_id(const core::Trade& trade) const override;
  core::Exchange& exchange() override { return exchange_; }
  core::MarketFlow& flow() override { return flow_; }
  core::Faults& faults() override { return faults_; }

 private:
  struct Heartbeat {
    core::UtcNanos interval = 0;  ///< 0: off
    core::UtcNanos next = 0;
    bool unanswered = false;  ///< a test_request waits for public/test
  };
  struct Connection {
    core::ConnectionId id = 0;
    std::optional<Identity> identity;
    std::string access_token;
    bool cancel_on_disconnect = false;
    Heartbeat heartbeat;
    core::UtcNanos last_heard = 0;
  };
  // One request on its way through.
  struct Call {
    std::string method;
    Params& params;
    Connection* connection = nullptr;  // nullptr: HTTP
    std::optional<Identity> identity;
    core::UtcNanos now = 0;
    bool ignores_validity = false;

    [[nodiscard]] core::AccountId account() const { return identity->account; }
    [[nodiscard]] core::Origin origin() const { return connection == nullptr ? 0 : connection->id; }
  };
  using Answer = RpcResult<std::string>;  // the JSON text of "result"
  using Handler = Answer (Server::*)(Call&);
  enum class Area : std::uint8_t { Public, Any, Account, Trade, Wallet };
  struct Method {
    Handler handler;
    Area area = Area::Public;
    Access access = Access::None;
    Bucket bucket = Bucket::Plain;
    bool websocket_only = false;
  };
  struct Reply {
    std::string text;
    int code = 0;  // of the error; 0: success
    bool closes = false;
    bool silent = false;
  };
  struct Late {  // a request that a fault holds back
    core::UtcNanos due;
    core::ConnectionId connection;
    std::string bytes;
    bool too_late = false;  // counts whatever its validity says, and is not answered
  };

  static constexpr std::size_t largest_request = 32 * 1024;

  static const std::map<std::string_view, Method>& methods();

  // server.cpp
  void process_frame(Connection& connection, std::string_view bytes, core::UtcNanos now,
                     const Late* held_back);
  Reply process(const core::JsonValue& request, Connection* connection,
                const std::optional<Identity>& http_identity, core::UtcNanos now,
                bool ignores_validity = false);
  Answer dispatch(Call& call);
  std::optional<RpcError> admit(const Method& method, Call& call);
  Reply make_reply(const core::JsonValue* id, const Answer& answer, core::UtcNanos now) const;
  void drain(core::ConnectionId muted, core::UtcNanos now);
  void send(core::ConnectionId connection, std::string text, bool close_after = false);
  void cut(core::ConnectionId connection);
  void run_heartbeats(core::UtcNanos now);

  // server_http.cpp
  core::HttpReply http_reply(const Reply& reply) const;
  core::JsonValue http_request_json(const core::HttpRequest& request, bool& well_formed) const;
  static std::string oversized(std::size_t bytes);

  // session_methods.cpp
  Answer auth(Call& call);
  Answer logout(Call& call);
  Answer hello(Call& call);
  Answer test(Call& call);
  Answer get_time(Call& call);
  Answer status(Call& call);
  Answer set_heartbeat(Call& call);
  Answer disable_heartbeat(Call& call);
  Answer enable_cancel_on_disconnect(Call& call);
  Answer disable_cancel_on_disconnect(Call& call);
  Answer get_cancel_on_disconnect(Call& call);
  Answer subscribe(Call& call);
  Answer unsubscribe(Call& call);
  Answer unsubscribe_all(Call& call);
  Answer set_cancel_on_disconnect(Call& call, bool on);

  // market_methods.cpp
  Answer get_instruments(Call& call);
  Answer get_instrument(Call& call);
  Answer get_currencies(Call& call);
  Answer ticker(Call& call);
  Answer get_order_book(Call& call);
  Answer get_last_trades(Call& call);
  Answer get_index_price(Call& call);
  Answer get_book_summary(Call& call);
  Answer get_tradingview_chart_data(Call& call);
  Answer get_funding_rate_value(Call& call);
  Answer get_funding_rate_history(Call& call);

  // order_methods.cpp
  Answer buy(Call& call) { return enter_order(call, core::Side::Buy); }
  Answer sell(Call& call) { return enter_order(call, core::Side::Sell); }
  Answer enter_order(Call& call, core::Side side);
  Answer edit(Call& call);
  Answer edit_by_label(Call& call);
  Answer cancel(Call& call);
  Answer cancel_many(Call& call);
  Answer close_position(Call& call);
  std::optional<RpcError> read_terms(Call& call, core::OrderRequest& request);
  Answer edit_order(Call& call, const core::Order& order);
  Answer order_and_trades(Call& call, core::OrderNumber number, std::size_t first_execution);
  RpcResult<const core::Order*> find_order(Call& call);
  RpcResult<const core::Order*> find_by_label(Call& call, const core::OrderFilter& filter);
  std::optional<core::Quantity> read_amount(Params& params, const core::InstrumentSpec& spec);

  // account_methods.cpp
  Answer get_order_state(Call& call);
  Answer get_order_state_by_label(Call& call);
  Answer get_open_orders(Call& call);
  Answer get_order_history(Call& call);
  Answer get_user_trades(Call& call);
  Answer get_user_trades_by_order(Call& call);
  Answer get_position(Call& call);
  Answer get_positions(Call& call);
  Answer get_account_summary(Call& call);
  Answer get_account_summaries(Call& call);
  Answer get_subaccounts(Call& call);
  Answer set_self_trading_config(Call& call);
  Answer get_margins(Call& call);

  // Parameters that several methods share; errors go to call.params.
  core::InstrumentIndex read_instrument(Call& call);
  Selection read_selection(Call& call, bool& none);
  core::OrderFilter read_filter(Call& call, bool& none);

  ServerOptions options_;
  core::Exchange exchange_;
  core::MarketFlow flow_;
  core::Faults faults_;
  Auth auth_;
  core::Candles candles_;
  std::vector<core::Frame> frames_;
  Publisher publisher_;
  std::map<core::ConnectionId, Connection> connections_;
  core::ConnectionId next_connection_ = 1;
  std::map<core::AccountId, Budget> budgets_;             // house: whoever has not authenticated
  std::map<core::AccountId, bool> cancel_on_disconnect_;  // what new connections start with
  std::vector<Late> late_;
  std::int64_t day_ = 0;
};

}  // namespace causeway::simulator::deribit
