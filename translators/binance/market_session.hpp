#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fixspec/instrument.hpp"
#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/depth_book.hpp"
#include "translators/binance/market_outbox.hpp"
#include "translators/binance/stream_connection.hpp"
#include "translators/net/backoff.hpp"
#include "translators/net/rate_limiter.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// The public data of what is wanted, from both stream connections and, where there is no stream,
/// by REST: snapshots for the books, the best price at the start, open interest every now and then.
/// A state machine without sockets or clock.
class MarketSession {
 public:
  struct Settings {
    std::uint64_t seed = 0;
    std::int64_t reply_timeout_ns = 10 * fixspec::nanos_per_second;
    /// How often the open interest of each instrument is asked for.
    std::int64_t open_interest_every_ns = 15 * fixspec::nanos_per_second;
    std::size_t max_message_bytes = std::size_t{4} << 20;
  };

  MarketSession(Settings settings, MarketOutbox& outbox, fixspec::LogSink& log);

  void start(fixspec::Timestamp now);
  void stop(fixspec::Timestamp now);
  /// This of the instrument from now on, through every reconnect, instead of what was wanted
  /// before. Tells nothing from inside the call.
  void subscribe(const fixspec::InstrumentKey& instrument, MarketInterest interest,
                 fixspec::Timestamp now);

  void on_open(Route route, fixspec::Timestamp now);
  void on_message(Route route, std::string_view text, fixspec::Timestamp now);
  void on_closed(Route route, const std::string& reason, fixspec::Timestamp now);
  void on_response(std::uint64_t id,
                   const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                   fixspec::Timestamp now);
  void on_timer(fixspec::Timestamp now);

 private:
  /// What an instrument's REST requests ask for; the first is the most urgent.
  enum class Ask : std::uint8_t { Snapshot, BestPrice, OpenInterest };
  static constexpr std::size_t asks = 3;

  /// One kind of REST request for one instrument.
  struct Need {
    bool is_needed = false;
    bool is_under_way = false;
    std::int64_t not_before_mono_ns = 0;
    net::Backoff backoff;
  };
  struct Market {
    fixspec::InstrumentKey instrument;
    MarketInterest interest{.values = false, .book = false, .trades = false};
    std::optional<DepthBook> book;
    std::optional<std::int64_t> valid_since_mono_ns;
    /// Since when best prices are newer than the book.
    std::optional<std::int64_t> behind_since_mono_ns;
    /// When the last change came, or the last snapshot fitted.
    std::int64_t heard_at_mono_ns = 0;
    /// When a snapshot is asked for although no change has come: the market may be quiet.
    std::optional<std::int64_t> ask_anyway_at_mono_ns;
    /// What each route has told last; told again when the other's loss has made all values stale.
    std::optional<MarketUpdate> best_price;
    std::optional<MarketUpdate> mark_price;
    std::optional<MarketUpdate> open_interest;
    Need needs[asks];

    [[nodiscard]] Need& need(Ask ask) { return needs[static_cast<std::size_t>(ask)]; }
  };
  struct Request {
    fixspec::Symbol symbol;
    Ask ask = Ask::Snapshot;
  };

  StreamConnection& connection(Route route) { return route == Route::Public ? public_ : market_; }
  [[nodiscard]] Market* find(std::string_view symbol);
  void follow(Market& market, MarketInterest interest, fixspec::Timestamp now);
  void take(const wire::DepthUpdate& update, fixspec::Timestamp now);
  void take(const wire::BookTicker& ticker, fixspec::Timestamp now);
  void take(const wire::MarkPriceUpdate& update);
  void take(const wire::AggTrade& trade);
  void take(const wire::ControlReply& reply, Route route, fixspec::Timestamp now);
  void after_book(Market& market, DepthBook::Outcome outcome, fixspec::Timestamp now);
  void watch_books(fixspec::Timestamp now);
  void watch_book(Market& market, fixspec::Timestamp now);
  void fetch_what_is_needed(fixspec::Timestamp now);
  bool fetch(Market& market, Ask ask, fixspec::Timestamp now);
  void on_reply(Market& market, Ask ask, fixspec::Timestamp now);
  void on_failure(Market& market, Ask ask, const std::string& reason, unsigned status,
                  fixspec::Timestamp now);
  void log_unreadable(std::string_view what, const std::string& error);

  Settings settings_;
  MarketOutbox& outbox_;
  fixspec::LogSink& log_;
  std::mt19937_64 random_;
  Decoder decoder_;
  Decoder rest_decoder_;
  StreamConnection public_;
  StreamConnection market_;
  /// The share of the address's weight that market data may use: orders come first.
  net::RateLimiter weight_;
  std::map<fixspec::Symbol, Market> markets_;
  std::unordered_map<std::uint64_t, Request> requests_;
  std::uint64_t last_request_ = 0;
  std::int64_t held_until_mono_ns_ = 0;  ///< after the venue said that there is too much
  bool running_ = false;
};

}  // namespace causeway::translators::binance
