#pragma once

#include <string_view>

namespace causeway::fixspec {

/// The text of dictionary/FIX44.xml, built into the program so that no path is needed at run time.
std::string_view fix44_dictionary();

}  // namespace causeway::fixspec
