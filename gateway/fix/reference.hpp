#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/quickfix.hpp"
#include "gateway/fix/encode.hpp"

namespace causeway::gateway::fix {

/// The answer to a SecurityListRequest (35=x): one page at least. The pages point into
/// `instruments`.
std::vector<SecurityListPage> security_list(const FIX::Message& request,
                                            const std::vector<fixspec::Instrument>& instruments,
                                            std::size_t per_page);

/// A TradingSessionStatusRequest (35=g).
struct StatusRequest {
  std::string id;
  std::optional<std::string> venue;  ///< TradingSessionID(336); none: all venues
  bool wants_current = false;        ///< 263=0 or 1
  bool wants_updates = false;        ///< 263=1
};
StatusRequest read_status_request(const FIX::Message& message);

}  // namespace causeway::gateway::fix
