#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/translators/strict_log.hpp"
#include "tests/translators/told_text.hpp"
#include "translators/binance/account_session.hpp"

namespace causeway::translators::binance {

/// Writes down what a session wants done.
class Recorder final : public Outbox {
 public:
  struct Frame {
    Channel channel = Channel::Orders;
    std::string text;
    std::uint64_t id = 0;
  };
  struct Fetch {
    net::HttpRequest request;
    std::uint64_t id = 0;
  };

  net::SendOutcome send(Channel channel, std::string_view frame, std::uint64_t id) override {
    if (outcome == net::SendOutcome::Taken) frames.push_back({channel, std::string{frame}, id});
    return outcome;
  }
  void connect(Channel channel) override { ++connects[channel]; }
  void disconnect(Channel channel, std::string reason) override {
    disconnects[channel].push_back(std::move(reason));
  }
  void fetch(net::HttpRequest request, std::uint64_t id) override {
    fetches.push_back({std::move(request), id});
  }
  void emit(Told told) override { told_lines.push_back(to_line(told)); }

  /// The lines since the last call, joined by line ends.
  std::string take_told() {
    std::string text;
    for (const std::string& line : told_lines) text += line + "\n";
    told_lines.clear();
    return text;
  }

  net::SendOutcome outcome = net::SendOutcome::Taken;
  std::vector<Frame> frames;
  std::vector<Fetch> fetches;  ///< those that nobody has answered
  std::vector<std::string> told_lines;
  std::map<Channel, int> connects;
  std::map<Channel, std::vector<std::string>> disconnects;
};

inline constexpr const char* ed25519_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

inline Encoder hmac_encoder() { return Encoder{"TESTKEY", Signer{HmacKey{"TESTSECRET"}}}; }
inline Encoder ed25519_encoder() {
  return Encoder{"TESTKEY", Signer{Ed25519Key::from_pem(ed25519_pem).value()}};
}

/// An account's session with a clock of its own, and the log-on as the venue answers it.
class AccountKit {
 public:
  explicit AccountKit(Encoder encoder = hmac_encoder())
      : session({.account = fixspec::AccountId{"main"}, .seed = 7}, std::move(encoder), outbox, log,
                address) {
    now = {.utc_ns = 1'700'000'000 * fixspec::nanos_per_second, .mono_ns = 1'000'000'000};
  }

  void pass(std::int64_t ms) {
    now.utc_ns += ms * fixspec::nanos_per_milli;
    now.mono_ns += ms * fixspec::nanos_per_milli;
    session.on_timer(now);
  }

  // ---- REST ------------------------------------------------------------------------------------

  [[nodiscard]] bool asks(const std::string& start) const {
    return std::any_of(outbox.fetches.begin(), outbox.fetches.end(),
                       [&](const auto& fetch) { return line_of(fetch).starts_with(start); });
  }
  /// Answers the oldest request that begins so: "GET /fapi/v1/time".
  void respond(const std::string& start, const std::string& body, unsigned status = 200,
               std::vector<std::pair<std::string, std::string>> headers = {}) {
    const auto fetch = take(start);
    if (!fetch) return;
    session.on_response(
        fetch->id, net::HttpResponse{.status = status, .headers = std::move(headers), .body = body},
        now);
  }
  void fail(const std::string& start, bool may_have_left) {
    const auto fetch = take(start);
    if (!fetch) return;
    session.on_response(
        fetch->id,
        fixspec::Unexpected{net::HttpError{.text = "broken", .may_have_left = may_have_left}}, now);
  }
  std::optional<Recorder::Fetch> take(const std::string& start) {
    for (auto it = outbox.fetches.begin(); it != outbox.fetches.end(); ++it) {
      if (!line_of(*it).starts_with(start)) continue;
      Recorder::Fetch fetch = *it;
      outbox.fetches.erase(it);
      return fetch;
    }
    std::string all;
    for (const auto& fetch : outbox.fetches) all += line_of(fetch) + "\n";
    ADD_FAILURE() << "nobody asks " << start << " but\n" << all;
    return std::nullopt;
  }
  static std::string line_of(const Recorder::Fetch& fetch) {
    return fetch.request.method + " " + fetch.request.target;
  }

  // ---- the WebSocket API -----------------------------------------------------------------------

  /// The last frame that calls `method`; fails where there is none.
  Recorder::Frame frame(std::string_view method) {
    const std::string wanted = "\"method\":\"" + std::string{method} + "\"";
    for (auto it = outbox.frames.rbegin(); it != outbox.frames.rend(); ++it) {
      if (it->text.find(wanted) != std::string::npos) return *it;
    }
    ADD_FAILURE() << "no frame calls " << method;
    return {};
  }
  void reply(std::uint64_t id, const std::string& result) {
    receive(Channel::Orders,
            R"({"id":)" + std::to_string(id) + R"(,"status":200,"result":)" + result + "}");
  }
  void refuse(std::uint64_t id, int code, const std::string& text, int status = 400) {
    receive(Channel::Orders, R"({"id":)" + std::to_string(id) + R"(,"status":)" +
                                 std::to_string(status) + R"(,"error":{"code":)" +
                                 std::to_string(code) + R"(,"msg":")" + text + R"("}})");
  }
  void receive(Channel channel, const std::string& text) { session.on_message(channel, text, now); }
  void event(const std::string& text) {
    receive(Channel::Events, R"({"stream":"LK1","data":)" + text + "}");
  }
  void close(Channel channel, const std::string& reason = "closed",
             const std::vector<std::uint64_t>& never_started = {}) {
    session.on_closed(channel, reason, never_started, now);
  }

  // ---- the log-on ------------------------------------------------------------------------------

  void prepare_stream() {
    respond("GET /fapi/v1/time", R"({"serverTime":1700000000000})");
    respond("GET /fapi/v1/positionSide/dual", R"({"dualSidePosition":false})");
    respond("POST /fapi/v1/listenKey", R"({"listenKey":"LK1"})");
  }
  void open_stream() {
    session.on_open(Channel::Events, now);
    const Recorder::Frame subscription = frame("SUBSCRIBE");
    EXPECT_NE(subscription.text.find("\"LK1\""), std::string::npos) << subscription.text;
    receive(Channel::Events, R"({"result":null,"id":)" + std::to_string(subscription.id) + "}");
  }
  void open_orders(const std::string& method = "session.status") {
    session.on_open(Channel::Orders, now);
    reply(frame(method).id,
          R"({"apiKey":null,"authorizedSince":null,"connectedSince":1700000000000,)"
          R"("returnRateLimits":true,"serverTime":1700000000000})");
  }
  void log_on(const std::string& method = "session.status") {
    session.start(now);
    prepare_stream();
    open_orders(method);
    open_stream();
    EXPECT_EQ(outbox.take_told(), "link up\n");
  }
  /// What recovery asks first, answered: nothing is open.
  void list_nothing() {
    ask(QueryOpenOrders{}, 900);
    respond("GET /fapi/v1/openAlgoOrders", "[]");
    respond("GET /fapi/v1/openOrders", "[]");
    EXPECT_EQ(outbox.take_told(), "open_orders request=900\n");
  }
  void ask(Ask body, RequestId id = 1) {
    session.request({.request_id = id,
                     .venue = fixspec::Venue::Binance,
                     .account = fixspec::AccountId{"main"},
                     .ask = std::move(body)},
                    now);
  }

  fixspec::Timestamp now;
  Recorder outbox;
  StrictLog log;
  AddressLimits address;
  AccountSession session;
};

inline fixspec::InstrumentKey btc() {
  return {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"BTCUSDT"}};
}

inline PlaceOrder limit_order(std::string_view client_id = "C1") {
  PlaceOrder order;
  order.client_id = fixspec::VenueClOrdId{client_id};
  order.instrument = btc();
  order.order_qty = fixspec::parse_quantity("0.1").value();
  order.price = fixspec::parse_price("50000.5").value();
  return order;
}

inline PlaceOrder stop_order(std::string_view client_id = "S1") {
  PlaceOrder order = limit_order(client_id);
  order.ord_type = fixspec::OrdType::Stop;
  order.price.reset();
  order.stop_px = fixspec::parse_price("60000").value();
  return order;
}

inline CancelOrder cancel_of(std::string_view client_id, const char* number = nullptr,
                             fixspec::OrdType type = fixspec::OrdType::Limit) {
  CancelOrder cancel;
  cancel.client_id = fixspec::VenueClOrdId{client_id};
  if (number != nullptr) cancel.venue_order_id = fixspec::VenueOrderId{number};
  cancel.instrument = btc();
  cancel.ord_type = type;
  return cancel;
}

inline QueryOrder query_of(std::string_view client_id,
                           fixspec::OrdType type = fixspec::OrdType::Limit) {
  QueryOrder query;
  query.client_id = fixspec::VenueClOrdId{client_id};
  query.instrument = btc();
  query.ord_type = type;
  return query;
}

/// An order as the venue's replies show it.
inline std::string order_json(std::int64_t id, const std::string& client_id,
                              const std::string& status, const std::string& executed = "0") {
  return R"({"clientOrderId":")" + client_id + R"(","cumQty":")" + executed +
         R"(","executedQty":")" + executed + R"(","orderId":)" + std::to_string(id) +
         R"(,"origQty":"0.100","price":"50000.50","reduceOnly":false,"side":"BUY",)"
         R"("positionSide":"BOTH","status":")" +
         status +
         R"(","stopPrice":"0","closePosition":false,"symbol":"BTCUSDT","timeInForce":"GTC",)"
         R"("type":"LIMIT","origType":"LIMIT","updateTime":1700000000100,)"
         R"("workingType":"CONTRACT_PRICE","priceProtect":false,"priceMatch":"NONE",)"
         R"("selfTradePreventionMode":"NONE","goodTillDate":0})";
}

/// ORDER_TRADE_UPDATE; with a trade id it is a fill of 0.05.
inline std::string order_event(std::int64_t id, const std::string& client_id,
                               const std::string& execution, const std::string& status,
                               const std::string& filled = "0", int trade = 0) {
  const std::string last = trade == 0 ? "0" : "0.050";
  return R"({"e":"ORDER_TRADE_UPDATE","E":1700000000200,"T":1700000000199,"o":{"s":"BTCUSDT",)"
         R"("c":")" +
         client_id +
         R"(","S":"BUY","o":"LIMIT","f":"GTC","q":"0.100","p":"50000.50","ap":"0",)"
         R"("sp":"0","x":")" +
         execution + R"(","X":")" + status + R"(","i":)" + std::to_string(id) + R"(,"l":")" + last +
         R"(","z":")" + filled + R"(","L":"50000.50",)" +
         (trade == 0 ? "" : R"("n":"0.5","N":"USDT",)") + R"("T":1700000000199,"t":)" +
         std::to_string(trade) +
         R"(,"b":"0","a":"0","m":true,"R":false,"wt":"CONTRACT_PRICE","ot":"LIMIT","ps":"BOTH",)"
         R"("cp":false,"rp":"0","pP":false,"si":0,"ss":0,"V":"NONE","pm":"NONE","gtd":0,"er":"0"}})";
}

/// A trade as userTrades lists it.
inline std::string trade_json(int id, std::int64_t order, std::int64_t time_ms,
                              const std::string& qty = "0.050") {
  return R"({"buyer":true,"commission":"0.5","commissionAsset":"USDT","id":)" + std::to_string(id) +
         R"(,"maker":true,"orderId":)" + std::to_string(order) + R"(,"price":"50000.50","qty":")" +
         qty +
         R"(","quoteQty":"1","realizedPnl":"0","side":"BUY","positionSide":"BOTH",)"
         R"("symbol":"BTCUSDT","time":)" +
         std::to_string(time_ms) + "}";
}

inline std::string algo_json(std::int64_t id, const std::string& client_id,
                             const std::string& status, const std::string& child = {},
                             std::int64_t triggered_ms = 0) {
  return R"({"algoId":)" + std::to_string(id) + R"(,"clientAlgoId":")" + client_id +
         R"(","algoType":"CONDITIONAL","orderType":"STOP_MARKET","symbol":"BTCUSDT","side":"BUY",)"
         R"("positionSide":"BOTH","timeInForce":"GTC","quantity":"0.1","algoStatus":")" +
         status + R"(","actualOrderId":")" + child +
         R"(","actualPrice":"0","triggerPrice":"60000","price":"0","icebergQuantity":null,)"
         R"("selfTradePreventionMode":"EXPIRE_MAKER","workingType":"CONTRACT_PRICE",)"
         R"("priceMatch":"NONE","closePosition":false,"priceProtect":false,"reduceOnly":false,)"
         R"("createTime":1700000000050,"updateTime":1700000000050,"triggerTime":)" +
         std::to_string(triggered_ms) + R"(,"goodTillDate":0})";
}

inline std::string algo_event(std::int64_t id, const std::string& client_id,
                              const std::string& status, const std::string& child = {},
                              const std::string& done = "0") {
  return R"({"e":"ALGO_UPDATE","T":1700000000300,"E":1700000000301,"o":{"caid":")" + client_id +
         R"(","aid":)" + std::to_string(id) +
         R"(,"at":"CONDITIONAL","o":"STOP_MARKET","s":"BTCUSDT","S":"BUY","ps":"BOTH","f":"GTC",)"
         R"("q":"0.1","X":")" +
         status + R"(","ai":")" + child + R"(","ap":"0","aq":")" + done +
         R"(","act":"0","tp":"60000","p":"0","V":"EXPIRE_MAKER",)"
         R"("wt":"CONTRACT_PRICE","pm":"NONE","cp":false,"pP":false,"R":false,"tt":0,"gtd":0,)"
         R"("rm":""}})";
}

}  // namespace causeway::translators::binance
