#include "gateway/app/config_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/app/nearest.hpp"

namespace causeway::gateway::app {
namespace {

std::string quoted_value(std::string_view key, std::string_view value) {
  return std::string{key} + "=" + std::string{value};
}

std::string range_text(std::int64_t low, std::int64_t high, std::string_view unit) {
  return "a whole number from " + std::to_string(low) + " to " + std::to_string(high) +
         std::string{unit};
}

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

SectionReader::SectionReader(const ConfigSection& section, const ConfigSection* inherited,
                             std::string title, Findings& findings)
    : section_(section), inherited_(inherited), title_(std::move(title)), findings_(findings) {}

const ConfigEntry* SectionReader::entry(std::string_view key) const {
  const ConfigEntry* found = section_.find(key);
  if (found == nullptr && inherited_ != nullptr) found = inherited_->find(key);
  // An empty value has been reported when the line was split.
  return found == nullptr || found->value.empty() ? nullptr : found;
}

std::size_t SectionReader::line_of(std::string_view key) const {
  const ConfigEntry* found = entry(key);
  return found == nullptr ? section_.line : found->line;
}

void SectionReader::show(std::string_view key, std::string value) {
  const ConfigEntry* found = entry(key);
  findings_.effective.push_back(
      {title_, std::string{key}, std::move(value), found == nullptr ? 0 : found->line});
}

void SectionReader::wrong_value(std::string_view key, std::string_view what) {
  const ConfigEntry* found = entry(key);
  findings_.mistake(line_of(key),
                    (found == nullptr ? std::string{key} : quoted_value(key, found->value)) + ": " +
                        std::string{what});
}

void SectionReader::missing(std::string_view key) {
  // An empty value was reported already.
  if (section_.find(key) != nullptr) return;
  findings_.mistake(section_.line, title_ + " needs " + std::string{key} + "=");
}

std::optional<std::string> SectionReader::text(std::string_view key) {
  const ConfigEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  show(key, found->value);
  return found->value;
}

std::string SectionReader::text_or(std::string_view key, std::string otherwise) {
  if (auto value = text(key)) return *std::move(value);
  show(key, otherwise);
  return otherwise;
}

std::optional<std::string> SectionReader::required(std::string_view key) {
  auto value = text(key);
  if (!value) missing(key);
  return value;
}

bool SectionReader::yes_no(std::string_view key, bool otherwise) {
  static constexpr std::array<std::string_view, 2> words = {"N", "Y"};
  return choice_or(key, otherwise ? 1 : 0, words) == 1;
}

std::optional<std::int64_t> SectionReader::integer(std::string_view key, std::int64_t low,
                                                   std::int64_t high, std::string_view unit) {
  const ConfigEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  std::int64_t value = 0;
  const char* end = found->value.data() + found->value.size();
  const auto [stop, error] = std::from_chars(found->value.data(), end, value);
  if (error != std::errc{} || stop != end || value < low || value > high) {
    wrong_value(key, "expected " + range_text(low, high, unit));
    return std::nullopt;
  }
  show(key, found->value);
  return value;
}

std::int64_t SectionReader::integer_or(std::string_view key, std::int64_t otherwise,
                                       std::int64_t low, std::int64_t high, std::string_view unit) {
  if (const auto value = integer(key, low, high, unit)) return *value;
  if (!has(key)) show(key, std::to_string(otherwise));
  return otherwise;
}

std::optional<fixspec::Decimal> SectionReader::positive(std::string_view key,
                                                        std::optional<std::int64_t> high) {
  const ConfigEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  const auto value = fixspec::Decimal::parse(found->value);
  if (!value) {
    wrong_value(key, "expected a number: " + std::string{to_text(value.error())});
    return std::nullopt;
  }
  if (!value->is_positive() || (high && *value > fixspec::Decimal::from_integer(*high))) {
    wrong_value(key, "expected a number greater than 0" +
                         (high ? ", at most " + std::to_string(*high) : std::string{}));
    return std::nullopt;
  }
  show(key, value->to_string());
  return *value;
}

std::optional<std::size_t> SectionReader::choice(std::string_view key,
                                                 std::span<const std::string_view> words) {
  const ConfigEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  const auto word = std::find(words.begin(), words.end(), found->value);
  if (word == words.end()) {
    const auto meant = nearest(found->value, words);
    wrong_value(
        key, "expected " + joined(words) +
                 (meant && found->value.size() > 1 ? "; did you mean '" + std::string{*meant} + "'?"
                                                   : std::string{}));
    return std::nullopt;
  }
  show(key, found->value);
  return static_cast<std::size_t>(word - words.begin());
}

std::size_t SectionReader::choice_or(std::string_view key, std::size_t otherwise,
                                     std::span<const std::string_view> words) {
  if (const auto index = choice(key, words)) return *index;
  if (!has(key)) show(key, std::string{words[otherwise]});
  return otherwise;
}

std::vector<std::string> SectionReader::list(std::string_view key) {
  const auto value = text(key);
  std::vector<std::string> items;
  if (!value) return items;
  std::string_view rest = *value;
  while (true) {
    const std::size_t comma = rest.find(',');
    std::string_view item = rest.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item.empty()) {
      wrong_value(key, "there is an empty item between the commas");
    } else if (std::find(items.begin(), items.end(), item) != items.end()) {
      wrong_value(key, "'" + std::string{item} + "' stands twice");
    } else {
      items.emplace_back(item);
    }
    if (comma == std::string_view::npos) return items;
    rest.remove_prefix(comma + 1);
  }
}

std::optional<std::string> SectionReader::name(std::string_view key) {
  auto value = required(key);
  if (value && !is_name(*value)) {
    wrong_value(key, "expected at most 64 letters, digits, '.', '_' or '-'");
    return std::nullopt;
  }
  return value;
}

std::optional<SecretRef> SectionReader::secret_ref(std::string_view key) {
  const ConfigEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  auto reference = parse_secret_ref(found->value);
  if (!reference) {
    // Without the value: it may be a pasted secret.
    findings_.mistake(found->line, std::string{key} + ": " + reference.error().text);
    return std::nullopt;
  }
  show(key, found->value);
  return *std::move(reference);
}

}  // namespace causeway::gateway::app
