#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tests/translators/binance_intent.hpp"
#include "translators/binance/encode.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::vectors {
namespace {

using binance::Ed25519Key;
using binance::HmacKey;
using binance::Signer;
using fixspec::Decimal;
namespace wire = binance::wire;
using binance_intent::integer_of;

// ---- comparing
// --------------------------------------------------------------------------------------

using Fields = std::map<std::string, std::string>;

bool same(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto x = Decimal::parse(a, fixspec::Notation::Scientific);
  const auto y = Decimal::parse(b, fixspec::Notation::Scientific);
  return x && y && *x == *y;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out.push_back(static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// A value's text; lists and objects as sorted, flat text, so that their order does not matter.
std::string flat(const Json& value) {
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  if (value.IsBool()) return value.IsTrue() ? "true" : "false";
  if (value.IsArray()) {
    std::string text;
    for (const Json& item : value.GetArray()) text += "[" + flat(item) + "]";
    return text;
  }
  if (!value.IsObject()) return "null";
  std::set<std::string> members;
  for (const auto& member : value.GetObject()) {
    std::string number = flat(member.value);
    const auto decimal = Decimal::parse(number, fixspec::Notation::Scientific);
    if (decimal) number = decimal->to_string();
    const std::string name = member.name.GetString();
    if (name != "newOrderRespType") members.insert(name + "=" + number);
  }
  std::string text;
  for (const std::string& member : members) text += member + ";";
  return text;
}

// A parameter that is JSON by itself (batches) as such; anything else stays as it is.
std::string value_text(const std::string& text) {
  if (text.empty() || text.front() != '[') return text;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  return document.HasParseError() ? text : flat(document);
}

Fields fields_of_query(std::string_view query) {
  Fields fields;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) {
      fields[percent_decoded(pair.substr(0, equals))] =
          value_text(percent_decoded(pair.substr(equals + 1)));
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return fields;
}

// Takes out what either side may say or leave out without meaning something else.
void normalise(Fields& fields, const Json& vector, bool with_response_type) {
  for (const char* name : {"timestamp", "signature", "recvWindow", "apiKey"}) fields.erase(name);
  if (!with_response_type) fields.erase("newOrderRespType");
  if (has(vector, "sdk_additions")) {
    for (const Json& name : vector["sdk_additions"].GetArray()) fields.erase(name.GetString());
  }
  // One client library keeps the old name of this parameter, which the venue's own has given up.
  const auto old = fields.find("activationPrice");
  if (old != fields.end()) {
    fields["activatePrice"] = old->second;
    fields.erase("activationPrice");
  }
  const std::map<std::string, std::string> defaults{{"positionSide", "BOTH"},
                                                    {"workingType", "CONTRACT_PRICE"},
                                                    {"reduceOnly", "false"},
                                                    {"priceProtect", "false"},
                                                    {"returnRateLimits", "false"}};
  for (const auto& [name, value] : defaults) {
    const auto found = fields.find(name);
    if (found != fields.end() && found->second == value) fields.erase(found);
  }
  // GTC is what an algo order is unless it says otherwise.
  if (fields.contains("algoType") && fields["timeInForce"] == "GTC") fields.erase("timeInForce");
  if (fields.contains("algoType") && fields["timeInForce"].empty()) fields.erase("timeInForce");
}

std::string describe(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += " " + name + "=" + value;
  return text;
}

bool asks_for_response_type(const Json& vector) {
  const Json& intent = vector["intent"];
  return has(intent, "extras") && has(intent["extras"], "newOrderRespType");
}

std::string difference(Fields ours, Fields theirs, const Json& vector) {
  const bool with_response_type = asks_for_response_type(vector);
  normalise(ours, vector, with_response_type);
  normalise(theirs, vector, with_response_type);
  const bool equal =
      ours.size() == theirs.size() && std::all_of(ours.begin(), ours.end(), [&](const auto& field) {
        const auto other = theirs.find(field.first);
        return other != theirs.end() && same(field.second, other->second);
      });
  if (equal) return {};
  return "parameters differ: ours" + describe(ours) + "; expected" + describe(theirs);
}

// ---- keys
// ------------------------------------------------------------------------------------------

std::optional<Signer> signer_of(const Json& vector) {
  if (!has(vector, "credentials")) return Signer{HmacKey{""}};
  const Json& credentials = vector["credentials"];
  if (text_of(credentials, "scheme") == "ed25519-base64") {
    auto key = Ed25519Key::from_pem(text_of(credentials, "private_key_pem"));
    if (!key) return std::nullopt;
    return Signer{std::move(*key)};
  }
  return Signer{HmacKey{text_of(credentials, "api_secret")}};
}

std::string api_key_of(const Json& vector) {
  return has(vector, "credentials") ? text_of(vector["credentials"], "api_key") : std::string{};
}

binance::Stamp stamp_of(const Json& vector) {
  const Json& intent = vector["intent"];
  return {.timestamp_ms = integer_of(vector, "clock_ms").value_or(0),
          .recv_window_ms = integer_of(intent, "recv_window_ms")};
}

// Signing the reference's own text must give the reference's signature.
std::string check_signature(const Json& vector, Signer& signer) {
  if (!has(vector, "string_to_sign")) return {};
  const Json& expected = vector["expected"];
  const std::string wanted =
      has(vector, "signature") ? text_of(vector, "signature") : text_of(expected, "signature");
  const std::string ours{signer.sign(text_of(vector, "string_to_sign")).view()};
  return ours == wanted ? "" : "the signature of string_to_sign differs: " + ours;
}

// Our own signature must be one of our own text, as whoever verifies it would take that.
std::string check_own_signature(std::string_view query, Signer& signer) {
  const auto at = query.rfind("&signature=");
  if (at == std::string_view::npos) return "our query has no signature at its end";
  const std::string ours = percent_decoded(query.substr(at + 11));
  return ours == signer.sign(query.substr(0, at)).view() ? "" : "our signature is not of our query";
}

std::string compare_http(const wire::Request& request, const Json& vector, Signer& signer,
                         binance::Encoder& encoder) {
  const Json& expected = vector["expected"];
  const binance::HttpCall call = encoder.http(request, stamp_of(vector));
  if (call.method != text_of(expected, "method")) {
    return "method " + std::string{call.method} + " instead of " + text_of(expected, "method");
  }
  const auto question = call.target.find('?');
  const std::string path{call.target.substr(0, question)};
  if (path != text_of(expected, "path")) {
    return "path " + path + " instead of " + text_of(expected, "path");
  }

  const std::string_view query =
      question == std::string_view::npos ? std::string_view{} : call.target.substr(question + 1);
  std::string wanted = text_of(expected, "query");
  const std::string body = text_of(expected, "body");
  if (!body.empty()) wanted += (wanted.empty() ? "" : "&") + body;
  const Fields theirs = fields_of_query(wanted);
  const std::string fault = difference(fields_of_query(query), theirs, vector);
  if (!fault.empty()) return fault;
  // Some libraries send the key with public calls, too, where nobody looks at it.
  const bool listen_key = path.ends_with("/listenKey");
  if ((theirs.contains("signature") || listen_key) && !call.needs_api_key) {
    return "the key's header is missing";
  }
  if (!theirs.contains("signature")) {
    return query.find("signature=") == std::string_view::npos ? "" : "signed without need";
  }
  return check_own_signature(query, signer);
}

struct Frame {
  std::string method;
  Fields fields;
};

std::optional<Frame> frame_of(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject() || !has(document, "id")) return std::nullopt;
  Frame frame{text_of(document, "method"), {}};
  if (!has(document, "params")) return frame;
  if (!document["params"].IsObject()) return std::nullopt;
  for (const auto& member : document["params"].GetObject()) {
    frame.fields[member.name.GetString()] = flat(member.value);
  }
  return frame;
}

// A frame's signature covers its parameters in the order of their names.
std::string check_own_frame(const Frame& frame, Signer& signer) {
  std::string text;
  for (const auto& [name, value] : frame.fields) {
    if (name == "signature") continue;
    text += (text.empty() ? "" : "&") + name + "=" + value;
  }
  const auto signature = frame.fields.find("signature");
  if (signature == frame.fields.end()) return "our frame is not signed";
  return signature->second == signer.sign(text).view() ? "" : "our signature is not of our frame";
}

std::string compare_frame(const wire::Request& request, const Json& vector, Signer& signer,
                          binance::Encoder& encoder) {
  const auto expected = frame_of(text_of(vector["expected"], "frame"));
  if (!expected) return "the expected frame cannot be read";
  const auto ours =
      frame_of(encoder.frame(7, request, stamp_of(vector), binance::FrameAuth::Signature));
  if (!ours) return "our frame is not JSON";
  if (ours->method != expected->method) {
    return "method " + ours->method + " instead of " + expected->method;
  }
  const std::string fault = difference(ours->fields, expected->fields, vector);
  if (!fault.empty()) return fault;
  for (const char* name : {"apiKey", "signature"}) {
    if (ours->fields.contains(name) != expected->fields.contains(name)) {
      return std::string{name} + " stands in one of the frames alone";
    }
  }
  return expected->fields.contains("signature") ? check_own_frame(*ours, signer) : "";
}

std::string compare(const wire::Request& request, const Json& vector, Signer& signer,
                    binance::Encoder& encoder) {
  const std::string transport = text_of(vector["expected"], "transport");
  const auto endpoint = binance::endpoint_of(request);
  if (transport == "http") {
    if (endpoint.path.empty()) return "no such REST call";
    return compare_http(request, vector, signer, encoder);
  }
  if (transport != "websocket") return "unknown transport " + transport;
  if (endpoint.ws_method.empty()) return "no such method of the WebSocket API";
  return compare_frame(request, vector, signer, encoder);
}

Outcome verdict(const std::string& fault) {
  return fault.empty() ? Outcome{Passed{}} : Outcome{Failed{fault}};
}

std::string product_of(const Json& vector) {
  const Json& expected = vector["expected"];
  const std::string path = text_of(expected, "path");
  const std::string url = text_of(expected, "url");
  if (path.starts_with("/dapi") || url.find("dapi") != std::string::npos) return "COIN-M";
  const bool spot_path = path.starts_with("/api/");
  if (spot_path || url.find("/ws-api/") != std::string::npos) return "spot";
  if (path.starts_with("/sapi")) return "transfers and wallet";
  if (path.starts_with("/papi")) return "portfolio margin";
  if (path.starts_with("/eapi")) return "options";
  return {};
}

}  // namespace

Outcome check_binance(const Json& vector) {
  if (!vector.IsObject() || !has(vector, "intent") || !has(vector, "expected")) {
    return Failed{"not a vector"};
  }
  auto signer = signer_of(vector);
  if (!signer) return Failed{"the private key cannot be read"};
  std::string fault = check_signature(vector, *signer);
  if (!fault.empty()) return Failed{fault};
  const std::string transport = text_of(vector["expected"], "transport");
  if (transport == "none") {
    return has(vector, "string_to_sign") ? Outcome{Passed{}}
                                         : Outcome{Failed{"nothing to compare"}};
  }
  const std::string product = product_of(vector);
  // The log-on of a session is the same on every product.
  const bool logon = text_of(vector["intent"], "action") == "auth.logon";
  if (!product.empty() && !logon) return NotBuilt{product};
  binance_intent::Intent intent{vector["intent"]};
  const auto built = binance_intent::build(intent);
  if (const auto* unbuildable = std::get_if<binance_intent::Unbuildable>(&built)) {
    if (unbuildable->outside) return NotBuilt{unbuildable->why};
    return Failed{unbuildable->why};
  }
  const auto& request = std::get<wire::Request>(built);
  binance::Encoder encoder{api_key_of(vector), *signer_of(vector)};
  fault = compare(request, vector, *signer, encoder);
  const auto* const call = std::get_if<wire::Call>(&request);
  if (fault.empty() || call == nullptr) return verdict(fault);
  // Some questions can be put in more than one way; the first fault is told.
  for (const wire::Method method : binance_intent::alternatives(call->method())) {
    wire::Call other{method};
    for (const auto& argument : call->arguments()) other.with(argument.parameter, argument.value);
    if (compare(other, vector, *signer, encoder).empty()) return Passed{};
  }
  return verdict(fault);
}

}  // namespace causeway::translators::vectors
