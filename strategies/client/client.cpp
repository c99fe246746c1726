#include "strategies/client/client.hpp"

#include <sstream>
#include <stdexcept>

#include "fixspec/dictionary.hpp"
#include "fixspec/quickfix.hpp"
#include "strategies/client/connection.hpp"
#include "strategies/client/decode.hpp"
#include "strategies/client/encode.hpp"
#include "strategies/client/frame.hpp"
#include "strategies/client/numbers.hpp"

namespace causeway::strategies::client {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;
using std::chrono::milliseconds;

// A gateway that does not read for this long is as good as gone.
constexpr milliseconds write_timeout{5000};
constexpr milliseconds logout_timeout{2000};
// Session timers (heartbeats, test requests) are looked at this often.
constexpr milliseconds tick{500};

FIX::DataDictionaryProvider dictionary_provider() {
  std::istringstream text{std::string{fixspec::fix44_dictionary()}};
  FIX::DataDictionaryProvider provider;
  provider.addTransportDataDictionary(
      FIX::BeginString("FIX.4.4"),
      ptr::shared_ptr<FIX::DataDictionary>(new FIX::DataDictionary(text)));
  return provider;
}

std::string transact_time_now() {
  return FIX::UtcTimeStampConvertor::convert(FIX::UtcTimeStamp(), 3);
}

}  // namespace

class Client::Impl final : public FIX::NullApplication, public FIX::Responder {
 public:
  Impl(Settings settings, std::function<void(const Event&)> on_event)
      : settings_(std::move(settings)),
        on_event_(std::move(on_event)),
        numbers_(settings_.numbers_file, settings_.connect_timeout),
        factory_(numbers_),
        session_(*this, factory_,
                 FIX::SessionID("FIX.4.4", settings_.comp_id, settings_.gateway_comp_id),
                 dictionary_provider(),
                 // The same time twice: a session of 24 hours, every day.
                 FIX::TimeRange(FIX::UtcTimeOnly(0, 0, 0), FIX::UtcTimeOnly(0, 0, 0)),
                 settings_.heart_bt_int_s, nullptr) {
    session_.setResetOnLogon(settings_.reset_seq_num);
    session_.setCheckLatency(settings_.check_latency);
  }

  Result<Done, Error> connect() {
    if (is_logged_on()) return Done{};
    drop("");
    reason_.clear();
    const auto deadline = Clock::now() + settings_.connect_timeout;
    auto connection = settings_.tls
                          ? connect_tls(settings_.host, settings_.port, settings_.tls->ca_file,
                                        settings_.tls->server_name, deadline)
                          : connect_plain(settings_.host, settings_.port, deadline);
    if (!connection) return Unexpected{connection.error()};
    connection_ = *std::move(connection);
    session_.setResponder(this);
    session_.logon();
    session_.next();
    while (connection_ && !is_logged_on() && Clock::now() < deadline) {
      poll(std::chrono::ceil<milliseconds>(deadline - Clock::now()));
    }
    if (is_logged_on()) return Done{};
    const bool in_time = !connection_;
    if (connection_) drop("");
    return Unexpected{Error{logon_error(in_time)}};
  }

  [[nodiscard]] bool is_logged_on() { return connection_ && logged_on_ && session_.isLoggedOn(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] int descriptor() const { return connection_ ? connection_->descriptor() : -1; }

  Result<Done, Error> send(FIX::Message message) {
    if (!is_logged_on()) return Unexpected{Error{"not logged on: nothing was sent"}};
    session_.send(message);
    if (connection_) return Done{};
    return Unexpected{Error{"the connection broke while sending: " + reason_}};
  }

  bool poll(milliseconds limit) {
    if (!connection_) return false;
    const bool stream_goes_on = connection_->read(buffer_, Clock::now() + std::min(limit, tick));
    const std::string why = connection_->error_text();
    const bool handled = handle_frames();
    if (!stream_goes_on) {
      drop(why);
    } else if (connection_) {
      session_.next();
    }
    return handled;
  }

  void logout() {
    if (!is_logged_on()) return drop("");
    session_.logout();
    session_.next();
    const auto deadline = Clock::now() + logout_timeout;
    while (connection_ && Clock::now() < deadline) poll(milliseconds{100});
    drop("logged out");
  }

  // ---- FIX::Responder ----

  bool send(const std::string& bytes) override {
    if (!connection_) return false;
    if (connection_->write(bytes, Clock::now() + write_timeout)) return true;
    // The session is in the middle of something; it is told by the next read, or at the end of
    // send().
    if (reason_.empty()) reason_ = connection_->error_text();
    connection_.reset();
    return false;
  }

  void disconnect() override { connection_.reset(); }

  // ---- FIX::Application ----

  void onLogon(const FIX::SessionID&) override {
    logged_on_ = true;
    // Starting over is for the first logon; afterwards a broken connection resumes.
    session_.setResetOnLogon(false);
  }
  void onLogout(const FIX::SessionID&) override { logged_on_ = false; }

  void toAdmin(FIX::Message& message, const FIX::SessionID&) override {
    const std::string type = type_of(message);
    // We end the session, for a reason that only this message tells.
    if (type == "5" && message.isSetField(FIX::FIELD::Text) && reason_.empty()) {
      reason_ = "we logged out: " + message.getField(FIX::FIELD::Text);
    }
    if (type != "A") return;
    if (!settings_.username.empty()) {
      message.setField(FIX::FIELD::Username, settings_.username);
    }
    if (settings_.password) {
      message.setField(FIX::FIELD::Password, std::string{settings_.password->reveal()});
    }
  }

  void fromAdmin(const FIX::Message& message, const FIX::SessionID&) override {
    const std::string type = type_of(message);
    if (type == "3") deliver(message);
    if (type == "5") {
      const bool told = message.isSetField(FIX::FIELD::Text);
      reason_ = "the gateway logged us out";
      if (told) reason_ += ": " + message.getField(FIX::FIELD::Text);
    }
  }

  void fromApp(const FIX::Message& message, const FIX::SessionID&) override { deliver(message); }

 private:
  static std::string type_of(const FIX::Message& message) {
    return message.getHeader().getField(FIX::FIELD::MsgType);
  }

  void deliver(const FIX::Message& message) {
    const FIX::Header& header = message.getHeader();
    Event event{.body = decode(message)};
    event.msg_seq_num = std::stoull(header.getField(FIX::FIELD::MsgSeqNum));
    event.poss_dup = header.isSetField(FIX::FIELD::PossDupFlag) &&
                     header.getField(FIX::FIELD::PossDupFlag) == "Y";
    on_event_(event);
  }

  bool handle_frames() {
    bool handled = false;
    while (connection_) {
      Frame frame = take_frame(buffer_);
      if (std::holds_alternative<NeedMore>(frame)) break;
      if (const auto* garbage = std::get_if<NotFix>(&frame)) {
        drop("what the gateway sent is not FIX: " + garbage->why);
        break;
      }
      session_.next(std::get<std::string>(frame), FIX::UtcTimeStamp());
      handled = true;
    }
    return handled;
  }

  // Ends the connection and tells the session. The first reason stands.
  void drop(const std::string& why) {
    if (reason_.empty()) reason_ = why;
    buffer_.clear();
    logged_on_ = false;
    session_.disconnect();
    connection_.reset();
  }

  [[nodiscard]] std::string logon_error(bool in_time) const {
    const std::string who =
        settings_.comp_id + " at " + settings_.host + ":" + std::to_string(settings_.port);
    if (!reason_.empty() && reason_ != "the gateway closed the connection") {
      return "logon of " + who + " failed: " + reason_;
    }
    return "logon of " + who +
           (in_time ? " failed: the gateway closed the connection. Is there a [SESSION] with "
                      "TargetCompID=" +
                          settings_.comp_id + ", and is nobody logged on as it?"
                    : " was not answered in time");
  }

  Settings settings_;
  std::function<void(const Event&)> on_event_;
  std::unique_ptr<Connection> connection_;
  std::string buffer_;
  std::string reason_;
  bool logged_on_ = false;
  Numbers numbers_;
  NumbersFactory factory_;
  FIX::Session session_;
};

Client::Client(Settings settings, std::function<void(const Event&)> on_event) {
  try {
    impl_ = std::make_unique<Impl>(std::move(settings), std::move(on_event));
  } catch (const FIX::Exception& error) {
    throw std::runtime_error(error.detail);
  }
}

Client::~Client() = default;

Result<Done, Error> Client::connect() { return impl_->connect(); }
bool Client::is_logged_on() const { return impl_->is_logged_on(); }
const std::string& Client::disconnect_reason() const { return impl_->reason(); }
int Client::descriptor() const { return impl_->descriptor(); }
bool Client::poll(milliseconds limit) { return impl_->poll(limit); }
void Client::logout() { impl_->logout(); }

Result<Done, Error> Client::send(const fixspec::ClientRequest& request) {
  return impl_->send(encode(request, transact_time_now()));
}

Result<Done, Error> Client::request_instruments(const std::string& request_id) {
  return impl_->send(encode_security_list_request(request_id));
}

Result<Done, Error> Client::request_best_prices(const std::string& request_id,
                                                const fixspec::InstrumentRef& instrument) {
  return impl_->send(encode_best_prices_request(request_id, instrument));
}

bool Client::run_until(const std::function<bool()>& done, milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (!done()) {
    const auto now = Clock::now();
    if (descriptor() < 0 || now >= deadline) return false;
    poll(std::chrono::ceil<milliseconds>(deadline - now));
  }
  return true;
}

}  // namespace causeway::strategies::client
