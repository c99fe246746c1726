// What clients say on a stream connection: subscriptions and properties.
#include <algorithm>

#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

using core::JsonValue;

constexpr std::size_t most_streams = 1024;

std::string id_text(const JsonValue* id) {
  if (id == nullptr) return "null";
  if (id->kind == JsonValue::Kind::Number) return id->text;
  JsonWriter json;
  id->kind == JsonValue::Kind::String ? json.text(id->text) : json.null();
  return json.take();
}

std::string result(const std::string& value, const std::string& id) {
  return R"({"result":)" + value + R"(,"id":)" + id + "}";
}

std::string refusal(int code, std::string_view why) {
  JsonWriter json;
  return json.object().field("code", std::int64_t{code}).field("msg", why).end().take();
}

}  // namespace

void Server::on_stream_frame(Connection& connection, std::string_view bytes, UtcNanos now) {
  if (options_.real_limits) {
    if (!connection.messages.has_room(1, now)) return cut(connection.id, false);
    connection.messages.take(1, now);
  }
  const auto request = core::parse_json(bytes);
  if (!request || request->kind != JsonValue::Kind::Object) {
    return send(connection.id, refusal(3, "Invalid JSON: expected an object"));
  }
  send(connection.id, stream_answer(connection, *request, now));
}

std::string Server::stream_answer(Connection& connection, const JsonValue& request, UtcNanos now) {
  const auto* method = request.find("method");
  const auto* params = request.find("params");
  const auto id = id_text(request.find("id"));
  if (method == nullptr) return refusal(2, "Invalid request: missing field `method`");
  if (method->text == "LIST_SUBSCRIPTIONS") {
    JsonWriter json;
    json.array();
    for (const auto& name : connection.streams) json.text(name);
    return result(json.end().take(), id);
  }
  if (method->text == "SET_PROPERTY" || method->text == "GET_PROPERTY") {
    return stream_property(connection, request, method->text, id);
  }
  const bool adds = method->text == "SUBSCRIBE";
  if (!adds && method->text != "UNSUBSCRIBE") {
    return refusal(2, "Invalid request: unknown variant `" + method->text +
                          "`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, "
                          "`SET_PROPERTY`, `GET_PROPERTY`");
  }
  if (params == nullptr || params->kind != JsonValue::Kind::Array) {
    return refusal(2, "Invalid request: request params must be an array of strings");
  }
  if (adds && connection.streams.size() + params->items.size() > most_streams) {
    return refusal(2, "Invalid request: too many parameters");
  }
  for (const auto& item : params->items) {
    if (item.kind != JsonValue::Kind::String) {
      return refusal(2, "Invalid request: request params must be an array of strings");
    }
  }
  for (const auto& item : params->items) {
    adds ? listen(connection, item.text, now) : unlisten(connection, item.text);
  }
  return result("null", id);
}

std::string Server::stream_property(Connection& connection, const JsonValue& request,
                                    const std::string& method, const std::string& id) {
  const auto* params = request.find("params");
  const auto* property = params != nullptr && !params->items.empty() ? &params->items[0] : nullptr;
  if (property == nullptr || property->text != "combined") return refusal(0, "Unknown property");
  if (method == "GET_PROPERTY") return result(connection.wrapped ? "true" : "false", id);
  if (params->items.size() != 2 || params->items[1].kind != JsonValue::Kind::Boolean) {
    return refusal(1, "Invalid value type: expected Boolean");
  }
  connection.wrapped = params->items[1].boolean;
  markets_.set_wrapped(connection.id, connection.wrapped);
  users_.set_wrapped(connection.id, connection.wrapped);
  return result("null", id);
}

// A name that means nothing at this address is accepted like any other, and nothing comes.
void Server::listen(Connection& connection, const std::string& name, UtcNanos now) {
  connection.streams.insert(name);
  if (connection.target.route == Route::Private) return listen_user(connection, {name});
  if (carries(connection.target.route, parse_stream(name, exchange_).feed)) {
    markets_.subscribe(connection.id, name, connection.wrapped, now);
  }
}

void Server::listen_user(Connection& connection, const UserTarget& target) {
  connection.streams.insert(target.listen_key);
  for (const auto& [id, account] : accounts_) {
    if (!account.listen_key || account.listen_key->text != target.listen_key) continue;
    users_.subscribe(connection.id, target, id, connection.wrapped);
  }
}

void Server::unlisten(Connection& connection, const std::string& name) {
  connection.streams.erase(name);
  markets_.unsubscribe(connection.id, name);
  users_.unsubscribe(connection.id, name);
}

}  // namespace causeway::simulator::binance
