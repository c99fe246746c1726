#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/quickfix.hpp"
#include "fixspec/report.hpp"

// What is sent seldom, as FIX messages without the session's header fields. Reports are in
// report_text.hpp.
namespace causeway::gateway::fix {

/// Reject (35=3) of a message of the client's, because of its field `ref_tag`.
FIX::Message reject(std::uint64_t ref_seq_num, const std::string& ref_msg_type, int ref_tag,
                    int reason, const std::string& text);

/// BusinessMessageReject (35=j) of a message of the client's.
FIX::Message business_reject(std::uint64_t ref_seq_num, const std::string& ref_msg_type, int reason,
                             const std::string& text);

/// One page of a SecurityList (35=y).
struct SecurityListPage {
  std::string request_id;
  std::string response_id;
  int result = 0;  ///< SecurityRequestResult(560)
  std::vector<const fixspec::Instrument*> instruments;
  std::size_t total = 0;
  bool last = true;
  std::string text;
};
FIX::Message encode(const SecurityListPage& page);

/// TradingSessionStatus (35=h), as the answer to request `request_id` where it is not empty.
FIX::Message encode(const fixspec::TradingSessionStatus& status, const std::string& request_id);

}  // namespace causeway::gateway::fix
