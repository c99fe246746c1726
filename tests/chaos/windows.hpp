#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/trader.hpp"
#include "tests/gateway/stack.hpp"

namespace causeway::chaos {

/// Where an order, or a fill of it, was when the gateway died.
enum class Window : std::uint8_t {
  BeforeJournal,  ///< the client wrote it, the journal does not have it
  JournalToSend,  ///< the journal has it, the venue never saw it
  SendToAck,      ///< the venue has it, the journal has nothing that the venue said of it
  FillToReport,   ///< the venue has a fill that the client had not been told
};
inline constexpr std::array all_windows = {Window::BeforeJournal, Window::JournalToSend,
                                           Window::SendToAck, Window::FillToReport};
std::string to_text(Window window);

/// How many orders (fills for FillToReport) one kill caught in each window.
using Caught = std::map<Window, std::size_t>;

/// Reads it from what remains: what the traders wrote and were told, the journal, the simulator's
/// ledger. The gateway must be down, and the traders drained.
Caught caught_by_kill(const gateway::Stack& stack, const std::vector<const Trader*>& traders);

}  // namespace causeway::chaos
