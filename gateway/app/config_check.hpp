#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/app/config_reader.hpp"
#include "gateway/app/config_text.hpp"

namespace causeway::gateway::app {

/// Adds to `findings` every section and key that sessions.cfg does not know, that stands where it
/// may not, or that is not built, each with the nearest valid name; and QuickFIX keys whose value
/// cannot be chosen here.
void check_names(const std::vector<ConfigSection>& sections, Findings& findings);

/// The first section of that name, or null.
const ConfigSection* first_section(const std::vector<ConfigSection>& sections,
                                   std::string_view name);

/// "[SESSION] OMS1": the section with what names it.
std::string title_of(const ConfigSection& section);

/// 'text'
std::string in_quotes(std::string_view text);

}  // namespace causeway::gateway::app
