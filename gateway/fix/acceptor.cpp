#include "gateway/fix/acceptor.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "fixspec/assert.hpp"
#include "fixspec/dictionary.hpp"
#include "gateway/fix/client_session.hpp"
#include "gateway/fix/frame.hpp"
#include "gateway/fix/listener.hpp"
#include "gateway/fix/logon.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds timer_period{1};
constexpr std::chrono::seconds logout_patience{1};
// A client that reconnects at once may be read before the end of its earlier connection.
constexpr std::chrono::milliseconds second_look{100};
// The number of a Logout that belongs to no session.
constexpr std::uint64_t stranger_msg_seq_num = 1;

// Parsed once: nobody changes it, and it takes longer than everything else of a start.
const std::shared_ptr<FIX::DataDictionary>& dictionary() {
  static const auto parsed = [] {
    std::istringstream text{std::string{fixspec::fix44_dictionary()}};
    return std::make_shared<FIX::DataDictionary>(text);
  }();
  return parsed;
}

}  // namespace

class Acceptor::Impl final : private ConnectionOwner {
 public:
  Impl(asio::io_context& io, Settings settings, Dependencies dependencies)
      : io_(io),
        settings_(std::move(settings)),
        dependencies_(std::move(dependencies)),
        timer_(io),
        context_{settings_,
                 dependencies_.handler,
                 dependencies_.log,
                 dictionary(),
                 [&io](std::function<void()> task) { asio::post(io, std::move(task)); },
                 [&io](std::chrono::microseconds after, std::function<void()> task) {
                   auto timer = std::make_shared<asio::steady_timer>(io, after);
                   timer->async_wait([timer, task = std::move(task)](auto error) {
                     if (!error) task();
                   });
                 }} {
    if (dependencies_.market != nullptr) {
      market_ = std::make_unique<MarketDataHub>(*dependencies_.market, settings_.market_data);
      context_.market = market_.get();
    }
    for (const SessionSettings& session : settings_.sessions) {
      sessions_.emplace(
          session.comp_id,
          std::make_unique<ClientSession>(context_, session, dependencies_.store(session.comp_id)));
    }
  }

  ~Impl() override {
    close_listeners();
    timer_.cancel();
    for (auto& [connection, client] : connections_) {
      client.connection->detach();
      client.connection->close("the gateway stops");
    }
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  fixspec::Result<fixspec::Done, fixspec::Error> start() {
    if (settings_.plain) {
      auto opened = open({.host = settings_.plain->host, .port = settings_.plain->port});
      if (!opened) return fixspec::Unexpected{opened.error()};
      plain_ = std::move(*opened);
    }
    if (settings_.tls) {
      auto opened = open({.host = settings_.tls->host,
                          .port = settings_.tls->port,
                          .tls = Listener::TlsFiles{settings_.tls->certificate_file,
                                                    settings_.tls->private_key_file}});
      if (!opened) {
        close_listeners();
        return fixspec::Unexpected{opened.error()};
      }
      tls_ = std::move(*opened);
    }
    tick();
    return fixspec::Done{};
  }

  [[nodiscard]] std::uint16_t plain_port() const { return plain_ ? plain_->port() : 0; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_ ? tls_->port() : 0; }

  ClientSession& session(const fixspec::SessionId& id) {
    const auto found = sessions_.find(id);
    CAUSEWAY_ASSERT(found != sessions_.end());
    return *found->second;
  }

  void broadcast(const fixspec::TradingSessionStatus& status) {
    for (auto& [id, session] : sessions_) session->announce(status);
  }

  [[nodiscard]] bool has_connections() const { return !connections_.empty(); }
  void market_changed(const fixspec::InstrumentKey& instrument) {
    if (market_) market_->on_changed(instrument);
  }

  void hold_reading(bool hold) {
    reading_held_ = hold;
    for (auto& [connection, client] : connections_) connection->hold_reading(hold);
  }

  void stop() {
    if (std::exchange(stopping_, true)) return;
    close_listeners();
    timer_.cancel();
    for (auto& [id, session] : sessions_) session->log_out("the gateway stops");
    for (auto& [connection, client] : connections_) {
      if (client.connection->session == nullptr) client.connection->close("the gateway stops");
    }
    if (connections_.empty()) return;
    timer_.expires_after(logout_patience);
    timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      for (auto& [connection, client] : connections_) client.connection->close("the gateway stops");
    });
  }

 private:
  struct Client {
    std::shared_ptr<Connection> connection;
    FrameReader reader;
    std::unique_ptr<asio::steady_timer> logon_timer;
    bool warned_of_garbage = false;
    // A Logon of a session whose earlier connection seems to be there: it may have ended without
    // our having read so. What follows the Logon waits with it.
    std::string held_logon;
    const ClientSession* waits_for = nullptr;
    bool has_waited = false;
  };

  fixspec::Result<std::shared_ptr<Listener>, fixspec::Error> open(Listener::Options options) {
    options.limits = {settings_.logon_timeout, settings_.logon_timeout};
    options.flush = [this] {
      dependencies_.flush();
      return !dependencies_.may_write || dependencies_.may_write();
    };
    return Listener::open(
        io_, *this, std::move(options),
        [this](std::shared_ptr<Connection> connection) { take(std::move(connection)); });
  }

  void close_listeners() {
    for (auto& listener : {plain_, tls_}) {
      if (listener) listener->close();
    }
  }

  void tick() {
    timer_.expires_after(timer_period);
    timer_.async_wait([this](boost::system::error_code error) {
      if (error || stopping_) return;
      for (auto& [id, session] : sessions_) session->on_timer();
      dependencies_.handler.on_requests_told();
      tick();
    });
  }

  void take(std::shared_ptr<Connection> connection) {
    const auto strangers = std::count_if(
        connections_.begin(), connections_.end(),
        [](const auto& entry) { return entry.second.connection->session == nullptr; });
    if (static_cast<std::size_t>(strangers) >= settings_.max_pending_logons) {
      dependencies_.log.warning("fix_too_many_connections", {{"peer", connection->peer()}});
      connection->close("too many connections without a Logon");
      return;
    }
    Connection& reference = *connection;
    auto timer = std::make_unique<asio::steady_timer>(io_, settings_.logon_timeout);
    timer->async_wait([weak = std::weak_ptr<Connection>{connection}](auto error) {
      const auto still_there = weak.lock();
      if (!error && still_there) still_there->close("no Logon in time");
    });
    connections_.emplace(
        &reference,
        Client{std::move(connection), FrameReader{settings_.max_frame_bytes}, std::move(timer)});
    reference.hold_reading(reading_held_);
    reference.start();
  }

  void on_bytes(Connection& connection, std::string_view bytes) override {
    const auto found = connections_.find(&connection);
    if (found == connections_.end()) return;
    Client& client = found->second;
    client.reader.append(bytes);
    read_frames(client);
  }

  void read_frames(Client& client) {
    Connection& connection = *client.connection;
    while (!connection.closing() && client.held_logon.empty()) {
      const auto frame = client.reader.next();
      if (!frame) break;
      if (connection.session != nullptr) {
        connection.session->on_frame(*frame);
      } else {
        on_first_frame(client, *frame);
      }
    }
    dependencies_.handler.on_requests_told();
    if (client.reader.skipped_bytes() > 0 && !std::exchange(client.warned_of_garbage, true)) {
      dependencies_.log.warning("fix_garbage_skipped", {{"peer", connection.peer()}});
    }
  }

  void on_first_frame(Client& client, std::string_view frame) {
    Connection& connection = *client.connection;
    LogonVerdict verdict = check_logon(frame, settings_, *context_.dictionary, utc_now());
    ClientSession* const known =
        verdict.session == nullptr ? nullptr : &session(verdict.session->comp_id);
    if (verdict.refusal.empty() && known->connected()) {
      if (!std::exchange(client.has_waited, true)) {
        client.held_logon = frame;
        client.waits_for = known;
        return look_again_after(client, second_look);
      }
      verdict.refusal = known->settings().comp_id.to_string() + " is logged on already";
      verdict.detail = verdict.refusal;
    }
    client.logon_timer.reset();
    if (verdict.refusal.empty() && !stopping_) {
      known->log_on(connection, frame);
      return;
    }
    dependencies_.log.warning("fix_logon_refused",
                              {{"peer", connection.peer()}, {"why", verdict.detail}});
    if (known != nullptr && !known->connected() &&
        (verdict.authenticated || known->may_refuse_now(std::chrono::steady_clock::now()))) {
      known->refuse_logon(connection, verdict.refusal);
      return;
    }
    if (verdict.answer) {
      connection.send(logout(*verdict.answer, stranger_msg_seq_num, verdict.refusal,
                             to_fix_time(utc_now(), 3)));
    }
    connection.close_after_sending(verdict.refusal);
  }

  void look_again_after(Client& client, std::chrono::milliseconds delay) {
    client.logon_timer->expires_after(delay);
    client.logon_timer->async_wait([this, weak = std::weak_ptr<Connection>{client.connection}](
                                       boost::system::error_code error) {
      const auto still_there = weak.lock();
      const auto found = connections_.find(still_there.get());
      if (error || found == connections_.end()) return;
      const std::string frame = std::exchange(found->second.held_logon, {});
      found->second.waits_for = nullptr;
      if (still_there->closing()) return;
      on_first_frame(found->second, frame);
      read_frames(found->second);
    });
  }

  void on_drained(Connection& connection) override {
    if (connection.session != nullptr) connection.session->on_drained();
  }

  void on_closed(Connection& connection, const std::string& reason) override {
    dependencies_.log.info("fix_connection_closed", {{"peer", connection.peer()}, {"why", reason}});
    const ClientSession* const session = connection.session;
    if (session != nullptr) connection.session->on_closed(reason);
    connections_.erase(&connection);
    for (auto& [other, client] : connections_) {
      if (session != nullptr && client.waits_for == session) {
        look_again_after(client, std::chrono::milliseconds{0});
      }
    }
    if (stopping_ && connections_.empty()) timer_.cancel();
  }

  asio::io_context& io_;
  Settings settings_;
  Dependencies dependencies_;
  asio::steady_timer timer_;
  std::unique_ptr<MarketDataHub> market_;
  SessionContext context_;
  std::unordered_map<fixspec::SessionId, std::unique_ptr<ClientSession>> sessions_;
  std::unordered_map<Connection*, Client> connections_;
  std::shared_ptr<Listener> plain_;
  std::shared_ptr<Listener> tls_;
  bool stopping_ = false;
  bool reading_held_ = false;
};

Acceptor::Acceptor(asio::io_context& io, Settings settings, Dependencies dependencies)
    : impl_(std::make_unique<Impl>(io, std::move(settings), std::move(dependencies))) {}

Acceptor::~Acceptor() = default;

fixspec::Result<fixspec::Done, fixspec::Error> Acceptor::start() { return impl_->start(); }
std::uint16_t Acceptor::plain_port() const { return impl_->plain_port(); }
std::uint16_t Acceptor::tls_port() const { return impl_->tls_port(); }

void Acceptor::send(const fixspec::SessionId& session, const fixspec::Report& report,
                    journal::ReportKey key) {
  impl_->session(session).send(report, key);
}

void Acceptor::broadcast(const fixspec::TradingSessionStatus& status) { impl_->broadcast(status); }

bool Acceptor::logged_on(const fixspec::SessionId& session) const {
  return impl_->session(session).logged_on();
}

void Acceptor::market_changed(const fixspec::InstrumentKey& instrument) {
  impl_->market_changed(instrument);
}

void Acceptor::hold_reading(bool hold) { impl_->hold_reading(hold); }

void Acceptor::stop() { impl_->stop(); }
bool Acceptor::has_connections() const { return impl_->has_connections(); }

}  // namespace causeway::gateway::fix
