#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/log.hpp"
#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "fixspec/result.hpp"
#include "fixspec/secret.hpp"
#include "gateway/fix/market_data.hpp"
#include "gateway/journal/session_store.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::gateway::fix {

/// Which acknowledgements a client is sent.
enum class AckMode : std::uint8_t {
  Full,   ///< every report, the pending ones included
  Venue,  ///< only what the venue decided: no PendingNew, PendingCancel, PendingReplace
};

/// One client session, as sessions.cfg describes it.
struct SessionSettings {
  fixspec::SessionId comp_id;               ///< the client's SenderCompID(49)
  std::string username;                     ///< Username(553); empty: not asked for
  std::optional<fixspec::Secret> password;  ///< Password(554); none: not asked for
  AckMode ack_mode = AckMode::Full;
  bool announce_on_logon = false;  ///< send each venue's status (35=h) after the logon
  bool check_latency = true;
  int max_latency_s = 10;                ///< how far SendingTime(52) may be from our clock
  int timestamp_precision = 6;           ///< digits after the second in 52 and 60: 3 or 6
  bool validate_with_dictionary = true;  ///< false: only the codec judges application messages
  std::size_t max_outbound_bytes = 8U << 20U;  ///< unsent bytes at which the client is cut off
};

struct PlainPort {
  std::string host = "127.0.0.1";  ///< a loopback address; anything else is refused
  std::uint16_t port = 5001;       ///< 0: any free port
};

struct TlsPort {
  std::string host = "0.0.0.0";
  std::uint16_t port = 5002;     ///< 0: any free port
  std::string certificate_file;  ///< PEM chain, EC or RSA
  std::string private_key_file;  ///< PEM
};

struct Settings {
  std::string our_comp_id = "CAUSEWAY";
  std::optional<PlainPort> plain;
  std::optional<TlsPort> tls;
  std::vector<SessionSettings> sessions;
  /// How long a connection may take until its Logon (TLS handshake included), and how long one that
  /// is being closed may take to read what it was sent.
  std::chrono::milliseconds logon_timeout{5000};
  std::size_t max_pending_logons = 128;  ///< connections without a Logon; more are closed at once
  std::size_t max_frame_bytes = 65536;   ///< a longer message is taken for garbage
  std::size_t resend_slice = 64;         ///< messages resent in one turn
  /// Between two slices: the core serves others then.
  std::chrono::microseconds resend_pause{500};
  /// Between two slices of what was resent to the client a short while ago already.
  std::chrono::milliseconds repeated_resend_pause{20};
  std::size_t instruments_per_page = 100;  ///< of a SecurityList
  /// How long bytes may wait for a client that takes none of them: longer, and it is cut off.
  std::chrono::milliseconds stall_timeout{8'000};
  /// Bytes of messages that came early, kept until the gap before them is filled.
  std::size_t max_gap_bytes = 4U << 20U;
  /// How long messages that were asked for by a ResendRequest may stay away until the session ends.
  std::chrono::milliseconds gap_timeout{30'000};
  /// A resent order (43=Y) whose OrigSendingTime(122) is older is not taken as new.
  std::chrono::milliseconds poss_dup_max_age{5000};
  MarketDataLimits market_data;  ///< of each session
};

/// What the acceptor asks of the gateway, and what it tells it. On the core thread; a request may
/// be answered from inside on_client_request by Acceptor::send.
class Handler {
 public:
  virtual ~Handler() = default;

  /// A request of a client, to be journalled and applied. `msg_seq_num` is its MsgSeqNum(34); the
  /// session's next expected number is set after this returns.
  virtual void on_client_request(const fixspec::SessionId& session, fixspec::ClientRequest request,
                                 std::uint64_t msg_seq_num) = 0;
  /// What has come at once has been told: the handler may have waited for it, so that one write to
  /// the journal does for all.
  virtual void on_requests_told() {}
  /// Whether this session has used the ClOrdID before: decides what a resent order (43=Y) that is
  /// too old to be new is answered with.
  [[nodiscard]] virtual bool knows_cl_ord_id(const fixspec::SessionId& session,
                                             const fixspec::ClOrdId& cl_ord_id) const = 0;
  /// All instruments of all venues, as of now; the reference is used before the call returns.
  [[nodiscard]] virtual const std::vector<fixspec::Instrument>& instruments() const = 0;
  /// Those of this symbol, on any venue.
  [[nodiscard]] virtual std::vector<const fixspec::Instrument*> instruments_named(
      const fixspec::Symbol& symbol) const = 0;
  /// One status a configured venue.
  [[nodiscard]] virtual std::vector<fixspec::TradingSessionStatus> venue_statuses() const = 0;
  /// A session logged on (reason empty) or is gone (why, for people).
  virtual void on_session_state(const fixspec::SessionId& session, bool logged_on,
                                const std::string& reason) = 0;
};

/// What the acceptor needs besides its settings.
struct Dependencies {
  Handler& handler;
  /// The store of a session; called once a session at construction, lives as long as the acceptor.
  std::function<journal::SessionStore&(const fixspec::SessionId&)> store;
  /// Writes what was journalled so far; called before each socket write.
  std::function<void()> flush;
  fixspec::LogSink& log;
  /// Asked after each flush: false where what was journalled is not kept yet (a full disk, a sync
  /// still under way), so that nothing may leave; asked again a millisecond later. Empty: always.
  std::function<bool()> may_write = {};
  /// Public prices; none: a MarketDataRequest (35=V) is answered as an unsupported message. Lives
  /// longer than the acceptor.
  MarketSource* market = nullptr;
};

/// The FIX side of the gateway: listens, authenticates, keeps sessions, turns messages into
/// requests and reports into messages. Everything happens on the thread that runs the io_context.
class Acceptor {
 public:
  Acceptor(boost::asio::io_context& io, Settings settings, Dependencies dependencies);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  /// Binds the ports, or says which one is taken or which setting is wrong.
  fixspec::Result<fixspec::Done, fixspec::Error> start();
  /// The ports in use after start(); 0 where that port is not configured.
  [[nodiscard]] std::uint16_t plain_port() const;
  [[nodiscard]] std::uint16_t tls_port() const;

  /// Stores the report under the session's next number and sends it if the client is there; else it
  /// is resent after the next logon. An unknown session is our bug.
  void send(const fixspec::SessionId& session, const fixspec::Report& report,
            journal::ReportKey key);
  /// To every session that is logged on and asked for it (g) or has announce_on_logon.
  void broadcast(const fixspec::TradingSessionStatus& status);
  /// The state of a watched instrument is another one: its subscribers are told in a later turn.
  void market_changed(const fixspec::InstrumentKey& instrument);
  [[nodiscard]] bool logged_on(const fixspec::SessionId& session) const;
  /// True: nothing more is read from any client until it is called with false; what they send waits
  /// in their own and in the operating system's buffers.
  void hold_reading(bool hold);

  /// Logs every client out and closes; when the last has answered or a second has passed, nothing
  /// of ours is left in the io_context.
  void stop();
  /// False once every client has gone.
  [[nodiscard]] bool has_connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::gateway::fix
