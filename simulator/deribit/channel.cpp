#include "simulator/deribit/channel.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace causeway::simulator::deribit {
namespace {

using core::Exchange;
using core::InstrumentKind;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find('.');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<Interval> parse_interval(std::string_view text) {
  if (text == "raw") return Interval::Raw;
  if (text == "100ms") return Interval::Ms100;
  if (text == "agg2") return Interval::Aggregated;
  return std::nullopt;
}

// `{instrument}` or `{kind}.{currency}`.
std::optional<Selection> parse_selection(const Exchange& exchange,
                                         const std::vector<std::string_view>& parts) {
  Selection selection;
  if (parts.size() == 1) {
    selection.instrument = exchange.find_instrument(parts[0]);
    if (!selection.instrument) return std::nullopt;
    return selection;
  }
  if (parts.size() != 2) return std::nullopt;
  bool none = false;
  selection.kind = kind_from_text(parts[0], none);
  static constexpr std::array known{"any",   "future",       "option",      "spot",
                                    "combo", "future_combo", "option_combo"};
  if (std::ranges::find(known, parts[0]) == known.end()) return std::nullopt;
  if (parts[1] == "any") return selection;
  selection.currency = find_currency(exchange, parts[1]);
  if (!selection.currency) return std::nullopt;
  return selection;
}

using Parts = std::vector<std::string_view>;

bool parse_interval_and_selection(const Exchange& exchange, Parts parts, Channel& channel) {
  if (parts.size() < 2) return false;
  const auto interval = parse_interval(parts.back());
  parts.pop_back();
  const auto selection = parse_selection(exchange, parts);
  if (!interval || !selection) return false;
  channel.interval = *interval;
  channel.selection = *selection;
  channel.needs_auth = channel.interval == Interval::Raw;
  return true;
}

bool parse_user(const Exchange& exchange, const Parts& parts, Channel& channel) {
  channel.needs_auth = true;
  if (parts.size() < 3) return false;
  const Parts rest(parts.begin() + 2, parts.end());
  if (parts[1] == "portfolio" && rest.size() == 1) {
    channel.feed = Feed::UserPortfolio;
    if (rest[0] == "any") return true;
    channel.selection.currency = find_currency(exchange, rest[0]);
    return channel.selection.currency.has_value();
  }
  static constexpr std::array<std::pair<std::string_view, Feed>, 3> feeds{
      {{"orders", Feed::UserOrders}, {"trades", Feed::UserTrades}, {"changes", Feed::UserChanges}}};
  for (const auto& [name, feed] : feeds) {
    if (parts[1] != name) continue;
    channel.feed = feed;
    return parse_interval_and_selection(exchange, rest, channel);
  }
  static constexpr std::array silent{"combo_trades", "mmp_trigger", "lock", "access_log"};
  return std::ranges::find(silent, parts[1]) != silent.end();
}

bool parse_book(const Exchange& exchange, const Parts& parts, Channel& channel) {
  if (parts.size() == 3) {
    channel.feed = Feed::Book;
    return parse_interval_and_selection(exchange, {parts[1], parts[2]}, channel) &&
           channel.selection.instrument.has_value();
  }
  if (parts.size() != 5) return false;
  channel.feed = Feed::GroupedBook;
  if (!parse_interval_and_selection(exchange, {parts[1], parts[4]}, channel)) return false;
  if (parts[2] != "none") {
    static constexpr std::array groups{"1", "2", "5", "10", "25", "100", "250"};
    if (std::ranges::find(groups, parts[2]) == groups.end()) return false;
    channel.group = fixspec::parse_price(parts[2]).value();
  }
  channel.depth = parts[3] == "1" ? 1 : parts[3] == "10" ? 10 : parts[3] == "20" ? 20 : 0;
  return channel.depth != 0 && channel.interval != Interval::Raw;
}

bool parse_one_instrument(const Exchange& exchange, std::string_view name, Channel& channel) {
  channel.selection.instrument = exchange.find_instrument(name);
  return channel.selection.instrument.has_value();
}

bool parse_index(const Exchange& exchange, std::string_view name, Channel& channel) {
  for (core::InstrumentIndex at = 0; at < exchange.config().instruments.size(); ++at) {
    if (exchange.instrument(at).price_index != name) continue;
    channel.selection.instrument = at;
    return true;
  }
  return false;
}

bool parse(const Exchange& exchange, const Parts& parts, Channel& channel) {
  const auto& first = parts[0];
  const Parts rest(parts.begin() + 1, parts.end());
  if (first == "user") return parse_user(exchange, parts, channel);
  if (first == "book") return parse_book(exchange, parts, channel);
  if (first == "ticker" || first == "perpetual") {
    channel.feed = first == "ticker" ? Feed::Ticker : Feed::Perpetual;
    return parse_interval_and_selection(exchange, rest, channel) &&
           channel.selection.instrument.has_value();
  }
  if (first == "trades") {
    channel.feed = Feed::Trades;
    return parse_interval_and_selection(exchange, rest, channel);
  }
  if (first == "quote" || first == "incremental_ticker") {
    channel.feed = first == "quote" ? Feed::Quote : Feed::IncrementalTicker;
    return rest.size() == 1 && parse_one_instrument(exchange, rest[0], channel);
  }
  if (first == "deribit_price_index") {
    channel.feed = Feed::Index;
    return rest.size() == 1 && parse_index(exchange, rest[0], channel);
  }
  if (first == "chart") {
    channel.feed = Feed::Chart;
    if (rest.size() != 3 || rest[0] != "trades") return false;
    const auto minutes = chart_minutes(rest[2]);
    if (!minutes) return false;
    channel.minutes = *minutes;
    return parse_one_instrument(exchange, rest[1], channel);
  }
  if (first == "instrument") {
    channel.feed = Feed::InstrumentState;
    if (rest.size() != 3 || rest[0] != "state") return false;
    const auto selection = parse_selection(exchange, {rest[1], rest[2]});
    if (selection) channel.selection = *selection;
    return selection.has_value();
  }
  static constexpr std::array silent{"platform_state", "announcements"};
  return std::ranges::find(silent, first) != silent.end();
}

}  // namespace

core::UtcNanos period(Interval interval) {
  switch (interval) {
    case Interval::Raw:
      return 0;
    case Interval::Ms100:
      return 100 * fixspec::nanos_per_milli;
    case Interval::Aggregated:
      return 1000 * fixspec::nanos_per_milli;
  }
  return 0;
}

bool is_kind(InstrumentKind kind, InstrumentKind wanted) {
  return (kind == InstrumentKind::Option) == (wanted == InstrumentKind::Option);
}

bool Selection::includes(const Exchange& exchange, core::InstrumentIndex at) const {
  const auto& spec = exchange.instrument(at);
  return (!instrument || *instrument == at) && (!kind || is_kind(spec.kind, *kind)) &&
         (!currency || *currency == spec.currency);
}

std::optional<Channel> parse_channel(const Exchange& exchange, std::string_view name) {
  Channel channel;
  channel.name = name;
  if (!parse(exchange, split(name), channel)) return std::nullopt;
  return channel;
}

std::optional<core::CurrencyIndex> find_currency(const Exchange& exchange, std::string_view name) {
  const auto upper = [](char character) {
    return std::toupper(static_cast<unsigned char>(character));
  };
  const auto& currencies = exchange.config().currencies;
  for (core::CurrencyIndex at = 0; at < currencies.size(); ++at) {
    if (std::ranges::equal(currencies[at], name, {}, upper, upper)) return at;
  }
  return std::nullopt;
}

std::optional<int> chart_minutes(std::string_view resolution) {
  static constexpr std::array<std::pair<std::string_view, int>, 11> known{{{"1", 1},
                                                                           {"3", 3},
                                                                           {"5", 5},
                                                                           {"10", 10},
                                                                           {"15", 15},
                                                                           {"30", 30},
                                                                           {"60", 60},
                                                                           {"120", 120},
                                                                           {"180", 180},
                                                                           {"360", 360},
                                                                           {"720", 720}}};
  for (const auto& [text, minutes] : known) {
    if (text == resolution) return minutes;
  }
  if (resolution == "1D") return 1440;
  return std::nullopt;
}

std::optional<InstrumentKind> kind_from_text(std::string_view text, bool& none) {
  none = text == "spot" || text.ends_with("combo");
  if (text == "future") return InstrumentKind::Perpetual;
  if (text == "option") return InstrumentKind::Option;
  return std::nullopt;
}

}  // namespace causeway::simulator::deribit
