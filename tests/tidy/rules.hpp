#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The house's rules as data and pure functions: which room may include what, and how code looks.
namespace causeway::tidy {

/// A broken rule: "<path>:<line>: <what>".
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string what;

  friend bool operator==(const Finding&, const Finding&) = default;
};
using Findings = std::vector<Finding>;

/// What breaks a rule in the source file `path` (from the root) with this content.
Findings check_source(std::string_view path, std::string_view content);

/// What breaks a rule in any text file: unfinished work, paths of somebody's machine.
Findings check_text(std::string_view path, std::string_view content);

/// The room that a source file belongs to, or "" where the table has none for it.
std::string_view room_of(std::string_view path);

/// The lines of `content` without comments and without the contents of string literals.
std::vector<std::string> code_lines(std::string_view content);

}  // namespace causeway::tidy
