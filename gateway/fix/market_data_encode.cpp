#include "gateway/fix/market_data_encode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

using fixspec::Decimal;
using translators::BookLevel;

// MDEntryType(269)
constexpr char bid = '0';
constexpr char offer = '1';
constexpr char trade = '2';
constexpr char index_value = '3';
constexpr char mark_price = '6';
constexpr char open_interest = 'C';
constexpr char funding_rate = 'f';

enum class Action : char { New = '0', Change = '1', Delete = '2' };

void put(std::string& body, int tag, char value) {
  append_field(body, tag, std::string_view{&value, 1});
}
void put(std::string& body, int tag, std::uint64_t value) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  append_field(body, tag, {text.data(), static_cast<std::size_t>(end - text.data())});
}
// The number behind `prefix`, which names a book's side in an entry's id.
void put(std::string& body, int tag, Decimal value, std::string_view prefix = {}) {
  std::array<char, Decimal::max_text + 1> text;
  char* const digits = std::copy(prefix.begin(), prefix.end(), text.data());
  const char* const end = value.to_chars(digits);
  append_field(body, tag, {text.data(), static_cast<std::size_t>(end - text.data())});
}

/// The entries of one message: MDEntries(268) counts them before they are known to be complete, so
/// they are made beside it.
class Entries {
 public:
  Entries(const MarketDataSubject& subject, bool incremental)
      : subject_(subject), incremental_(incremental) {}

  void level(Action action, char type, const BookLevel& level, std::uint64_t position) {
    begin(action, type);
    put(text_, tag::md_entry_id, level.price.value(), type == bid ? "B" : "O");
    name_instrument();
    if (action == Action::Delete) return;
    put(text_, tag::md_entry_px, level.price.value());
    put(text_, tag::md_entry_size, level.qty.value());
    put(text_, tag::md_entry_position_no, position);
  }
  void value(Action action, char type, Decimal value) {
    begin(action, type);
    put(text_, tag::md_entry_id, type);
    name_instrument();
    if (action == Action::Delete) return;
    put(text_, tag::md_entry_px, value);
    // A quantity belongs into MDEntrySize too.
    if (type == open_interest) put(text_, tag::md_entry_size, value);
  }
  void happened(const translators::PublicTrade& what) {
    begin(Action::New, trade);
    append_field(text_, tag::md_entry_id, "T" + what.trade_id.to_string());
    name_instrument();
    put(text_, tag::md_entry_px, what.price.value());
    put(text_, tag::md_entry_size, what.qty.value());
    if (what.aggressor) put(text_, tag::aggressor_side, static_cast<char>(*what.aggressor));
    append_field(text_, tag::trade_id, what.trade_id.view());
    if (what.venue_time != 0) {
      append_field(text_, tag::venue_event_time,
                   to_fix_time(what.venue_time, subject_.time_digits));
    }
  }
  void all_of(const NewTrades& trades) {
    if (trades.trades == nullptr) return;
    for (std::uint64_t number = trades.from; number <= trades.trades->total(); ++number) {
      happened(trades.trades->at(number));
    }
  }

  void append_to(std::string& body) const {
    put(body, tag::no_md_entries, count_);
    body += text_;
  }

 private:
  void begin(Action action, char type) {
    ++count_;
    if (incremental_) put(text_, tag::md_update_action, static_cast<char>(action));
    put(text_, tag::md_entry_type, type);
  }
  void name_instrument() {
    if (!incremental_) return;
    append_field(text_, tag::symbol, subject_.instrument.symbol.view());
    append_field(text_, tag::security_exchange, fixspec::to_fix(subject_.instrument.venue));
  }

  const MarketDataSubject& subject_;
  bool incremental_;
  std::string text_;
  std::uint64_t count_ = 0;
};

void append_head(std::string& body, const MarketDataSubject& subject, bool with_instrument,
                 fixspec::UtcNanos venue_time, std::uint64_t lost, const std::string& text) {
  append_field(body, tag::md_req_id, subject.request_id);
  if (with_instrument) {
    append_field(body, tag::symbol, subject.instrument.symbol.view());
    append_field(body, tag::security_exchange, fixspec::to_fix(subject.instrument.venue));
  }
  if (venue_time != 0) {
    append_field(body, tag::venue_event_time, to_fix_time(venue_time, subject.time_digits));
  }
  if (lost > 0) put(body, tag::lost_trades, lost);
  if (!text.empty()) append_field(body, tag::text, text);
}

// What leads from one side of a book to another; both are best first.
void side_changes(Entries& entries, char type, const std::vector<BookLevel>& before,
                  const std::vector<BookLevel>& now) {
  const auto is_better = [type](fixspec::Price a, fixspec::Price b) {
    return type == bid ? a > b : a < b;
  };
  auto old = before.begin();
  std::uint64_t position = 0;
  for (const BookLevel& level : now) {
    ++position;
    for (; old != before.end() && is_better(old->price, level.price); ++old) {
      entries.level(Action::Delete, type, *old, 0);
    }
    if (old == before.end() || old->price != level.price) {
      entries.level(Action::New, type, level, position);
    } else {
      if (old->qty != level.qty) entries.level(Action::Change, type, level, position);
      ++old;
    }
  }
  for (; old != before.end(); ++old) entries.level(Action::Delete, type, *old, 0);
}

void value_change(Entries& entries, char type, const std::optional<Decimal>& before,
                  const std::optional<Decimal>& now) {
  if (before == now) return;
  if (!now) {
    entries.value(Action::Delete, type, *before);
  } else {
    entries.value(before ? Action::Change : Action::New, type, *now);
  }
}

}  // namespace

void append_snapshot(std::string& body, const MarketDataSubject& subject,
                     const MarketPicture& picture, const NewTrades& trades,
                     const std::string& text) {
  append_head(body, subject, true, picture.venue_time, trades.lost, text);
  Entries entries{subject, false};
  for (const auto& [type, levels] :
       {std::pair{bid, &picture.bids}, std::pair{offer, &picture.asks}}) {
    std::uint64_t position = 0;
    for (const BookLevel& level : *levels) entries.level(Action::New, type, level, ++position);
  }
  for (const auto& [type, value] :
       {std::pair{index_value, &picture.index_value}, std::pair{mark_price, &picture.mark_price},
        std::pair{open_interest, &picture.open_interest},
        std::pair{funding_rate, &picture.funding_rate}}) {
    if (*value) entries.value(Action::New, type, **value);
  }
  entries.all_of(trades);
  entries.append_to(body);
}

void append_changes(std::string& body, const MarketDataSubject& subject,
                    const MarketPicture& before, const MarketPicture& now, const NewTrades& trades,
                    const std::string& text) {
  append_head(body, subject, false, now.venue_time, trades.lost, text);
  Entries entries{subject, true};
  side_changes(entries, bid, before.bids, now.bids);
  side_changes(entries, offer, before.asks, now.asks);
  value_change(entries, index_value, before.index_value, now.index_value);
  value_change(entries, mark_price, before.mark_price, now.mark_price);
  value_change(entries, open_interest, before.open_interest, now.open_interest);
  value_change(entries, funding_rate, before.funding_rate, now.funding_rate);
  entries.all_of(trades);
  entries.append_to(body);
}

void append_refusal(std::string& body, const MarketDataRefusal& refusal) {
  append_field(body, tag::md_req_id, refusal.id);
  put(body, tag::md_req_rej_reason, static_cast<char>(refusal.reason));
  if (!refusal.text.empty()) append_field(body, tag::text, refusal.text);
}

}  // namespace causeway::gateway::fix
