// What a Publisher shows of the market: books, tickers, quotes, candles.
#include "simulator/deribit/publisher.hpp"
#include "simulator/deribit/render.hpp"

namespace causeway::simulator::deribit {
namespace {

std::size_t side_index(core::Side side) { return side == core::Side::Buy ? 0 : 1; }

}  // namespace

std::string Publisher::market_picture(const Subscription& subscription, core::UtcNanos now) const {
  const auto& channel = subscription.channel;
  if (!channel.selection.instrument) return {};
  const auto at = *channel.selection.instrument;
  const auto& spec = exchange_.instrument(at);
  const auto index = exchange_.index(spec.underlying).value();
  JsonWriter json;
  switch (channel.feed) {
    case Feed::Ticker:
      json.object();
      write_ticker_members(json, exchange_, at, now);
      json.end();
      break;
    case Feed::IncrementalTicker:
      json.object().field("type", subscription.last_sent.empty() ? "snapshot" : "change");
      write_ticker_members(json, exchange_, at, now);
      json.end();
      break;
    case Feed::Quote:
      write_quote(json, exchange_, at, now);
      break;
    case Feed::Index:
      json.object()
          .field("timestamp", millis(now))
          .field("price", index)
          .field("index_name", spec.price_index)
          .end();
      break;
    case Feed::Perpetual:
      json.object()
          .field("timestamp", millis(now))
          .field("interest", core::Decimal{})
          .field("index_price", index)
          .end();
      break;
    case Feed::Chart: {
      const auto candles = candles_.between(at, channel.minutes, now, now);
      if (candles.empty()) return {};
      const auto& candle = candles.back();
      json.object()
          .field("tick", millis(candle.start))
          .field("open", candle.open.value())
          .field("high", candle.high.value())
          .field("low", candle.low.value())
          .field("close", candle.close.value())
          .field("volume", candle.volume)
          .field("cost", candle.cost)
          .end();
      break;
    }
    default:
      return {};
  }
  return json.take();
}

void Publisher::send_book_snapshot(Subscription& subscription, core::UtcNanos now) {
  const auto at = *subscription.channel.selection.instrument;
  JsonWriter json;
  json.object()
      .field("type", "snapshot")
      .field("timestamp", millis(now))
      .field("instrument_name", exchange_.instrument(at).name)
      .field("change_id", change_ids_[at]);
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    auto& known = subscription.known[side_index(side)];
    known.clear();
    subscription.changed[side_index(side)].clear();
    json.key(side == core::Side::Buy ? "bids" : "asks").array();
    for (const auto& [key, level] : exchange_.book(at).levels(side)) {
      known.emplace(key, level.total.value());
      json.array()
          .text("new")
          .number(core::OrderBook::price(side, key).value())
          .number(level.total.value())
          .end();
    }
    json.end();
  }
  subscription.last_change_id = change_ids_[at];
  send(subscription, json.end().view());
}

void Publisher::send_book_change(Subscription& subscription, core::UtcNanos now) {
  const auto at = *subscription.channel.selection.instrument;
  JsonWriter json;
  json.object()
      .field("type", "change")
      .field("timestamp", millis(now))
      .field("prev_change_id", subscription.last_change_id)
      .field("instrument_name", exchange_.instrument(at).name)
      .field("change_id", change_ids_[at]);
  bool any = false;
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    auto& known = subscription.known[side_index(side)];
    json.key(side == core::Side::Buy ? "bids" : "asks").array();
    for (const auto& key : std::exchange(subscription.changed[side_index(side)], {})) {
      const auto price = core::OrderBook::price(side, key);
      const auto amount = exchange_.book(at).amount_at(side, price).value();
      const auto before = known.find(key);
      if (before == known.end() ? amount.is_zero() : before->second == amount) continue;
      any = true;
      json.array()
          .text(amount.is_zero()        ? "delete"
                : before == known.end() ? "new"
                                        : "change")
          .number(price.value())
          .number(amount)
          .end();
      if (amount.is_zero())
        known.erase(before);
      else
        known[key] = amount;
    }
    json.end();
  }
  if (!any) return;
  subscription.last_change_id = change_ids_[at];
  send(subscription, json.end().view());
}

void Publisher::send_grouped_book(Subscription& subscription, core::UtcNanos now) {
  const auto& channel = subscription.channel;
  const auto at = *channel.selection.instrument;
  JsonWriter json;
  json.object()
      .field("timestamp", millis(now))
      .field("instrument_name", exchange_.instrument(at).name)
      .field("change_id", change_ids_[at]);
  for (const auto side : {core::Side::Buy, core::Side::Sell}) {
    json.key(side == core::Side::Buy ? "bids" : "asks").array();
    for (const auto& [price, amount] :
         grouped_levels(exchange_.book(at), side, channel.group, channel.depth)) {
      json.array().number(price.value()).number(amount.value()).end();
    }
    json.end();
  }
  send(subscription, json.end().view());
}

std::vector<std::pair<core::Price, core::Quantity>> grouped_levels(const core::OrderBook& book,
                                                                   core::Side side,
                                                                   core::Price group,
                                                                   std::size_t depth) {
  if (group.is_zero()) return book.top(side, depth);
  std::vector<std::pair<core::Price, core::Quantity>> result;
  for (const auto& [key, level] : book.levels(side)) {
    const auto price = core::OrderBook::price(side, key).value();
    const core::Price at{side == core::Side::Buy ? core::floor_to(price, group.value())
                                                 : core::ceil_to(price, group.value())};
    if (!result.empty() && result.back().first == at) {
      result.back().second += level.total;
      continue;
    }
    if (result.size() == depth) break;
    result.emplace_back(at, level.total);
  }
  return result;
}

}  // namespace causeway::simulator::deribit
