#pragma once

#include <optional>
#include <span>
#include <string_view>

// Which keys sessions.cfg knows, as data.
namespace causeway::gateway::app {

/// A section and the keys that may stand in it.
struct SectionRule {
  std::string_view name;
  std::span<const std::string_view> keys;
};

/// The sections that are built, in the order that messages list them.
std::span<const SectionRule> section_rules();
const SectionRule* section_rule(std::string_view name);

/// Section names for suggestions.
std::span<const std::string_view> section_names();

/// Why a section that the design knows can't be used yet, or nullopt.
std::optional<std::string_view> refused_section(std::string_view name);

/// Why a key that people know from QuickFIX, or from our plans, is refused; nullopt for others.
std::optional<std::string_view> refused_key(std::string_view key);

/// A QuickFIX key of which only one value holds here.
struct FixedKey {
  std::string_view key;
  std::string_view value;
  std::string_view why;
};
std::span<const FixedKey> fixed_keys();

}  // namespace causeway::gateway::app
