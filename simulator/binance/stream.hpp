#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/binance/catalog.hpp"

namespace causeway::simulator::binance {

/// Which of the venue's stream addresses a connection was opened at.
enum class Route : std::uint8_t { Public, Market, Private, Unrouted };

/// What a stream tells.
enum class Feed : std::uint8_t {
  Silent,  ///< a name without a meaning here: subscribed, and nothing comes
  Depth,
  PartialDepth,
  BookTicker,
  Trade,
  AggTrade,
  MarkPrice,
  Kline,
  Ticker,
  MiniTicker,
  ForceOrder,
};

/// A stream as its name says it.
struct Stream {
  std::string name;
  Feed feed = Feed::Silent;
  std::optional<InstrumentIndex> instrument;  ///< absent: of all symbols
  bool array = false;                         ///< "@arr": all symbols in one event
  UtcNanos interval = 0;                      ///< 0: at once
  std::size_t depth = 0;                      ///< PartialDepth
  std::string candle;                         ///< Kline: "1m"
};
Stream parse_stream(std::string_view name, const core::Exchange& exchange);
/// Whether a connection at `route` is told of `feed`.
bool carries(Route route, Feed feed);
/// The length of a candle of that name in minutes; nullopt where there is none. A month counts 30
/// days.
std::optional<int> candle_minutes(std::string_view name);

/// A user stream as an address or a subscription names it; no events: all of them.
struct UserTarget {
  std::string listen_key;
  std::vector<std::string> events = {};
};

/// What an address asks for.
struct Target {
  enum class Kind : std::uint8_t { Streams, Api, Unknown };
  Kind kind = Kind::Unknown;
  Route route = Route::Unrouted;
  bool wrapped = false;  ///< /stream instead of /ws
  std::vector<std::string> streams = {};
  std::vector<UserTarget> users = {};
  bool rate_limits = true;  ///< Api: answers name the rate limits
};
Target parse_target(std::string_view target);

}  // namespace causeway::simulator::binance
