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

/// One entry of a MarketDataSnapshot, in the dialect's words.
struct MarketDataEntry {
  char type = '0';         ///< MDEntryType(269): 0 bid, 1 offer, 2 trade, 3 index, 6 mark, C, f
  std::string id;          ///< MDEntryID(278)
  fixspec::Decimal price;  ///< MDEntryPx(270)
  std::optional<fixspec::Quantity> size;  ///< MDEntrySize(271)
  int position = 0;                       ///< MDEntryPositionNo(290); 0: none

  friend bool operator==(const MarketDataEntry&, const MarketDataEntry&) = default;
};

/// MarketDataSnapshotFullRefresh (35=W): the newest state. Without bids and offers the book is not
/// valid, and `text` says why.
struct MarketDataSnapshot {
  std::string request_id;  ///< 262
  fixspec::Symbol symbol;  ///< 55
  std::vector<MarketDataEntry> entries;
  std::string text;  ///< 58

  friend bool operator==(const MarketDataSnapshot&, const MarketDataSnapshot&) = default;
};

/// MarketDataRequestReject (35=Y).
struct MarketDataReject {
  std::string request_id;  ///< 262
  std::string reason;      ///< 281
  std::string text;        ///< 58

  friend bool operator==(const MarketDataReject&, const MarketDataReject&) = default;
};

/// A message of the gateway that this client does not understand.
struct Unreadable {
  std::string msg_type;
  std::string why;

  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

using EventBody =
    std::variant<fixspec::ExecutionReport, fixspec::OrderCancelReject,
                 fixspec::OrderMassCancelReport, fixspec::TradingSessionStatus, SecurityList,
                 SessionReject, BusinessReject, MarketDataSnapshot, MarketDataReject, Unreadable>;

/// A message from the gateway.
struct Event {
  EventBody body;
  std::uint64_t msg_seq_num = 0;  ///< 34
  /// 43=Y: sent before and now again, because it was missed or may have been.
  bool poss_dup = false;
};

}  // namespace causeway::strategies::client
