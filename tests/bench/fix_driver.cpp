#include "tests/bench/fix_driver.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/time_text.hpp"
#include "tests/bench/figures.hpp"

namespace causeway::bench {
namespace {

constexpr std::size_t number_digits = 9;
constexpr std::size_t price_digits = 3;
constexpr std::size_t sum_digits = 3;
constexpr std::size_t price_steps = 1'000;
constexpr int time_digits = 3;
constexpr std::int64_t patience_ns = 5'000'000'000;
constexpr char soh = '\x01';

std::string wire(std::string_view bars) {
  std::string text{bars};
  for (char& c : text) {
    if (c == '|') c = soh;
  }
  return text;
}

std::string time_now() { return gateway::fix::to_fix_time(gateway::fix::utc_now(), time_digits); }

// Where a message that starts at `start` ends; npos: not there yet.
std::size_t end_of_message(std::string_view input, std::size_t start) {
  const std::size_t first_end = input.find(soh, start);
  const std::size_t second_end =
      first_end == std::string_view::npos ? first_end : input.find(soh, first_end + 1);
  if (second_end == std::string_view::npos) return std::string_view::npos;
  std::size_t body = 0;
  for (std::size_t i = first_end + 3; i < second_end; ++i) {
    body = body * 10 + static_cast<std::size_t>(input[i] - '0');
  }
  const std::size_t end = second_end + 1 + body + 7;
  return end <= input.size() ? end : std::string_view::npos;
}

}  // namespace

std::string_view field(std::string_view message, std::string_view tag) {
  std::array<char, 16> key{};
  std::size_t size = 0;
  key[size++] = soh;
  for (const char c : tag) key[size++] = c;
  key[size++] = '=';
  const std::size_t at = message.find(std::string_view{key.data(), size});
  if (at == std::string_view::npos) return {};
  const std::string_view rest = message.substr(at + size);
  return rest.substr(0, rest.find(soh));
}

// ---- the socket
// --------------------------------------------------------------------------------

PolledSocket PolledSocket::connect(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  return PolledSocket{descriptor};
}

PolledSocket::PolledSocket(int descriptor) : descriptor_(descriptor) {
  const int yes = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

PolledSocket::PolledSocket(PolledSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

PolledSocket::~PolledSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void PolledSocket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
    if (size < 0 && errno != EAGAIN) throw std::runtime_error("the connection broke");
  }
}

std::size_t PolledSocket::read(std::span<char> into) const {
  const ssize_t size = ::recv(descriptor_, into.data(), into.size(), 0);
  if (size == 0) throw std::runtime_error("the connection was closed");
  return static_cast<std::size_t>(std::max<ssize_t>(size, 0));
}

// ---- the order
// ---------------------------------------------------------------------------------

OrderTemplate::OrderTemplate() {
  const std::string body = wire(
      "35=D|34=000000000|49=OMS1|52=YYYYMMDD-HH:MM:SS.mmm|56=CAUSEWAY|11=bench-000000000|1=alpha|"
      "55=BTC-PERPETUAL|207=DERIBIT|167=FUT|54=1|38=100|40=2|44=63000.5|59=1|18=6|"
      "60=YYYYMMDD-HH:MM:SS.mmm|");
  frame_ = gateway::fix::make_frame("FIX.4.4", body);
  const auto after = [this](std::string_view key) { return frame_.find(key) + key.size(); };
  number_at_ = after(
      "\x01"
      "34=");
  sending_time_at_ = after(
      "\x01"
      "52=");
  transact_time_at_ = after(
      "\x01"
      "60=");
  cl_ord_id_at_ = after("bench-");
  price_at_ = after("44=63");
  sum_at_ = after(
      "\x01"
      "10=");
}

std::string_view OrderTemplate::next(std::uint64_t number) {
  const std::int64_t now_ms = now_ns() / 1'000'000;
  if (now_ms != std::exchange(stamped_ms_, now_ms)) {
    const std::string now = time_now();
    put(sending_time_at_, now);
    put(transact_time_at_, now);
  }
  put_number(number_at_, number, number_digits);
  put_number(cl_ord_id_at_, number, number_digits);
  put_number(price_at_, number % price_steps, price_digits);
  const std::string_view summed{frame_.data(), sum_at_ - 3};
  put_number(sum_at_, gateway::fix::checksum(summed), sum_digits);
  return frame_;
}

void OrderTemplate::put(std::size_t at, std::string_view text) {
  frame_.replace(at, text.size(), text);
}

void OrderTemplate::put_number(std::size_t at, std::uint64_t value, std::size_t digits) {
  for (std::size_t i = digits; i > 0; --i, value /= 10) {
    frame_[at + i - 1] = static_cast<char>('0' + value % 10);
  }
}

// ---- the client
// --------------------------------------------------------------------------------

FixDriver::FixDriver(std::uint16_t port) : socket_(PolledSocket::connect(port)) {}

std::string FixDriver::session_message(std::string_view type, std::string_view fields) {
  return gateway::fix::make_frame(
      "FIX.4.4", wire("35=" + std::string{type} + "|34=" + std::to_string(next_number_++) +
                      "|49=OMS1|52=" + time_now() + "|56=CAUSEWAY|" + std::string{fields}));
}

void FixDriver::log_on(bool reset) {
  socket_.send(session_message("A", reset ? "98=0|108=60|141=Y|" : "98=0|108=60|"));
  const std::int64_t until = now_ns() + patience_ns;
  while (now_ns() < until) {
    const auto message = next_message();
    if (!message || field(*message, "35") != "A") continue;
    logon_number_ = std::strtoull(field(*message, "34").data(), nullptr, 10);
    return;
  }
  throw std::runtime_error("no answer to the Logon");
}

void FixDriver::send_order() { socket_.send(order_.next(next_number_++)); }

void FixDriver::send_orders(std::size_t count) {
  batch_.clear();
  for (std::size_t i = 0; i < count; ++i) batch_ += order_.next(next_number_++);
  socket_.send(batch_);
}

void FixDriver::request_resend(std::uint64_t begin) {
  socket_.send(session_message("2", "7=" + std::to_string(begin) + "|16=0|"));
}

std::optional<std::string_view> FixDriver::next_message() {
  std::size_t end = end_of_message(input_, start_);
  if (end == std::string_view::npos) {
    input_.erase(0, std::exchange(start_, 0));
    const std::size_t size = socket_.read(chunk_);
    if (size == 0) return std::nullopt;
    input_.append(chunk_.data(), size);
    end = end_of_message(input_, start_);
    if (end == std::string_view::npos) return std::nullopt;
  }
  const std::string_view message{input_.data() + start_, end - start_};
  start_ = end;
  return message;
}

bool FixDriver::wait_for_report(char exec_type) {
  const std::int64_t until = now_ns() + patience_ns;
  while (now_ns() < until) {
    const auto message = next_message();
    if (message && field(*message, "150") == std::string_view{&exec_type, 1}) return true;
  }
  return false;
}

}  // namespace causeway::bench
