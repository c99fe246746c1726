#include <algorithm>

#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/venue_session.hpp"
#include "translators/deribit/private_session.hpp"

namespace causeway::fuzz {
namespace {

using namespace translators::deribit;
using translators::net::SendOutcome;

class Wire final : public Outbox {
 public:
  explicit Wire(Conversation& conversation) : conversation_(conversation) {}

  SendOutcome send(std::string_view frame, std::uint64_t id) override {
    frames.push_back(id);
    texts_[id] = frame;
    return SendOutcome::Taken;
  }
  void connect() override {}
  void disconnect(std::string reason) override { given_up = std::move(reason); }
  void emit(translators::Told told) override { conversation_.on_told(told); }
  void emit(const translators::MarketUpdate&) override {}
  void emit(const translators::BookUpdate&) override {}
  void emit(const translators::PublicTrade&) override {}

  [[nodiscard]] const std::string& text_of(std::uint64_t id) const { return texts_.at(id); }

  std::vector<std::uint64_t> frames;
  std::optional<std::string> given_up;

 private:
  Conversation& conversation_;
  std::map<std::uint64_t, std::string> texts_;
};

// The venue's answer to a frame of the log-on.
std::string answer_to(const std::string& frame) {
  if (frame.find("public/auth") != std::string::npos) {
    return R"({"access_token":"a","refresh_token":"r","scope":"mainaccount","expires_in":900})";
  }
  if (frame.find("get_time") != std::string::npos) return "1700000000000";
  if (frame.find("private/subscribe") != std::string::npos) {
    return R"(["user.orders.any.any.raw","user.trades.any.any.raw"])";
  }
  if (frame.find("get_account_summaries") != std::string::npos) {
    return R"({"summaries":[{"currency":"BTC","equity":1,"balance":1,"available_funds":1}]})";
  }
  return "\"ok\"";
}

}  // namespace

void run_deribit_session(std::string_view bytes) {
  const auto lines = lines_of(bytes);
  Conversation conversation{fixspec::Venue::Deribit};
  const auto requests = conversation.requests(fixspec::Segment::Inverse, "BTC-PERPETUAL");
  Wire wire{conversation};
  NoLog log;
  PrivateSession session{{.account = fixspec::AccountId{"alpha"}, .client_id = "key", .seed = 7},
                         HmacKey{"secret"},
                         wire,
                         log};
  fixspec::Timestamp now{.utc_ns = 1'700'000'000 * fixspec::nanos_per_second,
                         .mono_ns = fixspec::nanos_per_second};
  const auto pass = [&](std::int64_t ns) {
    now.utc_ns += ns;
    now.mono_ns += ns;
    session.on_timer(now);
  };

  session.start();
  session.on_open(now);
  for (std::size_t answered = 0; answered < wire.frames.size() && !session.up();) {
    const std::uint64_t id = wire.frames[answered++];
    session.on_message(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" +
                           answer_to(wire.text_of(id)) + "}",
                       now);
  }
  require(session.up(), "the log-on does not succeed");

  wire.frames.clear();
  for (const auto& request : requests) session.request(request, now);
  for (const std::string_view line : lines) {
    if (wire.given_up) break;
    session.on_message(as_reply_to(line, wire.frames), now);
    pass(fixspec::nanos_per_milli);
  }
  session.on_closed(wire.given_up.value_or("the end of the input"), {}, now);
  for (int second = 0; second < 12; ++second) pass(fixspec::nanos_per_second);
  conversation.require_all_answered();
}

}  // namespace causeway::fuzz
