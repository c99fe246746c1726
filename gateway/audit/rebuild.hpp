#pragma once

#include <cstdint>
#include <string>

#include "gateway/audit/audit_thread.hpp"

namespace causeway::gateway::audit {

/// Makes the database at `path` anew from the journal: in a file beside it that takes its place
/// when it is whole. A running gateway notices and goes on in the new one. Answers how many inputs
/// it holds.
DatabaseResult<std::uint64_t> rebuild(const std::string& path, const ReplaySteps& replay);

}  // namespace causeway::gateway::audit
