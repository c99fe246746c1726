#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "tests/translators/run_until.hpp"
#include "tests/translators/tls_server.hpp"
#include "translators/net/backoff.hpp"
#include "translators/net/clock_offset.hpp"
#include "translators/net/endpoint.hpp"
#include "translators/net/http.hpp"
#include "translators/net/rate_limiter.hpp"
#include "translators/net/websocket.hpp"

namespace causeway::translators::net {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// ---- the pure parts
// ---------------------------------------------------------------------------------

TEST(RateLimiter, CancelsPassWhenOrdersHaveTakenAllButTheReserve) {
  using Lane = RateLimiter::Lane;
  RateLimiter limiter;
  limiter.configure("m", {.capacity = 5, .refill_per_second = 2, .reserved_for_cancels = 2}, 0);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.try_take("m", 1, Lane::Ordinary, 0));
  EXPECT_FALSE(limiter.try_take("m", 1, Lane::Ordinary, 0));
  EXPECT_TRUE(limiter.try_take("m", 1, Lane::Cancel, 0));
  EXPECT_TRUE(limiter.try_take("m", 1, Lane::Cancel, 0));
  EXPECT_FALSE(limiter.try_take("m", 1, Lane::Cancel, 0));
  EXPECT_EQ(limiter.ready_at("m", 1, Lane::Cancel, 0), second / 2);
  EXPECT_EQ(limiter.ready_at("m", 1, Lane::Ordinary, 0), 3 * second / 2);
  EXPECT_EQ(limiter.ready_at("m", 6, Lane::Cancel, 0), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(limiter.try_take("m", 1, Lane::Cancel, second / 2 - 1));
  EXPECT_TRUE(limiter.try_take("m", 1, Lane::Cancel, second / 2));
  EXPECT_FALSE(limiter.try_take("m", 1, Lane::Cancel, second / 2));
}

TEST(RateLimiter, NeverHoldsMoreThanItsBurstAndLosesNothingInSmallSteps) {
  using Lane = RateLimiter::Lane;
  RateLimiter limiter;
  limiter.configure("m", {.capacity = 3, .refill_per_second = 3}, 0);
  limiter.drain("m", 0);
  int taken = 0;
  for (std::int64_t now = 0; now <= second; now += 997) {
    if (limiter.try_take("m", 1, Lane::Ordinary, now)) ++taken;
    if (taken == 2) break;
  }
  EXPECT_EQ(taken, 2);
  EXPECT_TRUE(limiter.try_take("m", 3, Lane::Ordinary, 1'000 * second));
  EXPECT_FALSE(limiter.try_take("m", 1, Lane::Ordinary, 1'000 * second));
}

TEST(RateLimiter, NewLimitsKeepWhatWasUsed) {
  using Lane = RateLimiter::Lane;
  RateLimiter limiter;
  limiter.configure("m", {.capacity = 2, .refill_per_second = 1}, 0);
  limiter.configure("m", {.capacity = 10, .refill_per_second = 1}, 0);
  EXPECT_TRUE(limiter.try_take("m", 10, Lane::Ordinary, 0));
  limiter.configure("m", {.capacity = 20, .refill_per_second = 1}, 0);
  EXPECT_FALSE(limiter.try_take("m", 1, Lane::Ordinary, 0));
}

TEST(ClockOffset, TheShortestRoundTripCounts) {
  ClockOffset clock;
  EXPECT_EQ(clock.to_venue(5), 5);
  // 100 ahead; 40 there, 40 back.
  clock.add({.sent_at = 0, .server_received_at = 140, .server_sent_at = 150, .received_at = 90});
  EXPECT_EQ(clock.offset_ns(), 100);
  EXPECT_EQ(clock.round_trip_ns(), 80);
  // A queue on the way back looks like another offset, and is not believed.
  clock.add({.sent_at = 1'000,
             .server_received_at = 1'140,
             .server_sent_at = 1'150,
             .received_at = 9'090});
  EXPECT_EQ(clock.offset_ns(), 100);
  clock.add({.sent_at = 2'000,
             .server_received_at = 2'121,
             .server_sent_at = 2'121,
             .received_at = 2'040});
  EXPECT_EQ(clock.offset_ns(), 101);
  EXPECT_EQ(clock.to_venue(1'000), 1'101);
  // A reply before its request says nothing.
  clock.add({.sent_at = 10, .server_received_at = 20, .server_sent_at = 5, .received_at = 11});
  EXPECT_EQ(clock.offset_ns(), 101);
}

TEST(ClockOffset, TimesThatNoClockShowsSayNothing) {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  ClockOffset clock;
  clock.add({.sent_at = 0, .server_received_at = 110, .server_sent_at = 110, .received_at = 20});
  for (const auto& [received, sent] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {largest, largest}, {110, largest}, {-largest, 110}, {0, 0}, {-largest, -largest}}) {
    clock.add(
        {.sent_at = 0, .server_received_at = received, .server_sent_at = sent, .received_at = 10});
    EXPECT_EQ(clock.offset_ns(), 100) << received << ", " << sent;
  }
}

TEST(ClockOffset, OldSamplesGo) {
  ClockOffset clock;
  clock.add({.sent_at = 0, .server_received_at = 10, .server_sent_at = 10, .received_at = 0});
  for (int i = 0; i < 16; ++i) {
    clock.add({.sent_at = 0, .server_received_at = 60, .server_sent_at = 60, .received_at = 20});
  }
  EXPECT_EQ(clock.offset_ns(), 50);
}

TEST(Backoff, DoublesToABoundWithinTheUpperHalf) {
  Backoff low({.first_ns = 100, .longest_ns = 350});
  Backoff high({.first_ns = 100, .longest_ns = 350});
  for (const std::int64_t wait : {100, 200, 350, 350, 350}) {
    EXPECT_EQ(low.next_ns(0), wait - wait / 2);
    EXPECT_EQ(high.next_ns(static_cast<std::uint64_t>(wait / 2)), wait);
  }
  EXPECT_EQ(low.attempts(), 5u);
  low.reset();
  EXPECT_EQ(low.next_ns(0), 50);
}

TEST(Endpoint, UrlsAreReadAndPlainOnesOnlyToLoopback) {
  const auto read = [](std::string_view url) { return parse_endpoint(url); };
  EXPECT_EQ(read("wss://www.deribit.com/ws/api/v2").value(),
            (Endpoint{"wss", "www.deribit.com", 443, "/ws/api/v2"}));
  EXPECT_EQ(read("https://[::1]:8443?x=1").value(), (Endpoint{"https", "::1", 8443, "/?x=1"}));
  EXPECT_EQ(read("ws://127.0.0.1:7104").value(), (Endpoint{"ws", "127.0.0.1", 7104, "/"}));
  EXPECT_EQ(read("https://[::1]:8443/").value().host_header(), "[::1]:8443");
  EXPECT_EQ(read("wss://www.deribit.com/").value().host_header(), "www.deribit.com");
  for (const std::string_view url :
       {"www.deribit.com", "ftp://x/", "ws://www.deribit.com/", "http://localhost/",
        "ws://127.0.0.1.evil.com/", "wss://", "wss://host:0/", "wss://host:65536/",
        "wss://host:1x/", "wss://user@host/", "wss://ho st/", "wss://[::1/"}) {
    EXPECT_FALSE(read(url)) << url;
  }
}

// ---- the sockets, against a real TLS server
// -----------------------------------------------------------

class Listener final : public WebSocketHandler {
 public:
  void on_open() override { ++opens; }
  void on_message(std::string_view text) override { messages.emplace_back(text); }
  void on_closed(const std::string& why, const std::vector<std::uint64_t>& tags) override {
    reason = why;
    never_started = tags;
    ++closes;
  }
  int opens = 0;
  int closes = 0;
  std::string reason;
  std::vector<std::string> messages;
  std::vector<std::uint64_t> never_started;
};

std::shared_ptr<Tls> trust(const TestAuthority& authority) {
  return std::move(Tls::load(authority.ca_file()).value());
}

WebSocketOptions options_for(const TestServer& server) {
  WebSocketOptions options;
  options.endpoint =
      parse_endpoint("wss://127.0.0.1:" + std::to_string(server.port()) + "/ws").value();
  options.step_timeout = std::chrono::milliseconds{300};
  return options;
}

// Why a connection to a server that behaves so ends, or "open" where it does not.
std::string outcome(ServerBehaviour behaviour, const CertificateWish& wish = {},
                    const TestAuthority* trusted = nullptr) {
  const TestAuthority authority(wish);
  const TestServer server(authority, behaviour);
  boost::asio::io_context io;
  Listener listener;
  WebSocket socket(io, trust(trusted == nullptr ? authority : *trusted), options_for(server),
                   listener);
  socket.connect();
  run_until(io, [&] { return listener.opens + listener.closes > 0; });
  if (listener.opens > 0 && behaviour != ServerBehaviour::Echo) {
    run_until(io, [&] { return listener.closes > 0; });
  }
  return listener.closes > 0 ? listener.reason : "open";
}

TEST(WebSocket, ACertificateMustBeTrustedNamedAndInDate) {
  EXPECT_EQ(outcome(ServerBehaviour::Echo), "open");
  const TestAuthority other;
  EXPECT_NE(outcome(ServerBehaviour::Echo, {}, &other).find("the certificate is not accepted"),
            std::string::npos);
  EXPECT_EQ(outcome(ServerBehaviour::Echo, {.address = "127.0.0.2"}),
            "TLS handshake: the certificate is not accepted: IP address mismatch");
  EXPECT_EQ(outcome(ServerBehaviour::Echo, {.expired = true}),
            "TLS handshake: the certificate is not accepted: certificate has expired");
}

TEST(WebSocket, EveryStepHasADeadlineAndSaysWhichItWas) {
  EXPECT_EQ(outcome(ServerBehaviour::NeverHandshakes), "TLS handshake: no answer within 300 ms");
  EXPECT_EQ(outcome(ServerBehaviour::NeverUpgrades), "WebSocket upgrade: no answer within 300 ms");
  EXPECT_NE(outcome(ServerBehaviour::DeclinesUpgrade).find("HTTP status 429"), std::string::npos);
  EXPECT_EQ(outcome(ServerBehaviour::ClosesAtOnce), "closed by the venue, code 1013: maintenance");
}

TEST(WebSocket, NobodyListeningAndUnknownNamesAreErrorsToo) {
  boost::asio::io_context io;
  std::uint16_t free_port = 0;
  {
    const TestAuthority authority;
    free_port = TestServer(authority, ServerBehaviour::Echo).port();
  }
  for (const std::string& host : {std::string{"127.0.0.1"}, std::string{"no-such-host.invalid"}}) {
    Listener listener;
    WebSocketOptions options;
    options.endpoint = parse_endpoint("wss://" + host + ":" + std::to_string(free_port)).value();
    WebSocket socket(io, std::move(Tls::load(std::nullopt).value()), options, listener);
    socket.connect();
    EXPECT_TRUE(run_until(io, [&] { return listener.closes == 1; }));
    EXPECT_NE(listener.reason.find(host), std::string::npos) << listener.reason;
  }
}

TEST(WebSocket, MessagesGoBothWaysInOrderAndAgainAfterAReconnect) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Echo);
  boost::asio::io_context io;
  Listener listener;
  WebSocket socket(io, trust(authority), options_for(server), listener);
  EXPECT_EQ(socket.send("early", 1), SendOutcome::NotConnected);
  for (int round = 1; round <= 2; ++round) {
    listener.messages.clear();
    socket.connect();
    ASSERT_TRUE(run_until(io, [&] { return listener.opens == round; })) << listener.reason;
    for (int i = 0; i < 100; ++i) {
      ASSERT_EQ(socket.send("message " + std::to_string(i), static_cast<std::uint64_t>(i)),
                SendOutcome::Taken);
    }
    ASSERT_TRUE(run_until(io, [&] { return listener.messages.size() == 100; }));
    for (std::size_t i = 0; i < 100; ++i) {
      EXPECT_EQ(listener.messages[i], "message " + std::to_string(i));
    }
    socket.close("done");
    ASSERT_TRUE(run_until(io, [&] { return listener.closes == round; }));
    EXPECT_EQ(listener.reason, "done");
  }
  EXPECT_EQ(server.accepted(), 2);
}

TEST(WebSocket, ACancelGoesBeforeWhatWaitsAndHasRoomOfItsOwn) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Echo);
  boost::asio::io_context io;
  Listener listener;
  WebSocketOptions options = options_for(server);
  options.max_queued_bytes = 30;
  options.reserved_bytes = 20;
  WebSocket socket(io, trust(authority), options, listener);
  socket.connect();
  ASSERT_TRUE(run_until(io, [&] { return listener.opens == 1; })) << listener.reason;
  for (const char* order : {"order 0...", "order 1...", "order 2...", "order 3..."}) {
    ASSERT_EQ(socket.send(order, 1), SendOutcome::Taken);
  }
  EXPECT_EQ(socket.send("order 4...", 1), SendOutcome::QueueFull);
  EXPECT_EQ(socket.send("cancel 1..", 2, SendLane::First), SendOutcome::Taken);
  EXPECT_EQ(socket.send("cancel 2..", 2, SendLane::First), SendOutcome::Taken);
  EXPECT_EQ(socket.send("cancel 3..", 2, SendLane::First), SendOutcome::QueueFull);
  ASSERT_TRUE(run_until(io, [&] { return listener.messages.size() == 6; }));
  EXPECT_EQ(listener.messages,
            (std::vector<std::string>{"order 0...", "cancel 1..", "cancel 2..", "order 1...",
                                      "order 2...", "order 3..."}));
}

TEST(WebSocket, MessageBeyondTheBoundEndsTheConnection) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Echo);
  boost::asio::io_context io;
  Listener listener;
  WebSocketOptions options = options_for(server);
  options.max_message_bytes = 1'000;
  WebSocket socket(io, trust(authority), options, listener);
  socket.connect();
  ASSERT_TRUE(run_until(io, [&] { return listener.opens == 1; }));
  socket.send(std::string(1'000, 'x'), 1);
  ASSERT_TRUE(run_until(io, [&] { return listener.messages.size() == 1; })) << listener.reason;
  socket.send(std::string(1'001, 'x'), 2);
  ASSERT_TRUE(run_until(io, [&] { return listener.closes == 1; }));
  EXPECT_EQ(listener.reason, "a message is longer than 1000 bytes");
}

TEST(WebSocket, SilenceIsADeadLink) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Silent);
  boost::asio::io_context io;
  Listener listener;
  WebSocketOptions options = options_for(server);
  options.silence_timeout = std::chrono::milliseconds{100};
  WebSocket socket(io, trust(authority), options, listener);
  socket.connect();
  ASSERT_TRUE(run_until(io, [&] { return listener.closes == 1; }));
  EXPECT_EQ(listener.reason, "no message for 100 ms");
}

TEST(WebSocket, AFullQueueRefusesAndALossTellsWhatNeverStarted) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::NeverReads);
  boost::asio::io_context io;
  Listener listener;
  WebSocketOptions options = options_for(server);
  options.max_queued_bytes = 1'000;
  WebSocket socket(io, trust(authority), options, listener);
  socket.connect();
  ASSERT_TRUE(run_until(io, [&] { return listener.opens == 1; })) << listener.reason;
  // More than the kernel's buffers take: the write begins and does not end.
  ASSERT_EQ(socket.send(std::string(64 << 20, 'x'), 1), SendOutcome::Taken);
  EXPECT_EQ(socket.send(std::string(600, 'x'), 2), SendOutcome::Taken);
  EXPECT_EQ(socket.send(std::string(600, 'x'), 3), SendOutcome::QueueFull);
  EXPECT_EQ(socket.send(std::string(400, 'x'), 4), SendOutcome::Taken);
  ASSERT_TRUE(run_until(io, [&] { return listener.closes == 1; }));
  EXPECT_EQ(listener.reason, "writing: the venue does not read");
  EXPECT_EQ(listener.never_started, (std::vector<std::uint64_t>{2, 4}));
}

TEST(WebSocket, NothingIsToldAfterItIsGone) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Echo);
  boost::asio::io_context io;
  Listener listener;
  {
    WebSocket socket(io, trust(authority), options_for(server), listener);
    socket.connect();
    ASSERT_TRUE(run_until(io, [&] { return listener.opens == 1; }));
    socket.send("x", 1);
    socket.close("y");
  }
  run_until(io, [&] { return io.stopped(); });
  EXPECT_EQ(listener.closes, 0);
  EXPECT_TRUE(listener.messages.empty());
}

std::optional<fixspec::Result<HttpResponse, HttpError>> fetch(const TestAuthority& trusted,
                                                              const TestServer& server,
                                                              HttpRequest request) {
  boost::asio::io_context io;
  HttpOptions options;
  options.endpoint = parse_endpoint("https://127.0.0.1:" + std::to_string(server.port())).value();
  options.step_timeout = std::chrono::milliseconds{300};
  options.max_response_bytes = 10'000;
  HttpClient client(io, trust(trusted), options);
  std::optional<fixspec::Result<HttpResponse, HttpError>> answer;
  client.send(std::move(request), [&](auto result) { answer = std::move(result); });
  EXPECT_FALSE(answer);
  run_until(io, [&] { return answer.has_value(); });
  return answer;
}

TEST(HttpClient, RequestsAndResponsesArriveWhole) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Http);
  const auto answer =
      fetch(authority, server,
            {.method = "POST", .target = "/a?b=c", .headers = {{"X-Test", "yes"}}, .body = "{}"});
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->status, 200u);
  EXPECT_EQ((*answer)->body, "POST /a?b=c yes {}");
  const auto teapot =
      fetch(authority, server, {.method = "GET", .target = "/teapot", .headers = {}, .body = ""});
  ASSERT_TRUE(teapot && *teapot);
  EXPECT_EQ((*teapot)->status, 418u);
}

TEST(HttpClient, FailuresTellWhetherTheRequestMayHaveLeft) {
  const TestAuthority authority;
  const TestAuthority other;
  const TestServer server(authority, ServerBehaviour::Http);
  const auto untrusted = fetch(other, server, {});
  ASSERT_TRUE(untrusted && !*untrusted);
  EXPECT_FALSE(untrusted->error().may_have_left);
  EXPECT_NE(untrusted->error().text.find("the certificate is not accepted"), std::string::npos);
  const auto silent =
      fetch(authority, server, {.method = "GET", .target = "/hang", .headers = {}, .body = ""});
  ASSERT_TRUE(silent && !*silent);
  EXPECT_TRUE(silent->error().may_have_left);
  EXPECT_EQ(silent->error().text, "reading the response: not done within 300 ms");
  const auto endless =
      fetch(authority, server, {.method = "GET", .target = "/long", .headers = {}, .body = ""});
  ASSERT_TRUE(endless);
  ASSERT_FALSE(*endless) << (*endless)->status << " " << (*endless)->body.size();
  EXPECT_TRUE(endless->error().may_have_left);
}

TEST(HttpClient, RepeatableRequestsShareAConnectionAndOutliveItsEnd) {
  const TestAuthority authority;
  const TestServer server(authority, ServerBehaviour::Http);
  boost::asio::io_context io;
  HttpOptions options;
  options.endpoint = parse_endpoint("https://127.0.0.1:" + std::to_string(server.port())).value();
  HttpClient client(io, trust(authority), options);
  const auto ask = [&](const std::string& method, const std::string& target) {
    std::optional<fixspec::Result<HttpResponse, HttpError>> answer;
    client.send({.method = method,
                 .target = target,
                 .headers = {},
                 .body = {},
                 .repeatable = method == "GET"},
                [&](auto result) { answer = std::move(result); });
    run_until(io, [&] { return answer.has_value(); });
    return answer && *answer ? (*answer)->body : "failed";
  };
  EXPECT_EQ(ask("GET", "/a"), "GET /a  ");
  EXPECT_EQ(ask("GET", "/b"), "GET /b  ");
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(ask("GET", "/last"), "GET /last  ");
  EXPECT_EQ(ask("GET", "/c"), "GET /c  ") << "over a new connection";
  EXPECT_EQ(server.accepted(), 2);
  EXPECT_EQ(ask("GET", "/last"), "GET /last  ");
  EXPECT_EQ(ask("POST", "/d"), "POST /d  ") << "never over one that may be closed";
  EXPECT_EQ(server.accepted(), 3);
}

TEST(Tls, AFileThatHoldsNoCertificateIsRefused) {
  const TestAuthority authority;
  EXPECT_FALSE(Tls::load("/no/such/file.pem"));
  EXPECT_FALSE(Tls::load(authority.key_file()));
  EXPECT_NE(Tls::load("/no/such/file.pem").error().text.find("/no/such/file.pem"),
            std::string::npos);
}

}  // namespace
}  // namespace causeway::translators::net
