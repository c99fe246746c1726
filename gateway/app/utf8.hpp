#pragma once

#include <cstddef>
#include <string_view>

namespace causeway::gateway::app {

/// How many bytes the UTF-8 character at the start of `text` has (1 to 4), or 0 where there is
/// none: no text, a byte out of place, a longer form than needed, a surrogate, beyond Unicode.
std::size_t utf8_length(std::string_view text);

/// Whether the whole of `text` is UTF-8.
bool is_utf8(std::string_view text);

}  // namespace causeway::gateway::app
