// The HTTP side of a Server.
#include <algorithm>

#include "simulator/core/url.hpp"
#include "simulator/deribit/server.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::FaultKind;
using core::JsonValue;
using fixspec::nanos_per_milli;
using fixspec::Unexpected;

constexpr std::string_view path_prefix = "/api/v2";

JsonValue query_params(std::string_view query) {
  JsonValue params{.kind = JsonValue::Kind::Object};
  for (auto& [name, value] : core::decode_form(query)) {
    params.members.emplace_back(
        std::move(name), JsonValue{.kind = JsonValue::Kind::String, .text = std::move(value)});
  }
  return params;
}

JsonValue text_value(std::string_view text) {
  return {.kind = JsonValue::Kind::String, .text = std::string{text}};
}

}  // namespace

std::string Server::oversized(std::size_t bytes) {
  return R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":")" + std::string(bytes, 'x') +
         "\"}}";
}

core::HttpReply Server::on_http(const core::HttpRequest& request, core::UtcNanos now) {
  bool well_formed = true;
  const auto json = http_request_json(request, well_formed);
  const auto* method = json.find("method");
  const auto fault = faults_.on_request(method != nullptr ? method->text : std::string{});
  const auto hit = [&](FaultKind kind) { return fault && fault->kind == kind; };
  core::HttpReply answer;
  if (hit(FaultKind::ReplyLostNotAccepted) || hit(FaultKind::AcceptedTooLate) ||
      hit(FaultKind::Disconnect)) {
    answer.fate =
        hit(FaultKind::Disconnect) ? core::HttpReply::Fate::Close : core::HttpReply::Fate::Silence;
    return answer;
  }
  if (hit(FaultKind::HttpError)) {
    return {.status = fault->status,
            .content_type = "text/html",
            .body = core::html_page(fault->status)};
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
  if (hit(FaultKind::GarbageFrame)) answer.body = core::garbage(64);
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

}  // namespace causeway::simulator::deribit
