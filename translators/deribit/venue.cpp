#include "translators/deribit/venue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <random>
#include <stdexcept>
#include <utility>

#include "translators/deribit/private_session.hpp"
#include "translators/deribit/public_session.hpp"
#include "translators/net/clock.hpp"
#include "translators/net/websocket.hpp"

namespace causeway::translators::deribit {
namespace {

// How often deadlines are looked at.
constexpr std::chrono::milliseconds tick{20};
// The venue's heartbeats come every 30 s: two may be missed.
constexpr std::chrono::milliseconds silence_timeout{75'000};

constexpr Capabilities deribit_can{
    .amend_price = true,
    .amend_qty = true,
    .amend_stop_px = true,
    // good_til_day ends at the next settlement and takes no date.
    .good_till_date = false,
    .stop_orders = true,
    .request_validity = true,
    .visibility_lag_ms = 1'000,
};

/// Keeps what is to be told until nobody is inside a call to a session or to the venue: the engine
/// answers events with requests, and no answer may come from inside send().
class Teller {
 public:
  Teller(boost::asio::io_context& io, VenueSink& sink) : io_(io), sink_(sink) {}

  void tell(VenueEvent event) { put(std::move(event)); }
  // Public data are told at once: nothing of them makes anybody call the venue.
  void tell(const MarketUpdate& update) { sink_.on_market_update(update); }
  void tell(const BookUpdate& update) { sink_.on_book_update(update); }
  void tell(const PublicTrade& trade) { sink_.on_public_trade(trade); }

  /// Runs `work`; what it wants told is told when it is done.
  template <class Work>
  void after(const Work& work) {
    if (telling_) return work();
    telling_ = true;
    work();
    drain();
  }

 private:
  void put(VenueEvent event) {
    events_.push_back(std::move(event));
    if (telling_ || scheduled_) return;
    scheduled_ = true;
    boost::asio::post(io_, [this, alive = std::weak_ptr<int>(alive_)] {
      if (alive.expired()) return;
      scheduled_ = false;
      after([] {});
    });
  }

  void drain() {
    while (!events_.empty()) {
      VenueEvent event = std::move(events_.front());
      events_.pop_front();
      sink_.on_venue_event(std::move(event));
    }
    telling_ = false;
  }

  boost::asio::io_context& io_;
  VenueSink& sink_;
  std::deque<VenueEvent> events_;
  bool telling_ = false;
  bool scheduled_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// A session's way to its socket and to the engine.
class Connector : public Outbox, public net::WebSocketHandler {
 public:
  Connector(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls,
            net::WebSocketOptions options, Teller& teller, fixspec::AccountId account)
      : teller_(teller),
        account_(account),
        socket_(io, std::move(tls), std::move(options), *this) {}

  net::SendOutcome send(std::string_view frame, std::uint64_t id) override {
    return socket_.send(frame, id);
  }
  net::SendOutcome send_first(std::string_view frame, std::uint64_t id) override {
    return socket_.send(frame, id, net::SendLane::First);
  }
  void connect() override { socket_.connect(); }
  void disconnect(std::string reason) override { socket_.close(std::move(reason)); }
  void emit(Told told) override {
    teller_.tell(
        VenueEvent{.venue = fixspec::Venue::Deribit, .account = account_, .told = std::move(told)});
  }
  void emit(const MarketUpdate& update) override { teller_.tell(update); }
  void emit(const BookUpdate& update) override { teller_.tell(update); }
  void emit(const PublicTrade& trade) override { teller_.tell(trade); }

 protected:
  Teller& teller_;

 private:
  fixspec::AccountId account_;
  net::WebSocket socket_;
};

class PrivateConnector final : public Connector {
 public:
  PrivateConnector(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls,
                   net::WebSocketOptions options, Teller& teller, PrivateSession::Settings settings,
                   HmacKey key, fixspec::LogSink& log)
      : Connector(io, std::move(tls), std::move(options), teller, settings.account),
        session(std::move(settings), std::move(key), *this, log) {}

  void on_open() override {
    teller_.after([this] { session.on_open(net::read_clock()); });
  }
  void on_message(std::string_view text) override {
    teller_.after([this, text] { session.on_message(text, net::read_clock()); });
  }
  void on_closed(const std::string& reason,
                 const std::vector<std::uint64_t>& never_started) override {
    teller_.after([&] { session.on_closed(reason, never_started, net::read_clock()); });
  }

  PrivateSession session;
};

class PublicConnector final : public Connector {
 public:
  PublicConnector(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls,
                  net::WebSocketOptions options, Teller& teller, PublicSession::Settings settings,
                  fixspec::LogSink& log)
      : Connector(io, std::move(tls), std::move(options), teller, {}),
        session(settings, *this, log) {}

  void on_open() override {
    teller_.after([this] { session.on_open(net::read_clock()); });
  }
  void on_message(std::string_view text) override {
    teller_.after([this, text] { session.on_message(text, net::read_clock()); });
  }
  void on_closed(const std::string& reason, const std::vector<std::uint64_t>&) override {
    teller_.after([&] { session.on_closed(reason, net::read_clock()); });
  }

  PublicSession session;
};

class DeribitVenue final : public Venue {
 public:
  DeribitVenue(boost::asio::io_context& io, Settings settings, std::shared_ptr<net::Tls> tls,
               const net::Endpoint& endpoint, VenueSink& sink, fixspec::LogSink& log)
      : teller_(io, sink), log_(log), timer_(io) {
    std::mt19937_64 seeds(settings.random_seed ? *settings.random_seed : net::draw_seed());
    net::WebSocketOptions options{.endpoint = endpoint,
                                  .step_timeout = settings.connect_timeout,
                                  .silence_timeout = silence_timeout};
    const auto nanos = [](std::chrono::milliseconds span) {
      return std::chrono::duration_cast<std::chrono::nanoseconds>(span).count();
    };
    const PublicSession::Settings public_settings{.seed = seeds()};
    options.max_message_bytes = public_settings.max_message_bytes;
    public_ = std::make_unique<PublicConnector>(io, tls, options, teller_, public_settings, log);
    for (const AccountSettings& account : settings.accounts) {
      PrivateSession::Settings private_settings{
          .account = account.account,
          .client_id = account.client_id,
          .request_timeout_ns = nanos(settings.request_timeout),
          .logon_timeout_ns = nanos(settings.connect_timeout),
          .seed = seeds()};
      options.max_message_bytes = private_settings.max_message_bytes;
      accounts_.push_back(
          std::make_unique<PrivateConnector>(io, tls, options, teller_, std::move(private_settings),
                                             HmacKey{account.client_secret.reveal()}, log));
    }
  }

  [[nodiscard]] fixspec::Venue id() const override { return fixspec::Venue::Deribit; }
  [[nodiscard]] const Capabilities& capabilities() const override { return deribit_can; }

  void start() override {
    if (running_) return;
    running_ = true;
    public_->session.start();
    for (const auto& account : accounts_) account->session.start();
    wait_for_tick();
  }

  void stop() override {
    if (!running_) return;
    running_ = false;
    timer_.cancel();
    const fixspec::Timestamp now = net::read_clock();
    public_->session.stop(now);
    for (const auto& account : accounts_) account->session.stop(now);
  }

  void send(const VenueRequest& request) override {
    for (const auto& account : accounts_) {
      if (account->session.account() == request.account) {
        return account->session.request(request, net::read_clock());
      }
    }
    log_.error("venue_account_unknown",
               {{"venue", "deribit"}, {"account", request.account.to_string()}});
    teller_.tell(VenueEvent{.venue = fixspec::Venue::Deribit,
                            .account = request.account,
                            .told = RequestNotSent{.request_id = request.request_id,
                                                   .kind = kind_of(request.ask),
                                                   .client_id = client_id_of(request.ask),
                                                   .reason = "no such account at this venue",
                                                   .code = fixspec::RejectCode::UnknownAccount}});
  }

  void subscribe_market(const fixspec::InstrumentKey& instrument,
                        MarketInterest interest) override {
    public_->session.subscribe(instrument, interest, net::read_clock());
  }

 private:
  void wait_for_tick() {
    timer_.expires_after(tick);
    timer_.async_wait(
        [this, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& error) {
          if (error || alive.expired() || !running_) return;
          teller_.after([this] {
            const fixspec::Timestamp now = net::read_clock();
            public_->session.on_timer(now);
            for (const auto& account : accounts_) account->session.on_timer(now);
          });
          if (running_) wait_for_tick();
        });
  }

  Teller teller_;
  fixspec::LogSink& log_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<PublicConnector> public_;
  std::vector<std::unique_ptr<PrivateConnector>> accounts_;
  bool running_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Venue> make_venue(boost::asio::io_context& io, Settings settings, VenueSink& sink,
                                  fixspec::LogSink& log) {
  const auto endpoint = net::parse_endpoint(settings.url);
  if (!endpoint) throw std::runtime_error(endpoint.error().text);
  if (endpoint->scheme != "wss" && endpoint->scheme != "ws") {
    throw std::runtime_error(settings.url + ": the venue's URL must be wss:// (or ws:// to a " +
                             "loopback address)");
  }
  auto tls = net::Tls::load(settings.ca_file);
  if (!tls) throw std::runtime_error(tls.error().text);
  return std::make_unique<DeribitVenue>(io, std::move(settings), std::move(*tls), *endpoint, sink,
                                        log);
}

}  // namespace causeway::translators::deribit
