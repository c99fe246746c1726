#pragma once

#include "risk/checks/checks.hpp"

namespace causeway::risk {

/// Runs every check in the dialect's order (permission, instrument, tick and step, rate, limits)
/// and returns the first refusal, or nullopt where the order may go. Pure: changes nothing, sends
/// nothing. Never asked about a cancel: cancels always pass.
checks::Verdict decide(const Proposal& proposal);

}  // namespace causeway::risk
