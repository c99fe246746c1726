#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/time.hpp"

namespace causeway::gateway::journal {

/// Names the engine's output that a stored message carries: made by input `input_sequence` as its
/// `index`-th output. {0, 0}: a session-level message, which no input made.
struct ReportKey {
  std::uint64_t input_sequence = 0;
  std::uint32_t index = 0;

  friend auto operator<=>(const ReportKey&, const ReportKey&) = default;
};

struct StoredMessage {
  std::uint64_t msg_seq_num = 0;
  std::string bytes;
};

/// What one FIX session remembers across restarts: both sequence numbers and every message it sent.
/// On the core thread. What is appended or set reaches the file before the next flush() of the
/// journal returns; whoever writes to a socket flushes first.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  [[nodiscard]] virtual std::uint64_t next_sender_msg_seq_num() const = 0;
  [[nodiscard]] virtual std::uint64_t next_target_msg_seq_num() const = 0;
  virtual void set_next_sender_msg_seq_num(std::uint64_t value) = 0;
  virtual void set_next_target_msg_seq_num(std::uint64_t value) = 0;

  /// From now on many messages are sent that are not kept. What the journal says of the next number
  /// to send may then be up to `ahead` above it, so that not each of them costs a record: after a
  /// crash the session goes on there, as if the numbers between had been used. 0: no longer.
  virtual void set_sender_numbers_ahead(std::uint64_t ahead) { static_cast<void>(ahead); }

  /// Keeps `bytes` (a whole FIX message) under its MsgSeqNum(34).
  virtual void append(std::uint64_t msg_seq_num, std::string_view bytes, ReportKey key) = 0;
  /// Stored messages with begin <= MsgSeqNum <= end in order, at most `max_messages` of them: one
  /// slice of a resend. Numbers under which nothing was stored (session-level messages) are left
  /// out.
  [[nodiscard]] virtual std::vector<StoredMessage> read(std::uint64_t begin, std::uint64_t end,
                                                        std::size_t max_messages) const = 0;
  /// Where the last read() ended before its time: which file is damaged, and where. Empty: it did
  /// not. A message that cannot be read must not be passed over.
  [[nodiscard]] virtual std::string read_error() const { return {}; }
  /// Both numbers back to 1, earlier messages forgotten (ResetSeqNumFlag(141)=Y).
  virtual void reset(fixspec::UtcNanos now) = 0;
  /// When the session was made or last reset.
  [[nodiscard]] virtual fixspec::UtcNanos creation_time() const = 0;
};

}  // namespace causeway::gateway::journal
