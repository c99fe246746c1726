#include "translators/net/backoff.hpp"

#include <algorithm>

namespace causeway::translators::net {

std::int64_t Backoff::next_ns(std::uint64_t random) {
  std::int64_t wait = limits_.first_ns;
  for (std::uint32_t i = 0; i < attempts_ && wait < limits_.longest_ns; ++i) wait *= 2;
  wait = std::min(wait, limits_.longest_ns);
  ++attempts_;
  const std::int64_t half = wait / 2;
  return wait - half + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(half + 1));
}

}  // namespace causeway::translators::net
