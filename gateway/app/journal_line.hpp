#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "gateway/journal/format.hpp"

namespace causeway::gateway::app {

/// A record of the journal for people.
struct JournalLine {
  /// "17 2026-11-21T01:46:21.123456Z EngineInput client OMS1 MsgSeqNum(34)=5 ..."; says so where
  /// the payload is none that this version knows.
  std::string text;
  /// Every name of an order that the record carries: ClOrdID, OrderID, the venue's ids and ours.
  std::set<std::string, std::less<>> names;
};

/// Tells records apart by the order they are about. Records must be given from the journal's first
/// one on, since an order's names come up one after the other.
class OrderFilter {
 public:
  /// `name`: a ClOrdID(11), an OrderID(37), a venue's order id, or the client id that the venue was
  /// given. Empty: every record is wanted.
  explicit OrderFilter(std::string name);

  /// True where the record is about the order. Learns the names that it adds.
  bool wants(const journal::RecordView& record, const JournalLine& line);

 private:
  std::set<std::string, std::less<>> names_;
  std::uint32_t instance_ = 0;
  std::uint32_t epoch_ = 0;
};

JournalLine line_of(const journal::RecordView& record);

}  // namespace causeway::gateway::app
