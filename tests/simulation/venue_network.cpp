#include "tests/simulation/venue_network.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <deque>
#include <utility>

#include "tests/simulation/ground.hpp"
#include "translators/net/http.hpp"
#include "translators/net/tls.hpp"

namespace causeway::simulation {
namespace {

using translators::net::SendOutcome;
using translators::net::WebSocketHandler;

VenueNetwork* current = nullptr;

std::int64_t nanos_of(std::chrono::milliseconds time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

}  // namespace

std::int64_t draw_latency() {
  auto& random = Ground::get().random;
  const std::int64_t usual = random.between(200, 3'000) * 1'000;
  return random.chance(3) ? usual + random.between(1, 60) * fixspec::nanos_per_milli : usual;
}

}  // namespace causeway::simulation

// One connection, both ends of it.
class causeway::translators::net::WebSocket::Connection
    : public std::enable_shared_from_this<Connection> {
 public:
  Connection(WebSocketOptions options, WebSocketHandler& handler)
      : options_(std::move(options)), handler_(&handler) {}

  void dial() {
    simulation::Ground::get().effect();
    after(simulation::draw_latency(), [this] {
      auto& network = simulation::VenueNetwork::get();
      if (state_ != State::Dialling) return;
      if (!network.reachable(port())) return die("connection refused");
      auto& site = network.site(port());
      id_ = site.venue->on_open(options_.endpoint.target, simulation::Ground::get().true_utc());
      site.links.emplace(id_, shared_from_this());
      after(simulation::draw_latency(), [this] {
        if (state_ != State::Dialling) return;
        state_ = State::Open;
        heard();
        watch_silence();
        if (handler_ != nullptr) handler_->on_open();
      });
      network.collect(port());
    });
  }

  SendOutcome send(std::string_view text, std::uint64_t tag) {
    if (state_ != State::Open) return SendOutcome::NotConnected;
    auto& ground = simulation::Ground::get();
    if (!ground.effect()) return SendOutcome::Taken;
    ground.trace(text);
    outgoing_.push_back({tag, std::string{text}, ground.random.chance(90)});
    to_venue_ = std::max(to_venue_, ground.elapsed() + simulation::draw_latency());
    after(to_venue_ - ground.elapsed(), [this] {
      if (state_ == State::Dead || outgoing_.empty()) return;
      deliver_first();
    });
    return SendOutcome::Taken;
  }

  // The venue's frame comes in.
  void receive(std::string text) {
    auto& ground = simulation::Ground::get();
    from_venue_ = std::max(from_venue_, ground.elapsed() + simulation::draw_latency());
    after(from_venue_ - ground.elapsed(), [this, text = std::move(text)] {
      if (state_ != State::Open) return;
      heard();
      simulation::Ground::get().trace(text);
      if (handler_ != nullptr) handler_->on_message(text);
    });
  }

  void pong() {
    after(2 * simulation::draw_latency(), [this] {
      if (state_ == State::Dead) return;
      simulation::VenueNetwork::get().site(port()).venue->on_pong(
          id_, simulation::Ground::get().true_utc());
    });
  }

  // The link breaks. Some of what is on its way may still get to the venue.
  void cut(const std::string& reason) {
    if (state_ == State::Dead) return;
    std::vector<std::uint64_t> never_started;
    auto arrives =
        simulation::Ground::get().random.between(0, static_cast<std::int64_t>(outgoing_.size()));
    while (arrives-- > 0 && !outgoing_.empty() && outgoing_.front().left) deliver_first();
    for (auto at = outgoing_.rbegin(); at != outgoing_.rend() && !at->left; ++at) {
      never_started.push_back(at->tag);
    }
    die(reason, std::move(never_started));
  }

  void abandon() {
    handler_ = nullptr;
    if (state_ != State::Dead) cut("abandoned");
  }
  void close(std::string reason) {
    if (state_ == State::Dead) return;
    cut(reason);
  }
  [[nodiscard]] bool dead() const { return state_ == State::Dead; }

 private:
  enum class State : std::uint8_t { Dialling, Open, Dead };
  struct Outgoing {
    std::uint64_t tag = 0;
    std::string text;
    bool left = true;  // its bytes are on the wire; false: they wait before it
  };

  [[nodiscard]] std::uint16_t port() const { return options_.endpoint.port; }

  template <class Event>
  void after(std::int64_t nanos, Event event) {
    simulation::Ground::get().after(
        nanos, [self = shared_from_this(), event = std::move(event)] { event(); });
  }

  void deliver_first() {
    auto first = std::move(outgoing_.front());
    outgoing_.pop_front();
    auto& network = simulation::VenueNetwork::get();
    network.site(port()).venue->on_frame(id_, first.text, simulation::Ground::get().true_utc());
    network.collect(port());
  }

  void die(std::string reason, std::vector<std::uint64_t> never_started = {}) {
    state_ = State::Dead;
    if (id_ != 0) {
      auto& site = simulation::VenueNetwork::get().site(port());
      site.links.erase(id_);
      after(simulation::draw_latency(), [this] {
        auto& network = simulation::VenueNetwork::get();
        network.site(port()).venue->on_close(id_, simulation::Ground::get().true_utc());
        network.collect(port());
      });
    }
    after(0, [this, reason = std::move(reason), never_started = std::move(never_started)] {
      if (handler_ != nullptr) std::exchange(handler_, nullptr)->on_closed(reason, never_started);
    });
  }

  void heard() { last_heard_ = simulation::Ground::get().elapsed(); }
  void watch_silence() {
    after(simulation::nanos_of(options_.silence_timeout) / 4, [this] {
      if (state_ != State::Open) return;
      const auto silent = simulation::Ground::get().elapsed() - last_heard_;
      if (silent > simulation::nanos_of(options_.silence_timeout)) return cut("silence");
      watch_silence();
    });
  }

  WebSocketOptions options_;
  WebSocketHandler* handler_;
  State state_ = State::Dialling;
  simulator::core::ConnectionId id_ = 0;
  std::deque<Outgoing> outgoing_;
  std::int64_t to_venue_ = 0;
  std::int64_t from_venue_ = 0;
  std::int64_t last_heard_ = 0;
};

namespace causeway::translators::net {

WebSocket::WebSocket(boost::asio::io_context& io, std::shared_ptr<Tls> tls,
                     WebSocketOptions options, WebSocketHandler& handler)
    : io_(io), tls_(std::move(tls)), options_(std::move(options)), handler_(handler) {}

WebSocket::~WebSocket() {
  if (connection_) connection_->abandon();
}

void WebSocket::connect() {
  connection_ = std::make_shared<Connection>(options_, handler_);
  connection_->dial();
}

// Nothing waits in a simulation, so the lane does not matter.
SendOutcome WebSocket::send(std::string_view text, std::uint64_t tag, SendLane /*lane*/) {
  return connection_ ? connection_->send(text, tag) : SendOutcome::NotConnected;
}

void WebSocket::close(std::string reason) {
  if (connection_) connection_->close(std::move(reason));
}

// The requests that a client has under way. It lives as long as they do.
class HttpClient::Connection {
 public:
  bool wanted = true;
};

HttpClient::HttpClient(boost::asio::io_context& io, std::shared_ptr<Tls> tls, HttpOptions options)
    : io_(io),
      tls_(std::move(tls)),
      options_(std::move(options)),
      connections_{std::make_shared<Connection>()} {}

HttpClient::~HttpClient() { connections_.front()->wanted = false; }

void HttpClient::send(HttpRequest request, Answer answer) {
  auto& ground = simulation::Ground::get();
  if (!ground.effect()) return;
  const auto port = options_.endpoint.port;
  const auto timeout = simulation::nanos_of(options_.step_timeout);
  ground.trace(request.target);
  const auto tell = [client = connections_.front(), answer = std::move(answer)](
                        std::int64_t later, fixspec::Result<HttpResponse, HttpError> result) {
    simulation::Ground::get().after(later, [client, answer, result = std::move(result)] {
      if (client->wanted) answer(result);
    });
  };
  ground.after(simulation::draw_latency(), [=, request = std::move(request)] {
    auto& at = simulation::Ground::get();
    auto& network = simulation::VenueNetwork::get();
    if (!network.reachable(port)) {
      return tell(0, fixspec::Unexpected{HttpError{"connection refused", false}});
    }
    const auto now = at.true_utc();
    auto reply = network.site(port).venue->on_http({.method = request.method,
                                                    .target = request.target,
                                                    .headers = request.headers,
                                                    .body = request.body},
                                                   now);
    network.collect(port);
    using Fate = simulator::core::HttpReply::Fate;
    const auto wait = std::max<std::int64_t>(0, reply.not_before - now);
    if (reply.fate == Fate::Silence || wait > timeout) {
      return tell(timeout, fixspec::Unexpected{HttpError{"no answer in time", true}});
    }
    if (reply.fate == Fate::Close) {
      return tell(wait + simulation::draw_latency(),
                  fixspec::Unexpected{HttpError{"the connection was closed", true}});
    }
    HttpResponse response{
        .status = reply.status, .headers = std::move(reply.headers), .body = std::move(reply.body)};
    at.trace(response.body);
    // The answer is on its way; the link may break under it.
    at.after(wait + simulation::draw_latency(), [tell, port, response = std::move(response)] {
      if (!simulation::VenueNetwork::get().reachable(port)) {
        return tell(0, fixspec::Unexpected{HttpError{"the connection broke", true}});
      }
      tell(0, response);
    });
  });
}

}  // namespace causeway::translators::net

namespace causeway::simulation {

VenueNetwork::VenueNetwork() { current = this; }
VenueNetwork::~VenueNetwork() { current = nullptr; }
VenueNetwork& VenueNetwork::get() { return *current; }

void VenueNetwork::add(std::uint16_t port, simulator::core::Venue& venue) {
  sites_[port].venue = &venue;
}

void VenueNetwork::tick() {
  for (auto& [port, site] : sites_) {
    const auto now = Ground::get().true_utc();
    site.venue->on_timer(now);
    collect(port);
  }
}

bool VenueNetwork::reachable(std::uint16_t port) {
  return site(port).refused <= Ground::get().elapsed();
}

void VenueNetwork::cut(std::uint16_t port) {
  while (!site(port).links.empty()) site(port).links.begin()->second->cut("the link broke");
}

void VenueNetwork::cut_one(std::uint16_t port) {
  auto& links = site(port).links;
  if (links.empty()) return;
  const auto which = Ground::get().random.between(0, static_cast<std::int64_t>(links.size()) - 1);
  const auto link = std::next(links.begin(), which)->second;
  link->cut("the link broke");
}

void VenueNetwork::collect(std::uint16_t port) {
  Site& from = site(port);
  for (auto& frame : from.venue->take_frames()) {
    const auto found = from.links.find(frame.connection);
    if (found == from.links.end()) continue;
    const std::shared_ptr<Link> link = found->second;
    if (frame.ping) {
      link->pong();
      continue;
    }
    const auto wait = std::max<std::int64_t>(0, frame.not_before - Ground::get().true_utc());
    Ground::get().after(wait, [link, frame = std::move(frame)] {
      if (link->dead()) return;
      if (frame.abrupt) return link->cut("cut by the venue");
      if (!frame.text.empty()) link->receive(frame.text);
      if (frame.close_after) {
        Ground::get().after(100 * fixspec::nanos_per_milli,
                            [link] { link->cut("closed by the venue"); });
      }
    });
  }
}

}  // namespace causeway::simulation

// No TLS: loading the system's authorities takes longer than everything else of a start.
namespace causeway::translators::net {

fixspec::Result<std::shared_ptr<Tls>, fixspec::Error> Tls::load(
    const std::optional<std::string>& /*ca_file*/) {
  return std::shared_ptr<Tls>(new Tls(nullptr));
}

Tls::Tls(std::unique_ptr<boost::asio::ssl::context> context) : context_(std::move(context)) {}
Tls::~Tls() = default;

}  // namespace causeway::translators::net
