#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "gateway/engine/output.hpp"
#include "gateway/journal/session_store.hpp"

namespace causeway::gateway::core {

/// The reports of the newest inputs of a replay, oldest first.
using RecentReports = std::deque<engine::SendReport>;

/// Keeps, while a journal is replayed, the reports that it does not say were given to a session.
class UnsentReports {
 public:
  /// Inputs whose reports a crash may have kept from their sessions: what one turn can have in
  /// hand.
  static constexpr std::size_t most = 65'536;

  /// In the order in which the engine made them. The oldest beyond `most` is forgotten.
  void add(engine::SendReport&& report);
  /// The journal has the report as a message of a session.
  void mark_sent(journal::ReportKey key);
  void clear() { entries_.clear(); }
  /// Those that were not sent. A pending state that later reports of the order have overtaken is
  /// none of them: its session did not want to be told (AckMode=venue).
  [[nodiscard]] RecentReports unsent() const;

 private:
  struct Entry {
    journal::ReportKey key;
    std::uint64_t order = 0;  ///< its number; 0: it is about none
    bool is_pending = false;
    std::unique_ptr<engine::SendReport> report;  ///< null: it was sent
  };

  std::deque<Entry> entries_;
};

}  // namespace causeway::gateway::core
