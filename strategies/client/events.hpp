#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/report.hpp"

namespace causeway::strategies::client {

/// Reject (35=3): the gateway could not read a message of ours.
struct SessionReject {
  std::uint64_t ref_seq_num = 0;  ///< 45
  std::string ref_msg_type;       ///< 372; empty: not told
  std::string ref_tag;            ///< 371; empty: not told
  std::string text;               ///< 58

  friend bool operator==(const SessionReject&, const SessionReject&) = default;
};

/// BusinessMessageReject (35=j): the gateway read a message of ours and does not serve it.
struct BusinessReject {
  std::uint64_t ref_seq_num = 0;  ///< 45
  std::string ref_msg_type;       ///< 372
  std::string ref_id;             ///< 379; empty: not told
  int reason = 0;                 ///< 380
  std::string text;               ///< 58

  friend bool operator==(const BusinessReject&, const BusinessReject&) = default;
};

/// One page of a SecurityList (35=y).
struct SecurityList {
  std::string request_id;  ///< 320
  int result = 0;          ///< 560: 0 is a valid request
  std::vector<fixspec::Instrument> instruments;
  bool last = true;  ///< 893
  std::string text;  ///< 58

  friend bool operator==(const SecurityList&, const SecurityList&) = default;
};

/// A message of the gateway that this client does not understand.
struct Unreadable {
  std::string msg_type;
  std::string why;

  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

using EventBody = std::variant<fixspec::ExecutionReport, fixspec::OrderCancelReject,
                               fixspec::OrderMassCancelReport, fixspec::TradingSessionStatus,
                               SecurityList, SessionReject, BusinessReject, Unreadable>;

/// A message from the gateway.
struct Event {
  EventBody body;
  std::uint64_t msg_seq_num = 0;  ///< 34
  /// 43=Y: sent before and now again, because it was missed or may have been.
  bool poss_dup = false;
};

}  // namespace causeway::strategies::client
