#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "fixspec/result.hpp"
#include "strategies/client/client.hpp"
#include "strategies/market_maker/market_maker.hpp"

// A market maker on a FIX session of its own: what `causeway-strategies` runs.
namespace causeway::strategies {

/// What a run came to, for people and for scripts.
struct RunResult {
  market_maker::State state = market_maker::State::Stopped;
  std::string reason;
  bool failed = false;  ///< it could not go on and stopped by itself
  market_maker::Counters counters;
  std::string currency;  ///< of the profit
  std::string spread_earned, inventory, fees, total, by_cash;
  std::string position;
};

/// The result as lines, e.g. "profit 12.5 USDT = spread 10 + inventory 3 + fees -0.5".
std::string to_text(const RunResult& result);

/// Logs on, cancels what an earlier run left open on the session and waits for its end, subscribes,
/// and quotes until `stop` is set; then pulls its quotes, flattens if the settings say so, and logs
/// out. Connects again when the connection breaks. What it holds is kept beside the numbers file.
/// `print` gets a line of status every few seconds. An error where it could not begin: no
/// connection, an instrument that is not listed, or orders of an earlier run that stay open.
fixspec::Result<RunResult, fixspec::Error> run_market_maker(
    const client::Settings& client, const market_maker::Settings& settings,
    const std::atomic<bool>& stop, const std::function<void(const std::string&)>& print);

}  // namespace causeway::strategies
