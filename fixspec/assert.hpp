#pragma once

namespace causeway::fixspec {

/// Prints the broken invariant with its place to stderr and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace causeway::fixspec

/// An invariant of ours: false is a bug in Causeway, never bad input. Always on; aborts.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the one macro, it needs the expression's text.
#define CAUSEWAY_ASSERT(expression) \
  ((expression) ? void() : ::causeway::fixspec::assertion_failed(#expression, __FILE__, __LINE__))
