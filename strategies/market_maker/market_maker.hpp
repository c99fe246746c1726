#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "strategies/market_maker/profit.hpp"
#include "strategies/market_maker/settings.hpp"

// A market maker without sockets and clock: what it hears goes in, what it wants sent comes out, so
// that a backtest can run the same code on a clock of its own.
namespace causeway::strategies::market_maker {

enum class State : std::uint8_t {
  WarmUp,    ///< too little market data for a volatility
  Quoting,   ///< both sides, around the mid
  Skewed,    ///< both sides, moved against the inventory
  OneSided,  ///< the inventory is at its bound: only the side that reduces it
  Pulled,    ///< no quotes: data are stale, a link is down, or a limit was hit
  Stopping,  ///< quotes are being cancelled, and the position flattened where that is wanted
  Stopped,
};
std::string_view to_text(State state);

/// The best prices of the book; not valid while the book is not.
struct TopOfBook {
  bool valid = false;
  fixspec::Price bid, ask;
  fixspec::Quantity bid_qty, ask_qty;
};

struct Counters {
  std::uint64_t market_moves = 0;  ///< times the best bid or ask changed
  std::uint64_t orders = 0;        ///< 35=D sent
  std::uint64_t amends = 0;        ///< 35=G sent
  std::uint64_t cancels = 0;       ///< 35=F sent
  std::uint64_t fills = 0;
  std::uint64_t rejects = 0;
  std::uint64_t pulls = 0;  ///< times it went to Pulled

  [[nodiscard]] std::uint64_t messages() const { return orders + amends + cancels; }
};

/// All times are monotonic nanoseconds and never go back. One thread.
class MarketMaker {
 public:
  /// `id_prefix` begins every ClOrdID(11); it must be unique among runs. `position` is what
  /// earlier runs have left.
  MarketMaker(Settings settings, fixspec::Instrument instrument, std::string id_prefix,
              fixspec::Quantity position = {});
  ~MarketMaker();

  void on_book(const TopOfBook& top, std::int64_t now_ns);
  /// The FIX session is logged on, or is not.
  void on_session(bool up, std::int64_t now_ns);
  /// TradingSessionStatus(35=h) of the venue: open or not.
  void on_venue(bool open, std::int64_t now_ns);
  /// Repeats of the same ExecID(17) are passed over.
  void on_report(const fixspec::ExecutionReport& report, std::int64_t now_ns);
  void on_cancel_reject(const fixspec::OrderCancelReject& reject, std::int64_t now_ns);
  /// A fill of an order of an earlier run, which is not counted yet.
  void on_earlier_fill(fixspec::Side side, const fixspec::Trade& trade, std::int64_t now_ns);
  /// A request that it wanted sent was not: it never reached the gateway and never will.
  void on_not_sent(const fixspec::ClientRequest& request);
  /// At least every 100 ms.
  void on_timer(std::int64_t now_ns);
  /// Cancels the quotes, flattens if the settings say so, and ends in Stopped.
  void stop(std::int64_t now_ns, const std::string& why = "asked to stop");

  /// What it wants sent since the last call, in order.
  [[nodiscard]] std::vector<fixspec::ClientRequest> take_requests();
  [[nodiscard]] State state() const;
  /// Why it is Pulled or Stopping.
  [[nodiscard]] const std::string& reason() const;
  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] const Profit& profit() const;
  /// Signed: what earlier runs left and its own trades.
  [[nodiscard]] fixspec::Quantity position() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::strategies::market_maker
