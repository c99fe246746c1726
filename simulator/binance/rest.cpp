// The HTTP side of a Server.
#include <algorithm>

#include "simulator/binance/routes.hpp"
#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {

using core::Fault;
using core::FaultKind;
using core::HttpReply;

std::string route_of(const core::HttpRequest& request) {
  const std::string_view target = request.target;
  return request.method + " " + std::string{target.substr(0, target.find('?'))};
}

// What a fault does to a request before anything looks at it.
std::optional<HttpReply> instead_of_answer(const std::optional<Fault>& fault) {
  if (!fault) return std::nullopt;
  switch (fault->kind) {
    case FaultKind::ReplyLostNotAccepted:
    case FaultKind::AcceptedTooLate:
      return HttpReply{.fate = HttpReply::Fate::Silence};
    case FaultKind::Disconnect:
      return HttpReply{.fate = HttpReply::Fate::Close};
    case FaultKind::HttpError:
      return HttpReply{.status = fault->status,
                       .content_type = "text/html",
                       .body = core::html_page(fault->status)};
    default:
      return std::nullopt;
  }
}

void spoil(HttpReply& reply, const std::optional<Fault>& fault, UtcNanos now) {
  if (!fault) return;
  switch (fault->kind) {
    case FaultKind::DropReply:
    case FaultKind::ReplyLostAccepted:
      reply.fate = HttpReply::Fate::Silence;
      break;
    case FaultKind::DisconnectAccepted:
      reply.fate = HttpReply::Fate::Close;
      break;
    case FaultKind::Delay:
    case FaultKind::DelayRequest:
      reply.not_before = now + fault->delay_ms * fixspec::nanos_per_milli;
      break;
    case FaultKind::TruncatedReply:
      reply.body.resize(reply.body.size() / 2);
      break;
    case FaultKind::GarbageFrame:
      reply.body = core::garbage(64);
      break;
    case FaultKind::OversizedFrame:
      reply.body = R"({"code":0,"msg":")" + std::string(fault->bytes, 'x') + "\"}";
      break;
    default:
      break;
  }
}

}  // namespace

core::HttpReply Server::on_http(const core::HttpRequest& request, UtcNanos now) {
  const auto route = route_of(request);
  const auto fault = faults_.on_request(route);
  const auto* method = Routes::rest(route);
  if (method != nullptr && fault && fault->kind == FaultKind::AcceptedTooLate) {
    late_.push_back({.due = now + fault->delay_ms * fixspec::nanos_per_milli,
                     .received = now,
                     .request = request});
  }
  if (auto reply = instead_of_answer(fault)) return *reply;
  if (method == nullptr) {
    const auto space = route.find(' ');
    return to_http(Unexpected{ApiError{.code = -5000,
                                       .message = "Path " + route.substr(space + 1) + ", Method " +
                                                  route.substr(0, space) + " is invalid",
                                       .status = 404}});
  }
  const auto own_answer = fault ? fault_answer(fault->kind) : std::nullopt;
  if (own_answer && fault->kind == FaultKind::TimeoutLate) {
    late_.push_back({.due = now + fault->delay_ms * fixspec::nanos_per_milli,
                     .received = now,
                     .request = request});
  }
  if (own_answer && !takes_anyway(fault->kind)) return to_http(Unexpected{*own_answer});
  Account* account = nullptr;
  const auto answer = serve(*method, request, now, now, &account);
  drain(now);
  auto reply = to_http(own_answer ? Answer{Unexpected{*own_answer}} : answer);
  add_usage(reply, *method, account, now);
  spoil(reply, fault, now);
  return reply;
}

Server::Answer Server::serve(const Method& method, const core::HttpRequest& request,
                             UtcNanos received, UtcNanos now, Account** account) {
  auto sent = read_request(request);
  if (const auto refused = count_weight(method.weight(sent.params), now)) {
    return Unexpected{*refused};
  }
  Call call{.params = sent.params, .now = now};
  if (method.security != Security::None) {
    const auto key = keys_.find(request.header("X-MBX-APIKEY"));
    if (!key) return Unexpected{key.error()};
    call.key = *key;
    call.account = *account = &account_of(*call.key);
  }
  if (method.security == Security::Signed) {
    if (const auto wrong = check_time(sent.params, received)) return Unexpected{*wrong};
    if (sent.signature.empty()) return Unexpected{missing("signature")};
    if (!call.key->has_signed(sent.text, sent.signature)) return Unexpected{error(-1022)};
  }
  if (call.account != nullptr) {
    if (const auto refused = count_orders(method, *call.account, now)) return Unexpected{*refused};
  }
  return (this->*method.handler)(call);
}

void Server::serve_late(const Late& late, UtcNanos now) {
  Account* account = nullptr;
  (void)serve(*Routes::rest(route_of(late.request)), late.request, late.received, now, &account);
  drain(now);
}

core::HttpReply Server::to_http(const Answer& answer) const {
  core::HttpReply reply;
  if (answer) {
    reply.body = *answer;
    return reply;
  }
  const auto& wrong = answer.error();
  reply.status = wrong.status;
  if (wrong.retry_after_s != 0) {
    reply.headers.emplace_back("Retry-After", std::to_string(wrong.retry_after_s));
  }
  JsonWriter json;
  json.object().field("code", std::int64_t{wrong.code}).field("msg", wrong.message).end();
  reply.body = json.take();
  return reply;
}

void Server::add_usage(core::HttpReply& reply, const Method& method, const Account* account,
                       UtcNanos now) const {
  const auto add = [&](const char* name, std::int64_t value) {
    reply.headers.emplace_back(name, std::to_string(value));
  };
  add("X-MBX-USED-WEIGHT-1M", address_.weight.used(now));
  if (method.orders == 0 || account == nullptr) return;
  add("X-MBX-ORDER-COUNT-10S", account->limits.short_window.used(now));
  add("X-MBX-ORDER-COUNT-1M", account->limits.long_window.used(now));
}

}  // namespace causeway::simulator::binance
