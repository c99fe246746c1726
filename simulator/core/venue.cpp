#include "simulator/core/venue.hpp"

#include <algorithm>
#include <cctype>

namespace causeway::simulator::core {

std::string_view HttpRequest::header(std::string_view name) const {
  const auto lower = [](char character) {
    return std::tolower(static_cast<unsigned char>(character));
  };
  for (const auto& [key, value] : headers) {
    if (std::ranges::equal(key, name, {}, lower, lower)) return value;
  }
  return {};
}

}  // namespace causeway::simulator::core
