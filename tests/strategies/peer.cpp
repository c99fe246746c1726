#include "tests/strategies/peer.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace causeway::strategies::client {
namespace {

constexpr int limit_ms = 10'000;

void expect(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

std::string with_soh(std::string_view text) {
  std::string bytes{text};
  std::replace(bytes.begin(), bytes.end(), '|', '\x01');
  return bytes;
}

}  // namespace

Peer::Peer(std::function<void(Peer&)> script) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  expect(::bind(listener_, generic, size) == 0, "bind");
  expect(::listen(listener_, 4) == 0, "listen");
  expect(::getsockname(listener_, generic, &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, script = std::move(script)] {
    accept();
    if (connection_ >= 0) script(*this);
    if (connection_ >= 0) ::close(connection_);
  });
}

Peer::~Peer() {
  thread_.join();
  ::close(listener_);
}

void Peer::accept() {
  pollfd request{.fd = listener_, .events = POLLIN, .revents = 0};
  connection_ = ::poll(&request, 1, limit_ms) == 1 ? ::accept(listener_, nullptr, nullptr) : -1;
}

void Peer::accept_again() {
  ::close(connection_);
  buffer_.clear();
  accept();
}

std::string Peer::read() {
  while (true) {
    const std::size_t trailer = buffer_.find(
        "\x01"
        "10=");
    const std::size_t end =
        trailer == std::string::npos ? trailer : buffer_.find('\x01', trailer + 1);
    if (end != std::string::npos) {
      std::string message = buffer_.substr(0, end + 1);
      buffer_.erase(0, end + 1);
      std::replace(message.begin(), message.end(), '\x01', '|');
      return message;
    }
    pollfd request{.fd = connection_, .events = POLLIN, .revents = 0};
    if (::poll(&request, 1, limit_ms) != 1) return "";
    std::array<char, 4096> bytes;
    const ssize_t count = ::recv(connection_, bytes.data(), bytes.size(), 0);
    if (count <= 0) return "";
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

std::string Peer::read_until(std::string_view part) {
  while (true) {
    std::string message = read();
    if (message.empty() || message.find(part) != std::string::npos) return message;
  }
}

void Peer::send(std::uint64_t number, std::string_view body, std::string_view header) {
  std::time_t now = ::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y%m%d-%H:%M:%S", &parts);
  const std::size_t type_end = body.find('|') + 1;
  std::string content{body.substr(0, type_end)};
  content += "49=CAUSEWAY|56=OMS1|34=" + std::to_string(number) + "|52=" + time.data() + "|";
  content += header;
  content += body.substr(type_end);
  const std::string length = std::to_string(content.size());
  std::string message = with_soh("8=FIX.4.4|9=" + length + "|" + content);
  unsigned sum = 0;
  for (const char c : message) sum += static_cast<unsigned char>(c);
  std::array<char, 16> trailer{};
  std::snprintf(trailer.data(), trailer.size(), "10=%03u\x01", sum % 256);
  send_bytes(message + trailer.data());
}

void Peer::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace causeway::strategies::client
