#pragma once

// What every command returns (sysexits.h where it has a number).
namespace causeway::gateway::app {

enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,        ///< it was done and the answer is no: rejected, not verified
  exit_usage = 2,         ///< the command line makes no sense
  exit_unavailable = 69,  ///< the other side cannot be reached
  exit_try_again = 75,    ///< no final answer in time
  exit_not_allowed = 77,
  exit_config = 78,  ///< mistakes in sessions.cfg or in a file it names
};

}  // namespace causeway::gateway::app
