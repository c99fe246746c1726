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

constexpr std::size_t largest_request = 32 * 1024;
constexpr core::UtcNanos nanos_per_day = 86'400 * nanos_per_second;
constexpr core::UtcNanos end_of_day = 8 * 3600 * nanos_per_second;  // 08:00 UTC
constexpr core::UtcNanos longest_silence = 600 * nanos_per_second;  // then orders are cancelled
constexpr std::string_view path_prefix = "/api/v2";

// A new token may still be asked for with an expired one.
bool is_free(std::string_view method) { return method == "public/test" || method == "public/auth"; }

std::string garbage(std::size_t size) {
  std::string text = "\x7f{]";
  for (std::size_t i = 0; text.size() < size; ++i) text += static_cast<char>('!' + i * 7 % 90);
  return text;
}

std::string oversized(std::size_t bytes) {
  return R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":")" + std::string(bytes, 'x') +
         "\"}}";
}

int hex_digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

std::string decode_query(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

JsonValue query_params(std::string_view query) {
  JsonValue params{.kind = JsonValue::Kind::Object};
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
    params.members.emplace_back(
        decode_query(pair.substr(0, equals)),
        JsonValue{.kind = JsonValue::Kind::String, .text = decode_query(value)});
  }
  return params;
}

JsonValue text_value(std::string_view text) {
  return {.kind = JsonValue::Kind::String, .text = std::string{text}};
}

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

core::ConnectionId Server::on_open(core::UtcNanos now) {
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
  process_frame(found->second, bytes, now, true);
}

// What faults do to one request over a WebSocket; `faulty` is false for one that was held back.
void Server::process_frame(Connection& connection, std::string_view bytes, core::UtcNanos now,
                           bool faulty) {
  const auto id = connection.id;
  connection.last_heard = now;
  const auto request = bytes.size() > largest_request ? std::nullopt : core::parse_json(bytes);
  const JsonValue* method = request ? request->find("method") : nullptr;
  std::optional<Fault> fault;
  if (faulty) fault = faults_.on_request(method != nullptr ? method->text : std::string{});
  const auto hit = [&](FaultKind kind) { return fault && fault->kind == kind; };

  if (hit(FaultKind::DelayRequest)) {
    late_.push_back({now + fault->delay_ms * nanos_per_milli, id, std::string{bytes}});
    return;
  }
  if (hit(FaultKind::ReplyLostNotAccepted)) return;
  if (hit(FaultKind::Disconnect)) return send(id, {}, true);
  if (hit(FaultKind::GarbageFrame)) send(id, garbage(64));
  if (hit(FaultKind::OversizedFrame)) send(id, oversized(fault->bytes));

  Reply reply;
  if (bytes.size() > largest_request) {
    reply = make_reply(
        nullptr, Unexpected{RpcError{.code = -32600, .message = "request entity too large"}}, now);
    reply.closes = true;
  } else if (!request) {
    reply =
        make_reply(nullptr, Unexpected{RpcError{.code = -32700, .message = "Parse error"}}, now);
  } else {
    reply = process(*request, &connection, std::nullopt, now);
  }
  const bool lost = hit(FaultKind::DropReply) || hit(FaultKind::ReplyLostAccepted);
  if (!reply.silent && !lost && !hit(FaultKind::DisconnectAccepted)) {
    core::Frame frame{.connection = id, .text = std::move(reply.text), .close_after = reply.closes};
    if (hit(FaultKind::TruncatedReply)) frame.text.resize(frame.text.size() / 2);
    if (hit(FaultKind::Delay)) frame.not_before = now + fault->delay_ms * nanos_per_milli;
    frames_.push_back(std::move(frame));
  }
  if (reply.silent && reply.closes) send(id, {}, true);
  const bool mute = hit(FaultKind::ReplyLostAccepted) || hit(FaultKind::DisconnectAccepted);
  drain(mute ? id : 0, now);
  if (hit(FaultKind::DisconnectAccepted)) send(id, {}, true);
}

core::HttpReply Server::on_http(const core::HttpRequest& request, core::UtcNanos now) {
  bool well_formed = true;
  const auto json = http_request_json(request, well_formed);
  const auto* method = json.find("method");
  const auto fault = faults_.on_request(method != nullptr ? method->text : std::string{});
  const auto hit = [&](FaultKind kind) { return fault && fault->kind == kind; };
  core::HttpReply answer;
  if (hit(FaultKind::ReplyLostNotAccepted) || hit(FaultKind::Disconnect)) {
    answer.fate =
        hit(FaultKind::Disconnect) ? core::HttpReply::Fate::Close : core::HttpReply::Fate::Silence;
    return answer;
  }
  if (hit(FaultKind::HttpError)) {
    return {.status = fault->status,
            .content_type = "text/html",
            .body = "<html><body><h1>" + std::to_string(fault->status) + "</h1></body></html>"};
  }
  if (request.body.size() > largest_request) {
    return http_reply(make_reply(
        nullptr, Unexpected{RpcError{.code = -32600, .message = "request entity too large"}}, now));
  }
  if (!well_formed) {
    return http_reply(
        make_reply(nullptr, Unexpected{RpcError{.code = -32700, .message = "Parse error"}}, now));
  }
  const auto identity = auth_.verify_http(request, now);
  // A public method needs no credentials, but wrong ones are told.
  answer = identity ? http_reply(process(json, nullptr, *identity, now))
                    : http_reply(make_reply(json.find("id"), Unexpected{identity.error()}, now));
  drain(0, now);
  if (hit(FaultKind::DropReply) || hit(FaultKind::ReplyLostAccepted)) {
    answer.fate = core::HttpReply::Fate::Silence;
  }
  if (hit(FaultKind::DisconnectAccepted)) answer.fate = core::HttpReply::Fate::Close;
  if (hit(FaultKind::Delay) || hit(FaultKind::DelayRequest)) {
    answer.not_before = now + fault->delay_ms * nanos_per_milli;
  }
  if (hit(FaultKind::TruncatedReply)) answer.body.resize(answer.body.size() / 2);
  if (hit(FaultKind::GarbageFrame)) answer.body = garbage(64);
  if (hit(FaultKind::OversizedFrame)) answer.body = oversized(fault->bytes);
  return answer;
}

// GET with a query string, GET with a JSON body, or POST of a JSON-RPC request to the API's root
// or to a method's path.
JsonValue Server::http_request_json(const core::HttpRequest& request, bool& well_formed) const {
  const std::string_view target = request.target;
  const auto question = std::min(target.find('?'), target.size());
  auto path = target.substr(0, question);
  path = path.starts_with(path_prefix) ? path.substr(path_prefix.size()) : std::string_view{};
  while (path.starts_with('/')) path.remove_prefix(1);
  JsonValue json{.kind = JsonValue::Kind::Object};
  if (!request.body.empty()) {
    auto body = core::parse_json(request.body);
    if (!body || body->kind != JsonValue::Kind::Object) {
      well_formed = false;
      return json;
    }
    // A body that is no envelope is the parameters themselves.
    if (body->find("method") != nullptr || body->find("params") != nullptr)
      json = std::move(*body);
    else
      json.members.emplace_back("params", std::move(*body));
  } else if (question < target.size()) {
    json.members.emplace_back("params", query_params(target.substr(question + 1)));
  }
  if (json.find("method") == nullptr) json.members.emplace_back("method", text_value(path));
  return json;
}

core::HttpReply Server::http_reply(const Reply& reply) const {
  core::HttpReply answer;
  answer.status = reply.code == 0 ? 200 : http_status(reply.code);
  answer.body = reply.text;
  answer.close_after = reply.closes;
  return answer;
}

Server::Reply Server::process(const JsonValue& request, Connection* connection,
                              const std::optional<Identity>& http_identity, core::UtcNanos now) {
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
            .now = now};
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
  if (const auto until = call.params.integer("valid_until"); until && *until < millis(call.now)) {
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
    if (found != connections_.end()) process_frame(found->second, late.bytes, now, false);
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
