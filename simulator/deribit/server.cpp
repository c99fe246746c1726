#include "simulator/deribit/server.hpp"

#include <algorithm>

#include "simulator/deribit/catalog.hpp"
#include "simulator/deribit/render.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::Fault;
using core::FaultKind;
using core::JsonValue;
using fixspec::nanos_per_milli;
using fixspec::nanos_per_second;
using fixspec::Unexpected;

constexpr core::UtcNanos nanos_per_day = 86'400 * nanos_per_second;
constexpr core::UtcNanos end_of_day = 8 * 3600 * nanos_per_second;  // 08:00 UTC
constexpr core::UtcNanos longest_silence = 600 * nanos_per_second;  // then orders are cancelled

// A new token may still be asked for with an expired one.
bool is_free(std::string_view method) { return method == "public/test" || method == "public/auth"; }

}  // namespace

Server::Server(const ServerOptions& options, core::UtcNanos now)
    : options_(options),
      exchange_(catalog(now)),
      flow_(exchange_, options.seed),
      auth_(options.token_lifetime_seconds, options.seed ^ 0x7104),
      candles_(exchange_.config().instruments),
      publisher_(exchange_, faults_, candles_, frames_),
      day_((now - end_of_day) / nanos_per_day) {
  const auto account = exchange_.open_account("demo");
  for (const auto& [currency, amount] :
       {std::pair{"BTC", "100"}, std::pair{"ETH", "1000"}, std::pair{"USDC", "1000000"},
        std::pair{"USDT", "1000000"}}) {
    exchange_.account(account).deposit(*find_currency(exchange_, currency), core::dec(amount));
  }
  auth_.add_key(
      {.id = std::string{demo_key}, .secret = std::string{demo_secret}, .account = account});
  flow_.start(now);
  if (!options.flow) flow_.pause();
  (void)exchange_.take_events();
}

core::ConnectionId Server::on_open(std::string_view /*target*/, core::UtcNanos now) {
  const auto id = next_connection_++;
  Connection connection;
  connection.id = id;
  connection.last_heard = now;
  connections_.emplace(id, std::move(connection));
  return id;
}

void Server::on_close(core::ConnectionId id, core::UtcNanos now) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const Connection closed = std::move(found->second);
  connections_.erase(found);
  publisher_.drop(id);
  auth_.forget_connection(id);
  std::erase_if(late_, [&](const Late& late) { return late.connection == id; });
  if (closed.cancel_on_disconnect && closed.identity) {
    core::OrderFilter filter;
    filter.origin = id;
    exchange_.cancel_all(closed.identity->account, filter, core::CancelReason::CancelOnDisconnect,
                         now);
    drain(0, now);
  }
}

void Server::on_frame(core::ConnectionId id, std::string_view bytes, core::UtcNanos now) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  process_frame(found->second, bytes, now, nullptr);
}

// What faults do to one request over a WebSocket, where none has held it back already.
void Server::process_frame(Connection& connection, std::string_view bytes, core::UtcNanos now,
                           const Late* held_back) {
  const auto id = connection.id;
  connection.last_heard = now;
  const auto request = bytes.size() > largest_request ? std::nullopt : core::parse_json(bytes);
  const JsonValue* method = request ? request->find("method") : nullptr;
  std::optional<Fault> fault;
  if (held_back == nullptr)
    fault = faults_.on_request(method != nullptr ? method->text : std::string{});
  const auto hit = [&](FaultKind kind) { return fault && fault->kind == kind; };

  if (hit(FaultKind::DelayRequest) || hit(FaultKind::AcceptedTooLate)) {
    late_.push_back({.due = now + fault->delay_ms * nanos_per_milli,
                     .connection = id,
                     .bytes = std::string{bytes},
                     .too_late = hit(FaultKind::AcceptedTooLate)});
    return;
  }
  if (hit(FaultKind::ReplyLostNotAccepted)) return;
  if (hit(FaultKind::Disconnect)) return cut(id);
  if (hit(FaultKind::HttpError)) return send(id, core::html_page(fault->status));
  if (hit(FaultKind::GarbageFrame)) send(id, core::garbage(64));
  if (hit(FaultKind::OversizedFrame)) send(id, oversized(fault->bytes));

  const bool too_late = held_back != nullptr && held_back->too_late;
  Reply reply;
  if (bytes.size() > largest_request) {
    reply = make_reply(
        nullptr, Unexpected{RpcError{.code = -32600, .message = "request entity too large"}}, now);
    reply.closes = true;
  } else if (!request) {
    reply =
        make_reply(nullptr, Unexpected{RpcError{.code = -32700, .message = "Parse error"}}, now);
  } else {
    reply = process(*request, &connection, std::nullopt, now, too_late);
  }
  const bool lost = too_late || hit(FaultKind::DropReply) || hit(FaultKind::ReplyLostAccepted);
  if (!reply.silent && !lost && !hit(FaultKind::DisconnectAccepted)) {
    core::Frame frame{.connection = id, .text = std::move(reply.text), .close_after = reply.closes};
    if (hit(FaultKind::TruncatedReply)) frame.text.resize(frame.text.size() / 2);
    if (hit(FaultKind::Delay)) frame.not_before = now + fault->delay_ms * nanos_per_milli;
    frames_.push_back(std::move(frame));
  }
  if (reply.silent && reply.closes) send(id, {}, true);
  const bool mute = hit(FaultKind::ReplyLostAccepted) || hit(FaultKind::DisconnectAccepted);
  drain(mute ? id : 0, now);
  if (hit(FaultKind::DisconnectAccepted)) cut(id);
}

Server::Reply Server::process(const JsonValue& request, Connection* connection,
                              const std::optional<Identity>& http_identity, core::UtcNanos now,
                              bool ignores_validity) {
  static const JsonValue no_params{.kind = JsonValue::Kind::Object};
  const auto* id = request.find("id");
  const auto* method = request.find("method");
  const auto* given = request.find("params");
  const auto bad_request = [&](const char* reason) {
    return make_reply(
        id, Unexpected{RpcError{.code = 11050, .message = "bad_request", .reason = reason}}, now);
  };
  if (request.kind != JsonValue::Kind::Object) return bad_request("batches are not supported");
  if (method == nullptr || method->kind != JsonValue::Kind::String) {
    return bad_request("method is missing");
  }
  if (connection != nullptr && (id == nullptr || id->is_null())) {
    return bad_request("id is missing");
  }
  if (given != nullptr && given->is_null()) given = nullptr;
  if (given != nullptr && given->kind != JsonValue::Kind::Object) {
    return bad_request("params must be an object");
  }
  Params params{given != nullptr ? *given : no_params};
  Call call{.method = method->text,
            .params = params,
            .connection = connection,
            .identity = connection != nullptr ? connection->identity : http_identity,
            .now = now,
            .ignores_validity = ignores_validity};
  const Answer answer = dispatch(call);
  Reply reply = make_reply(id, answer, now);
  if (call.method == "private/logout" && answer) reply.silent = reply.closes = true;
  return reply;
}

Server::Answer Server::dispatch(Call& call) {
  const auto found = methods().find(call.method);
  if (found == methods().end()) {
    return Unexpected{RpcError{.code = -32601, .message = "Method not found"}};
  }
  const Method& method = found->second;
  if (const auto refused = admit(method, call)) return Unexpected{*refused};
  if (const auto until = call.params.integer("valid_until");
      until && *until < millis(call.now) && !call.ignores_validity) {
    return Unexpected{RpcError{.code = 13888, .message = "timed_out"}};
  }
  return (this->*method.handler)(call);
}

std::optional<RpcError> Server::admit(const Method& method, Call& call) {
  if (method.websocket_only && call.connection == nullptr) {
    return RpcError{.code = 10030, .message = "must_be_websocket_request"};
  }
  if (const auto token = call.params.text("access_token"); token && !token->empty()) {
    auto identity = auth_.verify_token(*token, call.origin(), call.now);
    if (!identity && !is_free(call.method)) return identity.error();
    if (identity) call.identity = *identity;
  }
  const bool expired =
      call.identity && call.identity->expires != 0 && call.identity->expires <= call.now;
  if (expired && method.area != Area::Public) return unauthorized("token_expired");
  if (options_.real_limits && !is_free(call.method)) {
    const auto payer = call.identity ? call.identity->account : core::house;
    if (!budgets_[payer].take(method.bucket, call.now)) {
      return RpcError{.code = 10028, .message = "too_many_requests", .closes = true};
    }
  }
  if (method.area == Area::Public) return std::nullopt;
  if (!call.identity) return unauthorized("missing_token");
  const auto& scope = call.identity->scope;
  const auto granted = method.area == Area::Account  ? scope.account
                       : method.area == Area::Trade  ? scope.trade
                       : method.area == Area::Wallet ? scope.wallet
                                                     : Access::ReadWrite;
  if (granted < method.access) {
    return RpcError{.code = 13403, .message = "scope_exceeded", .reason = to_text(scope)};
  }
  return std::nullopt;
}

Server::Reply Server::make_reply(const JsonValue* id, const Answer& answer,
                                 core::UtcNanos now) const {
  const std::int64_t micros = now / 1000;
  constexpr std::int64_t took = 150;  // the clock does not move inside one call
  Reply reply;
  JsonWriter json;
  json.object().field("jsonrpc", "2.0");
  if (id != nullptr) {
    json.key("id");
    if (id->kind == JsonValue::Kind::Number)
      json.raw(id->text);
    else if (id->kind == JsonValue::Kind::String)
      json.text(id->text);
    else
      json.null();
  }
  if (answer) {
    json.key("result").raw(*answer);
  } else {
    const auto& error = answer.error();
    reply.code = error.code;
    reply.closes = error.closes;
    json.key("error").object().field("code", std::int64_t{error.code});
    json.field("message", error.message).key("data");
    if (error.reason.empty()) {
      json.null();
    } else {
      json.object().field("reason", error.reason);
      if (!error.param.empty()) json.field("param", error.param);
      json.end();
    }
    json.end();
  }
  json.field("usIn", micros)
      .field("usOut", micros + took)
      .field("usDiff", took)
      .field("testnet", false)
      .end();
  reply.text = json.take();
  return reply;
}

void Server::drain(core::ConnectionId muted, core::UtcNanos now) {
  const auto events = exchange_.take_events();
  for (const auto& event : events) {
    if (const auto* traded = std::get_if<core::Traded>(&event.what)) {
      candles_.on_trade(traded->trade);
    }
  }
  publisher_.publish(events, muted, now);
  publisher_.flush(now);
}

void Server::send(core::ConnectionId connection, std::string text, bool close_after) {
  frames_.push_back(
      {.connection = connection, .text = std::move(text), .close_after = close_after});
}

void Server::cut(core::ConnectionId connection) {
  frames_.push_back({.connection = connection, .close_after = true, .abrupt = true});
}

std::string Server::order_id(const core::Order& order) const {
  return deribit::order_id(exchange_, order);
}

std::string Server::trade_id(const core::Trade& trade) const {
  return deribit::trade_id(exchange_, trade);
}

std::vector<core::Frame> Server::take_frames() { return std::exchange(frames_, {}); }

void Server::on_market(core::UtcNanos now) { drain(0, now); }

void Server::on_timer(core::UtcNanos now) {
  if (const auto day = (now - end_of_day) / nanos_per_day; day != day_) {
    day_ = day;
    exchange_.end_day(now);
  }
  flow_.advance(now);
  drain(0, now);
  std::vector<Late> due;
  for (auto& late : late_) {
    if (late.due <= now) due.push_back(std::move(late));
  }
  std::erase_if(late_, [&](const Late& late) { return late.due <= now; });
  for (const auto& late : due) {
    const auto found = connections_.find(late.connection);
    if (found != connections_.end()) process_frame(found->second, late.bytes, now, &late);
  }
  run_heartbeats(now);
}

void Server::run_heartbeats(core::UtcNanos now) {
  for (auto& [id, connection] : connections_) {
    auto& heartbeat = connection.heartbeat;
    if (heartbeat.interval == 0) {
      if (connection.cancel_on_disconnect && now - connection.last_heard > longest_silence) {
        send(id, {}, true);
      }
      continue;
    }
    if (now < heartbeat.next) continue;
    if (heartbeat.unanswered) {
      heartbeat.interval = 0;
      send(id, {}, true);
      continue;
    }
    for (const char* type : {"heartbeat", "test_request"}) {
      send(id, std::string{R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":")"} + type +
                   "\"}}");
    }
    heartbeat.unanswered = true;
    heartbeat.next = now + heartbeat.interval;
  }
}

}  // namespace causeway::simulator::deribit
