// Replays requests that real SDKs produced, taken from outside the repository: with the clock at
// theirs and their keys known, every one must authenticate and be understood. Ends with 1 where one
// does not.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "simulator/binance/server.hpp"
#include "simulator/core/crypto.hpp"
#include "simulator/core/json.hpp"

namespace {

using namespace causeway::simulator;
using core::JsonValue;

std::string text_of(const JsonValue* value, std::initializer_list<const char*> path) {
  for (const char* name : path) {
    if (value == nullptr) return {};
    value = value->find(name);
  }
  return value == nullptr ? std::string{} : value->text;
}

binance::ApiKey key_of(const JsonValue& vector) {
  binance::ApiKey key;
  key.id = text_of(&vector, {"credentials", "api_key"});
  key.secret = text_of(&vector, {"credentials", "api_secret"});
  key.public_key = core::ed25519_public_of(text_of(&vector, {"credentials", "private_key_pem"}));
  return key;
}

// An answer that says no more than what the venue thinks of the order.
bool is_understood(const std::string& answer) {
  const auto json = core::parse_json(answer);
  if (!json) return false;
  auto code = text_of(&*json, {"code"});
  if (code.empty()) code = text_of(&*json, {"error", "code"});
  if (code.empty() || code == "200") return true;
  const int number = std::atoi(code.c_str());
  // -10xx, -2014 and -2015: authentication; -11xx: parameters, except a symbol that is not listed.
  const bool authenticates = number != -2014 && number != -2015;
  return number == -1121 || (number <= -2000 && authenticates);
}

std::string replay(const JsonValue& vector) {
  const auto now = std::stoll(text_of(&vector, {"clock_ms"})) * causeway::fixspec::nanos_per_milli;
  binance::Server venue{{.real_limits = false, .flow = false}, now};
  venue.add_key(key_of(vector));
  const auto* expected = vector.find("expected");
  if (text_of(expected, {"transport"}) == "websocket") {
    const auto url = text_of(expected, {"url"});
    const auto connection = venue.on_open(url.substr(url.find('/', 8)), now);
    venue.on_frame(connection, text_of(expected, {"frame"}), now);
    const auto frames = venue.take_frames();
    return frames.empty() ? std::string{} : frames.back().text;
  }
  core::HttpRequest request{.method = text_of(expected, {"method"}),
                            .target = text_of(expected, {"path"}),
                            .body = text_of(expected, {"body"})};
  const auto query = text_of(expected, {"query"});
  if (!query.empty()) request.target += "?" + query;
  if (const auto* headers = expected->find("headers")) {
    for (const auto& [name, value] : headers->members) {
      request.headers.emplace_back(name, value.text);
    }
  }
  return venue.on_http(request, now).body;
}

bool is_ours(const JsonValue& vector) {
  const auto host = text_of(&vector, {"expected", "host"});
  const auto url = text_of(&vector, {"expected", "url"});
  return host == "fapi.binance.com" || url.find("/ws-fapi/") != std::string::npos;
}

}  // namespace

int main() {
  const char* named = std::getenv("CAUSEWAY_VECTORS");
  const std::string path =
      std::string{named != nullptr ? named : "../shared/vectors/given"} + "/binance.json";
  std::stringstream content;
  content << std::ifstream{path}.rdbuf();
  const auto all = core::parse_json(content.str());
  if (!all || all->items.empty()) {
    std::cerr << path << ": cannot be read\n";
    return 1;
  }
  int replayed = 0, failed = 0;
  for (const auto& vector : all->items) {
    if (!is_ours(vector)) continue;
    ++replayed;
    const auto answer = replay(vector);
    if (is_understood(answer)) continue;
    ++failed;
    std::cerr << text_of(&vector, {"name"}) << ": " << answer << "\n";
  }
  std::cout << replayed << " requests replayed, " << failed << " not understood\n";
  return failed == 0 && replayed > 0 ? 0 : 1;
}
