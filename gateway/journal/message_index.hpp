#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "gateway/journal/binary.hpp"
#include "gateway/journal/log_writer.hpp"

namespace causeway::gateway::journal {

/// Where the messages of one session are in the log, by MsgSeqNum(34). Of the newest each place is
/// kept; of those before, only where every block of them begins, since the log itself has the rest
/// in order. So a session that sends for weeks costs 16 bytes for 256 messages.
class MessageIndex {
 public:
  static constexpr std::size_t block_size = 256;
  static constexpr std::size_t newest_kept = 64 * block_size;

  struct Entry {
    std::uint64_t msg_seq_num = 0;
    RecordPlace place;
  };
  /// Messages that have to be looked for in the log: they lie between two places in it, among other
  /// records.
  struct Block {
    std::uint64_t first = 0;   ///< the first number that may be in it
    std::uint64_t behind = 0;  ///< the first number behind it
    RecordPlace from;
    RecordPlace until;  ///< where the first record behind it is
  };

  /// The message `msg_seq_num` is at `place`; should the number be known, the newer place holds.
  void put(std::uint64_t msg_seq_num, RecordPlace place);
  void clear();

  /// The block in which `msg_seq_num`, or the next number that is kept, has to be looked for;
  /// nullopt where places are known one by one from there on.
  [[nodiscard]] std::optional<Block> block_of(std::uint64_t msg_seq_num) const;
  /// The first of the single places at or after `msg_seq_num`; nullptr: there is none.
  [[nodiscard]] const Entry* at_or_after(std::uint64_t msg_seq_num) const;
  /// Those of the numbers from `first` to before `behind` that are not where their block is: they
  /// were said again later.
  [[nodiscard]] std::vector<Entry> said_again(std::uint64_t first, std::uint64_t behind) const;

  /// For a snapshot; and what write() wrote, in place of everything.
  void write(Writer& writer) const;
  void read(Reader& reader);

  /// Entries in memory.
  [[nodiscard]] std::size_t size() const {
    return blocks_.size() + newest_.size() + said_again_.size();
  }

 private:
  std::deque<Entry> blocks_;  // the first message of each; sorted, and so are their places
  std::deque<Entry> newest_;  // sorted
  std::map<std::uint64_t, RecordPlace> said_again_;
};

}  // namespace causeway::gateway::journal
