#include "risk/limits.hpp"

#include <algorithm>
#include <string_view>

namespace causeway::risk {
namespace {

bool matches(std::string_view pattern, std::string_view symbol) {
  if (pattern.ends_with('*')) return symbol.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == symbol;
}

}  // namespace

bool allows_symbol(const Permission& permission, const fixspec::Symbol& symbol) {
  return permission.symbols.empty() ||
         std::any_of(permission.symbols.begin(), permission.symbols.end(),
                     [&](const std::string& pattern) { return matches(pattern, symbol.view()); });
}

}  // namespace causeway::risk
