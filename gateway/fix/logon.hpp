#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fixspec/quickfix.hpp"
#include "fixspec/time.hpp"
#include "gateway/fix/acceptor.hpp"
#include "gateway/fix/resend.hpp"

namespace causeway::gateway::fix {

inline constexpr std::string_view our_begin_string = "FIX.4.4";

/// What the first message of a connection, or a later Logon, is worth.
struct LogonVerdict {
  /// The session that the CompIDs name; null for a stranger.
  const SessionSettings* session = nullptr;
  /// Username and Password are the session's.
  bool authenticated = false;
  /// Why the logon is refused, for the client; empty: it is accepted.
  std::string refusal;
  /// The same for the operator, who may know which part was wrong.
  std::string detail;
  /// How to answer a stranger; nullopt where the message does not say who sent it.
  std::optional<Route> answer;
};

/// Judges a whole frame before FIX::Session sees it, so that a refused logon changes no session's
/// state: version, CompIDs, credentials, then the fields themselves. `dictionary` must outlive the
/// call; `settings` the verdict.
LogonVerdict check_logon(std::string_view frame, const Settings& settings,
                         const FIX::DataDictionary& dictionary, fixspec::UtcNanos now);

}  // namespace causeway::gateway::fix
