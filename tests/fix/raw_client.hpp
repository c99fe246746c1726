#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace causeway::tests::fix {

/// `35=A|34=1|` with the delimiter of the wire instead of bars.
std::string with_delimiters(std::string_view bars);
/// The other way, for messages of failed tests.
std::string with_bars(std::string_view wire);
/// The current time as SendingTime(52), `offset_s` seconds away.
std::string sending_time(int offset_s = 0);
/// The value of the first field `tag`, empty where there is none.
std::string value_of(std::string_view frame, int tag);

/// A FIX client that is nothing but a socket: it frames what a test tells it to say and shows what
/// comes back, and has no opinion on either. Single-threaded: while it waits it calls `pump`, which
/// runs the acceptor's io_context.
class RawClient {
 public:
  struct Options {
    std::string comp_id = "OMS";
    std::string target = "CAUSEWAY";
    std::string begin_string = "FIX.4.4";
    bool tls = false;
    int receive_buffer = 0;  ///< SO_RCVBUF, 0: as it is
  };
  RawClient(std::uint16_t port, std::function<void()> pump, Options options);
  RawClient(std::uint16_t port, std::function<void()> pump)
      : RawClient(port, std::move(pump), Options{}) {}
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Sends `body` (bars, starting with 35=) in a whole frame. 34, 49, 52 and 56 are added where the
  /// body does not have them; 34 counts from 1.
  void send(std::string_view body);
  /// The frame that send() would write.
  std::string frame(std::string_view body);
  void send_bytes(std::string_view bytes);
  /// 35=A with HeartBtInt 30 and whatever else is given.
  void log_on(std::string_view more = "");

  /// The next whole frame, or nullopt when none comes within the limit or the server closes.
  std::optional<std::string> receive();
  /// Frames up to and including the first of type `msg_type`; that one, or nullopt.
  std::optional<std::string> receive_type(std::string_view msg_type);
  /// True once the server has closed, which it must do within the limit.
  bool closed_by_server();
  /// True where nothing arrives although the acceptor had `turns` turns to say something.
  bool silent(int turns = 200);
  void disconnect();

  std::uint64_t next_msg_seq_num = 1;

 private:
  bool read_some();
  bool wait(const std::function<bool()>& condition);
  std::optional<std::string> take_frame();

  struct Tls;
  Options options_;
  std::function<void()> pump_;
  int socket_ = -1;
  std::unique_ptr<Tls> tls_;
  std::string input_;
  bool closed_ = false;
};

}  // namespace causeway::tests::fix
