#pragma once

#include <optional>
#include <string_view>

#include "fixspec/quickfix.hpp"

namespace causeway::gateway::fix {

/// The tag of the first whole number in `frame`, by `dictionary`, that does not fit in 32 bits; 0
/// where a tag itself does not; nullopt where all fit. FIX::Message does not look: it would take
/// MsgSeqNum(34)=4294967298 for 2, and tag 4294967330 for MsgSeqNum.
std::optional<int> too_large_number(std::string_view frame, const FIX::DataDictionary& dictionary);

}  // namespace causeway::gateway::fix
