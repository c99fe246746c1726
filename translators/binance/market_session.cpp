#include "translators/binance/market_session.hpp"

#include <array>
#include <utility>
#include <variant>

#include "translators/binance/encode.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

// Of 2,400 a minute for the whole address; a deep snapshot weighs 20.
constexpr std::string_view bucket = "market data";
constexpr net::RateLimiter::Bucket weight_share{.capacity = 200, .refill_per_second = 10};
constexpr std::int64_t snapshot_levels = 1'000;
constexpr std::size_t max_requests_under_way = 4;
constexpr std::int64_t after_too_many_ns = 60 * fixspec::nanos_per_second;
constexpr std::int64_t settled_after_ns = 60 * fixspec::nanos_per_second;
// A stream tells changes alone: after this without one, the book is asked for all the same.
constexpr std::int64_t quiet_start_ns = 500 * fixspec::nanos_per_milli;
// And a book without changes is looked at again: its stream may have ended without a word.
constexpr std::int64_t quiet_book_ns = 60 * fixspec::nanos_per_second;
constexpr std::int64_t book_may_be_behind_ns = 10 * fixspec::nanos_per_second;
constexpr unsigned http_ok = 200;
constexpr unsigned http_banned = 418;
constexpr unsigned http_too_many = 429;

int weight_of(wire::Method method) {
  switch (method) {
    case wire::Method::Depth:
      return 20;
    case wire::Method::BookTicker:
      return 2;
    default:
      return 1;
  }
}

std::uint64_t seed_of(std::uint64_t seed, Route route) {
  return seed + static_cast<std::uint64_t>(route) + 1;
}

}  // namespace

MarketSession::MarketSession(Settings settings, MarketOutbox& outbox, fixspec::LogSink& log)
    : settings_(settings),
      outbox_(outbox),
      log_(log),
      random_(settings.seed),
      decoder_(settings.max_message_bytes),
      rest_decoder_(settings.max_message_bytes),
      public_({.route = Route::Public,
               .reply_timeout_ns = settings.reply_timeout_ns,
               .seed = seed_of(settings.seed, Route::Public)},
              outbox, log),
      market_({.route = Route::Market,
               .reply_timeout_ns = settings.reply_timeout_ns,
               .seed = seed_of(settings.seed, Route::Market)},
              outbox, log) {}

void MarketSession::start(fixspec::Timestamp now) {
  running_ = true;
  weight_.configure(bucket, weight_share, now.mono_ns);
  public_.start(now);
  market_.start(now);
}

void MarketSession::stop(fixspec::Timestamp now) {
  running_ = false;
  for (const Route route : {Route::Public, Route::Market}) {
    connection(route).stop();
    on_closed(route, "stopped", now);
  }
}

MarketSession::Market* MarketSession::find(std::string_view symbol) {
  const auto id = fixspec::Symbol::parse(symbol);
  const auto found = id ? markets_.find(*id) : markets_.end();
  return found == markets_.end() ? nullptr : &found->second;
}

// ---- what is wanted
// -------------------------------------------------------------------------------------

void MarketSession::subscribe(const fixspec::InstrumentKey& instrument, MarketInterest interest,
                              fixspec::Timestamp now) {
  Market& market = markets_[instrument.symbol];
  market.instrument = instrument;
  follow(market, interest, now);
  if (!interest.values && !interest.book && !interest.trades) markets_.erase(instrument.symbol);
}

void MarketSession::follow(Market& market, MarketInterest interest, fixspec::Timestamp now) {
  const std::string_view symbol = market.instrument.symbol.view();
  const MarketInterest before = std::exchange(market.interest, interest);
  const auto stream = [&](bool was, bool is, Stream which, Route route) {
    if (is && !was) connection(route).want(stream_name(symbol, which), now);
    if (was && !is) connection(route).drop(stream_name(symbol, which), now);
  };
  stream(before.values, interest.values, Stream::BookTicker, Route::Public);
  stream(before.values, interest.values, Stream::MarkPrice1s, Route::Market);
  stream(before.book, interest.book, Stream::Depth100ms, Route::Public);
  stream(before.trades, interest.trades, Stream::AggTrade, Route::Market);
  if (interest.book != before.book) {
    market.book.reset();
    market.need(Ask::Snapshot).is_needed = false;
    market.ask_anyway_at_mono_ns.reset();
    if (interest.book) market.book.emplace(market.instrument);
  }
  if (interest.values != before.values) {
    market.best_price.reset();
    market.mark_price.reset();
    market.open_interest.reset();
    for (const Ask ask : {Ask::BestPrice, Ask::OpenInterest}) {
      market.need(ask).is_needed = interest.values;
      market.need(ask).not_before_mono_ns = now.mono_ns;
    }
  }
}

// ---- the connections
// ------------------------------------------------------------------------------------

void MarketSession::on_open(Route route, fixspec::Timestamp now) {
  connection(route).on_open(now);
  if (route != Route::Public) return;
  // A stream of best prices tells the next change; until then nobody knows them.
  for (auto& [symbol, market] : markets_) {
    market.need(Ask::BestPrice).is_needed = market.interest.values;
  }
}

void MarketSession::on_closed(Route route, const std::string& reason, fixspec::Timestamp now) {
  connection(route).on_closed(reason, now);
  for (auto& [symbol, market] : markets_) {
    auto& lost = route == Route::Public ? market.best_price : market.mark_price;
    if (market.interest.values && lost) {
      lost.reset();
      MarketUpdate stale;
      stale.instrument = market.instrument;
      stale.venue_time = now.utc_ns;
      stale.stale = true;
      outbox_.emit(stale);
      for (const auto* kept : {&market.best_price, &market.mark_price, &market.open_interest}) {
        if (*kept) outbox_.emit(**kept);
      }
    }
    if (route == Route::Public && market.book) {
      const bool was_valid = market.book->is_valid();
      market.book->break_off("the link to the venue is down: " + reason, now.utc_ns);
      market.need(Ask::Snapshot).is_needed = false;
      market.valid_since_mono_ns.reset();
      market.behind_since_mono_ns.reset();
      market.ask_anyway_at_mono_ns.reset();
      if (was_valid) outbox_.emit(market.book->picture());
    }
  }
}

void MarketSession::on_message(Route route, std::string_view text, fixspec::Timestamp now) {
  connection(route).on_heard(now);
  const auto event = decoder_.market_event(text);
  if (!event) {
    return connection(route).give_up("venue_message_unreadable", event.error().text);
  }
  struct Visitor {
    MarketSession& session;
    Route route;
    fixspec::Timestamp now;
    void operator()(const wire::DepthUpdate& update) const { session.take(update, now); }
    void operator()(const wire::BookTicker& ticker) const { session.take(ticker, now); }
    void operator()(const wire::MarkPriceUpdate& update) const { session.take(update); }
    void operator()(const wire::AggTrade& trade) const { session.take(trade); }
    void operator()(const wire::Trade&) const {}  // not subscribed: aggTrade tells the same
    void operator()(const wire::ControlReply& reply) const { session.take(reply, route, now); }
    void operator()(const wire::OtherEvent&) const {}
  };
  std::visit(Visitor{*this, route, now}, *event);
}

void MarketSession::take(const wire::ControlReply& reply, Route route, fixspec::Timestamp now) {
  connection(route).on_control(reply, now);
  if (route != Route::Public || reply.failure) return;
  for (auto& [symbol, market] : markets_) {
    if (!market.book || market.book->is_valid() || market.ask_anyway_at_mono_ns) continue;
    market.ask_anyway_at_mono_ns = now.mono_ns + quiet_start_ns;
  }
}

void MarketSession::log_unreadable(std::string_view what, const std::string& error) {
  log_.warning("venue_market_data_unreadable",
               {{"venue", "binance"}, {"what", std::string{what}}, {"error", error}});
}

void MarketSession::take(const wire::BookTicker& ticker, fixspec::Timestamp now) {
  Market* const market = find(ticker.symbol);
  if (market == nullptr || !market->interest.values) return;
  const auto update = to_market_update(ticker);
  if (!update) return log_unreadable("bookTicker", update.error().text);
  market->best_price = *update;
  market->need(Ask::BestPrice).is_needed = false;
  if (market->book && market->book->is_valid() && ticker.update_id > market->book->final_id()) {
    if (!market->behind_since_mono_ns) market->behind_since_mono_ns = now.mono_ns;
  }
  outbox_.emit(*update);
}

void MarketSession::take(const wire::MarkPriceUpdate& update) {
  Market* const market = find(update.symbol);
  if (market == nullptr || !market->interest.values) return;
  const auto made = to_market_update(update);
  if (!made) return log_unreadable("markPriceUpdate", made.error().text);
  market->mark_price = *made;
  outbox_.emit(*made);
}

void MarketSession::take(const wire::AggTrade& trade) {
  Market* const market = find(trade.symbol);
  if (market == nullptr || !market->interest.trades) return;
  const auto made = to_public_trade(trade);
  if (!made) return log_unreadable("aggTrade", made.error().text);
  outbox_.emit(*made);
}

// ---- books
// ---------------------------------------------------------------------------------------------

void MarketSession::take(const wire::DepthUpdate& update, fixspec::Timestamp now) {
  Market* const market = find(update.symbol);
  if (market == nullptr || !market->book) return;
  market->behind_since_mono_ns.reset();
  market->heard_at_mono_ns = now.mono_ns;
  after_book(*market, market->book->on_update(update), now);
}

void MarketSession::watch_books(fixspec::Timestamp now) {
  for (auto& [symbol, market] : markets_) {
    if (market.book && public_.is_open()) watch_book(market, now);
  }
}

void MarketSession::watch_book(Market& market, fixspec::Timestamp now) {
  Need& snapshot = market.need(Ask::Snapshot);
  if (!market.book->is_valid()) {
    if (!market.ask_anyway_at_mono_ns || now.mono_ns < *market.ask_anyway_at_mono_ns) return;
    market.ask_anyway_at_mono_ns.reset();
    snapshot.is_needed = true;
    return;
  }
  if (now.mono_ns - market.heard_at_mono_ns >= quiet_book_ns) {
    market.heard_at_mono_ns = now.mono_ns;
    snapshot.is_needed = true;
  }
  // Best prices that go on while the book stands still.
  const auto behind_since = market.behind_since_mono_ns;
  if (!behind_since || now.mono_ns - *behind_since < book_may_be_behind_ns) return;
  market.behind_since_mono_ns.reset();
  const std::string stream = stream_name(market.instrument.symbol.view(), Stream::Depth100ms);
  public_.drop(stream, now);
  public_.want(stream, now);
  after_book(
      market,
      market.book->break_off("the venue tells best prices but no changes of the book", now.utc_ns),
      now);
}

void MarketSession::after_book(Market& market, DepthBook::Outcome outcome, fixspec::Timestamp now) {
  Need& snapshot = market.need(Ask::Snapshot);
  switch (outcome) {
    case DepthBook::Outcome::Unchanged:
      break;
    case DepthBook::Outcome::Changed:
      if (!market.valid_since_mono_ns) market.valid_since_mono_ns = now.mono_ns;
      outbox_.emit(market.book->picture());
      break;
    case DepthBook::Outcome::Broken: {
      outbox_.emit(market.book->picture());
      log_.info("venue_book_broken", {{"venue", "binance"},
                                      {"instrument", market.instrument.symbol.to_string()},
                                      {"reason", market.book->picture().reason}});
      const auto valid_since = std::exchange(market.valid_since_mono_ns, std::nullopt);
      if (valid_since && now.mono_ns - *valid_since >= settled_after_ns) snapshot.backoff.reset();
      // The first time at once, later after longer and longer waits.
      const bool is_first = snapshot.backoff.attempts() == 0;
      const std::int64_t wait_ns = snapshot.backoff.next_ns(random_());
      snapshot.not_before_mono_ns = now.mono_ns + (is_first ? 0 : wait_ns);
      break;
    }
    case DepthBook::Outcome::Unfit:
      snapshot.not_before_mono_ns = now.mono_ns + snapshot.backoff.next_ns(random_());
      break;
  }
  if (!snapshot.is_needed && market.book->wants_snapshot()) {
    snapshot.is_needed = true;
    fetch_what_is_needed(now);
  }
}

// ---- REST
// ----------------------------------------------------------------------------------------------

void MarketSession::on_timer(fixspec::Timestamp now) {
  public_.on_timer(now);
  market_.on_timer(now);
  watch_books(now);
  fetch_what_is_needed(now);
}

void MarketSession::fetch_what_is_needed(fixspec::Timestamp now) {
  if (!running_ || now.mono_ns < held_until_mono_ns_) return;
  for (const Ask ask : {Ask::Snapshot, Ask::BestPrice, Ask::OpenInterest}) {
    for (auto& [symbol, market] : markets_) {
      const Need& need = market.need(ask);
      if (!need.is_needed || need.is_under_way || now.mono_ns < need.not_before_mono_ns) continue;
      if (requests_.size() >= max_requests_under_way || !fetch(market, ask, now)) return;
    }
  }
}

bool MarketSession::fetch(Market& market, Ask ask, fixspec::Timestamp now) {
  constexpr std::array methods{wire::Method::Depth, wire::Method::BookTicker,
                               wire::Method::OpenInterest};
  const wire::Method method = methods[static_cast<std::size_t>(ask)];
  const int weight = weight_of(method);
  if (weight_.ready_at(bucket, weight, net::RateLimiter::Lane::Ordinary, now.mono_ns) >
          now.mono_ns ||
      !outbox_.may_fetch(weight, now)) {
    return false;
  }
  static_cast<void>(
      weight_.try_take(bucket, weight, net::RateLimiter::Lane::Ordinary, now.mono_ns));
  wire::Call call{method};
  call.with(wire::Parameter::Symbol, market.instrument.symbol.view());
  if (ask == Ask::Snapshot) {
    call.with(wire::Parameter::Limit, snapshot_levels);
    market.book->snapshot_asked();
  }
  market.need(ask).is_under_way = true;
  const std::uint64_t id = ++last_request_;
  requests_[id] = {market.instrument.symbol, ask};
  outbox_.fetch({.target = public_target(call)}, id);
  return true;
}

void MarketSession::on_response(std::uint64_t id,
                                const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                                fixspec::Timestamp now) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) return;
  const Request request = found->second;
  requests_.erase(found);
  const auto market = markets_.find(request.symbol);
  if (market != markets_.end()) {
    market->second.need(request.ask).is_under_way = false;
    if (!response) {
      on_failure(market->second, request.ask, response.error().text, 0, now);
    } else if (const auto reply = rest_decoder_.http_reply(response->status, response->body);
               !reply || response->status != http_ok || reply->failure) {
      on_failure(market->second, request.ask,
                 reply ? "status " + std::to_string(response->status) : reply.error().text,
                 response->status, now);
    } else {
      on_reply(market->second, request.ask, now);
    }
  }
  fetch_what_is_needed(now);
}

void MarketSession::on_reply(Market& market, Ask ask, fixspec::Timestamp now) {
  Need& need = market.need(ask);
  if (!need.is_needed) return;  // nobody wants it any more, or a stream was faster
  need.is_needed = false;
  if (ask == Ask::Snapshot) {
    const auto snapshot = rest_decoder_.depth_snapshot();
    if (!snapshot) return on_failure(market, ask, snapshot.error().text, http_ok, now);
    market.heard_at_mono_ns = now.mono_ns;
    return after_book(
        market, market.book->on_snapshot(*snapshot, static_cast<std::size_t>(snapshot_levels)),
        now);
  }
  Mapped<MarketUpdate> update{MarketUpdate{}};
  if (ask == Ask::BestPrice) {
    const auto reply = rest_decoder_.book_ticker();
    update = reply ? to_market_update(*reply) : fixspec::Unexpected{reply.error()};
  } else {
    const auto reply = rest_decoder_.open_interest();
    update = reply ? to_market_update(*reply) : fixspec::Unexpected{reply.error()};
    need.is_needed = true;
    need.not_before_mono_ns = now.mono_ns + settings_.open_interest_every_ns;
  }
  if (!update) return on_failure(market, ask, update.error().text, http_ok, now);
  need.backoff.reset();
  (ask == Ask::BestPrice ? market.best_price : market.open_interest) = *update;
  outbox_.emit(*update);
}

void MarketSession::on_failure(Market& market, Ask ask, const std::string& reason, unsigned status,
                               fixspec::Timestamp now) {
  if (status == http_too_many || status == http_banned) {
    held_until_mono_ns_ = now.mono_ns + after_too_many_ns;
    weight_.drain(bucket, now.mono_ns);
  }
  Need& need = market.need(ask);
  need.is_needed =
      ask == Ask::Snapshot ? market.book && market.book->wants_snapshot() : market.interest.values;
  need.not_before_mono_ns = now.mono_ns + need.backoff.next_ns(random_());
  log_.warning("venue_market_request_failed",
               {{"venue", "binance"},
                {"instrument", market.instrument.symbol.to_string()},
                {"request", ask == Ask::Snapshot    ? "depth"
                            : ask == Ask::BestPrice ? "ticker/bookTicker"
                                                    : "openInterest"},
                {"reason", reason}});
}

}  // namespace causeway::translators::binance
