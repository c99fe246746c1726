#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace causeway::bench {

/// A connected TCP socket that is only ever polled.
class PolledSocket {
 public:
  /// Connects to a port of this machine.
  static PolledSocket connect(std::uint16_t port);
  /// Takes over a connected socket.
  explicit PolledSocket(int descriptor);
  ~PolledSocket();
  PolledSocket(PolledSocket&& other) noexcept;
  PolledSocket& operator=(PolledSocket&&) = delete;

  /// Writes all of it; polls while the kernel has no room.
  void send(std::string_view bytes) const;
  /// Reads what is there; how many bytes came. Nothing is 0, an end throws.
  std::size_t read(std::span<char> into) const;

 private:
  int descriptor_ = -1;
};

/// A NewOrderSingle of 20 fields, made once; each next() puts new ids, times and prices into it.
class OrderTemplate {
 public:
  OrderTemplate();
  /// The next order in the session, MsgSeqNum(34) `number`. Valid until the next call.
  std::string_view next(std::uint64_t number);
  [[nodiscard]] std::size_t size() const { return frame_.size(); }

 private:
  void put(std::size_t at, std::string_view text);
  void put_number(std::size_t at, std::uint64_t value, std::size_t digits);

  std::string frame_;
  std::int64_t stamped_ms_ = 0;
  std::size_t number_at_ = 0;
  std::size_t sending_time_at_ = 0;
  std::size_t transact_time_at_ = 0;
  std::size_t cl_ord_id_at_ = 0;
  std::size_t price_at_ = 0;
  std::size_t sum_at_ = 0;
};

/// A FIX client as fast as a measurement needs: it polls, sends orders from a template and cuts
/// what comes into messages without checking it.
class FixDriver {
 public:
  explicit FixDriver(std::uint16_t port);

  /// Logs on as OMS1 and waits for the answer; `reset`: both sides start again at 1 (141=Y).
  void log_on(bool reset = false);
  /// The MsgSeqNum(34) of what is sent next.
  void set_next_number(std::uint64_t number) { next_number_ = number; }
  void send_order();
  /// As many orders in one write.
  void send_orders(std::size_t count);
  /// ResendRequest from `begin` on.
  void request_resend(std::uint64_t begin);
  /// MsgSeqNum(34) of the answer to the Logon.
  [[nodiscard]] std::uint64_t last_received_number() const { return logon_number_; }
  /// The next message that has come, or nullopt. Valid until the next call.
  std::optional<std::string_view> next_message();
  /// Polls until an ExecutionReport with this ExecType(150) has come; false after five seconds.
  bool wait_for_report(char exec_type);

 private:
  std::string session_message(std::string_view type, std::string_view fields);

  PolledSocket socket_;
  OrderTemplate order_;
  std::uint64_t next_number_ = 1;
  std::uint64_t logon_number_ = 0;
  std::string batch_;
  std::array<char, 65'536> chunk_{};
  std::string input_;
  std::size_t start_ = 0;
};

/// The value of the first field `tag` of a message; empty where it has none.
std::string_view field(std::string_view message, std::string_view tag);

}  // namespace causeway::bench
