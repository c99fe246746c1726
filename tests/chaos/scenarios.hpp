#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/chaos/rig.hpp"

namespace causeway::chaos {

enum class Outcome : std::uint8_t {
  Done,
  NotReached,  ///< the crash point was not passed in time: nothing happened
};

/// Something that happens to a gateway while desks trade.
struct Scenario {
  std::string name;
  unsigned weight;  ///< how often, beside the others of its kind
  /// Is about a gateway that has never run before: only as the first of a rig.
  bool first;
  /// Makes it happen and ends it again. The gateway may be down afterwards.
  std::function<Outcome(Rig&)> run;
};

/// Every scenario: "kill", "crash:journal_written", "disk_full" and so on.
const std::vector<Scenario>& scenarios();

}  // namespace causeway::chaos
