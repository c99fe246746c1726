#include "tests/fuzz/journalled.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/venue_session.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/map.hpp"
#include "translators/deribit/codec.hpp"
#include "translators/deribit/map.hpp"

namespace causeway::fuzz {
namespace {

using translators::Source;

constexpr std::size_t largest = 1U << 20U;

// What was mapped names what it is about, or it would be told of something else.
template <class T>
void check_fill(const T& fill) {
  if (!fill) return;
  require(!fill->trade.trade_id.empty(), "a fill without a trade id");
  require_journallable(fill->instrument.venue, *fill);
}
template <class T>
void check_order(const T& update) {
  if (!update) return;
  require(!update->instrument.symbol.empty(), "an order without an instrument");
  require_journallable(update->instrument.venue, *update);
}

void each(const auto& list, auto use) {
  if (!list) return;
  for (const auto& item : *list) use(item);
}

}  // namespace

void run_deribit(std::string_view bytes) {
  run_deribit_session(bytes);
  using namespace translators::deribit;
  static Decoder decoder{largest};
  if (!decoder.decode(bytes)) return;
  (void)decoder.auth_result();
  (void)decoder.channels();
  (void)decoder.count();
  const auto use_order = [](const wire::Order& order) {
    check_order(to_order_update(order, Source::Stream));
  };
  const auto use_trade = [](const wire::Trade& trade) {
    check_fill(to_fill(trade, Source::Stream));
  };
  if (const auto both = decoder.order_and_trades()) {
    use_order(both->order);
    for (const auto& trade : both->trades) use_trade(trade);
  }
  if (const auto order = decoder.order()) use_order(*order);
  each(decoder.orders(), use_order);
  if (const auto page = decoder.trades()) {
    for (const auto& trade : page->trades) use_trade(trade);
  }
  each(decoder.positions(), [](const auto& position) { (void)to_position(position); });
  if (const auto summaries = decoder.account_summaries()) {
    for (const auto& summary : summaries->summaries) (void)to_balance(summary);
  }
  each(decoder.instruments(), [](const auto& instrument) { (void)to_instrument(instrument); });
  for (const char* channel :
       {"user.changes.any.any.raw", "user.orders.any.any.raw", "user.trades.any.any.raw"}) {
    if (const auto changes = decoder.changes(channel)) {
      for (const auto& order : changes->orders) use_order(order);
      for (const auto& trade : changes->trades) use_trade(trade);
    }
  }
  if (const auto ticker = decoder.ticker()) (void)to_market_update(*ticker);
  wire::Book book;
  if (decoder.book(book)) {
    for (const auto& level : book.bids) (void)to_book_level(level);
    for (const auto& level : book.asks) (void)to_book_level(level);
  }
  each(decoder.public_trades(), [](const auto& trade) { (void)to_public_trade(trade); });
}

namespace {

using translators::binance::Decoder;
namespace wire = translators::binance::wire;

void read_results(Decoder& decoder) {
  using namespace translators::binance;
  const auto use_order = [](const wire::Order& order) {
    check_order(to_order_update(order, Source::Query));
  };
  const auto use_algo = [](const wire::AlgoOrder& order) {
    (void)to_algo_facts(order, Source::Query);
  };
  if (const auto order = decoder.order()) use_order(*order);
  each(decoder.orders(), use_order);
  (void)decoder.batch();
  if (const auto algo = decoder.algo_order()) use_algo(*algo);
  each(decoder.algo_orders(), use_algo);
  (void)decoder.algo_ack();
  each(decoder.user_trades(), [](const wire::UserTrade& trade) {
    check_fill(to_fill(trade, Source::Query, std::nullopt));
  });
  each(decoder.positions(), [](const auto& position) { (void)to_position(position); });
  each(decoder.balances(), [](const auto& balance) { (void)to_balance(balance); });
  (void)decoder.incomes();
  (void)decoder.account_config();
  (void)decoder.dual_side_position();
  (void)decoder.session();
  (void)decoder.listen_key();
  (void)decoder.server_time_ms();
  if (const auto info = decoder.exchange_info()) {
    for (const auto& instrument : info->symbols) (void)to_instrument(instrument);
  }
  if (const auto interest = decoder.open_interest()) (void)to_market_update(*interest);
  if (const auto index = decoder.premium_index()) (void)to_market_update(*index);
  if (const auto ticker = decoder.book_ticker()) (void)to_market_update(*ticker);
  if (const auto depth = decoder.depth_snapshot()) {
    std::vector<translators::BookLevel> levels;
    (void)append_levels(depth->bids, levels);
    (void)append_levels(depth->asks, levels);
  }
  (void)decoder.rate_limits();
}

struct UseUser {
  void operator()(const wire::OrderTradeUpdate& event) const {
    const auto facts = translators::binance::to_order_facts(event);
    if (!facts) return;
    check_fill(facts->fill);
    require(!facts->update.instrument.symbol.empty(), "an order without an instrument");
  }
  void operator()(const wire::TradeLite& event) const {
    check_fill(translators::binance::to_fill(event));
  }
  void operator()(const wire::AlgoUpdate& event) const {
    (void)translators::binance::to_algo_facts(event);
  }
  void operator()(const auto&) const {}
};

struct UseMarket {
  void operator()(const wire::DepthUpdate& event) const {
    std::vector<translators::BookLevel> levels;
    (void)translators::binance::append_levels(event.bids, levels);
    (void)translators::binance::append_levels(event.asks, levels);
  }
  void operator()(const wire::BookTicker& event) const {
    (void)translators::binance::to_market_update(event);
  }
  void operator()(const wire::MarkPriceUpdate& event) const {
    (void)translators::binance::to_market_update(event);
  }
  void operator()(const wire::AggTrade& event) const {
    (void)translators::binance::to_public_trade(event);
  }
  void operator()(const auto&) const {}
};

}  // namespace

void run_binance(std::string_view bytes) {
  run_binance_session(bytes);
  static Decoder decoder{largest};
  if (decoder.api_message(bytes)) read_results(decoder);
  if (decoder.http_reply(200, bytes)) read_results(decoder);
  (void)decoder.http_reply(503, bytes);
  if (const auto event = decoder.user_event(bytes)) std::visit(UseUser{}, *event);
  if (const auto event = decoder.market_event(bytes)) std::visit(UseMarket{}, *event);
}

}  // namespace causeway::fuzz
