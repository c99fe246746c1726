#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixspec/amount.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/config_text.hpp"

namespace causeway::gateway::app {

/// What reading collects besides the values.
struct Findings {
  std::set<Mistake> mistakes;  ///< a set: an inherited value is read once per session
  std::set<Mistake> notes;
  std::vector<EffectiveSetting> effective;

  void mistake(std::size_t line, std::string text) { mistakes.insert({line, std::move(text)}); }
  void note(std::size_t line, std::string text) { notes.insert({line, std::move(text)}); }
};

/// Reads the values of one section, with [DEFAULT] behind it where QuickFIX inherits. Every method
/// adds what is wrong to the findings and answers with the default then, so that reading goes on.
class SectionReader {
 public:
  /// `inherited` may be null. `title` is how texts call the section, e.g. "[SESSION] OMS1".
  SectionReader(const ConfigSection& section, const ConfigSection* inherited, std::string title,
                Findings& findings);

  /// The line of the key, or of the section where it is not set.
  [[nodiscard]] std::size_t line_of(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return entry(key) != nullptr; }
  [[nodiscard]] const std::string& title() const { return title_; }

  std::optional<std::string> text(std::string_view key);
  std::string text_or(std::string_view key, std::string otherwise);
  /// Set or a mistake.
  std::optional<std::string> required(std::string_view key);
  bool yes_no(std::string_view key, bool otherwise);
  /// A whole number in [low, high]; `unit` follows it in texts, e.g. " seconds".
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high,
                                      std::string_view unit = "");
  std::int64_t integer_or(std::string_view key, std::int64_t otherwise, std::int64_t low,
                          std::int64_t high, std::string_view unit = "");
  /// A decimal number greater than zero, and at most `high` where that is given.
  std::optional<fixspec::Decimal> positive(std::string_view key,
                                           std::optional<std::int64_t> high = std::nullopt);
  /// Index into `words` of the value.
  std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words);
  std::size_t choice_or(std::string_view key, std::size_t otherwise,
                        std::span<const std::string_view> words);
  /// A comma-separated list without empty and double items.
  std::vector<std::string> list(std::string_view key);
  /// A name of at most 64 characters [A-Za-z0-9._-].
  std::optional<std::string> name(std::string_view key);
  std::optional<SecretRef> secret_ref(std::string_view key);

  /// "<key>=<value>: <what>" as a mistake at the key's line.
  void wrong_value(std::string_view key, std::string_view what);
  /// Adds a row to the effective table, with the line of `key` or 0.
  void show(std::string_view key, std::string value);

 private:
  [[nodiscard]] const ConfigEntry* entry(std::string_view key) const;
  void missing(std::string_view key);

  const ConfigSection& section_;
  const ConfigSection* inherited_;
  std::string title_;
  Findings& findings_;
};

/// Whether `text` is a name of at most 64 characters [A-Za-z0-9._-].
bool is_name(std::string_view text);

}  // namespace causeway::gateway::app
