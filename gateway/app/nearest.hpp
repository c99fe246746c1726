#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace causeway::gateway::app {

/// The candidate that `word` was most likely meant to be, or nullopt where none is near: letter
/// case is ignored, a swap of neighbours counts as one slip, and a third of the letters may be
/// wrong.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

/// "; did you mean 'HeartBtInt'?", or "; allowed: a, b, c" where no candidate is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

/// "a, b, c"
std::string joined(std::span<const std::string_view> words);

}  // namespace causeway::gateway::app
