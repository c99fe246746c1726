#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "gateway/journal/binary.hpp"
#include "gateway/journal/session_store.hpp"

namespace causeway::gateway::journal {

/// Remembers which of the engine's outputs have been given to FIX. Outputs are given away in the
/// order of the inputs that made them, so only those of the last inputs can be missing: exact keys
/// are kept for the newest `window` inputs, and everything older counts as sent. At most 16 bytes a
/// report of the window, whatever the journal's length.
class SentKeys {
 public:
  static constexpr std::uint64_t default_window = 65'536;

  explicit SentKeys(std::uint64_t window = default_window) : window_(window) {}

  /// {0, 0}, the key of messages that no input made, is passed over.
  void add(ReportKey key);
  [[nodiscard]] bool contains(ReportKey key) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  /// For a snapshot; and what write() wrote, in place of everything.
  void write(Writer& writer) const;
  void read(Reader& reader);

 private:
  std::uint64_t window_;
  std::deque<ReportKey> keys_;         // sorted
  std::uint64_t all_sent_before_ = 0;  // keys of inputs below this one are no longer kept
};

}  // namespace causeway::gateway::journal
