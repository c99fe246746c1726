#pragma once

#include "gateway/app/config.hpp"
#include "gateway/app/log_line.hpp"

namespace causeway::gateway::app {

/// Registers every secret that `config` refers to, so that no log line can show one. References
/// that cannot be loaded are left out: whoever needs them reports that.
void hide_secrets(const Config& config, Redactor& redactor);

}  // namespace causeway::gateway::app
