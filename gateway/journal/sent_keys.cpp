#include "gateway/journal/sent_keys.hpp"

#include <algorithm>

namespace causeway::gateway::journal {

void SentKeys::add(ReportKey key) {
  if (key.input_sequence == 0 || key.input_sequence < all_sent_before_) return;
  if (keys_.empty() || keys_.back() < key) {
    keys_.push_back(key);
  } else {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    if (at == keys_.end() || *at != key) keys_.insert(at, key);
  }
  const std::uint64_t newest = keys_.back().input_sequence;
  if (newest > window_) all_sent_before_ = newest - window_;
  while (keys_.front().input_sequence < all_sent_before_) keys_.pop_front();
}

void SentKeys::write(Writer& writer) const {
  writer.u64(window_);
  writer.u64(all_sent_before_);
  writer.list(keys_, [](Writer& to, ReportKey key) {
    to.u64(key.input_sequence);
    to.u32(key.index);
  });
}

void SentKeys::read(Reader& reader) {
  window_ = reader.u64();
  all_sent_before_ = reader.u64();
  keys_.clear();
  for (const ReportKey key : reader.list([](Reader& from) {
         ReportKey read;
         read.input_sequence = from.u64();
         read.index = from.u32();
         return read;
       })) {
    keys_.push_back(key);
  }
}

bool SentKeys::contains(ReportKey key) const {
  return key.input_sequence < all_sent_before_ ||
         std::binary_search(keys_.begin(), keys_.end(), key);
}

}  // namespace causeway::gateway::journal
