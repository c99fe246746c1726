#include "gateway/app/config_check.hpp"

#include <algorithm>

#include "gateway/app/config_keys.hpp"
#include "gateway/app/nearest.hpp"

namespace causeway::gateway::app {
namespace {

void check_sections(const std::vector<ConfigSection>& sections, Findings& findings) {
  const ConfigSection* default_section = first_section(sections, "DEFAULT");
  const ConfigSection* audit_section = first_section(sections, "AUDIT");
  for (const ConfigSection& section : sections) {
    if (const auto why = refused_section(section.name)) {
      findings.mistake(section.line, "[" + section.name + "]: " + std::string{*why});
    } else if (section_rule(section.name) == nullptr) {
      findings.mistake(section.line, "unknown section [" + section.name + "]" +
                                         suggestion(section.name, section_names()));
    } else if (section.name == "DEFAULT" && &section != default_section) {
      findings.mistake(section.line, "a second [DEFAULT]; the first is in line " +
                                         std::to_string(default_section->line));
    } else if (section.name == "DEFAULT" && &section != &sections.front()) {
      findings.mistake(section.line, "[DEFAULT] must be the first section");
    } else if (section.name == "AUDIT" && &section != audit_section) {
      findings.mistake(section.line, "a second [AUDIT]; the first is in line " +
                                         std::to_string(audit_section->line));
    }
  }
}

void check_key(const ConfigSection& section, const SectionRule& rule, const ConfigEntry& entry,
               Findings& findings) {
  if (std::find(rule.keys.begin(), rule.keys.end(), entry.key) != rule.keys.end()) {
    for (const FixedKey& fixed : fixed_keys()) {
      if (entry.key == fixed.key && !entry.value.empty() && entry.value != fixed.value) {
        findings.mistake(entry.line, entry.key + "=" + entry.value + ": only " +
                                         std::string{fixed.value} + " is possible; " +
                                         std::string{fixed.why});
      }
    }
    return;
  }
  const std::string where = " in " + title_of(section);
  if (const auto why = refused_key(entry.key)) {
    findings.mistake(entry.line,
                     in_quotes(entry.key) + where + " can't be set: " + std::string{*why});
    return;
  }
  for (const SectionRule& other : section_rules()) {
    if (std::find(other.keys.begin(), other.keys.end(), entry.key) != other.keys.end()) {
      findings.mistake(entry.line, in_quotes(entry.key) + where +
                                       " is misplaced; it belongs into [" +
                                       std::string{other.name} + "]");
      return;
    }
  }
  findings.mistake(
      entry.line, "unknown key " + in_quotes(entry.key) + where + suggestion(entry.key, rule.keys));
}

void check_keys(const ConfigSection& section, Findings& findings) {
  const SectionRule* rule = section_rule(section.name);
  if (rule == nullptr) return;
  for (const ConfigEntry& entry : section.entries) check_key(section, *rule, entry, findings);
}

}  // namespace

std::string in_quotes(std::string_view text) { return "'" + std::string{text} + "'"; }

std::string title_of(const ConfigSection& section) {
  const std::string_view key = section.name == "SESSION" ? "TargetCompID" : "Name";
  const ConfigEntry* name = section.find(key);
  return "[" + section.name + "]" +
         (name == nullptr || name->value.empty() ? std::string{} : " " + name->value);
}

const ConfigSection* first_section(const std::vector<ConfigSection>& sections,
                                   std::string_view name) {
  const auto found =
      std::find_if(sections.begin(), sections.end(),
                   [&](const ConfigSection& section) { return section.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

void check_names(const std::vector<ConfigSection>& sections, Findings& findings) {
  check_sections(sections, findings);
  for (const ConfigSection& section : sections) check_keys(section, findings);
}

}  // namespace causeway::gateway::app
