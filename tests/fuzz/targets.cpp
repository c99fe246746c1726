#include "tests/fuzz/targets.hpp"

#include <algorithm>

namespace causeway::fuzz {

std::span<const Target> targets() {
  static const std::vector<Target> all = {
      {"binance", run_binance, {"tests/wire/binance"}},
      {"config", run_config, {"tests/fuzz/corpus/config", "sessions.cfg"}},
      {"deribit", run_deribit, {"tests/fuzz/corpus/deribit", "tests/wire/deribit"}},
      {"fix", run_fix, {"tests/fuzz/corpus/fix", "fixspec/messages"}},
      {"journal", run_journal, {"tests/fuzz/corpus/journal"}},
      {"records", run_records, {"tests/fuzz/corpus/records"}},
  };
  return all;
}

const Target* find_target(std::string_view name) {
  const auto found = std::find_if(targets().begin(), targets().end(),
                                  [&](const Target& target) { return target.name == name; });
  return found == targets().end() ? nullptr : &*found;
}

}  // namespace causeway::fuzz
