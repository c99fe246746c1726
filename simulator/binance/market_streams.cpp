#include "simulator/binance/market_streams.hpp"

namespace causeway::simulator::binance {
namespace {

std::size_t side_index(core::Side side) { return side == core::Side::Buy ? 0 : 1; }

}  // namespace

MarketStreams::MarketStreams(View view, core::Faults& faults, std::vector<core::Frame>& out,
                             std::int64_t first_id)
    : view_(view),
      faults_(faults),
      out_(out),
      update_ids_(view.symbols.size(), first_id),
      agg_trades_(view.symbols.size(), first_id) {}

void MarketStreams::subscribe(core::ConnectionId connection, const std::string& name, bool wrapped,
                              UtcNanos now) {
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    Entry entry;
    entry.stream = parse_stream(name, view_.exchange);
    entry.next_flush = now + entry.stream.interval;
    if (entry.stream.feed == Feed::Depth) {
      entry.last_id = update_ids_[*entry.stream.instrument]++;
    }
    found = entries_.emplace(name, std::move(entry)).first;
  }
  found->second.listeners[connection] = wrapped;
}

void MarketStreams::unsubscribe(core::ConnectionId connection, const std::string& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  found->second.listeners.erase(connection);
  if (found->second.listeners.empty()) entries_.erase(found);
}

void MarketStreams::drop(core::ConnectionId connection) {
  for (auto& [name, entry] : entries_) entry.listeners.erase(connection);
  std::erase_if(entries_, [](const auto& known) { return known.second.listeners.empty(); });
}

void MarketStreams::set_wrapped(core::ConnectionId connection, bool wrapped) {
  for (auto& [name, entry] : entries_) {
    const auto found = entry.listeners.find(connection);
    if (found != entry.listeners.end()) found->second = wrapped;
  }
}

void MarketStreams::send(const Entry& entry, std::string_view data, UtcNanos now) {
  const auto& name = entry.stream.name;
  if (entry.stream.feed == Feed::Depth && faults_.on_update(name)) return;
  int copies = 1;
  UtcNanos not_before = 0;
  if (const auto fault = faults_.on_notification(name)) {
    if (fault->kind == core::FaultKind::DropNotification) copies = 0;
    if (fault->kind == core::FaultKind::DuplicateNotification) copies = 2;
    if (fault->kind == core::FaultKind::DelayNotification) {
      not_before = now + fault->delay_ms * fixspec::nanos_per_milli;
    }
  }
  for (; copies > 0; --copies) {
    for (const auto& [connection, wrapped] : entry.listeners) {
      core::Frame frame{.connection = connection, .not_before = not_before};
      frame.text = wrapped ? R"({"stream":")" + name + R"(","data":)" + std::string{data} + "}"
                           : std::string{data};
      out_.push_back(std::move(frame));
    }
  }
}

void MarketStreams::publish(std::span<const core::Event> events, UtcNanos now) {
  for (const auto& event : events) {
    if (const auto* level = std::get_if<core::LevelChanged>(&event.what)) {
      ++update_ids_[level->instrument];
    }
    if (const auto* traded = std::get_if<core::Traded>(&event.what)) {
      agg_trades_.on_trade(traded->trade);
    }
    for (auto& [name, entry] : entries_) note(entry, event, now);
  }
  for (auto& [name, entry] : entries_) {
    if (entry.stream.feed == Feed::BookTicker && entry.dirty) tell_book_tickers(entry, now);
  }
}

void MarketStreams::note(Entry& entry, const core::Event& event, UtcNanos now) {
  const auto& stream = entry.stream;
  if (const auto* level = std::get_if<core::LevelChanged>(&event.what)) {
    if (stream.instrument && *stream.instrument != level->instrument) return;
    entry.dirty = true;
    if (stream.feed == Feed::Depth) {
      entry.changed[side_index(level->side)].insert(
          core::OrderBook::key(level->side, level->price));
    }
  } else if (const auto* traded = std::get_if<core::Traded>(&event.what)) {
    if (stream.instrument && *stream.instrument != traded->trade.instrument) return;
    if (stream.feed == Feed::Trade) send(entry, trade(traded->trade, now), now);
    if (stream.feed == Feed::Kline) entry.dirty = true;
  }
}

std::vector<InstrumentIndex> MarketStreams::symbols_of(const Entry& entry) const {
  if (entry.stream.instrument) return {*entry.stream.instrument};
  std::vector<InstrumentIndex> all;
  for (InstrumentIndex at = 0; at < view_.symbols.size(); ++at) all.push_back(at);
  return all;
}

void MarketStreams::tell_book_tickers(Entry& entry, UtcNanos now) {
  entry.dirty = false;
  for (const auto at : symbols_of(entry)) {
    const auto& book = view_.exchange.book(at);
    JsonWriter best;
    best.object();
    for (const auto side : {core::Side::Buy, core::Side::Sell}) {
      const bool buy = side == core::Side::Buy;
      const auto price = book.best_price(side);
      const auto amount = price ? book.amount_at(side, *price) : Quantity{};
      best.field(buy ? "b" : "a", price_text(view_, at, price.value_or(Price{})))
          .field(buy ? "B" : "A", quantity_text(view_, at, amount));
    }
    const auto members = best.end().take();
    auto& last = entry.last_sent[at];
    if (members == last) continue;
    last = members;
    JsonWriter json;
    json.object()
        .field("e", "bookTicker")
        .field("u", update_ids_[at])
        .field("s", view_.exchange.instrument(at).name)
        .field("ps", view_.symbols[at].pair);
    // The members between the braces, as they were compared.
    auto text = json.view() + "," + members.substr(1, members.size() - 2);
    text += R"(,"T":)" + std::to_string(millis(now)) + R"(,"E":)" + std::to_string(millis(now)) +
            R"(,"st":1})";
    send(entry, text, now);
  }
}

void MarketStreams::flush(UtcNanos now) {
  for (const auto& complete : agg_trades_.take_complete(now)) {
    for (auto& [name, entry] : entries_) {
      if (entry.stream.feed == Feed::AggTrade && entry.stream.instrument == complete.instrument) {
        send(entry, agg_trade(complete, now), now);
      }
    }
  }
  for (auto& [name, entry] : entries_) {
    if (entry.stream.interval == 0 || now < entry.next_flush) continue;
    entry.next_flush += entry.stream.interval;
    if (entry.next_flush <= now) entry.next_flush = now + entry.stream.interval;
    flush_entry(entry, now);
  }
}

void MarketStreams::flush_entry(Entry& entry, UtcNanos now) {
  switch (entry.stream.feed) {
    case Feed::Depth:
      if (entry.dirty) send_depth(entry, now);
      break;
    case Feed::PartialDepth:
      if (entry.dirty) send_partial_depth(entry, now);
      break;
    case Feed::Kline:
      send_candles(entry, now);
      break;
    case Feed::MarkPrice:
    case Feed::Ticker:
    case Feed::MiniTicker:
      send_picture(entry, now);
      break;
    default:
      break;
  }
  entry.dirty = false;
}

void MarketStreams::force_order(const core::Trade& trade, UtcNanos now) {
  const auto at = trade.instrument;
  JsonWriter json;
  json.object()
      .field("e", "forceOrder")
      .field("E", millis(now))
      .key("o")
      .object()
      .field("s", view_.exchange.instrument(at).name)
      .field("S", side_text(trade.taker_side))
      .field("o", "LIMIT")
      .field("f", "IOC")
      .field("q", quantity_text(view_, at, trade.amount))
      .field("p", price_text(view_, at, trade.price))
      .field("ap", price_text(view_, at, trade.price))
      .field("X", "FILLED")
      .field("l", quantity_text(view_, at, trade.amount))
      .field("z", quantity_text(view_, at, trade.amount))
      .field("T", millis(trade.time))
      .end()
      .end();
  for (auto& [name, entry] : entries_) {
    if (entry.stream.feed != Feed::ForceOrder) continue;
    if (!entry.stream.instrument || *entry.stream.instrument == at) send(entry, json.view(), now);
  }
}

}  // namespace causeway::simulator::binance
