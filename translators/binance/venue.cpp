#include "translators/binance/venue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <random>
#include <stdexcept>
#include <utility>

#include "translators/binance/account_session.hpp"
#include "translators/binance/instrument_list.hpp"
#include "translators/binance/market_link.hpp"
#include "translators/net/clock.hpp"
#include "translators/net/http.hpp"
#include "translators/net/websocket.hpp"

namespace causeway::translators::binance {
namespace {

// How often deadlines are looked at.
constexpr std::chrono::milliseconds tick{20};
// Two and a half times what a session lets pass before it asks something.
constexpr std::chrono::milliseconds silence_timeout{25'000};

constexpr Capabilities binance_can{
    .amend_price = true,
    .amend_qty = true,
    .amend_stop_px = false,
    // GTD must lie ten minutes ahead and ends on the second: the gateway ends such orders itself.
    .good_till_date = false,
    .stop_orders = true,
    .amend_stop_orders = false,
    .trigger_on_index = false,
    .request_validity = true,
    // The window is checked again before matching, and after that the venue waits up to ten seconds
    // for the outcome.
    .visibility_lag_ms = 11'000,
};

/// Keeps what is to be told until nobody is inside a call to a session or to the venue: the engine
/// answers events with requests, and no answer may come from inside send().
class Teller {
 public:
  Teller(boost::asio::io_context& io, VenueSink& sink) : io_(io), sink_(sink) {}

  void tell(VenueEvent event) { put(std::move(event)); }

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

struct Endpoints {
  net::Endpoint rest;
  net::Endpoint api;
  net::Endpoint streams;  ///< of every kind, without their route
  net::Endpoint events;
};

/// An account's session and its way to its sockets and to the engine.
class AccountConnector final : public Outbox {
 public:
  AccountConnector(boost::asio::io_context& io, const std::shared_ptr<net::Tls>& tls,
                   const Endpoints& endpoints, std::chrono::milliseconds connect_timeout,
                   Teller& teller, AccountSession::Settings settings, Encoder encoder,
                   fixspec::LogSink& log, AddressLimits& address)
      : teller_(teller),
        account_(settings.account),
        session(settings, std::move(encoder), *this, log, address),
        http_(io, tls,
              {.endpoint = endpoints.rest,
               .step_timeout = connect_timeout,
               .max_response_bytes = settings.max_response_bytes}),
        orders_(io, tls, endpoints.api, connect_timeout, settings.max_message_bytes, *this,
                Channel::Orders),
        events_(io, tls, endpoints.events, connect_timeout, settings.max_message_bytes, *this,
                Channel::Events),
        events_again_(io, tls, endpoints.events, connect_timeout, settings.max_message_bytes, *this,
                      Channel::EventsAgain) {}

  net::SendOutcome send(Channel channel, std::string_view frame, std::uint64_t id) override {
    return socket(channel).send(frame, id);
  }
  net::SendOutcome send_first(Channel channel, std::string_view frame, std::uint64_t id) override {
    return socket(channel).send(frame, id, net::SendLane::First);
  }
  void connect(Channel channel) override { socket(channel).connect(); }
  void disconnect(Channel channel, std::string reason) override {
    socket(channel).close(std::move(reason));
  }
  void fetch(net::HttpRequest request, std::uint64_t id) override {
    http_.send(std::move(request), [this, id](const auto& response) {
      teller_.after([&] { session.on_response(id, response, net::read_clock()); });
    });
  }
  void emit(Told told) override {
    teller_.tell(
        VenueEvent{.venue = fixspec::Venue::Binance, .account = account_, .told = std::move(told)});
  }

 private:
  class Socket final : public net::WebSocketHandler {
   public:
    Socket(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls,
           const net::Endpoint& endpoint, std::chrono::milliseconds step_timeout,
           std::size_t max_message_bytes, AccountConnector& owner, Channel channel)
        : owner_(owner),
          channel_(channel),
          socket(io, std::move(tls),
                 {.endpoint = endpoint,
                  .step_timeout = step_timeout,
                  .silence_timeout = silence_timeout,
                  .max_message_bytes = max_message_bytes},
                 *this) {}

    void on_open() override {
      owner_.teller_.after([this] { owner_.session.on_open(channel_, net::read_clock()); });
    }
    void on_message(std::string_view text) override {
      owner_.teller_.after(
          [this, text] { owner_.session.on_message(channel_, text, net::read_clock()); });
    }
    void on_closed(const std::string& reason,
                   const std::vector<std::uint64_t>& never_started) override {
      owner_.teller_.after(
          [&] { owner_.session.on_closed(channel_, reason, never_started, net::read_clock()); });
    }

   private:
    AccountConnector& owner_;
    Channel channel_;

   public:
    net::WebSocket socket;
  };

  net::WebSocket& socket(Channel channel) {
    switch (channel) {
      case Channel::Orders:
        return orders_.socket;
      case Channel::Events:
        return events_.socket;
      case Channel::EventsAgain:
        break;
    }
    return events_again_.socket;
  }

  Teller& teller_;
  fixspec::AccountId account_;

 public:
  AccountSession session;

 private:
  net::HttpClient http_;
  Socket orders_;
  Socket events_;
  Socket events_again_;
};

/// The instrument list's way to its requests.
class PublicFetcher final : public Fetcher {
 public:
  PublicFetcher(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls,
                const net::Endpoint& endpoint, std::chrono::milliseconds step_timeout,
                Teller& teller)
      : http_(io, std::move(tls),
              {.endpoint = endpoint,
               .step_timeout = step_timeout,
               .max_response_bytes = std::size_t{32} << 20}),
        teller_(teller) {}

  void fetch(net::HttpRequest request, std::uint64_t) override {
    http_.send(std::move(request), [this](const auto& response) {
      teller_.after([&] { list->on_response(response, net::read_clock()); });
    });
  }

  InstrumentList* list = nullptr;

 private:
  net::HttpClient http_;
  Teller& teller_;
};

class BinanceVenue final : public Venue, private InstrumentList::Listener {
 public:
  BinanceVenue(boost::asio::io_context& io, const Settings& settings,
               const std::shared_ptr<net::Tls>& tls, const Endpoints& endpoints,
               std::vector<Encoder> encoders, VenueSink& sink, fixspec::LogSink& log)
      : teller_(io, sink),
        log_(log),
        timer_(io),
        seeds_(settings.random_seed ? *settings.random_seed : net::draw_seed()),
        fetcher_(io, tls, endpoints.rest, settings.connect_timeout, teller_),
        instruments_(fetcher_, log, address_, *this, seeds_()),
        market_(io, tls,
                {.rest = endpoints.rest,
                 .streams = endpoints.streams,
                 .connect_timeout = settings.connect_timeout,
                 .session = {.seed = seeds_()},
                 .may_fetch =
                     [this](int weight, fixspec::Timestamp now) {
                       return address_.try_take(weight, false, now.mono_ns);
                     }},
                sink, log) {
    fetcher_.list = &instruments_;
    const auto nanos = [](std::chrono::milliseconds span) {
      return std::chrono::duration_cast<std::chrono::nanoseconds>(span).count();
    };
    for (std::size_t i = 0; i < settings.accounts.size(); ++i) {
      accounts_.push_back(std::make_unique<AccountConnector>(
          io, tls, endpoints, settings.connect_timeout, teller_,
          AccountSession::Settings{.account = settings.accounts[i].account,
                                   .request_timeout_ns = nanos(settings.request_timeout),
                                   .connect_timeout_ns = nanos(settings.connect_timeout),
                                   .seed = seeds_()},
          std::move(encoders[i]), log, address_));
    }
  }

  [[nodiscard]] fixspec::Venue id() const override { return fixspec::Venue::Binance; }
  [[nodiscard]] const Capabilities& capabilities() const override { return binance_can; }

  void start() override {
    if (std::exchange(running_, true)) return;
    const fixspec::Timestamp now = net::read_clock();
    instruments_.start(now);
    market_.start();
    for (const auto& account : accounts_) account->session.start(now);
    wait_for_tick();
  }

  void stop() override {
    if (!std::exchange(running_, false)) return;
    timer_.cancel();
    const fixspec::Timestamp now = net::read_clock();
    instruments_.stop();
    market_.stop();
    for (const auto& account : accounts_) account->session.stop(now);
  }

  void send(const VenueRequest& request) override {
    for (const auto& account : accounts_) {
      if (account->session.account() == request.account) {
        return account->session.request(request, net::read_clock());
      }
    }
    log_.error("venue_account_unknown",
               {{"venue", "binance"}, {"account", request.account.to_string()}});
    teller_.tell(VenueEvent{.venue = fixspec::Venue::Binance,
                            .account = request.account,
                            .told = RequestNotSent{.request_id = request.request_id,
                                                   .kind = kind_of(request.ask),
                                                   .client_id = client_id_of(request.ask),
                                                   .reason = "no such account at this venue",
                                                   .code = fixspec::RejectCode::UnknownAccount}});
  }

  void subscribe_market(const fixspec::InstrumentKey& instrument,
                        MarketInterest interest) override {
    market_.subscribe(instrument, interest);
  }

 private:
  void on_instruments(Instruments instruments) override {
    teller_.tell(VenueEvent{
        .venue = fixspec::Venue::Binance, .account = {}, .told = std::move(instruments)});
  }

  void on_limits(std::span<const wire::RateLimit> limits, fixspec::Timestamp now) override {
    for (const auto& account : accounts_) account->session.learn_limits(limits, now);
  }

  void wait_for_tick() {
    timer_.expires_after(tick);
    timer_.async_wait(
        [this, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& error) {
          if (error || alive.expired() || !running_) return;
          teller_.after([this] {
            const fixspec::Timestamp now = net::read_clock();
            instruments_.on_timer(now);
            market_.on_timer();
            for (const auto& account : accounts_) account->session.on_timer(now);
          });
          if (running_) wait_for_tick();
        });
  }

  Teller teller_;
  fixspec::LogSink& log_;
  boost::asio::steady_timer timer_;
  std::mt19937_64 seeds_;
  AddressLimits address_;
  PublicFetcher fetcher_;
  InstrumentList instruments_;
  MarketLink market_;
  std::vector<std::unique_ptr<AccountConnector>> accounts_;
  bool running_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

net::Endpoint endpoint_from(const std::string& url, std::string_view tls_scheme,
                            std::string_view plain_scheme) {
  auto endpoint = net::parse_endpoint(url);
  if (!endpoint) throw std::runtime_error(endpoint.error().text);
  if (endpoint->scheme != tls_scheme && endpoint->scheme != plain_scheme) {
    throw std::runtime_error(url + ": must be " + std::string{tls_scheme} + ":// (or " +
                             std::string{plain_scheme} + ":// to a loopback address)");
  }
  return *std::move(endpoint);
}

Encoder encoder_for(const AccountSettings& account) {
  if (account.key_type == KeyType::Hmac) {
    return Encoder{account.api_key, Signer{HmacKey{account.secret.reveal()}}};
  }
  auto key = Ed25519Key::from_pem(account.secret.reveal());
  if (!key) {
    throw std::runtime_error("account " + account.account.to_string() + ": " + key.error().text);
  }
  return Encoder{account.api_key, Signer{std::move(*key)}};
}

}  // namespace

std::unique_ptr<Venue> make_venue(boost::asio::io_context& io, Settings settings, VenueSink& sink,
                                  fixspec::LogSink& log) {
  Endpoints endpoints{.rest = endpoint_from(settings.rest_url, "https", "http"),
                      .api = endpoint_from(settings.api_url, "wss", "ws"),
                      .streams = endpoint_from(settings.stream_url, "wss", "ws"),
                      .events = {}};
  endpoints.events = endpoints.streams;
  if (endpoints.events.target.ends_with('/')) endpoints.events.target.pop_back();
  // Events come wrapped there, and the listen key is subscribed to as if it were a stream's name.
  endpoints.events.target += "/private/stream?streams=";
  auto tls = net::Tls::load(settings.ca_file);
  if (!tls) throw std::runtime_error(tls.error().text);
  std::vector<Encoder> encoders;
  for (const AccountSettings& account : settings.accounts) {
    encoders.push_back(encoder_for(account));
  }
  return std::make_unique<BinanceVenue>(io, settings, *tls, endpoints, std::move(encoders), sink,
                                        log);
}

}  // namespace causeway::translators::binance
