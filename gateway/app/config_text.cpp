#include "gateway/app/config_text.hpp"

#include <algorithm>

#include "gateway/app/utf8.hpp"

namespace causeway::gateway::app {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

// Where a comment seems to begin inside a value, or npos.
std::size_t comment_in(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '#' && (i == 0 || value[i - 1] == ' ' || value[i - 1] == '\t')) return i;
  }
  return std::string_view::npos;
}

class Splitter {
 public:
  explicit Splitter(Mistakes& mistakes) : mistakes_(mistakes) {}

  void take_line(std::string_view line) {
    ++number_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.size() >= max_line) {
      return mistake("the line has " + std::to_string(line.size()) + " characters; at most " +
                     std::to_string(max_line - 1) + " are allowed");
    }
    if (!is_utf8(line)) return mistake("the line is not UTF-8 text");
    if (has_control_character(line)) return mistake("the line holds a control character");
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return;
    if (line.front() == '[') return take_section(line);
    take_entry(line);
  }

  std::vector<ConfigSection> sections;

 private:
  void mistake(std::string text) { mistakes_.push_back({number_, std::move(text)}); }

  void take_section(std::string_view line) {
    const std::size_t end = line.find(']');
    if (end == std::string_view::npos) {
      return mistake("'" + std::string{line} + "' has no closing ]");
    }
    if (end + 1 != line.size()) {
      mistake("nothing may follow a section's ]; a comment stands on its own line");
    }
    sections.push_back({std::string{trimmed(line.substr(1, end - 1))}, number_, {}});
  }

  void take_entry(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      // The text itself is not repeated: a stray line may be a pasted secret.
      return mistake(line.front() == ';' || line.starts_with("//")
                         ? "a comment begins with #"
                         : "expected a [SECTION], Key=Value or # comment");
    }
    const std::string key{trimmed(line.substr(0, equals))};
    const std::string_view value = trimmed(line.substr(equals + 1));
    if (key.empty()) return mistake("there is no key before the =");
    if (sections.empty()) return mistake("'" + key + "' stands before the first [SECTION]");
    if (const ConfigEntry* first = sections.back().find(key)) {
      return mistake("'" + key + "' stands twice in this section, first in line " +
                     std::to_string(first->line));
    }
    if (comment_in(value) != std::string_view::npos) {
      mistake("a comment behind the value of '" + key +
              "' would be part of it; put it on a line of its own");
    } else if (value.empty()) {
      mistake("'" + key + "' has no value; leave the line out to keep the default");
    }
    sections.back().entries.push_back({key, std::string{value}, number_});
  }

  Mistakes& mistakes_;
  std::size_t number_ = 0;
};

}  // namespace

const ConfigEntry* ConfigSection::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const ConfigEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::vector<ConfigSection> split_config(std::string_view text, Mistakes& mistakes) {
  if (text.size() > max_file) {
    mistakes.push_back({0, "the file has " + std::to_string(text.size()) + " bytes; at most " +
                               std::to_string(max_file) + " are allowed"});
    return {};
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    mistakes.push_back({0, "the file is UTF-16; save it as UTF-8"});
    return {};
  }
  if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());

  Splitter splitter(mistakes);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    splitter.take_line(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::move(splitter.sections);
}

}  // namespace causeway::gateway::app
