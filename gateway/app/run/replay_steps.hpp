#pragma once

#include <string>

#include "gateway/audit/audit_thread.hpp"

namespace causeway::gateway::app {

/// How the audit catches up: the journal in `directory` replayed through an engine of its own.
audit::ReplaySteps replay_steps(std::string directory);

}  // namespace causeway::gateway::app
