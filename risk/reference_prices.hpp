#pragma once

#include <cstdint>
#include <optional>

#include "fixspec/amount.hpp"

namespace causeway::risk {

/// The prices that a decision on one order may use, attached to it when it came in, so that a
/// replay decides the same.
struct ReferencePrices {
  std::optional<fixspec::Price> mark;
  std::optional<fixspec::Price> index;
  std::int64_t age_ms = 0;  ///< how old the prices were

  friend bool operator==(const ReferencePrices&, const ReferencePrices&) = default;
};

}  // namespace causeway::risk
