#pragma once

#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "simulator/binance/agg_trades.hpp"
#include "simulator/binance/render.hpp"
#include "simulator/binance/stream.hpp"
#include "simulator/core/venue.hpp"

namespace causeway::simulator::binance {

/// Who listens to which market stream, and what they are told. Books are numbered here: every
/// change of a level takes the next number, and so does every event that tells of changes, so that
/// a snapshot always falls into the range of the next event of every speed.
class MarketStreams {
 public:
  MarketStreams(View view, core::Faults& faults, std::vector<core::Frame>& out,
                std::int64_t first_id);

  void subscribe(core::ConnectionId connection, const std::string& name, bool wrapped,
                 UtcNanos now);
  void unsubscribe(core::ConnectionId connection, const std::string& name);
  void drop(core::ConnectionId connection);
  void set_wrapped(core::ConnectionId connection, bool wrapped);

  /// Takes note of what the events say, and tells what is told at once.
  void publish(std::span<const core::Event> events, UtcNanos now);
  /// Tells what was gathered and is due.
  void flush(UtcNanos now);
  /// A position of somebody was closed by the venue.
  void force_order(const core::Trade& trade, UtcNanos now);

  /// The number of the latest change of a book.
  [[nodiscard]] std::int64_t update_id(InstrumentIndex at) const { return update_ids_[at]; }
  [[nodiscard]] const AggTrades& agg_trades() const { return agg_trades_; }

 private:
  struct Entry {
    Stream stream;
    std::map<core::ConnectionId, bool> listeners;  // and whether they want the wrapping
    UtcNanos next_flush = 0;
    std::int64_t last_id = 0;  // Depth: of the event before
    std::array<std::set<Decimal>, 2> changed = {};
    bool dirty = false;
    std::map<InstrumentIndex, std::string> last_sent;  // BookTicker
    UtcNanos candle_start = 0;
  };

  void send(const Entry& entry, std::string_view data, UtcNanos now);
  void note(Entry& entry, const core::Event& event, UtcNanos now);
  void tell_book_tickers(Entry& entry, UtcNanos now);
  void flush_entry(Entry& entry, UtcNanos now);
  void send_depth(Entry& entry, UtcNanos now);
  void send_partial_depth(Entry& entry, UtcNanos now);
  void send_candles(Entry& entry, UtcNanos now);
  void send_candle(Entry& entry, const core::Candle& candle, bool closed, UtcNanos now);
  void send_picture(Entry& entry, UtcNanos now);
  [[nodiscard]] std::vector<InstrumentIndex> symbols_of(const Entry& entry) const;
  [[nodiscard]] std::string mark_price(InstrumentIndex at, UtcNanos now) const;
  [[nodiscard]] std::string ticker(InstrumentIndex at, bool mini, UtcNanos now) const;
  [[nodiscard]] std::string trade(const core::Trade& trade, UtcNanos now) const;
  [[nodiscard]] std::string agg_trade(const AggTrade& trade, UtcNanos now) const;

  View view_;
  core::Faults& faults_;
  std::vector<core::Frame>& out_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::int64_t> update_ids_;
  AggTrades agg_trades_;
};

}  // namespace causeway::simulator::binance
