#include "gateway/journal/message_index.hpp"

#include <algorithm>
#include <iterator>

namespace causeway::gateway::journal {
namespace {

bool is_before(const MessageIndex::Entry& entry, std::uint64_t number) {
  return entry.msg_seq_num < number;
}

void write_entry(Writer& writer, std::uint64_t number, RecordPlace place) {
  writer.u64(number);
  writer.u32(place.segment);
  writer.u32(place.unit);
}

MessageIndex::Entry read_entry(Reader& reader) {
  MessageIndex::Entry entry;
  entry.msg_seq_num = reader.u64();
  entry.place.segment = reader.u32();
  entry.place.unit = reader.u32();
  return entry;
}

}  // namespace

void MessageIndex::put(std::uint64_t msg_seq_num, RecordPlace place) {
  const Entry entry{.msg_seq_num = msg_seq_num, .place = place};
  if (newest_.empty() || newest_.back().msg_seq_num < msg_seq_num) {
    newest_.push_back(entry);
  } else if (!blocks_.empty() && msg_seq_num < newest_.front().msg_seq_num) {
    said_again_[msg_seq_num] = place;
    return;
  } else {
    const auto at = std::lower_bound(newest_.begin(), newest_.end(), msg_seq_num, is_before);
    if (at->msg_seq_num == msg_seq_num) {
      *at = entry;
    } else {
      newest_.insert(at, entry);
    }
  }
  if (newest_.size() < newest_kept + block_size) return;
  // A block is looked for from its first place on, so those of its messages that stand elsewhere
  // are remembered one by one.
  const Entry first = newest_.front();
  const auto end = std::next(newest_.begin(), block_size);
  RecordPlace last = first.place;
  for (auto one = std::next(newest_.begin()); one != end; ++one) {
    const bool in_order = last < one->place && one->place < end->place;
    if (in_order) {
      last = one->place;
    } else {
      said_again_[one->msg_seq_num] = one->place;
    }
  }
  blocks_.push_back(first);
  newest_.erase(newest_.begin(), end);
}

void MessageIndex::clear() {
  blocks_.clear();
  blocks_.shrink_to_fit();
  newest_.clear();
  newest_.shrink_to_fit();
  said_again_.clear();
}

void MessageIndex::write(Writer& writer) const {
  const auto write_one = [](Writer& to, const Entry& entry) {
    write_entry(to, entry.msg_seq_num, entry.place);
  };
  writer.list(blocks_, write_one);
  writer.list(newest_, write_one);
  writer.list(said_again_,
              [](Writer& to, const auto& entry) { write_entry(to, entry.first, entry.second); });
}

void MessageIndex::read(Reader& reader) {
  clear();
  for (const Entry& entry : reader.list(read_entry)) blocks_.push_back(entry);
  for (const Entry& entry : reader.list(read_entry)) newest_.push_back(entry);
  for (const Entry& entry : reader.list(read_entry)) {
    said_again_[entry.msg_seq_num] = entry.place;
  }
  // Blocks end where the newest begin.
  if (!blocks_.empty() && newest_.empty()) reader.fail();
}

std::optional<MessageIndex::Block> MessageIndex::block_of(std::uint64_t msg_seq_num) const {
  if (blocks_.empty() || msg_seq_num >= newest_.front().msg_seq_num) return std::nullopt;
  auto behind = std::upper_bound(
      blocks_.begin(), blocks_.end(), msg_seq_num,
      [](std::uint64_t number, const Entry& entry) { return number < entry.msg_seq_num; });
  if (behind == blocks_.begin()) ++behind;
  const Entry& begin = *std::prev(behind);
  const Entry& next = behind == blocks_.end() ? newest_.front() : *behind;
  // What was said again of numbers before the first one belongs to the first block.
  const bool is_first = std::prev(behind) == blocks_.begin();
  return Block{.first = is_first ? 0 : begin.msg_seq_num,
               .behind = next.msg_seq_num,
               .from = begin.place,
               .until = next.place};
}

const MessageIndex::Entry* MessageIndex::at_or_after(std::uint64_t msg_seq_num) const {
  const auto found = std::lower_bound(newest_.begin(), newest_.end(), msg_seq_num, is_before);
  return found == newest_.end() ? nullptr : &*found;
}

std::vector<MessageIndex::Entry> MessageIndex::said_again(std::uint64_t first,
                                                          std::uint64_t behind) const {
  std::vector<Entry> entries;
  for (auto one = said_again_.lower_bound(first); one != said_again_.end() && one->first < behind;
       ++one) {
    entries.push_back({.msg_seq_num = one->first, .place = one->second});
  }
  return entries;
}

}  // namespace causeway::gateway::journal
