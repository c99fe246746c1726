#include "tests/bench/bare_floors.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "simulator/net/certificate.hpp"
#include "tests/bench/fix_driver.hpp"
#include "tests/bench/scratch_folder.hpp"

namespace causeway::bench {
namespace {

constexpr double nanos_per_micro = 1'000;

struct SocketPair {
  int near = -1;
  int far = -1;
};

// Two ends of a TCP connection over loopback.
SocketPair connected_pair() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  SocketPair pair;
  pair.near = ::socket(AF_INET, SOCK_STREAM, 0);
  const bool done = ::bind(listener, generic, size) == 0 && ::listen(listener, 1) == 0 &&
                    ::getsockname(listener, generic, &size) == 0 &&
                    ::connect(pair.near, generic, size) == 0;
  pair.far = done ? ::accept(listener, nullptr, nullptr) : -1;
  ::close(listener);
  if (pair.far < 0) throw std::runtime_error("no loopback connection");
  const int yes = 1;
  for (const int socket : {pair.near, pair.far}) {
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  return pair;
}

void poll_from_now_on(int socket) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

// Polls until so many bytes have come.
template <class Read>
void take(std::size_t size, const Read& read) {
  std::vector<char> bytes(size);
  for (std::size_t got = 0; got < size;) {
    const auto count = read(bytes.data() + got, size - got);
    if (count > 0) got += static_cast<std::size_t>(count);
  }
}

void take(int socket, std::size_t size) {
  take(size, [&](char* into, std::size_t most) { return ::recv(socket, into, most, 0); });
}

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

struct TlsPair {
  SocketPair sockets;
  Ssl client;
  Ssl server;
};

TlsPair connected_tls_pair() {
  const ScratchFolder folder;
  const auto certificate = simulator::net::prepare_certificate(folder.path("ca"));
  const std::unique_ptr<SSL_CTX, FreeContext> server{SSL_CTX_new(TLS_server_method())};
  const std::unique_ptr<SSL_CTX, FreeContext> client{SSL_CTX_new(TLS_client_method())};
  const auto bio_of = [](const std::string& pem) {
    return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  };
  BIO* const certificate_bio = bio_of(certificate.certificate);
  BIO* const key_bio = bio_of(certificate.key);
  X509* const x509 = PEM_read_bio_X509(certificate_bio, nullptr, nullptr, nullptr);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(server.get(), x509);
  SSL_CTX_use_PrivateKey(server.get(), key);
  X509_free(x509);
  EVP_PKEY_free(key);
  BIO_free(certificate_bio);
  BIO_free(key_bio);
  TlsPair pair{connected_pair(), Ssl{SSL_new(client.get())}, Ssl{SSL_new(server.get())}};
  SSL_set_fd(pair.client.get(), pair.sockets.near);
  SSL_set_fd(pair.server.get(), pair.sockets.far);
  std::thread accepting{[&] { SSL_accept(pair.server.get()); }};
  const int done = SSL_connect(pair.client.get());
  accepting.join();
  if (done != 1) throw std::runtime_error("no TLS handshake");
  poll_from_now_on(pair.sockets.near);
  poll_from_now_on(pair.sockets.far);
  return pair;
}

int write_all(SSL* ssl, const std::string& bytes) {
  int written = 0;
  do {
    written = SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size()));
  } while (written <= 0);
  return written;
}

// One thread between a plain socket and a TLS connection, until `stop`.
class Relay {
 public:
  Relay(int plain, TlsPair& tls, const RelaySizes& sizes)
      : plain_(plain), tls_(tls), to_tls_(sizes.tls_out, 'v'), to_plain_(sizes.plain_out, 'f') {
    epoll_ = ::epoll_create1(0);
    for (const int socket : {plain_, tls_.sockets.near}) {
      epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.fd = socket}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }
  }
  ~Relay() { ::close(epoll_); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  void run() {
    pin_to_core(gateway_core);
    while (!stop) {
      epoll_event event{};
      if (::epoll_wait(epoll_, &event, 1, 0) <= 0) continue;
      const std::int64_t start = now_ns();
      if (event.data.fd == plain_) {
        if (::recv(plain_, input_.data(), input_.size(), 0) <= 0) continue;
        write_all(tls_.client.get(), to_tls_);
        to_tls.push_back(static_cast<double>(now_ns() - start) / nanos_per_micro);
      } else {
        if (SSL_read(tls_.client.get(), input_.data(), static_cast<int>(input_.size())) <= 0) {
          continue;  // a session ticket
        }
        if (::send(plain_, to_plain_.data(), to_plain_.size(), 0) <= 0) continue;
        from_tls.push_back(static_cast<double>(now_ns() - start) / nanos_per_micro);
      }
    }
  }

  std::atomic<bool> stop{false};
  std::vector<double> to_tls;
  std::vector<double> from_tls;

 private:
  int plain_;
  int epoll_ = -1;
  TlsPair& tls_;
  std::string to_tls_;
  std::string to_plain_;
  std::vector<char> input_ = std::vector<char>(65'536);
};

}  // namespace

Spread bare_round_trip(std::size_t request, std::size_t reply, Pace pace) {
  const SocketPair pair = connected_pair();
  poll_from_now_on(pair.near);
  poll_from_now_on(pair.far);
  std::atomic<bool> stop{false};
  std::thread server{[&] {
    pin_to_core(gateway_core);
    const std::string bytes(reply, 'r');
    std::vector<char> input(65'536);
    std::size_t got = 0;
    while (!stop) {
      const ssize_t size = ::recv(pair.far, input.data(), input.size(), 0);
      if (size > 0) got += static_cast<std::size_t>(size);
      if (got < request) continue;
      got = 0;
      if (::send(pair.far, bytes.data(), bytes.size(), 0) <= 0) break;
    }
  }};
  const std::string bytes(request, 'q');
  std::vector<double> samples;
  at_pace(pace, [&] {
    const std::int64_t start = now_ns();
    if (::send(pair.near, bytes.data(), bytes.size(), 0) <= 0) return;
    take(pair.near, reply);
    samples.push_back(static_cast<double>(now_ns() - start) / nanos_per_micro);
  });
  stop = true;
  server.join();
  ::close(pair.near);
  ::close(pair.far);
  return spread_of(std::move(samples));
}

double bare_echo_rate(std::size_t request, std::size_t reply, std::size_t outstanding,
                      std::size_t count) {
  const SocketPair pair = connected_pair();
  poll_from_now_on(pair.near);
  poll_from_now_on(pair.far);
  std::thread server{[&] {
    pin_to_core(gateway_core);
    const PolledSocket socket{::dup(pair.far)};
    std::vector<char> input(65'536);
    const std::string answers(reply * (outstanding + 1), 'r');
    std::size_t unanswered = 0;
    for (std::size_t answered = 0; answered < count;) {
      unanswered += socket.read(input);
      const std::size_t messages = unanswered / request;
      if (messages == 0) continue;
      // One send a message, as a gateway's core has it to do at the least.
      for (std::size_t i = 0; i < messages; ++i) socket.send({answers.data(), reply});
      unanswered -= messages * request;
      answered += messages;
    }
  }};
  const PolledSocket socket{::dup(pair.near)};
  const OnCore pinned{driver_core};
  const std::string requests(request * outstanding, 'q');
  std::vector<char> input(65'536);
  const std::int64_t start = now_ns();
  std::size_t sent = 0;
  std::size_t got_bytes = 0;
  while (got_bytes < reply * count) {
    const std::size_t room = std::min(outstanding - (sent - got_bytes / reply), count - sent);
    if (room > outstanding / 8 || room == count - sent) {
      socket.send({requests.data(), request * room});
      sent += room;
    }
    got_bytes += socket.read(input);
  }
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;
  server.join();
  ::close(pair.near);
  ::close(pair.far);
  return static_cast<double>(count) / seconds;
}

BareRelay bare_relay(const RelaySizes& sizes, Pace pace) {
  const SocketPair plain = connected_pair();
  poll_from_now_on(plain.near);
  poll_from_now_on(plain.far);
  TlsPair tls = connected_tls_pair();
  Relay relay{plain.far, tls, sizes};
  std::thread thread{[&] { relay.run(); }};
  const std::string request(sizes.plain_in, 'q');
  const std::string notice(sizes.tls_in, 'n');
  at_pace(pace, [&] {
    if (::send(plain.near, request.data(), request.size(), 0) <= 0) return;
    take(sizes.tls_out, [&](char* into, std::size_t most) {
      return SSL_read(tls.server.get(), into, static_cast<int>(most));
    });
    write_all(tls.server.get(), notice);
    take(plain.near, sizes.plain_out);
  });
  relay.stop = true;
  thread.join();
  for (const int socket : {plain.near, plain.far, tls.sockets.near, tls.sockets.far}) {
    ::close(socket);
  }
  return {.to_tls = spread_of(std::move(relay.to_tls)),
          .from_tls = spread_of(std::move(relay.from_tls))};
}

}  // namespace causeway::bench
