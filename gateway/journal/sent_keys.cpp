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

bool SentKeys::contains(ReportKey key) const {
  return key.input_sequence < all_sent_before_ ||
         std::binary_search(keys_.begin(), keys_.end(), key);
}

}  // namespace causeway::gateway::journal
