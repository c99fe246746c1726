#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fixspec/order.hpp"
#include "fixspec/result.hpp"
#include "fixspec/secret.hpp"
#include "strategies/client/events.hpp"

// A FIX initiator: what strategies, `causeway order` and the demo trade through. One thread;
// nothing happens outside the calls below.
namespace causeway::strategies::client {

/// TLS towards the gateway. The certificate is always verified, and so is the name in it.
struct Tls {
  /// PEM file of the certificate authorities to trust; empty: the system's.
  std::string ca_file;
  /// The name the certificate must carry; empty: the host that is connected to.
  std::string server_name;
};

struct Settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 5001;
  std::optional<Tls> tls;
  std::string comp_id;                       ///< ours: SenderCompID(49)
  std::string gateway_comp_id = "CAUSEWAY";  ///< TargetCompID(56)
  std::string username;                      ///< Username(553); empty: not sent
  std::optional<fixspec::Secret> password;   ///< Password(554)
  int heart_bt_int_s = 30;                   ///< HeartBtInt(108), 5 to 60
  /// Start over at 1 on both sides (141=Y) with the first logon: reports that were missed are given
  /// up. The numbers file starts over too.
  bool reset_seq_num = false;
  /// A message whose SendingTime(52) is two minutes off is rejected, and with it what it tells.
  bool check_latency = true;
  /// Keeps both sequence numbers across restarts, so that missed reports are resent; empty: they
  /// live as long as the Client. Orders are never resent after a restart: they are gap-filled.
  std::string numbers_file;
  std::chrono::milliseconds connect_timeout{5000};  ///< for TCP, TLS and the logon together
};

class Client {
 public:
  /// `on_event` is called from inside the calls below for every application message and reject.
  /// Throws std::runtime_error where the numbers file is damaged, or where another process keeps it
  /// for longer than connect_timeout.
  Client(Settings settings, std::function<void(const Event&)> on_event);
  /// Closes without a Logout; call logout() first for an orderly end.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Connects and logs on, or says why not. May be called again after a connection broke: the
  /// session goes on where it was, and what was missed is resent.
  fixspec::Result<fixspec::Done, fixspec::Error> connect();
  [[nodiscard]] bool is_logged_on() const;
  /// Why the session ended; empty while it has not.
  [[nodiscard]] const std::string& disconnect_reason() const;

  /// Sends, or says why not. After "the connection broke" nobody knows whether the gateway has the
  /// message; connect() again and the two sides find out. Not being logged on means: not sent.
  fixspec::Result<fixspec::Done, fixspec::Error> send(const fixspec::ClientRequest& request);
  /// SecurityListRequest (35=x) for all instruments; answered by SecurityList events.
  fixspec::Result<fixspec::Done, fixspec::Error> request_instruments(const std::string& request_id);

  /// MarketDataRequest (35=V): the best prices of one instrument from now on, each time the whole
  /// newest picture; answered by MarketDataSnapshot events, or a MarketDataReject. Ends with the
  /// session: asked for again after each connect().
  fixspec::Result<fixspec::Done, fixspec::Error> request_best_prices(
      const std::string& request_id, const fixspec::InstrumentRef& instrument);

  /// Handles what has arrived and the session's timers; waits for input up to `limit`. Must be
  /// called at least every second or so while logged on. False where nothing arrived.
  bool poll(std::chrono::milliseconds limit);
  /// poll() until `done` holds; false where `limit` passed or the session ended before.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds limit);

  /// Logs out and closes; waits up to two seconds for the gateway's answer.
  void logout();

  /// The socket, for a poll() of the caller's own; -1 where there is none.
  [[nodiscard]] int descriptor() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::strategies::client
