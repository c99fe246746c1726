#include <algorithm>
#include <array>

#include "simulator/binance/keys.hpp"
#include "simulator/binance/server.hpp"
#include "simulator/core/crypto.hpp"
#include "simulator/core/json.hpp"
#include "simulator/deribit/server.hpp"
#include "simulator/net/control.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/venue_session.hpp"

namespace causeway::fuzz {
namespace {

namespace binance = simulator::binance;
using simulator::core::HttpReply;
using simulator::core::HttpRequest;

constexpr fixspec::UtcNanos start = 1'795'262'400 * fixspec::nanos_per_second;

// "POST /v1/faults {...}": method, target and body.
HttpRequest request_of(std::string_view line) {
  const auto word = [&] {
    const auto end = std::min(line.find(' '), line.size());
    const std::string found{line.substr(0, end)};
    line.remove_prefix(std::min(end + 1, line.size()));
    return found;
  };
  HttpRequest request{.method = word(), .target = word(), .body = std::string{line}};
  request.headers.emplace_back("X-MBX-APIKEY", binance::demo_key);
  return request;
}

std::string signature_of(std::string_view text) {
  return simulator::core::hmac_sha256_hex(binance::demo_secret, text);
}

// Whatever a request has for a signature becomes the right one, which no mutation would find.
void sign(HttpRequest& request) {
  constexpr std::string_view name = "signature=";
  const auto at = request.target.find(name);
  if (at == std::string::npos) return;
  const auto value = at + name.size();
  const auto end = std::min(request.target.find('&', value), request.target.size());
  request.target.replace(value, end - value, signature_of(binance::read_request(request).text));
}

std::string signed_frame(std::string_view frame) {
  std::string text{frame};
  constexpr std::string_view name = "\"signature\":\"";
  const auto at = text.find(name);
  const auto json = simulator::core::parse_json(frame);
  const auto* const params = json ? json->find("params") : nullptr;
  if (at == std::string::npos || params == nullptr) return text;
  const auto value = at + name.size();
  const auto end = std::min(text.find('"', value), text.size());
  return text.replace(value, end - value,
                      signature_of(binance::signed_texts(binance::Params{*params}).front()));
}

void check(const HttpReply& reply) {
  if (reply.fate != HttpReply::Fate::Send) return;
  require(reply.status >= 200 && reply.status < 600, "an answer without a status");
  require(reply.status < 300 || !reply.body.empty(), "a refusal that says nothing");
}

/// Both simulated venues with a connection each, from their start.
class World {
 public:
  void request(std::string_view line) {
    HttpRequest sent = request_of(line);
    check(deribit_.on_http(sent, now_));
    sign(sent);
    check(binance_.on_http(sent, now_));
    pass();
  }
  void frame(std::string_view line) {
    deribit_.on_frame(rpc_, line, now_);
    binance_.on_frame(api_, signed_frame(line), now_);
    binance_.on_frame(streams_, line, now_);
    pass();
  }
  void control(std::string_view line) {
    check(control_.on_http(request_of(line), now_));
    pass();
    // Whatever it did, the record can still be read.
    for (const char* path : {"/v1/ledger", "/v1/faults", "/v1/health"}) {
      const auto reply = control_.on_http({.method = "GET", .target = path}, now_);
      require(reply.status == 200 && simulator::core::parse_json(reply.body).has_value(),
              std::string{path} + " cannot be read");
    }
  }
  void end() {
    deribit_.on_close(rpc_, now_);
    binance_.on_close(api_, now_);
    binance_.on_close(streams_, now_);
    pass();
  }

 private:
  void pass() {
    now_ += fixspec::nanos_per_milli;
    for (simulator::core::Venue* venue : venues_) {
      venue->on_market(now_);
      venue->on_timer(now_);
      for (const auto& frame : venue->take_frames()) {
        require(frame.connection != 0, "a frame for no connection");
      }
    }
  }

  binance::Server binance_{{.real_limits = false, .flow = false}, start};
  simulator::deribit::Server deribit_{{.real_limits = false, .flow = false}, start};
  std::array<simulator::core::Venue*, 2> venues_{&binance_, &deribit_};
  simulator::net::Control control_{{&binance_, &deribit_}};
  fixspec::UtcNanos now_ = start;
  simulator::core::ConnectionId rpc_ = deribit_.on_open("/ws/api/v2", now_);
  simulator::core::ConnectionId api_ = binance_.on_open("/ws-fapi/v1", now_);
  simulator::core::ConnectionId streams_ = binance_.on_open("/ws/btcusdt@aggTrade", now_);
};

void converse(std::string_view bytes, void (World::*request)(std::string_view)) {
  World world;
  for (const std::string_view line : lines_of(bytes)) {
    if (line.front() == '{') {
      world.frame(line);
    } else {
      (world.*request)(line);
    }
  }
  world.end();
}

}  // namespace

void run_control(std::string_view bytes) { converse(bytes, &World::control); }

void run_simulator(std::string_view bytes) { converse(bytes, &World::request); }

}  // namespace causeway::fuzz
