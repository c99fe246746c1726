#include <algorithm>

#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/venue_session.hpp"
#include "translators/binance/account_session.hpp"

namespace causeway::fuzz {
namespace {

using namespace translators::binance;
using translators::net::HttpResponse;
using translators::net::SendOutcome;

class Wire final : public Outbox {
 public:
  explicit Wire(Conversation& conversation) : conversation_(conversation) {}

  struct Fetch {
    std::uint64_t id = 0;
    std::string target;
  };

  SendOutcome send(Channel channel, std::string_view, std::uint64_t id) override {
    if (channel == Channel::Orders) frames.push_back(id);
    if (channel == Channel::Events) subscription = id;
    return SendOutcome::Taken;
  }
  void connect(Channel) override {}
  void disconnect(Channel channel, std::string) override { given_up[channel] = true; }
  void fetch(translators::net::HttpRequest request, std::uint64_t id) override {
    fetches.push_back({id, request.target});
  }
  void emit(translators::Told told) override { conversation_.on_told(told); }

  std::vector<std::uint64_t> frames;
  std::vector<Fetch> fetches;
  std::uint64_t subscription = 0;
  std::map<Channel, bool> given_up;

 private:
  Conversation& conversation_;
};

std::string answer_to(const std::string& target) {
  if (target.find("/time") != std::string::npos) return R"({"serverTime":1700000000000})";
  if (target.find("positionSide") != std::string::npos) return R"({"dualSidePosition":false})";
  if (target.find("listenKey") != std::string::npos) return R"({"listenKey":"LK1"})";
  return "[]";
}

/// One session from its log-on to its end.
class Run {
 public:
  void log_on() {
    session_.start(now_);
    for (int round = 0; round < 8 && !session_.up(); ++round) {
      for (const Wire::Fetch& fetch : std::exchange(wire_.fetches, {})) {
        respond(fetch, answer_to(fetch.target));
      }
      if (round == 3) open_links();
      pass(fixspec::nanos_per_milli);
    }
    require(session_.up(), "the log-on does not succeed");
    wire_.frames.clear();
  }

  // A line is an event where it has no id and else a reply of the WebSocket API; by its length it
  // is the response to a REST request instead.
  void take(std::string_view line) {
    if (!wire_.fetches.empty() && line.size() % 3 == 0) {
      const auto at =
          wire_.fetches.begin() + static_cast<std::ptrdiff_t>(line.size() % wire_.fetches.size());
      const Wire::Fetch fetch = *at;
      wire_.fetches.erase(at);
      respond(fetch, std::string{line}, line.size() % 5 == 0 ? 503U : 200U);
    } else if (line.find("\"id\":") == std::string_view::npos) {
      receive(Channel::Events, std::string{line});
    } else {
      receive(Channel::Orders, as_reply_to(line, wire_.frames));
    }
    pass(fixspec::nanos_per_milli);
  }

  void ask(const translators::VenueRequest& request) { session_.request(request, now_); }

  // Whatever is still asked fails, and the links go.
  void end() {
    for (int second = 0; second < 40; ++second) {
      for (const Wire::Fetch& fetch : std::exchange(wire_.fetches, {})) {
        session_.on_response(fetch.id,
                             fixspec::Unexpected{translators::net::HttpError{
                                 .text = "broken", .may_have_left = true}},
                             now_);
      }
      if (second == 0) {
        session_.on_closed(Channel::Orders, "the end of the input", {}, now_);
        session_.on_closed(Channel::Events, "the end of the input", {}, now_);
      }
      pass(fixspec::nanos_per_second);
    }
  }

  Conversation& conversation() { return conversation_; }

 private:
  void open_links() {
    session_.on_open(Channel::Orders, now_);
    if (!wire_.frames.empty()) {
      receive(Channel::Orders,
              R"({"id":)" + std::to_string(wire_.frames.back()) +
                  R"(,"status":200,"result":{"apiKey":null,"authorizedSince":null,)"
                  R"("connectedSince":1700000000000,"returnRateLimits":true,)"
                  R"("serverTime":1700000000000}})");
    }
    session_.on_open(Channel::Events, now_);
    receive(Channel::Events, R"({"result":null,"id":)" + std::to_string(wire_.subscription) + "}");
  }
  void receive(Channel channel, const std::string& text) {
    if (!wire_.given_up[channel]) session_.on_message(channel, text, now_);
  }
  void respond(const Wire::Fetch& fetch, const std::string& body, unsigned status = 200) {
    session_.on_response(fetch.id, HttpResponse{.status = status, .headers = {}, .body = body},
                         now_);
  }
  void pass(std::int64_t ns) {
    now_.utc_ns += ns;
    now_.mono_ns += ns;
    session_.on_timer(now_);
  }

  Conversation conversation_{fixspec::Venue::Binance};
  Wire wire_{conversation_};
  NoLog log_;
  AddressLimits address_;
  fixspec::Timestamp now_{.utc_ns = 1'700'000'000 * fixspec::nanos_per_second,
                          .mono_ns = fixspec::nanos_per_second};
  AccountSession session_{{.account = fixspec::AccountId{"alpha"}, .seed = 7},
                          Encoder{"KEY", Signer{HmacKey{"SECRET"}}},
                          wire_,
                          log_,
                          address_};
};

}  // namespace

void run_binance_session(std::string_view bytes) {
  Run run;
  run.log_on();
  const auto requests = run.conversation().requests(fixspec::Segment::Linear, "BTCUSDT");
  for (const auto& request : requests) run.ask(request);
  for (const std::string_view line : lines_of(bytes)) run.take(line);
  run.end();
  run.conversation().require_all_answered();
}

}  // namespace causeway::fuzz
