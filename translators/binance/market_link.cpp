#include "translators/binance/market_link.hpp"

#include <utility>

#include "translators/net/clock.hpp"
#include "translators/net/http.hpp"
#include "translators/net/websocket.hpp"

namespace causeway::translators::binance {
namespace {

// The session asks something when nothing was said for 25 s.
constexpr std::chrono::milliseconds silence_timeout{75'000};

// Events come wrapped with the name of their stream, and none is subscribed by the address.
net::Endpoint endpoint_of(net::Endpoint streams, Route route) {
  if (streams.target.ends_with('/')) streams.target.pop_back();
  streams.target += route == Route::Public ? "/public" : "/market";
  streams.target += "/stream?streams=";
  return streams;
}

}  // namespace

class MarketLink::Socket final : public net::WebSocketHandler {
 public:
  Socket(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls, MarketLink& owner, Route route)
      : owner_(owner),
        route_(route),
        socket(io, std::move(tls),
               {.endpoint = endpoint_of(owner.options_.streams, route),
                .step_timeout = owner.options_.connect_timeout,
                .silence_timeout = silence_timeout,
                .max_message_bytes = owner.options_.session.max_message_bytes},
               *this) {}

  void on_open() override { owner_.session_.on_open(route_, net::read_clock()); }
  void on_message(std::string_view text) override {
    owner_.session_.on_message(route_, text, net::read_clock());
  }
  void on_closed(const std::string& reason, const std::vector<std::uint64_t>&) override {
    owner_.session_.on_closed(route_, reason, net::read_clock());
  }

 private:
  MarketLink& owner_;
  Route route_;

 public:
  net::WebSocket socket;
};

MarketLink::MarketLink(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls, Options options,
                       VenueSink& sink, fixspec::LogSink& log)
    : sink_(sink),
      options_(std::move(options)),
      session_(options_.session, *this, log),
      http_(std::make_unique<net::HttpClient>(
          io, tls,
          net::HttpOptions{.endpoint = options_.rest,
                           .step_timeout = options_.connect_timeout,
                           .max_response_bytes = options_.session.max_message_bytes})),
      public_(std::make_unique<Socket>(io, tls, *this, Route::Public)),
      market_(std::make_unique<Socket>(io, std::move(tls), *this, Route::Market)) {}

MarketLink::~MarketLink() = default;

void MarketLink::start() { session_.start(net::read_clock()); }
void MarketLink::stop() { session_.stop(net::read_clock()); }
void MarketLink::subscribe(const fixspec::InstrumentKey& instrument, MarketInterest interest) {
  session_.subscribe(instrument, interest, net::read_clock());
}
void MarketLink::on_timer() { session_.on_timer(net::read_clock()); }

net::SendOutcome MarketLink::send(Route route, std::string_view frame) {
  return socket(route).socket.send(frame, 0);
}
void MarketLink::connect(Route route) { socket(route).socket.connect(); }
void MarketLink::disconnect(Route route, std::string reason) {
  socket(route).socket.close(std::move(reason));
}
void MarketLink::fetch(net::HttpRequest request, std::uint64_t id) {
  request.repeatable = true;  // all of them only read
  http_->send(std::move(request), [this, id](const auto& response) {
    session_.on_response(id, response, net::read_clock());
  });
}
bool MarketLink::may_fetch(int weight, fixspec::Timestamp now) {
  return !options_.may_fetch || options_.may_fetch(weight, now);
}

}  // namespace causeway::translators::binance
