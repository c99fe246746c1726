// Who is there and what they listen to: public/auth, heartbeats, subscriptions.
#include "simulator/deribit/render.hpp"
#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {
namespace {

using fixspec::Unexpected;

constexpr const char* ok = "\"ok\"";
constexpr std::int64_t shortest_heartbeat = 10;

std::string write_grant(const Grant& grant, const std::optional<std::string>& state) {
  JsonWriter json;
  json.object()
      .field("access_token", grant.access_token)
      .field("expires_in", grant.expires_in)
      .field("refresh_token", grant.refresh_token)
      .field("scope", to_text(grant.identity.scope))
      .key("enabled_features")
      .array()
      .end()
      .field("token_type", "bearer");
  if (!grant.session_id.empty()) json.field("sid", grant.session_id);
  if (state) json.field("state", *state);
  return json.end().take();
}

}  // namespace

Server::Answer Server::auth(Call& call) {
  const auto state = call.params.text("state");
  auto grant = auth_.grant(call.params, call.origin(), call.now);
  if (!grant) return Unexpected{grant.error()};
  if (call.connection != nullptr) {
    auto& connection = *call.connection;
    if (!connection.identity) {
      connection.cancel_on_disconnect = cancel_on_disconnect_[grant->identity.account];
    }
    connection.identity = grant->identity;
    connection.access_token = grant->access_token;
  }
  return write_grant(*grant, state);
}

// No reply, the socket ends, and orders stay whatever cancel-on-disconnect says.
Server::Answer Server::logout(Call& call) {
  const bool invalidate = call.params.boolean("invalidate_token", true);
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (invalidate) auth_.revoke(call.connection->access_token);
  call.connection->cancel_on_disconnect = false;
  call.connection->identity.reset();
  return std::string{ok};
}

Server::Answer Server::hello(Call& call) {
  call.params.required_text("client_name");
  call.params.required_text("client_version");
  if (call.params.error()) return Unexpected{*call.params.error()};
  return std::string{R"({"version":"1.2.26"})"};
}

Server::Answer Server::test(Call& call) {
  if (call.connection != nullptr) call.connection->heartbeat.unanswered = false;
  if (call.params.text("expected_result") == "exception") {
    return Unexpected{RpcError{.code = 10001, .message = "error", .reason = "as expected"}};
  }
  return std::string{R"({"version":"1.2.26"})"};
}

Server::Answer Server::get_time(Call& call) { return std::to_string(millis(call.now)); }

Server::Answer Server::status(Call&) {
  return std::string{R"({"locked":"false","locked_indices":[],"locked_currencies":[]})"};
}

Server::Answer Server::set_heartbeat(Call& call) {
  const auto interval = call.params.integer("interval");
  if (!interval) call.params.fail("value required", "interval");
  if (interval && *interval < shortest_heartbeat) {
    call.params.fail("must be at least " + std::to_string(shortest_heartbeat), "interval");
  }
  if (call.params.error()) return Unexpected{*call.params.error()};
  auto& heartbeat = call.connection->heartbeat;
  heartbeat.interval = *interval * fixspec::nanos_per_second;
  heartbeat.next = call.now + heartbeat.interval;
  heartbeat.unanswered = false;
  return std::string{ok};
}

Server::Answer Server::disable_heartbeat(Call& call) {
  call.connection->heartbeat = {};
  return std::string{ok};
}

Server::Answer Server::enable_cancel_on_disconnect(Call& call) {
  return set_cancel_on_disconnect(call, true);
}

Server::Answer Server::disable_cancel_on_disconnect(Call& call) {
  return set_cancel_on_disconnect(call, false);
}

Server::Answer Server::set_cancel_on_disconnect(Call& call, bool on) {
  const auto scope = call.params.text("scope").value_or("connection");
  if (scope != "connection" && scope != "account") {
    call.params.fail("must be one of connection, account", "scope");
  }
  if (call.params.error()) return Unexpected{*call.params.error()};
  if (scope == "account") {
    cancel_on_disconnect_[call.account()] = on;
  } else if (call.connection == nullptr) {
    return Unexpected{RpcError{.code = 10030, .message = "must_be_websocket_request"}};
  } else {
    call.connection->cancel_on_disconnect = on;
  }
  return std::string{ok};
}

Server::Answer Server::get_cancel_on_disconnect(Call& call) {
  const bool account =
      call.params.text("scope").value_or("connection") == "account" || call.connection == nullptr;
  if (call.params.error()) return Unexpected{*call.params.error()};
  const bool enabled =
      account ? cancel_on_disconnect_[call.account()] : call.connection->cancel_on_disconnect;
  JsonWriter json;
  json.object().field("scope", account ? "account" : "connection").field("enabled", enabled);
  return json.end().take();
}

// The result names what was subscribed; unknown channels are left out without a word.
Server::Answer Server::subscribe(Call& call) {
  const auto names = call.params.texts("channels");
  const auto label = call.params.text("label").value_or("");
  if (!call.params.has("channels")) call.params.fail("value required", "channels");
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (const auto& name : names) {
    auto channel = parse_channel(exchange_, name);
    if (!channel) continue;
    if (channel->needs_auth && !call.identity) {
      if (is_private(channel->feed)) continue;
      return Unexpected{
          RpcError{.code = 13778, .message = "raw_subscriptions_not_available_for_unauthorized"}};
    }
    const auto account = call.identity ? call.identity->account : core::house;
    publisher_.subscribe(call.connection->id, account, std::move(*channel), label);
    json.text(name);
  }
  return json.end().take();
}

Server::Answer Server::unsubscribe(Call& call) {
  const auto names = call.params.texts("channels");
  if (!call.params.has("channels")) call.params.fail("value required", "channels");
  if (call.params.error()) return Unexpected{*call.params.error()};
  JsonWriter json;
  json.array();
  for (const auto& name : names) {
    publisher_.unsubscribe(call.connection->id, name);
    json.text(name);
  }
  return json.end().take();
}

Server::Answer Server::unsubscribe_all(Call& call) {
  publisher_.unsubscribe_all(call.connection->id, call.method.starts_with("private/"));
  return std::string{ok};
}

}  // namespace causeway::simulator::deribit
