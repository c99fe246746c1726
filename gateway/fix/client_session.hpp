#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fixspec/quickfix.hpp"
#include "gateway/fix/acceptor.hpp"
#include "gateway/fix/connection.hpp"
#include "gateway/fix/decode.hpp"
#include "gateway/fix/frame_fields.hpp"
#include "gateway/fix/market_data_feed.hpp"
#include "gateway/fix/message_store.hpp"
#include "gateway/fix/report_text.hpp"
#include "gateway/fix/resend_queue.hpp"

namespace causeway::gateway::fix {

/// What all sessions of an acceptor share.
struct SessionContext {
  const Settings& settings;
  Handler& handler;
  fixspec::LogSink& log;
  std::shared_ptr<FIX::DataDictionary> dictionary;
  /// Runs a task in a later turn of the io_context.
  std::function<void(std::function<void()>)> post;
  /// Runs a task after a while.
  std::function<void(std::chrono::microseconds, std::function<void()>)> post_later;
  MarketDataHub* market = nullptr;  ///< none: MarketDataRequests are not served
};

/// One client's FIX session over whatever connection it has: FIX::Session with our transport, our
/// store, our resend, and the codec on top.
class ClientSession final : private FIX::Application,
                            private FIX::Responder,
                            private FIX::Log,
                            private FIX::LogFactory,
                            private MarketDataOutlet {
 public:
  ClientSession(const SessionContext& context, const SessionSettings& settings,
                journal::SessionStore& store);
  ~ClientSession() override;

  [[nodiscard]] const SessionSettings& settings() const { return settings_; }
  [[nodiscard]] bool connected() const { return connection_ != nullptr; }
  [[nodiscard]] bool logged_on() { return engine_->isLoggedOn(); }

  /// Takes over a connection whose first frame is an accepted Logon.
  void log_on(Connection& connection, std::string_view logon);
  /// Answers a refused logon of this, not connected, session with a Logout. It has a number like
  /// every message of a session, or the client would take our next Logon for an old one.
  void refuse_logon(Connection& connection, const std::string& text);
  /// Whether a logon with wrong credentials may be answered so: once a second, or a stranger could
  /// use the numbers up.
  bool may_refuse_now(std::chrono::steady_clock::time_point now);
  void on_frame(std::string_view frame);
  void on_drained();
  void on_closed(const std::string& reason);
  void on_timer();
  void send(const fixspec::Report& report, journal::ReportKey key);
  /// Sends the status if this session wants to hear of it.
  void announce(const fixspec::TradingSessionStatus& status);
  void log_out(const std::string& reason);

 private:
  // FIX::Application
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override;
  void onLogout(const FIX::SessionID&) override;
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) override {}
  void fromAdmin(const FIX::Message& message, const FIX::SessionID&) override;
  void fromApp(const FIX::Message& message, const FIX::SessionID&) override;
  // FIX::Responder
  bool send(const std::string& bytes) override;
  void disconnect() override;
  // FIX::Log, FIX::LogFactory: the last event says why a session ended
  FIX::Log* create() override { return this; }
  FIX::Log* create(const FIX::SessionID&) override { return this; }
  void destroy(FIX::Log*) override {}
  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string&) override {}
  void onOutgoing(const std::string&) override {}
  void onEvent(const std::string& event) override;

  // MarketDataOutlet
  [[nodiscard]] bool may_send_market_data() const override;
  void send_unstored(std::string_view msg_type, std::string_view fields) override;
  void serve_market_data_soon() override;

  bool take_hot_request(std::string_view frame, fixspec::UtcNanos now);
  DecodeContext decode_context(fixspec::UtcNanos now) const;
  void feed(std::string_view frame);
  void ignore(std::string_view why);
  void watch_gap();
  void watch_writes();
  void bound_gap(std::size_t frame_bytes);
  std::optional<std::uint64_t> number_of_next(std::string_view frame);
  void answer(std::uint64_t number, FIX::Message reject);
  bool answer_unsupported(std::string_view frame);
  bool reject_format(std::string_view frame, int tag);
  void on_request(const FIX::Message& message, const std::string& type);
  void on_security_list_request(const FIX::Message& message);
  void on_status_request(const FIX::Message& message);
  void on_market_data_request(const FIX::Message& message);
  void end_market_data();
  void send_message(FIX::Message message, journal::ReportKey key = {});
  void on_resend(std::uint64_t begin, std::uint64_t end);
  void schedule_resend();
  void serve_resend();

  void send_bytes(std::string_view bytes, std::uint64_t msg_seq_num);

  const SessionContext& context_;
  const SessionSettings& settings_;
  fixspec::SessionId id_;
  Connection* connection_ = nullptr;
  journal::SessionStore& kept_;
  MessageStore store_;
  ReportFrame report_frame_;
  ResendQueue resend_;
  bool resend_scheduled_ = false;
  bool resend_is_repeated_ = false;
  std::uint64_t resent_up_to_ = 0;  ///< at resent_at_
  std::chrono::steady_clock::time_point resent_at_;
  bool swallow_gap_fill_ = false;
  bool wants_status_ = false;
  std::uint64_t highest_received_ = 0;  ///< MsgSeqNum(34) of this connection
  FrameFields hot_fields_;
  fixspec::UtcNanos fed_at_ = 0;  ///< when FIX::Session was last given a message
  std::size_t gap_bytes_ = 0;     ///< of what FIX::Session keeps until a gap is filled
  int gap_begin_ = 0;             ///< the number waited for since gap_since_
  std::chrono::steady_clock::time_point gap_since_;
  std::chrono::steady_clock::time_point refused_at_;
  std::string status_request_id_;
  std::string last_event_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<FIX::Session> engine_;
  std::unique_ptr<MarketDataFeed> market_;  ///< none: not served
};

}  // namespace causeway::gateway::fix
