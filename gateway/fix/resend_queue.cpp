#include "gateway/fix/resend_queue.hpp"

#include <algorithm>
#include <vector>

namespace causeway::gateway::fix {
namespace {

constexpr std::size_t most_ranges = 2;

}  // namespace

void ResendQueue::request(std::uint64_t begin, std::uint64_t end) {
  const bool to_come = std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    return range.next <= begin && end <= range.end;
  });
  if (to_come) return;
  if (ranges_.size() < most_ranges) {
    ranges_.push_back(Range{begin, end});
  } else {
    begin = ranges_.back().next = std::min(ranges_.back().next, begin);
    end = ranges_.back().end = std::max(ranges_.back().end, end);
  }
  // What was held and never sent is now sent as part of the range.
  std::erase_if(held_, [&](const auto& held) {
    const bool covered = held.first >= begin && held.first <= end;
    if (covered) held_bytes_ -= held.second.size();
    return covered;
  });
}

void ResendQueue::hold(std::uint64_t msg_seq_num, std::string bytes) {
  held_bytes_ += bytes.size();
  held_.emplace_back(msg_seq_num, std::move(bytes));
}

// Covers the numbers before `up_to`, if any.
bool ResendQueue::send_gap_fill(Range& range, std::uint64_t up_to, std::string_view now,
                                const std::function<bool(std::string)>& send) {
  if (range.next >= up_to) return true;
  const std::uint64_t begin = std::exchange(range.next, up_to);
  return send(gap_fill(route_, begin, up_to, now));
}

void ResendQueue::serve(std::size_t max_messages, std::string_view now,
                        const std::function<bool(std::string)>& send) {
  if (ranges_.empty()) return;
  Range& range = ranges_.front();
  const std::vector<journal::StoredMessage> slice =
      store_.read(range.next, range.end, max_messages);
  failure_ = store_.read_error();
  for (const journal::StoredMessage& message : slice) {
    if (!send_gap_fill(range, message.msg_seq_num, now, send)) return;
    range.next = message.msg_seq_num + 1;
    const bool more = send(as_poss_dup(message.bytes, now));
    if (!more && range.next <= range.end) return;
  }
  if (!failure_.empty()) return;
  const bool is_last_slice = slice.size() < max_messages;
  if (is_last_slice) send_gap_fill(range, range.end + 1, now, send);
  if (range.next > range.end) ranges_.pop_front();
}

std::deque<std::string> ResendQueue::release() {
  std::deque<std::string> messages;
  for (auto& [number, bytes] : held_) messages.push_back(std::move(bytes));
  held_.clear();
  held_bytes_ = 0;
  return messages;
}

void ResendQueue::clear() {
  ranges_.clear();
  held_.clear();
  held_bytes_ = 0;
  failure_.clear();
}

}  // namespace causeway::gateway::fix
