#pragma once

#include <cstddef>
#include <string>
#include <variant>

namespace causeway::strategies::client {

/// What stands at the start of a stream of FIX bytes.
struct NeedMore {};
struct NotFix {
  std::string why;
};
using Frame = std::variant<std::string, NeedMore, NotFix>;

/// A message longer than this is taken for garbage.
inline constexpr std::size_t max_frame = 1 << 20;

/// Takes one whole message (8= to 10=nnn and its end) from the start of `buffer`; NeedMore and
/// NotFix leave it as it is. The checksum is not looked at.
Frame take_frame(std::string& buffer);

}  // namespace causeway::strategies::client
