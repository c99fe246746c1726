#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/core/exchange.hpp"

namespace causeway::simulator::deribit {

enum class Feed : std::uint8_t {
  UserOrders,
  UserTrades,
  UserChanges,
  UserPortfolio,
  Book,
  GroupedBook,
  Ticker,
  IncrementalTicker,
  Quote,
  Trades,
  Index,
  Perpetual,
  Chart,
  InstrumentState,
  Silent,  ///< the venue has it, but here nothing ever happens on it
};
constexpr bool is_private(Feed feed) { return feed <= Feed::UserPortfolio; }

/// How often a channel speaks: at once, or gathered.
enum class Interval : std::uint8_t { Raw, Ms100, Aggregated };
core::UtcNanos period(Interval interval);

/// Which instruments are meant: one, or all of a kind and currency. Absent: any.
struct Selection {
  std::optional<core::InstrumentIndex> instrument;
  std::optional<core::InstrumentKind> kind;  ///< Perpetual stands for both kinds of futures
  std::optional<core::CurrencyIndex> currency;

  [[nodiscard]] bool includes(const core::Exchange& exchange, core::InstrumentIndex at) const;
};

/// A channel name taken apart.
struct Channel {
  std::string name;
  Feed feed = Feed::Silent;
  Selection selection;
  Interval interval = Interval::Raw;
  core::Price group;      ///< GroupedBook; zero: none
  std::size_t depth = 0;  ///< GroupedBook
  int minutes = 0;        ///< Chart
  bool needs_auth = false;
};

/// The channel of that name, or nullopt where the venue has none.
std::optional<Channel> parse_channel(const core::Exchange& exchange, std::string_view name);

/// "BTC", "btc": its index; nullopt for any other text.
std::optional<core::CurrencyIndex> find_currency(const core::Exchange& exchange,
                                                 std::string_view name);
/// Minutes of a chart resolution (1, 3, 5, … 720, 1D); nullopt for any other text.
std::optional<int> chart_minutes(std::string_view resolution);
/// The kind that a `kind` parameter selects; nullopt: any. `none` is set where nothing listed here
/// is of that kind (spot, combos).
std::optional<core::InstrumentKind> kind_from_text(std::string_view text, bool& none);
bool is_kind(core::InstrumentKind kind, core::InstrumentKind wanted);

}  // namespace causeway::simulator::deribit
