#pragma once

#include <string>

#include "strategies/client/client.hpp"

namespace causeway::strategies::client {

/// Sets where the session's numbers are kept: `<folder>/<comp_id>-<gateway_comp_id>.seq`, the same
/// for every program that logs on as `comp_id`, so that each goes on where the other stopped. Where
/// there are none yet, or `reset` asks for it, the session starts over at 1 on both sides (141=Y)
/// and reports that were missed are given up.
void keep_numbers(Settings& settings, const std::string& folder, bool reset);

/// Why a logon failed, with what to do about sequence numbers where they are the reason.
std::string with_advice(const std::string& logon_error);

}  // namespace causeway::strategies::client
