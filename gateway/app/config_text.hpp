#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The first step of reading sessions.cfg: QuickFIX's format as sections, keys and values, without
// knowing what any of them means.
namespace causeway::gateway::app {

/// One thing that is wrong in sessions.cfg.
struct Mistake {
  std::size_t line = 0;  ///< counted from 1; 0: the file as a whole
  std::string text;      ///< in words, with the key, the value and what is allowed

  friend auto operator<=>(const Mistake&, const Mistake&) = default;
};
using Mistakes = std::vector<Mistake>;

struct ConfigEntry {
  std::string key;
  std::string value;
  std::size_t line = 0;
};

struct ConfigSection {
  std::string name;  ///< as between the brackets
  std::size_t line = 0;
  std::vector<ConfigEntry> entries;

  /// The entry of that key, or null. A key stands once in a section.
  [[nodiscard]] const ConfigEntry* find(std::string_view key) const;
};

/// A line of this many characters or more is refused: QuickFIX stops reading at such a line.
inline constexpr std::size_t max_line = 1024;
/// A sessions.cfg of more bytes than this is refused.
inline constexpr std::size_t max_file = 1 << 20;

/// The sections of `text` in order. Adds what is no section, comment or key=value to `mistakes`:
/// bytes that are not UTF-8, control characters, over-long lines, keys before the first section,
/// keys that stand twice, missing values and comments behind a value.
std::vector<ConfigSection> split_config(std::string_view text, Mistakes& mistakes);

}  // namespace causeway::gateway::app
