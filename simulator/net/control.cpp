#include "simulator/net/control.hpp"

#include <charconv>

#include "simulator/core/json.hpp"
#include "simulator/core/ledger.hpp"

namespace causeway::simulator::net {
namespace {

using core::HttpReply;
using core::JsonValue;
using core::JsonWriter;

HttpReply ok(std::string body) { return {.status = 200, .body = std::move(body)}; }

HttpReply refuse(unsigned status, std::string_view why) {
  JsonWriter json;
  json.object().field("error", why).end();
  return {.status = status, .body = json.take()};
}

std::string text_of(const JsonValue& object, std::string_view name) {
  const auto* value = object.find(name);
  return value == nullptr ? std::string{} : value->text;
}

std::optional<std::int64_t> integer_of(const JsonValue& object, std::string_view name) {
  const auto text = text_of(object, name);
  std::int64_t result = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), result);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return result;
}

// A positive decimal so small that no sum over the life of a simulator overflows.
std::optional<core::Decimal> positive(const JsonValue& object, std::string_view name) {
  const auto parsed = core::Decimal::parse(text_of(object, name), fixspec::Notation::Scientific);
  if (!parsed || !parsed->is_positive()) return std::nullopt;
  if (*parsed > core::Decimal::from_integer(1'000'000'000)) return std::nullopt;
  return *parsed;
}

// What an action on the market may name.
struct Action {
  core::Venue& venue;
  const JsonValue& body;
  core::UtcNanos now;
};

HttpReply act_on_index(const Action& action) {
  const auto name = text_of(action.body, "index");
  const auto price = positive(action.body, "price");
  // Below a dollar the marks of small contracts would round to nothing.
  if (!price || *price < core::Decimal::from_integer(1)) {
    return refuse(400, "price: a decimal from 1 to 1000000000 is needed");
  }
  const auto& underlyings = action.venue.exchange().config().underlyings;
  for (core::UnderlyingIndex at = 0; at < underlyings.size(); ++at) {
    if (underlyings[at].name != name) continue;
    action.venue.flow().set_index(at, core::Price{*price}, action.now);
    return ok(R"({"ok":true})");
  }
  std::string known;
  for (const auto& underlying : underlyings) known += (known.empty() ? "" : ", ") + underlying.name;
  return refuse(400, "index: unknown; known are " + known);
}

HttpReply act_on_flow(const Action& action, std::string_view name) {
  auto& flow = action.venue.flow();
  if (name == "pause") flow.pause();
  if (name == "resume") flow.resume(action.now);
  if (name == "step") {
    const auto steps = integer_of(action.body, "steps").value_or(1);
    if (steps < 1 || steps > 10'000) return refuse(400, "steps: 1 to 10000");
    for (std::int64_t i = 0; i < steps; ++i) flow.step(action.now);
  }
  return ok(R"({"ok":true})");
}

HttpReply act_on_book(const Action& action, std::string_view name) {
  const auto at = action.venue.exchange().find_instrument(text_of(action.body, "instrument"));
  if (!at) return refuse(400, "instrument: unknown");
  auto& flow = action.venue.flow();
  if (name == "clear") {
    flow.clear(*at, action.now);
    return ok(R"({"ok":true})");
  }
  const auto side = text_of(action.body, "side");
  const auto amount = positive(action.body, "amount");
  const auto price = positive(action.body, "price");
  if (side != "buy" && side != "sell") return refuse(400, "side: buy or sell");
  if (!amount) return refuse(400, "amount: a positive decimal up to 1000000000 is needed");
  if (!price && (name == "place" || action.body.find("price") != nullptr)) {
    return refuse(400, "price: a positive decimal up to 1000000000 is needed");
  }
  const auto house_side = side == "buy" ? core::Side::Buy : core::Side::Sell;
  const core::Quantity quantity{*amount};
  JsonWriter json;
  json.object().field("ok", true);
  if (name == "place") {
    const auto placed = flow.place(*at, house_side, quantity, core::Price{*price}, action.now);
    if (!placed) return refuse(400, "the order breaks the instrument's tick or step");
    json.field("number", static_cast<std::int64_t>(*placed));
  } else {
    std::optional<core::Price> limit;
    if (price) limit = core::Price{*price};
    const auto traded = flow.trade(*at, house_side, quantity, limit, action.now);
    if (!traded) return refuse(400, "the order breaks the instrument's tick or step");
    const auto* forced = action.body.find("forced");
    if (forced != nullptr && forced->boolean && traded->is_positive()) {
      action.venue.on_forced_trade(action.venue.exchange().trades(*at).back(), action.now);
    }
    json.field("traded", traded->to_string());
  }
  return ok(json.end().take());
}

}  // namespace

HttpReply Control::on_http(const core::HttpRequest& request, core::UtcNanos now) {
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  const auto path = std::string_view{request.target}.substr(0, request.target.find('?'));
  if (path == "/v1/health" && get) return health();
  if (path == "/v1/ledger" && get) return ledger();
  if (path == "/v1/faults" && get) return faults();
  if (path == "/v1/faults" && post) return add_fault(request);
  if (path == "/v1/faults" && request.method == "DELETE") {
    for (auto* venue : venues_) venue->faults().clear();
    return ok(R"({"ok":true})");
  }
  if (path == "/v1/market" && post) return move_market(request, now);
  return refuse(404,
                "known: GET /v1/health, GET /v1/ledger, GET|POST|DELETE /v1/faults, "
                "POST /v1/market");
}

core::Venue* Control::find(std::string_view name) const {
  for (auto* venue : venues_) {
    if (venue->name() == name) return venue;
  }
  return nullptr;
}

HttpReply Control::health() const {
  JsonWriter json;
  json.object().field("status", "ok").key("venues").array();
  for (auto* venue : venues_) {
    json.object()
        .field("venue", venue->name())
        .field("orders", static_cast<std::int64_t>(venue->exchange().client_orders().size()))
        .field("fills", static_cast<std::int64_t>(venue->exchange().executions().size()))
        .field("flow_paused", venue->flow().paused())
        .end();
  }
  return ok(json.end().end().take());
}

HttpReply Control::ledger() const {
  JsonWriter json;
  json.object();
  for (auto* venue : venues_) {
    json.key(venue->name());
    core::write_ledger(json, *venue);
  }
  return ok(json.end().take());
}

HttpReply Control::faults() const {
  JsonWriter json;
  json.object();
  for (auto* venue : venues_) {
    json.key(venue->name()).array();
    for (const auto& fault : venue->faults().pending()) {
      json.object()
          .field("fault", core::to_text(fault.kind))
          .field("count", std::int64_t{fault.count})
          .field("method", fault.filter)
          .end();
    }
    json.end();
  }
  return ok(json.end().take());
}

HttpReply Control::add_fault(const core::HttpRequest& request) {
  const auto body = core::parse_json(request.body);
  if (!body) return refuse(400, "the body must be JSON");
  auto* venue = find(text_of(*body, "venue"));
  if (venue == nullptr) return refuse(400, "venue: unknown");
  const auto kind = core::fault_kind_from_text(text_of(*body, "fault"));
  if (!kind) return refuse(400, "fault: unknown; simulator/README.md lists them");
  if (!venue->suffers(*kind)) return refuse(400, "fault: the venue has no such thing");
  const auto number = [&](const char* name, std::int64_t otherwise) {
    return body->find(name) == nullptr ? std::optional{otherwise} : integer_of(*body, name);
  };
  constexpr std::int64_t one_hour_ms = 3'600'000;
  constexpr std::int64_t most_bytes = 64 << 20;
  const auto count = number("count", 1);
  const auto delay = number("delay_ms", 0);
  const auto status = number("status", 503);
  const auto bytes = number("bytes", 4 << 20);
  if (!count || *count < 1 || *count > 1'000'000) return refuse(400, "count: 1 to 1000000");
  if (!delay || *delay < 0 || *delay > one_hour_ms) return refuse(400, "delay_ms: 0 to 3600000");
  if (!status || *status < 400 || *status > 599) return refuse(400, "status: 400 to 599");
  if (!bytes || *bytes < 1 || *bytes > most_bytes) return refuse(400, "bytes: 1 to 67108864");
  venue->faults().add({.kind = *kind,
                       .count = static_cast<std::uint32_t>(*count),
                       .filter = text_of(*body, "method"),
                       .delay_ms = *delay,
                       .status = static_cast<unsigned>(*status),
                       .bytes = static_cast<std::size_t>(*bytes)});
  return ok(R"({"ok":true})");
}

HttpReply Control::move_market(const core::HttpRequest& request, core::UtcNanos now) {
  const auto body = core::parse_json(request.body);
  if (!body) return refuse(400, "the body must be JSON");
  auto* venue = find(text_of(*body, "venue"));
  if (venue == nullptr) return refuse(400, "venue: unknown");
  const Action action{.venue = *venue, .body = *body, .now = now};
  const auto name = text_of(*body, "action");
  HttpReply reply;
  if (name == "index") {
    reply = act_on_index(action);
  } else if (name == "pause" || name == "resume" || name == "step") {
    reply = act_on_flow(action, name);
  } else if (name == "clear" || name == "place" || name == "trade") {
    reply = act_on_book(action, name);
  } else {
    return refuse(400, "action: index, pause, resume, step, clear, place or trade");
  }
  venue->on_market(now);
  return reply;
}

}  // namespace causeway::simulator::net
