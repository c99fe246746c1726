#include "simulator/deribit/publisher.hpp"

#include <algorithm>

#include "simulator/deribit/render.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::Event;
using core::Executed;
using core::LevelChanged;
using core::OrderChanged;
using core::Traded;

constexpr std::int64_t first_change_id = 1'000'000;
constexpr core::UtcNanos portfolio_period = 1000 * fixspec::nanos_per_milli;

std::string rendered(auto&& write) {
  JsonWriter json;
  write(json);
  return json.take();
}

std::string joined(const std::vector<std::string>& items) {
  JsonWriter json;
  json.array();
  for (const auto& item : items) json.raw(item);
  return json.end().take();
}

std::size_t side_index(core::Side side) { return side == core::Side::Buy ? 0 : 1; }

}  // namespace

Publisher::Publisher(const core::Exchange& exchange, core::Faults& faults,
                     const core::Candles& candles, std::vector<core::Frame>& out)
    : exchange_(exchange),
      faults_(faults),
      candles_(candles),
      out_(out),
      change_ids_(exchange.config().instruments.size(), first_change_id) {}

void Publisher::subscribe(core::ConnectionId connection, core::AccountId account, Channel channel,
                          std::string label) {
  for (const auto& known : subscriptions_) {
    if (known.connection == connection && known.channel.name == channel.name) return;
  }
  Subscription subscription;
  subscription.connection = connection;
  subscription.account = account;
  subscription.channel = std::move(channel);
  subscription.label = std::move(label);
  subscriptions_.push_back(std::move(subscription));
}

void Publisher::unsubscribe(core::ConnectionId connection, std::string_view channel) {
  std::erase_if(subscriptions_, [&](const Subscription& known) {
    return known.connection == connection && known.channel.name == channel;
  });
}

void Publisher::unsubscribe_all(core::ConnectionId connection, bool private_channels) {
  std::erase_if(subscriptions_, [&](const Subscription& known) {
    return known.connection == connection && is_private(known.channel.feed) == private_channels;
  });
}

void Publisher::drop(core::ConnectionId connection) {
  std::erase_if(subscriptions_,
                [&](const Subscription& known) { return known.connection == connection; });
}

void Publisher::send(Subscription& subscription, std::string_view data) {
  JsonWriter json;
  json.object()
      .field("jsonrpc", "2.0")
      .field("method", "subscription")
      .key("params")
      .object()
      .field("channel", subscription.channel.name)
      .key("data")
      .raw(data);
  if (!subscription.label.empty()) json.field("label", subscription.label);
  json.end().end();
  int copies = 1;
  if (const auto fault = faults_.on_notification(subscription.channel.name)) {
    copies = fault->kind == core::FaultKind::DropNotification ? 0 : 2;
  }
  for (; copies > 0; --copies) {
    out_.push_back({.connection = subscription.connection, .text = json.view()});
  }
}

void Publisher::publish(std::span<const Event> events, core::ConnectionId muted,
                        core::UtcNanos now) {
  while (!events.empty()) {
    const auto operation = events.front().operation;
    const auto end = std::ranges::find_if(
        events, [&](const Event& event) { return event.operation != operation; });
    const auto size = static_cast<std::size_t>(end - events.begin());
    publish_operation(events.first(size), muted, now);
    events = events.subspan(size);
  }
}

void Publisher::publish_operation(std::span<const Event> events, core::ConnectionId muted,
                                  core::UtcNanos now) {
  bool user = false, traded = false;
  for (const auto& event : events) {
    user |= std::holds_alternative<OrderChanged>(event.what);
    traded |= std::holds_alternative<Traded>(event.what);
    if (const auto* level = std::get_if<LevelChanged>(&event.what)) {
      ++change_ids_[level->instrument];
    }
  }
  if (user) {
    for (const Feed feed :
         {Feed::UserTrades, Feed::UserOrders, Feed::UserChanges, Feed::UserPortfolio}) {
      for (auto& subscription : subscriptions_) {
        if (subscription.channel.feed != feed || subscription.connection == muted) continue;
        if (feed == Feed::UserChanges)
          tell_changes(subscription, events, now);
        else
          tell_user(subscription, events, now);
      }
    }
  }
  for (auto& subscription : subscriptions_) {
    if (is_private(subscription.channel.feed)) continue;
    if (traded && subscription.channel.feed == Feed::Trades)
      tell_trades(subscription, events);
    else
      note_market(subscription, events);
  }
}

void Publisher::tell_user(Subscription& subscription, std::span<const Event> events,
                          core::UtcNanos now) {
  const auto& selection = subscription.channel.selection;
  std::vector<std::string> items;
  for (const auto& event : events) {
    if (const auto* executed = std::get_if<Executed>(&event.what);
        executed != nullptr && executed->execution.account == subscription.account &&
        subscription.channel.feed == Feed::UserTrades &&
        selection.includes(exchange_, executed->execution.trade.instrument)) {
      items.push_back(rendered(
          [&](JsonWriter& json) { write_user_trade(json, exchange_, executed->execution, now); }));
    }
    const auto* changed = std::get_if<OrderChanged>(&event.what);
    if (changed == nullptr || changed->order.request.account != subscription.account) continue;
    const auto instrument = changed->order.request.instrument;
    if (subscription.channel.feed == Feed::UserPortfolio) {
      const auto currency = exchange_.instrument(instrument).currency;
      subscription.dirty |= !selection.currency || *selection.currency == currency;
    }
    if (subscription.channel.feed == Feed::UserOrders &&
        selection.includes(exchange_, instrument)) {
      items.push_back(
          rendered([&](JsonWriter& json) { write_order(json, exchange_, changed->order); }));
    }
  }
  if (subscription.channel.feed == Feed::UserPortfolio) {
    if (subscription.dirty && !subscription.fresh) send_portfolio(subscription);
    return;
  }
  deliver(subscription, std::move(items));
}

// One notification an instrument: its orders, trades and position, as of one operation.
void Publisher::tell_changes(Subscription& subscription, std::span<const Event> events,
                             core::UtcNanos now) {
  std::vector<core::InstrumentIndex> instruments;
  for (const auto& event : events) {
    const auto* changed = std::get_if<OrderChanged>(&event.what);
    if (changed == nullptr || changed->order.request.account != subscription.account) continue;
    const auto at = changed->order.request.instrument;
    if (subscription.channel.selection.includes(exchange_, at) &&
        std::ranges::find(instruments, at) == instruments.end()) {
      instruments.push_back(at);
    }
  }
  for (const auto at : instruments) {
    std::vector<std::string> trades, orders, positions;
    for (const auto& event : events) {
      if (const auto* executed = std::get_if<Executed>(&event.what);
          executed != nullptr && executed->execution.account == subscription.account &&
          executed->execution.trade.instrument == at) {
        trades.push_back(rendered([&](JsonWriter& json) {
          write_user_trade(json, exchange_, executed->execution, now);
        }));
      }
      if (const auto* changed = std::get_if<OrderChanged>(&event.what);
          changed != nullptr && changed->order.request.account == subscription.account &&
          changed->order.request.instrument == at) {
        orders.push_back(
            rendered([&](JsonWriter& json) { write_order(json, exchange_, changed->order); }));
      }
    }
    if (!trades.empty()) {
      positions.push_back(rendered([&](JsonWriter& json) {
        write_position(json, exchange_, subscription.account, at, now);
      }));
    }
    JsonWriter json;
    json.object()
        .field("instrument_name", exchange_.instrument(at).name)
        .key("trades")
        .raw(joined(trades))
        .key("positions")
        .raw(joined(positions))
        .key("orders")
        .raw(joined(orders))
        .end();
    if (subscription.channel.interval == Interval::Raw)
      send(subscription, json.view());
    else
      subscription.gathered.push_back(json.take());
  }
}

void Publisher::tell_trades(Subscription& subscription, std::span<const Event> events) {
  std::vector<std::string> items;
  for (const auto& event : events) {
    const auto* traded = std::get_if<Traded>(&event.what);
    if (traded == nullptr) continue;
    if (!subscription.channel.selection.includes(exchange_, traded->trade.instrument)) continue;
    items.push_back(
        rendered([&](JsonWriter& json) { write_trade(json, exchange_, traded->trade); }));
  }
  deliver(subscription, std::move(items));
}

// user.orders.*.raw carries one order each; every other list goes out as an array.
void Publisher::deliver(Subscription& subscription, std::vector<std::string> items) {
  if (items.empty()) return;
  if (subscription.channel.interval != Interval::Raw) {
    std::ranges::move(items, std::back_inserter(subscription.gathered));
  } else if (subscription.channel.feed == Feed::UserOrders) {
    for (const auto& item : items) send(subscription, item);
  } else {
    send(subscription, joined(items));
  }
}

void Publisher::send_gathered(Subscription& subscription) {
  if (subscription.gathered.empty()) return;
  if (subscription.channel.feed == Feed::UserChanges) {
    for (const auto& item : subscription.gathered) send(subscription, item);
  } else {
    send(subscription, joined(subscription.gathered));
  }
  subscription.gathered.clear();
}

void Publisher::note_market(Subscription& subscription, std::span<const Event> events) {
  const auto& instrument = subscription.channel.selection.instrument;
  if (!instrument) return;
  for (const auto& event : events) {
    if (const auto* level = std::get_if<LevelChanged>(&event.what)) {
      if (level->instrument != *instrument) continue;
      subscription.dirty = true;
      if (subscription.channel.feed == Feed::Book) {
        subscription.changed[side_index(level->side)].insert(
            core::OrderBook::key(level->side, level->price));
      }
    } else if (const auto* moved = std::get_if<core::IndexMoved>(&event.what)) {
      subscription.dirty |= exchange_.instrument(*instrument).underlying == moved->underlying;
    } else if (const auto* traded = std::get_if<Traded>(&event.what)) {
      subscription.dirty |= traded->trade.instrument == *instrument;
    }
  }
}

void Publisher::flush(core::UtcNanos now) {
  for (auto& subscription : subscriptions_) flush_one(subscription, now);
}

void Publisher::flush_one(Subscription& subscription, core::UtcNanos now) {
  if (!subscription.fresh && now < subscription.next_flush) return;
  const bool fresh = subscription.fresh;
  const auto feed = subscription.channel.feed;
  subscription.fresh = false;
  const auto every = feed == Feed::UserPortfolio       ? portfolio_period
                     : feed == Feed::IncrementalTicker ? portfolio_period
                     : feed == Feed::Chart             ? portfolio_period
                                                       : period(subscription.channel.interval);
  subscription.next_flush = now + every;
  if (feed == Feed::UserPortfolio) return send_portfolio(subscription);
  if (is_private(feed) || feed == Feed::Trades) return send_gathered(subscription);
  if (!fresh && !subscription.dirty) return;
  subscription.dirty = false;
  if (feed == Feed::Book) {
    if (fresh)
      send_book_snapshot(subscription, now);
    else
      send_book_change(subscription, now);
  } else if (feed == Feed::GroupedBook) {
    send_grouped_book(subscription, now);
  } else {
    const auto picture = market_picture(subscription, now);
    if (picture.empty()) return;
    // What only differs in its timestamp is no news.
    const auto stamp = picture.find("\"timestamp\":");
    const auto essence =
        stamp == std::string::npos
            ? picture
            : picture.substr(0, stamp) + picture.substr(picture.find_first_of(",}", stamp));
    if (essence == subscription.last_sent) return;
    send(subscription, picture);
    subscription.last_sent = essence;
  }
}

void Publisher::send_portfolio(Subscription& subscription) {
  subscription.dirty = false;
  const auto& wanted = subscription.channel.selection.currency;
  std::string all;
  std::vector<std::string> pictures;
  for (core::CurrencyIndex at = 0; at < exchange_.config().currencies.size(); ++at) {
    if (wanted && *wanted != at) continue;
    JsonWriter json;
    json.object();
    write_portfolio_members(json, exchange_, subscription.account, at);
    pictures.push_back(json.end().take());
    all += pictures.back();
  }
  if (all == subscription.last_sent) return;
  subscription.last_sent = std::move(all);
  for (const auto& picture : pictures) send(subscription, picture);
}

}  // namespace causeway::simulator::deribit
