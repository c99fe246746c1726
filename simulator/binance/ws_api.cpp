// The WebSocket API of a Server.
#include <algorithm>

#include "simulator/binance/routes.hpp"
#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

using core::Fault;
using core::FaultKind;
using core::JsonValue;

constexpr std::size_t largest_request = 32 * 1024;

// An id as it was sent: a number, a text or null.
void write_id(JsonWriter& json, const JsonValue* id) {
  json.key("id");
  if (id != nullptr && id->kind == JsonValue::Kind::Number) {
    json.raw(id->text);
  } else if (id != nullptr && id->kind == JsonValue::Kind::String) {
    json.text(id->text);
  } else {
    json.null();
  }
}

}  // namespace

void Server::on_api_frame(Connection& connection, std::string_view bytes, UtcNanos received,
                          UtcNanos now, bool faulty, bool silent) {
  const auto id = connection.id;
  const auto request = bytes.size() > largest_request ? std::nullopt : core::parse_json(bytes);
  const JsonValue* name = request ? request->find("method") : nullptr;
  std::optional<Fault> fault;
  if (faulty) fault = faults_.on_request(name != nullptr ? name->text : std::string{});
  const auto hit = [&](FaultKind kind) { return fault && fault->kind == kind; };
  const auto own_answer = fault ? fault_answer(fault->kind) : std::nullopt;

  const bool too_late = hit(FaultKind::AcceptedTooLate);
  if (hit(FaultKind::DelayRequest) || hit(FaultKind::TimeoutLate) || too_late) {
    late_.push_back({.due = now + fault->delay_ms * fixspec::nanos_per_milli,
                     .received = received,
                     .connection = id,
                     .frame = std::string{bytes},
                     .silent = too_late || hit(FaultKind::TimeoutLate)});
    if (!own_answer) return;
  }
  if (hit(FaultKind::ReplyLostNotAccepted)) return;
  if (hit(FaultKind::Disconnect)) return cut(id, true);
  if (hit(FaultKind::HttpError)) return send(id, core::html_page(fault->status));
  if (hit(FaultKind::GarbageFrame)) send(id, core::garbage(64));
  if (hit(FaultKind::OversizedFrame)) {
    send(id, R"({"id":"oversized","result":")" + std::string(fault->bytes, 'x') + "\"}");
  }

  static const JsonValue no_params{.kind = JsonValue::Kind::Object};
  const JsonValue* given = request ? request->find("params") : nullptr;
  const bool sound =
      request && name != nullptr && name->kind == JsonValue::Kind::String &&
      (given == nullptr || given->is_null() || given->kind == JsonValue::Kind::Object);
  Params params{given == nullptr ? no_params : *given};
  Call call{.params = params, .now = now, .connection = &connection};
  const auto* method = sound ? Routes::api(name->text) : nullptr;
  Answer answer = Unexpected{
      ApiError{.code = -1000, .message = sound ? "Unknown method." : "Invalid JSON request."}};
  if (own_answer && !takes_anyway(fault->kind)) {
    answer = Unexpected{*own_answer};
  } else if (method != nullptr) {
    // What is answered by -1007 had reached the matching engine in time.
    answer = serve_api(*method, call, received, silent ? received : now);
    if (own_answer) answer = Unexpected{*own_answer};
  }
  const auto* request_id = request ? request->find("id") : nullptr;
  core::Frame frame{.connection = id, .text = api_reply(request_id, answer, method, call)};
  if (hit(FaultKind::TruncatedReply)) frame.text.resize(frame.text.size() / 2);
  if (hit(FaultKind::Delay)) {
    frame.not_before = now + fault->delay_ms * fixspec::nanos_per_milli;
  }
  const bool lost = silent || hit(FaultKind::DropReply) || hit(FaultKind::ReplyLostAccepted) ||
                    hit(FaultKind::DisconnectAccepted);
  if (!lost) frames_.push_back(std::move(frame));
  if (hit(FaultKind::DisconnectAccepted)) cut(id, true);
  drain(now);
}

Server::Answer Server::serve_api(const Method& method, Call& call, UtcNanos received,
                                 UtcNanos matched) {
  if (const auto refused = count_weight(method.weight(call.params), call.now)) {
    return Unexpected{*refused};
  }
  if (method.security != Security::None) {
    if (const auto refused = identify(call, method.security, received)) return Unexpected{*refused};
    if (const auto refused = count_orders(method, *call.account, call.now)) {
      return Unexpected{*refused};
    }
  }
  if (method.orders > 0) {
    if (const auto late = check_matching_time(call.params, matched)) return Unexpected{*late};
  }
  return (this->*method.handler)(call);
}

// A key and signature of its own, or the session's.
std::optional<ApiError> Server::identify(Call& call, Security security, UtcNanos received) {
  const auto& session = call.connection->session;
  const bool of_session = session && !call.params.has("apiKey") && !call.params.has("signature");
  if (of_session) {
    call.key = session->key;
  } else {
    if (!call.params.has("apiKey")) return missing("apiKey");
    const auto key = keys_.find(*call.params.text("apiKey"));
    if (!key) return key.error();
    call.key = *key;
  }
  call.account = &account_of(*call.key);
  if (security == Security::Key) return std::nullopt;
  if (const auto wrong = check_time(call.params, received)) return wrong;
  if (of_session) return std::nullopt;
  const auto signature = call.params.text("signature");
  if (!signature) return missing("signature");
  for (const auto& text : signed_texts(call.params)) {
    if (call.key->has_signed(text, *signature)) return std::nullopt;
  }
  return error(-1022);
}

std::string Server::api_reply(const JsonValue* id, const Answer& answer, const Method* method,
                              const Call& call) {
  JsonWriter json;
  json.object();
  write_id(json, id);
  json.field("status", std::int64_t{answer ? 200 : static_cast<int>(answer.error().status)});
  if (answer) {
    json.key("result").raw(*answer);
  } else {
    const auto& wrong = answer.error();
    json.key("error").object().field("code", std::int64_t{wrong.code}).field("msg", wrong.message);
    if (wrong.retry_after_s != 0) {
      json.key("data")
          .object()
          .field("serverTime", millis(call.now))
          .field("retryAfter", millis(call.now) + wrong.retry_after_s * 1000)
          .end();
    }
    json.end();
  }
  const bool wanted = call.params.text("returnRateLimits").value_or("true") != "false";
  if (method != nullptr && wanted && call.connection->target.rate_limits) {
    json.key("rateLimits");
    write_limits(json, *method, call.account, call.now);
  }
  return json.end().take();
}

Server::Answer Server::session_logon(Call& call) {
  // A session needs a key pair: with a shared secret every request is signed by itself.
  if (!call.key->is_ed25519()) {
    return Unexpected{
        ApiError{.code = -4056, .message = "HMAC_SHA256 API key is not supported.", .status = 400}};
  }
  call.connection->session = Session{.key = call.key, .since = call.now};
  return session_status(call);
}

Server::Answer Server::session_status(Call& call) {
  const auto& session = call.connection->session;
  JsonWriter json;
  json.object().key("apiKey");
  session ? json.text(session->key->id) : json.null();
  json.key("authorizedSince");
  session ? json.integer(millis(session->since)) : json.null();
  return json.field("connectedSince", millis(call.connection->opened))
      .field("returnRateLimits", call.connection->target.rate_limits)
      .field("serverTime", millis(call.now))
      .end()
      .take();
}

Server::Answer Server::session_logout(Call& call) {
  call.connection->session.reset();
  return session_status(call);
}

}  // namespace causeway::simulator::binance
