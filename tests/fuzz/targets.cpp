#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace causeway::fuzz {

std::span<const Target> targets() {
  static const std::vector<Target> all = {
      {"binance", run_binance, {"tests/fuzz/corpus/binance", "tests/wire/binance"}},
      {"config", run_config, {"tests/fuzz/corpus/config", "sessions.cfg"}},
      {"control", run_control, {"tests/fuzz/corpus/control"}},
      {"deribit", run_deribit, {"tests/fuzz/corpus/deribit", "tests/wire/deribit"}},
      {"fix", run_fix, {"tests/fuzz/corpus/fix", "fixspec/messages"}},
      {"fix_session", run_fix_session, {"tests/fuzz/corpus/fix_session", "fixspec/messages"}},
      {"journal", run_journal, {"tests/fuzz/corpus/journal"}},
      {"records", run_records, {"tests/fuzz/corpus/records"}},
      {"simulator", run_simulator, {"tests/fuzz/corpus/simulator"}},
  };
  return all;
}

const Target* find_target(std::string_view name) {
  const auto found = std::find_if(targets().begin(), targets().end(),
                                  [&](const Target& target) { return target.name == name; });
  return found == targets().end() ? nullptr : &*found;
}

}  // namespace causeway::fuzz
