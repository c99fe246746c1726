// The simulator's sockets, met by a client that knows nothing but bytes.
#include "simulator/net/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "simulator/deribit/server.hpp"

namespace causeway::simulator::net {
namespace {

namespace fs = std::filesystem;

constexpr core::UtcNanos start = 1'800'000'000 * fixspec::nanos_per_second;

// A folder of its own, removed at the end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "causeway-sim-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
};

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

class NetTest : public testing::Test {
 protected:
  NetTest()
      : venue({.real_limits = false, .flow = false}, start),
        control({&venue}),
        certificate(prepare_certificate(folder.path)),
        server("127.0.0.1",
               {{.name = "deribit", .port = 0, .venue = &venue},
                {.name = "control", .port = 0, .venue = nullptr}},
               certificate, control),
        thread([this] { server.run(); }) {}
  ~NetTest() override {
    std::raise(SIGTERM);
    thread.join();
  }

  int connect(std::string_view endpoint) const {
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port(endpoint));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return descriptor;
  }
  static void send(int descriptor, std::string_view text) {
    ASSERT_EQ(::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // Everything until the other side closes.
  static std::string read_all(int descriptor) {
    std::string result;
    char buffer[65536];
    for (ssize_t size = 0; (size = recv(descriptor, buffer, sizeof buffer, 0)) > 0;) {
      result.append(buffer, static_cast<std::size_t>(size));
    }
    close(descriptor);
    return result;
  }
  std::string http(std::string_view endpoint, const std::string& line,
                   const std::string& body = "") {
    const int descriptor = connect(endpoint);
    send(descriptor, line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
    return read_all(descriptor);
  }

  Folder folder;
  deribit::Server venue;
  Control control;
  Certificate certificate;
  Server server;
  std::thread thread;
};

TEST_F(NetTest, PlainHttpIsAnswered) {
  const auto reply = http("deribit", "GET /api/v2/public/test");
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n")) << reply;
  EXPECT_NE(reply.find(R"("result":{"version":)"), std::string::npos);
}

TEST_F(NetTest, TlsOnTheSamePortVerifiesAgainstTheAuthority) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free};
  SSL_CTX_load_verify_locations(context.get(), certificate.ca.c_str(), nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls{SSL_new(context.get()), SSL_free};
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls.get()), "127.0.0.1");
  const int descriptor = connect("deribit");
  SSL_set_fd(tls.get(), descriptor);
  ASSERT_EQ(SSL_connect(tls.get()), 1) << ERR_reason_error_string(ERR_get_error());
  const std::string request = "GET /api/v2/public/test HTTP/1.1\r\nHost: x\r\n\r\n";
  SSL_write(tls.get(), request.data(), static_cast<int>(request.size()));
  std::string reply(4096, '\0');
  const int size = SSL_read(tls.get(), reply.data(), static_cast<int>(reply.size()));
  ASSERT_GT(size, 0);
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n"));
  close(descriptor);
}

TEST_F(NetTest, TheAuthorityIsKeptAndTheServersKeyIsNever) {
  const auto before = read_file(certificate.ca);
  const auto again = prepare_certificate(folder.path);
  EXPECT_EQ(read_file(again.ca), before);
  EXPECT_EQ(fs::status(folder.path / "ca.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(fs::exists(folder.path / "server.key"));
  EXPECT_NE(again.key, certificate.key);
}

TEST_F(NetTest, APortInUseIsNamed) {
  const auto taken = server.port("deribit");
  try {
    const Server second{
        "127.0.0.1", {{.name = "deribit", .port = taken, .venue = &venue}}, certificate, control};
    FAIL() << "two servers on one port";
  } catch (const BindError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find(std::to_string(taken)), std::string::npos) << text;
    EXPECT_NE(text.find("in use"), std::string::npos) << text;
  }
}

TEST_F(NetTest, AWebSocketIsServedAndASlowReaderIsCutOff) {
  const int descriptor = connect("deribit");
  send(descriptor,
       "GET /ws/api/v2 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  char buffer[4096];
  const auto size = recv(descriptor, buffer, sizeof buffer, 0);
  ASSERT_GT(size, 0);
  ASSERT_TRUE(std::string_view(buffer, static_cast<std::size_t>(size)).starts_with("HTTP/1.1 101"));
  // Asks without end and reads nothing: the server must end it, not keep every answer.
  const std::string text = R"({"jsonrpc":"2.0","id":1,"method":"public/get_instruments"})";
  std::string frame = "\x81";
  frame += static_cast<char>(0x80 | text.size());
  frame += std::string(4, '\0') + text;  // an all-zero mask
  bool cut = false;
  for (int i = 0; i < 200'000 && !cut; ++i) {
    cut = ::send(descriptor, frame.data(), frame.size(), MSG_NOSIGNAL) < 0;
  }
  EXPECT_TRUE(cut);
  close(descriptor);
  EXPECT_NE(http("deribit", "GET /api/v2/public/test").find("200 OK"), std::string::npos);
}

TEST_F(NetTest, GarbageOnThePortHarmsNobody) {
  for (const std::string_view bytes :
       {std::string_view{"\x16\x03\x01 no handshake"}, std::string_view{"no http at all\r\n\r\n"},
        std::string_view{"\0\0\0\0\0\0", 6}}) {
    const int descriptor = connect("deribit");
    send(descriptor, bytes);
    shutdown(descriptor, SHUT_WR);
    read_all(descriptor);
  }
  EXPECT_NE(http("deribit", "GET /api/v2/public/test").find("200 OK"), std::string::npos);
}

TEST_F(NetTest, AnHttpFaultOfSilenceOrCutIsOne) {
  ASSERT_NE(http("control", "POST /v1/faults", R"({"venue":"deribit","fault":"disconnect"})")
                .find("200 OK"),
            std::string::npos);
  EXPECT_EQ(http("deribit", "GET /api/v2/public/test"), "");
  EXPECT_NE(http("deribit", "GET /api/v2/public/test").find("200 OK"), std::string::npos);
}

TEST_F(NetTest, TheControlApiTellsAndRefusesByName) {
  EXPECT_NE(http("control", "GET /v1/health").find(R"("status":"ok")"), std::string::npos);
  EXPECT_NE(http("control", "GET /v1/ledger").find(R"({"deribit":{"orders":[],"fills":[])"),
            std::string::npos);
  struct Case {
    const char* line;
    const char* body;
    const char* answer;
  };
  for (
      const auto& [line, body, answer] : std::initializer_list<Case>{
          {"GET /v1/nothing", "", "404"},
          {"POST /v1/faults", "{", "400"},
          {"POST /v1/faults", R"({"venue":"x","fault":"delay"})", "venue: unknown"},
          {"POST /v1/faults", R"({"venue":"deribit","fault":"quake"})", "fault: unknown"},
          {"POST /v1/faults", R"({"venue":"deribit","fault":"delay","count":0})", "count"},
          {"POST /v1/faults", R"({"venue":"deribit","fault":"delay","delay_ms":-1})", "delay_ms"},
          {"POST /v1/faults", R"({"venue":"deribit","fault":"http_error","status":200})", "status"},
          {"POST /v1/market", R"({"venue":"deribit","action":"dance"})", "action"},
          {"POST /v1/market",
           R"({"venue":"deribit","action":"index","index":"btc_usd","price":"-1"})", "price"},
          {"POST /v1/market", R"({"venue":"deribit","action":"index","index":"x","price":"1"})",
           "index"},
          {"POST /v1/market", R"({"venue":"deribit","action":"clear","instrument":"x"})",
           "instrument"},
          {"POST /v1/market",
           R"({"venue":"deribit","action":"place","instrument":"BTC-PERPETUAL","side":"buy","amount":"10"})",
           "price"},
          {"POST /v1/market",
           R"({"venue":"deribit","action":"place","instrument":"BTC-PERPETUAL","side":"buy","amount":"10","price":"1.3"})",
           "tick"},
          {"POST /v1/market",
           R"({"venue":"deribit","action":"place","instrument":"BTC-PERPETUAL","side":"buy","amount":"10","price":"1"})",
           "200 OK"},
          {"DELETE /v1/faults", "", "200 OK"}}) {
    EXPECT_NE(http("control", line, body).find(answer), std::string::npos) << line << body;
  }
}

}  // namespace
}  // namespace causeway::simulator::net
