#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "fixspec/log.hpp"
#include "translators/binance/market_session.hpp"
#include "translators/net/endpoint.hpp"
#include "translators/net/tls.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::translators::binance {

/// The session of public data with its sockets. It tells the sink at once: nothing of public data
/// makes anybody call the venue.
class MarketLink final : private MarketOutbox {
 public:
  struct Options {
    net::Endpoint rest;
    net::Endpoint streams;  ///< without the route
    std::chrono::milliseconds connect_timeout{5'000};
    MarketSession::Settings session;
    /// Whether the address may send a REST request of this weight now; it is counted if so.
    std::function<bool(int weight, fixspec::Timestamp now)> may_fetch;
  };

  MarketLink(boost::asio::io_context& io, std::shared_ptr<net::Tls> tls, Options options,
             VenueSink& sink, fixspec::LogSink& log);
  ~MarketLink() override;
  MarketLink(const MarketLink&) = delete;
  MarketLink& operator=(const MarketLink&) = delete;

  void start();
  void stop();
  void subscribe(const fixspec::InstrumentKey& instrument, MarketInterest interest);
  /// Deadlines: call it often.
  void on_timer();

 private:
  net::SendOutcome send(Route route, std::string_view frame) override;
  void connect(Route route) override;
  void disconnect(Route route, std::string reason) override;
  void fetch(net::HttpRequest request, std::uint64_t id) override;
  bool may_fetch(int weight, fixspec::Timestamp now) override;
  void emit(const MarketUpdate& update) override { sink_.on_market_update(update); }
  void emit(const BookUpdate& update) override { sink_.on_book_update(update); }
  void emit(const PublicTrade& trade) override { sink_.on_public_trade(trade); }

  class Socket;
  Socket& socket(Route route) { return route == Route::Public ? *public_ : *market_; }

  VenueSink& sink_;
  Options options_;
  MarketSession session_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<Socket> public_;
  std::unique_ptr<Socket> market_;
};

}  // namespace causeway::translators::binance
