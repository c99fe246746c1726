#pragma once

#include "gateway/engine/input.hpp"
#include "gateway/engine/output.hpp"

namespace causeway::gateway::audit {

/// One input and everything the engine made of it: what the audit is told.
struct Step {
  engine::Input input;
  engine::Outputs outputs;

  friend bool operator==(const Step&, const Step&) = default;
};

}  // namespace causeway::gateway::audit
