#include "simulator/binance/stream.hpp"

#include <algorithm>
#include <array>

#include "simulator/core/url.hpp"

namespace causeway::simulator::binance {
namespace {

using fixspec::nanos_per_milli;

constexpr UtcNanos default_depth = 250 * nanos_per_milli;
constexpr UtcNanos candle_interval = 250 * nanos_per_milli;
constexpr UtcNanos ticker_interval = 1000 * nanos_per_milli;
constexpr UtcNanos slow_mark = 3000 * nanos_per_milli;

std::string upper(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](char character) {
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A')
                                                : character;
  });
  return result;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char character) {
    return character >= '0' && character <= '9';
  });
}

UtcNanos depth_interval(std::string_view speed) {
  if (speed == "100ms") return 100 * nanos_per_milli;
  if (speed == "500ms") return 500 * nanos_per_milli;
  return default_depth;
}

void read_depth(Stream& stream, std::string_view kind, std::string_view speed) {
  stream.interval = depth_interval(speed);
  if (kind == "depth") stream.feed = Feed::Depth;
  for (const std::size_t depth : {std::size_t{5}, std::size_t{10}, std::size_t{20}}) {
    if (kind != "depth" + std::to_string(depth)) continue;
    stream.feed = Feed::PartialDepth;
    stream.depth = depth;
  }
}

void read_kind(Stream& stream, std::string_view kind, std::string_view more) {
  if (kind.starts_with("depth")) read_depth(stream, kind, more);
  if (kind == "bookTicker") stream.feed = Feed::BookTicker;
  if (kind == "trade") stream.feed = Feed::Trade;
  if (kind == "aggTrade") stream.feed = Feed::AggTrade;
  if (kind == "forceOrder") stream.feed = Feed::ForceOrder;
  if (kind == "markPrice") {
    stream.feed = Feed::MarkPrice;
    stream.interval = more == "1s" ? ticker_interval : slow_mark;
  }
  if (kind == "ticker" || kind == "miniTicker") {
    stream.feed = kind == "ticker" ? Feed::Ticker : Feed::MiniTicker;
    stream.interval = ticker_interval;
  }
  if (kind.starts_with("kline_") && candle_minutes(kind.substr(6))) {
    stream.feed = Feed::Kline;
    stream.candle = kind.substr(6);
    stream.interval = candle_interval;
  }
}

void read_query(Target& target, std::string_view query) {
  for (auto& [name, value] : core::decode_form(query)) {
    if (name == "streams") {
      for (const auto stream : core::split(value, '/')) target.streams.emplace_back(stream);
    } else if (name == "listenKey") {
      target.users.push_back({.listen_key = value});
    } else if (name == "events" && !target.users.empty()) {
      for (const auto event : core::split(value, '/')) {
        target.users.back().events.emplace_back(event);
      }
    } else if (name == "returnRateLimits") {
      target.rate_limits = value != "false";
    }
  }
}

}  // namespace

Stream parse_stream(std::string_view name, const core::Exchange& exchange) {
  Stream stream;
  stream.name = name;
  auto parts = core::split(name, '@');
  if (parts.empty()) return stream;
  parts.resize(3);
  if (name.starts_with('!')) {
    // !markPrice@arr@1s, !ticker@arr, !bookTicker
    stream.array = parts[1] == "arr";
    read_kind(stream, parts[0].substr(1), parts[2]);
    if (stream.feed == Feed::ForceOrder) stream.array = false;
    if (stream.feed == Feed::Depth || stream.feed == Feed::Kline) stream.feed = Feed::Silent;
    return stream;
  }
  stream.instrument = exchange.find_instrument(upper(parts[0]));
  if (stream.instrument) read_kind(stream, parts[1], parts[2]);
  return stream;
}

bool carries(Route route, Feed feed) {
  switch (feed) {
    case Feed::Depth:
    case Feed::PartialDepth:
    case Feed::BookTicker:
      return route == Route::Public || route == Route::Unrouted;
    case Feed::Trade:  // not in the documentation; clients ask for it at the public address
      return route != Route::Private;
    case Feed::AggTrade:
    case Feed::MarkPrice:
    case Feed::Kline:
    case Feed::Ticker:
    case Feed::MiniTicker:
    case Feed::ForceOrder:
      return route == Route::Market;
    case Feed::Silent:
      return false;
  }
  return false;
}

std::optional<int> candle_minutes(std::string_view name) {
  constexpr int hour = 60, day = 1440;
  static constexpr std::array<std::pair<std::string_view, int>, 15> known{{{"1m", 1},
                                                                           {"3m", 3},
                                                                           {"5m", 5},
                                                                           {"15m", 15},
                                                                           {"30m", 30},
                                                                           {"1h", hour},
                                                                           {"2h", 2 * hour},
                                                                           {"4h", 4 * hour},
                                                                           {"6h", 6 * hour},
                                                                           {"8h", 8 * hour},
                                                                           {"12h", 12 * hour},
                                                                           {"1d", day},
                                                                           {"3d", 3 * day},
                                                                           {"1w", 7 * day},
                                                                           {"1M", 30 * day}}};
  for (const auto& [text, minutes] : known) {
    if (text == name) return minutes;
  }
  return std::nullopt;
}

Target parse_target(std::string_view text) {
  const auto question = std::min(text.find('?'), text.size());
  auto parts = core::split(text.substr(0, question), '/');
  Target target;
  if (parts.size() == 2 && parts[0] == "ws-fapi" && parts[1] == "v1") {
    target.kind = Target::Kind::Api;
  } else {
    for (const auto& [name, route] :
         {std::pair{"public", Route::Public}, std::pair{"market", Route::Market},
          std::pair{"private", Route::Private}}) {
      if (parts.empty() || parts[0] != name) continue;
      target.route = route;
      parts.erase(parts.begin());
      break;
    }
    if (parts.empty() || (parts[0] != "ws" && parts[0] != "stream")) return target;
    target.kind = Target::Kind::Streams;
    target.wrapped = parts[0] == "stream";
    for (const auto part : std::vector(parts.begin() + 1, parts.end())) {
      if (is_number(part)) continue;  // clients count their connections there
      if (target.route == Route::Private)
        target.users.push_back({.listen_key = std::string{part}});
      else
        target.streams.emplace_back(core::decode_percent(part));
    }
  }
  if (question < text.size()) read_query(target, text.substr(question + 1));
  return target;
}

}  // namespace causeway::simulator::binance
