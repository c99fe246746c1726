#include "tests/fix/raw_client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <stdexcept>

namespace causeway::tests::fix {
namespace {

constexpr std::chrono::seconds patience{10};
constexpr char delimiter = '\x01';

std::string padded_sum(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  std::string text = std::to_string(sum % 256);
  return std::string(3 - text.size(), '0') + text;
}

bool has_field(std::string_view body, int tag) {
  const std::string start = std::to_string(tag) + "=";
  return body.substr(0, start.size()) == start ||
         body.find(delimiter + start) != std::string_view::npos;
}

}  // namespace

std::string with_delimiters(std::string_view bars) {
  std::string wire{bars};
  std::replace(wire.begin(), wire.end(), '|', delimiter);
  if (!wire.empty() && wire.back() != delimiter) wire += delimiter;
  return wire;
}

std::string with_bars(std::string_view wire) {
  std::string bars{wire};
  std::replace(bars.begin(), bars.end(), delimiter, '|');
  return bars;
}

std::string sending_time(int offset_s) {
  const std::time_t now = std::time(nullptr) + offset_s;
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d-%H:%M:%S", &parts);
  return std::string{text.data()} + ".000";
}

std::string value_of(std::string_view frame, int tag) {
  const std::string start = delimiter + std::to_string(tag) + "=";
  const std::string all = delimiter + std::string{frame};
  const std::size_t found = all.find(start);
  if (found == std::string::npos) return {};
  const std::size_t first = found + start.size();
  return all.substr(first, all.find(delimiter, first) - first);
}

struct RawClient::Tls {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = SSL_new(context);
  Tls() = default;
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;
  ~Tls() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
};

RawClient::RawClient(std::uint16_t port, std::function<void()> pump, Options options)
    : options_(std::move(options)), pump_(std::move(pump)) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (options_.receive_buffer > 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options_.receive_buffer,
               sizeof options_.receive_buffer);
  }
  const int no_delay = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Loopback connects without the acceptor's help: the listening socket has a backlog.
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL, 0) | O_NONBLOCK);
  if (!options_.tls) return;
  tls_ = std::make_unique<Tls>();
  SSL_set_fd(tls_->ssl, socket_);
  if (!wait([this] { return SSL_connect(tls_->ssl) == 1; })) {
    throw std::runtime_error("no TLS handshake");
  }
}

RawClient::~RawClient() { disconnect(); }

void RawClient::disconnect() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

std::string RawClient::frame(std::string_view body) {
  std::string fields = with_delimiters(body);
  const std::size_t type_end = fields.find(delimiter) + 1;
  std::string header;
  if (!has_field(fields, 34)) header += "34=" + std::to_string(next_msg_seq_num++) + delimiter;
  if (!has_field(fields, 49)) header += "49=" + options_.comp_id + delimiter;
  if (!has_field(fields, 52)) header += "52=" + sending_time() + delimiter;
  if (!has_field(fields, 56)) header += "56=" + options_.target + delimiter;
  fields.insert(type_end, header);
  std::string whole = "8=" + options_.begin_string + delimiter +
                      "9=" + std::to_string(fields.size()) + delimiter + fields;
  whole += "10=" + padded_sum(whole) + delimiter;
  return whole;
}

void RawClient::send(std::string_view body) { send_bytes(frame(body)); }

void RawClient::log_on(std::string_view more) { send("35=A|98=0|108=30|" + std::string{more}); }

void RawClient::send_bytes(std::string_view bytes) {
  wait([&] {
    const auto size = bytes.size();
    const ssize_t sent = tls_ ? SSL_write(tls_->ssl, bytes.data(), static_cast<int>(size))
                              : ::send(socket_, bytes.data(), size, MSG_NOSIGNAL);
    if (sent < 0 && !tls_ && errno != EAGAIN) return true;  // the server is gone: receive() tells
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    return bytes.empty();
  });
}

// Whether something came or the connection ended.
bool RawClient::read_some() {
  std::array<char, 65536> buffer;
  const ssize_t size = tls_ ? SSL_read(tls_->ssl, buffer.data(), static_cast<int>(buffer.size()))
                            : ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size > 0) {
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }
  if (tls_) {
    const int error = SSL_get_error(tls_->ssl, static_cast<int>(size));
    closed_ = error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
  } else {
    closed_ = size == 0 || (errno != EAGAIN && errno != EINTR);
  }
  return closed_;
}

bool RawClient::wait(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    pump_();
  }
  return true;
}

std::optional<std::string> RawClient::take_frame() {
  const std::size_t length_at = input_.find(std::string{delimiter} + "9=");
  if (length_at == std::string::npos) return std::nullopt;
  const std::size_t length_end = input_.find(delimiter, length_at + 1);
  if (length_end == std::string::npos) return std::nullopt;
  const std::size_t length = std::stoul(input_.substr(length_at + 3, length_end - length_at - 3));
  constexpr std::size_t trailer = 7;
  const std::size_t size = length_end + 1 + length + trailer;
  if (input_.size() < size) return std::nullopt;
  std::string whole = input_.substr(0, size);
  input_.erase(0, size);
  return whole;
}

std::optional<std::string> RawClient::receive() {
  std::optional<std::string> whole = take_frame();
  wait([&] {
    if (!whole && !closed_ && read_some()) whole = take_frame();
    return whole || closed_;
  });
  return whole;
}

std::optional<std::string> RawClient::receive_type(std::string_view msg_type) {
  while (auto whole = receive()) {
    if (value_of(*whole, 35) == msg_type) return whole;
  }
  return std::nullopt;
}

bool RawClient::closed_by_server() {
  return wait([this] {
    if (!closed_) read_some();
    return closed_;
  });
}

bool RawClient::silent(int turns) {
  for (int i = 0; i < turns; ++i) {
    pump_();
    read_some();
    if (!input_.empty() || closed_) return false;
  }
  return true;
}

}  // namespace causeway::tests::fix
